"""A program that uses every rule of the grammar, for tests of the parser, and trees as plain lists to compare."""

import dataclasses

from kpilang.text import Source, Span

PROGRAM = """\
calendar { year starts april  week starts monday  zone "Asia/Shanghai"  accepted 2026-11-20 "Moved." }
defaults { owner ops, sales  period month }

owner ops "Operations" zh "运营" <ops@example.com> { department "Sales"  level department }
owner sales

goal loyalty "Customers come back" { what "w"  why "y"  owner ops  for 2026  parent growth  perspective customer }

source orders "Orders" from "data/orders.csv" {   # one row an order
  key       order_id, line
  time      order_date each fiscal month
  link      customer_id, region -> customers as customer optional
  link      shop_id -> shops
  column    amount : money(CNY) from "Sale Amount" required stock null "NA", "-"
  column    status : text in ("paid", "refunded", 3)
  column    score : number in 1..5
  column    share : percent(0..100)
  column    sold_on : date format "%d-%m-%Y"
  derive    spend : money(EUR) = tv + print + -search
  derive    third = amount / 3
  covers    2024-01 .. 2026-10
  planned
  collected "Order system" every day
  accepted  2026-11-20 "Other cells are empty." zh "空值写法变了" de-DE "Anders leer"
}

source plan from "plan.xlsx" sheet "FY26" table "data.plan" header 3 {
  unpivot   "Jan" .. "Dec" into month, amount for FY2026
  unpivot   "A" .. "B" into name, value
}

source staff {
  lives     hired_on until left_on
  lives     hired_on through last_day
  snapshot  read_on complete
  snapshot  read_on changes carried at most 35 days
}

template attainment(actual: money, plan) "Attainment" zh "达成率" {
  what     "Actual as a share of plan."
  formula  actual / plan
  synonyms "achievement", "完成率"
  acronym  "ATT"
  trap     "A plan of 0." zh "计划为零"
  answers  "services/marketing/10", "services/sales/01"
}
template empty {}

kpi filled "Filled in" is std.sales.attainment(
    actual: sum(orders.amount where status = "paid"), plan: 3) { period month }
kpi bare is empty {}
kpi bracketed is empty() {}

# The whole of a KPI.
kpi repeat_rate "Repeat purchase rate" zh "复购率" {
  what       "Customers who bought at least twice." zh "至少购买两次的客户"
  why        "Loyal customers cost less."
  formula    count(distinct orders.customer_id, region where amount > 3 having count(orders) >= 2)
             / avg(x weight w at closing on orders.sold_on) + now() - (churn where region = "EMEA") * (3 + 4 %)
  formula    if a in (1, 2) and not b not in 2026-01 or c in 2026 then d in 1 .. 5 else -y is not null
  formula    a starts with "b" or a contains "c" or true != false or d in 2026-Q1
  formula    share(calls where speed <= 60 seconds among answered = true) + percentile(x, 95%)
  unit       percent
  unit       USD per customer
  unit       score -100..100
  unit       "happy faces"
  direction  higher
  period     fiscal month
  target     >= 60% for 2026
  target     2% .. 4% for 2026-01 .. 2026-03
  target     "industry standard"
  target     <= 24 hours by 2026-12 from 36 hours at 2025-12
  accept     >= 55%
  stretch    -3
  baseline   52% for 2025
  benchmark  "industry median" 31%
  owner      ops
  goal       loyalty
  level      department
  parent     growth
  indicator  lagging
  nature     quantitative
  perspective customer
  action     "Call the 50 largest lapsed customers."
  guard      margin, churn
  review     every quarter last 2026-09-30
  state      replaced by other
  state      draft
  access     ops, "board"
  tags       core
  since      2026
  until      2027-01
  accepted   2026-11-20 "Refunds are left out from now on."
  field      steward "Ann"
}
"""


def plain(value: object) -> object:
    """Everything of a tree or report, with the places of all that stands in it."""
    if isinstance(value, Span):
        return value.start, value.end
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, Source):
        return [type(value).__name__, *(plain(getattr(value, field.name)) for field in dataclasses.fields(value))]
    return value if not isinstance(value, Source) else value.path

"""R107: a KPI whose unit cannot be part of its parent's, nor explain it."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Mark, Severity
from kpilang.lint.kinds import currencies
from kpilang.lint.look import Look
from kpilang.lint.places import at
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model import units
from kpilang.text import Text

PARENT = Text("the parent is in {above}", "上级 KPI 的单位是{above}")


def find(look: Look) -> Iterator[Finding]:
    """KPIs in money of a currency that the parent does not have. Numbers without dimension, times and quantities may
    explain any parent, and a parent without dimension may be explained by anything."""
    for kpi in look.living:
        parent, line = look.project.parent(kpi), kpi.first("parent")
        if parent is None or line is None or kpi.unit is None or parent.unit is None:
            continue
        here, above = currencies(kpi.unit), currencies(parent.unit)
        if here and above and not here & above:
            said, over = units.say(kpi.unit), units.say(parent.unit)
            marks = (Mark((parent.first("unit") or parent.declaration).span, PARENT.fill(above=over)),)
            yield at(kpi, line, marks=marks, parent=parent.name, unit=said, above=over, money=min(above))


RULE = Rule(
    code="R107",
    name="parent-mismatch",
    criterion=Criterion.RELEVANT,
    severity=Severity.WARNING,
    summary=Text(
        "A KPI whose unit can neither be added to its parent's nor explain it: money of another currency.",
        "KPI 的单位既不能加总到上级，也不能解释上级：币种不同的金额。",
    ),
    message=Text(
        "`{kpi}` in {unit} is no part of `{parent}` in {above}",
        "`{kpi}` 的单位是{unit}，无法归入单位为{above}的 `{parent}`",
    ),
    label=Text("nothing turns {unit} into {above}", "{unit}没有办法换算成{above}"),
    why=Text(
        "a breakdown must show how the whole comes about; here the part can rise while the whole stays, for the rate alone",
        "指标分解要说明整体从何而来；币种不同，部分上升、整体不动，可能只是汇率的缘故",
    ),
    help=Text(
        "compute `{kpi}` in {money}, for instance by `derive … : money({money})` in its source, or give it another parent",
        "把 `{kpi}` 换算成 {money}，例如在数据源里用 `derive … : money({money})`，或者另选上级 KPI",
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.R,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
source exports from "exports.csv" {
  key       export_id
  time      shipped_on
  column    amount : money(USD)
  collected "Shop" every day
}

kpi revenue "Revenue" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 1200000 CNY for 2026
  owner      sales
  goal       loyalty
}

kpi export_revenue "Revenue abroad" {
  formula    sum(exports.amount)
  unit       USD
  direction  higher
  period     month
  target     >= 50000 USD for 2026
  owner      sales
  goal       loyalty
  parent     revenue
}
""",
    ),
    good=(
        """
kpi revenue "Revenue" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 1200000 CNY for 2026
  owner      sales
  goal       loyalty
}

kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      sales
  goal       loyalty
  parent     revenue
}

kpi order_value "Value per order" {
  formula    sum(orders.amount) / count(orders)
  unit       CNY per order
  direction  higher
  period     month
  target     >= 240 CNY for 2026
  owner      sales
  goal       loyalty
  parent     revenue
}
""",
    ),
)

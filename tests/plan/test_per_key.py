"""Columns over all rows with the same key, and sources made by grouping: values worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpilang.result import Soundness
from tests.plan.kit import kpis, project

ORDERS = """source orders from "orders.csv" {
  key     id
  time    placed
  column  placed : date
  column  amount : money(CNY)
  column  kind   : text
  column  customer : text
  derive  month = period(placed, month)
  derive  first_order = first(placed) per customer
  derive  cohort = period(first_order, month)
  derive  age = periods_between(first_order, placed, month)
  derive  spend = sum(amount) per customer
  derive  refunds = sum(amount where kind = "refund") per customer
  derive  mean = avg(amount) per customer
  derive  first_kind = first(kind) per customer
  derive  orders_made = count(orders) per customer
  derive  kinds = count(distinct kind) per customer
  derive  in_month = count(orders) per customer, month
  derive  with_first = count(orders where month = cohort) per customer
  derive  days_active = (last(placed) - first(placed)) / 1 day per customer
  derive  big = spend > 50 CNY
}
"""
CELLS = """id,customer,placed,amount,kind
1,a,2026-01-05,10,paid
2,a,2026-02-10,20,paid
3,b,2026-01-20,5,refund
4,b,2026-03-02,7,paid
5,a,2026-03-15,40,paid
6,,2026-02-01,100,paid
7,c,2026-03-20,,paid
8,c,2026-05-01,9,paid
"""
MARCH, MONTHS = "2026-03-31", ("2026-01", "2026-02", "2026-03")


def asked(cells: str = CELLS, definitions: str = ORDERS, **formulas: str):
    return project(definitions + kpis(**formulas), {"orders": cells})


@pytest.mark.parametrize(
    ("formula", "january", "february", "march"),
    [
        ('count(orders where cohort = "2026-01")', 2, 1, 2),
        ("count(orders where cohort is null)", 0, 1, 0),
        ("sum(orders.spend)", 82, 70, 82),  # a 70, b 12; c has none but an empty amount
        ("sum(orders.refunds)", 5, 0, 5),
        ("max(orders.mean)", *[Decimal("23.3333333333333")] * 3),
        ('count(orders where first_kind = "refund")', 1, 0, 1),
        ("sum(orders.orders_made)", 5, 3, 6),  # a 3 and b 2; a 3; b 2, a 3 and c 1, whose order of May is not there
        ("sum(orders.kinds)", 3, 1, 4),
        ("sum(orders.in_month)", 2, 1, 3),
        ("sum(orders.with_first)", 2, 1, 3),
        ("max(orders.days_active)", 69, 69, 69),
        ("count(orders where big)", 1, 1, 1),
        ("count(orders on first_order)", 5, 0, 1),
        ("count(orders where spend < 50 CNY)", 1, 0, 1),
    ],
)
def test_a_column_per_key_is_the_same_in_every_row_of_its_key(formula, january, february, march):
    found = asked(one=formula).values(as_of=MARCH, period="2026-01..2026-03")
    assert found == {("one", month): each for month, each in zip(MONTHS, (january, february, march), strict=True)}


def test_the_rows_of_a_key_are_those_there_as_of_now_whatever_the_filter_and_the_breakdown():
    found = asked(one="sum(orders.spend)")
    assert found.values(as_of="2026-02-28", period="2026-01") == {("one", "2026-01"): 35}  # a 10 + 20, b 5
    assert found.values(as_of="2026-05-31", period="2026-03") == {("one", "2026-03"): 91}  # c 9
    assert found.values(as_of=MARCH, period="2026-01", where='kind = "paid"') == {("one", "2026-01"): 70}
    by_kind = found.values(as_of=MARCH, period="2026-01", by="kind")
    assert by_kind == {("one", "2026-01", "paid"): 70, ("one", "2026-01", "refund"): 12}


def test_a_cohort_by_its_age_is_a_triangle():
    found = asked(one="count(distinct orders.customer)").values(as_of=MARCH, grains="all", by="cohort,age")
    assert found == {
        ("one", "all", "2026-01", "0"): 2,
        ("one", "all", "2026-01", "1"): 1,
        ("one", "all", "2026-01", "2"): 2,
        ("one", "all", "2026-03", "0"): 1,
        ("one", "all", None, None): 0,
    }


def test_members_that_are_numbers_stand_in_the_order_of_numbers():
    cells = "id,customer,placed,amount,kind\n1,a,2025-01-05,1,9\n2,a,2025-03-05,1,10\n3,a,2026-01-05,1,100\n"
    found = asked(cells, one="count(orders)")
    assert [place[-1] for place in found.values(as_of=MARCH, grains="all", by="age")] == ["0", "2", "12"]
    assert [place[-1] for place in found.values(as_of=MARCH, grains="all", by="kind")] == ["10", "100", "9"]


def test_a_bad_cell_spoils_the_columns_it_goes_into_and_no_others():
    cells = CELLS.replace("2,a,2026-02-10,20", "2,a,2026-02-10,x")
    found = asked(cells, spent="sum(orders.spend)", seen="sum(orders.orders_made)")
    values = found.values(as_of=MARCH, period="2026-01")
    assert values == {("spent", "2026-01"): "bad data", ("seen", "2026-01"): 5}


def test_bad_cells_that_are_skipped_are_left_out_of_the_rows_of_their_key():
    cells = CELLS.replace("2,a,2026-02-10,20", "2,a,2026-02-10,x")
    found = project(ORDERS + kpis(spent="sum(orders.spend)"), {"orders": cells}, skip_bad=True)
    assert found.values(as_of=MARCH, period="2026-01..2026-02") == {
        ("spent", "2026-01"): 62,  # a 50, b 12
        ("spent", "2026-02"): 50,
    }


def test_rows_with_a_bad_key_are_left_out_where_such_are_skipped():
    definitions = ORDERS.replace("customer : text", "customer : integer")
    cells = CELLS.replace(",a,", ",1,").replace(",b,", ",2,").replace(",c,", ",3,").replace("4,2,", "4,?,")
    found = project(definitions + kpis(spent="sum(orders.spend)"), {"orders": cells}, skip_bad=True)
    assert found.values(as_of=MARCH, period="2026-03") == {("spent", "2026-03"): 70}


def test_a_first_value_that_no_key_settles_is_bad_data():
    keyless = ORDERS.replace("  key     id\n", "")
    twice = CELLS.replace("2,a,2026-02-10", "2,a,2026-01-05")
    formula = 'count(orders where first_kind = "paid")'
    assert asked(twice, keyless, one=formula).values(as_of=MARCH, period="2026-01") == {("one", "2026-01"): "bad data"}
    assert asked(twice, one=formula).values(as_of=MARCH, period="2026-01") == {("one", "2026-01"): 2}
    assert asked(twice, keyless, one="sum(orders.orders_made)").values(as_of=MARCH, period="2026-01") == {
        ("one", "2026-01"): 8
    }


def test_sums_of_exact_numbers_stay_exact():
    cells = "id,customer,placed,amount,kind\n" + "".join(f"{n},a,2026-01-05,0.1,paid\n" for n in range(3))
    found = asked(cells, one="count(orders where spend = 0.3 CNY)")
    assert found.values(as_of=MARCH, period="2026-01") == {("one", "2026-01"): 3}


def test_a_link_may_start_from_a_column_per_key():
    definitions = ORDERS.replace(
        "  derive  month",
        "  derive first_kind_of = first(kind) per customer\n  link first_kind_of -> sorts as sort\n  derive  month",
    )
    definitions += 'source sorts from "sorts.csv" { key kind  column group : text }\n'
    found = project(
        definitions + kpis(one='count(orders where sort.group = "money back")'),
        {"orders": CELLS, "sorts": "kind,group\nrefund,money back\npaid,money in\n"},
    )
    assert found.values(as_of=MARCH, period="2026-01..2026-03") == {
        ("one", "2026-01"): 1,
        ("one", "2026-02"): 0,
        ("one", "2026-03"): 1,
    }


EVENTS = """calendar { zone "UTC" }
source events from "events.csv" {
  key     id
  time    at
  column  at      : datetime
  column  case_id : text
  column  agent   : text
  column  kind    : text
  link    case_id -> cases as case optional
}
source cases from events per case_id {
  derive  opened_at  = min(at where kind = "open")
  derive  replied_at = min(at where kind = "reply")
  derive  closed_at  = min(at where kind = "close")
  derive  waited     = replied_at - opened_at
  derive  handled_by = last(agent where kind = "reply")
  derive  touched    = count(events)
  time    opened_at
  lives   opened_at until closed_at
  link    handled_by -> agents as agent optional
}
source agents from "agents.csv" {
  key     agent
  lives   since until gone
  column  since : date
  column  gone  : date
  column  team  : text
}
"""
LOG = """id,case_id,at,agent,kind
1,a,2026-01-01T10:00,,open
2,a,2026-01-01T12:00,eve,reply
3,a,2026-02-10T12:00,eve,close
4,b,2026-01-05T08:00,,open
5,b,2026-03-01T09:00,bob,reply
6,,2026-03-02T12:00,,open
7,c,2026-03-02T12:00,,open
"""
AGENTS = """agent,since,gone,team
eve,2025-01-01,,north
bob,2026-01-01,2026-02-01,south
bob,2026-02-01,,west
"""


def cases(**formulas: str):
    return project(EVENTS + kpis(**formulas), {"events": LOG, "agents": AGENTS})


@pytest.mark.parametrize(
    ("formula", "january", "february", "march"),
    [
        ("count(cases)", 2, 0, 1),
        ("avg(cases.waited) / 1 hour", Decimal("661.5"), "no value", "no value"),  # 2, and 55 days and one hour
        ("count(cases at closing)", 2, 1, 2),
        ("count(cases on closed_at)", 0, 1, 0),
        ("sum(cases.touched)", 5, 0, 1),
        ("count(events where case.waited > 24 hours)", 1, 0, 1),
        ("count(events where at - case.opened_at > 24 hours)", 0, 0, 1),  # as a is closed, its row holds no more
        ('count(cases where agent.team = "south")', 1, 0, 0),  # whose team bob is in as the case opens
    ],
)
def test_a_source_by_grouping_has_a_row_for_each_key(formula, january, february, march):
    found = cases(one=formula).values(as_of=MARCH, period="2026-01..2026-03")
    assert found == {("one", month): each for month, each in zip(MONTHS, (january, february, march), strict=True)}


def test_what_is_not_there_yet_goes_into_no_group():
    found = cases(one="avg(cases.waited) / 1 hour", two="count(cases at closing)")
    assert found.values(as_of="2026-02-28", period="2026-01") == {("one", "2026-01"): 2, ("two", "2026-01"): 2}
    assert found.values(as_of="2026-01-03", period="2026-01") == {("one", "2026-01"): 2, ("two", "2026-01"): 1}


def test_rows_without_a_key_are_left_out_of_every_group_and_counted():
    sources = {item.name: item for item in cases(one="count(cases)").result(as_of=MARCH).sources}
    assert [(item.code, item.count) for item in sources["cases"].left_out] == [("no-key", 1)]
    assert (sources["cases"].rows, sources["cases"].verdict) == (3, Soundness.LEFT_OUT)
    assert sources["events"].rows == 7


def test_a_source_by_grouping_covers_what_its_own_time_says():
    found = cases(one="count(cases)").rows(as_of=MARCH)
    assert [period for _, period in found] == list(MONTHS)
    partial = found["one", "2026-03"].partial
    assert partial is not None
    assert partial.end.isoformat() == "2026-03-03"


def test_a_source_by_grouping_may_be_grouped_again():
    definitions = (
        EVENTS
        + "source teams from cases per handled_by { derive first_case = min(opened_at)  derive n = count(cases) }\n"
    )
    found = project(definitions + kpis(one="sum(teams.n)", two="count(teams)"), {"events": LOG, "agents": AGENTS})
    assert found.values(as_of=MARCH, period="2026-01") == {("one", "2026-01"): 2, ("two", "2026-01"): 2}


def test_a_file_that_is_missing_spoils_what_is_made_of_it():
    found = cases(one="count(cases)", two="count(agents at closing)")
    (found.folder / "events.csv").unlink()
    values = found.values(as_of="2026-01-31", period="2026-01")
    assert values == {("one", "2026-01"): "bad data", ("two", "2026-01"): 2}


def test_partners_found_twice_while_a_source_is_made_are_bad_data():
    definitions = """source lines from "lines.csv" {
  key     id
  time    day
  column  day : date
  column  owner : text
  link    item -> items as item
}
source items from "items.csv" { key item  column price : number }
source baskets from lines per owner { derive worth = sum(item.price) }
"""
    lines = "id,day,owner,item\n1,2026-01-01,a,x\n2,2026-01-02,a,y\n"
    formula = kpis(one="sum(baskets.worth)")
    sound = project(definitions + formula, {"lines": lines, "items": "item,price\nx,1\ny,2\n"})
    assert sound.values(as_of=MARCH, period="2026-01") == {("one", "2026-01"): 3}
    twice = project(definitions + formula, {"lines": lines, "items": "item,price\nx,1\ny,2\ny,3\n"})
    assert twice.values(as_of=MARCH, period="2026-01") == {("one", "2026-01"): "bad data"}


def test_the_plan_tells_what_is_made_first():
    told = cases(one="count(cases)").plan(as_of=MARCH)
    assert [getattr(item.statement, "told", "read") for item in told] == ["cases", "read"]

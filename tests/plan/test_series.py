"""One period after another: aggregates per a grain, worth and rate of flows, slopes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.plan.kit import project

SHOP = """source orders {
  key id  time day
  column day : date
  column price : number
  column region : text
  covers 2025-01 .. 2026-03
}
source plan {
  time month each month  planned
  column amount : number
}
source flows {
  time day
  column day : date
  column case : text
  column amount : number
  covers 2020 .. 2029
}
"""
ORDERS = """id,day,price,region
1,2025-12-31,6,n
2,2026-01-01,1,n
3,2026-01-01,2,s
4,2026-01-31,4,n
5,2026-02-02,8,n
6,2026-03-02,16,n
7,2026-03-03,32,s
"""
# The first flows of cases lie in 2020; rates by hand: 60 / 1.1307 + 60 / 1.1307^2 = 100.
FLOWS = {
    "loan": (-100, 60, 60),
    "double": (-100, 230, -132),  # 10 % and 20 %
    "never": (100, -200, 150),
    "gain": (100, 60, 60),
    "third": (-1000, 0, 0, 1331),
    "loss": (-100, 10, 20, 30),
    "late": (0, -50, 55),
}
LINES = [f"{2020 + place}-06-01,{case},{amount}" for case, all_ in FLOWS.items() for place, amount in enumerate(all_)]
CELLS = {
    "orders": ORDERS,
    "plan": "month,amount\n2026-01-01,10\n2026-02-01,20\n",
    "flows": "\n".join(["day,case,amount", *LINES]) + "\n",
}


def kpis(**formulas):
    """KPIs of all time by name and formula, so that they may be asked at any grain."""
    return "".join(f'kpi {name} "{name}" {{ formula {text} }}\n' for name, text in formulas.items())


def rows(formula, **options):
    """The rows of a formula, by what stands behind the KPI's name."""
    options = {"as_of": "2026-03-31", "period": "2026-01", "grains": "month", **options}
    found = project(SHOP + kpis(x=formula), CELLS).rows("x", **options)
    return {place[1:]: row for place, row in found.items()}


def one(formula, **options):
    """The value in the one period asked for, or the reason for none."""
    (row,) = rows(formula, **options).values()
    return row.value if row.value is not None else str(row.reason.why)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("sum(count(orders) per day)", 3),
        ("max(sum(orders.price) per day)", 4),
        ("min(sum(orders.price) per day)", 0),
        ("median(sum(orders.price) per day)", 0),
        ("avg(sum(orders.price) per day) * 31", 7),
        ("avg(avg(orders.price) per day)", Decimal("2.75")),  # 1.5 on the 1st, 4 on the 31st
        ("percentile(avg(orders.price) per day, 25%)", Decimal("2.125")),
        ("product(sum(orders.price) + 1 per month)", 8),
        ("count(count(orders) > 0 per day)", 2),
        ("sum(previous(sum(orders.price)) per day)", 9),  # 31 December to 30 January
        ("max(trailing(sum(orders.price), 2 days) per day)", 9),  # 31 December and 1 January
        ("previous(max(sum(orders.price) per day))", 6),
        ("trailing(avg(sum(orders.price) per month), 2 months)", Decimal("6.5")),
        ("sum(sum(orders.price) per week)", "no data"),
        ("sum(sum(orders.price) per quarter)", "no data"),
        ("sum(sum(plan.amount) per day)", "no data"),
        ("sum(sum(plan.amount) per month)", 10),
    ],
)
def test_a_formula_is_computed_in_each_period_inside(formula, value):
    assert one(formula) == value


def test_of_a_period_that_is_not_over_those_inside_count_that_are():
    assert one("count(count(orders) = 0 per day)", as_of="2026-03-03", period="2026-03") == 1
    assert one("sum(count(orders) per month)", as_of="2026-02-10", period="2026-Q1", grains="quarter") == 3
    assert one("avg(count(orders) per month)", as_of="2026-01-10", period="2026-Q1", grains="quarter") == "no value"


def test_periods_without_value_are_left_out_and_counted():
    (row,) = rows("avg(avg(orders.price) per day)").values()
    assert [(note.code, note.number) for note in row.notes] == [("left_out_groups", 29)]
    (empty,) = rows("avg(avg(orders.price) per day)", period="2025-02").values()
    assert (str(empty.reason.why), empty.notes) == ("no value", ())


def test_each_member_has_periods_of_its_own():
    found = rows("count(count(orders) > 0 per day)", by="region")
    assert {place: row.value for place, row in found.items()} == {("2026-01", "n"): 2, ("2026-01", "s"): 1}
    shared = rows("max(sum(orders.price) per day) / total(max(sum(orders.price) per day))", by="region")
    assert {place: row.value for place, row in shared.items()} == {
        ("2026-01", "n"): 1,
        ("2026-01", "s"): Decimal("0.5"),
    }


def test_a_slope_is_that_of_the_line_nearest_to_the_last_periods():
    # 7, 8, 48: (48 - 7) / 2; 6, 7, 8: 1
    assert one("slope(sum(orders.price), 3 months)", period="2026-03") == Decimal("20.5")
    assert one("slope(sum(orders.price), 3 months)", period="2026-02") == 1
    assert one("slope(sum(orders.price), 1 month)", period="2026-02") == "no value"
    assert one("slope(sum(orders.price), 3 months)", period="2025-02") == "no data"
    assert one("slope(sum(orders.price), 3 months)", period="2026-03", as_of="2026-03-30") == "no data"
    # 6, none, 2.333…, 8: only months with orders have an average; points 0, 1, 2
    assert one("slope(avg(orders.price), 4 months)", period="2026-02") == 1


@pytest.mark.parametrize(
    ("case", "rate"),
    [
        ("loan", Decimal("0.130662386292")),  # (0.6 + sqrt(0.36 + 2.4)) / 2 - 1
        ("third", Decimal("0.1")),
        ("late", Decimal("0.1")),
        ("double", "undefined"),
        ("never", "undefined"),
        ("gain", "undefined"),
    ],
)
def test_the_rate_of_flows_is_where_they_are_worth_nothing(case, rate):
    found = one(f'irr(sum(flows.amount where case = "{case}") per year)', period="2020..2023", grains="all")
    assert found == rate


def test_a_loss_has_a_rate_below_nothing_and_is_worth_nothing_at_it():
    options = {"period": "2020..2023", "grains": "all"}
    rate = one('irr(sum(flows.amount where case = "loss") per year)', **options)
    assert -100 + 10 / (1 + rate) + 20 / (1 + rate) ** 2 + 30 / (1 + rate) ** 3 == pytest.approx(0, abs=1e-9)
    assert rate < 0


def test_it_is_said_why_there_is_no_rate():
    told = {}
    for case in ("double", "never", "gain"):
        formula = f'irr(sum(flows.amount where case = "{case}") per year)'
        (row,) = rows(formula, period="2020..2022", grains="all").values()
        told[case] = row.reason.text.en.replace(formula, "x")
    assert told == {
        "double": "`x` has several rates at which the flows are worth 0",
        "never": "`x` has no rate at which the flows are worth 0",
        "gain": "the flows of `x` do not change their sign",
    }


def test_what_flows_are_worth_at_a_rate():
    loan = 'sum(flows.amount where case = "loan") per year'
    options = {"period": "2020..2022", "grains": "all"}
    assert one(f"npv(10%, {loan})", **options) == Decimal("4.13223140496")  # -100 + 60 / 1.1 + 60 / 1.21
    assert one(f"npv(0, {loan})", **options) == 20
    assert one(f"npv(-100%, {loan})", **options) == "undefined"
    assert one("npv(10%, avg(flows.amount) per year)", period="2020..2026", grains="all") == "no value"

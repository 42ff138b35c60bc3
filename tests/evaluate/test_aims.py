"""Targets that are computed, relative, for a whole span, or for some members: values and statuses worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.plan.kit import project

SOURCES = """
source orders {
  key id  time day  covers 2025-01 .. 2026-12
  column id : text  column day : date  column region : text  column channel : text  column amount : money(CNY)
  column paid : bool
}
source plan { time month each month  planned  column month : date  column region : text  column amount : money(CNY) }
"""
ORDERS = """id,day,region,channel,amount,paid
1,2025-01-10,north,web,100,yes
2,2025-03-10,south,web,40,yes
3,2025-12-01,north,shop,90,no
4,2026-01-05,north,web,120,yes
5,2026-01-20,south,shop,30,no
6,2026-02-11,north,shop,60,yes
7,2026-03-31,south,web,50,yes
8,2026-04-02,,web,10,yes
"""
PLAN = """month,region,amount
2026-01-01,north,110
2026-01-01,south,30
2026-02-01,north,70
2026-04-01,,5
"""
SUM = "formula sum(orders.amount)  unit CNY  direction higher  period month"
RATE = "formula share(orders where paid)  unit percent  direction higher  period month"


def told(lines: str, *, about: str = SUM, by: str = "", **options: str) -> dict[tuple[str | None, ...], str]:
    """For each row `value target status`, the target as a number, or `-` without one."""
    asked = project(f"{SOURCES} kpi x {{ {about} {lines} }}", {"orders": ORDERS, "plan": PLAN})
    options = {"as_of": "2026-04-30", **options}
    if by:
        options["by"] = by
    return {place[1:]: said(row) for place, row in asked.rows("x", **options).items()}


def said(row) -> str:
    asks = row.target
    number = "-" if asks is None else f"{asks.value.normalize():f}"
    value = "none" if row.value is None else f"{row.value.normalize():f}"
    return f"{value} {number} {row.status or 'partial'}"


def test_an_expression_is_computed_in_the_rows_own_period():
    found = told("target sum(plan.amount) accept sum(plan.amount) * 0.8", period="2026-01..2026-04")
    assert found == {
        ("2026-01",): "150 140 met",
        ("2026-02",): "60 70 at_risk",  # 0.8 of 70 is 56
        ("2026-03",): "50 - no_target",  # nothing is planned
        ("2026-04",): "10 5 met",
    }


def test_and_at_other_grains_and_in_each_member():
    assert told("target sum(plan.amount)", grains="quarter", period="2026-Q1") == {("2026-Q1",): "260 210 met"}
    assert told("target sum(plan.amount)", by="region", period="2026-01..2026-02") == {
        ("2026-01", "north"): "120 110 met",
        ("2026-01", "south"): "30 30 met",
        ("2026-02", "north"): "60 70 missed",
        ("2026-02", "south"): "0 - no_target",
    }


def test_an_expression_without_rows_under_its_own_filter_asks_for_nothing():
    found = told('target sum(plan.amount where region = "south")', period="2026-01..2026-02")
    assert found == {("2026-01",): "150 30 met", ("2026-02",): "60 - no_target"}


def test_an_expression_may_look_back_at_the_kpi_itself():
    found = told("target previous(x) * 1.5", period="2026-01..2026-03")
    assert found == {("2026-01",): "150 135 met", ("2026-02",): "60 225 missed", ("2026-03",): "50 90 missed"}


def test_a_breakdown_that_an_expression_cannot_have_leaves_rows_without_target():
    found = told("target sum(plan.amount)", grains="month", period="2026-01", where="paid")
    assert found == {("2026-01",): "120 - no_target"}  # plans have no `paid`


def test_percents_multiply_the_value_of_the_same_place_and_amounts_add_to_it():
    assert told("target + 20% on 2025", period="2026-01..2026-04") == {
        ("2026-01",): "150 120 met",
        ("2026-02",): "60 0 met",
        ("2026-03",): "50 48 met",
        ("2026-04",): "10 0 met",
    }
    assert told("target - 30 CNY on 2025-12", period="2026-01..2026-02") == {
        ("2026-01",): "150 60 met",
        ("2026-02",): "60 60 met",
    }
    # March is the third month of its quarter, as December is of the last one
    assert told("target + 10% on 2025-Q4", period="2026-02..2026-03") == {
        ("2026-02",): "60 0 met",
        ("2026-03",): "50 99 missed",
    }


def test_percents_on_another_period_hold_at_other_grains_and_for_members_but_amounts_do_not():
    assert told("target + 20% on 2025", grains="year", period="2026", as_of="2026-12-31") == {
        ("2026",): "270 276 missed"  # 230 in 2025
    }
    by_member = told("target + 20% on 2025", by="region", period="2026-03", where='region = "south"')
    assert by_member == {("2026-03", "south"): "50 48 met"}
    assert told("target + 20 CNY on 2025", grains="quarter", period="2026-Q1") == {("2026-Q1",): "260 - no_target"}


def test_nothing_is_asked_before_the_period_named_is_over_or_where_it_is_not_covered():
    assert told("target + 20% on 2025", period="2025-12") == {("2025-12",): "90 - no_target"}
    asked = project(f"{SOURCES} kpi x {{ {SUM} target + 20% on 2024 }}", {"orders": ORDERS, "plan": PLAN})
    [row] = asked.rows("x", as_of="2026-04-30", period="2026-01").values()
    assert said(row) == "150 - no_target"
    assert [(note.code, note.text.en) for note in row.notes] == [
        ("no_target", "there is no target: `orders` covers 2025-01-01 to 2026-04-30 only")
    ]


@pytest.mark.parametrize(
    ("line", "asked"),
    [("+ 2 points", "0.52"), ("+ 2%", "0.51"), ("- 10%", "0.45"), ("- 10 points", "0.4"), ("+ 0.1", "0.6")],
)
def test_points_add_to_the_baseline_and_percents_multiply_it(line, asked):
    found = told(
        f"target {line} on baseline  baseline 40% for 2024  baseline 50% for 2025", about=RATE, period="2026-01"
    )
    assert found == {("2026-01",): f"0.5 {asked} {'met' if Decimal(asked) <= Decimal('0.5') else 'missed'}"}


def test_in_total_is_judged_in_the_span_alone_and_told_on_the_way():
    lines = "target >= 300 CNY for 2026-Q1 in total"
    assert told(lines, grains="quarter", period="2026-Q1") == {("2026-Q1",): "260 300 missed"}
    assert told(lines, grains="all", period="2026-01..2026-03") == {("all",): "260 300 missed"}
    assert told(lines, grains="all", period="2026-01..2026-04") == {("all",): "270 - no_target"}
    asked = project(f"{SOURCES} kpi x {{ {SUM} {lines} }}", {"orders": ORDERS, "plan": PLAN})
    rows = asked.rows("x", as_of="2026-03-15", period="2026-01..2026-04")
    assert [said(row) for row in rows.values()] == [
        "150 - no_target",
        "60 - no_target",
        "0 - partial",
        "none - no_value",
    ]
    notes = [[(note.code, note.number) for note in row.notes] for row in rows.values()]
    assert notes == [[("in_total", 150)], [("in_total", 210)], [("in_total", 210)], []]


def test_in_total_of_some_months_is_judged_at_all_over_just_these():
    found = told("target >= 100 CNY for 2026-02 .. 2026-03 in total", grains="all", period="2026-02..2026-03")
    assert found == {("all",): "110 100 met"}


def test_a_line_for_some_members_goes_before_one_for_all_of_the_same_time():
    lines = 'target >= 50%  target >= 90% where region = "south"  target >= 70% where region is null'
    assert told(lines, about=RATE, by="region", period="2026-01") == {
        ("2026-01", "north"): "1 0.5 met",
        ("2026-01", "south"): "0 0.9 missed",
    }
    assert told(lines, about=RATE, by="region", period="2026-04")["2026-04", None] == "1 0.7 met"
    assert told(lines, about=RATE, period="2026-01") == {("2026-01",): "0.5 0.5 met"}


def test_the_narrower_time_goes_before_the_narrower_members():
    lines = 'target >= 90% where region = "north"  target >= 40% for 2026-01'
    assert told(lines, about=RATE, by="region", period="2026-01") == {
        ("2026-01", "north"): "1 0.4 met",
        ("2026-01", "south"): "0 0.4 missed",
    }


def test_of_two_conditions_the_one_about_more_columns_is_in_force():
    lines = 'target >= 1 CNY where region = "north"  target >= 2 CNY where region = "north" and channel = "web"'
    found = told(lines, about=RATE.replace("share(orders where paid)  unit percent", "avg(orders.amount)  unit CNY"),
                 period="2026-01..2026-02", by="region,channel")  # fmt: skip
    assert found["2026-02", "north", "shop"] == "60 1 met"
    assert found["2026-01", "north", "web"] == "120 2 met"


def test_a_number_for_a_member_is_not_held_against_the_parts_of_it():
    lines = 'target >= 100 CNY where region = "north"'
    assert told(lines, by="region", period="2026-01")["2026-01", "north"] == "120 100 met"
    parts = told(lines, period="2026-01", by="region,channel")
    assert parts["2026-01", "north", "web"] == "120 - no_target"


def test_lines_that_tie_for_a_member_are_told():
    asked = project(
        SOURCES + f'kpi x {{ {SUM} target >= 1 CNY where region = "north" target >= 2 CNY where region != "south" }}',
        {"orders": ORDERS, "plan": PLAN},
    )
    result = asked.result("x", as_of="2026-04-30", period="2026-01", by="region")
    assert [said(row) for row in result.rows] == ["120 - no_target", "30 - no_target"]


def test_a_line_in_force_that_asks_for_nothing_is_not_replaced_by_a_wider_one():
    found = told("target >= 20 CNY  target sum(plan.amount) for 2026", period="2025-12..2026-03")
    assert found == {
        ("2025-12",): "90 20 met",
        ("2026-01",): "150 140 met",
        ("2026-02",): "60 70 missed",
        ("2026-03",): "50 - no_target",
    }


def test_a_plan_that_ends_within_the_period_asks_for_nothing():
    text = SOURCES.replace("each month  planned", "planned  covers 2026-01-01 .. 2026-02-10")
    asked = project(f"{text} kpi x {{ {SUM} target sum(plan.amount) }}", {"orders": ORDERS, "plan": PLAN})
    rows = asked.rows("x", as_of="2026-04-30", period="2026-01..2026-02")
    assert [said(row) for row in rows.values()] == ["150 140 met", "60 - no_target"]


def test_a_plan_that_cannot_be_read_leaves_the_value_and_takes_the_target():
    asked = project(
        f"{SOURCES} kpi x {{ {SUM} target sum(plan.amount) }}",
        {"orders": ORDERS, "plan": "month,region\n2026-01-01,north\n"},
    )
    [row] = asked.rows("x", as_of="2026-04-30", period="2026-01").values()
    assert said(row) == "150 - no_target"
    assert [note.code for note in row.notes] == ["no_target"]


def test_an_expression_may_leave_the_breakdown_look_back_over_months_or_put_groups_together():
    assert told("target total(sum(plan.amount))", by="region", period="2026-02") == {
        ("2026-02", "north"): "60 70 missed"
    }
    assert told("target total(sum(plan.amount))", by="region", period="2026-01") == {
        ("2026-01", "north"): "120 140 missed",
        ("2026-01", "south"): "30 140 missed",
    }
    assert told("target trailing(sum(plan.amount), 2 months)", period="2026-02") == {("2026-02",): "60 210 missed"}
    assert told("target max(sum(plan.amount) per region)", period="2026-01..2026-03") == {
        ("2026-01",): "150 110 met",
        ("2026-02",): "60 70 missed",
        ("2026-03",): "50 - no_target",
    }

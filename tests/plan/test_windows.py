"""Longer windows: where they begin, what they see, and when there is no data."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.plan.kit import project

SHOP = """calendar { year starts april }
source orders {
  key id  time day
  column day : date
  column price : number
  column buyer : text
  column region : text
  covers 2025-01 .. 2026-03
}
source staff {
  key id
  lives hired until gone
  covers 2025-01 .. 2026-03
}
source plan {
  time month each month  planned
  column amount : number
}
source places {
  key id
}
"""
ORDERS = """id,day,price,buyer,region
1,2025-01-31,1,a,n
2,2025-02-28,2,b,s
3,2025-04-01,4,c,n
4,2025-11-30,8,d,n
5,2025-12-31,16,a,s
6,2026-01-15,32,e,n
7,2026-02-14,64,d,n
8,2026-02-20,128,f,n
9,2026-03-10,256,d,n
"""
STAFF = """id,hired,gone
1,2024-06-01,
2,2025-12-15,2026-02-10
3,2026-03-05,
"""
PLAN = "month,amount\n" + "".join(f"2026-{month:02}-01,{month}\n" for month in range(1, 5))
CELLS = {"orders": ORDERS, "staff": STAFF, "plan": PLAN, "places": "id\n1\n2\n"}


def kpis(**formulas):
    """KPIs of all time by name and formula, so that they may be asked at any grain."""
    return "".join(f'kpi {name} "{name}" {{ formula {text} }}\n' for name, text in formulas.items())


def asked(formulas, **options):
    """The values of formulas in the periods asked for, by KPI, period and member."""
    options = {"as_of": "2026-03-31", "period": "2026-03", "grains": "month", **options}
    return project(SHOP + kpis(**formulas), CELLS).values(*formulas, **options)


def one(formula, **options):
    """The value of a formula in the one period asked for."""
    (value,) = asked({"x": formula}, **options).values()
    return value


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("trailing(sum(orders.price), 3 months)", 32 + 64 + 128 + 256),
        ("trailing(sum(orders.price), 1 quarter)", 32 + 64 + 128 + 256),
        ("trailing(sum(orders.price), 1 month)", 256),
        ("trailing(sum(orders.price), 1 year)", 4 + 8 + 16 + 32 + 64 + 128 + 256),
        ("trailing(sum(orders.price), 46 days)", 64 + 128 + 256),
        ("trailing(sum(orders.price), 6 weeks)", 128 + 256),
        ("trailing(count(distinct orders.buyer), 2 months)", 2),
        ("trailing(count(distinct orders.buyer), 5 months)", 4),
        ("trailing(median(orders.price), 3 months)", 96),
        ("trailing(sum(orders.price) / count(orders), 3 months)", 120),
        ("todate(sum(orders.price), year)", 32 + 64 + 128 + 256),
        ("todate(sum(orders.price), fiscal year)", 4 + 8 + 16 + 32 + 64 + 128 + 256),
        ("todate(sum(orders.price), half)", 32 + 64 + 128 + 256),
        ("todate(sum(orders.price), fiscal half)", 8 + 16 + 32 + 64 + 128 + 256),
        ("todate(sum(orders.price), month)", 256),
        ("todate(sum(orders.price), week)", "no data"),
        ("cumulative(sum(orders.price))", 511),
        ("cumulative(count(distinct orders.buyer))", 6),
        ("trailing(count(places), 3 months)", 2),
    ],
)
def test_a_formula_is_computed_over_the_rows_of_the_window(formula, value):
    assert one(formula) == value


@pytest.mark.parametrize(
    ("day", "length", "value"),
    [
        ("2025-05-30", "1 month", 0),  # it ends as the 31st begins; no 31 April, so it begins on the 30th
        ("2025-05-31", "2 months", 4),  # from 1 April
        ("2025-05-31", "3 months", 4),  # from 1 March
        ("2025-05-30", "3 months", 6),  # no 31 February, so it begins on the 28th
        ("2025-05-27", "3 months", 6),  # from 28 February
    ],
)
def test_months_go_back_to_the_day_of_the_same_number_or_the_months_last(day, length, value):
    assert one(f"trailing(sum(orders.price), {length})", period=day, grains="day") == value


def test_a_week_is_counted_to_date_from_the_first_week_of_its_year_and_by_no_month():
    found = asked(
        {
            "year": "todate(sum(orders.price), year)",
            "month": "todate(sum(orders.price), month)",
            "fiscal": "todate(sum(orders.price), fiscal year)",
            "week": "todate(sum(orders.price), week)",
        },
        period="2026-W03",
        grains="week",
    )
    # 2026-W01 begins on 29 December 2025
    assert [found[name, "2026-W03"] for name in ("year", "month", "fiscal", "week")] == [48, "no data", "no data", 32]


def test_a_period_longer_than_the_length_or_in_no_single_longer_one_has_no_data():
    found = asked(
        {
            "trailing": "trailing(count(orders), 2 months)",
            "half": "todate(count(orders), half)",
            "fiscal": "todate(count(orders), fiscal year)",
        },
        period="2025",
        grains="year",
    )
    assert set(found.values()) == {"no data"}


def test_a_window_that_begins_before_coverage_has_no_data():
    formulas = {"x": "trailing(count(orders), 3 months)", "y": "cumulative(count(orders))"}
    found = asked(formulas, period="2025-01..2025-03")
    assert [found["x", f"2025-0{month}"] for month in (1, 2, 3)] == ["no data", "no data", 2]
    assert [found["y", f"2025-0{month}"] for month in (1, 2, 3)] == [1, 2, 2]


def test_in_a_partial_period_the_window_begins_as_ever_and_ends_with_the_part():
    options = {"as_of": "2026-02-15"}
    formulas = {
        "now": "trailing(sum(orders.price), 3 months)",
        "before": "previous(trailing(sum(orders.price), 3 months))",
        "inside": "trailing(previous(sum(orders.price)), 3 months)",
        "grown": "growth(trailing(sum(orders.price), 3 months))",
        "grown_inside": "trailing(growth(sum(orders.price)), 3 months)",
    }
    twice = asked({"x": "trailing(previous(previous(sum(orders.price))), 3 months)"}, period="2026-02", **options)
    assert twice["x", "2026-02"] == 8  # 1 October to 15 December
    found = asked(formulas, period="2026-02", **options)
    now, before = 16 + 32 + 64, 8 + 16 + 32  # 1 December to 15 February, 1 November to 15 January
    assert [found[name, "2026-02"] for name in ("now", "before", "inside")] == [now, before, before]
    assert found["grown", "2026-02"] == found["grown_inside", "2026-02"] == 1


def test_a_period_that_is_not_over_is_compared_with_the_whole_one_before_where_that_is_asked_for():
    formulas = {
        "price": "sum(orders.price)",
        "before": "previous(sum(orders.price))",
        "twice": "previous(previous(sum(orders.price)))",
        "grown": "growth(sum(orders.price), 1 year)",
        "reach": "previous(trailing(sum(orders.price), 3 months))",
    }
    options = {"as_of": "2026-02-15", "period": "2026-02", "grains": "month"}
    rows = project(SHOP + kpis(**formulas), CELLS).rows(*formulas, **options, full=True)
    found = {name: rows[name, "2026-02"] for name in formulas}
    assert (found["price"].value, found["price"].previous) == (64, 32)
    assert (found["before"].value, found["twice"].value) == (32, 16)
    assert found["grown"].value == Decimal(64) / 2 - 1
    assert found["reach"].value == 8 + 16 + 32  # 1 November to 31 January
    assert asked(formulas, **options)["twice", "2026-02"] == 0  # 1 to 15 December


def test_growth_a_year_is_the_root_of_growth():
    cells = {
        **CELLS,
        "orders": "id,day,price,buyer,region\n1,2025-01-10,100,a,n\n2,2026-01-10,121,a,n\n3,2026-03-10,-5,a,n\n",
    }
    formulas = {
        "year": "cagr(sum(orders.price), 1 year)",
        "half": "cagr(sum(orders.price), 4 quarters)",
        "none": "cagr(sum(orders.price), 1 quarter)",
    }
    found = project(SHOP + kpis(**formulas), cells).values(
        *formulas, as_of="2026-03-31", period="2026-01..2026-03", grains="month"
    )
    assert found["year", "2026-01"] == found["half", "2026-01"] == Decimal("0.21")
    assert found["none", "2026-01"] == "undefined"  # nothing was sold in October
    two = project(
        SHOP.replace("2025-01 ..", "2024-01 ..") + kpis(x="cagr(sum(orders.price), 2 years)"),
        {**cells, "orders": cells["orders"].replace("2025-01-10", "2024-01-10")},
    ).values("x", as_of="2026-03-31", period="2026-01", grains="month")
    assert two["x", "2026-01"] == Decimal("0.1")  # 1.1 * 1.1 = 1.21


def test_a_period_cut_at_its_start_has_no_data_but_is_counted_from_the_beginning():
    definitions = SHOP.replace("  covers 2025-01 .. 2026-03\n}\nsource staff", "}\nsource staff")
    formulas = {
        "trailing": "trailing(count(orders), 1 month)",
        "todate": "todate(count(orders), month)",
        "ever": "cumulative(count(orders))",
    }
    found = project(definitions + kpis(**formulas), CELLS).values(
        *formulas, as_of="2026-03-31", period="2025-01", grains="month"
    )
    assert found == {("trailing", "2025-01"): "no data", ("todate", "2025-01"): "no data", ("ever", "2025-01"): 1}


def test_the_length_of_the_period_is_that_of_the_window():
    assert one("trailing(period_length, 2 months) / 1 day + 0 * count(orders)") == 28 + 31


def test_stocks_are_taken_at_both_ends_of_the_window():
    at = {moment: f"trailing(count(staff at {moment}), 2 months)" for moment in ("opening", "closing", "average")}
    assert asked(at, period="2026-03") == {
        ("opening", "2026-03"): 2,
        ("closing", "2026-03"): 2,
        ("average", "2026-03"): 2,
    }
    assert asked(at, period="2026-02", as_of="2026-02-28") == {
        ("opening", "2026-02"): 2,
        ("closing", "2026-02"): 1,
        ("average", "2026-02"): 1.5,
    }
    assert one("cumulative(count(staff at opening))") == 1


def test_rows_for_whole_months_count_to_the_end_of_the_period():
    assert one("trailing(sum(plan.amount), 2 months)", as_of="2026-02-10", period="2026-02") == 3
    assert one("trailing(sum(plan.amount), 45 days)", period="2026-03") == "no data"
    assert one("trailing(sum(plan.amount), 31 days)", period="2026-03") == 3


def test_over_all_time_everything_is_cumulative_already():
    found = asked(
        {
            "ever": "cumulative(sum(orders.price))",
            "two": "trailing(sum(orders.price), 2 years)",
            "one": "trailing(sum(orders.price), 1 year)",
            "half": "todate(sum(orders.price), half)",
        },
        period="2026-01..2026-03",
        grains="all",
    )
    assert [found[name, "all"] for name in ("ever", "two", "one", "half")] == [480, "no data", 4 + 8 + 16 + 480, 480]


def test_the_rows_own_change_is_against_the_window_of_the_period_before():
    rows = project(SHOP + kpis(x="trailing(sum(orders.price), 2 months)"), CELLS).rows(
        "x", as_of="2026-03-31", period="2026-03", grains="month"
    )
    (row,) = rows.values()
    assert (row.value, row.previous, row.change) == (64 + 128 + 256, 32 + 64 + 128, 224)


def test_members_are_those_of_the_window_so_that_they_add_up():
    formula = {"x": "trailing(sum(orders.price), 4 months)"}
    assert asked(formula, by="region") == {("x", "2026-03", "n"): 480, ("x", "2026-03", "s"): 16}
    assert asked({"x": "previous(sum(orders.price))"}, by="region", period="2026-01") == {("x", "2026-01", "n"): 0}


def test_a_part_of_a_row_tells_the_days_that_it_looks_at():
    rows = project(SHOP + kpis(x="trailing(count(orders), 2 months) / previous(count(orders))"), CELLS).rows(
        "x", as_of="2026-03-31", period="2026-03", grains="month"
    )
    (row,) = rows.values()
    assert [(part.text, part.value) for part in row.parts] == [
        ("count(orders) [2026-02-01 .. 2026-03-31]", 3),
        ("count(orders) [2026-02]", 2),
    ]


def test_windows_that_overlap_are_answered_by_one_statement():
    formulas = {"x": "trailing(count(distinct orders.buyer), 3 months)", "y": "count(distinct orders.buyer)"}
    asked_ = project(SHOP + kpis(**formulas), CELLS)
    assert len(asked_.plan(*formulas, as_of="2026-03-31", grains="month")) == 1

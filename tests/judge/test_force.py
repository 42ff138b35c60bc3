"""Which line is in force in which period, and the value it asks for there."""

from __future__ import annotations

from decimal import Decimal

import pytest


def asked(bench, kpi, period, **more):
    """The number asked for in a period, as text; None without target."""
    target = bench.one(kpi, "1", period, **more).target
    return None if target is None else str(target.value)


@pytest.mark.parametrize(
    ("period", "value"),
    [("2025-12", None), ("2026-01", "5"), ("2026-03", "5"), ("2026-04", None)],
)
def test_a_span_holds_in_the_periods_that_lie_in_it(bench, period, value):
    assert asked(bench, bench.kpi(bench.target(">=", "5", span="2026-Q1")), period) == value


def test_a_span_from_one_period_to_another_includes_both(bench):
    kpi = bench.kpi(bench.target(">=", "5", span="2026-02 .. 2026-Q2"))
    held = [asked(bench, kpi, f"2026-{month:02}") for month in range(1, 8)]
    assert held == [None, "5", "5", "5", "5", "5", None]


@pytest.mark.parametrize(
    ("period", "value"), [("2026", None), ("2026-Q1", "5"), ("2026-Q2", None), ("2026-W01", None), ("2026-W02", "5")]
)
def test_a_period_that_the_span_does_not_hold_whole_has_no_target(bench, period, value):
    assert asked(bench, bench.kpi(bench.target(">=", "5", span="2026-Q1"), keeps=True), period) == value


@pytest.mark.parametrize(
    ("period", "value"),
    [("2026-11", None), ("2026-12", "30"), ("2027-01", "30"), ("2031-05", "30")],
)
def test_a_due_target_holds_from_the_due_period_on(bench, period, value):
    assert asked(bench, bench.kpi(bench.target(">=", "30", due="2026-12")), period) == value


@pytest.mark.parametrize(
    ("period", "value"),
    [
        ("2026-10", None),
        ("2026-Q3", None),
        ("2026-Q4", "30"),
        ("2026-H2", "30"),
        ("2026", "30"),
        ("2026-W44", None),
        ("2026-W45", "30"),
    ],
)
def test_a_due_target_holds_in_the_periods_that_end_with_the_due_one_or_later(bench, period, value):
    # W44 ends on 1 November, W45 on the 8th
    kpi = bench.kpi(bench.target(">=", "30", due="2026-11-08"), keeps=True)
    assert asked(bench, kpi, period) == value


def test_the_week_that_ends_before_the_due_month_is_over_is_not_judged(bench):
    kpi = bench.kpi(bench.target(">=", "30", due="2026-11"), keeps=True)
    assert asked(bench, kpi, "2026-W48") is None  # ends on 29 November
    assert asked(bench, kpi, "2026-W49") == "30"  # ends on 6 December


def test_a_path_is_straight_by_number_of_periods(bench):
    # 36 to 24 in 12 steps: one less each month
    kpi = bench.kpi(bench.target("<=", "24", due="2026-12", start=("36", "2025-12")), direction="lower")
    months = ["2025-11", "2025-12", "2026-01", "2026-02", "2026-06", "2026-11", "2026-12", "2027-01", "2029-07"]
    assert [asked(bench, kpi, month) for month in months] == [None, "36", "35", "34", "30", "25", "24", "24", "24"]


def test_a_path_counts_periods_and_not_days(bench):
    # February is shorter than January and counts as much
    kpi = bench.kpi(bench.target(">=", "30", due="2026-04", start=("0", "2026-01")))
    assert [asked(bench, kpi, f"2026-0{month}") for month in (1, 2, 3, 4)] == ["0", "10", "20", "30"]


def test_a_path_that_does_not_divide_is_rounded_as_values_are(bench):
    kpi = bench.kpi(bench.target(">=", "1", due="2026-04", start=("0", "2026-01")))
    assert asked(bench, kpi, "2026-02") == "0.333333333333"
    assert bench.one(kpi, "0.333333333333", "2026-02").status == "met"
    assert bench.one(kpi, "0.333333333332", "2026-02").status == "missed"


def test_a_path_that_divides_keeps_every_digit(bench):
    kpi = bench.kpi(bench.target(">=", "1234567890123.47", due="2026-03", start=("1234567890123.45", "2026-01")))
    assert asked(bench, kpi, "2026-02") == "1234567890123.46"


@pytest.mark.parametrize(
    ("period", "value"),
    [("2025-Q3", None), ("2025-Q4", "36"), ("2026-Q1", "33"), ("2026-Q3", "27"), ("2026-Q4", "24"), ("2027-Q1", "24")],
)
def test_a_quarterly_kpi_walks_a_path_of_months_by_quarters(bench, period, value):
    # the quarters that hold December 2025 and November 2026 are four apart
    kpi = bench.kpi(bench.target("<=", "24", due="2026-11", start=("36", "2025-12")), period="quarter")
    assert asked(bench, kpi, period) == value


@pytest.mark.parametrize(
    ("period", "value"), [("2025-06", None), ("2025-11", None), ("2025-12", "36"), ("2026-01", "35"), ("2026-12", "24")]
)
def test_a_monthly_kpi_walks_a_path_of_years_from_last_month_to_last_month(bench, period, value):
    assert asked(bench, bench.kpi(bench.target("<=", "24", due="2026", start=("36", "2025"))), period) == value


@pytest.mark.parametrize(("period", "value"), [("2025", None), ("2026", "24"), ("2027", "24")])
def test_a_path_within_one_period_asks_for_its_end_there(bench, period, value):
    kpi = bench.kpi(bench.target("<=", "24", due="2026-06", start=("36", "2026-01")), period="year")
    assert asked(bench, kpi, period) == value


def test_a_path_is_walked_at_the_grain_asked_for(bench):
    # 31 December 2025 and 31 January 2026 are 31 days apart
    kpi = bench.kpi(bench.target("<=", "0", due="2026-01", start=("62", "2025-12")), keeps=True)
    days = ["2025-12-30", "2025-12-31", "2026-01-01", "2026-01-16", "2026-01-31", "2026-02-01"]
    assert [asked(bench, kpi, day) for day in days] == [None, "62", "60", "30", "0", "0"]


def test_a_path_over_fiscal_quarters(april):
    # FY2026-Q1 is April to June 2025; one step a quarter
    kpi = april.kpi(april.target(">=", "8", due="FY2027-Q1", start=("4", "FY2026-Q1")), period="fiscal quarter")
    quarters = ["FY2025-Q4", "FY2026-Q1", "FY2026-Q2", "FY2026-Q4", "FY2027-Q1"]
    assert [asked(april, kpi, quarter) for quarter in quarters] == [None, "4", "5", "7", "8"]


def test_all_time_is_judged_by_the_end_of_a_path_once_it_is_reached(bench):
    kpi = bench.kpi(bench.target("<=", "24", due="2026-06", start=("36", "2026-01")), period="all")
    first = bench.calendar.parse("2026-01").start
    assert asked(bench, kpi, "all", days=(first, bench.calendar.parse("2026-06").end)) == "24"
    assert asked(bench, kpi, "all", days=(first, bench.calendar.parse("2026-05").end)) is None


@pytest.mark.parametrize("more", [{"span": "2026"}, {"due": "2026"}, {"due": "2026", "start": ("1", "2025")}])
def test_all_time_without_days_knows_no_line_with_a_time(bench, more):
    kpi = bench.kpi(bench.target(">=", "5", **more), period="all")
    assert asked(bench, kpi, "all", days=(None, None)) is None


def test_the_narrower_span_wins(bench):
    lines = [
        bench.target(">=", "1"),
        bench.target(">=", "2", span="2026"),
        bench.target(">=", "3", span="2026-Q1"),
        bench.target(">=", "4", span="2026-02"),
    ]
    months = ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2027-01"]
    for order in (lines, lines[::-1]):
        kpi = bench.kpi(*order)
        assert [asked(bench, kpi, month) for month in months] == ["1", "3", "4", "3", "2", "1"]


def test_a_due_target_takes_over_from_a_standing_one_and_a_later_due_from_an_earlier(bench):
    kpi = bench.kpi(
        bench.target(">=", "9", due="2027-01"), bench.target(">=", "1"), bench.target(">=", "5", due="2026-06")
    )
    months = ["2026-05", "2026-06", "2026-12", "2027-01", "2030-01"]
    assert [asked(bench, kpi, month) for month in months] == ["1", "5", "5", "9", "9"]


def test_a_span_overrules_a_due_target_and_a_path(bench):
    path = bench.target(">=", "24", due="2026-12", start=("12", "2025-12"))
    kpi = bench.kpi(bench.target(">=", "1", span="2026-06"), path, bench.target(">=", "3", span="2027"))
    months = ["2026-05", "2026-06", "2026-07", "2026-12", "2027-01", "2028-01"]
    assert [asked(bench, kpi, month) for month in months] == ["17", "1", "19", "24", "3", "24"]


def test_a_schedule_has_no_target_in_the_gaps(bench):
    kpi = bench.kpi(bench.target(">=", "1", span="2026-Q1"), bench.target(">=", "2", span="2026-Q3"))
    assert [asked(bench, kpi, f"2026-0{month}") for month in (3, 5, 7)] == ["1", None, "2"]


def test_accept_lines_have_their_own_time(bench):
    accepts = [bench.target(">=", "8", span="2026"), bench.target(">=", "9", span="2026-Q1")]
    kpi = bench.kpi(bench.target(">=", "10"), accepts=accepts)
    assert [bench.one(kpi, "8.5", period).status for period in ("2026-03", "2026-04", "2027-01")] == [
        "missed",
        "at_risk",
        "missed",
    ]


def test_words_for_a_while_stand_in_place_of_a_number(bench):
    kpi = bench.kpi(bench.target(">=", "5"), bench.target(words="to be agreed", span="2026-Q1"))
    assert bench.one(kpi, "5", "2026-01").status == "no_target"
    assert bench.one(kpi, "5", "2026-04").status == "met"


# ---------------------------------------------------------------- ties


def test_two_lines_for_one_span_are_an_error_with_both_places(bench):
    kpi = bench.kpi(
        bench.target(">=", "5", span="2026-Q1", line=3), bench.target(">=", "6", span="2026-01 .. 2026-03", line=7)
    )
    result = bench.judge(kpi, *(bench.row("9", period) for period in ("2026-01", "2026-02", "2026-04")))
    assert [row.status for row in result.rows] == ["no_target"] * 3
    assert [row.target for row in result.rows] == [None] * 3
    (found,) = result.diagnostics
    assert (found.code, found.name, found.severity, found.kpi) == ("E451", "tied-targets", "error", "x")
    assert str(found.span) == "a.kpi:7:1"
    assert [str(mark.span) for mark in found.marks] == ["a.kpi:3:1"]
    assert "`x` has two `target` lines for 2026-01" in found.message.en
    assert "2026-01" in found.message.zh


def test_spans_of_one_length_tie_only_where_they_meet(bench):
    kpi = bench.kpi(
        bench.target(">=", "5", span="2026-01 .. 2026-02", line=3),
        bench.target(">=", "6", span="2026-02-01 .. 2026-03-31", line=4),
    )
    assert not bench.judge(kpi, bench.row("9", "2026-01"), bench.row("9", "2026-03")).diagnostics
    # 59 days each, with February in both
    assert len(bench.judge(kpi, bench.row("9", "2026-02")).diagnostics) == 1


def test_a_tie_is_resolved_by_a_narrower_third_line(bench):
    kpi = bench.kpi(
        bench.target(">=", "5"), bench.target(">=", "6", line=2), bench.target(">=", "7", span="2026", line=3)
    )
    result = bench.judge(kpi, bench.row("7", "2026-01"))
    assert result.diagnostics == ()
    assert result.rows[0].target.value == Decimal(7)


def test_tied_accept_lines_are_an_error_too(bench):
    kpi = bench.kpi(bench.target(">=", "9"), accepts=[bench.target(">=", "5", line=3), bench.target(">=", "6", line=4)])
    result = bench.judge(kpi, bench.row("7"))
    assert "`accept`" in result.diagnostics[0].message.en
    assert result.rows[0].status == "no_target"


def test_each_kpi_reports_its_own_tie(bench):
    lines = (bench.target(">=", "5", line=3), bench.target(">=", "5", line=4))
    kpis = [bench.kpi(*lines, name="x"), bench.kpi(*lines, name="y")]
    result = bench.judge_all(
        kpis, [bench.row("9", name="x"), bench.row("9", name="y"), bench.row("9", "2026-02", name="y")]
    )
    assert [found.kpi for found in result.diagnostics] == ["x", "y"]


def test_where_a_kpi_is_not_judged_its_lines_do_not_tie(bench):
    kpi = bench.kpi(bench.target(">=", "5"), bench.target(">=", "6", line=2))
    assert bench.judge(kpi, bench.row("9", "2026-Q1")).diagnostics == ()

"""Met, at risk, missed: values held against a constant, a band, words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpilang.result import Status, TargetInForce


@pytest.mark.parametrize(
    ("comparator", "value", "status"),
    [
        (">=", "90", "met"),
        (">=", "90.0", "met"),
        (">=", "89.999999999999999999", "missed"),
        (">=", "91", "met"),
        (">", "90", "missed"),
        (">", "90.000000000001", "met"),
        ("<=", "90", "met"),
        ("<=", "90.000000000001", "missed"),
        ("<", "90", "missed"),
        ("<", "89.9", "met"),
        ("=", "90.00", "met"),
        ("=", "90.01", "missed"),
        ("!=", "90", "missed"),
        ("!=", "90.01", "met"),
    ],
)
def test_a_value_meets_its_target_where_the_comparison_holds(bench, comparator, value, status):
    row = bench.one(bench.kpi(bench.target(comparator, "90")), value)
    assert row.status == status
    assert row.target == TargetInForce(comparator, Decimal(90))


@pytest.mark.parametrize(
    ("direction", "above", "below"),
    [
        ("higher", "met", "missed"),
        ("lower", "missed", "met"),
        ("within", "missed", "missed"),
        (None, "no_target", "no_target"),
    ],
)
def test_a_target_without_comparator_takes_it_from_the_direction(bench, direction, above, below):
    kpi = bench.kpi(bench.target(None, "5"), direction=direction)
    assert bench.one(kpi, "6").status == above
    assert bench.one(kpi, "4").status == below
    assert bench.one(kpi, "5").status == ("met" if direction else "no_target")


@pytest.mark.parametrize(
    ("target", "accept", "value", "status"),
    [
        ((">=", "60"), (">=", "55"), "60", "met"),
        ((">=", "60"), (">=", "55"), "59.99", "at_risk"),
        ((">=", "60"), (">=", "55"), "55", "at_risk"),
        ((">=", "60"), (">=", "55"), "54.99", "missed"),
        (("<=", "24"), ("<=", "30"), "24", "met"),
        (("<=", "24"), ("<=", "30"), "24.01", "at_risk"),
        (("<=", "24"), ("<=", "30"), "30", "at_risk"),
        (("<=", "24"), ("<=", "30"), "30.01", "missed"),
        (("<=", "24"), ("<", "30"), "30", "missed"),
        ((">", "60"), (None, "60"), "60", "at_risk"),
    ],
)
def test_between_accept_and_target_a_value_is_at_risk(bench, target, accept, value, status):
    kpi = bench.kpi(
        bench.target(*target), accepts=[bench.target(*accept)], direction="higher" if ">" in target[0] else "lower"
    )
    assert bench.one(kpi, value).status == status


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("0.9", "missed"),
        ("1", "at_risk"),
        ("1.99", "at_risk"),
        ("2", "met"),
        ("3", "met"),
        ("4", "met"),
        ("4.01", "at_risk"),
        ("5", "at_risk"),
        ("5.01", "missed"),
    ],
)
def test_a_band_holds_its_edges_and_so_does_its_accept_band(bench, value, status):
    target, accept = bench.target(band=("2", "4")), bench.target(band=("1", "5"))
    row = bench.one(bench.kpi(target, accepts=[accept], direction="within"), value)
    assert row.status == status
    assert row.target == TargetInForce(None, None, Decimal(2), Decimal(4))


def test_words_ask_for_no_number(bench):
    row = bench.one(bench.kpi(bench.target(words="industry standard"), direction="higher"), "5")
    assert row.status == Status.NO_TARGET
    assert row.target == TargetInForce(None, None, words="industry standard")
    assert row.attainment is None


def test_without_target_there_is_no_status_but_that(bench):
    row = bench.one(bench.kpi(accepts=[bench.target(">=", "5")]), "5")
    assert (row.status, row.target, row.attainment, row.attainment_reason) == (Status.NO_TARGET, None, None, None)


def test_without_a_value_the_reason_stands_for_the_attainment(bench):
    row = bench.one(bench.kpi(bench.target(">=", "5")), None)
    assert row.status == Status.NO_VALUE
    assert row.target == TargetInForce(">=", Decimal(5))
    assert row.attainment is None
    assert row.attainment_reason == row.reason


def test_without_value_and_target_there_is_no_value(bench):
    row = bench.one(bench.kpi(), None)
    assert (row.status, row.attainment_reason) == (Status.NO_VALUE, None)


@pytest.mark.parametrize("value", ["9", None])
def test_a_partial_period_shows_its_target_and_is_not_judged(bench, value):
    row = bench.one(bench.kpi(bench.target(">=", "5")), value, partial=True)
    assert row.target == TargetInForce(">=", Decimal(5))
    assert (row.status, row.attainment, row.attainment_reason) == (None, None, None)


@pytest.mark.parametrize(
    ("period", "by", "keeps", "status"),
    [
        ("2026-01", (), False, "met"),
        ("2026-Q1", (), False, "no_target"),
        ("2026-01-31", (), False, "no_target"),
        ("2026-01", (("region", "EMEA"),), False, "no_target"),
        ("2026-01", (("region", None),), False, "no_target"),
        ("2026-Q1", (), True, "met"),
        ("2026-01-31", (), True, "met"),
        ("2026-01", (("region", "EMEA"),), True, "met"),
        ("2026-Q1", (("region", None),), True, "met"),
    ],
)
def test_elsewhere_only_a_kpi_that_keeps_its_target_is_judged(bench, period, by, keeps, status):
    row = bench.one(bench.kpi(bench.target(">=", "5"), keeps=keeps), "5", period, by=by)
    assert row.status == status
    assert (row.target is None) == (status == "no_target")


def test_a_kpi_without_period_is_at_home_in_all_time(bench):
    kpi = bench.kpi(bench.target(">=", "5"), period=None)
    assert bench.one(kpi, "5", "all").status == Status.MET
    assert bench.one(kpi, "5", "2026").status == Status.NO_TARGET
    assert bench.one(kpi, "5", "all", days=(None, None)).status == Status.MET


def test_a_fiscal_quarter_is_the_calendars_only_where_years_start_in_january(bench, april):
    for side, status in ((bench, Status.MET), (april, Status.NO_TARGET)):
        kpi = side.kpi(side.target(">=", "5"), period="fiscal quarter")
        assert side.one(kpi, "5", "FY2026-Q1").status == Status.MET
        assert side.one(kpi, "5", "2026-Q1").status == status


def test_rows_keep_their_order_and_all_else_they_hold(bench):
    rows = [bench.row("1", "2026-01"), bench.row("9", "2026-02"), bench.row(None, "2026-03")]
    result = bench.judge(bench.kpi(bench.target(">=", "5")), *rows)
    assert [row.status for row in result.rows] == [Status.MISSED, Status.MET, Status.NO_VALUE]
    for before, after in zip(rows, result.rows, strict=True):
        assert (before.period, before.value, before.reason) == (after.period, after.value, after.reason)
    assert result.diagnostics == ()

"""How far a value reached, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpilang.result import Status, Why


@pytest.mark.parametrize(
    ("direction", "line", "value", "reached"),
    [
        ("higher", (">=", "80"), "60", "0.75"),
        ("higher", (">=", "80"), "100", "1.25"),
        ("higher", (">=", "80"), "80", "1"),
        ("higher", (">=", "80"), "0", "0"),
        ("lower", ("<=", "24"), "30", "0.8"),
        ("lower", ("<=", "24"), "12", "2"),
        ("lower", ("<=", "0"), "5", "0"),
        ("higher", (">=", "3"), "2", "0.666666666667"),
        ("higher", (">=", "3"), "1", "0.333333333333"),
        ("lower", ("<=", "1"), "7", "0.142857142857"),
        (None, (">=", "80"), "60", "0.75"),
        (None, (">", "80"), "60", "0.75"),
        (None, ("<=", "24"), "30", "0.8"),
        (None, ("<", "24"), "30", "0.8"),
        ("within", ("<", "24"), "30", "0.8"),
        (None, ("=", "10"), "10.0", "1"),
        (None, ("=", "10"), "8", "0.8"),
        (None, ("=", "10"), "12.5", "0.8"),
        ("within", (None, "10"), "12.5", "0.8"),
        ("higher", ("=", "10"), "12.5", "1.25"),
        ("higher", (">=", "10000000000000000.01"), "10000000000000000.01", "1"),
    ],
)
def test_attainment_of_a_value(bench, direction, line, value, reached):
    row = bench.one(bench.kpi(bench.target(*line), direction=direction), value)
    assert (row.attainment, row.attainment_reason) == (Decimal(reached), None)


@pytest.mark.parametrize(
    ("value", "reached"),
    [("2", "1"), ("3", "1"), ("4", "1"), ("1", "0.5"), ("0", "0"), ("5", "0.8"), ("16", "0.25")],
)
@pytest.mark.parametrize("direction", ["within", "higher", None])
def test_a_band_is_reached_inside_and_outside_by_its_nearer_edge(bench, direction, value, reached):
    row = bench.one(bench.kpi(bench.target(band=("2", "4")), direction=direction), value)
    assert (row.attainment, row.attainment_reason) == (Decimal(reached), None)


@pytest.mark.parametrize(
    ("direction", "target", "value", "word"),
    [
        ("higher", {"comparator": ">=", "value": "0"}, "5", "divide by a target of 0"),
        ("higher", {"comparator": ">=", "value": "0"}, "0", "divide by a target of 0"),
        ("lower", {"comparator": "<=", "value": "5"}, "0", "divide by a value of 0"),
        ("lower", {"comparator": "<=", "value": "0"}, "0", "divide by a value of 0"),
        ("higher", {"comparator": ">=", "value": "5"}, "-1", "different sides"),
        ("higher", {"comparator": ">=", "value": "-5"}, "1", "different sides"),
        ("lower", {"comparator": "<=", "value": "5"}, "-1", "different sides"),
        ("higher", {"comparator": ">=", "value": "-10"}, "-5", "both below 0"),
        ("lower", {"comparator": "<=", "value": "-10"}, "-5", "both below 0"),
        ("within", {"band": ("0", "4")}, "-1", "divide by a target of 0"),
        ("within", {"band": ("2", "4")}, "-1", "different sides"),
        ("within", {"band": ("-4", "-2")}, "1", "different sides"),
        ("within", {"band": ("-4", "-2")}, "-5", "both below 0"),
        (None, {"comparator": "!=", "value": "5"}, "4", "!="),
    ],
)
def test_attainment_is_absent_with_the_reason(bench, direction, target, value, word):
    row = bench.one(bench.kpi(bench.target(**target), direction=direction), value)
    assert row.attainment is None
    assert row.attainment_reason.why == Why.UNDEFINED
    assert word in row.attainment_reason.text.en
    assert row.attainment_reason.text.zh
    assert row.status in (Status.MET, Status.MISSED)


def test_a_band_around_zero_is_reached_inside(bench):
    row = bench.one(bench.kpi(bench.target(band=("-1", "1")), direction="within"), "0")
    assert (row.status, row.attainment) == (Status.MET, Decimal(1))

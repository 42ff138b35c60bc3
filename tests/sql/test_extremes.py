"""No row makes a statement fail: numbers at the ends of their types, dates at the ends of the calendar."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kpilang.model.types import Kind
from tests.sql.bench import expression, fill, scalars, select

ENDS = {
    "a": (2**63 - 1, -(2**63) + 1, 0, 1, None),
    "b": (-(2**63) + 1, 2**63 - 1, 3, 0, 1),
    "x": (1e308, -1e308, 5e-324, 0.0, 2.5),
    "m": (Decimal("99999999999999.9999"), Decimal("-99999999999999.9999"), Decimal("0.0001"), Decimal(0), None),
    "n": (Decimal("9999999999999999.99"), Decimal("-9999999999999999.99"), Decimal("0.01"), None, Decimal(1)),
    "w": (1e300, -1e15, 1e9, 0.5, None),
    "f": (True, False, None, True, False),
    "d": (dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(2024, 2, 29), None, dt.date(1900, 1, 1)),
    "e": (dt.date(9999, 12, 31), dt.date(1, 1, 1), None, dt.date(2024, 2, 29), dt.date(2000, 1, 1)),
    "i": (
        dt.datetime(1, 1, 1),
        dt.datetime(9999, 12, 31, 23, 59, 59),
        None,
        dt.datetime(2024, 2, 29),
        dt.datetime(2000, 1, 1),
    ),
}
ROWS = [dict(zip(ENDS, row, strict=True)) for row in zip(*ENDS.values(), strict=True)]
PLAIN = st.sampled_from(("a", "b", "x", "3", "0.5", "12345678901234567890", "months_between(d, e)", "year(i)"))
NUMBERS = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda found: "({} {} {})".format(*found)),
        st.tuples(inner, inner).map(lambda found: "greatest({}, {})".format(*found)),
        st.tuples(inner, inner).map(lambda found: "(if f then {} else {})".format(*found)),
        st.tuples(inner, inner).map(lambda found: "coalesce({}, {})".format(*found)),
        st.tuples(inner, st.integers(-3, 3)).map(lambda found: "round({}, {})".format(*found)),
        st.tuples(inner, st.sampled_from(("a", "x", "0.5", "1000000"))).map(
            lambda found: "power({}, {})".format(*found)
        ),
        inner.map("abs({})".format),
        inner.map("-({})".format),
        inner.map("exp({})".format),
        inner.map("ln({})".format),
    ),
    max_leaves=6,
)


@pytest.fixture(autouse=True, scope="module")
def filled():
    fill(ROWS)


@settings(max_examples=60, deadline=None)
@example("round(a, -1)")
@given(NUMBERS)
def test_a_number_over_rows_is_a_number_or_empty(text):
    found = scalars().value(expression(text))
    assert len(select(found.text, f"{found.text} > 1")) == len(ROWS)


@pytest.mark.parametrize(
    "text",
    [
        "m + n",
        "m - n",
        "m * a",
        "n * b",
        "m * 1.5 * a",
        "m / n",
        "round(m, 1)",
        "round(n, -2)",
        "abs(n)",
        "if f then m else n",
        "greatest(m, n, 0 CNY)",
        "d - e",
        "i - d",
        "d + 400 days",
        "d - 400 days",
        "e + 36 hours",
        "i + w",
        "i - w",
        "months_between(d, e)",
        "weekday(d)",
        "i in 2024",
        "i = d",
        "i > e",
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
def test_money_and_dates_at_the_ends_of_their_types_do_not_fail(text, zone):
    found = expression(text, zone)
    sql = scalars(zone).value(found)
    assert len(select(sql.text)) == len(ROWS)
    if found.type.kind is Kind.NUMBER:
        assert len(select(f"({sql.text}) * 1.0e0")) == len(ROWS)

"""What is quoted comes back from DuckDB as it went in, whatever its characters."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kpilang.sql import quote

SOME = settings(max_examples=100, deadline=None)
HOSTILE = [
    "'",
    '"',
    "''",
    "'; DROP TABLE t; --",
    "\\",
    "\\'",
    "%s {x} $1 ?",
    "/*",
    "\n\r\t",
    "é中文😀",
    "\u202e",
    "a\x00b",
    "\x00",
    "",
]


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        yield opened


def back(connection, sql):
    return connection.execute(f"SELECT {sql}").fetchone()[0]


@SOME
@given(st.text())
@example("a\x00b")
def test_a_text_comes_back(connection, value):
    assert back(connection, quote.text(value)) == value


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_text_comes_back(connection, value):
    assert back(connection, quote.text(value)) == value


@SOME
@given(st.text(min_size=1).filter(lambda name: "\x00" not in name))
@example('a"b')
@example("select")
@example("a'; --")
def test_a_name_names_one_column(connection, name):
    found = connection.execute(f"SELECT 42 AS {quote.identifier(name)}")
    assert [column[0] for column in found.description] == [name]
    assert connection.execute(
        f"SELECT {quote.identifier(name)} FROM (SELECT 7 AS {quote.identifier(name)})"
    ).fetchone() == (7,)


@pytest.mark.parametrize("name", ["", "a\x00b", "\ud800"])
def test_what_cannot_be_a_name_is_refused(name):
    with pytest.raises(ValueError, match="SQL"):
        quote.identifier(name)


def test_half_a_character_is_no_text():
    with pytest.raises(ValueError, match="SQL"):
        quote.text("\udfff")


@SOME
@given(st.dates())
def test_a_date_comes_back(connection, value):
    assert back(connection, quote.date(value)) == value


@SOME
@given(st.datetimes())
def test_an_instant_comes_back(connection, value):
    assert back(connection, quote.timestamp(value)) == value


def test_an_instant_with_a_zone_is_refused():
    with pytest.raises(ValueError, match="naive"):
        quote.timestamp(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


@SOME
@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=Decimal(-(10**18)), max_value=Decimal(10**18), places=12
    )
)
@example(Decimal("1E+5"))
@example(Decimal("-0.00000000000000000000000000000000000001"))
def test_a_decimal_comes_back_exactly(connection, value):
    found = back(connection, quote.decimal(value))
    assert isinstance(found, Decimal)
    assert found == value


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal(10**38), Decimal("1E-39")])
def test_a_decimal_that_does_not_fit_is_refused(value):
    with pytest.raises(ValueError, match=r"SQL|digits"):
        quote.decimal(value)


@SOME
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e300"), max_value=Decimal("1e300")))
def test_a_double_is_the_nearest(connection, value):
    assert back(connection, quote.double(value)) == float(value)


def test_a_double_is_finite():
    with pytest.raises(ValueError, match="SQL"):
        quote.double(Decimal("NaN"))


@SOME
@given(st.integers(-(2**63), 2**63 - 1))
def test_an_integer_comes_back(connection, value):
    assert back(connection, quote.integer(value)) == value


def test_an_integer_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="BIGINT"):
        quote.integer(2**63)


def test_a_boolean_comes_back(connection):
    assert back(connection, quote.boolean(True)) is True
    assert back(connection, quote.boolean(False)) is False

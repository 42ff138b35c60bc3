"""The one place where a name or a value becomes SQL text, so that no text of a user is ever read as SQL."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

MOST_DIGITS = 38


def identifier(name: str) -> str:
    """A name in double quotes. DuckDB holds two names that differ only in ASCII case for one.

    Raises ValueError for an empty name and for characters that no name in SQL can hold (NUL, lone surrogates).
    """
    _refuse_surrogates(name)
    if not name or "\0" in name:
        raise ValueError(f"no name in SQL: {name!r}")
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in single quotes, whatever its characters; ValueError for lone surrogates, which are no text."""
    _refuse_surrogates(value)
    pieces = ["'" + piece.replace("'", "''") + "'" for piece in value.split("\0")]
    return pieces[0] if len(pieces) == 1 else "(" + " || chr(0) || ".join(pieces) + ")"


def date(value: dt.date) -> str:
    """A DATE."""
    return f"DATE '{value.year:04}-{value.month:02}-{value.day:02}'"


def timestamp(value: dt.datetime) -> str:
    """A TIMESTAMP without zone, to the microsecond; ValueError for a value with a zone."""
    if value.tzinfo is not None:
        raise ValueError(f"a naive instant is wanted: {value!r}")
    return f"TIMESTAMP '{value.isoformat(sep=' ', timespec='microseconds')}'"


def decimal(value: Decimal) -> str:
    """An exact DECIMAL, just wide enough; ValueError for NaN, infinity and more than 38 digits."""
    if not value.is_finite():
        raise ValueError(f"no decimal in SQL: {value}")
    _, digits, exponent = value.as_tuple()
    scale = max(0, -int(exponent))
    width = max(len(digits) + max(0, int(exponent)), scale, 1)
    if width > MOST_DIGITS:
        raise ValueError(f"more than {MOST_DIGITS} digits: {value}")
    return f"CAST('{value:f}' AS DECIMAL({width}, {scale}))"


def double(value: Decimal) -> str:
    """The DOUBLE nearest to a decimal; ValueError for NaN and infinity."""
    if not value.is_finite():
        raise ValueError(f"no number in SQL: {value}")
    return f"CAST('{value}' AS DOUBLE)"


def boolean(value: bool) -> str:
    """A BOOLEAN."""
    return "TRUE" if value else "FALSE"


def integer(value: int) -> str:
    """A BIGINT; ValueError where it does not fit one."""
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"no BIGINT: {value}")
    return f"CAST('{value}' AS BIGINT)"


def _refuse_surrogates(value: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(f"no text in SQL: {value!r}")

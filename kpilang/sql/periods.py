"""The periods of the calendar as SQL: the number and the name of the one that a day lies in.

A day in a period that no calendar holds to its end (9999-12-31 is in none) has neither number nor name.
"""

from __future__ import annotations

import datetime as dt

from kpilang.model.calendar import Calendar
from kpilang.sql import quote

FIRST = "DATE '0001-01-01'"


def number(calendar: Calendar, grain: str, day: str) -> str:
    """The number of the period that a day, a piece of SQL of type DATE, lies in; periods are numbered without gaps."""
    return held(calendar, grain, day, _number(calendar, grain, day))


def name(calendar: Calendar, grain: str, day: str) -> str:
    """The name of the period that a day lies in."""
    return held(calendar, grain, day, _name(calendar, grain, day))


def held(calendar: Calendar, grain: str, day: str, value: str) -> str:
    """A value where the period of a day comes to its end; empty where it does not, or where there is no day."""
    beyond = calendar.containing(dt.date.max, grain).start
    return f"CASE WHEN {day} < {quote.date(beyond)} THEN {value} END"


def _number(calendar: Calendar, grain: str, day: str) -> str:
    if grain == "day":
        return f"CAST({day} - {FIRST} AS BIGINT)"
    if grain == "week":
        return f"((CAST({day} - {FIRST} AS BIGINT) + {7 - calendar.week_starts}) // 7)"
    length, offset = calendar.months_of(grain)
    months = f"(CAST(year({day}) AS BIGINT) * 12 + month({day}) - {1 + offset})"
    return f"({months} // {length})" if length > 1 else months


def _name(calendar: Calendar, grain: str, day: str) -> str:
    if grain == "day":
        return f"printf('%04d-%02d-%02d', year({day}), month({day}), day({day}))"
    if grain == "week":
        into = f"CAST((CAST({day} - {FIRST} AS BIGINT) + {7 - calendar.week_starts}) % 7 AS INTEGER)"
        middle = f"GREATEST({day} - {into} + 3, {FIRST})"
        return f"printf('%04d-W%02d', year({middle}), (dayofyear({middle}) - 1) // 7 + 1)"
    length, offset = calendar.months_of(grain)
    found = _number(calendar, grain, day)
    year, place = f"({found} // {12 // length} + {int(offset > 0)})", f"({found} % {12 // length} + 1)"
    letter = {"quarter": "Q", "half": "H"}.get(grain.removeprefix("fiscal "), "")
    prefix = "FY" if grain.startswith("fiscal") else ""
    if length == 12:
        return f"printf('{prefix}%04d', {year})"
    return f"printf('{prefix}%04d-{letter or ''}%{'' if letter else '02'}d', {year}, {place})"

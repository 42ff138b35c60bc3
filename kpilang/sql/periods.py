"""The periods of the calendar as SQL: the number and the name of the one that a day lies in.

A day in a period that no calendar holds to its end (9999-12-31 is in none) has neither number nor name.
"""

from __future__ import annotations

import datetime as dt

from kpilang.model.calendar import LETTERS, Calendar
from kpilang.model.retail import WEEKS, Retail
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
    if calendar.retail is not None and grain.startswith("fiscal"):
        return of_weeks(calendar.retail, length, day)
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
    letter = LETTERS.get(grain, "")
    prefix = "FY" if grain.startswith("fiscal") else ""
    if length == 12:
        return f"printf('{prefix}%04d', {year})"
    return f"printf('{prefix}%04d-{letter}%{'02' if length == 1 else ''}d', {year}, {place})"


def of_weeks(retail: Retail, length: int, day: str) -> str:
    """The number of the period of so many months that a day lies in, where fiscal years are made of whole weeks."""
    years = (-1, 0, 1)  # the end of a year may lie just before the calendar year of its name, or just behind it
    later = " ".join(f"WHEN {day} <= {ends(retail, day, year)} THEN {year}" for year in years)
    begun = " ".join(f"WHEN {day} <= {ends(retail, day, year)} THEN {ends(retail, day, year - 1)}" for year in years)
    year = f"(CAST(year({day}) AS BIGINT) + CASE {later} ELSE 2 END)"
    into = f"({day} - CASE {begun} ELSE {ends(retail, day, 1)} END - 1)"
    week = f"LEAST({into} // 7, {WEEKS - 1})"
    first, second, _ = retail.months
    quarter = sum(retail.months)
    inside = f"({week} % {quarter})"
    month = f"({week} // {quarter} * 3 + CAST({inside} >= {first} AS BIGINT) + CAST({inside} >= {first + second} AS BIGINT))"
    return f"({year} * {12 // length} + {month} // {length})"


def ends(retail: Retail, day: str, later: int) -> str:
    """The last day of the fiscal year named as the calendar year of a day, or so many years later; a DATE."""
    year = f"(year({day}) + {later})"
    if retail.day is None:
        last = f"last_day(make_date({year}, {retail.month}, 1))"
        return f"({last} - CAST((isodow({last}) + {6 - retail.weekday}) % 7 AS INTEGER))"
    named = f"make_date({year}, {retail.month}, {retail.day})"
    return f"({named} + CAST(({retail.weekday + 4} - isodow({named}) + 7) % 7 AS INTEGER) - 3)"

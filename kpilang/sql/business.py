"""Working days and working time as SQL: by arithmetic of weeks, with a search among the few days that are no ordinary ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpilang.model.business import corrections, ordinary
from kpilang.model.expr import Expr, Operation
from kpilang.model.working import Working
from kpilang.sql import quote
from kpilang.sql.values import DATE, INTEGER, Sql, to_utc

if TYPE_CHECKING:
    from kpilang.sql.scalars import Scalars

FIRST = "DATE '0001-01-01'"
DAY_MINUTES = 24 * 60
Steps = Sequence[tuple[dt.date, int]]


def business_days(rows: Scalars, expr: Operation) -> Sql:
    """Days worked from one date to before another."""
    first, last = (days_before(rows.calendar.working, rows.day(each)) for each in expr.arguments)
    return Sql(f"({last} - {first})", INTEGER)


def business_time(rows: Scalars, expr: Operation) -> Sql:
    """Seconds worked from one date or instant to another."""
    first, last = (worked_before(rows, each) for each in expr.arguments)
    micro = f"({last} - {first})"
    return Sql(f"(CAST({micro} AS DECIMAL(20,0)) * CAST('0.000001' AS DECIMAL(7,6)))", "DECIMAL(27,6)")


def days_before(working: Working, day: str) -> str:
    """How many days are worked before a day since the first of all, which was a Monday."""
    number = f"CAST({day} - {FIRST} AS BIGINT)"
    *counts, whole = working.of_week
    weekday = f"({number} % 7)"
    if counts == [min(place, whole) for place in range(7)]:  # the weekend ends the week
        within = f"LEAST({weekday}, {whole})"
    else:
        within = f"[{', '.join(map(str, counts))}][{weekday} + 1]"
    return f"({number} // 7 * {whole} + {within}{plus(working.changes, day)})"


def worked_before(rows: Scalars, expr: Expr) -> str:
    """Microseconds worked before a date or an instant since the first day of all."""
    value, day, calendar = rows.value(expr), rows.day(expr), rows.calendar
    before = days_before(calendar.working, day)
    whole = f"{before} * {ordinary(calendar)}{plus(corrections(calendar), day)}"
    if value.type == DATE:
        return f"({whole})"
    parts = " + ".join(passed(rows, value, day, *stretch) for stretch in calendar.working.hours)
    works = f"{days_before(calendar.working, f'({day} + 1)')} > {before}"
    return f"({whole} + CASE WHEN {works} THEN {parts} ELSE 0 END)"


def passed(rows: Scalars, instant: Sql, day: str, start: int, end: int) -> str:
    """How much of a stretch of its day has passed at an instant."""
    last = f"epoch_us({instant.text})"
    if end < DAY_MINUTES:
        last = f"LEAST({last}, epoch_us({at(rows, day, end)}))"
    return f"GREATEST({last} - epoch_us({at(rows, day, start)}), 0)"


def at(rows: Scalars, day: str, minute: int) -> str:
    """The instant of a minute of a day by the clock."""
    if not minute:
        return rows.instant(Sql(day, DATE)).text
    local = f"(CAST({day} AS TIMESTAMP) + INTERVAL {minute} MINUTE)"
    return local if rows.calendar.zone == "UTC" else to_utc(local, rows.calendar.zone)


def plus(steps: Steps, day: str) -> str:
    """What stands beside the last of some days before a day, added; nothing where there are none."""
    return f" + {found(steps, day, 0, len(steps))}" if steps else ""


def found(steps: Steps, day: str, low: int, high: int) -> str:
    """A search by halves for how many of the days lie before a day."""
    if low == high:
        return str(steps[low - 1][1]) if low else "0"
    middle = (low + high) // 2
    below, above = found(steps, day, low, middle), found(steps, day, middle + 1, high)
    return f"CASE WHEN {day} <= {quote.date(steps[middle][0])} THEN {below} ELSE {above} END"

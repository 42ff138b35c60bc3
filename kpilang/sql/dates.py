"""Functions of dates and of lives as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpilang.model.expr import Literal, Operation
from kpilang.sql import periods
from kpilang.sql.values import DATE, DAY_SECONDS, INSTANT, INTEGER, TEXT, Sql, months

if TYPE_CHECKING:
    from kpilang.sql.scalars import Scalars


def date_part(rows: Scalars, expr: Operation) -> Sql:
    """The year, quarter, month or weekday of a date."""
    part = {"weekday": "isodow"}.get(expr.name, expr.name)
    return Sql(f"{part}({rows.local(rows.value(expr.arguments[0]))})", INTEGER)


def period(rows: Scalars, expr: Operation) -> Sql:
    """The name of the period that holds a date."""
    return Sql(periods.name(rows.calendar, grain_of(expr), rows.day(expr.arguments[0])), TEXT)


def periods_between(rows: Scalars, expr: Operation) -> Sql:
    """How many periods of a grain lie from the one of a date to that of another."""
    first, last = (periods.number(rows.calendar, grain_of(expr), rows.day(each)) for each in expr.arguments[:2])
    return Sql(f"({last} - {first})", INTEGER)


def grain_of(expr: Operation) -> str:
    """The grain that a function of periods is given, behind its dates."""
    *_, grain = expr.arguments
    assert isinstance(grain, Literal)
    return str(grain.value)


def months_between(rows: Scalars, expr: Operation) -> Sql:
    """Whole months from one date to another."""
    left, right = (rows.day(argument) for argument in expr.arguments)
    forwards, backwards = months(left, right), months(right, left)
    return Sql(f"CASE WHEN {left} <= {right} THEN {forwards} ELSE - {backwards} END", INTEGER)


def alive_time(rows: Scalars, _: Operation) -> Sql:
    """How long a row holds within the window that it is looked at in."""
    assert rows.alive is not None
    return rows.alive


def age(rows: Scalars, expr: Operation) -> Sql:
    """Seconds up to the instant of the state, which `i` holds; of a date up to the last day before it."""
    since = rows.value(expr.arguments[0])
    if since.type == DATE:
        return Sql(f"((i.d - {since.text} - 1) * {DAY_SECONDS})", INTEGER)
    return rows.elapsed(Sql("i.t", INSTANT), since)

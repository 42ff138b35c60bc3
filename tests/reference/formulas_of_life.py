"""Formulas made at random about life inside the period, working time and rates of exchange."""

from __future__ import annotations

from hypothesis import strategies as st

LIVES = ("staff", "tickets")
BOUNDS = {"staff": ("hired", "gone"), "tickets": ("opened", "closed", "made")}
FACTORS = {"staff": "pay", "tickets": "hours"}
GRAINS = ("day", "week", "month", "quarter", "half", "year", "fiscal quarter", "fiscal year")
NAMES = ("2024-02-29", "2024-W09", "2024-02", "2024-Q1", "2024-H1", "2024", "FY2024-Q4", "FY2024")


def pick(draw: st.DrawFn, *options: str) -> str:
    return draw(st.sampled_from(options))


def lived(draw: st.DrawFn, source: str, where: str) -> str:
    """An aggregate over the rows that hold at some time of the period; `where` is a clause or nothing."""
    time = f"alive_time({source})"
    days = pick(draw, "1 day", "20 days", "36 hours", "0 days")
    value = pick(draw, time, time, f"({time} * {FACTORS[source]})", f"({time} / 1 day)")
    unit = "" if value.endswith("day)") else " / 1 hour"
    chosen = f"count({source} where {time} {pick(draw, '<', '>=')} {days})"
    every = f"{pick(draw, 'sum', 'avg', 'max', 'min', 'median', 'first', 'last')}({value}{where}){unit}"
    return pick(draw, f"(alive_time({source}{where}) / 1 hour)", f"({every})", f"({every})", chosen)


def aged(draw: st.DrawFn, source: str, where: str) -> str:
    """An aggregate over the age of rows at the moment of a state."""
    column, moment = pick(draw, *BOUNDS[source]), pick(draw, "opening", "closing")
    days = pick(draw, "0 days", "3 days", "36 hours")
    old = f"age({column}) {pick(draw, '<', '>', '=')} {days}"
    function = pick(draw, "sum", "avg", "max", "min", "median")
    return pick(
        draw,
        f"({function}(age({source}.{column}){where} at {moment}) / 1 hour)",
        f"count({source} where {old} at {moment})",
    )


def of_life(draw: st.DrawFn, source: str, where: str, *, length: bool) -> str:
    """An aggregate about life, perhaps as a share of the period's `length`, which no group of a key has."""
    made = lived if draw(st.booleans()) else aged
    found = made(draw, source, where)
    return f"({found} / (period_length / 1 day))" if length and draw(st.booleans()) else found


def about_periods(draw: st.DrawFn, column: str, other: str) -> str:
    """A predicate over the period that holds a date, or the working time from one to another."""
    grain, number = pick(draw, *GRAINS), pick(draw, "0", "1", "-1", "4")
    return pick(
        draw,
        f'period({column}, {grain}) {pick(draw, "=", "!=")} "{pick(draw, *NAMES)}"',
        f"periods_between({column}, {other}, {grain}) {pick(draw, '=', '<', '>=')} {number}",
        f"business_days({column}, {other}) {pick(draw, '=', '<', '>=')} {number}",
        f"business_time({column}, {other}) {pick(draw, '<', '>=')} {pick(draw, '8 hours', '-30 minutes', '20 days')}",
        f"business_days(2024-02-28, {column}) {pick(draw, '=', '<', '>=')} {number}",
        f"periods_between({other}, 2024-02-29, {grain}) {pick(draw, '=', '<', '>=')} {number}",
    )


def converted(draw: st.DrawFn, where: str) -> str:
    """An aggregate of the orders' prices in one currency, by one of the rules for rates."""
    coin, rule = pick(draw, "CNY", "CNY", "USD"), pick(draw, "", "", ", closing", ", average")
    price = f"convert(orders.price, {coin}{rule})"
    return pick(
        draw,
        f"({pick(draw, 'sum', 'sum', 'avg', 'max', 'min', 'median')}({price}{where}) / 1 {coin})",
        f"count(orders where convert(price, {coin}{rule}) > 10 {coin})",
    )

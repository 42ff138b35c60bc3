"""The last arithmetic: formulas over the values of their aggregates, with a reason wherever there is no value.

Numbers are decimals. What can be exact is exact; the context's `Inexact` flag tells when a value is not.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from kpilang.model.business import business_days, business_time
from kpilang.model.calendar import Calendar
from kpilang.model.expr import Expr, Literal, Operation
from kpilang.model.types import Kind
from kpilang.plan import reasons
from kpilang.result import Reason

Value = Decimal | str | bool | dt.date | dt.datetime | Reason

CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN, traps=[])
MICROSECOND = dt.timedelta(microseconds=1)
MILLION = Decimal(1_000_000)
MOST_PLACES = 38


def text_of(expr: Expr) -> str:
    """An expression as the user wrote it."""
    return " ".join(expr.span.text.split()) if expr.span is not None else "?"


class Scalar:
    """The scalar operations over results; all operands have values, but an operation may find none."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def instant(self, value: Value) -> dt.datetime:
        if isinstance(value, dt.datetime):
            return value
        assert isinstance(value, dt.date)
        return self.calendar.instant(value)

    def alike(self, values: list[Value]) -> list[Value]:
        """Dates as instants where both stand side by side."""
        if any(isinstance(value, dt.datetime) for value in values):
            return [self.instant(value) for value in values]
        return values

    def add(self, expr: Operation, values: list[Value]) -> Value:
        left, right = values
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return CONTEXT.add(left, right)
        if isinstance(left, Decimal):
            left, right = right, left
        return self.moved(expr, left, right, 1)

    def subtract(self, expr: Operation, values: list[Value]) -> Value:
        left, right = self.alike(values) if not isinstance(values[1], Decimal) else values
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return CONTEXT.subtract(left, right)
        if isinstance(left, dt.date) and isinstance(right, dt.date):
            return CONTEXT.divide(Decimal((left - right) // MICROSECOND), MILLION)
        return self.moved(expr, left, right, -1)

    def moved(self, expr: Operation, start: Value, length: Value, sign: int) -> Value:
        """A date or instant moved by seconds."""
        assert isinstance(length, Decimal)
        try:
            span = sign * dt.timedelta(microseconds=int(length * MILLION))
            if expr.type.kind is Kind.DATE and isinstance(start, dt.date):
                return start + span
            return self.instant(start) + span
        except OverflowError:
            return reasons.outside_calendar()

    def growth(self, expr: Operation, values: list[Value]) -> Value:
        left, right = numbers(values)
        if right <= 0:
            return reasons.base_not_positive(text_of(expr.arguments[1]))
        return CONTEXT.subtract(CONTEXT.divide(left, right), Decimal(1))

    def cagr(self, expr: Operation, values: list[Value]) -> Value:
        left, right, months = numbers(values)
        if right <= 0:
            return reasons.base_not_positive(text_of(expr.arguments[1]))
        if left < 0:
            return reasons.outside_domain("cagr")
        yearly = CONTEXT.power(CONTEXT.divide(left, right), CONTEXT.divide(Decimal(12), months))
        return CONTEXT.subtract(yearly, Decimal(1))

    def round(self, expr: Operation, values: list[Value]) -> Value:
        value, places = numbers([*values, Decimal(0)][:2])
        exponent = Decimal(1).scaleb(-max(min(int(places), MOST_PLACES), -MOST_PLACES))
        rounded = value.quantize(exponent, ROUND_HALF_UP, CONTEXT.copy())
        return rounded if not rounded.is_nan() else value

    def power(self, expr: Operation, values: list[Value]) -> Value:
        left, right = numbers(values)
        found = CONTEXT.power(left, right) if right else Decimal(1)
        return reasons.outside_domain("power") if not found.is_finite() else found

    def ln(self, expr: Operation, values: list[Value]) -> Value:
        (value,) = numbers(values)
        return CONTEXT.ln(value) if value > 0 else reasons.outside_domain("ln")

    def exp(self, expr: Operation, values: list[Value]) -> Value:
        found = CONTEXT.exp(numbers(values)[0])
        return found if found.is_finite() else reasons.outside_domain("exp")

    def compare(self, expr: Operation, values: list[Value]) -> Value:
        left, right = self.alike(values)
        return COMPARATORS[expr.name](left, right)

    def member(self, expr: Operation, values: list[Value]) -> Value:
        value, *choices = self.alike(values)
        return value in choices

    def extreme(self, expr: Operation, values: list[Value]) -> Value:
        chosen = max if expr.name == "greatest" else min
        return chosen(self.alike(values))  # type: ignore[type-var]

    def day(self, value: Value) -> dt.date:
        if isinstance(value, dt.datetime):
            return self.calendar.day_of(value)
        assert isinstance(value, dt.date)
        return value

    def date_part(self, expr: Operation, values: list[Value]) -> Value:
        day = self.day(values[0])
        parts = {"year": day.year, "quarter": (day.month + 2) // 3, "month": day.month, "weekday": day.isoweekday()}
        return Decimal(parts[expr.name])

    def months_between(self, expr: Operation, values: list[Value]) -> Value:
        left, right = self.day(values[0]), self.day(values[1])
        return Decimal(months(left, right) if left <= right else -months(right, left))

    def period(self, expr: Operation, values: list[Value]) -> Value:
        found = self.calendar.containing(self.day(values[0]), str(values[1]))
        return found.text if found.end < dt.date.max else reasons.outside_calendar()

    def periods_between(self, expr: Operation, values: list[Value]) -> Value:
        first, last, grain = self.day(values[0]), self.day(values[1]), str(values[2])
        if any(self.calendar.containing(day, grain).end == dt.date.max for day in (first, last)):
            return reasons.outside_calendar()
        return Decimal(self.calendar.between(first, last, grain))

    def business_days(self, expr: Operation, values: list[Value]) -> Value:
        left, right = self.day(values[0]), self.day(values[1])
        return Decimal(business_days(self.calendar, left, right))

    def business_time(self, expr: Operation, values: list[Value]) -> Value:
        left, right = values
        assert isinstance(left, dt.date)
        assert isinstance(right, dt.date)
        return CONTEXT.divide(Decimal(business_time(self.calendar, left, right)), MILLION)

    def texts(self, expr: Operation, values: list[Value]) -> Value:
        texts = [str(value) for value in values]
        match expr.name:
            case "concat":
                return "".join(texts)
            case "trim":
                return texts[0].strip()
            case "lower":
                return texts[0].lower()
            case "contains":
                return texts[1] in texts[0]
            case _:
                return texts[0].startswith(texts[1])


def months(first: dt.date, last: dt.date) -> int:
    """Whole months from one day to a later one: a month is whole when its day, or its last day, is reached."""
    count = (last.year - first.year) * 12 + last.month - first.month
    month_ends = last.day == monthrange(last.year, last.month)[1]
    return count - (last.day < first.day and not month_ends)


def numbers(values: list[Value]) -> list[Decimal]:
    """The values of operands that the checker knows to be numbers."""
    return [value for value in values if isinstance(value, Decimal)]


COMPARATORS: dict[str, Callable[[Value, Value], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "lt": lambda left, right: left < right,  # type: ignore[operator]
    "le": lambda left, right: left <= right,  # type: ignore[operator]
    "gt": lambda left, right: left > right,  # type: ignore[operator]
    "ge": lambda left, right: left >= right,  # type: ignore[operator]
}

OPERATIONS: dict[str, Callable[[Scalar, Operation, list[Value]], Value]] = {
    "add": Scalar.add,
    "subtract": Scalar.subtract,
    "multiply": lambda _, __, values: CONTEXT.multiply(*numbers(values)),
    "convert": lambda _, __, values: CONTEXT.multiply(*numbers(values)),
    "negate": lambda _, __, values: CONTEXT.minus(numbers(values)[0]),
    "abs": lambda _, __, values: CONTEXT.abs(numbers(values)[0]),
    "round": Scalar.round,
    "power": Scalar.power,
    "ln": Scalar.ln,
    "exp": Scalar.exp,
    "growth": Scalar.growth,
    "cagr": Scalar.cagr,
    **dict.fromkeys(COMPARATORS, Scalar.compare),
    "and": lambda _, __, values: bool(values[0]) and bool(values[1]),
    "or": lambda _, __, values: bool(values[0]) or bool(values[1]),
    "not": lambda _, __, values: not values[0],
    "in": Scalar.member,
    **dict.fromkeys(("greatest", "least"), Scalar.extreme),
    **dict.fromkeys(("year", "quarter", "month", "weekday"), Scalar.date_part),
    "months_between": Scalar.months_between,
    "business_days": Scalar.business_days,
    "business_time": Scalar.business_time,
    "period": Scalar.period,
    "periods_between": Scalar.periods_between,
    **dict.fromkeys(("concat", "trim", "lower", "contains", "starts with"), Scalar.texts),
}


def literal(expr: Literal) -> Value:
    """A constant as a value."""
    if expr.value is None:
        return reasons.nothing_to(text_of(expr))
    return expr.value

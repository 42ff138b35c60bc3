"""The scalar operations in plain Python: exact fractions, floats only where a function leaves the rationals."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from tests.reference.almanac import Almanac
from tests.reference.working import business_days, business_time

DAY = 86400


class Undefined(Exception):  # noqa: N818 - no error: an operation without a value, such as division by zero
    """An operation on values that has no value."""


def exact(value: object) -> object:
    """A cell or literal as the evaluator counts with it: numbers as fractions, the rest as it is."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return Fraction(value)
    return value


def text_of(value: object, calendar: Almanac) -> str | None:
    """A value as the text of a member or of a key."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return local(value, calendar).isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    number = Fraction(value)
    return str(number.numerator) if number.denominator == 1 else repr(float(number))


def local(instant: dt.datetime, calendar: Almanac) -> dt.datetime:
    """What the clock in the zone shows at an instant."""
    return calendar.clock(instant)


def instant_of(value: object, calendar: Almanac) -> dt.datetime:
    """A date or an instant as an instant."""
    return value if isinstance(value, dt.datetime) else calendar.instant(value)


def day_of(value: object, calendar: Almanac) -> dt.date:
    return calendar.day_of(value) if isinstance(value, dt.datetime) else value


def alike(left: object, right: object, calendar: Almanac) -> tuple[object, object]:
    """Two values made comparable: a date beside an instant is its first instant."""
    if isinstance(left, dt.datetime) != isinstance(right, dt.datetime):
        return instant_of(left, calendar), instant_of(right, calendar)
    return left, right


def compare(name: str, left: object, right: object, calendar: Almanac) -> bool:
    left, right = alike(left, right, calendar)
    if name == "eq":
        return left == right
    if name == "ne":
        return left != right
    if name == "lt":
        return left < right
    if name == "le":
        return left <= right
    if name == "gt":
        return left > right
    return left >= right


def half_away(value: object, places: int) -> Fraction:
    scaled = Fraction(value) * Fraction(10) ** places
    whole = math.floor(abs(scaled) + Fraction(1, 2))
    return Fraction(whole if scaled >= 0 else -whole) / Fraction(10) ** places


def power(base: object, exponent: object) -> object:
    whole = Fraction(exponent)
    if base == 0 and exponent < 0:
        raise Undefined
    if whole.denominator == 1 and abs(whole) <= 64:
        return Fraction(base) ** int(whole)
    if base < 0 and whole.denominator != 1:
        raise Undefined
    return floating(lambda: math.pow(float(base), float(exponent)))


def floating(compute) -> float:
    try:
        result = compute()
    except (OverflowError, ValueError, ZeroDivisionError):
        raise Undefined from None
    if math.isinf(result) or math.isnan(result):
        raise Undefined
    return result


def months_between(first: dt.date, second: dt.date) -> int:
    if second < first:
        return -months_between(second, first)
    months = (second.year - first.year) * 12 + second.month - first.month
    last_of_month = (second + dt.timedelta(days=1)).day == 1
    return months if second.day >= first.day or last_of_month else months - 1


def moved(moment: dt.date, seconds: Fraction) -> dt.date:
    """A moment some seconds later: an instant to the microsecond, a date by whole days."""
    if isinstance(moment, dt.datetime):
        return moment + dt.timedelta(microseconds=round(seconds * 1_000_000))
    return moment + dt.timedelta(days=seconds // DAY)


def less(left: object, right: object, calendar: Almanac) -> Fraction:
    """The seconds from the right moment to the left one; two dates are whole days of 24 hours apart."""
    left, right = alike(left, right, calendar)
    if isinstance(left, dt.datetime):
        gap = left - right
        return Fraction(gap.days * DAY + gap.seconds) + Fraction(gap.microseconds, 1_000_000)
    return Fraction((left - right).days * DAY)


def grained(name: str, values: Sequence[object], calendar: Almanac) -> object:
    """The name of the period that holds a day, or how many periods lie between two."""
    *days, grain = (day_of(value, calendar) if isinstance(value, dt.date) else value for value in values)
    periods = [calendar.containing(day, grain) for day in days]
    if not all(period.text for period in periods):
        raise Undefined
    return periods[0].text if name == "period" else Fraction(calendar.between(*days, grain))


def divide(a: object, b: object) -> object:
    if b == 0:
        raise Undefined
    return a / b


def growth(a: object, b: object) -> object:
    if b <= 0:
        raise Undefined
    return a / b - 1


def yearly(a: object, b: object, months: object) -> object:
    """The growth a year, on average, that leads from b to a in some months."""
    if b <= 0 or a < 0:
        raise Undefined
    return power(a / b, 12 / Fraction(months)) - 1


def logarithm(a: object) -> float:
    if a <= 0:
        raise Undefined
    return floating(lambda: math.log(a))


PLAIN: dict[str, Callable[..., object]] = {
    "and": lambda a, b: bool(a) and bool(b),
    "or": lambda a, b: bool(a) or bool(b),
    "not": lambda a: not a,
    "add": lambda a, b: a + b,
    "multiply": lambda a, b: a * b,
    "convert": lambda a, b: a * b,
    "divide": divide,
    "growth": growth,
    "cagr": yearly,
    "negate": lambda a: -a,
    "abs": abs,
    "round": lambda a, b=0: half_away(a, int(b)),
    "power": power,
    "ln": logarithm,
    "exp": lambda a: floating(lambda: math.exp(a)),
    "greatest": lambda *values: max(values),
    "least": lambda *values: min(values),
    "trim": lambda a: a.strip(),
    "lower": lambda a: a.lower(),
    "contains": lambda a, b: b in a,
    "starts with": lambda a, b: a.startswith(b),
}
OF_DAYS: dict[str, Callable[..., int]] = {
    "months_between": months_between,
    "year": lambda day: day.year,
    "quarter": lambda day: (day.month + 2) // 3,
    "month": lambda day: day.month,
    "weekday": dt.date.isoweekday,
}
GRAINED = ("period", "periods_between")


def apply(name: str, values: Sequence[object], calendar: Almanac) -> object:
    """An operation on values, none of them missing. Raises Undefined where it has none."""
    if name in ("eq", "ne", "lt", "le", "gt", "ge"):
        return compare(name, *values, calendar)
    if name == "in":
        return any(compare("eq", values[0], other, calendar) for other in values[1:])
    if name == "subtract":
        return less(*values, calendar) if isinstance(values[0], dt.date) else values[0] - values[1]
    if name == "business_days":
        return business_days(*(day_of(value, calendar) for value in values), calendar)
    if name == "business_time":
        return business_time(*(instant_of(value, calendar) for value in values), calendar)
    if name in GRAINED:
        return grained(name, values, calendar)
    if name in OF_DAYS:
        return Fraction(OF_DAYS[name](*(day_of(value, calendar) for value in values)))
    return PLAIN[name](*values)

"""What the lines of a target ask for, as values that are good: one line asks for less where all that was good still is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from kpilang.model.nouns import Target
from kpilang.record import record

ONE_DAY = dt.timedelta(days=1)
ALWAYS = (dt.date.min, dt.date.max)
End = tuple[Fraction | None, bool]
"""An end of a stretch of values, None for without end, and whether it is good itself."""


@record
class Line:
    """A line with its values in base units."""

    target: Target
    comparator: str | None
    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    start: Fraction | None
    words: str | None
    step: Fraction | None

    @property
    def key(self) -> tuple[object, ...]:
        """What two lines that say the same have in common."""
        return *self.asks, self.holds

    @property
    def asks(self) -> tuple[object, ...]:
        """What is asked for, whenever it holds."""
        return self.comparator, self.value, self.low, self.high, self.start, self.words, *self.computed

    @property
    def computed(self) -> tuple[object, ...]:
        """What is asked for beyond a number: an expression, or what is made of the value in another period."""
        base = self.target.base
        return self.target.formula, (base.start, base.end) if base else None, self.target.factor, self.step

    @property
    def meant(self) -> tuple[object, ...]:
        """For which rows it is."""
        return self.target.where, self.target.total

    @property
    def side(self) -> str:
        """On which side values are good: above, below, or neither alone."""
        return (self.comparator or "").removesuffix("=")

    @property
    def holds(self) -> tuple[object, ...]:
        """When it holds."""
        due, path = self.target.due, self.target.path_period
        return self.target.span, due.end if due is not None else None, path.end if path is not None else None

    @property
    def stretch(self) -> tuple[dt.date, dt.date]:
        """The days in which it holds, the end exclusive: one that is due, from the last day of that period on."""
        due, path = self.target.due, self.target.path_period
        if self.target.span is not None:
            return self.target.span
        first = path or due
        return (first.end - ONE_DAY, dt.date.max) if first is not None else ALWAYS

    @property
    def turns(self) -> tuple[dt.date, ...]:
        """The days on which what it asks for may turn."""
        due, path = self.target.due, self.target.path_period
        return (*self.stretch, *((due.end - ONE_DAY,) if due is not None and path is not None else ()))

    @property
    def narrowness(self) -> tuple[int, int]:
        """Of several lines that hold, the narrowest is in force: the shortest span, any span before what never ends, and
        of that what begins last."""
        start, end = self.stretch
        if self.target.span is not None:
            return 2, -(end - start).days
        return (1, start.toordinal()) if self.target.due is not None else (0, 0)

    def at(self, day: dt.date) -> Fraction | None:
        """The value that it asks for on a day: on a path, as far along as the day is."""
        due, path = self.target.due, self.target.path_period
        if self.value is None or self.start is None or due is None or path is None:
            return self.value
        first, last = path.end - ONE_DAY, due.end - ONE_DAY
        done = min(max((day - first).days, 0), (last - first).days)
        return self.start + (self.value - self.start) * Fraction(done, (last - first).days)

    def good(self, day: dt.date) -> tuple[End, End]:
        """From where to where values are good on a day."""
        if self.comparator is None:
            return (self.low, True), (self.high, True)
        value, equal = self.at(day), self.comparator in (">=", "<=", "=")
        low: End = (value, equal) if self.comparator in (">=", ">", "=") else (None, True)
        high: End = (value, equal) if self.comparator in ("<=", "<", "=") else (None, True)
        return low, high


def line(target: Target, scale: Fraction) -> Line:
    """A line in base units."""
    numbers = (target.value, target.low, target.high, target.path_value, target.step if target.base else None)
    value, low, high, start, step = (_based(each, scale) for each in numbers)
    return Line(target, target.comparator, value, low, high, start, target.words, step)


def _based(value: Decimal | None, scale: Fraction) -> Fraction | None:
    return Fraction(value) * scale if value is not None else None


def within(one: tuple[End, End], other: tuple[End, End]) -> bool:
    """Whether all that is good in one stretch is good in the other."""
    return _after(one[0], other[0], 1) and _after(one[1], other[1], -1)


def _after(one: End, other: End, sign: int) -> bool:
    """Whether one end lies no further out than the other; `sign` is 1 for lower ends, -1 for upper ones."""
    if other[0] is None or one[0] is None:
        return other[0] is None
    if one[0] == other[0]:
        return other[1] or not one[1]
    return (one[0] - other[0]) * sign > 0


def compared(old: Line, new: Line, days: Sequence[dt.date]) -> str:
    """How a line differs from another one on all of some days: same, tightened, loosened, or changed."""
    if old.words is not None or new.words is not None:
        return "same" if old.words == new.words else "changed"
    if None in (_number(old), _number(new)):
        return "same" if old.asks == new.asks else "changed"
    good = [(old.good(day), new.good(day)) for day in days]
    tighter, looser = (all(within(n, o) for o, n in good), all(within(o, n) for o, n in good))
    return "same" if tighter and looser else "tightened" if tighter else "loosened" if looser else "changed"


def _number(each: Line) -> Fraction | None:
    """The number that a line says itself; None where it is computed."""
    return each.low if each.value is None else each.value

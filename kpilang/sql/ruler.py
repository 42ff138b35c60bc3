"""Which window a row's time falls into: all windows cut time into slots, and each row's slot is numbered."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator

from kpilang.plan.moments import Joint, Stretch, Window
from kpilang.sql import quote
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import DATE, Sql

MOST_CUTS = 64


class Ruler:
    """Numbers the slot of a row, in the cheapest way the cuts allow: by calendar month, by a search among the cuts, or
    by day where the cuts are many. A stretch from the first date that there is has no beginning: what lies before the
    other cuts is slot 0.

    `number` is the slot as SQL, `inside` the condition that a row lies between first and last cut. `spans` tells
    (window, first slot, last slot) of those windows that are plain stretches; it is None where every one is one slot of
    its own. `numbers` leads from what `number` gives, or from the window's number in `spans`, to the window.
    """

    def __init__(self, windows: tuple[Window, ...], clock: Sql, scalars: Scalars) -> None:
        cuts = {day for window in windows for stretch in stretches(window) for day in stretch}
        self.open = dt.date.min in cuts
        self.cuts = sorted(cuts - {dt.date.min})
        self.clock, self.scalars = clock, scalars
        first = "" if self.open else f"{clock.text} >= {self.cut(self.cuts[0])} AND "
        self.inside = f"{first}{clock.text} < {self.cut(self.cuts[-1])}"
        self.number = self.way()
        plain = [(number, window) for number, window in enumerate(windows) if isinstance(window, tuple)]
        spans = [(number, *self.slots(window)) for number, window in plain]
        apart = len({first for _, first, _ in spans}) == len(spans) and all(first == last for _, first, last in spans)
        self.numbers = {first if apart else number: number for number, first, _ in spans}
        self.spans = None if apart else tuple(spans)

    def way(self) -> str:
        """How slots are numbered."""
        if all(day.day == 1 for day in self.cuts) and (self.clock.type == DATE or self.scalars.calendar.zone == "UTC"):
            self.unit = "month"
            found = f"(year({self.clock.text}) * 12 + month({self.clock.text}) - {month_number(self.cuts[0])})"
        elif len(self.cuts) > MOST_CUTS:
            self.unit = "day"
            found = f"(CAST({self.scalars.local(self.clock)} AS DATE) - {quote.date(self.cuts[0])})"
        else:
            self.unit = "cut"
            return self.tree(0, len(self.cuts) - (0 if self.open else 1))
        return f"GREATEST({found} + 1, 0)" if self.open else found

    def slots(self, stretch: Stretch) -> tuple[int, int]:
        """The first and the last slot of a stretch."""
        return self.slot(stretch[0]), self.slot(stretch[1]) - 1

    def slot(self, day: dt.date) -> int:
        """The number of the slot that begins with a day."""
        if day == dt.date.min:
            return 0
        match self.unit:
            case "month":
                number = month_number(day) - month_number(self.cuts[0])
            case "day":
                number = (day - self.cuts[0]).days
            case _:
                number = bisect_left(self.cuts, day)
        return number + self.open

    def cut(self, day: dt.date) -> str:
        """The beginning of a day in the type of the clock."""
        if self.clock.type == DATE:
            return quote.date(day)
        return quote.timestamp(self.scalars.calendar.instant(day))

    def tree(self, low: int, high: int) -> str:
        """A search by halves for the slot: `low` is the first slot, `high` the end (exclusive)."""
        if high - low <= 1:
            return str(low)
        middle = (low + high) // 2
        below, above = self.tree(low, middle), self.tree(middle, high)
        cut = self.cut(self.cuts[middle - self.open])
        return f"CASE WHEN {self.clock.text} < {cut} THEN {below} ELSE {above} END"


def stretches(window: Window) -> Iterator[Stretch]:
    """The stretches of days that a window is made of."""
    for part in (window.own, *window.others) if isinstance(window, Joint) else (window,):
        if isinstance(part, tuple):
            yield part


def month_number(day: dt.date) -> int:
    """Months since the beginning of the era."""
    return day.year * 12 + day.month

"""Which window a row's time falls into: all windows cut time into slots, and each row's slot is numbered."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left

from kpilang.plan.moments import Window
from kpilang.sql import quote
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import DATE, Sql

MOST_CUTS = 64


class Ruler:
    """Numbers the slot of a row, in the cheapest way the cuts allow: by calendar month, by a search among the cuts, or
    by day where the cuts are many.

    `number` is the slot as SQL, `inside` the condition that a row lies between first and last cut. `spans` tells
    (window, first slot, last slot); it is None where every window is one slot of its own. `numbers` leads from what
    `number` gives, or from the window's number in `spans`, to the window.
    """

    def __init__(self, windows: tuple[Window, ...], clock: Sql, scalars: Scalars) -> None:
        stretches = [window for window in windows if isinstance(window, tuple)]
        self.cuts = sorted({day for stretch in stretches for day in stretch})
        self.clock, self.scalars = clock, scalars
        self.inside = f"{clock.text} >= {self.cut(self.cuts[0])} AND {clock.text} < {self.cut(self.cuts[-1])}"
        self.number = self.way()
        spans = [(number, self.slot(start), self.slot(end) - 1) for number, (start, end) in enumerate(stretches)]
        apart = len({first for _, first, _ in spans}) == len(spans) and all(first == last for _, first, last in spans)
        self.numbers = {first if apart else number: number for number, first, _ in spans}
        self.spans = None if apart else tuple(spans)

    def way(self) -> str:
        """How slots are numbered."""
        self.unit = "cut"
        if all(day.day == 1 for day in self.cuts) and (self.clock.type == DATE or self.scalars.calendar.zone == "UTC"):
            self.unit = "month"
            return f"(year({self.clock.text}) * 12 + month({self.clock.text}) - {month_number(self.cuts[0])})"
        if len(self.cuts) > MOST_CUTS:
            self.unit = "day"
            return f"(CAST({self.scalars.local(self.clock)} AS DATE) - {quote.date(self.cuts[0])})"
        return self.tree(0, len(self.cuts) - 1)

    def slot(self, day: dt.date) -> int:
        """The number of the slot that begins with a day."""
        match self.unit:
            case "month":
                return month_number(day) - month_number(self.cuts[0])
            case "day":
                return (day - self.cuts[0]).days
            case _:
                return bisect_left(self.cuts, day)

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
        return f"CASE WHEN {self.clock.text} < {self.cut(self.cuts[middle])} THEN {below} ELSE {above} END"


def month_number(day: dt.date) -> int:
    """Months since the beginning of the era."""
    return day.year * 12 + day.month

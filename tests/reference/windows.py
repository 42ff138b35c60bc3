"""Where else a formula looks: in an earlier period, or over a longer window that ends where the period ends."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from kpilang.model import expr as e
from kpilang.result import Why
from tests.reference.looks import Asked
from tests.reference.read import read
from tests.reference.spoiled import Spoiled

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
DAYS = {"day": 1, "week": 7}


class Windows(Spoiled):
    """Moments moved to earlier periods and widened to longer windows."""

    def shifted(self, shift: e.Shift, asked: Asked) -> Asked | Why:
        """The moment of an earlier period, over the same number of days where this one is cut short."""
        if asked.period.grain == "all" or asked.cut_at_start:
            return Why.NO_DATA
        partner = self.calendar.shift(asked.period, shift.count, shift.grain)
        if partner is None:
            return Why.NO_DATA
        end = partner.end
        if asked.days is not None:
            end = min(end, partner.start + dt.timedelta(days=asked.days))
        there = replace(asked, period=partner, part=(partner.start, end))
        if not self.seen_whole(read(shift.value), replace(there, reach=None, begin=None)):
            return Why.NO_DATA
        return there if asked.reach is None else self.widened(asked.reach, shift.value, there)

    def widened(self, reach: e.Reach, value: e.Expr, asked: Asked) -> Asked | Why:
        """The moment with the longer window of a value, which ends where the moment's part ends."""
        begin = self.begin(reach, value, asked)
        if begin is None or begin >= asked.part[1]:
            return Why.NO_DATA
        there = replace(asked, reach=reach, begin=begin)
        return there if self.seen_whole(read(value), there) else Why.NO_DATA

    def begin(self, reach: e.Reach, value: e.Expr, asked: Asked) -> dt.date | None:
        """The first day of a longer window; None where there is none."""
        if reach.way == "cumulative":
            return max((days[0] for days in self.coverages(value) if days), default=asked.period.start)
        if asked.cut_at_start:
            return None
        if reach.way == "trailing":
            first = self.length_before(reach, asked)
            return first if first is not None and first <= asked.period.start else None
        return self.begin_of(reach.grain, asked)

    def length_before(self, reach: e.Reach, asked: Asked) -> dt.date | None:
        """A length of time before the end of a period; of fiscal months made of weeks so many of them."""
        if reach.grain not in MONTHS or not self.calendar.of_weeks(asked.period.grain):
            return earlier(asked.period.end, reach.count, reach.grain)
        last = self.calendar.containing(asked.period.end - dt.timedelta(days=1), "fiscal month")
        return self.calendar.back(last, reach.count * MONTHS[reach.grain] - 1).start

    def begin_of(self, grain: str, asked: Asked) -> dt.date | None:
        """The first day of the longer period that holds the period whole; a week lies in the year of its name."""
        if asked.period.grain == "week" and grain == "year":
            return self.calendar.parse(asked.period.text[:4] + "-W01").start
        if asked.period.grain == "week" and grain != "week" and not self.calendar.of_weeks(grain):
            return None
        whole = self.calendar.containing(asked.period.start, grain)
        return whole.start if asked.period.end <= whole.end else None

    def seen_whole(self, aggregates: Iterable[e.Aggregate], asked: Asked) -> bool:
        """Whether the sources of aggregates cover a window, and their rows stand for periods that fill it."""
        first, end = asked.window
        for aggregate in aggregates:
            source, days = self.model.sources[aggregate.source], self.coverage(aggregate)
            bounded = not source.timeless or source.covers is not None
            if bounded and not (days and days[0] <= first and end <= days[1]):
                return False
            if source.each and not self.fills(asked.opening, asked.period.end, source.each):
                return False
        return True


def earlier(day: dt.date, count: int, grain: str) -> dt.date | None:
    """A length of time before a day: the day of the same number, else its month's last day."""
    try:
        if grain in DAYS:
            return day - dt.timedelta(days=count * DAYS[grain])
        year, month = divmod(day.year * 12 + day.month - 1 - count * MONTHS[grain], 12)
        return dt.date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError):
        return None

"""Which days are worked and at which hours: weekends, holidays, days worked in their place."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from itertools import accumulate

from kpilang.record import Remembering, node

ALL_DAY = ((0, 24 * 60),)
MINUTE = dt.timedelta(minutes=1)


@node
class Working(Remembering):
    """The days of the week that are free (0 is Monday); days that are free though not weekends, and worked though weekends,
    both in order; the stretches of a day that are worked, in minutes from its midnight, in order."""

    weekend: tuple[int, ...] = (5, 6)
    free: tuple[dt.date, ...] = ()
    worked: tuple[dt.date, ...] = ()
    hours: tuple[tuple[int, int], ...] = ALL_DAY

    @property
    def of_week(self) -> tuple[int, ...]:
        """How many days are worked in a week before each of its days, and in all of it."""
        worked = (int(day not in self.weekend) for day in range(7))
        return tuple(accumulate(worked, initial=0))

    @property
    def minutes(self) -> int:
        """How long a day's work is."""
        return sum(end - start for start, end in self.hours)

    @property
    def changes(self) -> tuple[tuple[dt.date, int], ...]:
        """The days that are not as their weekday says, each with how many more days than weekdays say are worked up to and
        with it."""
        return _changes(self)

    def days_before(self, day: dt.date) -> int:
        """How many days are worked from the first day of all to before a day."""
        weeks, weekday = divmod(day.toordinal() - 1, 7)
        *counts, whole = self.of_week
        place = bisect_left(self.changes, (day, -1 << 62))
        return weeks * whole + counts[weekday] + (self.changes[place - 1][1] if place else 0)

    def works(self, day: dt.date) -> bool:
        """Whether a day is worked."""
        return day in self.worked or (day.weekday() not in self.weekend and day not in self.free)


def days(spans: Iterable[tuple[dt.date, dt.date]]) -> frozenset[dt.date]:
    """Every day of some spans, ends exclusive."""
    return frozenset(
        dt.date.fromordinal(number) for start, end in spans for number in range(start.toordinal(), end.toordinal())
    )


@cache
def _changes(working: Working) -> tuple[tuple[dt.date, int], ...]:
    free = ((day, -1) for day in working.free if day.weekday() not in working.weekend)
    worked = ((day, 1) for day in working.worked if day.weekday() in working.weekend)
    found = sorted((*free, *worked))
    return tuple(zip((day for day, _ in found), accumulate(step for _, step in found), strict=True))

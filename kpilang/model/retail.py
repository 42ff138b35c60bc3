"""Fiscal years made of whole weeks: quarters of 13 weeks in three months, the 53rd week in the last."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from kpilang.record import Remembering, node

WEEKS = 52
PATTERNS = {"4-4-5": (4, 4, 5), "4-5-4": (4, 5, 4), "5-4-4": (5, 4, 4)}
_LAST = dt.date.max.toordinal()


@node
class Retail(Remembering):
    """How many weeks the months of each quarter have; years end on a `weekday` (0 is Monday): the last of `month`, or
    with `day` the one nearest to that day. A year has the name of the calendar year in which that is."""

    months: tuple[int, ...]
    weekday: int
    month: int
    day: int | None = None

    def ends(self, year: int) -> int:
        """The last day of a year, by its number since the first of all."""
        if not dt.MINYEAR <= year < dt.MAXYEAR:
            return 0 if year < dt.MINYEAR else _LAST
        return _ends(self, year)

    def year(self, day: dt.date) -> int:
        """The year that a day lies in."""
        number, year = day.toordinal(), day.year
        while number > self.ends(year):
            year += 1
        while number <= self.ends(year - 1):
            year -= 1
        return year

    def number(self, day: dt.date, length: int) -> int:
        """Which period of so many months a day lies in: those of a year follow those of the year before."""
        year = self.year(day)
        week = min((day.toordinal() - self.ends(year - 1) - 1) // 7, WEEKS - 1)
        return year * (12 // length) + (bisect_right(_weeks(self), week) - 1) // length

    def begins(self, number: int, length: int) -> int:
        """The first day of the period of so many months with this number, by its own number since the first of all."""
        year, place = divmod(number, 12 // length)
        return self.ends(year - 1) + 1 + 7 * _weeks(self)[place * length]


@lru_cache(maxsize=4096)
def _ends(retail: Retail, year: int) -> int:
    if retail.day is None:
        after = dt.date(year + retail.month // 12, retail.month % 12 + 1, 1)
        last = after - dt.timedelta(days=1)
        return last.toordinal() - (last.weekday() - retail.weekday) % 7
    named = dt.date(year, retail.month, retail.day)
    return named.toordinal() + (retail.weekday - named.weekday() + 3) % 7 - 3


@lru_cache(maxsize=64)
def _weeks(retail: Retail) -> tuple[int, ...]:
    """The week, from 0, with which each month of a year begins."""
    return tuple(accumulate(retail.months * 4, initial=0))[:12]

"""Working time: how much of it has passed, over the clock of the zone."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from functools import lru_cache
from itertools import accumulate

from kpilang.model.calendar import Calendar
from kpilang.model.working import MINUTE

MICROSECOND = dt.timedelta(microseconds=1)
DAY = dt.timedelta(days=1)
CHANGES = (dt.date(1970, 1, 1), dt.date(2100, 1, 1))
"""Between which days a change of the clock makes a day's work longer or shorter; before and after none is known for sure."""


def business_days(calendar: Calendar, first: dt.date, last: dt.date) -> int:
    """How many days are worked from one day to before another; negative backwards."""
    return calendar.working.days_before(last) - calendar.working.days_before(first)


def business_time(calendar: Calendar, first: dt.date, last: dt.date) -> int:
    """How many microseconds are worked from one day or instant to another; negative backwards. A day is its first instant,
    an instant naive UTC."""
    return worked_before(calendar, last) - worked_before(calendar, first)


def worked_before(calendar: Calendar, moment: dt.date) -> int:
    """How many microseconds are worked from the first day of all to a day or an instant."""
    day = calendar.day_of(moment) if isinstance(moment, dt.datetime) else moment
    whole = calendar.working.days_before(day) * ordinary(calendar) + corrected(calendar, day)
    if not isinstance(moment, dt.datetime) or not calendar.working.works(day):
        return whole
    return whole + sum(
        max(min(moment, end) - start, dt.timedelta()) // MICROSECOND for start, end in stretches(calendar, day)
    )


def ordinary(calendar: Calendar) -> int:
    """How many microseconds are worked on a day of 24 hours."""
    return calendar.working.minutes * MINUTE // MICROSECOND


def stretches(calendar: Calendar, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
    """The stretches of a day that are worked, as instants."""
    return [(at(calendar, day, start), at(calendar, day, end)) for start, end in calendar.working.hours]


def at(calendar: Calendar, day: dt.date, minute: int) -> dt.datetime:
    """The instant of a minute of a day by the clock; midnight is the first instant of its day."""
    if minute % (24 * 60) == 0:
        return calendar.instant(day + DAY * (minute > 0))
    return calendar.to_instant(dt.datetime.combine(day, dt.time()) + minute * MINUTE)


def corrected(calendar: Calendar, day: dt.date) -> int:
    """How many microseconds more than ordinary days have were worked before a day, since clocks were changed."""
    found = corrections(calendar)
    place = bisect_left(found, (day, -1 << 62))
    return found[place - 1][1] if place else 0


@lru_cache(maxsize=8)
def corrections(calendar: Calendar) -> tuple[tuple[dt.date, int], ...]:
    """The worked days that a change of the clock makes longer or shorter, each with the sum up to and with it."""
    if calendar.zone == "UTC":
        return ()
    first, last = (day.toordinal() for day in CHANGES)
    days, steps = [], []
    before = calendar.instant(dt.date.fromordinal(first))
    for number in range(first, last):
        day, after = dt.date.fromordinal(number), calendar.instant(dt.date.fromordinal(number + 1))
        if after - before != DAY and calendar.working.works(day):
            length = sum((end - start) // MICROSECOND for start, end in stretches(calendar, day))
            if length != ordinary(calendar):
                days.append(day)
                steps.append(length - ordinary(calendar))
        before = after
    return tuple(zip(days, accumulate(steps), strict=True))

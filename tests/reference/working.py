"""Working days and working time, counted day by day from what the calendar declares."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from tests.reference.almanac import ONE, Almanac
from tests.reference.stretches import Stretch

MINUTE = dt.timedelta(minutes=1)
MIDNIGHT = 24 * 60


def works(calendar: Almanac, day: dt.date) -> bool:
    """Whether a day is worked: a workday, or neither holiday nor weekend."""
    declared = calendar.declared.working
    return day in declared.worked or not (day in declared.free or day.weekday() in declared.weekend)


def business_days(first: dt.date, second: dt.date, calendar: Almanac) -> Fraction:
    """The worked days from the first to before the second, negative backwards."""
    if second < first:
        return -business_days(second, first, calendar)
    count = 0
    while first < second:
        count += works(calendar, first)
        first += ONE
    return Fraction(count)


def business_time(first: dt.datetime, second: dt.datetime, calendar: Almanac) -> Fraction:
    """The seconds worked between two instants, negative backwards."""
    if second < first:
        return -business_time(second, first, calendar)
    day, total = calendar.day_of(first), Fraction(0)
    while day <= calendar.day_of(second):
        for opens, closes in calendar.declared.working.hours if works(calendar, day) else ():
            begin, end = max(first, shown(day, opens, calendar)), min(second, shown(day, closes, calendar))
            total += Stretch(begin, end).seconds if begin < end else 0
        day += ONE
    return total


def shown(day: dt.date, minute: int, calendar: Almanac) -> dt.datetime:
    """The instant at which the clock of a day shows so many minutes after midnight."""
    if minute in (0, MIDNIGHT):
        return calendar.instant(day + (ONE if minute else 0 * ONE))
    return calendar.to_instant(dt.datetime.combine(day, dt.time()) + minute * MINUTE)

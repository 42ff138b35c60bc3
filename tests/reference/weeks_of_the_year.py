"""Fiscal years of whole weeks, laid out week by week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kpilang.model.calendar import Period
from kpilang.model.retail import Retail

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
MONTHS = {"month": (1, "P{:02}"), "quarter": (3, "Q{}"), "half": (6, "H{}"), "year": (12, "")}


def end_of(retail: Retail, year: int) -> dt.date:
    """The day after the last of the year that has the name of a calendar year."""
    if retail.day is not None:
        named = dt.date(year, retail.month, retail.day)
        around = [named + number * DAY for number in range(-3, 4)]
    else:
        first = dt.date(year, retail.month, 1)
        around = [first + number * DAY for number in range(31) if (first + number * DAY).month == retail.month]
    return [day for day in around if day.weekday() == retail.weekday][-1] + DAY


def months_of(retail: Retail, year: int) -> Iterator[tuple[dt.date, dt.date]]:
    """From when until when each month of a year is; the last has what weeks are left."""
    start, end = end_of(retail, year - 1), end_of(retail, year)
    for place, weeks in enumerate(retail.months * 4):
        after = start + weeks * WEEK if place < 11 else end
        yield start, after
        start = after


def fiscal_period(retail: Retail, day: dt.date, grain: str) -> Period:
    """The fiscal period that a day lies in."""
    year = next(year for year in range(max(day.year - 1, 1), day.year + 3) if day < end_of(retail, year))
    months, (length, name) = list(months_of(retail, year)), MONTHS[grain.removeprefix("fiscal ")]
    for place in range(0, 12, length):
        start, end = months[place][0], months[place + length - 1][1]
        if start <= day < end:
            text = f"FY{year:04}" + (f"-{name.format(place // length + 1)}" if name else "")
            return Period(grain, start, end, text)
    raise ValueError(day)

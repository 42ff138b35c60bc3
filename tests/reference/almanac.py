"""Periods, their names and neighbours, and the instants at which days begin: counted out day by day, apart from the engine.

Only what a project declares is taken from `kpilang.model.calendar`: the month in which fiscal years start, the day on
which weeks start, the zone.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

from kpilang.model.calendar import EVERYTHING, Calendar, Period
from tests.reference.weeks_of_the_year import fiscal_period

ONE = dt.timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
LETTERS = {"quarter": "Q", "half": "H"}
ENDS = (dt.MINYEAR, dt.MAXYEAR)
"""Years at whose ends a zone would lead out of time: there every day begins at midnight UTC."""
LENGTHS = ("day", "week", "month", "quarter", "half", "year")


class Almanac:
    """The calendar of a project; what was found once is kept."""

    def __init__(self, declared: Calendar) -> None:
        self.declared = declared
        self.zone = declared.zone
        self.containing = cache(self.find)
        self.instant = cache(self.first_instant)

    def find(self, day: dt.date, grain: str) -> Period:
        """The period of a grain that a day lies in; one that the ends of time cut has no name."""
        try:
            return EVERYTHING if grain == "all" else self.around(day, grain)
        except OverflowError:
            start = day if day.year == dt.MINYEAR else dt.date.max - ONE
            return Period(grain, start, start + ONE, "")

    def around(self, day: dt.date, grain: str) -> Period:
        if grain == "day":
            return Period(grain, day, day + ONE, day.isoformat())
        if grain == "week":
            return self.week(day)
        if " from " in grain:
            return self.several_weeks(day, grain)
        if self.of_weeks(grain):
            return fiscal_period(self.declared.retail, day, grain)
        return self.months(day, grain)

    def of_weeks(self, grain: str) -> bool:
        """Whether the periods of a grain are those of a fiscal year made of whole weeks."""
        return self.declared.retail is not None and grain.startswith("fiscal ")

    def week(self, day: dt.date) -> Period:
        """Named by the year that has most of its days, and counted from the first such week."""
        first = day
        while first.weekday() != self.declared.week_starts:
            first -= ONE
        year = most_of(first)
        number, earlier = 1, first - 7 * ONE
        while most_of(earlier) == year:
            number, earlier = number + 1, earlier - 7 * ONE
        return Period("week", first, first + 7 * ONE, f"{year:04}-W{number:02}")

    def several_weeks(self, day: dt.date, grain: str) -> Period:
        """Periods of several weeks follow one another from a day; each has the name of its first."""
        count, start = several(grain)
        while day < start:
            start -= 7 * count * ONE
        while day >= start + 7 * count * ONE:
            start += 7 * count * ONE
        return Period(grain, start, start + 7 * count * ONE, f"{self.week(start).text}+{count}")

    def months(self, day: dt.date, grain: str) -> Period:
        """A period of whole months: those before it in its year, of as many months each, are counted."""
        fiscal, word = grain.startswith("fiscal "), grain.removeprefix("fiscal ")
        starts = self.declared.year_starts if fiscal else 1
        first = day.replace(day=1)
        while first.month != starts:
            first = before(first)
        place, after = 0, later(first, MONTHS[word])
        while after <= day:
            place, first, after = place + 1, after, later(after, MONTHS[word])
        year = later(first, -MONTHS[word] * place).year
        name = f"FY{year + (starts > 1):04}" if fiscal else f"{year:04}"
        if word == "month":
            name += f"-{'P' if fiscal else ''}{place + 1:02}"
        elif word != "year":
            name += f"-{LETTERS[word]}{place + 1}"
        return Period(grain, first, after, name)

    def touching(self, start: dt.date, end: dt.date, grain: str) -> tuple[Period, ...]:
        """Every period of a grain with a day in [start, end)."""
        if start >= end:
            return ()
        if grain == "all":
            return (Period("all", start, end, "all"),)
        found = [self.containing(start, grain)]
        while found[-1].end < end:
            found.append(self.containing(found[-1].end, grain))
        return tuple(found)

    def shift(self, period: Period, count: int, grain: str | None = None) -> Period | None:
        """The partner of a period so many periods of a grain (its own by default) earlier; None where there is none."""
        grain = grain or period.grain
        if "all" in (grain, period.grain) or length(grain) < length(period.grain):
            return None
        if grain == period.grain and grain != "day":
            return self.back(period, count)
        if " from " in period.grain:
            return self.beginning(self.week_before(period, count, grain), period.grain)
        if grain in ("day", "week"):
            return self.containing(period.start - count * (7 if grain == "week" else 1) * ONE, period.grain)
        months = count * MONTHS[grain.removeprefix("fiscal ")]
        if period.grain == "week":
            return self.same_week(period, months // 12) if grain.endswith("year") else None
        if period.grain == "day":
            return self.same_day(period.start, months)
        if self.of_weeks(period.grain):
            return self.back(period, months // MONTHS[period.grain.removeprefix("fiscal ")])
        return self.containing(later(period.start, -months), period.grain)

    def back(self, period: Period, count: int) -> Period:
        for _ in range(count):
            period = self.containing(period.start - ONE, period.grain)
        for _ in range(-count):
            period = self.containing(period.end, period.grain)
        return period

    def week_before(self, period: Period, count: int, grain: str) -> Period | None:
        """The first week of a period of several, so many weeks or years before."""
        first = self.containing(period.start, "week")
        if grain == "week":
            return self.back(first, count)
        return self.same_week(first, count) if grain == "year" else None

    def beginning(self, week: Period | None, grain: str) -> Period | None:
        """The period of several weeks that begins with a week."""
        found = None if week is None else self.containing(week.start, grain)
        return found if found is not None and found.start == week.start else None

    def same_week(self, week: Period, years: int) -> Period | None:
        """The week of the same number some years before."""
        year, number = week.text.split("-")
        return self.named(f"{int(year) - years:04}-{number}", dt.date(int(year) - years, 1, 1), "week")

    def named(self, name: str, near: dt.date, grain: str) -> Period | None:
        """The period of a name in the year after a day."""
        around = self.touching(near - 8 * ONE, near + 380 * ONE, grain)
        return next((period for period in around if period.text == name), None)

    def same_day(self, day: dt.date, months: int) -> Period | None:
        """The day of the same number some months before."""
        first = later(day.replace(day=1), -months)
        found = first + (day.day - 1) * ONE
        return self.containing(found, "day") if found.month == first.month else None

    def parse(self, name: str) -> Period | None:
        """A week by its name."""
        return self.named(name, dt.date(int(name[:4]), 1, 1), "week")

    def between(self, first: dt.date, second: dt.date, grain: str) -> int:
        """How many periods of a grain lie from the one of a day to that of another; negative backwards."""
        if second < first:
            return -self.between(second, first, grain)
        return len(self.touching(first, second + ONE, grain)) - 1

    def first_instant(self, day: dt.date) -> dt.datetime:
        """The first instant of a day as naive UTC, to the minute where the clock jumps over midnight."""
        midnight = dt.datetime.combine(day, dt.time())
        if day.year in ENDS:
            return midnight
        first = min(self.readings(midnight))
        while self.clock(first).date() < day:
            first += dt.timedelta(minutes=1)
        return first

    def day_of(self, instant: dt.datetime) -> dt.date:
        """The last day that has begun at an instant."""
        if instant.year in ENDS:
            return instant.date()
        day = self.clock(instant).date()
        return day + ONE if instant >= self.instant(day + ONE) else day

    def to_instant(self, clock: dt.datetime) -> dt.datetime:
        """The instant at which the clock shows a time: the second of two; as before the jump where it is jumped over."""
        return max(self.readings(clock))

    def readings(self, clock: dt.datetime) -> list[dt.datetime]:
        zone = ZoneInfo(self.zone)
        folds = (clock.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        return [reading.astimezone(dt.UTC).replace(tzinfo=None) for reading in folds]

    def clock(self, instant: dt.datetime) -> dt.datetime:
        """What the clock shows at an instant."""
        return instant.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(self.zone)).replace(tzinfo=None, fold=0)


@cache
def almanac(declared: Calendar) -> Almanac:
    """The one almanac of a calendar."""
    return Almanac(declared)


def most_of(first: dt.date) -> int:
    """The year that has most days of the week that starts with a day."""
    years = [(first + number * ONE).year for number in range(7)]
    return max(set(years), key=years.count)


def before(first: dt.date) -> dt.date:
    """The first day of the month before."""
    return (first - ONE).replace(day=1)


def later(first: dt.date, months: int) -> dt.date:
    """The first day of a month so many months later than that of a first day."""
    for _ in range(months):
        first = (first + 31 * ONE).replace(day=1)
    for _ in range(-months):
        first = before(first)
    return first


def several(grain: str) -> tuple[int, dt.date]:
    """How many weeks a grain such as `2 weeks from 2026-01-05` has, and the day on which one begins."""
    count, _, _, day = grain.split()
    return int(count), dt.date.fromisoformat(day)


def length(grain: str) -> int:
    return LENGTHS.index("week") if " from " in grain else LENGTHS.index(grain.removeprefix("fiscal "))

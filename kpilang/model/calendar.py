"""Periods, their names, their neighbours, and the instants at which days begin in the project's zone.

Every grain numbers its periods without gaps; a name, a day and a neighbour are all found by that number.
Time runs from 0001-01-01 to 9999-12-31, the days Python knows: a period that would reach further ends there, and has
no name of its own, since its last day is not in it.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kpilang.model.retail import Retail
from kpilang.model.working import Working
from kpilang.record import Remembering, node, record

GRAINS = (
    "day",
    "week",
    "month",
    "quarter",
    "half",
    "year",
    "fiscal month",
    "fiscal quarter",
    "fiscal half",
    "fiscal year",
    "all",
)

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_MONTHS.update({f"fiscal {grain}": months for grain, months in _MONTHS.items()})
_RANK = {"day": 0, "week": 1, "month": 2, "quarter": 3, "half": 4, "year": 5, "all": 6}
LETTERS = {"month": "", "quarter": "Q", "half": "H", "fiscal month": "P", "fiscal quarter": "Q", "fiscal half": "H"}
_TEXT = re.compile(
    r"(?P<fiscal>FY)?(?P<year>[0-9]{4})"
    r"(-H(?P<half>[12])|-Q(?P<quarter>[1-4])|-P(?P<place>[0-9]{2})|-W(?P<week>[0-9]{2})(\+(?P<weeks>[1-9][0-9]?))?|-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?",
)
_SPACED = re.compile(r"([0-9]+) weeks from ([0-9]{4}-[0-9]{2}-[0-9]{2})")
_NO_PLACES = frozenset({"localtime", "posixrules", "Factory"})
EARLIEST, LATEST = dt.datetime(1, 1, 1), dt.datetime.combine(dt.date.max, dt.time.max)  # noqa: DTZ001 - naive UTC
_FIRST, _LAST = dt.date.min.toordinal(), dt.date.max.toordinal()


def at_least(grain: str, other: str) -> bool:
    """Whether a grain is as long as another or longer; a fiscal grain is as long as its calendar namesake."""
    return _rank(grain) >= _rank(other)


def _rank(grain: str) -> int:
    return _RANK["week"] if spaced(grain) is not None else _RANK[grain.removeprefix("fiscal ")]


@lru_cache(maxsize=256)
def spaced(grain: str) -> tuple[int, dt.date] | None:
    """How many weeks a grain such as `2 weeks from 2026-01-05` has, and a day on which one begins; None for all others."""
    match = _SPACED.fullmatch(grain)
    return (int(match[1]), dt.date.fromisoformat(match[2])) if match is not None else None


@cache
def zone_exists(name: str) -> bool:
    """Whether a name stands in the tz database; names that mean another zone on each machine do not count."""
    if name in _NO_PLACES or name.startswith(("posix/", "right/")):
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@record
class Period:
    """A named stretch of local days from `start` to before `end`; `text` is its name, such as `2026-W05`."""

    grain: str
    start: dt.date
    end: dt.date
    text: str


EVERYTHING = Period("all", dt.date.min, dt.date.max, "all")


@node
class Calendar(Remembering):
    """The month in which fiscal years start (1..12), the day on which weeks start (0 is Monday), the zone, and which days
    and hours are worked. `retail` is set where fiscal years are made of whole weeks.

    `zone` is a name of the tz database for which `zone_exists` holds; it is read when first needed.
    """

    year_starts: int = 1
    week_starts: int = 0
    zone: str = "UTC"
    working: Working = Working()
    retail: Retail | None = None

    def parse(self, text: str) -> Period | None:
        """The period of a name; None when there is none (`2026-W53`, `2026-02-30`, `FY2026-01`, `9999`).

        `all` is all time: who asks for it over some days takes them from `touching`.
        """
        return _parsed(self, text)

    def containing(self, day: dt.date, grain: str) -> Period:
        """The period of a grain that a day lies in; for `all` that is all time."""
        if grain == "all":
            return EVERYTHING
        return _numbered(self, grain, self._number(day, grain))

    def touching(self, start: dt.date, end: dt.date, grain: str) -> tuple[Period, ...]:
        """Every period of a grain with a day in [start, end), in order; for `all` one period of just these days."""
        if start >= end:
            return ()
        if grain == "all":
            return (Period("all", start, end, "all"),)
        first, last = self._number(start, grain), self._number(end - dt.timedelta(days=1), grain)
        return tuple(_numbered(self, grain, number) for number in range(first, last + 1))

    def shift(self, period: Period, count: int, grain: str | None = None) -> Period | None:
        """The partner of a period, `count` periods of `grain` (None: its own) earlier, of the period's own grain.

        Days go by weekday for weeks and by number for months and longer; weeks go by name for years and have no
        partner by month, quarter or half, which do not hold whole weeks. None where the partner does not exist
        (29 February, W53, 31 March by a month), for `all`, and by a grain shorter than the period's own.
        """
        grain = grain or period.grain
        if "all" in (grain, period.grain) or not at_least(grain, period.grain):
            return None
        try:
            found = self._partner(period, count, grain)
        except (ValueError, OverflowError):  # the day is not in that month, or before the first year
            return None
        return found if found is not None and found.end < dt.date.max else None

    def back(self, day: dt.date, count: int, grain: str) -> dt.date | None:
        """The day `count` days, weeks, months, … before another: by months and longer that of the same number, or the
        month's last; None before the first year."""
        try:
            if grain in ("day", "week"):
                return day - dt.timedelta(days=count * (7 if grain == "week" else 1))
            year, month = divmod(day.year * 12 + day.month - 1 - count * _MONTHS[grain], 12)
            return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        except (ValueError, OverflowError):
            return None

    def begin(self, period: Period, count: int, grain: str) -> dt.date | None:
        """The first day of the stretch of a length that ends with a period: so many days, weeks, months, … of the calendar
        before its end; of a fiscal period made of weeks, months and longer are fiscal ones."""
        if self.retail is None or not period.grain.startswith("fiscal") or grain not in _MONTHS:
            return self.back(period.end, count, grain)
        length = _MONTHS[period.grain]
        months = (self._number(period.start, period.grain) + 1) * length - count * _MONTHS[grain]
        return _day(self.retail.begins(months, 1)) if months >= 12 else None

    def opening(self, period: Period, grain: str) -> dt.date | None:
        """The first day of the one period of a grain that holds a whole period; None where no single one does. A week
        belongs to the year of its name, which then begins with its first week."""
        if period.grain == "week" and grain != "week" and not (self.retail and grain.startswith("fiscal")):
            first = self.parse(f"{period.text[:4]}-W01") if grain == "year" else None
            return first.start if first is not None else None
        found = self.containing(period.start, grain)
        return found.start if period.end <= found.end else None

    def between(self, first: dt.date, second: dt.date, grain: str) -> int:
        """How many periods of a grain the period of the second day comes after that of the first; 0 for `all`."""
        return 0 if grain == "all" else self._number(second, grain) - self._number(first, grain)

    @property
    def fiscal_is_own(self) -> bool:
        """Whether fiscal periods are others than those of the calendar."""
        return self.year_starts > 1 or self.retail is not None

    def months_of(self, grain: str) -> tuple[int, int]:
        """How many months a period of a grain of months has, and with which month, from 0, its year starts."""
        return _MONTHS[grain], self._offset(grain)

    def instant(self, day: dt.date) -> dt.datetime:
        """The first instant of a local day, as naive UTC; a day starts later than 00:00 where the clock jumps it."""
        return _first_instant(self.zone, day)

    def day_of(self, instant: dt.datetime) -> dt.date:
        """The local day of a naive UTC instant: the last day that has started by then.

        That is the day on the clock, save where the clock goes back over midnight into a day that had ended.
        """
        day = _clock(self.zone, instant).date()
        if day < dt.date.max and instant >= self.instant(day + dt.timedelta(days=1)):
            return day + dt.timedelta(days=1)
        return day

    def to_instant(self, local: dt.datetime) -> dt.datetime:
        """The naive UTC instant of a clock time without offset.

        The second of two where the clock goes back; read with the offset before the jump where it never comes.
        In both cases that is the later of the two readings.
        """
        return max(_read(self.zone, local, fold=0), _read(self.zone, local, fold=1))

    def today(self) -> dt.date:
        """The local day at this moment."""
        return self.day_of(dt.datetime.now(dt.UTC).replace(tzinfo=None))

    def _number(self, day: dt.date, grain: str) -> int:
        if grain == "day":
            return day.toordinal()
        if grain == "week":
            return (day.toordinal() - 1 - self.week_starts) // 7
        if grain not in _MONTHS:
            count, first = _weeks(grain)
            return (self._number(day, "week") - self._number(first, "week")) // count
        if self.retail is not None and grain.startswith("fiscal"):
            return self.retail.number(day, _MONTHS[grain])
        return (day.year * 12 + day.month - 1 - self._offset(grain)) // _MONTHS[grain]

    def _offset(self, grain: str) -> int:
        return self.year_starts - 1 if grain.startswith("fiscal") else 0

    def _partner(self, period: Period, count: int, grain: str) -> Period | None:
        if spaced(period.grain) is not None:
            return self._of_weeks(period, count, grain)
        if grain in ("day", "week"):
            days = count * (7 if grain == "week" else 1)
            return self._earlier(period, period.start - dt.timedelta(days=days))
        months = count * _MONTHS[grain]
        if period.grain == "week":
            return self._week_by_year(period, months // 12) if grain.endswith("year") else None
        if self.retail is not None and period.grain.startswith("fiscal"):
            number = self._number(period.start, period.grain) - months // _MONTHS[period.grain]
            return _numbered(self, period.grain, number)
        number = period.start.year * 12 + period.start.month - 1 - months
        return self._earlier(period, dt.date(number // 12, number % 12 + 1, period.start.day))

    def _earlier(self, period: Period, start: dt.date) -> Period:
        return self.containing(start, period.grain)

    def _of_weeks(self, period: Period, count: int, grain: str) -> Period | None:
        """The partner of a period of several weeks: so many of them before it, or the one that begins with the week of the
        same name years before."""
        length, _ = _weeks(period.grain)
        if grain == period.grain:
            return _numbered(self, grain, self._number(period.start, grain) - count)
        if grain == "week":
            whole, rest = divmod(count, length)
            return self._of_weeks(period, whole, period.grain) if not rest else None
        week = self._week_by_year(self.containing(period.start, "week"), count) if grain == "year" else None
        found = self.containing(week.start, period.grain) if week is not None else None
        return found if found is not None and week is not None and found.start == week.start else None

    def _week_by_year(self, week: Period, years: int) -> Period | None:
        year, number = week.text.split("-")
        return self.parse(f"{int(year) - years:04}-{number}")


@lru_cache(maxsize=1000)
def _parsed(calendar: Calendar, text: str) -> Period | None:
    """The period of a name, as `Calendar.parse` tells it: the same few names stand in all definitions."""
    if text == "all":
        return EVERYTHING
    match = _TEXT.fullmatch(text)
    if match is None or match["year"] == "0000":
        return None
    found = _named(calendar, match)
    return found if found is not None and found.text == text and found.end < dt.date.max else None


def _named(calendar: Calendar, match: re.Match[str]) -> Period | None:
    """The period that a name points at; where the name is not a real one, some period of another name or None."""
    year, fiscal = int(match["year"]), "fiscal " if match["fiscal"] else ""
    if match["week"]:
        first = calendar._number(dt.date(year, 1, 4), "week")  # noqa: SLF001 - one room; 4 January is always in W01
        week = _numbered(calendar, "week", first + int(match["week"]) - 1)
        if match["weeks"]:
            return calendar.containing(week.start, f"{match['weeks']} weeks from {week.start}")
        return week
    if match["month"]:
        return _day_or_month(calendar, year, int(match["month"]), match["day"])
    found = next((word for word in ("half", "quarter", "place") if match[word]), "year")
    grain, position = {"place": "month"}.get(found, found), int(match[found]) - 1 if found != "year" else 0
    if fiscal and calendar.year_starts > 1 and calendar.retail is None:
        year -= 1
    return _numbered(calendar, fiscal + grain, year * 12 // _MONTHS[grain] + position)


def _day_or_month(calendar: Calendar, year: int, month: int, day: str | None) -> Period | None:
    try:
        start = dt.date(year, month, int(day or 1))
    except ValueError:
        return None
    return calendar.containing(start, "day" if day else "month")


@lru_cache(maxsize=65536)
def _numbered(calendar: Calendar, grain: str, number: int) -> Period:
    """The period of a grain by its number since the first year."""
    if grain == "day":
        return Period(grain, _day(number), _day(number + 1), _day(number).isoformat())
    if grain == "week":
        start = number * 7 + 1 + calendar.week_starts
        return Period(grain, _day(start), _day(start + 7), _week_text(_day(start + 3)))
    if grain not in _MONTHS:
        count, day = _weeks(grain)
        first = calendar._number(day, "week") + number * count  # noqa: SLF001 - one room
        week, last = _numbered(calendar, "week", first), _numbered(calendar, "week", first + count - 1)
        return Period(grain, week.start, last.end, f"{week.text}+{count}")
    length, offset = _MONTHS[grain], calendar._offset(grain)  # noqa: SLF001 - one room
    if calendar.retail is not None and grain.startswith("fiscal"):
        first, after = calendar.retail.begins(number, length), calendar.retail.begins(number + 1, length)
        return Period(grain, _day(first), _day(after), _months_text(grain, number, later=False))
    start, end = number * length + offset, (number + 1) * length + offset
    return Period(grain, _month(start), _month(end), _months_text(grain, number, later=offset > 0))


def _weeks(grain: str) -> tuple[int, dt.date]:
    found = spaced(grain)
    assert found is not None, grain  # noqa: S101 - every other grain is told apart before
    return found


def _week_text(middle: dt.date) -> str:
    """The name of a week by its fourth day, which lies in the year that has most of its days."""
    return f"{middle.year:04}-W{(middle.timetuple().tm_yday - 1) // 7 + 1:02}"


def _months_text(grain: str, number: int, *, later: bool) -> str:
    """The name of a period of whole months; a fiscal year that starts `later` than January is named by its end."""
    year, position = divmod(number, 12 // _MONTHS[grain])
    text = f"{'FY' if grain.startswith('fiscal') else ''}{year + later:04}"
    if grain not in LETTERS:
        return text
    return f"{text}-{LETTERS[grain]}{position + 1:0{2 if _MONTHS[grain] == 1 else 1}}"


def _day(ordinal: int) -> dt.date:
    return dt.date.fromordinal(min(max(ordinal, _FIRST), _LAST))


def _month(number: int) -> dt.date:
    year, month = divmod(number, 12)
    if year < dt.MINYEAR:
        return dt.date.min
    return dt.date(year, month + 1, 1) if year <= dt.MAXYEAR else dt.date.max


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _read(zone: str, local: dt.datetime, *, fold: int) -> dt.datetime:
    """A clock time as naive UTC, with the offset before (fold 0) or after (fold 1) a change of the clock."""
    offset = _zone(zone).utcoffset(local.replace(fold=fold)) or dt.timedelta(0)
    try:
        return local.replace(fold=0) - offset
    except OverflowError:
        return EARLIEST if offset > dt.timedelta(0) else LATEST


def _clock(zone: str, instant: dt.datetime) -> dt.datetime:
    """What the clock shows at a naive UTC instant."""
    aware = instant.replace(tzinfo=dt.UTC)
    try:
        return aware.astimezone(_zone(zone)).replace(tzinfo=None, fold=0)
    except OverflowError:
        return EARLIEST if instant.year == dt.MINYEAR else LATEST


@lru_cache(maxsize=65536)
def _first_instant(zone: str, day: dt.date) -> dt.datetime:
    midnight = dt.datetime.combine(day, dt.time())
    before, after = _read(zone, midnight, fold=0), _read(zone, midnight, fold=1)
    if before <= after:  # an ordinary midnight, or the first of two
        return before
    return _jump(zone, midnight, after, before)


def _jump(zone: str, midnight: dt.datetime, low: dt.datetime, high: dt.datetime) -> dt.datetime:
    """The instant in (low, high], to the second, at which the clock jumps over a midnight that it never shows."""
    while high - low > dt.timedelta(seconds=1):
        middle = low + dt.timedelta(seconds=(high - low) // dt.timedelta(seconds=2))
        if _clock(zone, middle) >= midnight:
            high = middle
        else:
            low = middle
    return high

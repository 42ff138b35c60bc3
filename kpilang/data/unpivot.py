"""Wide tables made long: the columns from one heading to another become rows, each with its period or its heading."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpilang.data import findings, formats
from kpilang.data.grid import Grid, UnusableError
from kpilang.data.opening import tidy
from kpilang.model.calendar import Calendar
from kpilang.model.nouns import DataSource, Unpivot

TILES = (
    "year",
    "half",
    "quarter",
    "month",
    "week",
    "day",
    "fiscal year",
    "fiscal half",
    "fiscal quarter",
    "fiscal month",
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONG = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
CHINESE = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


@dataclass(frozen=True)
class Turn:
    """Which columns of a wide table become rows: from place `low` to `high`, each with its label (`dated`: an ISO date);
    the labels stand under the heading `name`, the cells under `value`."""

    low: int
    high: int
    labels: tuple[str, ...]
    dated: bool
    name: str
    value: str

    def rest(self, row: Sequence[str]) -> list[str]:
        """What a row holds besides."""
        return [*row[: self.low], *row[self.high + 1 :]]


def turn(headings: Sequence[str], source: DataSource, calendar: Calendar) -> Turn:
    """The columns that a source's `unpivot` names among the headings; UnusableError where they are not there or do not fit."""
    unpivot = source.unpivot
    assert unpivot is not None  # noqa: S101 - asked for only where it is declared
    low, high = (_place(headings, end) for end in (unpivot.first, unpivot.last))
    if low > high:
        raise UnusableError(formats.REVERSED_HEADINGS, first=unpivot.first, last=unpivot.last)
    labels = tuple(_labels(unpivot, headings[low : high + 1], calendar))
    name, value = (tidy(source.columns[column].cell) for column in (unpivot.name, unpivot.value))
    found = Turn(low, high, labels, unpivot.periods is not None, name, value)
    for heading in (name, value):
        if heading in found.rest(headings):
            raise UnusableError(formats.MADE_TWICE, cell=heading)
    return found


def turned(grid: Grid, source: DataSource, calendar: Calendar) -> Grid:
    """The grid with columns as rows; UnusableError as `turn`."""
    found = turn(grid.headings, source, calendar)
    headings = (*found.rest(grid.headings), found.name, found.value)
    marks = (grid.letters or grid.headings)[found.low : found.high + 1]
    return Grid(headings, _rows(grid, found, marks), grid.kind, flaws=grid.flaws, merged=grid.merged)


def _place(headings: Sequence[str], heading: str) -> int:
    found = [place for place, each in enumerate(headings) if each == tidy(heading)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnusableError(findings.DOUBLE_HEADING, cell=heading, count=len(found))
    listed = findings.listed([each for each in headings if each])
    raise UnusableError(
        findings.MISSING_COLUMN, cell=heading, found=listed, hint=findings.nearest_heading(heading, headings)
    )


def _rows(grid: Grid, found: Turn, marks: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    for place, cells in grid.rows:
        rest = found.rest(cells)
        for mark, label, cell in zip(marks, found.labels, cells[found.low : found.high + 1], strict=True):
            yield f"{place}\t{mark}", [*rest, label, cell]


def _labels(unpivot: Unpivot, wide: Sequence[str], calendar: Calendar) -> list[str]:
    if unpivot.periods is None:
        return list(wide)
    days = periods(wide, *unpivot.periods, calendar)
    if days is None:
        first, last = (day.isoformat() for day in (unpivot.periods[0], unpivot.periods[1] - dt.timedelta(days=1)))
        raise UnusableError(formats.OTHER_PERIODS, count=len(wide), found=findings.listed(wide), first=first, last=last)
    return [day.isoformat() for day in days]


def periods(headings: Sequence[str], start: dt.date, end: dt.date, calendar: Calendar) -> list[dt.date] | None:
    """The first day of the period that each heading stands for, from `start` to before `end`: by its name where it is a
    period's or a month's, else one after another where so many periods make up the time. None where neither fits."""
    named = [calendar.parse(heading) for heading in headings]
    if all(named):
        days = [period.start for period in named if period is not None]
        return days if all(period and start <= period.start and period.end <= end for period in named) else None
    months = [month(heading) for heading in headings]
    if all(months):
        by_month = {period.start.month: period.start for period in calendar.touching(start, end, "month")}
        fits = len(set(months)) == len(months) and len(calendar.touching(start, end, "month")) <= len(MONTHS)
        found = [by_month.get(number or 0) for number in months]
        return [day for day in found if day is not None] if fits and all(found) else None
    for grain in TILES:
        tiles = calendar.touching(start, end, grain)
        if len(tiles) == len(headings) and (tiles[0].start, tiles[-1].end) == (start, end):
            return [tile.start for tile in tiles]
    return None


def month(heading: str) -> int | None:
    """The number of a month by its name, in English or Chinese."""
    word = heading.strip().lower().rstrip(".")
    for names in (MONTHS, LONG):
        if word in names:
            return names.index(word) + 1
    chinese = re.fullmatch(r"(0?[1-9]|1[0-2]|[一二三四五六七八九十]{1,2})月份?", word)
    if chinese is None:
        return None
    name = chinese[1]
    return CHINESE.index(name) + 1 if name in CHINESE else int(name) if name.isdecimal() and name.isascii() else None

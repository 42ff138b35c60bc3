"""The calendar of a project as it is declared: when years and weeks start, the zone, which days and hours are worked."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model import words
from kpilang.model.calendar import Calendar, zone_exists
from kpilang.model.comparisons import UNKNOWN_PERIOD
from kpilang.model.retail import PATTERNS, Retail
from kpilang.model.working import Working, days
from kpilang.syntax import tree
from kpilang.text import Text

UNKNOWN_ZONE = Problem(
    "E405",
    "unknown-zone",
    Text('there is no time zone "{zone}"', "没有时区“{zone}”"),
    help=Text(
        'write a name of the tz database, such as `zone "Asia/Shanghai"`',
        '写 tz 数据库中的名称，例如 `zone "Asia/Shanghai"`',
    ),
)
BOTH = Problem(
    "E450",
    "holiday-and-workday",
    Text("{day} is a holiday and a workday", "{day} 既是假日又是工作日"),
    help=Text("leave it out of one of the two", "从其中一处去掉这一天"),
)
NO_HOURS = Problem(
    "E377",
    "hours-out-of-order",
    Text(
        "`{text}` is no stretch of a day behind the one before it",
        "`{text}` 不是一天之内、位于前一段之后的时段",
    ),
    help=Text(
        "write stretches from 00:00 to 24:00 in order, such as `hours 09:00 .. 12:00, 13:00 .. 18:00`",
        "按先后写 00:00 到 24:00 之间的时段，例如 `hours 09:00 .. 12:00, 13:00 .. 18:00`",
    ),
)
WITHOUT = Problem(
    "E378",
    "months-without-year",
    Text(
        "`{given}` without `{missing}`: months of whole weeks and the day a year ends on belong together",
        "有 `{given}` 而没有 `{missing}`：整周的月份与财年的结束日要一起写",
    ),
    help=Text(
        "write both: `year ends last saturday of january  months 4-4-5`",
        "两者都写：`year ends last saturday of january  months 4-4-5`",
    ),
)
WEEK_ELSEWHERE = Problem(
    "E379",
    "week-starts-elsewhere",
    Text(
        "weeks start on {start}, and a year made of whole weeks ends on {end}",
        "一周从 {start} 开始，而由整周组成的财年在 {end} 结束",
    ),
    help=Text("write `week starts {mend}`, or leave it out", "写 `week starts {mend}`，或者不写"),
)
NEVER = "none"
"""How a week without a weekend is written."""
DAY_MINUTES = 24 * 60


def read_calendar(declaration: tree.Declaration, reports: list[Diagnostic]) -> Calendar:
    """The project's calendar; what is wrong in it stays as if it were not said."""
    calendar = Calendar()
    for item in declaration.fields:
        calendar = _said(calendar, item, reports)
    calendar = _of_weeks(calendar, declaration, reports)
    calendar = replace(calendar, working=_working(calendar, declaration, reports))
    reports.extend(words.notes(calendar, declaration.fields))
    return calendar


def _said(calendar: Calendar, item: tree.Field, reports: list[Diagnostic]) -> Calendar:
    """The calendar with what one field says of years, weeks and the zone."""
    if isinstance(item.value, tree.Starts):
        known = words.MONTHS if item.word == "year" else words.DAYS
        word = words.word(item.value.word, f"{item.word} starts", known)
        if isinstance(word, Diagnostic):
            reports.append(word)
        elif item.word == "year":
            return replace(calendar, year_starts=known.index(word) + 1)
        else:
            return replace(calendar, week_starts=known.index(word))
    elif isinstance(item.value, tree.String):
        zone = item.value.value
        if zone_exists(zone):
            return replace(calendar, zone=zone)
        reports.append(UNKNOWN_ZONE.at(item.value.span, zone=zone))
    return calendar


def _of_weeks(calendar: Calendar, declaration: tree.Declaration, reports: list[Diagnostic]) -> Calendar:
    """The calendar with fiscal years made of whole weeks, where it has such."""
    year, months, week = (declaration.first(word) for word in ("year", "months", "week"))
    ends = year.value if year is not None else None
    if not isinstance(ends, tree.Ends):
        if months is not None:
            reports.append(WITHOUT.at(months.span, given="months", missing="year ends"))
        return calendar
    if months is None or not isinstance(months.value, tree.Weeks):
        reports.append(WITHOUT.at(ends.span, given="year ends", missing="months"))
        return calendar
    retail = _retail(ends, months.value.pattern, reports)
    if retail is None:
        return calendar
    starts = (retail.weekday + 1) % 7
    if week is not None and calendar.week_starts != starts:
        names = [words.DAYS[day] for day in (calendar.week_starts, retail.weekday, starts)]
        reports.append(WEEK_ELSEWHERE.at(week.span, start=names[0], end=names[1], mend=names[2]))
    return replace(calendar, retail=retail, week_starts=starts)


def _retail(ends: tree.Ends, pattern: str, reports: list[Diagnostic]) -> Retail | None:
    """The years that end on such a day; None after a report."""
    weekday = words.word(ends.weekday, "year ends", words.DAYS)
    month = words.word(ends.month, "year ends", words.MONTHS)
    wrong = [each for each in (weekday, month) if isinstance(each, Diagnostic)]
    if isinstance(weekday, Diagnostic) or isinstance(month, Diagnostic):
        reports.extend(wrong)
        return None
    number = words.MONTHS.index(month) + 1
    if ends.day is not None and not (ends.day.isdecimal() and 1 <= int(ends.day) <= monthrange(2026, number)[1]):
        reports.append(UNKNOWN_PERIOD.at(ends.span, period=f"{month} {ends.day}"))
        return None
    return Retail(PATTERNS[pattern], words.DAYS.index(weekday), number, int(ends.day) if ends.day else None)


# ---------------------------------------------------------------- working time


def _working(calendar: Calendar, declaration: tree.Declaration, reports: list[Diagnostic]) -> Working:
    working = Working()
    for item in declaration.fields:
        if item.word == "weekend" and isinstance(item.value, tree.References):
            working = replace(working, weekend=tuple(sorted(set(_weekend(item.value, reports)))))
        elif isinstance(item.value, tree.Hours):
            working = replace(working, hours=_hours(item.value, reports) or working.hours)
    free = _days(calendar, declaration.all("holidays"), reports)
    worked = _days(calendar, declaration.all("workdays"), reports)
    if free & worked:
        reports.append(BOTH.at(declaration.all("workdays")[0].span, day=min(free & worked)))
    return replace(working, free=tuple(sorted(free)), worked=tuple(sorted(worked)))


def _weekend(names: tree.References, reports: list[Diagnostic]) -> Iterator[int]:
    """The days of the week that are named, from 0 for Monday."""
    for name in names.items:
        word = words.word(name, "weekend", (*words.DAYS, NEVER)) if isinstance(name, tree.Name) else NEVER
        if isinstance(word, Diagnostic):
            reports.append(word)
        elif word != NEVER:
            yield words.DAYS.index(word)


def _days(calendar: Calendar, fields: Iterable[tree.Field], reports: list[Diagnostic]) -> frozenset[dt.date]:
    """Every day that some fields name."""
    spans = []
    for item in fields:
        for span in item.value.spans if isinstance(item.value, tree.Days) else ():
            found = words.stretch(calendar, span)
            if isinstance(found, Diagnostic):
                reports.append(found)
            else:
                spans.append(found)
    return days(spans)


def _hours(value: tree.Hours, reports: list[Diagnostic]) -> tuple[tuple[int, int], ...] | None:
    """The stretches of a day, in minutes from midnight; None after a report."""
    found = [(_minutes(each.first), _minutes(each.last)) for each in value.stretches]
    wrong = [
        each for each, (start, end) in zip(value.stretches, found, strict=True) if not 0 <= start < end <= DAY_MINUTES
    ]
    wrong += [later for (one, later) in pairwise(value.stretches) if _minutes(later.first) < _minutes(one.last)]
    if wrong:
        reports.append(NO_HOURS.at(wrong[0].span, text=f"{wrong[0].first} .. {wrong[0].last}"))
        return None
    return tuple(found)


def _minutes(text: str) -> int:
    """Minutes from midnight; beyond any day for what no clock shows."""
    hour, minute = map(int, text.split(":"))
    return hour * 60 + minute if minute < 60 else DAY_MINUTES + 1

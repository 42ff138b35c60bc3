"""The words that fields of the domain may hold, and the periods and grains written in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.calendar import GRAINS, Calendar, Period
from kpilang.model.comparisons import UNKNOWN_PERIOD
from kpilang.model.nearest import hint
from kpilang.syntax import everyday, tree
from kpilang.text import Text

_SHORTER = tuple(each for each in GRAINS if each != "all")
LEVELS = ("company", "department", "team", "individual")
WORDS: dict[str, tuple[str, ...]] = {
    "direction": ("higher", "lower", "within"),
    "level": LEVELS,
    "indicator": ("leading", "lagging"),
    "nature": ("quantitative", "qualitative"),
    "perspective": ("financial", "customer", "process", "growth"),
    "state": ("draft", "active", "deprecated"),
}
MONTHS = (
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
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NOBODY = frozenset(
    """
    all anybody anyone company everybody everyone nobody none noone somebody someone staff tba tbc tbd team unassigned
    unknown 人人 全员 全体 全体员工 全公司 公司 大家 待定 待指定 所有人 无 暂无 未定 未指定
    """.split()  # noqa: SIM905 - a list of words reads best as one text
)

UNKNOWN_WORD = Problem(
    "E220",
    "unknown-word",
    Text("`{field}` cannot be `{word}`", "`{field}` 不能是 `{word}`"),
    help=Text("{hint}", "{hint}"),
)
UNKNOWN_GRAIN = Problem(
    "E403",
    "unknown-grain",
    Text("there is no grain `{word}`", "没有 `{word}` 这种粒度"),
    help=Text("{hint}", "{hint}"),
)
REVERSED_SPAN = Problem(
    "E404",
    "span-reversed",
    Text("the span runs from {first} back to {last}", "时间范围从 {first} 倒退到 {last}"),
    help=Text("write the earlier period first", "把较早的期间写在前面"),
)
NOT_A_DAY = Problem(
    "E406",
    "not-a-day",
    Text("`{period}` is not a day, and a change is accepted on one", "`{period}` 不是某一天，而变更要按日期认可"),
    help=Text('write the day, such as `accepted 2026-11-20 "…"`', '写出日期，例如 `accepted 2026-11-20 "…"`'),
)


NO_WEEKS = Problem(
    "E380",
    "not-whole-weeks",
    Text(
        "`{text}` does not name whole weeks from the first day of one",
        "`{text}` 不是从某周第一天起的若干整周",
    ),
    help=Text("write `{form}`", "写成 `{form}`"),
)
MOST_WEEKS = 99


def is_nobody(name: str) -> bool:
    """Whether a name is one of those that mean nobody in particular."""
    return name.lower() in NOBODY


def word(name: tree.Name, field: str, known: tuple[str, ...] | None = None) -> str | Diagnostic:
    """A word of the domain, or the report on an unknown one."""
    allowed = known or WORDS[field]
    if name.text in allowed:
        return name.text
    return UNKNOWN_WORD.at(name.span, field=field, word=name.text, hint=hint(name.text, allowed, everyday.WORDS))


def grain(node: tree.Grain, *, with_all: bool = False) -> str | Diagnostic:
    """A grain in the calendar's words, such as `month` or `fiscal quarter`."""
    text = f"fiscal {node.word.text}" if node.fiscal else node.word.text
    allowed = GRAINS if with_all else _SHORTER
    return (
        text if text in allowed else UNKNOWN_GRAIN.at(node.span, word=text, hint=hint(text, allowed, everyday.GRAINS))
    )


def weeks(calendar: Calendar, node: tree.Spaced) -> str | Diagnostic:
    """A grain of several weeks, such as `2 weeks from 2026-01-05`."""
    first = day(calendar, node.first)
    if isinstance(first, Diagnostic):
        return first
    count = int(node.count) if node.count.isdecimal() else 0
    begins = calendar.containing(first, "week").start
    if node.unit == "weeks" and 0 < count <= MOST_WEEKS and begins == first:
        return f"{count} weeks from {first}"
    shown = " ".join(node.span.text.split())
    return NO_WEEKS.at(node.span, text=shown, form=f"every {count or 2} weeks from {begins}")


def period(calendar: Calendar, node: tree.Period) -> Period | Diagnostic:
    """The period of a literal."""
    return calendar.parse(node.text) or UNKNOWN_PERIOD.at(node.span, period=node.text)


def day(calendar: Calendar, node: tree.Period) -> dt.date | Diagnostic:
    """The day of a literal that has to be one."""
    found = period(calendar, node)
    if isinstance(found, Diagnostic):
        return found
    return found.start if found.grain == "day" else NOT_A_DAY.at(node.span, period=node.text)


def notes(calendar: Calendar, fields: Iterable[tree.Field]) -> list[Diagnostic]:
    """Reports on notes that a change was accepted whose day is none."""
    days = (day(calendar, each.value.day) for each in fields if isinstance(each.value, tree.Accepted))
    return [found for found in days if isinstance(found, Diagnostic)]


def stretch(calendar: Calendar, node: tree.PeriodRange) -> tuple[dt.date, dt.date] | Diagnostic:
    """The days of `A .. B`, the end exclusive."""
    first, last = period(calendar, node.first), period(calendar, node.last)
    if isinstance(first, Diagnostic):
        return first
    if isinstance(last, Diagnostic):
        return last
    if last.end <= first.start:
        return REVERSED_SPAN.at(node.span, first=first.text, last=last.text)
    return first.start, last.end

"""What a command line asks, as a question to the model: periods, grains, breakdowns, filters, the as-of date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.calendar import GRAINS, Calendar
from kpilang.model.nearest import hint
from kpilang.plan.question import Question
from kpilang.text import Source, Span, Text

if TYPE_CHECKING:
    from kpilang.project.loading import Project
    from kpilang.syntax.tree import Expr, Path

BAD_PERIOD = Problem(
    "E631",
    "bad-period",
    Text(en="there is no period `{text}`", zh="没有 `{text}` 这个期间"),
    help=Text(
        en="periods look like 2026, 2026-H1, 2026-Q1, 2026-01, 2026-W05, 2026-01-31, FY2026-Q1; `A..B` spans from A to B",
        zh="期间的写法：2026、2026-H1、2026-Q1、2026-01、2026-W05、2026-01-31、FY2026-Q1；`A..B` 表示从 A 到 B",
    ),
)
BACKWARDS = Problem(
    "E632",
    "backwards-period",
    Text(en="`{first}` begins after `{last}` ends", zh="`{first}` 在 `{last}` 结束之后才开始"),
    help=Text(en="turn them round: `{last}..{first}`", zh="请对调：`{last}..{first}`"),
)
UNKNOWN_GRAIN = Problem("E633", "unknown-grain", Text(en="there is no grain `{text}`", zh="没有 `{text}` 这种粒度"))
BAD_DAY = Problem(
    "E634",
    "bad-date",
    Text(en="`{text}` is not a date", zh="`{text}` 不是日期"),
    help=Text(en="write it as 2026-06-30", zh="请写成 2026-06-30"),
)
PERIOD_AND_LAST = Problem(
    "E635",
    "period-and-last",
    Text(en="`--period` and `--last` both say which periods", zh="`--period` 和 `--last` 都在指定期间"),
    help=Text(en="give one of them", zh="请只写其中一个"),
)


@dataclass(frozen=True)
class Ask:
    """The options of `kpi eval` and `kpi explain` as typed; None and empty where they are not given."""

    period: str | None = None
    last: int | None = None
    grains: str | None = None
    by: str | None = None
    where: str | None = None
    as_of: str | None = None


class _Reader:
    """Reads options one by one, and keeps a diagnostic for each that cannot be read."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.wrong: list[Diagnostic] = []

    def periods(self, text: str | None) -> tuple[dt.date, dt.date] | None:
        if text is None:
            return None
        first, _, last = (part.strip() for part in text.partition(".."))
        ends = [self._period(text, part) for part in (first, last or first)]
        if ends[0] is None or ends[1] is None:
            return None
        start, end = ends[0][0], ends[1][1]
        if start >= end:
            self.wrong.append(BACKWARDS.at(_span("--period", text), first=first, last=last))
        return start, end

    def _period(self, text: str, part: str) -> tuple[dt.date, dt.date] | None:
        found = self.calendar.parse(part)
        if found is None:
            if not any(item.code == BAD_PERIOD.code for item in self.wrong):
                self.wrong.append(BAD_PERIOD.at(_span("--period", text, part), text=part))
            return None
        return found.start, found.end

    def grains(self, text: str | None) -> tuple[str, ...]:
        grains = _parts(text)
        for grain in grains:
            if grain not in GRAINS:
                self.wrong.append(
                    UNKNOWN_GRAIN.at(_span("--grain", text or "", grain), help=hint(grain, GRAINS), text=grain)
                )
        return grains

    def day(self, text: str | None, otherwise: dt.date) -> dt.date:
        from kpilang.settings.schema import parse_date  # noqa: PLC0415 it comes with the reader of YAML

        found = otherwise if text is None else parse_date(text)
        if found is None:
            self.wrong.append(BAD_DAY.at(_span("--as-of", text or ""), text=text))
        return found or otherwise

    def by(self, text: str | None) -> tuple[Path, ...]:
        from kpilang.syntax.parser import parse_path  # noqa: PLC0415 few questions have one

        found = []
        for part in _parts(text):
            path, wrong = parse_path(Source("<--by>", part))
            self.wrong += wrong
            if path is not None:
                found.append(path)
        return tuple(found)

    def where(self, text: str | None) -> Expr | None:
        from kpilang.syntax.parser import parse_expression  # noqa: PLC0415 few questions have one

        if text is None:
            return None
        found, wrong = parse_expression(Source("<--where>", text))
        self.wrong += wrong
        return found


def question(project: Project, kpis: Sequence[str], ask: Ask) -> tuple[Question, tuple[Diagnostic, ...]]:
    """The question about some KPIs, and what is wrong with the options; with a diagnostic it must not be asked."""
    reader = _Reader(project.model.calendar)
    if ask.period is not None and ask.last is not None:
        reader.wrong.append(PERIOD_AND_LAST.at(None))
    asked = Question(
        kpis=tuple(kpis),
        as_of=reader.day(ask.as_of, project.as_of),
        grains=reader.grains(ask.grains),
        periods=reader.periods(ask.period),
        last=ask.last,
        by=reader.by(ask.by),
        where=reader.where(ask.where),
    )
    return asked, tuple(reader.wrong)


def _parts(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))


def _span(option: str, text: str, part: str | None = None) -> Span:
    """The place of a part in the text of an option."""
    start = text.index(part) if part and part in text else 0
    return Span(Source(f"<{option}>", text), start, start + len(part if part is not None else text))

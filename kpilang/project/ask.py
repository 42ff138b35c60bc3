"""What a command line asks, as a question to the model: periods, grains, breakdowns, filters, the as-of date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.calendar import GRAINS, Calendar
from kpilang.model.nearest import hint
from kpilang.plan.question import Question
from kpilang.text import Source, Span, Text

if TYPE_CHECKING:
    from kpilang.model.nouns import Model
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
    help=Text(en="turn them round: `{last}..{first}`", zh="对调：`{last}..{first}`"),
)
UNKNOWN_GRAIN = Problem(
    "E633", "option-unknown-grain", Text(en="there is no grain `{text}`", zh="没有 `{text}` 这种粒度")
)
BAD_DAY = Problem(
    "E634",
    "bad-date",
    Text(en="`{text}` is not a date", zh="`{text}` 不是日期"),
    help=Text(en="write it as 2026-06-30", zh="写成 2026-06-30"),
)
PERIOD_AND_LAST = Problem(
    "E635",
    "period-and-last",
    Text(en="`--period` and `--last` both say which periods", zh="`--period` 和 `--last` 都在指定期间"),
    help=Text(en="give one of them", zh="只写其中一个"),
)
NOTHING_TO_TOTAL = Problem(
    "E685",
    "total-without-breakdown",
    Text(
        en="`--total` adds a row for all members of a breakdown, and there is none",
        zh="`--total` 为分组另加合计行，而这里没有分组",
    ),
    help=Text(en="give `--by COLUMNS` too, or leave `--total` out", zh="同时写 `--by 列名`，或者去掉 `--total`"),
)
NO_PERIOD_ALL = Problem(
    "E640",
    "all-is-no-period",
    Text(en="`all` is a grain, not a period", zh="`all` 是粒度，不是期间"),
    help=Text(
        en="for one value over all time write `--grain all`; for every period leave `--period` out",
        zh="要全部时间的一个数值，写 `--grain all`；要每个期间，不写 `--period`",
    ),
)
OPEN_PERIOD = Problem(
    "E641",
    "open-period",
    Text(en="`{text}` lacks an end", zh="`{text}` 缺少一端"),
    help=Text(
        en="write both: `A..B`; `--last N` takes the last whole periods",
        zh="写出两端：`A..B`；`--last N` 取最近的完整期间",
    ),
)
TOO_MANY_PERIODS = Problem(
    "E642",
    "too-many-periods",
    Text(
        en="`{text}` holds {count} periods by {grain}; at most {most} are computed at once",
        zh="`{text}` 按 {grain} 有 {count} 个期间；一次最多计算 {most} 个",
    ),
    help=Text(
        en="ask for a shorter span, or a longer grain such as `--grain year`",
        zh="缩短时间范围，或改用更长的粒度，例如 `--grain year`",
    ),
)
TOO_LATE = Problem(
    "E643",
    "date-too-late",
    Text(
        en="`{text}` is too late: the last day that can be known is {latest}",
        zh="`{text}` 太晚：可以知道的最后一天是 {latest}",
    ),
    help=Text(en="give the last day that the data are known to", zh="写数据已知的最后一天"),
)
NO_PREDICATE = Problem(
    "E644",
    "empty-predicate",
    Text(en="`--where` says nothing", zh="`--where` 的内容是空的"),
    help=Text(
        en="""write what must hold for a row, such as `--where 'amount > 0'`, or leave it out""",
        zh="""写行须满足的条件，例如 `--where 'amount > 0'`；否则去掉该选项""",
    ),
)
NOT_TEXT = Problem(
    "E645",
    "option-not-utf8",
    Text(en="`{option}` holds bytes that are not UTF-8 text", zh="`{option}` 含有不是 UTF-8 文本的字节"),
    help=Text(en="set the terminal to UTF-8 and type it again", zh="把终端设为 UTF-8 后重新输入"),
)
NO_COLUMN = Problem(
    "E649",
    "no-such-column",
    Text(en="no source has a column `{name}`", zh="没有任何数据源有 `{name}` 这一列"),
)
MOST_PERIODS = 100_000
LATEST = dt.date.max - dt.timedelta(days=1)
MEANT = Text(en="do you mean `{meant}`?", zh="是否想写 `{meant}`？")
LAST_ONES = Text(
    en="`--last 1` is the last whole period, `--last N` the last N",
    zh="`--last 1` 是最近一个完整的期间，`--last N` 是最近 N 个",
)
_LAST = re.compile(r"last|previous|this|current|上|去|本", re.IGNORECASE)
_NEARLY = re.compile(
    r"(?P<year>(FY)?[0-9]{4})[-/. ]?(?P<letter>[QqHhWw])?(?P<number>[0-9]{1,2})([-/. ](?P<day>[0-9]{1,2}))?"
)
_COMMENT = re.compile(r"#.*")


@dataclass(frozen=True)
class Ask:
    """The options of `kpi eval` and `kpi explain` as typed; None and empty where they are not given."""

    period: str | None = None
    last: int | None = None
    grains: str | None = None
    by: str | None = None
    where: str | None = None
    as_of: str | None = None
    full: bool = False
    total: bool = False


def last_day(text: str | None, project: Project) -> tuple[dt.date, tuple[Diagnostic, ...]]:
    """The last day known by `--as-of`, else as the project has it."""
    reader = _Reader(project.model.calendar)
    return reader.day(text, project.as_of), tuple(reader.wrong)


class _Reader:
    """Reads options one by one, and keeps a diagnostic for each that cannot be read."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.wrong: list[Diagnostic] = []

    def periods(self, text: str | None) -> tuple[dt.date, dt.date] | None:
        if text is None:
            return None
        first, dots, last = (part.strip() for part in text.partition(".."))
        if "all" in (first, last):
            self.wrong.append(NO_PERIOD_ALL.at(_span("--period", text)))
            return None
        if dots and not (first and last):
            self.wrong.append(OPEN_PERIOD.at(_span("--period", text), text=text))
            return None
        ends = [self._period(text, part) for part in (first, last or first)]
        if ends[0] is None or ends[1] is None:
            return None
        start, end = ends[0][0], ends[1][1]
        if start >= end:
            self.wrong.append(BACKWARDS.at(_span("--period", text), first=first, last=last))
        return start, end

    def countable(self, text: str | None, stretch: tuple[dt.date, dt.date] | None, grains: Iterable[str]) -> None:
        """Refuses a stretch of more periods than anybody could read, before they are made."""
        if stretch is None or stretch[0] >= stretch[1]:
            return
        last = stretch[1] - dt.timedelta(days=1)
        counts = {grain: self.calendar.between(stretch[0], last, grain) + 1 for grain in grains if grain in GRAINS}
        grain = max(counts, key=lambda each: counts[each], default="all")
        if counts.get(grain, 0) > MOST_PERIODS:
            count, most = f"{counts[grain]:,}", f"{MOST_PERIODS:,}"
            place = _span("--period", text or "")
            self.wrong.append(TOO_MANY_PERIODS.at(place, text=text, grain=grain, count=count, most=most))

    def _period(self, text: str, part: str) -> tuple[dt.date, dt.date] | None:
        found = self.calendar.parse(part)
        if found is None:
            if not any(item.code == BAD_PERIOD.code for item in self.wrong):
                meant = self._meant(part)
                help = LAST_ONES if _LAST.match(part) else None if meant is None else MEANT.fill(meant=meant)
                self.wrong.append(BAD_PERIOD.at(_span("--period", text, part), help=help, text=part))
            return None
        return found.start, found.end

    def _meant(self, part: str) -> str | None:
        """The period that somebody means who writes `2026-1`, `2026Q1`, `2026/01/31`."""
        match = _NEARLY.fullmatch(part)
        if match is None:
            return None
        year, letter, number, day = match["year"], (match["letter"] or "").upper(), int(match["number"]), match["day"]
        name = f"{year}-{letter}{number}" if letter in ("Q", "H") else f"{year}-{letter}{number:02}"
        found = self.calendar.parse(f"{name}-{int(day):02}" if day else name)
        return found.text if found else None

    def grains(self, text: str | None) -> tuple[str, ...]:
        grains = _parts(text)
        for grain in grains:
            if grain not in GRAINS:
                self.wrong.append(
                    UNKNOWN_GRAIN.at(_span("--grain", text or "", grain), help=hint(grain, GRAINS), text=grain)
                )
        return grains

    def day(self, text: str | None, otherwise: dt.date) -> dt.date:
        from kpilang.settings.schema import parse_date

        found = otherwise if text is None else parse_date(text)
        if found is None:
            self.wrong.append(BAD_DAY.at(_span("--as-of", text or ""), text=text))
        elif found > LATEST:
            place = None if text is None else _span("--as-of", text)
            self.wrong.append(TOO_LATE.at(place, text=found, latest=LATEST))
        return found or otherwise

    def by(self, text: str | None) -> tuple[Path, ...]:
        from kpilang.syntax.parser import parse_path

        found = []
        for part in _parts(text) if self.is_text("--by", text) else ():
            path, wrong = parse_path(Source("<--by>", part))
            self.wrong += wrong
            if path is not None:
                found.append(path)
        return tuple(found)

    def known(self, text: str | None, by: Iterable[Path], model: Model) -> None:
        """Refuses a name that no source has, once for all KPIs; a source with a mistake may have any."""
        names = {name for source in model.sources.values() for name in (*source.columns, *source.links)}
        if not model.sources or not all(source.sound for source in model.sources.values()):
            return
        for path in by:
            last = path.names[-1]
            if last.text not in names:
                place = _span("--by", text or "", last.span.text)
                self.wrong.append(NO_COLUMN.at(place, help=hint(last.text, names), name=last.text))

    def where(self, text: str | None) -> Expr | None:
        from kpilang.syntax.parser import parse_expression

        if text is None or not self.is_text("--where", text):
            return None
        if not _COMMENT.sub("", text).strip():
            self.wrong.append(NO_PREDICATE.at(None))
            return None
        found, wrong = parse_expression(Source("<--where>", text))
        self.wrong += wrong
        return found

    def is_text(self, option: str, text: str | None) -> bool:
        """Whether an option was typed in UTF-8; what was not reaches us with lone surrogates in it."""
        if text is None or text.isprintable() or not any("\ud800" <= letter <= "\udfff" for letter in text):
            return True
        self.wrong.append(NOT_TEXT.at(None, option=option))
        return False


def question(project: Project, kpis: Sequence[str], ask: Ask) -> tuple[Question, tuple[Diagnostic, ...]]:
    """The question about some KPIs, and what is wrong with the options; with a diagnostic it must not be asked."""
    reader = _Reader(project.model.calendar)
    if ask.period is not None and ask.last is not None:
        reader.wrong.append(PERIOD_AND_LAST.at(None))
    grains, stretch = reader.grains(ask.grains), reader.periods(ask.period)
    own = (project.model.kpis[name].period or "all" for name in kpis)
    reader.countable(ask.period, stretch, grains or own)
    by = reader.by(ask.by)
    if ask.total and not ask.by:
        reader.wrong.append(NOTHING_TO_TOTAL.at(None))
    reader.known(ask.by, by, project.model)
    asked = Question(
        kpis=tuple(kpis),
        as_of=reader.day(ask.as_of, project.as_of),
        grains=grains,
        periods=stretch,
        last=ask.last,
        by=by,
        where=reader.where(ask.where),
        full=ask.full,
        total=ask.total,
    )
    return asked, tuple(reader.wrong)


def _parts(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))


def _span(option: str, text: str, part: str | None = None) -> Span:
    """The place of a part in the text of an option."""
    start = text.index(part) if part and part in text else 0
    return Span(Source(f"<{option}>", text), start, start + len(part if part is not None else text))

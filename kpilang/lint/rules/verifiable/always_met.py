"""V109: a target that was met in every period of a history, or in none."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpilang.diagnostics import Severity
from kpilang.lint.history import Course, days
from kpilang.lint.look import Look
from kpilang.lint.places import head, own
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Rule, WithData
from kpilang.lint.stage_data import TAKINGS, takings
from kpilang.result import Row, Status
from kpilang.text import Text

PERIODS = Option[int](
    "periods", 6, Text("over how many judged periods at least a history reaches", "至少有多少期作过判定")
)
DAYS = Option[int]("days", 360, Text("how many days these periods reach over at least", "这些期间至少跨越多少天"))

ALWAYS = Text("met in all {count} periods since {period}", "自 {period} 起 {count} 期全部达标")
NEVER = Text("met in none of {count} periods since {period}", "自 {period} 起 {count} 期无一达标")
RAISE = Text(
    "ask for more: the closest was {closest}; or look at something else, if all is well here",
    "提高要求：最接近目标的一期为 {closest}；如果这方面已经很好，就换一个指标",
)
LOWER = Text(
    "see what is in reach: the best was {closest}; set a target on the way there, or take the measures the KPI asks for",
    "看看能做到什么：最好的一期为 {closest}；先定一个阶段性目标，或落实 KPI 要求的措施",
)
MISSED = (Status.AT_RISK, Status.MISSED)


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use whose target tells no period from another."""
    for course in look.courses:
        judged = [row for row in course.whole if row.status is Status.MET or row.status in MISSED]
        if len(judged) < max(look.option(PERIODS), 1) or days(judged) < look.option(DAYS):
            continue
        if all(row.status is Status.MET for row in judged) and not _at_the_end(course, judged):
            yield _finding(course, judged, always=True)
        elif all(row.status in MISSED for row in judged):
            yield _finding(course, judged, always=False)


def _at_the_end(course: Course, rows: list[Row]) -> bool:
    """Whether the target asks for the best there is, so that nothing is left to ask for: none at all, or all of them."""
    target = rows[-1].target
    if target is None or target.value is None:
        return False
    percent = course.kpi.unit is not None and course.kpi.unit.form == "percent"
    lower = course.kpi.direction == "lower" or (target.comparator or "").startswith(("<", "="))
    return target.value <= 0 if lower else percent and target.value >= 1


def _finding(course: Course, judged: list[Row], *, always: bool) -> Finding:
    kpi = course.kpi
    line = kpi.first("target")
    span = line.span if line is not None and own(kpi, line) else head(kpi.declaration)
    closest = course.said(_closest(judged).value or Decimal(0))
    word = Text("always" if always else "never", "总能" if always else "从未")
    values = {"kpi": kpi.name, "word": word, "count": len(judged), "period": judged[0].period, "closest": closest}
    return Finding(span, kpi.name, values, label=ALWAYS if always else NEVER, help=RAISE if always else LOWER)


def _closest(judged: list[Row]) -> Row:
    """The row that is nearest to what was asked for in it."""

    def distance(row: Row) -> float:
        target, value = row.target, row.value
        if target is None or value is None:
            return float("inf")
        edges = [float(edge) for edge in (target.value, target.low, target.high) if edge is not None]
        return min((abs(float(value) - edge) for edge in edges), default=float("inf"))

    return min(judged, key=distance)


RULE = Rule(
    code="V109",
    name="always-met",
    criterion=Criterion.VERIFIABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A target that was met in every period of a history of a year or more, or in none.",
        "一年以上的历史中每期都达标、或没有一期达标的目标值。",
    ),
    message=Text("the target of `{kpi}` is {word} met", "`{kpi}` 的目标值{word}达到"),
    why=Text(
        "a target that never tells a good period from a bad one moves nobody: what is sure needs no effort, what is hopeless gets none",
        "分不出好坏的目标值推动不了任何人：稳拿的不必努力，无望的无人努力",
    ),
    help=RAISE,
    documents=(Document.GUIDE,),
    decides=(Quality.RESPONSIVE,),
    needs_data=True,
    find=find,
    options=(PERIODS, DAYS),
    bad=(
        WithData(
            TAKINGS.replace(" for 2026", ""),
            takings("2026-06", [110, 130, 120, 140, 135, 125, 115, 130, 140, 125, 120, 130]),
        ),
        WithData(
            TAKINGS.replace(">= 100 CNY for 2026", ">= 200 CNY"),
            takings("2026-06", [110, 130, 120, 140, 135, 125, 115, 130, 140, 125, 120, 130]),
        ),
    ),
    good=(
        WithData(
            TAKINGS.replace(" for 2026", ""),
            takings("2026-06", [110, 130, 120, 140, 135, 95, 115, 130, 140, 125, 120, 130]),
        ),
        WithData(TAKINGS, takings("2026-06", [110, 130, 120, 140, 135, 125, 115, 130, 140, 125, 120, 130])),
        WithData(
            TAKINGS.replace(">= 100 CNY for 2026", "<= 0 CNY").replace("higher", "lower"),
            takings("2026-06", [0] * 12),
        ),
    ),
)

"""The rows of a result with its target, attainment and status, and the lines that no rule puts in order."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.judge.attainment import attainment
from kpilang.judge.force import lines_in_force
from kpilang.model.calendar import Calendar
from kpilang.model.nouns import Kpi, Model
from kpilang.result import UNJUDGED, Block, Reason, Result, Sheet, Standing, Status, TargetInForce
from kpilang.text import Span, Text

COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    "!=": operator.ne,
}

TIE = Problem(
    "E451",
    "tied-targets",
    Text(
        "`{name}` has two `{word}` lines for {period}, and neither holds for a shorter time than the other",
        "`{name}` 在 {period} 有两行 `{word}`，且两者的适用时间一样短",
    ),
    label=Text("this line holds in {period} too", "这一行也适用于 {period}"),
    why=Text(
        "the line with the narrower time wins; of two that tie none can be taken, so the period is not judged",
        "适用时间较短的一行优先；两行一样短时无法取舍，因此该期间不作判定",
    ),
    help=Text(
        "remove one of the two lines, or give one a shorter span with `for`",
        "删去其中一行，或用 `for` 给其中一行更短的适用时间",
    ),
)
NO_VALUE, NO_TARGET = Standing(status=Status.NO_VALUE), Standing(status=Status.NO_TARGET)
FIRST = Text("the other line", "另一行在此")

Tie = tuple[str, Span, Span]


def judge(model: Model, result: Result) -> Result:
    """The result with target, attainment and status in each row, and a diagnostic for each tie of two lines.

    A row is judged at its KPI's own grain and without breakdown; at other grains and in breakdowns only where the
    KPI keeps its target. Where two target or accept lines tie, the row has no target. A partial period shows its
    target but has neither attainment nor status. Values are judged as the rows hold them, which is unrounded.
    """
    ties: dict[Tie, Diagnostic] = {}
    sheets = tuple(_judged(model.kpis[sheet.kpi], sheet, model.calendar, ties) for sheet in result.sheets)
    return replace(result, sheets=sheets, diagnostics=(*result.diagnostics, *ties.values()))


def _judged(kpi: Kpi, sheet: Sheet, calendar: Calendar, ties: dict[Tie, Diagnostic]) -> Sheet:
    targets: list[TargetInForce | None] = []
    standings: list[Standing] = []
    for block in sheet.blocks:
        target, accept = _asked(kpi, sheet, block, calendar, ties)
        targets.append(target)
        values = sheet.values[block.first : block.first + len(block.members)]
        if block.partial is not None:
            standings += [UNJUDGED] * len(values)
        elif target is None:
            standings += [NO_VALUE if isinstance(value, Reason) else NO_TARGET for value in values]
        else:
            standings += [_standing(value, target, accept, kpi.direction) for value in values]
    return replace(sheet, targets=targets, standings=standings)


def _standing(
    value: Decimal | Reason, target: TargetInForce, accept: TargetInForce | None, direction: str | None
) -> Standing:
    if isinstance(value, Reason):
        return Standing(None, value, Status.NO_VALUE)
    if target.words is not None:
        return NO_TARGET
    return Standing(*attainment(value, target, direction), _status(value, target, accept))


def _asked(
    kpi: Kpi, sheet: Sheet, block: Block, calendar: Calendar, ties: dict[Tie, Diagnostic]
) -> tuple[TargetInForce | None, TargetInForce | None]:
    """What target and accept ask for in a block; neither counts where lines tie, which is noted once for the two."""
    if not (kpi.targets or kpi.accepts) or not (_at_home(kpi, sheet, block, calendar) or kpi.keeps_target):
        return None, None
    targets = lines_in_force(kpi.targets, block, calendar, kpi.direction)
    accepts = lines_in_force(kpi.accepts, block, calendar, kpi.direction)
    tied = [(word, lines) for word, lines in (("target", targets), ("accept", accepts)) if len(lines) > 1]
    for word, lines in tied:
        first, second = lines[0].target.node.span, lines[1].target.node.span
        ties.setdefault((kpi.name, first, second), _tie(kpi, word, block, (first, second)))
    if tied:
        return None, None
    return (targets[0].asks if targets else None), (accepts[0].asks if accepts else None)


def _at_home(kpi: Kpi, sheet: Sheet, block: Block, calendar: Calendar) -> bool:
    """Whether a block is at its KPI's own grain, whole; a fiscal grain that starts in January is the calendar's."""
    own, grain = kpi.period or "all", block.grain
    if calendar.year_starts == 1:
        own, grain = own.removeprefix("fiscal "), grain.removeprefix("fiscal ")
    return own == grain and not sheet.columns


def _status(value: Decimal, target: TargetInForce, accept: TargetInForce | None) -> Status:
    if _reaches(value, target):
        return Status.MET
    if accept is not None and _reaches(value, accept):
        return Status.AT_RISK
    return Status.MISSED


def _reaches(value: Decimal, asks: TargetInForce) -> bool:
    if asks.comparator is not None and asks.value is not None:
        return COMPARE[asks.comparator](value, asks.value)
    if asks.low is None or asks.high is None:
        return False
    return asks.low <= value <= asks.high


def _tie(kpi: Kpi, word: str, block: Block, places: tuple[Span, Span]) -> Diagnostic:
    marks = (Mark(places[0], FIRST),)
    return TIE.at(places[1], kpi=kpi.name, marks=marks, name=kpi.name, word=word, period=block.period)

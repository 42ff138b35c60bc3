"""The rows of a result with its target, attainment and status, and the lines that no rule puts in order."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.judge.attainment import attainment
from kpilang.judge.force import Spot, asks, lines_in_force
from kpilang.judge.notes import so_far, without
from kpilang.model.calendar import Calendar
from kpilang.model.nouns import Kpi, Model
from kpilang.result import UNJUDGED, Block, Note, Reason, Result, Sheet, Standing, Status, TargetInForce
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

    A row is judged by the line that is in force for it; where two target or accept lines tie, the row has no target. A
    partial period shows its target but has neither attainment nor status. Values are judged as the rows hold them, which
    is unrounded.
    """
    ties: dict[Tie, Diagnostic] = {}
    sheets = tuple(_judged(model.kpis[sheet.kpi], sheet, model.calendar, ties) for sheet in result.sheets)
    return replace(result, sheets=sheets, diagnostics=(*result.diagnostics, *ties.values()))


def _judged(kpi: Kpi, sheet: Sheet, calendar: Calendar, ties: dict[Tie, Diagnostic]) -> Sheet:
    """A sheet with its targets; where no line looks at members, what one row of a period asks for all rows of it do."""
    targets: list[TargetInForce | None] = []
    standings: list[Standing] = []
    remarks: dict[int, tuple[Note, ...]] = {}
    each = any(line.particular for line in (*kpi.targets, *kpi.accepts))
    for block in sheet.blocks:
        values = sheet.values[block.first : block.first + len(block.members)]
        asked = _Asked()
        for place, value in enumerate(values, block.first):
            if each or place == block.first:
                asked = _asked(Spot(kpi, sheet, block, place, calendar), ties)
            targets.append(asked.target)
            standings.append(
                _standing(value, asked, kpi.direction) if block.partial is None and not block.open else UNJUDGED
            )
            if asked.notes and not isinstance(value, Reason):
                remarks[place] = asked.notes
    return replace(sheet, targets=targets, standings=standings, remarks=remarks)


class _Asked(NamedTuple):
    """What target and accept ask for in a row, and what is to be noted about it."""

    target: TargetInForce | None = None
    accept: TargetInForce | None = None
    notes: tuple[Note, ...] = ()


def _standing(value: Decimal | Reason, asked: _Asked, direction: str | None) -> Standing:
    if asked.target is None:
        return NO_VALUE if isinstance(value, Reason) else NO_TARGET
    if isinstance(value, Reason):
        return Standing(None, value, Status.NO_VALUE)
    if asked.target.words is not None:
        return NO_TARGET
    return Standing(*attainment(value, asked.target, direction), _status(value, asked.target, asked.accept))


def _asked(spot: Spot, ties: dict[Tie, Diagnostic]) -> _Asked:
    """What target and accept ask for in a row; neither counts where lines tie, which is told once for the two."""
    kpi = spot.kpi
    if not (kpi.targets or kpi.accepts):
        return _Asked()
    targets, accepts = lines_in_force(kpi.targets, spot), lines_in_force(kpi.accepts, spot)
    tied = [(word, lines) for word, lines in (("target", targets), ("accept", accepts)) if len(lines) > 1]
    for word, lines in tied:
        first, second = lines[0].node.span, lines[1].node.span
        ties.setdefault((kpi.name, first, second), _tie(kpi, word, spot.block, (first, second)))
    target = asks(targets[0], spot) if targets and not tied else None
    accept = asks(accepts[0], spot) if accepts and not tied else None
    notes = (*so_far(spot), *((without(target),) if isinstance(target, Reason) else ()))
    return _Asked(None if isinstance(target, Reason) else target, None if isinstance(accept, Reason) else accept, notes)


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

"""What the reader of a row should know about its target: how far a span has come, why there is no number to ask for."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpilang.judge.force import Spot, asks, concerns
from kpilang.model.types import Unit
from kpilang.result import Note, Reason, TargetInForce
from kpilang.text import Text

SO_FAR = Text("since {start} it is {value}, of {target} in total", "自 {start} 累计 {value}，整段目标值 {target}")
UNKNOWN = Text("how far the total has come is not known: {reason}", "累计进度未知：{reason}")
WITHOUT = Text("there is no target: {reason}", "没有目标值：{reason}")


def so_far(spot: Spot) -> Iterator[Note]:
    """How far the spans have come that the row's period lies in and that are judged in total."""
    for line in spot.kpi.targets:
        if line.total and line.span is not None and line in spot.sheet.aims and concerns(line, spot):
            value, target = spot.sheet.aims[line][spot.place], asks(line, spot)
            if isinstance(value, Reason):
                yield Note("in_total", None, UNKNOWN.fill(reason=value.text))
            elif value is not None and isinstance(target, TargetInForce):
                said, asked = _said(value, spot.sheet.unit), _asked(target, spot.sheet.unit)
                yield Note("in_total", value, SO_FAR.fill(start=line.span[0], value=said, target=asked))


def without(reason: Reason) -> Note:
    """Why a line in force asks for nothing."""
    return Note("no_target", None, WITHOUT.fill(reason=reason.text))


def _asked(target: TargetInForce, unit: Unit | None) -> str:
    """A target as one reads it."""
    if target.low is not None and target.high is not None:
        return f"{_said(target.low, unit)} .. {_said(target.high, unit)}"
    return f"{target.comparator} {_said(target.value, unit)}" if target.value is not None else target.words or ""


def _said(value: Decimal, unit: Unit | None) -> str:
    """A number in its unit, with all its digits."""
    if unit is not None and unit.form in ("percent", "points"):
        return f"{(value * 100).normalize():f} %"
    name = unit.name if unit is not None else ""
    return f"{value.normalize():f} {name}".rstrip()

"""Targets and what they start from, in numbers, as the rules about them compare them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from kpilang.model import words
from kpilang.model.calendar import Period
from kpilang.model.nouns import Kpi, Model, Target
from kpilang.model.targets import TargetReader
from kpilang.record import record
from kpilang.syntax import tree

_SENSES = {">=": "higher", ">": "higher", "<=": "lower", "<": "lower"}
OPPOSITE = {"higher": "lower", "lower": "higher"}


@record
class Start:
    """The value that a target sets out from, in the KPI's unit, as written, and its period where one is given."""

    value: Decimal
    text: str
    period: Period | None
    node: tree.Quantity


def sense(line: Target) -> str | None:
    """Which side a line asks for: higher, lower, or within for a band; None for `=` and words."""
    return "within" if line.low is not None else _SENSES.get(line.comparator or "")


def clashes(kpi: Kpi, line: Target) -> bool:
    """Whether a line asks for the side that the KPI's direction calls bad."""
    return kpi.direction in OPPOSITE and sense(line) == OPPOSITE[kpi.direction]


def numbers(lines: tuple[Target, ...]) -> tuple[Target, ...]:
    """The lines that are not in words."""
    return tuple(line for line in lines if line.words is None)


def spoken(kpi: Kpi) -> Iterator[Target]:
    """Every line of target, accept and stretch that is in words."""
    return (line for line in (*kpi.targets, *kpi.accepts, *kpi.stretches) if line.words is not None)


def shown(line: Target) -> str:
    """The value of a line as it is written."""
    node = line.node.value
    assert isinstance(node, tree.Target)  # noqa: S101 - a target was read from it
    value = node.quantity or node.band or node.words
    return value.span.text if value else node.span.text


def better(one: Decimal, other: Decimal, side: str) -> bool:
    """Whether a value is better than another where `side` (higher, lower) is good."""
    return one > other if side == "higher" else one < other


def baseline(model: Model, kpi: Kpi) -> Start | None:
    """The latest baseline of a KPI; None without one, or where it does not fit the unit."""
    read = [_baseline(model, kpi, line) for line in kpi.all("baseline")]
    found = [each for each in read if each is not None]
    return max(found, key=lambda each: each.period.end if each.period else dt.date.min, default=None)


def _baseline(model: Model, kpi: Kpi, line: tree.Field) -> Start | None:
    node = line.value
    if not isinstance(node, tree.Baseline):
        return None
    reader = TargetReader(model.calendar, kpi.name, kpi.unit, None, kpi.direction, kpi.period, [])
    value = reader.value(node.quantity)
    period = words.period(model.calendar, node.period) if node.period else None
    if value is None:
        return None
    return Start(value, node.quantity.span.text, period if isinstance(period, Period) else None, node.quantity)


def path_start(line: Target) -> Start | None:
    """The beginning of a line's own path; None where it has none."""
    node = line.node.value
    if line.path_value is not None and isinstance(node, tree.Target) and node.due and node.due.start:
        return Start(line.path_value, node.due.start.span.text, line.path_period, node.due.start)
    return None


def end(line: Target) -> dt.date | None:
    """The day after the last one a line holds for or is due on; None where it is open."""
    if line.due is not None:
        return line.due.end
    return line.span[1] if line.span else None

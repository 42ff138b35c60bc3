"""Targets and what they start from, in numbers, as the rules about them compare them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from kpilang.model.aims import baseline as latest
from kpilang.model.calendar import Period
from kpilang.model.names import as_written
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


def measured(lines: tuple[Target, ...]) -> tuple[Target, ...]:
    """The lines that are not in words: those with a number, and those that are computed."""
    return tuple(line for line in lines if line.words is None)


def valued(lines: tuple[Target, ...]) -> tuple[Target, ...]:
    """The lines with a number of their own, whatever they hold for."""
    return tuple(line for line in lines if line.value is not None or line.low is not None)


def numbers(lines: tuple[Target, ...]) -> tuple[Target, ...]:
    """The lines with a number of their own for the KPI's ordinary periods, which baseline and history can be held against:
    not for a span in total, nor for some members."""
    return tuple(line for line in valued(lines) if not line.particular)


def spoken(kpi: Kpi) -> Iterator[Target]:
    """Every line of target, accept and stretch that is in words."""
    return (line for line in (*kpi.targets, *kpi.accepts, *kpi.stretches) if line.words is not None)


def shown(line: Target) -> str:
    """The value of a line as it is written."""
    node = line.node.value
    assert isinstance(node, tree.Target)  # noqa: S101 - a target was read from it
    value = node.quantity or node.band or node.words or node.relative or node.formula
    return as_written(value.span if value else node.span)


def better(one: Decimal, other: Decimal, side: str) -> bool:
    """Whether a value is better than another where `side` (higher, lower) is good."""
    return one > other if side == "higher" else one < other


def baseline(model: Model, kpi: Kpi) -> Start | None:
    """The latest baseline of a KPI; None without one, or where it does not fit the unit."""
    reader = TargetReader(model.calendar, kpi.name, kpi.unit, None, kpi.direction, kpi.period, [])
    found = latest(reader, kpi.all("baseline"))
    return Start(found[1], found[0].quantity.span.text, found[2], found[0].quantity) if found else None


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

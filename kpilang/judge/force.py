"""Which line of `target` or `accept` is in force in a period, and the value that it asks for there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from kpilang.judge.exact import exact, interpolate
from kpilang.model.calendar import Calendar
from kpilang.model.nouns import Target
from kpilang.result import Block, TargetInForce

ONE_DAY = dt.timedelta(days=1)
BY_DIRECTION = {"higher": ">=", "lower": "<=", "within": "="}


@dataclass(frozen=True)
class Line:
    """A line in force, with what it asks for in one period."""

    target: Target
    asks: TargetInForce


def lines_in_force(
    targets: Sequence[Target], block: Block, calendar: Calendar, direction: str | None
) -> tuple[Line, ...]:
    """The lines that hold in a block's period for the shortest time: none, one, or several that tie.

    A line without time always holds; `for` holds in the periods that lie in its span; `by P` holds in the periods
    that end when P ends or later; a path holds from its first period on. The shorter a span the narrower it is, any
    span is narrower than a line that never ends, and of those the one that begins later is narrower.
    """
    asked = ((target, _asks(target, block, calendar, direction)) for target in targets)
    found = [Line(target, asks) for target, asks in asked if asks is not None]
    narrowest = max((_narrowness(line.target) for line in found), default=None)
    return tuple(line for line in found if _narrowness(line.target) == narrowest)


def _narrowness(target: Target) -> tuple[int, int]:
    if target.span is not None:
        return 2, -(target.span[1] - target.span[0]).days
    if target.due is None:
        return 0, 0
    begins = target.due if target.path_period is None else target.path_period
    return 1, begins.end.toordinal()


def _asks(target: Target, block: Block, calendar: Calendar, direction: str | None) -> TargetInForce | None:
    """What a line asks for in a block's period; None where it does not hold there."""
    if not _holds(target, block, calendar):
        return None
    if target.words is not None:
        return TargetInForce(None, None, words=target.words)
    if target.value is None:
        return TargetInForce(None, None, low=target.low, high=target.high)
    comparator = target.comparator or BY_DIRECTION.get(direction or "")
    if comparator is None:
        return None
    value = target.value
    if target.path_value is not None and target.path_period is not None:
        done, steps = _progress(target, block, calendar)
        value = exact(interpolate(target.path_value, target.value, done, steps))
    return TargetInForce(comparator, value)


def _holds(target: Target, block: Block, calendar: Calendar) -> bool:
    if target.span is None and target.due is None:
        return True
    if block.start is None or block.end is None:
        return False
    if target.span is not None:
        return target.span[0] <= block.start and block.end <= target.span[1]
    if target.due is None or target.path_period is None or block.grain == "all":
        return target.due is not None and block.end >= target.due.end
    return _progress(target, block, calendar)[0] >= 0


def _progress(target: Target, block: Block, calendar: Calendar) -> tuple[int, int]:
    """How many periods a block comes after the first of a path, and how many periods the path has, from 0.

    Both are counted in periods of the block's grain. The first and the due period are those that hold the last day of
    the periods written: for a monthly KPI `from 36 hours at 2025 … by 2026` runs from December to December in 12
    steps; for a quarterly one `at 2025-12 … by 2026-11` runs from Q4 to Q4 in 4. Where both fall into one period
    the end value holds from there on. A block of `all` is not on the path: it is judged by the end value once it ends
    with the due period or later, else not at all.
    """
    first, due, end = target.path_period, target.due, block.end
    if first is None or due is None or end is None or block.grain == "all":
        return 0, 0
    steps = calendar.between(first.end - ONE_DAY, due.end - ONE_DAY, block.grain)
    return calendar.between(first.end - ONE_DAY, end - ONE_DAY, block.grain), max(steps, 0)

"""Which line of `target` or `accept` is in force for a row, and the value that it asks for there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kpilang.judge.exact import exact, interpolate
from kpilang.model.calendar import Calendar
from kpilang.model.expr import aggregates
from kpilang.model.nouns import Kpi, Target
from kpilang.result import Block, Reason, Sheet, TargetInForce

ONE_DAY = dt.timedelta(days=1)
BY_DIRECTION = {"higher": ">=", "lower": "<=", "within": "="}


@dataclass(frozen=True)
class Spot:
    """A row that is judged: its KPI and sheet, the block of its period, its place among all rows."""

    kpi: Kpi
    sheet: Sheet
    block: Block
    place: int
    calendar: Calendar

    @property
    def member(self) -> tuple[str | None, ...]:
        return self.block.members[self.place - self.block.first]


def lines_in_force(targets: Sequence[Target], spot: Spot) -> tuple[Target, ...]:
    """The lines that hold for a row for the shortest time, and of these for the fewest members: none, one, or several
    that tie.

    A line without time always holds; `for` holds in the periods that lie in its span, with `in total` for the span as
    one period alone; `by P` holds in the periods that end when P ends or later; a path holds from its first period on.
    The shorter a span the narrower it is, any span is narrower than a line that never ends, and of those the one that
    begins later is narrower. A `where` over more columns is narrower than one over fewer.
    """
    found = [line for line in targets if _holds(line, spot) and concerns(line, spot)]
    narrowest = max((_narrowness(line) for line in found), default=None)
    return tuple(line for line in found if _narrowness(line) == narrowest)


def _narrowness(target: Target) -> tuple[int, int, int]:
    if target.span is not None:
        return 2, -(target.span[1] - target.span[0]).days, target.narrowed
    if target.due is None:
        return 0, 0, target.narrowed
    begins = target.due if target.path_period is None else target.path_period
    return 1, begins.end.toordinal(), target.narrowed


def concerns(line: Target, spot: Spot) -> bool:
    """Whether a line is for rows at this grain, and of this member.

    One number is for rows at the KPI's own grain without breakdown, or for the members that its `where` names by every
    column; for other rows only where the KPI keeps its target. What is computed for each row is for each.
    """
    meant = spot.sheet.meant.get(line)
    if line.where is not None and (meant is None or spot.member not in meant.members):
        return False
    named = not spot.sheet.columns or (meant is not None and meant.every_column)
    if line.total:
        return named or spot.kpi.keeps_target
    if _computed(line) or spot.kpi.keeps_target:
        return True
    return named and _own_grain(spot)


def _computed(line: Target) -> bool:
    """Whether a line asks each row for a number of its own: an expression over rows, or a multiple of another value."""
    if line.formula is not None:
        return any(True for _ in aggregates(line.formula))
    return line.base is not None and line.step == 0


def _own_grain(spot: Spot) -> bool:
    """Whether a row is at its KPI's own grain; a fiscal grain that starts in January is the calendar's."""
    own, grain = spot.kpi.period or "all", spot.block.grain
    if not spot.calendar.fiscal_is_own:
        own, grain = own.removeprefix("fiscal "), grain.removeprefix("fiscal ")
    return own == grain


def asks(line: Target, spot: Spot) -> TargetInForce | Reason | None:
    """What a line in force asks for; None or a reason where there is no number to ask for."""
    if line.words is not None:
        return TargetInForce(None, None, words=line.words)
    if line.low is not None:
        return TargetInForce(None, None, low=line.low, high=line.high)
    comparator = line.comparator or BY_DIRECTION.get(spot.kpi.direction or "")
    value = _value(line, spot)
    if comparator is None or value is None or isinstance(value, Reason):
        return value if isinstance(value, Reason) else None
    return TargetInForce(comparator, value)


def _value(line: Target, spot: Spot) -> Decimal | Reason | None:
    """The number that a line asks for: as written, computed, set out from another value, or as far along its path."""
    if line.formula is not None or line.base is not None:
        values = spot.sheet.aims.get(line)
        found = values[spot.place] if values is not None else None
        if line.base is None or not isinstance(found, Decimal):
            return found
        return exact(Fraction(found) * Fraction(line.factor) + Fraction(line.step))
    if line.value is None or line.path_value is None or line.path_period is None:
        return line.value
    done, steps = _progress(line, spot.block, spot.calendar)
    return exact(interpolate(line.path_value, line.value, done, steps))


def _holds(target: Target, spot: Spot) -> bool:
    block = spot.block
    if target.span is None and target.due is None:
        return True
    if block.start is None or block.end is None:
        return False
    if target.span is not None and target.total:
        return target.span == (block.start, block.end)
    if target.span is not None:
        return target.span[0] <= block.start and block.end <= target.span[1]
    if target.due is None or target.path_period is None or block.grain == "all":
        return target.due is not None and block.end >= target.due.end
    return _progress(target, block, spot.calendar)[0] >= 0


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

"""What targets need to have computed: expressions, the KPI's own value in other periods, and spans so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kpilang.model.calendar import Calendar, Period, at_least
from kpilang.model.expr import Aggregate, Expr, Fold, Moved, read_by, rebuilt
from kpilang.model.nouns import Kpi, Model, Target
from kpilang.model.types import NUMBER
from kpilang.plan import reasons
from kpilang.plan.moments import Coverage, Moment, Read, covered_whole, known, reads
from kpilang.plan.timeline import Instant, Timeline
from kpilang.result import Reason, Why
from kpilang.text import Text

OUTSIDE = Reason(Why.NO_VALUE, Text("the line does not hold in this period", "该行不适用于这个期间"))
"""Stands at the moments in which a line asks for nothing."""
MIDDLE = dt.timedelta(days=3)


@dataclass(frozen=True, eq=False)
class Asked:
    """What one line of a target needs: a formula in the moments of a timeline, one a period of its KPI. With `witnesses`
    it asks for something only where one of them has counted a row. `fault` is set where it may not be computed."""

    target: Target
    formula: Expr
    timeline: Timeline
    witnesses: tuple[Expr, ...] = ()
    fault: Reason | None = None


class Aims:
    """Works out what the lines of KPIs need."""

    def __init__(
        self,
        model: Model,
        coverage: Coverage,
        faults: Mapping[Aggregate, Reason],
        selectable: Callable[[Expr], bool],
        placed: Callable[[Expr], Expr],
    ) -> None:
        self.model, self.coverage, self.faults = model, coverage, faults
        self.selectable, self.placed = selectable, placed

    def of(self, kpi: Kpi, periods: Sequence[Period], own: Timeline) -> tuple[Asked, ...]:
        """What the lines of a KPI need, whose values stand in these periods and moments."""
        lines = dict.fromkeys(line for line in (*kpi.targets, *kpi.accepts) if line.particular)
        found = (self.line(kpi, line, list(zip(periods, own.moments, strict=True))) for line in lines)
        return tuple(item for item in found if item is not None)

    def line(self, kpi: Kpi, line: Target, places: list[tuple[Period, Instant]]) -> Asked | None:
        """What one line needs; None where it is known without, or where the question's breakdown or filter cannot be
        applied to it."""
        if line.formula is not None:
            formula = self.placed(line.formula)
            return self.by_formula(line, formula, places) if self.selectable(formula) else None
        if kpi.formula is None or not (line.base or line.total):
            return None
        over = reads(self.model, kpi.formula)
        if line.base is not None:
            moments = [self.based(line.base, period, over) for period, _ in places]
        else:
            moments = [self.so_far(line, period, moment, over) for period, moment in places]
        return Asked(line, kpi.formula, Timeline(moments))

    def by_formula(self, line: Target, formula: Expr, places: list[tuple[Period, Instant]]) -> Asked:
        """An expression in the periods of rows, over the part that its own sources cover."""
        over = reads(self.model, formula)
        fault = next((self.faults[item] for item in read_by(formula) if item in self.faults), None)
        moments = [self.beside(period, own, over) if within(line, period) else OUTSIDE for period, own in places]
        return Asked(line, formula, Timeline(moments), tuple(witnesses(formula)), fault)

    def beside(self, period: Period, own: Instant, over: tuple[Read, ...]) -> Instant:
        """The moment of an expression beside a row; it must be covered whole where the row is."""
        found = known(self.model, period, over, self.coverage)
        if isinstance(found, Moment) and found.cut and isinstance(own, Moment) and not own.cut:
            return covered_whole(self.model, Moment(period, period.start, period.end), over, self.coverage) or found
        return found

    def based(self, base: Period, period: Period, over: tuple[Read, ...]) -> Instant:
        """The period of the same place within `base`, whole; nothing is asked where `base` is not over yet."""
        if period.start < base.end:
            return OUTSIDE
        before = same_place(self.model.calendar, base, period)
        if before is None:
            return reasons.nothing_before()
        moment = Moment(before, before.start, before.end)
        return covered_whole(self.model, moment, over, self.coverage) or moment

    def so_far(self, line: Target, period: Period, moment: Instant, over: tuple[Read, ...]) -> Instant:
        """From the start of a line's span to the end of a period inside it, as far as that is known."""
        assert line.span is not None
        start = line.span[0]
        if not within(line, period) or (period.start, period.end) == line.span or isinstance(moment, Reason):
            return OUTSIDE
        stretch = Moment(Period("all", start, moment.end, "all"), start, moment.end)
        return covered_whole(self.model, stretch, over, self.coverage) or stretch


def within(line: Target, period: Period) -> bool:
    """Whether a period lies in the span of a line."""
    return line.span is None or (line.span[0] <= period.start and period.end <= line.span[1])


def same_place(calendar: Calendar, base: Period, period: Period) -> Period | None:
    """The period within `base` that stands where this one stands within its own year, quarter, …; None for none."""
    if period.grain == "all" or not at_least(base.grain, period.grain):
        return None
    day = period.start + MIDDLE if period.grain == "week" else period.start
    return calendar.shift(period, calendar.between(base.start, day, base.grain), base.grain)


def witnesses(expr: Expr) -> Iterator[Expr]:
    """For each aggregate of a formula what counts the rows it sees, in the moment in which it sees them."""
    if isinstance(expr, Aggregate):
        yield replace(
            expr,
            type=NUMBER,
            function="count",
            arguments=(),
            distinct=False,
            having=None,
            weight=None,
            fraction=None,
            lag=None,
        )
    elif isinstance(expr, Fold):
        for counted in witnesses(expr.value):  # of rows, whatever group they are in
            yield rebuilt(
                counted, lambda rows: replace(rows, per=(), kept=expr.kept) if isinstance(rows, Aggregate) else rows
            )
    elif isinstance(expr, Moved):
        yield from (replace(expr, type=NUMBER, value=counted) for counted in witnesses(expr.value))
    else:
        for child in expr.children:
            yield from witnesses(child)

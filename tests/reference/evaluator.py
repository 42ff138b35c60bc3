"""A slow evaluator of the language in plain Python: loops over rows, exact fractions, written from docs/time.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kpilang.model import expr as e
from kpilang.model.calendar import Period
from kpilang.model.nouns import Kpi, Model
from kpilang.plan.question import Question
from kpilang.result import Why
from tests.reference import scalars
from tests.reference.known import Cells, Days, Seen
from tests.reference.looks import Asked
from tests.reference.scalars import Undefined
from tests.reference.spoiled import Spoiled
from tests.reference.statistics import statistic

STRENGTH = (Why.BAD_DATA, Why.UNDEFINED, Why.NO_DATA, Why.NO_VALUE)


@dataclass(frozen=True)
class Row:
    """One result: `by` holds the members in the order asked, `partial` the days known (end exclusive)."""

    kpi: str
    period: str
    by: tuple[str | None, ...]
    value: object
    why: Why | None
    partial: Days | None
    previous: object
    change: object


def evaluate(model: Model, question: Question, tables: Mapping[str, Sequence[Cells]]) -> list[Row]:
    """Every row of the answer. Cells are typed values: None for an empty one, BAD for one that does not fit.

    Raises LookupError where a breakdown or filter does not reach a source of the formula.
    """
    world = World(model, question, tables)
    rows: list[Row] = []
    for name in question.kpis:
        kpi = model.kpis[name]
        for grain in question.grains or (kpi.period or "all",):
            rows += world.rows(kpi, grain)
    return rows


def strongest(reasons: Iterable[Why]) -> Why:
    return min(reasons, key=STRENGTH.index)


class World(Spoiled):
    """The rows of an answer: members, values and reasons."""

    def rows(self, kpi: Kpi, grain: str) -> list[Row]:
        if kpi.formula is None:
            return []
        periods = self.periods(kpi.formula, grain)
        if not periods:
            return []
        parts = [self.part(kpi.formula, period) for period in periods]
        members = self.members(kpi.formula, periods, parts) if self.question.by else [None]
        spoiled = self.spoiled(kpi.formula)
        return [
            self.row(kpi, period, part, member, spoiled=spoiled)
            for period, part in zip(periods, parts, strict=True)
            for member in members
        ]

    def members(self, formula: e.Expr, periods: list[Period], parts: list[Days | None]) -> list[tuple[str | None, ...]]:
        """The combinations seen by any aggregate in any period asked for."""
        found: set[tuple[str | None, ...]] = set()
        for aggregate in e.aggregates(formula):
            for period, part in zip(periods, parts, strict=True):
                if part is None and not self.model.sources[aggregate.source].timeless:
                    continue
                asked = Asked(period, part or (period.start, period.end), None, None)
                found |= {self.member(row) for rows in self.looks(aggregate, asked) for row in rows}
        return sorted(found, key=lambda member: tuple((part is None, part or "") for part in member))

    def looks(self, aggregate: e.Aggregate, asked: Asked) -> list[list[Seen]]:
        """The rows an aggregate looks at, one list for each look."""
        if aggregate.at is None:
            return [self.events(aggregate, asked)]
        days = [asked.period.start] if aggregate.at in ("opening", "average") else []
        days += [asked.part[1]] if aggregate.at in ("closing", "average") else []
        states = [self.state(aggregate, self.calendar.instant(day), asked) for day in days]
        return [rows for rows in states if not isinstance(rows, Why)]

    def row(
        self, kpi: Kpi, period: Period, part: Days | None, member: tuple[str | None, ...] | None, *, spoiled: bool
    ) -> Row:
        by = member or ()
        if spoiled:
            return Row(kpi.name, period.text, by, None, Why.BAD_DATA, None, None, None)
        if part is None:
            return Row(kpi.name, period.text, by, None, Why.NO_DATA, None, None, None)
        cut = part != (period.start, period.end)
        days = (part[1] - part[0]).days if part[1] < period.end else None
        asked = Asked(period, part, days, member)
        value = self.in_unit(kpi, self.result(kpi.formula, asked))
        previous = self.in_unit(kpi, self.shifted(kpi.formula, 1, None, asked))
        why = value if isinstance(value, Why) else None
        both = why is None and not isinstance(previous, Why)
        return Row(
            kpi.name,
            period.text,
            by,
            None if why else value,
            why,
            part if cut else None,
            None if isinstance(previous, Why) else previous,
            value - previous if both else None,
        )

    def in_unit(self, kpi: Kpi, value: object) -> object:
        """A value of the formula in the KPI's unit."""
        inferred = kpi.formula.type.unit
        if isinstance(value, Why) or kpi.unit is None or inferred is None or not inferred.fits(kpi.unit):
            return value
        return value * inferred.scale / kpi.unit.scale

    def result(self, expr: e.Expr, asked: Asked) -> object:
        """An expression over results: a value, or the reason why there is none."""
        if isinstance(expr, e.Literal):
            return Why.NO_VALUE if expr.value is None else scalars.exact(expr.value)
        if isinstance(expr, e.Use):
            return self.result(expr.value, asked)
        if isinstance(expr, e.Shift):
            return self.shifted(expr.value, expr.count, expr.grain, asked)
        if isinstance(expr, e.Aggregate):
            return self.aggregate(expr, asked)
        if expr.name == "if":
            return self.conditional(expr, asked)
        return self.combined(expr, [self.result(part, asked) for part in expr.arguments])

    def conditional(self, expr: e.Operation, asked: Asked) -> object:
        condition = self.result(expr.arguments[0], asked)
        if isinstance(condition, Why):
            return condition
        return self.result(expr.arguments[1 if condition else 2], asked)

    def combined(self, expr: e.Operation, values: list[object]) -> object:
        reasons = [value for value in values if isinstance(value, Why)]
        if expr.name == "coalesce":
            return self.first_value(values)
        if expr.name == "is_null":
            return values[0] if values[0] is Why.BAD_DATA else isinstance(values[0], Why)
        if reasons:
            return strongest(reasons)
        if expr.name == "concat":
            return "".join(values)
        try:
            return self.operation(expr, values)
        except Undefined:
            return Why.UNDEFINED

    def first_value(self, values: list[object]) -> object:
        for value in values:
            if not isinstance(value, Why) or value in (Why.UNDEFINED, Why.BAD_DATA):
                return value
        return strongest(values)

    def shifted(self, expr: e.Expr, count: int, grain: str | None, asked: Asked) -> object:
        """The value in an earlier period, over the same number of days where this one is cut short."""
        if asked.period.grain == "all" or asked.part[0] > asked.period.start:
            return Why.NO_DATA
        partner = self.calendar.shift(asked.period, count, grain)
        if partner is None:
            return Why.NO_DATA
        end = partner.end
        if asked.days is not None:
            end = min(end, partner.start + dt.timedelta(days=asked.days))
        covered = all(days and days[0] <= partner.start and end <= days[1] for days in self.coverages(expr))
        grains = [self.model.sources[part.source].each for part in e.aggregates(expr)]
        if not covered or not all(self.fills(partner, grain) for grain in grains if grain):
            return Why.NO_DATA
        return self.result(expr, replace(asked, period=partner, part=(partner.start, end)))

    def aggregate(self, aggregate: e.Aggregate, asked: Asked) -> object:
        if aggregate.at is None:
            return self.over_rows(aggregate, self.events(aggregate, asked))
        if aggregate.at == "closing":
            return self.at_day(aggregate, asked.part[1], asked)
        if aggregate.at == "opening":
            return self.at_day(aggregate, asked.period.start, asked)
        both = [self.at_day(aggregate, day, asked) for day in (asked.period.start, asked.part[1])]
        reasons = [value for value in both if isinstance(value, Why)]
        return strongest(reasons) if reasons else (both[0] + both[1]) / 2

    def at_day(self, aggregate: e.Aggregate, day: dt.date, asked: Asked) -> object:
        days = self.coverage(aggregate)
        if days is None or day < days[0]:
            return Why.NO_DATA
        rows = self.state(aggregate, self.calendar.instant(day), asked)
        return rows if isinstance(rows, Why) else self.over_rows(aggregate, rows)

    def over_rows(self, aggregate: e.Aggregate, rows: list[Seen]) -> object:
        """An aggregate over given rows: its `where`, then its groups if it has `having`, then the function."""
        if aggregate.where is not None:
            rows = [row for row in rows if self.over_row(aggregate.where, row)]
        if aggregate.distinct:
            return self.distinct(aggregate, rows)
        if not aggregate.arguments:
            return Fraction(len(rows))
        pairs = [(row, self.over_row(aggregate.arguments[0], row)) for row in rows]
        pairs = [(row, value) for row, value in pairs if value is not None]
        if aggregate.function == "sum" and not rows:
            return Fraction(0)
        if aggregate.function == "count":
            return Fraction(len(pairs))
        if aggregate.weight is not None:
            return self.weighted(aggregate.weight, pairs)
        if not pairs:
            return Why.NO_VALUE
        if aggregate.function in ("first", "last"):
            return self.extreme(aggregate, pairs)
        return statistic(aggregate, [value for _, value in pairs])

    def distinct(self, aggregate: e.Aggregate, rows: list[Seen]) -> Fraction:
        groups: dict[tuple[object, ...], list[Seen]] = {}
        for row in rows:
            key = tuple(self.over_row(argument, row) for argument in aggregate.arguments)
            if None not in key:
                groups.setdefault(key, []).append(row)
        having = aggregate.having
        kept = [group for group in groups.values() if having is None or self.over_group(having, group)]
        return Fraction(len(kept))

    def over_group(self, having: e.Expr, rows: list[Seen]) -> object:
        def leaf(node: e.Expr) -> object:
            value = self.over_rows(node, rows)
            return None if isinstance(value, Why) else value

        return self.two_valued(having, leaf)

    def weighted(self, weight: e.Expr, pairs: list[tuple[Seen, object]]) -> object:
        both = [(value, self.over_row(weight, row)) for row, value in pairs]
        both = [(value, load) for value, load in both if load is not None]
        if not both:
            return Why.NO_VALUE
        total = sum(load for _, load in both)
        return Why.UNDEFINED if total == 0 else sum(value * load for value, load in both) / total

    def extreme(self, aggregate: e.Aggregate, pairs: list[tuple[Seen, object]]) -> object:
        """The value at the earliest or latest time; equal times go by key, and what is then equal is bad data."""
        source = self.model.sources[aggregate.source]

        def order(pair: tuple[Seen, object]) -> tuple[object, ...]:
            key = self.key(pair[0].cells, source.key)
            return (pair[0].time or self.now, tuple((part is not None, part or "") for part in key))

        wanted = min(map(order, pairs)) if aggregate.function == "first" else max(map(order, pairs))
        values = [pair[1] for pair in pairs if order(pair) == wanted]
        return values[0] if len(values) == 1 else Why.BAD_DATA

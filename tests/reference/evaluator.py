"""A slow evaluator of the language in plain Python: loops over rows, exact fractions, written from docs/time.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpilang.model import expr as e
from kpilang.model.calendar import Period
from kpilang.model.nouns import Kpi, Model
from kpilang.plan.question import Question
from kpilang.result import Why
from tests.reference.known import Cells, Days
from tests.reference.looks import Asked
from tests.reference.making import Making
from tests.reference.members import Members


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
    world.make()
    rows: list[Row] = []
    for name in question.kpis:
        kpi = model.kpis[name]
        for grain in question.grains or (kpi.period or "all",):
            rows += world.rows(kpi, grain)
    return rows


class World(Members, Making):
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

    def row(
        self, kpi: Kpi, period: Period, part: Days | None, member: tuple[str | None, ...] | None, *, spoiled: bool
    ) -> Row:
        by = member or ()
        if spoiled:
            return Row(kpi.name, period.text, by, None, Why.BAD_DATA, None, None, None)
        if part is None:
            return Row(kpi.name, period.text, by, None, Why.NO_DATA, None, None, None)
        cut = part != (period.start, period.end)
        days = (part[1] - part[0]).days if part[1] < period.end and not self.question.full else None
        asked = Asked(period, part, days, member)
        value = self.in_unit(kpi, self.result(kpi.formula, asked))
        previous = self.in_unit(kpi, self.before(kpi.formula, asked))
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

    def before(self, formula: e.Expr, asked: Asked) -> object:
        """The whole formula in the period before."""
        return self.result(e.Shift(formula.type, None, formula, 1, None), asked)

    def in_unit(self, kpi: Kpi, value: object) -> object:
        """A value of the formula in the KPI's unit."""
        inferred = kpi.formula.type.unit
        if isinstance(value, Why) or kpi.unit is None or inferred is None or not inferred.fits(kpi.unit):
            return value
        return value * inferred.scale / kpi.unit.scale

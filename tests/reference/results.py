"""An expression over results: arithmetic around aggregates, with reasons in place of values that are not there."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from kpilang.model import expr as e
from kpilang.model.calendar import EVERYTHING
from kpilang.result import Why
from tests.reference import scalars
from tests.reference.looks import ANY, Asked
from tests.reference.read import through
from tests.reference.reasons import strongest
from tests.reference.scalars import Undefined
from tests.reference.series import Listed


class Results(Listed):
    """The value of a formula in a moment, or the reason why there is none."""

    def result(self, expr: e.Expr, asked: Asked) -> object:
        """An expression over results: a value, or the reason why there is none."""
        if isinstance(expr, e.Literal):
            return Why.NO_VALUE if expr.value is None else scalars.exact(expr.value)
        if isinstance(expr, e.Use):
            return self.result(expr.value, asked)
        if isinstance(expr, e.Aggregate):
            return self.aggregate(expr, asked)
        if isinstance(expr, e.Fold):
            return self.folded(expr, asked)
        if isinstance(expr, e.Series):
            return self.listed(expr, asked)
        if isinstance(expr, (e.Shift, e.Reach, e.Total)):
            return self.elsewhere(expr, asked)
        if expr.name == "if":
            return self.conditional(expr, asked)
        if expr.name == "period_length":
            return self.length(asked)
        return self.combined(expr, [self.result(part, asked) for part in expr.arguments])

    def elsewhere(self, expr: e.Shift | e.Reach | e.Total, asked: Asked) -> object:
        """A formula in another moment than the one asked for."""
        if isinstance(expr, e.Total):
            return self.result(expr.value, self.without(expr, asked))
        if isinstance(expr, e.Reach) and isinstance(through(expr.value), e.Shift):
            shift = through(expr.value)
            return self.result(replace(shift, value=replace(expr, value=shift.value)), asked)
        there = self.shifted(expr, asked) if isinstance(expr, e.Shift) else self.widened(expr, expr.value, asked)
        return there if isinstance(there, Why) else self.result(expr.value, there)

    def length(self, asked: Asked) -> object:
        """The days of the window; all time has no length."""
        first, end = asked.window
        return Why.NO_DATA if asked.period == EVERYTHING else Fraction((end - first).days)

    def without(self, total: e.Total, asked: Asked) -> Asked:
        """The moment without the breakdown, or without some of its columns."""
        if asked.member is None:
            return asked
        kept = [ANY if self.dropped(total, place) else part for place, part in enumerate(asked.member)]
        return replace(asked, member=tuple(kept))

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

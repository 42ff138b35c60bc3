"""Formulas made ready to run: each a function of moment and member, over the answers of a plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal, Inexact

from kpilang.model.expr import Aggregate, Expr, Literal, Operation, Shift, Use
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.answers import Answers, Member
from kpilang.plan.arithmetic import CONTEXT, Rough, Scalar, Value, literal
from kpilang.plan.columns import basis, reading_time
from kpilang.plan.demand import Demand
from kpilang.plan.moments import Moment, Past, Read, of_aggregate, reads
from kpilang.result import Reason, Why

Compute = Callable[[Moment, Member], Value]


def demand(model: Model, expr: Expr, moment: Moment, past: Past, sink: Demand) -> None:
    """Puts every aggregate that a formula needs in a moment, and in those it looks back to, into a demand."""
    if isinstance(expr, Aggregate):
        sink.add(expr, moment)
    elif isinstance(expr, Shift):
        before = past.look(moment, expr.count, expr.grain, reads(model, expr.value))
        if isinstance(before, Moment):
            demand(model, expr.value, before, past, sink)
    else:
        for child in expr.children:
            demand(model, child, moment, past, sink)


class Formulas:
    """Makes formulas ready; every aggregate is looked up in `answers` only when a value is asked for."""

    def __init__(self, model: Model, past: Past, answers: Answers) -> None:
        self.model, self.past, self.answers = model, past, answers
        self.scalar = Scalar(model.calendar)

    def ready(self, expr: Expr) -> Compute:
        """A formula as a function."""
        match expr:
            case Literal():
                value = literal(expr)
                return lambda _, __: value
            case Aggregate():
                return self.aggregate(expr)
            case Use():
                return self.ready(expr.value)
            case Shift():
                return self.shift(expr)
            case Operation(name="if"):
                return self.conditional(expr)
            case Operation(name="coalesce"):
                return self.coalesce(expr)
            case Operation(name="is_null"):
                return self.is_null(expr)
            case Operation():
                return self.operation(expr)
            case _:
                raise TypeError(f"no result-level expression: {expr!r}")

    def operation(self, expr: Operation) -> Compute:
        arguments = [self.ready(argument) for argument in expr.arguments]
        apply = self.scalar.apply
        return lambda moment, member: apply(expr, [compute(moment, member) for compute in arguments])

    def conditional(self, expr: Operation) -> Compute:
        condition, then, otherwise = (self.ready(argument) for argument in expr.arguments)

        def compute(moment: Moment, member: Member) -> Value:
            holds = condition(moment, member)
            if isinstance(holds, Reason):
                return holds
            return then(moment, member) if holds else otherwise(moment, member)

        return compute

    def coalesce(self, expr: Operation) -> Compute:
        arguments = [self.ready(argument) for argument in expr.arguments]

        def compute(moment: Moment, member: Member) -> Value:
            missing: list[Reason] = []
            for argument in arguments:
                value = argument(moment, member)
                if not isinstance(value, Reason):
                    return value
                if value.why in reasons.FINAL:
                    return value
                missing.append(value)
            return reasons.first(missing)

        return compute

    def is_null(self, expr: Operation) -> Compute:
        inner = self.ready(expr.arguments[0])

        def compute(moment: Moment, member: Member) -> Value:
            value = inner(moment, member)
            if isinstance(value, Reason):
                return value if value.why is Why.BAD_DATA else True
            return False

        return compute

    def shift(self, expr: Shift) -> Compute:
        inner = self.ready(expr.value)
        over = reads(self.model, expr.value)

        def compute(moment: Moment, member: Member) -> Value:
            before = self.past.look(moment, expr.count, expr.grain, over)
            return before if isinstance(before, Reason) else inner(before, member)

        return compute

    def aggregate(self, expr: Aggregate) -> Compute:
        by_window = self.answers.values.get(expr, {})
        none: dict[Member, Value] = {}

        def one(window: tuple[dt.date, dt.date] | dt.date | None, member: Member) -> Value:
            if isinstance(window, dt.date) and (unknown := self.unknown(expr, window)) is not None:
                return unknown
            value = by_window.get(window, none).get(member)
            if value is None:
                value = self.answers.value(expr, window, member)
            if isinstance(value, Rough):
                CONTEXT.flags[Inexact] = True
            return value

        def compute(moment: Moment, member: Member) -> Value:
            values = [one(window, member) for window in of_aggregate(self.model, expr, moment)]
            return values[0] if len(values) == 1 else mean(values)

        return compute

    def unknown(self, expr: Aggregate, day: dt.date) -> Reason | None:
        """Why a state is not known at the beginning of a day."""
        covers = self.past.coverage[Read(expr.source, basis(self.model, expr))]
        if isinstance(covers, Reason):
            return covers
        if day < covers[0]:
            return reasons.before_coverage(expr.source, day, covers)
        is_read = reading_time(self.model.sources[expr.source]) is not None
        if is_read and (expr.source, day) not in self.answers.readings:
            return reasons.no_reading(expr.source, day)
        return None


def mean(values: list[Value]) -> Value:
    """Half the sum of a state at both ends."""
    missing = [value for value in values if isinstance(value, Reason)]
    if missing:
        return reasons.first(missing)
    opening, closing = (value for value in values if isinstance(value, Decimal))
    return CONTEXT.divide(CONTEXT.add(opening, closing), Decimal(2))

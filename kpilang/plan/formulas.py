"""Formulas run over whole timelines: every part of an expression gives its values at all places at once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kpilang.model.calendar import EVERYTHING
from kpilang.model.calls import ENTITIES
from kpilang.model.expr import Aggregate, Expr, Fold, Literal, Operation, Reach, Series, Shift, Total, Use
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.answers import Answers
from kpilang.plan.arithmetic import Scalar, Value, literal
from kpilang.plan.entities import lowered
from kpilang.plan.moments import Moment
from kpilang.plan.places import Places
from kpilang.plan.series import summary
from kpilang.plan.timeline import NOTHING_BEFORE, Past, Timeline
from kpilang.plan.vectors import Vector, chosen, constant, one_by_one, operate
from kpilang.result import Reason, Why


class Formulas:
    """Runs formulas over the answers of a plan."""

    def __init__(self, model: Model, past: Past, answers: Answers) -> None:
        self.model, self.past, self.answers = model, past, answers
        self.scalar = Scalar(model.calendar)
        # At each place how many periods of a series have no value.
        self.left_out: dict[tuple[Series, Timeline], list[int]] = {}

    def vector(self, expr: Expr, timeline: Timeline, places: Places) -> Vector:
        """The values of a formula; at a moment that there is not, the reason why there is none."""
        nothing = constant(NOTHING_BEFORE, places.size)
        found = nothing if timeline.empty else self.computed(expr, timeline, places)
        return reasoned(found, timeline, places)

    def computed(self, expr: Expr, timeline: Timeline, places: Places) -> Vector:
        """The values of an expression at the moments that there are."""
        match expr:
            case Literal():
                return constant(literal(expr), places.size)
            case Aggregate() if expr.function in ENTITIES:
                return self.computed(lowered(expr), timeline, places)
            case Aggregate():
                return self.answers.vector(expr, timeline, places)
            case Fold():
                return self.answers.folds[expr].vector(expr, timeline, places)
            case Use():
                return self.computed(expr.value, timeline, places)
            case Series():
                return self.series(expr, timeline, places)
            case Shift() | Reach() | Total():
                return self.vector(expr.value, self.past.behind(timeline, expr), places)
            case Operation(name="period_length"):
                return lengths(timeline, places)
            case Operation():
                return self.operation(expr, [self.computed(item, timeline, places) for item in expr.arguments])
            case _:
                raise TypeError(f"no result-level expression: {expr!r}")

    def series(self, expr: Series, timeline: Timeline, places: Places) -> Vector:
        """The values of the periods inside each moment put together, member by member."""
        inside = self.past.inside(timeline, expr)
        crowds = [
            crowd
            for crowd, count in zip(places.crowds, inside.counts, strict=True)
            if not isinstance(count, Reason)
            for _ in range(count)
        ]
        within = Places(crowds)
        found = self.vector(expr.value, inside.timeline, within)
        rates = self.computed(expr.rate, timeline, places).values if expr.rate is not None else None
        values, roughs, left, first = list[Value](), list[bool](), list[int](), 0
        for count, start, crowd in zip(inside.counts, places.firsts, places.crowds, strict=True):
            begins = [] if isinstance(count, Reason) else within.firsts[first : first + count]
            for member in range(len(crowd)):
                here = [begin + member for begin in begins]
                rate = rates[start + member] if rates is not None else None
                seen = [found.values[place] for place in here]
                left.append(sum(isinstance(each, Reason) for each in seen))
                value, rough = summary(expr, seen, rate)
                values.append(count if isinstance(count, Reason) else value)
                roughs.append(rough or (found.rough is not None and any(found.rough[place] for place in here)))
            first += len(begins)
        self.left_out[expr, timeline] = left
        return Vector(values, roughs if True in roughs else None)

    def operation(self, expr: Operation, vectors: Sequence[Vector]) -> Vector:
        """An operation over the values of its arguments; some look at reasons too."""
        match expr.name:
            case "if":
                return chosen(branch, vectors)
            case "coalesce":
                return chosen(first_there, vectors)
            case "is_null":
                return one_by_one(is_null, vectors)
            case _:
                return operate(self.scalar, expr, vectors)


def reasoned(vector: Vector, timeline: Timeline, places: Places) -> Vector:
    """A vector with reasons at the moments that there are not."""
    values: list[Value] | None = None
    for moment, first, crowd in zip(timeline.moments, places.firsts, places.crowds, strict=True):
        if isinstance(moment, Reason):
            values = list(vector.values) if values is None else values
            values[first : first + len(crowd)] = [moment] * len(crowd)
    return vector if values is None else Vector(values, vector.rough)


def lengths(timeline: Timeline, places: Places) -> Vector:
    """How many days the known part of each moment has; all time has no length."""
    values: list[Value] = []
    for moment, crowd in zip(timeline.moments, places.crowds, strict=True):
        if isinstance(moment, Moment) and moment.period != EVERYTHING:
            values += [Decimal((moment.end - (moment.begin or moment.start)).days)] * len(crowd)
        else:
            values += [reasons.no_length()] * len(crowd)
    return Vector(values)


def branch(holds: Value, *_: Value) -> int:
    """Which argument of `if` stands: the branch taken, or the condition where it has no value."""
    return 0 if isinstance(holds, Reason) else 1 if holds else 2


def first_there(*values: Value) -> int:
    """Which argument of `coalesce` stands: the first that has a value or cannot be replaced, else the gravest reason."""
    missing: list[Reason] = []
    for number, value in enumerate(values):
        if not isinstance(value, Reason) or value.why in reasons.FINAL:
            return number
        missing.append(value)
    return missing.index(reasons.first(missing))


def is_null(value: Value) -> Value:
    """Whether a value is missing; bad data are no answer."""
    if isinstance(value, Reason):
        return value if value.why is Why.BAD_DATA else True
    return False

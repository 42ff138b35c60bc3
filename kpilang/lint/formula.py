"""Ways through a checked formula that rules share: what is written in it, apart from what it takes from other KPIs."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.lint.places import own
from kpilang.model.expr import Aggregate, Expr, Use
from kpilang.model.nouns import Kpi
from kpilang.syntax import tree
from kpilang.text import Span


def results(formula: Expr) -> Iterator[Expr]:
    """The values of one period that a formula is made of, parents first: down to aggregates and to KPIs it uses, whose
    own insides are left out."""
    waiting = [formula]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, Use | Aggregate):
            waiting += reversed(part.children)


def own_aggregates(formula: Expr) -> Iterator[Aggregate]:
    """The aggregates that stand in a formula itself, in the order written."""
    return (part for part in results(formula) if isinstance(part, Aggregate))


def place(kpi: Kpi, part: Expr) -> Span:
    """Where a part of a formula stands in the KPI: the part itself, or the whole formula where it stands elsewhere."""
    field = kpi.first("formula")
    whole = field.value.span if field and isinstance(field.value, tree.Expr) else kpi.declaration.head
    span = part.span
    inside = span is not None and span.source is whole.source and whole.start <= span.start and span.end <= whole.end
    return span if inside and span is not None else whole


def whole(kpi: Kpi) -> Span:
    """Where a KPI says how it is computed: the formula, or the template it fills in with what it gives."""
    field, filled = kpi.first("formula"), kpi.declaration.filled
    if filled is not None and (field is None or not own(kpi, field)):
        return filled.span
    return field.value.span if field and isinstance(field.value, tree.Expr) else kpi.declaration.head

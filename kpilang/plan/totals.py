"""Totals: by which columns of a breakdown each aggregate is split, and whose rows tell the members.

A `Total` holds for the aggregates inside it: each is marked with the columns that are kept.
"""

from __future__ import annotations

from dataclasses import replace

from kpilang.model.expr import Answer, Expr, Moved, Operation, Series, Total, Use, aggregates, rebuilt
from kpilang.model.nouns import Kpi, Model
from kpilang.model.scope import breakdown
from kpilang.plan.compound import Leaf, leaves
from kpilang.plan.question import Question
from kpilang.plan.rows import Scopes
from kpilang.syntax import tree


def placed(model: Model, question: Question, kpi: Kpi) -> Kpi:
    """A KPI with the aggregates under each `total` marked with what is kept of the question's breakdown."""
    if not question.by or kpi.formula is None or not any(isinstance(part, Total) for part in kpi.formula.walk()):
        return kpi
    return replace(kpi, formula=marked(model, question, kpi.formula))


def together(value: Expr) -> Expr:
    """The same formula for all members of a breakdown together."""
    return rebuilt(value, lambda item: replace(item, kept=()))


def marked(model: Model, question: Question, value: Expr) -> Expr:
    """The same formula with the aggregates under each `total` marked."""
    if isinstance(value, Operation):
        return replace(value, arguments=tuple(marked(model, question, each) for each in value.arguments))
    if isinstance(value, Series):
        rate = marked(model, question, value.rate) if value.rate is not None else None
        return replace(value, value=marked(model, question, value.value), rate=rate)
    if not isinstance(value, Use | Moved):
        return value
    inner = marked(model, question, value.value)  # no total stands inside a `Fold`
    if isinstance(value, Total):
        left_out = columns_of(model, question, value)
        inner = rebuilt(inner, lambda item: without(item, left_out, len(question.by)))
    return replace(value, value=inner)


def without(item: Answer, left_out: frozenset[int], columns: int) -> Answer:
    """What is computed from rows, without some columns of a breakdown that has so many."""
    known = range(columns) if item.kept is None else item.kept
    kept = tuple(number for number in known if number not in left_out)
    return item if len(kept) == columns else replace(item, kept=kept)


def columns_of(model: Model, question: Question, total: Total) -> frozenset[int]:
    """The numbers of the columns of a breakdown that a `total` leaves out: those that every source inside it reads by the
    same column."""
    if not total.columns:
        return frozenset(range(len(question.by)))
    read = dict.fromkeys(item.source for item in aggregates(total.value))

    def same(one: tree.Path, other: tree.Path) -> bool:
        found = ((breakdown(model, source, one)[0], breakdown(model, source, other)[0]) for source in read)
        return all(mine is not None and mine == named for mine, named in found)

    return frozenset(
        number for number, path in enumerate(question.by) if any(same(path, named) for named in total.columns)
    )


def telling(formula: Expr, scopes: Scopes) -> tuple[Leaf, ...]:
    """The aggregates whose rows tell members: those that no `total` holds, else those that can be broken down."""
    every = leaves(formula)
    outside = tuple(leaf for leaf in every if not any(isinstance(look, Total) for look in leaf.looks))
    if outside or not every:
        return outside
    whole = (Leaf(leaf.looks, replace(leaf.aggregate, kept=None)) for leaf in every)
    return tuple(leaf for leaf in whole if not scopes.of(leaf.aggregate).diagnostics)

"""Which aggregates a formula has, and what they stand under."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.model import expr as e

Kind = type[e.Expr] | tuple[type[e.Expr], ...]
Under = tuple[tuple[e.Expr, ...], e.Aggregate]


def within(formula: e.Expr, kind: Kind, above: tuple[e.Expr, ...] = ()) -> Iterator[Under]:
    """Every aggregate with the nodes of a kind that it stands under, outermost first."""
    if isinstance(formula, e.Aggregate):
        yield above, formula
        return
    inner = (*above, formula) if isinstance(formula, kind) else above
    for child in formula.children:
        yield from within(child, kind, inner)


def outside(formula: e.Expr, kind: Kind) -> list[e.Aggregate]:
    """The aggregates that stand under no node of a kind."""
    return [aggregate for above, aggregate in within(formula, kind) if not above]


def through(expr: e.Expr) -> e.Expr:
    """An expression itself, where a formula uses it by the name of a KPI."""
    return through(expr.value) if isinstance(expr, e.Use) else expr

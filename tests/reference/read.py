"""What a formula reads: its aggregates, and those of the sets that its aggregates compare with and of rows that
must follow."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.model import expr as e

Kind = type[e.Expr] | tuple[type[e.Expr], ...]
Under = tuple[tuple[e.Expr, ...], e.Aggregate]


def read(formula: e.Expr) -> Iterator[e.Aggregate]:
    """Every aggregate in the order written, each before those of the sets in its clauses."""
    for aggregate in e.aggregates(formula):
        yield aggregate
        if aggregate.followed is not None:
            yield aggregate.followed.rows
        for inside in sets(aggregate):
            yield from read(inside.of)


def sets(aggregate: e.Aggregate) -> list[e.InSet]:
    """The sets that the clauses of an aggregate compare with."""
    return [node for part in aggregate.children for node in over_rows(part) if isinstance(node, e.InSet)]


def over_rows(expr: e.Expr) -> Iterator[e.Expr]:
    """The nodes that are worked out over one row of the source; what a set holds or what follows is worked out apart."""
    if isinstance(expr, e.Followed):
        return
    yield expr
    for child in expr.keys if isinstance(expr, e.InSet) else expr.children:
        yield from over_rows(child)


def within(formula: e.Expr, kind: Kind, above: tuple[e.Expr, ...] = ()) -> Iterator[Under]:
    """Every aggregate with the nodes of a kind that it stands under, outermost first."""
    if isinstance(formula, e.Aggregate):
        yield above, formula
        return
    inner = (*above, formula) if isinstance(formula, kind) else above
    for child in formula.children:
        yield from within(child, kind, inner)


def through(expr: e.Expr) -> e.Expr:
    """An expression itself, where a formula uses it by the name of a KPI."""
    return through(expr.value) if isinstance(expr, e.Use) else expr

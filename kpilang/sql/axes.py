"""Filters decided from groups instead of rows: each axis of a partial aggregate is a column or a test made on rows."""

from __future__ import annotations

from collections.abc import Sequence

from kpilang.model.expr import Column, Expr, Operation
from kpilang.sql.scalars import BOOLEAN, Scalars, Sql


class Axes(Scalars):
    """Writes predicates over the groups `p`, whose columns `a0`, `a1`, … hold what the axes were on the rows."""

    def __init__(self, rows: Scalars, axes: Sequence[Expr]) -> None:
        super().__init__(rows.column, rows.calendar)
        self.names = [f"a{number}" for number in range(len(axes))]
        values = [self.on_rows(rows, axis) for axis in axes]
        self.columns = "".join(f", {value.text} AS {name}" for value, name in zip(values, self.names, strict=True))
        pairs = zip(axes, values, self.names, strict=True)
        self.axes = {axis: Sql(f"p.{name}", value.type) for axis, value, name in pairs}

    def on_rows(self, rows: Scalars, axis: Expr) -> Sql:
        """An axis over rows: a value, or a test that an empty value leaves open."""
        return rows.value(axis) if isinstance(axis, Column) else Sql(rows.undecided(axis), BOOLEAN)

    def value(self, expr: Expr) -> Sql:
        return self.axes.get(expr) or super().value(expr)

    def open_test(self, expr: Operation) -> str:
        found = self.axes.get(expr)
        return found.text if found else super().open_test(expr)

    def predicate(self, expr: Expr) -> str:
        found = self.axes.get(expr)
        if found is None or (isinstance(expr, Operation) and expr.name == "ne"):
            return super().predicate(expr)
        return f"COALESCE({found.text}, FALSE)"

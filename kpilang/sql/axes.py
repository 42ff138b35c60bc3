"""Filters decided from groups instead of rows: each axis of a partial aggregate is a column, a bucket of one, or a test
made on rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from kpilang.model.expr import Column, Expr, Operation
from kpilang.plan.scans import Axis, Bucket
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import BOOLEAN, DOUBLE, Sql, number


class Axes(Scalars):
    """Writes predicates over the groups `p`, whose columns `a0`, `a1`, … hold what the axes were on the rows."""

    def __init__(self, rows: Scalars, axes: Sequence[Axis]) -> None:
        super().__init__(rows.column, rows.calendar)
        self.names = [f"a{number}" for number in range(len(axes))]
        values = [on_rows(rows, axis) for axis in axes]
        self.columns = "".join(f", {value.text} AS {name}" for value, name in zip(values, self.names, strict=True))
        pairs = zip(axes, values, self.names, strict=True)
        self.axes: dict[Expr, Sql] = {
            axis.column if isinstance(axis, Bucket) else axis: Sql(f"p.{name}", value.type)
            for axis, value, name in pairs
        }

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


def on_rows(rows: Scalars, axis: Axis) -> Sql:
    """An axis over rows: a value, a value that stands for its bucket, or a test that an empty value leaves open."""
    match axis:
        case Bucket():
            return bucket(rows.value(axis.column), axis.cuts)
        case Column():
            return rows.value(axis)
        case _:
            return Sql(rows.undecided(axis), BOOLEAN)


def bucket(value: Sql, cuts: Sequence[Decimal]) -> Sql:
    """For each number one that compares with all cuts as it does: the cut it equals, or one between two cuts."""
    between = [(low + high) / 2 for low, high in pairwise(cuts)]
    stands = [cuts[0] - 1, *between, cuts[-1] + 1]
    scale = max(max(0, -int(item.as_tuple().exponent)) for item in (*stands, *cuts))

    def shown(item: Decimal) -> str:
        return number(item).double().text if value.binary else number(item).exact(scale).text

    def search(low: int, high: int) -> str:
        if low == high:
            return shown(stands[low])
        middle = (low + high) // 2
        cut = number(cuts[middle]).double().text if value.binary else number(cuts[middle]).text
        below, above = search(low, middle), search(middle + 1, high)
        return f"CASE WHEN {value.text} < {cut} THEN {below} WHEN {value.text} = {cut} THEN {shown(cuts[middle])} ELSE {above} END"

    kind = DOUBLE if value.binary else f"DECIMAL(38,{scale})"
    return Sql(f"CASE WHEN {value.text} IS NOT NULL THEN {search(0, len(cuts))} END", kind)

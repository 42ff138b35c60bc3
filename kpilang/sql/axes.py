"""Filters decided from groups instead of rows: each axis of a partial aggregate is a column, a bucket of one, or a test
made on rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from kpilang.model.expr import Aggregate, Column, Expr, Operation
from kpilang.plan.scans import Axis, Bucket
from kpilang.sql import quote
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import BOOLEAN, DOUBLE, TEXT, Sql, number

MOST_IN_A_BYTE = 255


class Axes(Scalars):
    """Writes predicates over the groups `p`, whose columns `a0`, `a1`, … (numbered from `first`) hold what the axes were
    on the rows.

    `columns` are these as they are grouped by, buckets by their number; `told` puts a value in place of the number.
    """

    def __init__(self, rows: Scalars, axes: Sequence[Axis], first: int = 0) -> None:
        super().__init__(rows.column, rows.calendar, rows.alive)
        self.names = [f"a{number}" for number in range(first, first + len(axes))]
        self.axes: dict[Expr, Sql] = {}
        self.stands: dict[str, str] = {}
        columns = []
        for axis, name in zip(axes, self.names, strict=True):
            value = on_rows(rows, axis)
            if isinstance(axis, Bucket):
                number, stands, kind = bucket(value, axis.cuts)
                self.stands[name] = stands
                self.axes[axis.column] = Sql(f"p.{name}", kind)
                columns.append(f", {number} AS {name}")
            else:
                self.axes[axis] = Sql(f"p.{name}", value.type)
                columns.append(f", {value.text} AS {name}")
        self.columns = "".join(columns)

    def told(self, inner: str) -> str:
        """The groups, with a value for each number of a bucket."""
        if not self.stands:
            return inner
        values = ", ".join(f"{stands}[{name}] AS {name}" for name, stands in self.stands.items())
        return f"SELECT * REPLACE ({values}) FROM ({inner})"

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
    """An axis over rows: a value, or a test that an empty value leaves open."""
    match axis:
        case Bucket():
            return rows.value(axis.column)
        case Column():
            return rows.value(axis)
        case _:
            return Sql(rows.undecided(axis), BOOLEAN)


def decided(axes: Axes, aggregate: Aggregate) -> str | None:
    """Which groups an aggregate sees, by its filter."""
    return axes.choosing(aggregate.where) if aggregate.where is not None else None


def bucket(value: Sql, cuts: Sequence[Decimal] | Sequence[str]) -> tuple[str, str, str]:
    """The number of a value's bucket, from 1; the list of values that stand for the buckets, each compared with all cuts
    as those in its bucket; and the type of these."""
    numbers = [cut for cut in cuts if isinstance(cut, Decimal)]
    words = [cut for cut in cuts if isinstance(cut, str)]
    found, stands, kind = of_numbers(value, numbers) if numbers else of_words(value, words)
    whole = "UTINYINT" if len(stands) <= MOST_IN_A_BYTE else "INTEGER"
    return f"CAST({found} AS {whole})", f"[{', '.join(stands)}]", kind


def of_numbers(value: Sql, cuts: Sequence[Decimal]) -> tuple[str, list[str], str]:
    """Buckets of numbers: below the first cut, at it, between it and the second, and so on."""
    between = [(low + high) / 2 for low, high in pairwise(cuts)]
    stands = [cuts[0] - 1]
    for cut, above in zip(cuts, [*between, cuts[-1] + 1], strict=True):
        stands += [cut, above]
    scale = max(max(0, -int(item.as_tuple().exponent)) for item in stands)

    def search(low: int, high: int) -> str:
        if low == high:
            return str(2 * low + 1)
        middle = (low + high) // 2
        cut = number(cuts[middle]).double().text if value.binary else number(cuts[middle]).text
        below, above = search(low, middle), search(middle + 1, high)
        return f"CASE WHEN {value.text} < {cut} THEN {below} WHEN {value.text} = {cut} THEN {2 * middle + 2} ELSE {above} END"

    shown = [number(item).double().text if value.binary else number(item).exact(scale).text for item in stands]
    kind = DOUBLE if value.binary else f"DECIMAL(38,{scale})"
    return f"CASE WHEN {value.text} IS NOT NULL THEN {search(0, len(cuts))} END", shown, kind


def of_words(value: Sql, cuts: Sequence[str]) -> tuple[str, list[str], str]:
    """Buckets of texts: each cut, and after them all others, for which a longer text stands."""
    stands = [*cuts, max(cuts, key=len) + "-"]
    tests = " ".join(f"WHEN {value.text} = {quote.text(cut)} THEN {place}" for place, cut in enumerate(cuts, 1))
    found = f"CASE {tests} WHEN {value.text} IS NOT NULL THEN {len(stands)} END"
    return found, [quote.text(stand) for stand in stands], TEXT

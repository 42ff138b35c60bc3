"""Aggregates as SQL: what each is made of, with its filter as CASE, and how the parts of slots are folded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kpilang.model.expr import Aggregate, Answer, Column, Expr, Fold, Operation, row_columns
from kpilang.model.types import Kind, Type
from kpilang.plan.finishing import HIGH_STEPS, LOW_STEPS, TAME_STEPS
from kpilang.sql.base import Traits
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import Sql


@dataclass(frozen=True)
class Output:
    """One column of a statement: a part of an aggregate (`rows`, `values`, `total`, `weight`, `value`, `ends`,
    `empty`; of binary totals and weights also `_high`, `_low`, `_fits`) or of a fold (how many `groups` there are too, and
    how many of them are `left` out); without either, the rows seen."""

    aggregate: Aggregate | None
    part: str
    fold: Fold | None = None

    @property
    def answer(self) -> Answer | None:
        """What it is a part of."""
        return self.fold or self.aggregate


@dataclass(frozen=True)
class Measure:
    """Something computed over rows, `function(value)` (no value: the rows themselves), and folded over slots by `fold`.

    Where `terms` are given, it is as well the sum of their sums, each with its sign."""

    output: Output
    function: str
    value: str | None
    fold: str
    terms: tuple[tuple[str, Sql], ...] = ()

    def over(self, condition: str | None) -> str:
        """The measure as SQL, over the rows that meet a condition."""
        if self.value is None:
            return counted(condition)
        return f"{self.function}({chosen(condition, self.value)})"


def chosen(condition: str | None, value: str, present: str | None = None) -> str:
    """A value where a condition holds (and, if given, another value is there), else NULL."""
    tests = [text for text in (condition, f"{present} IS NOT NULL" if present else None) if text]
    return f"CASE WHEN {' AND '.join(tests)} THEN {value} END" if tests else value


def counted(condition: str | None) -> str:
    """How many rows meet a condition."""
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)" if condition else "COUNT(*)"


def summed(output: Output, value: Sql, *, tame: bool = False) -> Iterable[Measure]:
    """A sum: exact for exact numbers. Binary ones are cut in two whole numbers, whose sums do not depend on the order
    of rows. Where they are not known to be `tame`, of middling size, the plain sum stands beside, and `fits` counts
    the values that could be cut."""
    if not value.binary:
        yield Measure(output, "sum", value.text, "sum")
        return
    scaled = f"({value.text}) * {HIGH_STEPS}"
    if tame:
        low = f"CAST(({scaled} - floor({scaled})) * {TAME_STEPS} AS BIGINT)"
        yield Measure(Output(output.aggregate, f"{output.part}_high"), "sum", f"CAST(floor({scaled}) AS BIGINT)", "sum")
        yield Measure(Output(output.aggregate, f"{output.part}_tame"), "sum", low, "sum")
        return
    high = f"TRY_CAST(floor({scaled}) AS HUGEINT)"
    low = f"TRY_CAST(({scaled} - floor({scaled})) * {LOW_STEPS}.0 AS HUGEINT)"
    yield Measure(output, "fsum", value.text, "fsum")
    yield Measure(Output(output.aggregate, f"{output.part}_high"), "sum", high, "sum")
    yield Measure(Output(output.aggregate, f"{output.part}_low"), "sum", low, "sum")
    yield Measure(Output(output.aggregate, f"{output.part}_fits"), "count", high, "sum")


def sums(scalars: Scalars, aggregate: Aggregate, value: Sql, traits: Traits) -> Iterable[Measure]:
    """Sums and averages: rows, values, total, and for a weighted mean the weights."""
    known = aggregate.weight is None and aggregate.arguments[0] in traits.tame
    terms = addends(aggregate.arguments[0])
    filled = bool(terms) and all(column in traits.filled for _, column in terms)
    if aggregate.weight is not None:
        weight = scalars.value(aggregate.weight)
        product = Operation(aggregate.type, None, "multiply", (aggregate.arguments[0], aggregate.weight))
        weighs = Sql(f"CASE WHEN {value.text} IS NOT NULL THEN {weight.text} END", weight.type)
        yield from summed(Output(aggregate, "weight"), weighs)
        value = scalars.value(product)
    if aggregate.function == "sum":
        yield Measure(Output(aggregate, "rows"), "count", None, "sum")
    yield Measure(Output(aggregate, "values"), "count", None if filled else value.text, "sum")
    if filled and len(terms) > 1 and not value.binary and aggregate.weight is None:
        apart = tuple((sign, scalars.value(column)) for sign, column in terms)
        yield Measure(Output(aggregate, "total"), "sum", value.text, "sum", apart)
        return
    yield from summed(Output(aggregate, "total"), value, tame=known)


def addends(expr: Expr) -> list[tuple[str, Column]]:
    """The columns that an expression adds up, each with its sign; none where it does anything else."""
    match expr:
        case Column(type=Type(kind=Kind.NUMBER)):
            return [("+", expr)]
        case Operation(name="add" | "subtract" as name, arguments=(left, right)):
            before, after = addends(left), addends(right)
            turned = after if name == "add" else [("-" if sign == "+" else "+", column) for sign, column in after]
            return [*before, *turned] if before and after else []
        case _:
            return []


def measures_of(scalars: Scalars, aggregate: Aggregate, traits: Traits) -> Iterable[Measure]:
    """What an aggregate is put together from."""
    if not aggregate.arguments:
        yield Measure(Output(aggregate, "rows"), "count", None, "sum")
        return
    value = scalars.value(aggregate.arguments[0])
    match aggregate.function:
        case "count":
            yield Measure(Output(aggregate, "rows"), "count", value.text, "sum")
        case "min" | "max" as name:
            yield Measure(Output(aggregate, "value"), name, value.text, name)
        case _:
            yield from sums(scalars, aggregate, value, traits)


def count_distinct(scalars: Scalars, expr: Aggregate, condition: str | None) -> str:
    """How many different keys, those with an empty part left out."""
    keys = [scalars.value(key).text for key in expr.arguments]
    present = " AND ".join([*([condition] if condition else []), *(f"{key} IS NOT NULL" for key in keys)])
    return f"COUNT(DISTINCT CASE WHEN {present} THEN ROW({', '.join(keys)}) END)"


def whole(aggregate: Aggregate, value: str) -> str:
    """An aggregate that needs all its values at once."""
    match aggregate.function:
        case "stddev":
            return f"stddev_samp({value})"
        case "product":
            return f"product({value})"
        case _:
            fraction = aggregate.fraction if aggregate.fraction is not None else "0.5"
            return f"quantile_cont({value}, {fraction})"


def emptiness(scalars: Scalars, aggregate: Aggregate) -> str | None:
    """A condition that an empty value decided a filter of an aggregate; None where it has no column to filter by."""
    inner = [node.where for node in aggregate.having.walk() if isinstance(node, Aggregate)] if aggregate.having else []
    filters = [item for item in (aggregate.where, *inner) if item is not None]
    tests = [f"({scalars.undecided(item)}) IS NULL" for item in filters if has_column(item)]
    return " OR ".join(tests) or None


def has_column(expr: Expr) -> bool:
    """Whether an expression looks at the row at all."""
    return any(True for _ in row_columns(expr))

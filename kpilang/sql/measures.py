"""Aggregates as SQL: what each is made of, with its filter as CASE, and how the parts of slots are folded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kpilang.model.expr import Aggregate, Column, Expr, Operation
from kpilang.sql.scalars import Scalars, Sql


@dataclass(frozen=True)
class Output:
    """One column of a statement: a part (`rows`, `values`, `total`, `weight`, `value`, `ends`, `empty`) of an aggregate;
    without an aggregate it is the number of rows seen."""

    aggregate: Aggregate | None
    part: str


@dataclass(frozen=True)
class Measure:
    """Something computed over rows and folded over slots by the same kind of function (`sum`, `fsum`, `min`, `max`)."""

    output: Output
    expression: Callable[[str | None], str]
    fold: str


def chosen(condition: str | None, value: str, present: str | None = None) -> str:
    """A value where a condition holds (and, if given, another value is there), else NULL."""
    tests = [text for text in (condition, f"{present} IS NOT NULL" if present else None) if text]
    return f"CASE WHEN {' AND '.join(tests)} THEN {value} END" if tests else value


def counted(condition: str | None) -> str:
    """How many rows meet a condition."""
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)" if condition else "COUNT(*)"


def summed(output: Output, value: Sql) -> Measure:
    """A sum that is exact for exact numbers, and does not depend on the order of rows for binary ones."""
    function = "fsum" if value.binary else "sum"
    return Measure(output, lambda condition: f"{function}({chosen(condition, value.text)})", function)


def sums(scalars: Scalars, aggregate: Aggregate, value: Sql) -> Iterable[Measure]:
    """Sums and averages: rows, values, total, and for a weighted mean the weights."""
    if aggregate.weight is not None:
        weight = scalars.value(aggregate.weight)
        product = scalars.value(Operation(aggregate.type, None, "multiply", (aggregate.arguments[0], aggregate.weight)))
        weighs = Sql(f"CASE WHEN {value.text} IS NOT NULL THEN {weight.text} END", weight.type)
        yield summed(Output(aggregate, "weight"), weighs)
        value = product
    if aggregate.function == "sum":
        yield Measure(Output(aggregate, "rows"), counted, "sum")
    yield Measure(Output(aggregate, "values"), lambda cond: f"COUNT({chosen(cond, value.text)})", "sum")
    yield summed(Output(aggregate, "total"), value)


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


def emptiness(scalars: Scalars, where: Expr | None) -> str | None:
    """A condition that an empty value decided a filter; None where it has no column."""
    if where is None or not any(isinstance(node, Column) for node in where.walk()):
        return None
    return f"({scalars.undecided(where)}) IS NULL"

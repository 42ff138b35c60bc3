"""What an aggregate is over the rows of one group: columns to compute there, and the value that they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kpilang.model.expr import Aggregate
from kpilang.sql.base import Traits
from kpilang.sql.measures import chosen, count_distinct, counted, sums, whole
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import DOUBLE, INTEGER, MOST_DIGITS, Sql

# So many digits more than its values has the sum of a group, whose rows are fewer than that many digits can count.
DIGITS_OF_ROWS = 12


@dataclass(frozen=True)
class Cell:
    """A column over the rows of a group. Those of parts of a group make that of the whole by `fold`; None where they
    cannot."""

    text: str
    fold: str | None


@dataclass(frozen=True)
class Cells:
    """The columns of an aggregate; `value` makes its value of their names, NULL where there is none, and `undefined` a
    test that it has none because it is undefined, `tied` that two rows stand where one is taken. Columns are NULL where a
    group has no row."""

    cells: tuple[Cell, ...]
    value: Callable[[Sequence[str]], Sql]
    undefined: Callable[[Sequence[str]], str] | None = None
    tied: Callable[[Sequence[str]], str] | None = None


def cells_of(
    scalars: Scalars, expr: Aggregate, condition: str | None, rank: Callable[[], str], traits: Traits
) -> Cells:
    """The columns of an aggregate over the rows that meet a condition; not for one with `having`."""
    if expr.distinct:
        return Cells((Cell(count_distinct(scalars, expr, condition), None),), _number_of)
    if not expr.arguments:
        return Cells((Cell(counted(condition), "sum"),), _number_of)
    value = scalars.value(expr.arguments[0])
    match expr.function:
        case "count":
            return Cells((Cell(f"COUNT({chosen(condition, value.text)})", "sum"),), _number_of)
        case "sum":
            return _sum(expr, value, condition, traits)
        case "avg":
            return _mean(scalars, expr, value, condition)
        case "min" | "max" as name:
            return _one(f"{name}({chosen(condition, value.text)})", value.type, name)
        case "first" | "last" as name:
            return _end("arg_min" if name == "first" else "arg_max", value, condition, rank())
        case _:
            return _one(whole(expr, chosen(condition, value.double().text)), DOUBLE)


def _number_of(names: Sequence[str]) -> Sql:
    """A count, 0 where there is no row."""
    return Sql(f"CAST(COALESCE({names[0]}, 0) AS BIGINT)", INTEGER)


def _one(text: str, kind: str, fold: str | None = None) -> Cells:
    return Cells((Cell(text, fold),), lambda names: Sql(names[0], kind))


def _end(function: str, value: Sql, condition: str | None, rank: str) -> Cells:
    """The value at one end of time, of the two rows nearest to it: the second tells a tie."""
    cell = Cell(f"{function}({{'v': {value.text}, 'k': {rank}}}, {chosen(condition, rank, value.text)}, 2)", None)
    return Cells(
        (cell,),
        lambda names: Sql(f"({names[0]}[1]).v", value.type),
        tied=lambda names: f"len({names[0]}) > 1 AND ({names[0]}[1]).k = ({names[0]}[2]).k",
    )


def _sum(expr: Aggregate, value: Sql, condition: str | None, traits: Traits) -> Cells:
    """A sum: 0 of no rows, and no value where all values are empty, which cannot be where no cell is."""
    function = "fsum" if value.binary else "sum"
    total = Cell(f"{function}({chosen(condition, value.text)})", function)
    digits = min(value.digits + DIGITS_OF_ROWS, MOST_DIGITS)
    kind = DOUBLE if value.binary else f"DECIMAL({digits},{value.scale})"

    def written(text: str) -> Sql:
        return Sql(text if value.binary or value.scale else f"CAST({text} AS {kind})", kind)

    if expr.arguments[0] in traits.filled:
        return Cells((total,), lambda names: written(f"COALESCE({names[0]}, 0)"))
    rows = Cell(counted(condition), "sum")
    empty = "CASE WHEN COALESCE({rows}, 0) = 0 THEN 0 END"
    return Cells((total, rows), lambda names: written(f"COALESCE({names[0]}, {empty.format(rows=names[1])})"))


def _mean(scalars: Scalars, expr: Aggregate, value: Sql, condition: str | None) -> Cells:
    """A mean, of binary numbers; weighted by nothing it is undefined."""
    if expr.weight is None:
        total = Cell(f"sum({chosen(condition, value.text)})", "sum")
        if value.binary:
            total = Cell(f"fsum({chosen(condition, value.text)})", "fsum")
        count = Cell(f"COUNT({chosen(condition, value.text)})", "sum")
        return Cells((total, count), lambda names: _quotient(names[0], names[1]))
    parts = {item.output.part: item for item in sums(scalars, expr, value, Traits())}
    total, weight = (Cell(parts[part].over(condition), parts[part].fold) for part in ("total", "weight"))
    return Cells((total, weight), lambda names: _quotient(names[0], names[1]), lambda names: f"{names[1]} = 0")


def _quotient(above: str, below: str) -> Sql:
    return Sql(f"(CAST({above} AS DOUBLE) / NULLIF(CAST({below} AS DOUBLE), 0))", DOUBLE)

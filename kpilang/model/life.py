"""Life inside the period: how long the period is."""

from __future__ import annotations

from kpilang.diagnostics import Problem
from kpilang.model.calls import PERIOD_LENGTH
from kpilang.model.conversion import number
from kpilang.model.expr import Expr, Operation, aggregates
from kpilang.model.types import DAYS
from kpilang.syntax import tree
from kpilang.text import Text

LENGTH_ALONE = Problem(
    "E445",
    "length-alone",
    Text(
        "`period_length` alone reads no source: nothing says which periods there are",
        "只有 `period_length`，没有读取任何数据源，也就不知道有哪些期间",
    ),
    help=Text(
        "put it beside an aggregate, such as `count(orders) / period_length`",
        "与聚合一起使用，例如 `count(orders) / period_length`",
    ),
)


def period_length(node: tree.Path) -> Operation:
    """How long the known part of the period is."""
    return Operation(number(DAYS), node, PERIOD_LENGTH, ())


def without_source(formula: Expr) -> Expr | None:
    """The `period_length` of a formula that reads no source."""
    lengths = (part for part in formula.walk() if isinstance(part, Operation) and part.name == PERIOD_LENGTH)
    found = next(lengths, None)
    return found if found is not None and next(aggregates(formula), None) is None else None

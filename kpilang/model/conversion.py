"""Numbers brought from one unit to another, and what is asked of a value's unit on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kpilang.model import units
from kpilang.model.expr import Expr, Literal, Operation
from kpilang.model.types import NUMBER, PLAIN, Kind, Type, Unit
from kpilang.syntax import tree

TIMES = (Kind.DATE, Kind.DATETIME)


def number(unit: Unit) -> Type:
    """The type of numbers in a unit."""
    return Type(Kind.NUMBER, unit)


def convert(value: Expr, unit: Unit) -> Expr:
    """A number made a number in another unit of the same dimension: by a literal, exactly wherever that can be."""
    if value.type.unit is None or value.type.unit.scale == unit.scale:
        return value
    ratio = value.type.unit.scale / unit.scale
    factor = units.exact(ratio)
    if isinstance(value, Literal) and isinstance(value.value, Decimal) and factor is not None:
        return replace(value, type=number(unit), value=value.value * factor)
    if factor is not None:
        return Operation(number(unit), value.written, "convert", (value, _plain(factor, value.written)))
    above = convert(value, replace(unit, scale=unit.scale / ratio.denominator, name=""))
    return Operation(number(unit), value.written, "divide", (above, _plain(Decimal(ratio.denominator), value.written)))


def _plain(value: Decimal, written: tree.Node | None) -> Literal:
    return Literal(NUMBER, written, value)


def is_zero(value: Expr) -> bool:
    """A literal 0, which fits every unit."""
    return isinstance(value, Literal) and value.type == NUMBER and value.value == 0


def unit_of(value: Expr) -> Unit:
    """The unit of a number; a plain one for what is no number."""
    return value.type.unit or PLAIN


def plain(value: Expr) -> bool:
    """Whether a number has no dimension and is shown as a bare number."""
    unit = unit_of(value)
    return unit.dimensionless and unit.form == "number"


def wider(parts: Sequence[Expr]) -> Type:
    """The type that holds each of several values made alike: a point in time among dates, else that of the first."""
    return next((part.type for part in parts if part.type.kind is Kind.DATETIME), parts[0].type)


def bare(node: tree.Expr) -> tree.Expr:
    """An expression without the brackets around it."""
    while isinstance(node, tree.Parenthesis):
        node = node.value
    return node

"""The shape of a formula, whatever it counts: does it divide, is something taken off, and is that what it divides by?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from kpilang.model import polynomials
from kpilang.model.expr import Aggregate, Expr, Literal, Operation, Use
from kpilang.model.normal import ARITHMETIC, Normal
from kpilang.model.nouns import Template
from kpilang.model.polynomials import Quotient, exact
from kpilang.model.types import Kind
from kpilang.record import record
from kpilang.syntax import tree

_COUNTED = ("count", "sum", "avg")
_OPERATIONS = ("add", "subtract", "multiply", "divide", "negate", "convert")
_SIGNS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}


@record
class Shape:
    """`divides`: it is a quotient. `less`: something is taken off above the line. `side` is 1 where what it divides by
    stands above the line too, -1 where it is taken off there, 0 for neither."""

    divides: bool
    less: bool
    side: int


def shape(value: Quotient) -> Shape:
    """The shape of a quotient."""
    found = {Fraction(value.top.get(each, 0)) / count for each, count in value.bottom.items()}
    [factor] = found if len(found) == 1 else {Fraction(0)}
    less = any(count < 0 for count in value.top.values()) and any(count > 0 for count in value.top.values())
    return Shape(value.bottom != polynomials.ONE, less, (factor > 0) - (factor < 0) if less else 0)


class Shapes:
    """Finds the shapes of the formulas of one project."""

    def __init__(self, normal: Normal) -> None:
        self.normal = normal

    def of(self, formula: Expr) -> Shape | None:
        """The shape of a formula made of counts, sums and averages by arithmetic; of all else nothing is known."""
        found = self.quotient(formula)
        return shape(found) if found is not None else None

    def quotient(self, value: Expr) -> Quotient | None:
        if isinstance(value, Use):
            return self.quotient(value.value)
        if isinstance(value, Literal):
            return self.normal.quotient(value)
        if isinstance(value, Aggregate):
            return self.aggregate(value)
        if not isinstance(value, Operation) or value.name not in _OPERATIONS:
            return None
        return _worked_out(value.name, [self.quotient(each) for each in value.arguments])

    def aggregate(self, value: Aggregate) -> Quotient | None:
        """An average as a sum over a count; the sum of a difference as the difference of sums."""
        if value.function not in _COUNTED or value.having is not None:
            return None
        if value.function == "avg":
            whole = replace(value, function="sum", weight=None)
            counted = replace(value, function="count", weight=None)
            above, below = self.aggregate(whole), self.normal.quotient(counted)
            return polynomials.divided(above, below) if above is not None else None
        if value.function == "count" or value.arguments[0].type.kind is not Kind.NUMBER:
            return self.normal.quotient(value)
        inner = self.normal.quotient(value.arguments[0])
        if inner.bottom != polynomials.ONE:
            return self.normal.quotient(value)
        bare = replace(value, arguments=())
        found: Quotient | None = polynomials.number(0)
        for product, count in inner.top.items():
            term = polynomials.part(self.normal.number(("sum of", self.normal.rows(bare), product)))
            found = polynomials.added(found, polynomials.scaled(term, count)) if found is not None else None
        return found


def of_template(template: Template) -> Shape | None:
    """The shape of a template's formula, its parameters standing for anything; None where it is more than arithmetic."""
    formula = template.formula
    numbers = {each.name.text: number for number, each in enumerate(template.declaration.parameters)}
    found = _written(formula, numbers) if formula is not None else None
    return shape(found) if found is not None else None


def _written(node: tree.Expr, parameters: Mapping[str, int]) -> Quotient | None:
    if isinstance(node, tree.Parenthesis):
        return _written(node.value, parameters)
    if isinstance(node, tree.Path) and node.text in parameters:
        return polynomials.part(parameters[node.text])
    if isinstance(node, tree.QuantityExpr):
        return polynomials.number(exact(Fraction(node.quantity.value)))
    if isinstance(node, tree.Unary) and node.operator == "-":
        return _worked_out("negate", [_written(node.operand, parameters)])
    if isinstance(node, tree.Binary) and node.operator in _SIGNS:
        return _worked_out(_SIGNS[node.operator], [_written(node.left, parameters), _written(node.right, parameters)])
    return None


def _worked_out(name: str, given: list[Quotient | None]) -> Quotient | None:
    known = [each for each in given if each is not None]
    if len(known) < len(given):
        return None
    if name == "negate":
        return polynomials.scaled(known[0], -1)
    operation: Callable[[Quotient, Quotient], Quotient | None] = ARITHMETIC[name]
    return operation(*known)

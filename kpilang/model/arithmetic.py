"""Types of arithmetic: sums in one unit, products and quotients of units, dates moved by durations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from kpilang.model import units
from kpilang.model.alike import Alike
from kpilang.model.conversion import TIMES, convert, number, plain, unit_of
from kpilang.model.expr import Expr, Literal, Operation
from kpilang.model.types import BOOL, DATETIME, NUMBER, PLAIN, SECONDS, Kind, Unit
from kpilang.syntax import tree
from kpilang.text import Text

ADDED = Text("added", "相加")
SUBTRACTED = Text("subtracted", "相减")


class Arithmetic(Alike):
    """Typed sums, products, quotients and signs."""

    # ---- arithmetic

    def binary(self, node: tree.Binary) -> Expr | None:
        left, right = self.infer(node.left), self.infer(node.right)
        if left is None or right is None:
            return None
        if node.operator in ("and", "or"):
            return self.connect(node, left, right)
        if node.operator in ("contains", "starts with"):
            return self.search(node, left, right)
        rule: Callable[[tree.Binary, Expr, Expr], Expr | None] = {
            "+": self.add,
            "-": self.subtract,
            "*": self.multiply,
            "/": self.divide,
        }[node.operator]
        return rule(node, left, right)

    def connect(self, node: tree.Binary, left: Expr, right: Expr) -> Expr | None:
        what = Text(f"`{node.operator}`", f"`{node.operator}`")
        if not self.all_need((left, right), (Kind.BOOL,), what):
            return None
        return Operation(BOOL, node, node.operator, (left, right))

    def search(self, node: tree.Binary, left: Expr, right: Expr) -> Expr | None:
        what = Text(f"`{node.operator}`", f"`{node.operator}`")
        if not self.all_need((left, right), (Kind.TEXT,), what):
            return None
        return Operation(BOOL, node, node.operator, (left, right))

    def add(self, node: tree.Binary, left: Expr, right: Expr) -> Expr | None:
        if left.type.kind is Kind.NUMBER and right.type.kind in TIMES:
            left, right = right, left
        if left.type.kind in TIMES and right.type.kind is Kind.NUMBER:
            return self.moved(node, "add", left, right)
        return self.sum(node, "add", left, right, ADDED)

    def subtract(self, node: tree.Binary, left: Expr, right: Expr) -> Expr | None:
        if left.type.kind in TIMES and right.type.kind in TIMES:
            return Operation(number(SECONDS), node, "subtract", (left, right))
        if left.type.kind in TIMES and right.type.kind is Kind.NUMBER:
            return self.moved(node, "subtract", left, right)
        return self.sum(node, "subtract", left, right, SUBTRACTED)

    def sum(self, node: tree.Expr, name: str, left: Expr, right: Expr, verb: Text) -> Expr | None:
        if not self.same_kind(left, right, verb) or not self.needs(
            left, (Kind.NUMBER,), Text("arithmetic", "算术运算")
        ):
            return None
        parts = self.alike_numbers((left, right), verb)
        if parts is None:
            return None
        unit = parts[0].type.unit or PLAIN
        counted = {unit_of(part).counted for part in parts}
        if len(counted) > 1:
            unit = replace(unit, counted=None)
        return Operation(number(unit), node, name, parts)

    def moved(self, node: tree.Expr, name: str, moment: Expr, length: Expr) -> Expr | None:
        """A date moved by a duration, which is put in seconds; by whole days a date stays a date."""
        if not unit_of(length).fits(SECONDS):
            self.clash(moment, length, ADDED if name == "add" else SUBTRACTED)
            return None
        whole = isinstance(length, Literal) and isinstance(length.value, Decimal) and not _seconds(length) % 86400
        kind = moment.type if whole or moment.type.kind is Kind.DATETIME else DATETIME
        return Operation(kind, node, name, (moment, convert(length, SECONDS)))

    def multiply(self, node: tree.Binary, left: Expr, right: Expr) -> Expr | None:
        if not self.numbers(node, left, right):
            return None
        unit = _one_sided(left, right) or unit_of(left).times(unit_of(right))
        return self.settled(Operation(number(unit), node, "multiply", (left, right)))

    def divide(self, node: tree.Binary, left: Expr, right: Expr) -> Expr | None:
        if not self.numbers(node, left, right):
            return None
        if unit_of(left).fits(unit_of(right)):
            finer = min(unit_of(left), unit_of(right), key=lambda unit: unit.scale)
            parts = (convert(left, finer), convert(right, finer))
            return Operation(NUMBER, node, "divide", parts)
        unit = unit_of(left).over(unit_of(right))
        if plain(right) and unit_of(right).scale == 1:
            unit = unit_of(left)
        return self.settled(Operation(number(unit), node, "divide", (left, right)))

    def numbers(self, node: tree.Binary, left: Expr, right: Expr) -> bool:
        what = Text(f"`{node.operator}`", f"`{node.operator}`")
        return self.all_need((left, right), (Kind.NUMBER,), what)

    def settled(self, value: Operation) -> Expr:
        """A product without dimension is a plain number, whatever units went into it."""
        unit = unit_of(value)
        return convert(value, PLAIN) if unit.dimensionless and unit.scale != 1 else value

    def unary(self, node: tree.Unary) -> Expr | None:
        operand = self.infer(node.operand)
        if operand is None:
            return None
        if node.operator == "not":
            fits = self.needs(operand, (Kind.BOOL,), Text("`not`", "`not`"))
            return Operation(BOOL, node, "not", (operand,)) if fits else None
        if not self.needs(operand, (Kind.NUMBER,), Text("`-`", "`-`")):
            return None
        if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
            return replace(operand, written=node, value=-operand.value)
        return Operation(operand.type, node, "negate", (operand,))


def _one_sided(left: Expr, right: Expr) -> Unit | None:
    """The unit of a product in which one side is a plain number: that of the other, name and all."""
    for one, other in ((left, right), (right, left)):
        if plain(other) and unit_of(other).scale == 1 and not unit_of(one).dimensionless:
            return unit_of(one)
    return None


def _seconds(length: Literal) -> Decimal:
    assert isinstance(length.value, Decimal)  # noqa: S101 - asked by the caller
    return units.in_unit(length.value, unit_of(length), SECONDS)

"""Conditions in one form each: `and` and `or` in any order, denials before single comparisons, `=` as a list of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kpilang.model import polynomials
from kpilang.model.expr import Expr, Literal, Operation, Use
from kpilang.model.types import Kind

if TYPE_CHECKING:
    from kpilang.model.normal import Normal

Form = tuple[object, ...]
_MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
_OTHER = {"and": "or", "or": "and"}


class Conditions:
    """Forms of conditions, as numbers of `normal`."""

    def __init__(self, normal: Normal) -> None:
        self.normal = normal
        self.forms: dict[int, Form] = {}

    def of(self, value: Expr) -> int:
        """The number of a condition."""
        return self.form(value, holds=True)

    def undenied(self, value: Expr) -> tuple[int, bool]:
        """The number of a condition or of its opposite, whichever is smaller, and whether it is the opposite."""
        one, other = self.form(value, holds=True), self.form(value, holds=False)
        return (other, True) if other < one else (one, False)

    def not_null(self, value: int) -> int:
        """That a value is there."""
        return self.denied(self.kept(("is_null", value)))

    def all_of(self, conditions: Iterable[int]) -> int | None:
        """That all of them hold; None where there are none."""
        found = list(conditions)
        return self.joined("and", found) if found else None

    def kept(self, form: Form) -> int:
        number = self.normal.number(("condition", form))
        self.forms[number] = form
        return number

    def denied(self, number: int) -> int:
        """The opposite of a single comparison."""
        form = self.forms[number]
        return self.normal.number(("condition", form[1])) if form[0] == "not" else self.kept(("not", form))

    def form(self, value: Expr, *, holds: bool) -> int:
        """The number of a condition, or of its opposite."""
        if isinstance(value, Use):
            return self.form(value.value, holds=holds)
        if isinstance(value, Operation):
            if value.name == "not":
                return self.form(value.arguments[0], holds=not holds)
            if value.name in _OTHER:
                joint = value.name if holds else _OTHER[value.name]
                return self.joined(joint, [self.form(each, holds=holds) for each in value.arguments])
            if value.name in ("eq", "ne") and any(_is_true(each) for each in value.arguments):
                [tested] = [each for each in value.arguments if not _is_true(each)] or value.arguments[:1]
                return self.form(tested, holds=holds is (value.name == "eq"))
            if value.name == "ne":
                return self.form(Operation(value.type, value.written, "eq", value.arguments), holds=not holds)
        number = self.single(value)
        return number if holds else self.denied(number)

    def joined(self, joint: str, conditions: Sequence[int]) -> int:
        """Conditions joined by `and` or `or`: nested ones side by side, each once, lists of values of one thing together."""
        found = list[Form]()
        for number in conditions:
            form = self.forms[number]
            inner = form[1] if form[0] == joint else None
            found += [self.forms[each] for each in inner] if isinstance(inner, tuple) else [form]
        several = tuple(sorted({self.kept(each) for each in self.gathered(joint, found)}))
        return several[0] if len(several) == 1 else self.kept((joint, several))

    def gathered(self, joint: str, forms: Iterable[Form]) -> list[Form]:
        """`x = 1 or x = 2` as one list of values, and so the denials that `and` joins."""
        lists: dict[object, frozenset[object]] = {}
        rest = list[Form]()
        for form in forms:
            inner = form if joint == "or" else form[1] if form[0] == "not" else ("",)
            if isinstance(inner, tuple) and inner[0] == "in":
                lists[inner[1]] = lists.get(inner[1], frozenset()) | inner[2]
            else:
                rest.append(form)
        merged: list[Form] = [("in", thing, values) for thing, values in lists.items()]
        return rest + (merged if joint == "or" else [("not", each) for each in merged])

    # ---- single comparisons

    def single(self, value: Expr) -> int:
        """The number of a condition without `and`, `or` and `not`."""
        if isinstance(value, Operation):
            if value.name in ("eq", "in"):
                return self.kept(self.among(value.arguments))
            if value.name in _MIRRORED:
                return self.kept(self.order(value))
            return self.kept((value.name, *(self.normal.of(each) for each in value.arguments)))
        return self.kept(("holds", self.normal.other(value)))

    def among(self, arguments: Sequence[Expr]) -> Form:
        """That a thing equals one of some values; of two things neither of which is a constant, that they are equal."""
        thing, *values = arguments
        if len(values) == 1 and isinstance(thing, Literal):
            thing, values = values[0], [thing]
        numbers = frozenset(self.normal.of(each) for each in values)
        if len(values) == 1 and not isinstance(values[0], Literal):
            return ("eq", numbers | {self.normal.of(thing)})
        return ("in", self.normal.of(thing), numbers)

    def order(self, value: Operation) -> Form:
        """A comparison of size: of numbers as one sum compared with 0, of all else with the smaller one first."""
        name, (left, right) = value.name, value.arguments
        if left.type.kind is right.type.kind is Kind.NUMBER:
            less = polynomials.scaled(self.normal.quotient(right), -1)
            found = polynomials.added(self.normal.quotient(left), less)
            if found is not None and found.bottom == polynomials.ONE:
                name = _MIRRORED[name] if found.leading < 0 else name
                return ("order", name, polynomials.levelled(found, found.leading).key)
        if name in ("gt", "ge"):
            name, left, right = _MIRRORED[name], right, left
        return (name, self.normal.of(left), self.normal.of(right))


def _is_true(value: Expr) -> bool:
    return isinstance(value, Literal) and value.value is True

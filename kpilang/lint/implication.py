"""Proves of two conditions over rows that one implies the other, or that no row satisfies both; in doubt there is no proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from kpilang.model.expr import Expr, Literal, Operation

_MIRRORED = {"eq": "eq", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
_NEEDS_VALUE = ("eq", "lt", "le", "gt", "ge", "in", "contains", "starts with")
_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
}
_STRICT = {"lt": "le", "gt": "ge"}
_DEEPEST = 12


def implies(one: Expr | None, other: Expr | None, depth: int = 0) -> bool:
    """Whether every row that satisfies the one condition satisfies the other; None is satisfied by every row."""
    if other is None or one == other:
        return True
    if one is None or depth > _DEEPEST:
        return False
    one, other = _plain(one), _plain(other)
    if _named(other, "and"):
        return all(implies(one, part, depth + 1) for part in _arguments(other))
    if _named(one, "or"):
        return all(implies(part, other, depth + 1) for part in _arguments(one))
    if _named(other, "or") and any(implies(one, part, depth + 1) for part in _arguments(other)):
        return True
    return any(_follows(part, other) for part in conjuncts(one))


def excludes(one: Expr | None, other: Expr | None) -> bool:
    """Whether no row satisfies both conditions."""
    if one is None or other is None:
        return False
    return any(
        _contradict(left, right) or _contradict(right, left) for left in conjuncts(one) for right in conjuncts(other)
    )


def conjuncts(condition: Expr | None) -> Iterator[Expr]:
    """The conditions that `and` joins."""
    if condition is None:
        return
    condition = _plain(condition)
    if _named(condition, "and"):
        for part in _arguments(condition):
            yield from conjuncts(part)
    else:
        yield condition


def _plain(value: Expr) -> Expr:
    """A condition with `not` at most once, `!=` as the opposite of `=`, literals on the right, `= true` left out."""
    if not isinstance(value, Operation):
        return value
    if value.name == "not":
        inner = _plain(value.arguments[0])
        return _arguments(inner)[0] if _named(inner, "not") else Operation(value.type, value.written, "not", (inner,))
    if value.name == "ne":
        return _plain(
            Operation(value.type, value.written, "not", (Operation(value.type, value.written, "eq", value.arguments),))
        )
    if value.name in _MIRRORED and isinstance(value.arguments[0], Literal):
        left, right = value.arguments
        return _plain(Operation(value.type, value.written, _MIRRORED[value.name], (right, left)))
    if value.name == "eq" and isinstance(value.arguments[1], Literal) and value.arguments[1].value is True:
        return _plain(value.arguments[0])
    return value


def _named(value: Expr, name: str) -> bool:
    return isinstance(value, Operation) and value.name == name


def _arguments(value: Expr) -> tuple[Expr, ...]:
    return value.arguments if isinstance(value, Operation) else ()


def _follows(one: Expr, other: Expr) -> bool:
    """Whether one condition without `and` and `or` implies another."""
    if one == other:
        return True
    if _named(other, "not"):
        return _denies(one, _arguments(other)[0])
    if not isinstance(one, Operation) or not isinstance(other, Operation):
        return False
    here, there = _values(one), _values(other)
    if here is not None and there is not None:
        return here <= there and one.arguments[0] == other.arguments[0]
    return _bounded(one, other)


def _denies(one: Expr, other: Expr) -> bool:
    """Whether a row that satisfies the one cannot satisfy the other: `x = 1` denies `x = 2` and `x is null`."""
    if _named(other, "is_null"):
        tested = isinstance(one, Operation) and one.name in _NEEDS_VALUE and one.arguments[0]
        return tested == _arguments(other)[0] or one == _arguments(other)[0]
    if _named(one, "not"):
        return implies(other, _arguments(one)[0], _DEEPEST)
    here, there = _values(one), _values(other)
    return here is not None and there is not None and not here & there and _arguments(one)[0] == _arguments(other)[0]


def _contradict(one: Expr, other: Expr) -> bool:
    return (_named(one, "not") and implies(other, _arguments(one)[0])) or _denies(one, _plain(other))


def _values(value: Expr) -> frozenset[object] | None:
    """The values that `=` and `in` allow; None for other conditions."""
    if not isinstance(value, Operation) or value.name not in ("eq", "in"):
        return None
    rest = value.arguments[1:]
    return frozenset(each.value for each in rest if isinstance(each, Literal)) if _all_literal(rest) else None


def _all_literal(values: tuple[Expr, ...]) -> bool:
    return all(isinstance(each, Literal) for each in values)


def _bounded(one: Operation, other: Operation) -> bool:
    """Whether a bound, or a value, lies within another bound of the same expression: `x > 5` in `x >= 3`."""
    if other.name not in _ORDER or one.arguments[0] != other.arguments[0]:
        return False
    limit = _number(other.arguments[1])
    within = _ORDER[other.name]
    if limit is None:
        return False
    values = _values(one)
    if values is not None:
        return all(isinstance(value, Decimal) and within(value, limit) for value in values)
    mine = _number(one.arguments[1]) if one.name in _ORDER else None
    if mine is None or _STRICT.get(one.name, one.name) != _STRICT.get(other.name, other.name):
        return False
    return within(mine, limit) or (mine == limit and one.name in _STRICT)


def _number(value: Expr) -> Decimal | None:
    return value.value if isinstance(value, Literal) and isinstance(value.value, Decimal) else None

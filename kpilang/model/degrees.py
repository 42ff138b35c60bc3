"""Tells values that grow with the number of rows from those that do not: only the latter keep a target everywhere."""

from __future__ import annotations

from kpilang.model.expr import Aggregate, Expr, Literal, Operation, Shift, Use, aggregates

_GROWING = ("sum", "count")
_STEADY = ("avg", "median", "percentile")
_SAME = ("add", "subtract", "coalesce", "greatest", "least")


def keeps_target(formula: Expr) -> bool:
    """Whether a formula is a ratio, an average or a median: twice the rows of the same sort leave it as it is."""
    return degree(formula) == 0 and any(True for _ in aggregates(formula))


def degree(value: Expr) -> int | None:
    """How often the number of rows is a factor of a value: 1 for sums and counts, 0 for ratios; None where unclear."""
    match value:
        case Literal():
            return 0
        case Aggregate():
            return 1 if value.function in _GROWING else 0 if value.function in _STEADY else None
        case Use():
            return degree(value.value)
        case Shift():
            return degree(value.value)
        case Operation():
            return _of_operation(value)
    return None


def _of_operation(value: Operation) -> int | None:
    if value.name == "growth":
        return 0 if isinstance(value.arguments[1], Shift) and value.arguments[1].grain else None
    if value.name == "if":
        return _same([degree(part) for part in value.arguments[1:]])
    if value.name in _SAME:
        return _same([degree(part) for part in value.arguments if not isinstance(part, Literal)])
    first, *rest = (degree(part) for part in value.arguments)
    if value.name in ("negate", "abs", "round", "convert"):
        return first
    if first is None or None in rest:
        return None
    if value.name in ("multiply", "divide"):
        other = rest[0] or 0
        return first + other if value.name == "multiply" else first - other
    return 0 if not any((first, *rest)) else None


def _same(degrees: list[int | None]) -> int | None:
    """The one degree of all, 0 for constants alone."""
    found = set(degrees) or {0}
    return found.pop() if len(found) == 1 else None

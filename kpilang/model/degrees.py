"""Tells values that grow with the number of rows from those that do not: only the latter keep a target everywhere."""

from __future__ import annotations

from kpilang.model.calls import ALIVE_TIME, ENTITIES, PERIOD_LENGTH
from kpilang.model.expr import Aggregate, Expr, Fold, Literal, Operation, Reach, Series, Shift, Total, Use, aggregates

_GROWING = ("sum", "count", *ENTITIES)
_STEADY = ("avg", "median", "percentile")
_INSTANTS = ("opening", "closing", "average")
_SAME = ("add", "subtract", "coalesce", "greatest", "least")


Powers = tuple[int, int]
"""How often the number of rows, and the length of the period, are factors of a value."""

_STEADY_VALUE: Powers = (0, 0)


def keeps_target(formula: Expr) -> bool:
    """Whether a formula is a ratio, an average or a median: twice the rows of the same sort, or twice the time, leave it
    as it is."""
    return powers(formula) == _STEADY_VALUE and any(True for _ in aggregates(formula))


def degree(value: Expr) -> int | None:
    """How often the number of rows is a factor of a value: 1 for sums and counts, 0 for ratios; None where unclear."""
    found = powers(value)
    return found[0] if found is not None else None


def powers(value: Expr) -> Powers | None:
    """How a value grows with rows and with time: an event counts in both, a stock in rows alone, the length of the period
    in time alone; None where unclear."""
    match value:
        case Literal():
            return _STEADY_VALUE
        case Aggregate():
            return _of_aggregate(value)
        case Series():
            return _of_series(value)
        case Fold():
            return _of_fold(value)
        case Use():
            return powers(value.value)
        case Shift() | Total():
            return powers(value.value)
        case Reach():
            return _of_window(value)
        case Operation():
            return _of_operation(value)
    return None


def _of_window(value: Reach) -> Powers | None:
    """A trailing window is as long for every period; others grow with it, but not in proportion."""
    inner = powers(value.value)
    if inner is None or value.way == "trailing":
        return (inner[0], 0) if inner is not None else None
    return inner if not any(inner) else None


def _of_aggregate(value: Aggregate) -> Powers | None:
    if value.function == ALIVE_TIME:
        return (0, 1)
    if value.at == "during" and value.function != "sum":
        return None
    if value.function in _GROWING:
        return (1, 0 if value.at in _INSTANTS else 1)
    return _STEADY_VALUE if value.function in _STEADY else None


def _of_series(value: Series) -> Powers | None:
    """What is put together of periods of one length is the same however many there are; a sum and others are not."""
    inner = powers(value.value)
    return (inner[0], 0) if inner is not None and value.function in _STEADY else None


def _of_fold(value: Fold) -> Powers | None:
    """More rows of the same sort are more groups, and not larger ones; more time makes the groups larger."""
    inner = powers(value.value)
    if value.function == "count":
        return (1, 1)
    if inner is None or value.function not in ("sum", *_STEADY):
        return None
    return (1 if value.function == "sum" else 0, inner[1])


def _of_operation(value: Operation) -> Powers | None:
    if value.name == PERIOD_LENGTH:
        return (0, 1)
    if value.name in ("growth", "cagr"):
        return _STEADY_VALUE if isinstance(value.arguments[1], Shift) and value.arguments[1].grain else None
    if value.name == "if":
        return _same([powers(part) for part in value.arguments[1:]])
    if value.name in _SAME:
        return _same([powers(part) for part in value.arguments if not isinstance(part, Literal)])
    first, *rest = (powers(part) for part in value.arguments)
    if value.name in ("negate", "abs", "round", "convert"):
        return first
    known = [part for part in rest if part is not None]
    if first is None or len(known) < len(rest):
        return None
    if value.name in ("multiply", "divide"):
        sign, other = (1 if value.name == "multiply" else -1), known[0]
        return first[0] + sign * other[0], first[1] + sign * other[1]
    return _STEADY_VALUE if {first, *known} == {_STEADY_VALUE} else None


def _same(found: list[Powers | None]) -> Powers | None:
    """What all have in common; constants alone are steady."""
    different = set(found) or {_STEADY_VALUE}
    return different.pop() if len(different) == 1 else None

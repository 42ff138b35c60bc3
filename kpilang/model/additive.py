"""Tells formulas whose values for the parts of a whole add up to that of the whole, whatever the rows."""

from __future__ import annotations

from kpilang.model.expr import Aggregate, Expr, Fold, InSet, Literal, Operation, Reach, Shift, Use, answers


def adds_up(formula: Expr) -> bool:
    """Whether the values of the members of a breakdown, which share no row, make up the value of all rows together."""
    match formula:
        case Aggregate():
            return _of_rows(formula)
        case Fold():
            return formula.function == "sum" and formula.source is None and adds_up(formula.value)
        case Use() | Shift() | Reach():
            return adds_up(formula.value)
        case Operation(name="add" | "subtract", arguments=parts):
            return all(adds_up(part) for part in parts)
        case Operation(name="negate" | "convert", arguments=(first, *_)):
            return adds_up(first)
        case Operation(name="multiply", arguments=(left, right)):
            return (adds_up(left) and _constant(right)) or (_constant(left) and adds_up(right))
        case Operation(name="divide", arguments=(left, right)):
            return adds_up(left) and _constant(right)
    return False


def _of_rows(value: Aggregate) -> bool:
    """Rows, and what is summed of them, are counted once each; unless a filter looks at which rows there are."""
    looks = value.where.walk() if value.where is not None else ()
    return value.function in ("count", "sum") and not value.distinct and not any(isinstance(it, InSet) for it in looks)


def _constant(value: Expr) -> bool:
    """Whether a value is the same for every member."""
    return not any(True for _ in answers(value)) and all(isinstance(it, Literal | Operation) for it in value.walk())

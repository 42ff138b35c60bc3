"""The values of an expression at many places at once, and operations that run over whole columns of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

from kpilang.model.expr import Operation
from kpilang.model.types import Kind
from kpilang.plan import reasons
from kpilang.plan.arithmetic import CONTEXT, OPERATIONS, Scalar, Value, text_of
from kpilang.result import Reason

Scale = Callable[..., Value]


@dataclass(frozen=True)
class Vector:
    """A value or reason for each place; `rough` tells at which places it is not exact, None that it is so at all."""

    values: Sequence[Value]
    rough: Sequence[bool] | None = None

    @property
    def gaps(self) -> bool:
        """Whether a reason stands at some place."""
        return Reason in set(map(type, self.values))


def constant(value: Value, size: int) -> Vector:
    """One value at every place."""
    return Vector([value] * size)


def either(roughs: Sequence[Sequence[bool] | None]) -> Sequence[bool] | None:
    """Where at least one of several vectors is not exact."""
    known = [rough for rough in roughs if rough is not None]
    return known[0] if len(known) == 1 else list(map(any, zip(*known, strict=True))) if known else None


def one_by_one(function: Scale, vectors: Sequence[Vector]) -> Vector:
    """A function of the values at each place, reasons included; it tells by the context's flag where it is not exact."""
    values: list[Value] = []
    rough: list[bool] = []
    clear, flags = CONTEXT.clear_flags, CONTEXT.flags
    for items in zip(*(vector.values for vector in vectors), strict=True):
        clear()
        value = function(*items)
        values.append(reasons.too_large() if isinstance(value, Decimal) and not value.is_finite() else value)
        rough.append(flags[Inexact])
    return Vector(values, either([*(vector.rough for vector in vectors), rough if True in rough else None]))


def over_values(function: Callable[[Sequence[Vector]], Vector], vectors: Sequence[Vector]) -> Vector:
    """A function of the places where every vector has a value; the gravest reason at the others."""
    if not any(vector.gaps for vector in vectors):
        return function(vectors)
    every = [gap(items) for items in zip(*(vector.values for vector in vectors), strict=True)]
    kept = [place for place, reason in enumerate(every) if reason is None]
    found = function([taken(vector, kept) for vector in vectors])
    values: list[Value] = every  # type: ignore[assignment] # every None is replaced below
    for place, value in zip(kept, found.values, strict=True):
        values[place] = value
    return Vector(values, either([*(vector.rough for vector in vectors), scattered(found.rough, kept, len(every))]))


def gap(items: Sequence[Value]) -> Reason | None:
    """The reason that stands in place of a value when some of the operands have none."""
    missing = [item for item in items if isinstance(item, Reason)]
    return reasons.first(missing) if missing else None


def taken(vector: Vector, places: Sequence[int]) -> Vector:
    """A vector at some places only."""
    rough = None if vector.rough is None else [vector.rough[place] for place in places]
    return Vector([vector.values[place] for place in places], rough)


def scattered(rough: Sequence[bool] | None, places: Sequence[int], size: int) -> list[bool] | None:
    """What is known at some places, put back to them."""
    if rough is None:
        return None
    found = [False] * size
    for place, flag in zip(places, rough, strict=True):
        found[place] = flag
    return found


def at_once(function: Callable[..., Decimal], vectors: Sequence[Vector]) -> Vector | None:
    """An operation on numbers over whole columns; None where some result is not exact or too large."""
    CONTEXT.clear_flags()
    values = list(map(function, *(vector.values for vector in vectors)))
    flags = CONTEXT.flags
    if flags[Inexact] or flags[Overflow] or flags[InvalidOperation] or flags[DivisionByZero]:
        return None
    return Vector(values, either([vector.rough for vector in vectors]))


def quotients(vectors: Sequence[Vector], zero: Reason) -> Vector:
    """One column of numbers divided by another, with a reason where the divisor is 0."""
    left, right = vectors
    values: list[Value] = []
    rough: list[bool] = []
    clear, divide, flags = CONTEXT.clear_flags, CONTEXT.divide, CONTEXT.flags
    for dividend, divisor in zip(left.values, right.values, strict=True):
        if divisor:
            clear()
            value = divide(dividend, divisor)  # type: ignore[arg-type] # numbers, as the checker knows
            inexact = flags[Inexact]
            values.append(reasons.too_large() if inexact and flags[Overflow] else value)
            rough.append(inexact)
        else:
            values.append(zero)
            rough.append(False)
    return Vector(values, either([left.rough, right.rough, rough if True in rough else None]))


def operate(scalar: Scalar, expr: Operation, vectors: Sequence[Vector]) -> Vector:
    """An operation at every place; not for `if`, `coalesce` and `is_null`."""

    def computed(sound: Sequence[Vector]) -> Vector:
        if expr.name == "divide":
            return quotients(sound, reasons.zero_denominator(text_of(expr.arguments[1])))
        numeric = all(argument.type.kind is Kind.NUMBER for argument in expr.arguments)
        found = at_once(AT_ONCE[expr.name], sound) if numeric and expr.name in AT_ONCE else None
        return found or one_by_one(lambda *items: OPERATIONS[expr.name](scalar, expr, list(items)), sound)

    return over_values(computed, vectors)


def chosen(which: Callable[..., int], vectors: Sequence[Vector]) -> Vector:
    """At each place the value of one of several vectors; `which` tells its number from all values there."""
    rows = list(zip(*(vector.values for vector in vectors), strict=True))
    numbers = [which(*row) for row in rows]
    values = [row[number] for row, number in zip(rows, numbers, strict=True)]
    if all(vector.rough is None for vector in vectors):
        return Vector(values)
    roughs = [[False] * len(rows) if vector.rough is None else vector.rough for vector in vectors]
    return Vector(values, [roughs[number][place] for place, number in enumerate(numbers)])


def mean(vectors: Sequence[Vector]) -> Vector:
    """Half the sum of a state at both ends."""

    def half(opening: Decimal, closing: Decimal) -> Decimal:
        return CONTEXT.divide(CONTEXT.add(opening, closing), Decimal(2))

    return over_values(lambda sound: one_by_one(half, sound), vectors)


AT_ONCE: dict[str, Callable[..., Decimal]] = {
    "add": CONTEXT.add,
    "subtract": CONTEXT.subtract,
    "multiply": CONTEXT.multiply,
    "convert": CONTEXT.multiply,
    "negate": CONTEXT.minus,
    "abs": CONTEXT.abs,
}

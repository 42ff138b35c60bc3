"""How many digits values are given out with: all of them where they are exact, else 12 that are significant."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, Overflow, Subnormal
from fractions import Fraction
from typing import cast

from kpilang.plan import reasons
from kpilang.plan.arithmetic import CONTEXT
from kpilang.plan.vectors import Vector, at_once, constant, one_by_one, quotients

TWELVE = Context(prec=12, rounding=ROUND_HALF_EVEN, traps=[])
# What is given out fits a binary number of 64 bits, so that whatever reads a result can hold it.
MOST_EXPONENT = 308
SHOWABLE = Context(prec=50, Emin=-MOST_EXPONENT, Emax=MOST_EXPONENT, rounding=ROUND_HALF_EVEN, traps=[])
ZERO = Decimal(0)


def scaled(vector: Vector, factor: Fraction) -> Vector:
    """Numbers times a fraction."""
    size = len(vector.values)
    if factor.numerator != 1:
        pair = [vector, constant(Decimal(factor.numerator), size)]
        vector = at_once(CONTEXT.multiply, pair) or one_by_one(CONTEXT.multiply, pair)
    if factor.denominator != 1:
        vector = quotients([vector, constant(Decimal(factor.denominator), size)], reasons.too_large())
    return vector


def rounded(vector: Vector) -> list[Decimal]:
    """Numbers with all their digits, or with 12 where they are not exact; no zeros at their ends."""
    values = cast("Sequence[Decimal]", vector.values)
    if vector.rough is not None:
        plus = TWELVE.plus
        values = [plus(value) if rough else value for value, rough in zip(values, vector.rough, strict=True)]
    normalize = CONTEXT.normalize
    return [normalize(value) or ZERO for value in values]


def published(vector: Vector) -> Vector:
    """Numbers as they are given out, with a reason where they are too large or too small for that."""
    values = rounded(vector)
    SHOWABLE.clear_flags()
    for value in values:
        SHOWABLE.plus(value)
    if not (SHOWABLE.flags[Overflow] or SHOWABLE.flags[Subnormal]):
        return Vector(values)
    return Vector([value if abs(value.adjusted()) <= MOST_EXPONENT else reasons.too_large() for value in values])

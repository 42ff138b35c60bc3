"""Quotients and points on a line as decimals: exact where they end, else at 12 significant digits as values are."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact
from fractions import Fraction

_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=[])
_SHOWN = Context(prec=12, rounding=ROUND_HALF_EVEN, traps=[])


def exact(number: Fraction) -> Decimal:
    """A fraction as a decimal: with all its digits where it has an end, else rounded to 12 significant digits."""
    wide = _WIDE.copy()
    quotient = wide.divide(Decimal(number.numerator), Decimal(number.denominator))
    return (
        quotient if not wide.flags[Inexact] else _SHOWN.divide(Decimal(number.numerator), Decimal(number.denominator))
    )


def interpolate(start: Decimal, end: Decimal, done: int, steps: int) -> Fraction:
    """The value after `done` of `steps` equal steps from start to end; the end value from the last step on."""
    if done >= steps:
        return Fraction(end)
    return Fraction(start) + (Fraction(end) - Fraction(start)) * Fraction(done, steps)

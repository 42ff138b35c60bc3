"""Rates at which flows one period apart are worth nothing together, all of them: by Sturm's theorem, in fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

Polynomial = list[Fraction]
NARROW = Fraction(1, 10**15)


def rates_of_return(flows: Polynomial) -> list[Fraction]:
    """Each rate above -1 at which the present value is 0; none where all are, the flows being 0."""
    factors = trimmed(flows)
    while factors and factors[0] == 0:
        factors = factors[1:]
    chain = sturm(factors)
    return [1 / factor - 1 for factor in between(chain, Fraction(0), bound(factors))] if len(factors) > 1 else []


def trimmed(polynomial: Polynomial) -> Polynomial:
    """The coefficients, lowest first, without zeros at the end."""
    while polynomial and polynomial[-1] == 0:
        polynomial = polynomial[:-1]
    return polynomial


def bound(polynomial: Polynomial) -> Fraction:
    """A number above all roots (Cauchy's)."""
    return 1 + max((abs(part / polynomial[-1]) for part in polynomial[:-1]), default=Fraction(0))


def value(polynomial: Polynomial, at: Fraction) -> Fraction:
    return sum((part * at**power for power, part in enumerate(polynomial)), Fraction(0))


def remainder(one: Polynomial, other: Polynomial) -> Polynomial:
    """What is left of a polynomial divided by another."""
    one = list(one)
    while len(one) >= len(other):
        factor, shift = one[-1] / other[-1], len(one) - len(other)
        one = [part - (factor * other[place - shift] if place >= shift else 0) for place, part in enumerate(one)][:-1]
    return trimmed(one)


def sturm(polynomial: Polynomial) -> list[Polynomial]:
    """Sturm's chain: the polynomial, its derivative, and the negative remainders that follow."""
    chain = [polynomial, trimmed([power * part for power, part in enumerate(polynomial)][1:])]
    while chain[-1]:
        chain.append([-part for part in remainder(chain[-2], chain[-1])])
    return chain[:-1]


def changes(chain: list[Polynomial], at: Fraction) -> int:
    signs = [found > 0 for found in (value(part, at) for part in chain) if found != 0]
    return sum(one != other for one, other in pairwise(signs))


def between(chain: list[Polynomial], low: Fraction, high: Fraction) -> list[Fraction]:
    """The different roots above low and not above high, each as the middle of a narrow stretch."""
    count = changes(chain, low) - changes(chain, high)
    if count == 0:
        return []
    if count == 1 and high - low < NARROW * min(1, high):
        return [(low + high) / 2]
    middle = (low + high) / 2
    return between(chain, low, middle) + between(chain, middle, high)

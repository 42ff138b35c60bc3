"""Quotients of sums of products, in one form each: what is computed by them, from which parts, and where they have no answer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from kpilang.record import record

T = TypeVar("T")

Monomial = tuple[int, ...]
"""A product of parts, each by its number, in order; a part that stands twice is a square."""

Count = int | Fraction
"""A factor; whole ones are plain numbers, which are several times faster."""

Sum = Mapping[Monomial, Count]
MOST = 200
"""How many products a sum may have; a larger one is left as it is written."""

ONE: Sum = {(): 1}
_NONE = frozenset[Any]()


_PLAIN = tuple(ONE.items())


def exact(value: Count | Decimal) -> Count:
    """A factor in its plainest form."""
    if type(value) is int:
        return value
    whole = int(value)
    return whole if whole == value else Fraction(value)


@record
class Quotient:
    """`top` over `bottom`. `parts` are all that it is made of, those too that cancel out, since without a value of one there
    is no value; `zeros` are what it has no answer for where that is 0."""

    top: Sum
    bottom: Sum
    parts: frozenset[int] = _NONE
    zeros: frozenset[object] = _NONE

    @property
    def key(self) -> tuple[object, ...]:
        """What two that compute the same have in common."""
        zeros = self.zeros if len(self.zeros) > 1 else tuple(self.zeros)
        return (_ordered(self.top), _ordered(self.bottom), tuple(sorted(self.parts)), zeros)

    @property
    def only(self) -> int | None:
        """The part that is all there is of it."""
        if len(self.parts) != 1 or self.zeros or self.bottom != ONE:
            return None
        [found] = self.parts
        return found if self.top == {(found,): 1} else None

    @property
    def constant(self) -> Count | None:
        """Its value, where it is a number made of no parts."""
        plain = not self.parts and not self.zeros and self.bottom == ONE and set(self.top) <= {()}
        return self.top.get((), 0) if plain else None

    @property
    def leading(self) -> Count:
        """The factor of the first product, by which sums are made comparable; 1 where there is none but a constant."""
        first = min((each for each in self.top if each), default=())
        return self.top.get(first, 1)


def number(value: Count) -> Quotient:
    """A constant."""
    return Quotient({(): value} if value else {}, ONE)


def part(number: int) -> Quotient:
    """One part by itself."""
    return Quotient({(number,): 1}, ONE, frozenset({number}))


def scaled(value: Quotient, factor: Count) -> Quotient:
    """A multiple, by a factor that is not 0."""
    if factor == 1:
        return value
    top = {each: exact(count * factor) for each, count in value.top.items()}
    return Quotient(top, value.bottom, value.parts, value.zeros)


def levelled(value: Quotient, factor: Count) -> Quotient:
    """A value divided by a factor that is not 0."""
    return value if factor == 1 else scaled(value, Fraction(1) / factor)


def added(one: Quotient, other: Quotient) -> Quotient | None:
    """The sum; None where it is too large."""
    if one.bottom == other.bottom:
        return _made(_plus(one.top, other.top), one.bottom, one, other)
    left, right = _times(one.top, other.bottom), _times(other.top, one.bottom)
    bottom = _times(one.bottom, other.bottom)
    if left is None or right is None or bottom is None:
        return None
    return _made(_plus(left, right), bottom, one, other)


def multiplied(one: Quotient, other: Quotient) -> Quotient | None:
    """The product; None where it is too large."""
    top, bottom = _times(one.top, other.top), _times(one.bottom, other.bottom)
    return None if top is None or bottom is None else _made(top, bottom, one, other)


def divided(one: Quotient, other: Quotient) -> Quotient | None:
    """The quotient; None where it is too large, or divides by what is 0 in any case."""
    if not other.top:
        return None
    top, bottom = _times(one.top, other.bottom), _times(one.bottom, other.top)
    return None if top is None or bottom is None else _made(top, bottom, one, other, _zeros(other.top))


def _made(top: Sum, bottom: Sum, one: Quotient, other: Quotient, zeros: frozenset[object] = _NONE) -> Quotient:
    """Without the products that stand above and below, and with 1 as the first factor below."""
    if bottom is not ONE:
        shared, first = _shared([*top, *bottom]), bottom[min(bottom)]
        if shared or first != 1:
            top, bottom = (
                {_without(each, shared): exact(Fraction(count) / first) for each, count in side.items()}
                for side in (top, bottom)
            )
    return Quotient(top, bottom, _both(one.parts, other.parts), _both(_both(one.zeros, other.zeros), zeros))


def _both(one: frozenset[T], other: frozenset[T]) -> frozenset[T]:
    """Two sets in one, which is a new one only where it must be: sets are large."""
    if not (one and other):
        return one or other
    return one | other


def _ordered(side: Sum) -> tuple[tuple[Monomial, Count], ...]:
    """The products of a sum in order."""
    return _PLAIN if side is ONE else tuple(sorted(side.items()))


def _zeros(divisor: Sum) -> frozenset[object]:
    """What must not be 0 where something is divided by a sum: a product is 0 where one of its parts is."""
    if len(divisor) == 1:
        return frozenset(next(iter(divisor)))
    first = divisor[min(divisor)]
    return frozenset({frozenset((each, exact(Fraction(count) / first)) for each, count in divisor.items())})


def _plus(one: Sum, other: Sum) -> Sum:
    found = dict(one)
    for each, count in other.items():
        found[each] = found.get(each, 0) + count
    return {each: exact(count) for each, count in found.items() if count}


def _times(one: Sum, other: Sum) -> Sum | None:
    if len(one) * len(other) > MOST:
        return None
    if one is ONE or other is ONE:
        return other if one is ONE else one
    found: dict[Monomial, Count] = {}
    for left, count in one.items():
        for right, more in other.items():
            both = tuple(sorted((*left, *right)))
            found[both] = found.get(both, 0) + count * more
    return {each: exact(count) for each, count in found.items() if count}


def _shared(products: list[Monomial]) -> Monomial:
    """The parts that all products have."""
    left = list(products[0])
    for each in products[1:]:
        rest, both = list(each), list[int]()
        for number in left:
            if number in rest:
                rest.remove(number)
                both.append(number)
        left = both
    return tuple(left)


def _without(product: Monomial, shared: Monomial) -> Monomial:
    left = list(product)
    for number in shared:
        left.remove(number)
    return tuple(left)

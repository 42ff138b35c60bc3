"""Who came, stayed and went: counts of different values in one window that are, or are not, in another one too.

`retained` counts those that two windows have in common, `lost` the others of the earlier one, and `new` those of a window
that no earlier row has. So all three are made of plain counts and of counts of what two windows have in common.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from kpilang.model.aggregates import both
from kpilang.model.calls import ENTITIES
from kpilang.model.expr import Aggregate, Expr, InSet, Operation, Shift
from kpilang.model.types import BOOL
from kpilang.record import node


@node
class Before(Expr):
    """The value over all that was there before the window looked at begins, from the first row on."""

    value: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.value,)


def counted(aggregate: Aggregate) -> Aggregate:
    """The plain count that an aggregate is about; the aggregate itself where it is plain."""
    if aggregate.function not in ENTITIES:
        return aggregate
    return replace(aggregate, function="count", lag=None)


@lru_cache(maxsize=10_000)
def lowered(aggregate: Aggregate) -> Expr:
    """`new`, `retained` or `lost` by plain counts and counts of what two windows have in common."""
    base = counted(aggregate)
    if aggregate.function == "new":
        return less(base, shared(base, Before(base.type, None, base)))
    assert aggregate.lag is not None
    earlier = Shift(base.type, None, base, *aggregate.lag)
    common = shared(base, earlier)
    return common if aggregate.function == "retained" else less(earlier, common)


def shared(base: Aggregate, other: Expr) -> Aggregate:
    """How many of the values counted are in another window too."""
    return replace(base, where=both(base.where, InSet(BOOL, None, base.arguments, other)))


def less(whole: Expr, part: Expr) -> Expr:
    """What a count has besides a part of it."""
    return Operation(whole.type, None, "subtract", (whole, part))

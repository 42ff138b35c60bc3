"""The sets that rows are held against: which an aggregate names, and which windows it sees of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache, reduce

from kpilang.model.aggregates import both
from kpilang.model.expr import Aggregate, Column, Expr, InSet, Operation, Reach, Shift
from kpilang.model.nouns import Model
from kpilang.plan.columns import basis, clock
from kpilang.plan.moments import Joint, Window
from kpilang.plan.rows import Kept


@lru_cache(maxsize=10_000)
def sets_of(aggregate: Aggregate) -> tuple[InSet, ...]:
    """The sets that an aggregate holds its rows against, each once."""
    parts = (*aggregate.arguments, aggregate.where, aggregate.having, aggregate.weight)
    return tuple(dict.fromkeys(item for part in parts if part is not None for item in _sets(part)))


def _sets(expr: Expr) -> Iterator[InSet]:
    if isinstance(expr, InSet):
        yield expr
        return
    for child in expr.children:
        yield from _sets(child)


def looked_through(of: Expr) -> tuple[tuple[Expr, ...], Aggregate]:
    """The looks at other windows around what a set is made of, outermost first, and the count of its values."""
    looks: list[Expr] = []
    while not isinstance(of, Aggregate):
        looks.append(of)
        (of,) = of.children
    return tuple(looks), of


def source_of(item: InSet) -> Aggregate:
    """The count of the values of a set."""
    return looked_through(item.of)[1]


@lru_cache(maxsize=10_000)
def meeting(aggregate: Aggregate) -> tuple[Aggregate, InSet] | None:
    """Where an aggregate counts the values that its own window has in common with another one of the same rows: the plain
    count of them, and the set that holds the other window's."""
    if not aggregate.distinct or aggregate.having is not None or aggregate.where is None:
        return None
    tests = list(conjuncts(aggregate.where))
    found = [test for test in tests if isinstance(test, InSet)]
    if len(found) != 1 or found[0].keys != aggregate.arguments:
        return None
    base = source_of(found[0])
    rest = reduce(both, (test for test in tests if test is not found[0]), None)
    return (base, found[0]) if plain(base) == plain(aggregate) and rest == base.where else None


def base_of(aggregate: Aggregate) -> Aggregate:
    """The plain count of the values that two windows may have in common; any other aggregate itself."""
    found = meeting(aggregate)
    return aggregate if found is None else found[0]


@lru_cache(maxsize=10_000)
def way_of(aggregate: Aggregate) -> object:
    """What tells apart the ways in which counts of the same rows look at two windows; None for all others."""
    found = meeting(aggregate)
    if found is None:
        return None
    looks, _ = looked_through(found[1].of)
    return tuple(_shape(look) for look in looks)


def _shape(look: Expr) -> tuple[object, ...]:
    """A look at another window, whatever is looked at."""
    match look:
        case Shift():
            return ("shift", look.count, look.grain)
        case Reach():
            return (look.way, look.count, look.grain)
        case _:
            return ("before",)


def alone(aggregate: Aggregate) -> Aggregate:
    """The rows of an aggregate whatever it computes of them."""
    return replace(aggregate, function="count", arguments=(), distinct=False, where=None, having=None, weight=None)


def plain(aggregate: Aggregate) -> tuple[object, ...]:
    """What tells apart counts of different values but for their filters."""
    return (aggregate.source, frozenset(aggregate.arguments), aggregate.on, aggregate.at)


def conjuncts(expr: Expr) -> Iterator[Expr]:
    """The conditions that must all hold for a condition to hold."""
    if isinstance(expr, Operation) and expr.name == "and":
        for part in expr.arguments:
            yield from conjuncts(part)
    else:
        yield expr


def held_against(aggregate: Aggregate) -> tuple[InSet, ...]:
    """The sets that rows must be joined to before an aggregate can be computed: none where it counts what two windows of
    its own rows have in common."""
    return () if meeting(aggregate) else sets_of(aggregate)


def states(model: Model, aggregate: Aggregate, window: Window) -> Iterator[tuple[Aggregate, dt.date]]:
    """The aggregates that look at a state in a window, with the day just before which it is: one itself, and its sets."""
    looks: list[tuple[Aggregate, Window]] = [(aggregate, window)]
    if isinstance(window, Joint):
        looks = [(aggregate, window.own), *zip(map(source_of, sets_of(aggregate)), window.others, strict=True)]
    for item, day in looks:
        if isinstance(day, dt.date) and basis(model, item) == "state":
            yield item, day


Reading = tuple[str, str, Column | None, tuple[InSet, ...], Kept]


def reading(model: Model, aggregate: Aggregate) -> Reading:
    """How an aggregate reads its source: by which basis and clock, with the sets that rows are joined to, split by which
    columns of the breakdown."""
    return (*members_from(model, aggregate)[:3], held_against(aggregate), aggregate.kept)


def members_from(model: Model, aggregate: Aggregate) -> Reading:
    """How the rows of an aggregate are read where they only tell members."""
    return (aggregate.source, basis(model, aggregate), clock(model, aggregate), (), aggregate.kept)

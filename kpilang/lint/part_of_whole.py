"""Proves of two parts of a formula that what the one counts or adds up is among what the other does.

There is a proof where both look at the rows of one source, placed in time alike, and the filter of the part implies that
of the whole; where both do so for the different values of one key; where the whole is a sum that the part is a term of;
and where the part is the whole less a part of it. `share(…)` is of the first sort. Without a proof nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from kpilang.lint.implication import excludes, implies
from kpilang.model.aggregates import both
from kpilang.model.expr import Aggregate, Column, Expr, Literal, Operation, Reach, Shift, Total, Use
from kpilang.model.nouns import DataSource
from kpilang.model.rows import rebase
from kpilang.model.types import BOOL

_SAME = ("coalesce", "round")
_DEEPEST = 20


def quotient(formula: Expr) -> tuple[Expr, Expr] | None:
    """Numerator and denominator of a formula that is one quotient, or one less such a quotient."""
    value = bare(formula)
    if isinstance(value, Operation) and value.name == "subtract" and _is(bare(value.arguments[0]), Decimal(1)):
        value = bare(value.arguments[1])
    if not isinstance(value, Operation) or value.name != "divide":
        return None
    above, below = value.arguments
    if _is_literal(above) or _is_literal(below):
        return None
    return above, below


def bare(value: Expr) -> Expr:
    """A value without what leaves it as it is for a proof: the name of a KPI, a rounding, a `coalesce`."""
    while True:
        if isinstance(value, Use):
            value = value.value
        elif isinstance(value, Operation) and value.name in _SAME and all(map(_is_literal, value.arguments[1:])):
            value = value.arguments[0]
        else:
            return value


def part_of(part: Expr, whole: Expr, sources: Mapping[str, DataSource], depth: int = 0) -> bool:
    """Whether the rows of one value are provably among those of another. The numbers of a `sum` may be negative, so
    that a proof for sums says nothing about which is larger."""
    part, whole = _converted(bare(part), bare(whole))
    if part == whole:
        return True
    if depth > _DEEPEST:
        return False
    if isinstance(part, Shift) and isinstance(whole, Shift):
        alike = (part.count, part.grain) == (whole.count, whole.grain)
        return alike and part_of(part.value, whole.value, sources, depth + 1)
    if isinstance(part, Reach) and isinstance(whole, Reach):
        alike = (part.way, part.count, part.grain) == (whole.way, whole.count, whole.grain)
        return alike and part_of(part.value, whole.value, sources, depth + 1)
    if isinstance(whole, Total):
        inner = part.value if isinstance(part, Total) and set(whole.columns) <= set(part.columns) else part
        return part_of(inner, whole.value, sources, depth + 1)
    if _named(part, "subtract"):
        more, less = part.children
        return part_of(more, whole, sources, depth + 1) and part_of(less, more, sources, depth + 1)
    if _named(part, "least"):
        return any(part_of(each, whole, sources, depth + 1) for each in part.children)
    if _named(part, "add") or _named(whole, "add"):
        return _among(terms(part), terms(whole), sources, depth + 1)
    return isinstance(part, Aggregate) and isinstance(whole, Aggregate) and _rows_of(part, whole, sources)


def terms(value: Expr) -> list[Expr]:
    """What a sum adds up; a value that is no sum is its only term."""
    found, waiting = [], [value]
    while waiting:
        each = bare(waiting.pop())
        if _named(each, "add"):
            waiting += reversed(each.children)
        else:
            found.append(each)
    return found


def _converted(part: Expr, whole: Expr) -> tuple[Expr, Expr]:
    """Both without a conversion by the same factor."""
    if _named(part, "convert") and _named(whole, "convert") and part.children[1] == whole.children[1]:
        return bare(part.children[0]), bare(whole.children[0])
    return part, whole


def _among(parts: Sequence[Expr], wholes: Sequence[Expr], sources: Mapping[str, DataSource], depth: int) -> bool:
    """Whether each term of the one sum is part of a term of the other, several of one only where no row is in two."""
    held: list[list[Expr]] = [[] for _ in wholes]
    for part in parts:
        home = next(
            (
                index
                for index, whole in enumerate(wholes)
                if part_of(part, whole, sources, depth) and all(_apart(part, other) for other in held[index])
            ),
            None,
        )
        if home is None:
            return False
        held[home].append(part)
    return True


def _apart(one: Expr, other: Expr) -> bool:
    """Whether no row is in both; the different values of a key may come twice for all that."""
    if not isinstance(one, Aggregate) or not isinstance(other, Aggregate) or one.distinct or other.distinct:
        return False
    return one.source == other.source and excludes(one.where, other.where)


def _rows_of(part: Aggregate, whole: Aggregate, sources: Mapping[str, DataSource]) -> bool:
    part, whole = _normal(part, sources), _normal(whole, sources)
    if part.source != whole.source:
        return _linked(part, whole, sources)
    if (part.on, part.at) != (whole.on, whole.at) or not implies(part.where, whole.where):
        return False
    if part.function != whole.function or part.function not in ("count", "sum"):
        return False
    if whole.having is not None and (part.where != whole.where or not implies(part.having, whole.having)):
        return False
    if part.distinct != whole.distinct:
        return False
    return part.arguments == whole.arguments


def _normal(value: Aggregate, sources: Mapping[str, DataSource]) -> Aggregate:
    """An aggregate written in one way: `sum(if p then x else 0)` is `sum(x where p)`, the sum of ones is a count, and so
    are the count of a column where it is not empty and that of the different keys."""
    inner = value.arguments[0] if value.function == "sum" else None
    if isinstance(inner, Operation) and inner.name == "if" and _is(inner.arguments[2], Decimal(0)):
        value = replace(value, arguments=(inner.arguments[1],), where=both(value.where, inner.arguments[0]))
    if value.function == "sum" and _is(value.arguments[0], Decimal(1)):
        return replace(value, function="count", arguments=())
    if value.function == "count" and not value.distinct and value.arguments:
        empty = Operation(BOOL, None, "is_null", value.arguments)
        filled = Operation(BOOL, None, "not", (empty,))
        return replace(value, arguments=(), where=both(value.where, filled))
    if value.distinct and value.having is None:
        names = {each.name for each in value.arguments if isinstance(each, Column) and not each.links}
        if names and names == set(sources[value.source].key) and len(names) == len(value.arguments):
            return replace(value, distinct=False, arguments=())
    return value


def _linked(part: Aggregate, whole: Aggregate, sources: Mapping[str, DataSource]) -> bool:
    """Whether one counts the different rows of the other's source that its own rows belong to, at the same time."""
    here = sources[part.source]
    keys = tuple(each.name for each in part.arguments if isinstance(each, Column) and not each.links)
    if part.function != "count" or not part.distinct or len(keys) != len(part.arguments):
        return False
    if whole.function != "count" or whole.arguments or part.at or whole.at or part.on or whole.on:
        return False
    for link in here.links.values():
        if link.target == whole.source and link.columns == keys and _same_time(here, sources[whole.source], link.name):
            wanted = rebase(whole.where, here.name, (link.name,)) if whole.where is not None else None
            return implies(part.where, wanted)
    return False


def _same_time(here: DataSource, there: DataSource, link: str) -> bool:
    """Whether rows of a source fall into the periods of the rows they belong to, or these are there at all times."""
    if there.timeless:
        return True
    if here.time is None or there.time is None or there.starts is not None or here.starts is not None:
        return False
    return (here.time.links, here.time.name) == ((link, *there.time.links), there.time.name)


def _named(value: Expr, name: str) -> bool:
    return isinstance(value, Operation) and value.name == name


def _is_literal(value: Expr) -> bool:
    return isinstance(value, Literal)


def _is(value: Expr, number: Decimal) -> bool:
    return isinstance(value, Literal) and value.value == number

"""The heart of a plan: the aggregates of one way of reading a source, divided into as few statements as do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from kpilang.model.expr import Aggregate, Answer, Column, Expr, InSet, Literal, Operation
from kpilang.plan.columns import used
from kpilang.plan.exchange import converts
from kpilang.plan.moments import Joint, Window
from kpilang.plan.rows import Scope
from kpilang.plan.sets import source_of
from kpilang.text import Text

FEW_AGGREGATES = 4
ROWS_PER_GROUP = 10
ROWS_PER_CHEAP_GROUP = 200
CHEAP_GROUPS = 1000
MOST_CHEAP_GROUPS = 10_000
AGGREGATES_PER_STATEMENT = 60
# Bitmaps up to so many bytes stay near the processor; those above are rather written once for each row.
CACHED_BYTES = 4_000_000
BITMAP_BYTES = 256_000_000
# So many sums that others need and it does not cost a group less than a pass of its own.
SPARE_SUMS = 2
MOST_TIMES_PLAIN = 8
# A whole number of 64 bits with its sign has this many to give away; and so many counts over them are still quick to plan.
MOST_SLOTS = 63
MOST_SLOT_COUNTS = 400


@dataclass(frozen=True)
class Scan:
    """One way of reading one source: `basis` and `clock` place its rows in time, `scope` selects them.

    `windows` are the stretches, days or everything to aggregate over, each once; where rows are joined to `sets`, together
    with those of the sets.
    """

    source: str
    basis: str
    clock: Column | None
    scope: Scope
    windows: tuple[Window, ...]
    sets: tuple[InSet, ...] = ()

    @property
    def plain(self) -> Scan:
        """The same without the windows that are looked at together with others."""
        if self.sets or not any(isinstance(window, Joint) for window in self.windows):
            return self
        return replace(self, windows=tuple(window for window in self.windows if not isinstance(window, Joint)))

    @property
    def states(self) -> Iterator[tuple[str, dt.date]]:
        """The sources whose state is looked at, with the days just before which it is."""
        for window in self.windows:
            own, others = (window.own, window.others) if isinstance(window, Joint) else (window, ())
            sources = [source_of(item).source for item in self.sets] or [self.source] * len(others)
            for source, day in zip((self.source, *sources), (own, *others), strict=True):
                if isinstance(day, dt.date):
                    yield source, day


@dataclass(frozen=True)
class Bucket:
    """A value as far as comparisons with `cuts` (in order) can tell it: a number equals one of them or lies between two,
    a text equals one of them or none."""

    column: Column
    cuts: tuple[Decimal, ...] | tuple[str, ...]

    @property
    def outcomes(self) -> int:
        """About how many values it has."""
        return 2 * len(self.cuts) + 2 if isinstance(self.cuts[0], Decimal) else len(self.cuts) + 1


Axis = Expr | Bucket
SAME, ORDERED = ("eq", "ne", "in"), ("lt", "le", "gt", "ge")


@dataclass(frozen=True)
class Party:
    """Aggregates that are put together from the same groups: one for each combination of `axes`."""

    aggregates: frozenset[Aggregate]
    axes: tuple[Axis, ...]


@dataclass(frozen=True)
class Statement:
    """Aggregates of a scan that are answered together, and how.

    `way`: `direct` (each aggregate with its filter as CASE), `partial` (grouped first, by the axes of each of `parties`
    apart in one pass, and folded afterwards), `bitmap` (a bit for each possible key, from `bounds[0]` to `bounds[1]`;
    where there is a party, one bitmap for each combination of its axes, put together afterwards), `distinct` (grouped by `keys` with a bit
    for each filter), `whole` (medians and the like, which never fold), `order` (first and last), `union` (how long at least one row holds), `rates` (which rates rows lack). `why` says what
    spoke for it. Of the aggregates `noted` only the rows are counted whose filter an empty value decided.
    """

    scan: Scan
    way: str
    aggregates: tuple[Aggregate, ...]
    why: Text
    keys: tuple[Expr, ...] = ()
    parties: tuple[Party, ...] = ()
    bounds: tuple[int, int] | None = None
    noted: tuple[Aggregate, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """What is read."""
        return (self.scan.source,)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What is answered."""
        return self.aggregates

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What all parties are grouped by."""
        return tuple(axis for party in self.parties for axis in party.axes)


@dataclass(frozen=True)
class Size:
    """What is known of a scan's rows before it runs: how many there are, whether filters may be decided by
    groups (not while bad cells are skipped row by row), how many members its breakdown has, about how many values the
    columns of filters have, from where to where whole-number keys run; and how many bytes there are for bitmaps."""

    rows: int
    foldable: bool = True
    members: int = 1
    distinct: Mapping[Column, int] = field(default_factory=dict)
    ranges: Mapping[Expr, tuple[Any, Any]] = field(default_factory=dict)
    room: int = BITMAP_BYTES

    @property
    def for_bitmaps(self) -> int:
        """How many bytes all bitmaps of a statement may have."""
        return min(BITMAP_BYTES, self.room)


def family(aggregate: Aggregate) -> str:
    """Which kind of statement an aggregate goes into."""
    if aggregate.distinct:
        return "distinct"
    if aggregate.function == "alive_time":
        return "union"
    if aggregate.function in ("median", "percentile", "stddev", "product"):
        return "whole"
    return "order" if aggregate.function in ("first", "last") else "totals"


def chunks(items: list[Aggregate], most: int = AGGREGATES_PER_STATEMENT) -> list[tuple[Aggregate, ...]]:
    """Aggregates in portions that keep a statement quick to plan."""
    step = max(min(most, AGGREGATES_PER_STATEMENT), 1)
    return [tuple(items[start : start + step]) for start in range(0, len(items), step)]


def filters_of(aggregate: Aggregate) -> tuple[Expr, ...]:
    """The filters of an aggregate: its own, and those inside its `having`."""
    inner = [node.where for node in aggregate.having.walk() if isinstance(node, Aggregate)] if aggregate.having else []
    return tuple(item for item in (aggregate.where, *inner) if item is not None)


def of_totals(scan: Scan, items: list[Aggregate], noted: tuple[Aggregate, ...], size: Size) -> Iterable[Statement]:
    """Counts, sums, averages, least and greatest: grouped by what filters look at first, where that pays."""
    rated = [item for item in items if converts(item)]
    if rated:
        yield from direct(scan, rated, (), DIRECT_RATED)
        items = [item for item in items if item not in rated]
        if not (items or noted):
            return
    filters = list(dict.fromkeys(found for item in (*items, *noted) for found in filters_of(item)))
    if len(items) + len(noted) < FEW_AGGREGATES or not filters or not size.foldable:
        yield from direct(scan, items, noted, DIRECT_FEW.fill(count=len(items), filters=len(filters)))
        return
    parties: list[tuple[Party, int]] = []
    for alike in alliances((*items, *noted), filters, scan, size):
        axes, combinations = axes_of((found for item in alike for found in filters_of(item)), size.distinct)
        groups = combinations * repeats(scan, size)
        if groups * ROWS_PER_GROUP <= size.rows:
            parties.append((Party(frozenset(alike), axes), groups))
            continue
        mine, others = among(items, alike), among(noted, alike)
        why = DIRECT_MANY.fill(count=len(mine), groups=groups, rows=size.rows)
        yield from direct(scan, list(mine), others, why)
    for found in in_one_pass(parties):
        alike = {item: None for party, _ in found for item in party.aggregates}
        mine, groups = among(items, alike), sum(groups for _, groups in found)
        why = PARTIAL.fill(count=len(mine), groups=groups, rows=size.rows)
        together = tuple(party for party, _ in found)
        yield Statement(scan, "partial", mine, why, parties=together, noted=among(noted, alike))


def among(items: Iterable[Aggregate], alike: Container[Aggregate]) -> tuple[Aggregate, ...]:
    """Those of some aggregates that are among others."""
    return tuple(item for item in items if item in alike)


def in_one_pass(parties: Iterable[tuple[Party, int]]) -> list[list[tuple[Party, int]]]:
    """Parties that sum nearly the same columns together: the rows are then read once, and every sum is made for all of
    their groups."""
    found: list[list[tuple[Party, int]]] = []
    for party in parties:
        for others in found:
            columns = [summed_in(each) for each, _ in (*others, party)]
            if all(len(frozenset().union(*columns) - each) <= SPARE_SUMS for each in columns):
                others.append(party)
                break
        else:
            found.append([party])
    return found


def summed_in(party: Party) -> frozenset[Column]:
    """The columns that aggregates are computed of."""
    values = ((*item.arguments, item.weight) for item in party.aggregates if family(item) == "totals")
    return frozenset(used(expr for exprs in values for expr in exprs))


def direct(scan: Scan, items: list[Aggregate], noted: tuple[Aggregate, ...], why: Text) -> Iterable[Statement]:
    """Each aggregate with its filter as CASE, in portions."""
    for chunk in chunks(items) or [()]:
        yield Statement(scan, "direct", chunk, why, noted=noted)
        noted = ()


def repeats(scan: Scan, size: Size) -> int:
    """How many times the combinations of filters may occur: once for each window and member."""
    return len(scan.windows) * max(size.members, 1)


def alliances(
    items: Iterable[Aggregate], filters: list[Expr], scan: Scan, size: Size
) -> Iterable[dict[Aggregate, None]]:
    """Aggregates whose filters look at the same columns go together; others join them while the groups stay few.

    One pass over the rows costs less than another pass, many groups cost more.
    """
    looks = {item: frozenset(used(filters_of(item))) for item in items}
    if axes_of(filters, size.distinct)[1] * repeats(scan, size) <= most_groups(size):
        yield dict.fromkeys(looks)
        return
    parties: list[tuple[frozenset[Column], dict[Aggregate, None]]] = []
    for columns in sorted(set(looks.values()), key=lambda each: (-len(each), sorted(column.name for column in each))):
        mine = {item: None for item, look in looks.items() if look == columns}
        for number, (joined, members) in enumerate(parties):
            together = [found for item in (*members, *mine) for found in filters_of(item)]
            few = axes_of(together, size.distinct)[1] * repeats(scan, size) <= most_groups(size)
            if few or columns <= joined:
                parties[number] = (joined | columns, {**members, **mine})
                break
        else:
            parties.append((columns, mine))
    yield from (members for _, members in parties)


def most_groups(size: Size) -> int:
    """So many groups are cheap against one more pass over the rows."""
    return max(min(size.rows // ROWS_PER_CHEAP_GROUP, MOST_CHEAP_GROUPS), CHEAP_GROUPS)


def axes_of(filters: Iterable[Expr], distinct: Mapping[Column, int]) -> tuple[tuple[Axis, ...], int]:
    """What to group by so that every filter can be decided afterwards, and how many combinations that makes at most.

    A column with few values is grouped by as it is; one with many by buckets, where it is compared with constants,
    or by the comparisons made with it.
    """
    alike: dict[frozenset[Column], dict[Expr, None]] = {}
    for atom in (atom for item in filters for atom in atoms(item)):
        alike.setdefault(frozenset(used([atom])), {})[atom] = None
    axes: list[Axis] = []
    combinations = 1
    for columns, tests in alike.items():
        bucket = bucket_of(columns, tests) if len(tests) > 1 else None
        outcomes = bucket.outcomes if bucket is not None else len(tests) + 1
        few = next(
            (column for column in columns if len(columns) == 1 and distinct.get(column, outcomes + 1) <= outcomes), None
        )
        axes.extend([few] if few is not None else [bucket] if bucket is not None else tests)
        combinations *= outcomes if few is None else distinct[few] + 1
    return tuple(axes), combinations


def bucket_of(columns: frozenset[Column], tests: Iterable[Expr]) -> Bucket | None:
    """The constants that one column is compared with, where that is all that is done with it: numbers in any way,
    texts as to whether they are the same."""
    cuts: set[Any] = set()
    for test in tests:
        match test:
            case Operation(name=name, arguments=(Column(), *others)) if name in (*SAME, *ORDERED):
                values = [item.value for item in others if isinstance(item, Literal)]
                sorts = {type(value) for value in values}
                if len(values) < len(others) or not sorts <= ({Decimal, str} if name in SAME else {Decimal}):
                    return None
                cuts.update(values)
            case _:
                return None
    column = next(iter(columns))
    return Bucket(column, tuple(sorted(cuts))) if len({type(value) for value in cuts}) == 1 else None


def atoms(expr: Expr) -> Iterable[Expr]:
    """The comparisons, tests and truth values that a predicate is put together from."""
    if isinstance(expr, Operation) and expr.name in ("and", "or", "not"):
        for argument in expr.arguments:
            yield from atoms(argument)
    elif not isinstance(expr, Literal):
        yield expr


DIRECT_RATED = Text("conversions need the row", "换算需要逐行进行")
DIRECT_FEW = Text(
    "{count} aggregates with {filters} filters: one pass, each filter as CASE",
    "{count} 个聚合、{filters} 个筛选条件：一次扫描，筛选条件写作 CASE",
)
DIRECT_MANY = Text(
    "{count} aggregates, but about {groups} groups over {rows} rows: grouping by the filters first would not pay",
    "{count} 个聚合，但约 {groups} 组对 {rows} 行：先按筛选条件分组不划算",
)
PARTIAL = Text(
    "{count} aggregates over {rows} rows: grouped by their filters first (about {groups} groups), folded afterwards",
    "{count} 个聚合、{rows} 行：先按筛选条件分组（约 {groups} 组），再合并",
)

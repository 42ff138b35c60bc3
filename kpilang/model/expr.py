"""Expressions after checking: names are columns, every node has its type, units are made equal by `convert`.

A number is always in its own unit (`type.unit`), unscaled: 90 in minutes is 90. Where two units meet in a sum or a
comparison the checker has put an `convert` operation that multiplies by a literal. Derived columns are replaced by
their expressions, periods by comparisons with dates, `growth` by an operation over a `Shift`, `share` by a quotient
of two counts. So only what is below remains.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from decimal import Decimal

from kpilang.model.types import NUMBER, Type
from kpilang.record import Remembering, node
from kpilang.syntax import tree
from kpilang.text import Span


@node
class Expr(Remembering):
    """Its type, and the node of the tree that was `written` for it; what was not written has none."""

    type: Type
    written: tree.Node | None = field(compare=False, repr=False)

    @property
    def span(self) -> Span | None:
        """Where it was written."""
        return self.written.span if self.written is not None else None

    @property
    def children(self) -> tuple[Expr, ...]:
        return ()

    def walk(self) -> Iterator[Expr]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@node
class Literal(Expr):
    """A constant: Decimal, str, bool, date (a local day); None is an empty value."""

    value: Decimal | str | bool | dt.date | None


@node
class Column(Expr):
    """A declared, not derived column, read from a row of `source` along `links` (names of links, in order)."""

    source: str
    links: tuple[str, ...]
    name: str


@node
class Operation(Expr):
    """A scalar operation; see `kpilang.model.functions.OPERATIONS` for the names and their meaning."""

    name: str
    arguments: tuple[Expr, ...]

    @property
    def children(self) -> tuple[Expr, ...]:
        return self.arguments


@node
class Followed(Expr):
    """Rows of a source that must come after others: those with the same `keys`, where a condition holds, at their time or
    later (later, where the source is the same), at most `within` seconds."""

    source: str
    keys: tuple[Expr, ...]
    where: Expr | None
    within: Decimal

    @property
    def children(self) -> tuple[Expr, ...]:
        return self.keys if self.where is None else (*self.keys, self.where)

    @property
    def rows(self) -> Aggregate:
        """A count of these rows, which reads of their source what is needed to find them."""
        return Aggregate(NUMBER, self.written, "count", self.source, self.keys, distinct=True, where=self.where)


@node
class Aggregate(Expr):
    """One aggregate over the rows of one source, in one period and member of a breakdown.

    `function`: count, sum, avg, min, max, median, percentile, stddev, product, first, last, alive_time.
    `arguments`: none for `count(source)` and `alive_time(source)`, the key columns for `count(distinct …)`, else one.
    `where`: rows kept, over columns. `on`: the time column that places a row, in place of the source's own.
    `at`: None for events, else opening, closing or average; during for lives that hold at some instant of the period
    (`alive_time`, in seconds, is how long at least one does).
    `new`, `retained` and `lost` count different keys too; the latter two look back by `lag`, the count and the grain
    (None: the period's own) of a Shift.
    `followed` (with distinct): what must come after the first row of a key for it to count.
    `having` (with distinct): kept groups of the key, over Aggregates of the same source that have no `on`, `at`,
    `having` of their own. `weight` for avg, `fraction` for percentile (0..1).
    `kept` are the numbers of the columns of a breakdown that split it, where a `Total` leaves others out; None: all.
    `text` is the aggregate as written. `per`: inside a `Fold`, the key of the group that a row belongs to.
    """

    function: str
    source: str
    arguments: tuple[Expr, ...] = ()
    distinct: bool = False
    where: Expr | None = None
    on: Column | None = None
    at: str | None = None
    having: Expr | None = None
    weight: Expr | None = None
    fraction: Decimal | None = None
    lag: tuple[int, str | None] | None = None
    followed: Followed | None = None
    text: str = field(default="", compare=False)
    per: tuple[Expr, ...] = ()
    kept: tuple[int, ...] | None = None

    @property
    def children(self) -> tuple[Expr, ...]:
        parts = (*self.arguments, self.where, self.on, self.having, self.weight, *self.per, self.followed)
        return tuple(part for part in parts if part is not None)


@node
class InSet(Expr):
    """Whether the values of `keys` in a row are, all filled, among those that `of` counts in the moment in which the rows
    are looked at: an Aggregate, a count of different values with its own source and clauses, perhaps under looks at other
    periods. It stands in `where` of an aggregate; its source may be another one."""

    keys: tuple[Expr, ...]
    of: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        return (*self.keys, self.of)


@node
class Use(Expr):
    """Another KPI in a formula: its formula (narrowed, where the user narrowed it) in the user's period."""

    kpi: str
    value: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.value,)


@node
class Shift(Expr):
    """The value `count` periods of length `grain` earlier; `grain` None means the period asked for."""

    value: Expr
    count: int
    grain: str | None

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.value,)


@node
class Reach(Expr):
    """The value computed once more over a longer window, which ends where the part of the period ends that is known.

    `way` tells where it begins: `trailing` (`count` times `grain` before the period's end), `todate` (with the `grain`
    that holds the period), `cumulative` (with the first day that all sources of the value cover; no grain).
    """

    value: Expr
    way: str
    count: int
    grain: str | None

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.value,)


@node
class Total(Expr):
    """The value without the breakdown, or without these columns of it."""

    value: Expr
    columns: tuple[tree.Path, ...]

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.value,)


Moved = Shift | Reach | Total
"""What computes a value over other rows than those of the period and the member."""


def row_columns(expr: Expr) -> Iterator[Column]:
    """The columns that an expression reads from the row that it is worked out for; what is read of other rows, for a set
    or because they follow, is worked out apart."""
    if isinstance(expr, Followed):
        return
    if isinstance(expr, Column):
        yield expr
    for child in expr.keys if isinstance(expr, InSet) else expr.children:
        yield from row_columns(child)


@node
class Fold(Expr):
    """A formula computed for each group of rows, and the values of the groups put together by a function.

    `function`: sum, avg, min, max, median, percentile (with `fraction`), stddev, product; count, of the groups for which
    `value`, a condition, holds. `keys`: for each source that is read, what tells the group of a row. `source`: the source
    whose rows are the groups, where it is no column that tells them; it stands in `keys` too. `among`: for a source, what
    a row must satisfy to be in any group. `text` is the whole as written. `kept` is as in an `Aggregate`.
    """

    function: str
    value: Expr
    keys: tuple[tuple[str, tuple[Expr, ...]], ...]
    source: str | None = None
    fraction: Decimal | None = None
    text: str = field(default="", compare=False)
    among: tuple[tuple[str, Expr], ...] = ()
    kept: tuple[int, ...] | None = None

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.value,)

    @property
    def rows(self) -> Aggregate | None:
        """The rows that are the groups, where a source is the key."""
        if self.source is None:
            return None
        among, key = dict(self.among).get(self.source), dict(self.keys)[self.source]
        text = f"per {self.source}"
        return Aggregate(NUMBER, None, "count", self.source, where=among, per=key, kept=self.kept, text=text)


@node
class Series(Expr):
    """A formula computed in each period of a grain that lies in the window looked at, and these values put together.

    `function`: sum, avg, min, max, median, percentile (with `fraction`), stddev, product; count, of the periods in which
    `value`, a condition, holds; npv (by `rate`, a value of the window) and irr, of flows; slope, over the periods of the
    row's own grain in the last `count` times `grain`. `text` is the whole as written.
    """

    function: str
    value: Expr
    grain: str
    rate: Expr | None = None
    fraction: Decimal | None = None
    text: str = field(default="", compare=False)
    count: int = 0

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.value,) if self.rate is None else (self.value, self.rate)


Answer = Aggregate | Fold
"""What is computed from rows, and not from other values of a formula."""


def rebuilt(value: Expr, change: Callable[[Answer], Answer]) -> Expr:
    """The same formula with everything changed that is computed from rows."""
    if isinstance(value, Aggregate):
        return change(value)
    if isinstance(value, Operation):
        return replace(value, arguments=tuple(rebuilt(each, change) for each in value.arguments))
    if isinstance(value, Series):
        rate = rebuilt(value.rate, change) if value.rate is not None else None
        return replace(value, value=rebuilt(value.value, change), rate=rate)
    if not isinstance(value, Use | Moved | Fold):
        return value
    inner = replace(value, value=rebuilt(value.value, change))
    return change(inner) if isinstance(inner, Fold) else inner


def answers(expr: Expr) -> Iterator[Answer]:
    """What a formula is computed from, in the order written; what stands inside of that is not counted apart."""
    if isinstance(expr, Answer):
        yield expr
        return
    for child in expr.children:
        yield from answers(child)


def aggregates(expr: Expr) -> Iterator[Aggregate]:
    """The aggregates of a formula, in the order written; those inside `having` are not counted apart."""
    if isinstance(expr, Aggregate):
        yield expr
        return
    for child in expr.children:
        yield from aggregates(child)


def direct(value: Expr) -> Sequence[Expr]:
    """The parts of a formula that stand in it, those of used KPIs left out."""
    found, waiting = [], [value]
    while waiting:
        part = waiting.pop()
        found.append(part)
        if not isinstance(part, Use | Literal | Column):
            waiting += part.children
    return found


def read_by(expr: Expr) -> Iterator[Aggregate]:
    """The aggregates of a formula or a part of it, and the rows that are its groups: all that is read of sources."""
    yield from aggregates(expr)
    for each in answers(expr):
        if isinstance(each, Fold) and each.rows is not None:
            yield each.rows


def with_sets(found: Iterable[Aggregate]) -> Iterator[Aggregate]:
    """Aggregates, each before those of the rows that it looks at besides: that must follow, and for sets."""
    for aggregate in found:
        yield aggregate
        if aggregate.followed is not None:
            yield aggregate.followed.rows
        for child in aggregate.children:
            for part in child.walk():
                if isinstance(part, InSet):
                    yield from aggregates(part.of)

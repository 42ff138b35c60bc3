"""The heart of a plan: every aggregate asked for, once, gathered by the rows it reads, so that few statements do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpilang.model.expr import Aggregate, Column, Expr
from kpilang.model.nouns import Model
from kpilang.plan.columns import basis, clock, used
from kpilang.plan.moments import Moment, Window, of_aggregate
from kpilang.plan.rows import Scope
from kpilang.text import Text

FEW_AGGREGATES = 4
ROWS_PER_GROUP = 10
AGGREGATES_PER_STATEMENT = 60


@dataclass(frozen=True)
class Scan:
    """One way of reading one source: `basis` and `clock` place its rows in time, `scope` selects them.

    `windows` are the stretches, days or everything to aggregate over, each once.
    """

    source: str
    basis: str
    clock: Column | None
    scope: Scope
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Statement:
    """Aggregates of a scan that one SQL statement answers, and how.

    `way`: `direct` (each aggregate with its filter as CASE), `partial` (grouped by the filters first, folded
    afterwards), `distinct` (grouped by `keys` with a bit for each filter), `whole` (medians and the like, which never
    fold), `order` (first and last). `why` says what spoke for it.
    """

    scan: Scan
    way: str
    aggregates: tuple[Aggregate, ...]
    why: Text
    keys: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class Size:
    """What is known of a scan's rows before it runs: how many there are, and how many members its breakdown has."""

    rows: int
    members: int


class Demand:
    """Gathers which aggregates are wanted over which windows. Those with a `fault` are not computed, but their rows
    tell members, except where even these cannot be told (`blind`)."""

    def __init__(self, model: Model, faulty: frozenset[Aggregate], blind: frozenset[Aggregate]) -> None:
        self.model, self.faulty, self.blind = model, faulty, blind
        self.found: dict[tuple[str, str, Column | None], tuple[dict[Aggregate, None], dict[Window, None]]] = {}

    def add(self, aggregate: Aggregate, moment: Moment) -> None:
        """An aggregate is wanted in a moment."""
        if aggregate in self.blind:
            return
        key = (aggregate.source, basis(self.model, aggregate), clock(self.model, aggregate))
        wanted, windows = self.found.setdefault(key, ({}, {}))
        if aggregate not in self.faulty:
            wanted[aggregate] = None
        windows.update(dict.fromkeys(of_aggregate(self.model, aggregate, moment)))

    def statements(
        self, scopes: Mapping[str, Scope], sizes: Mapping[tuple[str, str, Column | None], Size]
    ) -> tuple[Statement, ...]:
        """The statements that answer all of it."""
        found: list[Statement] = []
        for key, (wanted, windows) in self.found.items():
            scan = Scan(*key, scopes[key[0]], tuple(windows))
            found.extend(divide(scan, list(wanted), sizes[key]))
        return tuple(found)


def family(aggregate: Aggregate) -> str:
    """Which kind of statement an aggregate goes into."""
    if aggregate.distinct:
        return "distinct"
    if aggregate.function in ("median", "percentile", "stddev", "product"):
        return "whole"
    return "order" if aggregate.function in ("first", "last") else "totals"


def divide(scan: Scan, wanted: list[Aggregate], size: Size) -> Iterable[Statement]:
    """The statements of one scan. With a breakdown there is always one of totals: it tells the members."""
    totals = [item for item in wanted if family(item) == "totals"]
    if totals or scan.scope.members:
        for chunk in chunks(totals) or [()]:
            way, why = way_of_totals(scan, chunk, size)
            yield Statement(scan, way, chunk, why)
    keyed: dict[tuple[Expr, ...], list[Aggregate]] = {}
    for item in wanted:
        if family(item) == "distinct":
            keyed.setdefault(item.arguments, []).append(item)
    for keys, items in keyed.items():
        for chunk in chunks(items):
            yield Statement(scan, "distinct", chunk, DISTINCT, keys)
    for name, why in (("whole", WHOLE), ("order", ORDER)):
        for chunk in chunks([item for item in wanted if family(item) == name]):
            yield Statement(scan, name, chunk, why)


def chunks(items: list[Aggregate]) -> list[tuple[Aggregate, ...]]:
    """Aggregates in portions that keep a statement quick to plan."""
    step = AGGREGATES_PER_STATEMENT
    return [tuple(items[start : start + step]) for start in range(0, len(items), step)]


def way_of_totals(scan: Scan, items: tuple[Aggregate, ...], size: Size) -> tuple[str, Text]:
    """Whether grouping by the filters first pays: it does while the groups are few against the rows."""
    filters = {item.where for item in items if item.where is not None}
    if len(items) < FEW_AGGREGATES or not filters:
        return "direct", DIRECT_FEW.fill(count=len(items), filters=len(filters))
    groups = len(scan.windows) * max(size.members, 1) * combinations(filters)
    sentence, way = (PARTIAL, "partial") if groups * ROWS_PER_GROUP <= size.rows else (DIRECT_MANY, "direct")
    return way, sentence.fill(count=len(items), groups=groups, rows=size.rows)


def combinations(filters: Iterable[Expr]) -> int:
    """How many different outcomes a set of filters can have at most, filters on the same columns taken as exclusive."""
    alike: dict[frozenset[Column], int] = {}
    for item in filters:
        columns = frozenset(used([item]))
        alike[columns] = alike.get(columns, 1) + 1
    product = 1
    for count in alike.values():
        product *= count
    return product


DISTINCT = Text(
    "one grouping by the counted key, with a bit for each filter: several distinct counts in one statement are dear",
    "按被计数的键分组一次，每个过滤条件占一位：一条语句中的多个去重计数代价很高",
)
WHOLE = Text("medians and the like are never folded from parts", "中位数之类不能由部分结果合成")
ORDER = Text("the rows at both ends of time are compared", "比较时间两端的行")
DIRECT_FEW = Text(
    "{count} aggregates with {filters} filters: one pass, each filter as CASE",
    "{count} 个聚合、{filters} 个过滤条件：一次扫描，过滤条件写作 CASE",
)
DIRECT_MANY = Text(
    "{count} aggregates, but about {groups} groups over {rows} rows: grouping by the filters first would not pay",
    "{count} 个聚合，但约 {groups} 组对 {rows} 行：先按过滤条件分组不划算",
)
PARTIAL = Text(
    "{count} aggregates over {rows} rows: grouped by their filters first (about {groups} groups), folded afterwards",
    "{count} 个聚合、{rows} 行：先按过滤条件分组（约 {groups} 组），再合并",
)

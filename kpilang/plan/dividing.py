"""The aggregates of one scan, divided into statements: totals, counts of different keys, and what never folds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from kpilang.model.expr import Aggregate, Column, Expr
from kpilang.plan.exchange import converts
from kpilang.plan.moments import Joint
from kpilang.plan.scans import (
    CACHED_BYTES,
    MOST_SLOT_COUNTS,
    MOST_SLOTS,
    MOST_TIMES_PLAIN,
    Party,
    Scan,
    Size,
    Statement,
    axes_of,
    chunks,
    family,
    filters_of,
    of_totals,
    repeats,
)
from kpilang.plan.sets import base_of, meeting, sets_of, way_of
from kpilang.text import Text


def divide(scan: Scan, wanted: list[Aggregate], size: Size) -> Iterable[Statement]:
    """The statements of one scan. That of totals tells the members of a breakdown, and for every aggregate with a
    filter how many rows an empty value decided."""
    totals = [item for item in wanted if family(item) == "totals"]
    noted = tuple(item for item in wanted if family(item) != "totals" and filters_of(item) and not meeting(item))
    telling = scan.scope.members and not scan.sets
    if scan.plain.windows and (totals or noted or telling):
        yield from of_totals(scan.plain, totals, noted, size)
    keyed: dict[tuple[Expr, ...], list[Aggregate]] = {}
    for item in wanted:
        if item.followed is not None:
            yield Statement(scan.plain, "followed", (item,), FOLLOWED, item.arguments)
        elif family(item) == "distinct":
            keyed.setdefault(item.arguments, []).append(item)
    for keys, items in keyed.items():
        yield from of_keys(scan, keys, items, size)
    for chunk in chunks([item for item in wanted if converts(item)]):
        yield Statement(scan.plain, "rates", chunk, RATES)
    for name, why in (("whole", WHOLE), ("order", ORDER), ("union", UNION)):
        for chunk in chunks([item for item in wanted if family(item) == name]):
            yield Statement(scan.plain, name, chunk, why)


def of_keys(scan: Scan, keys: tuple[Expr, ...], items: list[Aggregate], size: Size) -> Iterable[Statement]:
    """Distinct counts of one key: by bitmap where it is a whole number of small range, else grouped by the key. What two
    windows have in common is told by the same bits where time has few slots, else by joining one to the other."""
    common = [item for item in items if meeting(item)]
    if not (common and few_slots(scan)):
        yield from (statement for item in common for statement in joined(scan, keys, item))
        items, scan, common = [item for item in items if item not in common], scan.plain, []
    plain = [item for item in items if item.having is None]
    bases = dict.fromkeys(map(base_of, plain))
    bounds = size.ranges.get(keys[0]) if len(keys) == 1 and isinstance(keys[0], Column) else None
    if plain and bounds is not None and isinstance(bounds[0], int):
        width = bounds[1] - bounds[0] + 1
        total = width // 8 * len(bases) * repeats(scan, size)
        if total <= size.for_bitmaps:
            yield from of_bits(scan, keys, plain, bounds, size)
            items, plain = [item for item in items if item.having is not None], []
    if common and plain:
        for chunk in chunks(plain, MOST_SLOT_COUNTS // len(scan.windows)):
            yield Statement(scan, "distinct", chunk, DISTINCT, keys)
        items = [item for item in items if item.having is not None]
    for chunk in chunks(items):
        yield Statement(scan.plain, "distinct", chunk, DISTINCT, keys)


def joined(scan: Scan, keys: tuple[Expr, ...], item: Aggregate) -> Iterable[Statement]:
    """What two windows have in common where the rows of one must be joined to the keys of the other."""
    windows = tuple(window for window in scan.windows if isinstance(window, Joint) and window.way == way_of(item))
    if windows:
        yield Statement(replace(scan, windows=windows, sets=sets_of(item)), "distinct", (item,), JOINED, keys)


def few_slots(scan: Scan) -> bool:
    """Whether all windows of a scan cut time into so few slots that each has a bit of a whole number."""
    if scan.basis != "events":
        return False
    parts = [(window.own, *window.others) if isinstance(window, Joint) else (window,) for window in scan.windows]
    cuts = {day for part in parts for stretch in part if isinstance(stretch, tuple) for day in stretch}
    inner = sorted(cuts - {dt.date.min})
    months = (inner[-1].year - inner[0].year) * 12 + inner[-1].month - inner[0].month
    monthly = all(day.day == 1 for day in inner)
    return (max(months, len(inner)) if monthly else len(inner)) < MOST_SLOTS


def of_bits(
    scan: Scan, keys: tuple[Expr, ...], plain: list[Aggregate], bounds: tuple[int, int], size: Size
) -> Iterable[Statement]:
    """A bitmap for each aggregate; where these are too large to stay near the processor, one for each combination of
    what filters look at: a row then sets one bit, not one for each filter that it passes."""
    width = bounds[1] - bounds[0] + 1
    one = width // 8 * repeats(scan, size)
    for chunk in chunks(plain):
        bases = dict.fromkeys(map(base_of, chunk))
        axes, combinations = axes_of((found for item in bases for found in filters_of(item)), size.distinct)
        total, apart = one * len(bases), one * combinations
        if size.foldable and axes and total > CACHED_BYTES and apart <= min(size.for_bitmaps, MOST_TIMES_PLAIN * total):
            why = BITMAPS.fill(width=width, combinations=combinations, megabytes=max(apart // 1_000_000, 1))
            yield Statement(scan, "bitmap", chunk, why, keys, (Party(frozenset(chunk), axes),), bounds)
        else:
            why = BITMAP.fill(width=width, megabytes=max(total // 1_000_000, 1))
            yield Statement(scan, "bitmap", chunk, why, keys, bounds=bounds)


BITMAP = Text(
    "one bit for each of {width} possible keys, about {megabytes} MB in all",
    "{width} 个可能的键各占一位，共约 {megabytes} MB",
)
BITMAPS = Text(
    "one bit for each of {width} possible keys and {combinations} combinations of what filters look at, at most "
    "{megabytes} MB in all",
    "{width} 个可能的键与筛选所看的 {combinations} 种组合各占一位，至多共 {megabytes} MB",
)
DISTINCT = Text(
    "one grouping by the counted key, with a bit for each filter: several distinct counts in one statement are dear",
    "按被计数的键分组一次，每个筛选条件占一位：一条语句中的多个去重计数代价很高",
)
JOINED = Text(
    "one grouping by the counted key, joined to those of the other window",
    "按被计数的键分组一次，并与另一窗口的键关联",
)
WHOLE = Text("medians and the like are never folded from parts", "中位数之类不能由部分结果合成")
UNION = Text(
    "rows in order of their beginning add what lies behind all before them",
    "各行按开始时间排序，只加上超出此前各行的部分",
)
RATES = Text("rates that rows lack are looked for", "查找各行缺少的汇率")
ORDER = Text("the rows at both ends of time are compared", "比较时间两端的行")
FOLLOWED = Text(
    "the first row of each key, and whether another follows in time",
    "取每个键的第一行，看是否有其他行及时跟随",
)

"""Columns that are worked out over all rows with the same key, before anything else is: `derive … per key`, and the columns
of sources made by grouping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.aggregates import Aggregates
from kpilang.model.expr import Aggregate, Column, Expr, InSet, Literal, Operation
from kpilang.model.formulas import Groups
from kpilang.model.names import Names, as_written
from kpilang.model.nouns import Made, column_of
from kpilang.model.rows import Rows
from kpilang.syntax import tree
from kpilang.text import Text

WITHOUT_KEY = Problem(
    "E259",
    "aggregate-without-key",
    Text(
        "`{name}` takes many rows, and this column does not say which",
        "`{name}` 汇总多行，而此列没有说明是哪些行",
    ),
    help=Text(
        "name the columns that are the same in them: `derive x = {form} per customer_id`",
        "写出这些行共有的列：`derive x = {form} per customer_id`",
    ),
)
NOTHING_PER_KEY = Problem(
    "E260",
    "nothing-per-key",
    Text("nothing in `{name}` is taken over the rows of a key", "`{name}` 没有对键的各行作任何汇总"),
    help=Text(
        "leave `per {keys}` out, or aggregate: `first(some_date) per {keys}`",
        "去掉 `per {keys}`，或者写一个聚合：`first(某日期) per {keys}`",
    ),
)
DIFFERS = Problem(
    "E261",
    "differs-within-key",
    Text(
        "`{name}` may differ from row to row of a key, and this is worked out once for each",
        "`{name}` 在同一键的各行中可能不同，而此处每个键只算一次",
    ),
    help=Text(
        "aggregate it, or give the aggregates a column of their own and compute the rest from that without `per`",
        "对它作聚合，或者让聚合单独成列，再由该列算出其余部分，不写 `per`",
    ),
)
ADDED_STOCK = Problem(
    "E262",
    "stock-added-per-key",
    Text(
        "`{text}` adds up a stock over its readings",
        "`{text}` 把存量在多次读数间相加",
    ),
    help=Text(
        "take one of the readings: `last({column})`, `first`, `min` or `max`",
        "取其中一次读数：`last({column})`、`first`、`min` 或 `max`",
    ),
)
UNORDERED = Problem(
    "E263",
    "no-order-per-key",
    Text(
        "`{function}` takes the {function} value by time, and `{source}` has no time",
        "`{function}` 按时间取值，而 `{source}` 没有时间",
    ),
    help=Text(
        "declare `time` in source `{source}`, or take `min` or `max`",
        "在数据源 `{source}` 中声明 `time`，或者用 `min`、`max`",
    ),
)


OVER_ROWS = frozenset({
    "count", "sum", "avg", "min", "max", "median", "percentile", "stddev", "product", "first", "last", "share",
})  # fmt: skip
"""The aggregates that look at rows as they are, whatever the period."""


OF_PERIODS = Problem(
    "E376",
    "of-periods-per-key",
    Text(
        "`{text}` needs a period or a rate, and a column is worked out before there is any",
        "`{text}` 需要期间或汇率，而列在此之前就已算出",
    ),
    help=Text("write it in the formula of a KPI", "把它写进 KPI 的公式里"),
)


class WithoutKey(Rows):
    """Rows of a derived column, in which an aggregate lacks its key."""

    def call(self, node: tree.Call) -> Expr | None:
        name = node.function.text
        if name in OVER_ROWS:
            self.report(WITHOUT_KEY, node.span, name=name, form=node.span.text)
            return None
        return super().call(node)


class OverKeys(Rows):
    """What is worked out once for each key: aggregates over rows of `base`, and what they have in common.

    Outside of aggregates names are columns of `source`: the base itself, or the source made of it.
    """

    def __init__(
        self, names: Names, source: str, base: str, keys: Mapping[str, Expr], reports: list[Diagnostic]
    ) -> None:
        super().__init__(names, source, reports)
        self.base, self.keys = base, keys

    def call(self, node: tree.Call) -> Expr | None:
        if node.function.text not in OVER_ROWS:
            return super().call(node)
        rows = Rows(self.names, self.base, self.reports, self.kpi)
        found = Aggregates(rows, Groups, inside=self.base).read(node)
        return found if found is None or all(self.sensible(each) for each in _aggregates(found)) else None

    def sensible(self, aggregate: Aggregate) -> bool:
        """Whether an aggregate over all rows of a key means anything; else a report."""
        source = self.names.sources[self.base]
        unfit = next((part for part in aggregate.walk() if of_periods(part)), None)
        if unfit is not None:
            span = unfit.span or aggregate.span
            self.report(OF_PERIODS, span, text=as_written(span) if span else aggregate.text)
            return False
        own = [part for each in aggregate.arguments for part in each.walk() if isinstance(part, Column)]
        column = next((part.name for part in own if not part.links and source.columns[part.name].stock), None)
        if aggregate.function == "sum" and (source.snapshot is not None or column is not None):
            shown = column or next((part.name for part in own), "x")
            self.report(ADDED_STOCK, aggregate.span, text=aggregate.text, column=shown)
            return False
        if aggregate.function in ("first", "last") and not any(map(source.declaration.first, _TIMES)):
            self.report(UNORDERED, aggregate.span, function=aggregate.function, source=self.base)
            return False
        return True

    def once(self, value: Expr) -> Expr | None:
        """The value out of aggregates and keys alone; None where it may differ from row to row of a key."""
        if value in self.keys.values() or isinstance(value, Aggregate | Literal):
            return value
        if isinstance(value, Column):
            made = column_of(self.names.sources, value).made if not value.links else None
            alike = made is not None and (made.base, made.names) == (self.base, tuple(self.keys))
            return made.value if made is not None and alike else None
        parts = [self.once(part) for part in value.children]
        there = tuple(part for part in parts if part is not None)
        return replace(value, arguments=there) if isinstance(value, Operation) and len(there) == len(parts) else None

    def differing(self, value: Expr) -> Expr:
        """The part of a value that may differ from row to row."""
        return next((self.differing(part) for part in value.children if self.once(part) is None), value)

    def made(self, value: Expr) -> Made:
        """What a column of such a value is made of."""
        keys = tuple(self.keys.values())
        return Made(self.base, tuple(self.keys), keys, value, depth(self.names, (value, *keys)))


def of_periods(value: Expr) -> bool:
    """Whether a value over rows looks at the period that it is asked in."""
    return isinstance(value, InSet) or (
        isinstance(value, Operation) and value.name in ("age", "alive_time", "exchange")
    )


def depth(names: Names, values: tuple[Expr, ...]) -> int:
    """How many columns that are made have to be there one after the other before these values."""
    read = (part for value in values for part in value.walk() if isinstance(part, Column))
    made = (column_of(names.sources, column).made for column in read)
    return max((each.depth + 1 for each in made if each is not None), default=0)


def _aggregates(value: Expr) -> list[Aggregate]:
    return [part for part in value.walk() if isinstance(part, Aggregate)]


_TIMES = ("time", "snapshot", "lives")

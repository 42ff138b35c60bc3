"""Stock against flow: which aggregates must say at which moment, and which columns can place rows in time."""

from __future__ import annotations

from kpilang.diagnostics import Mark, Problem
from kpilang.model.calls import ENTITIES
from kpilang.model.conversion import TIMES
from kpilang.model.exchange import timed
from kpilang.model.expr import Aggregate, Column
from kpilang.model.names import Names, as_written, declared_at
from kpilang.model.nearest import hint
from kpilang.model.nouns import DataColumn, DataSource, steps
from kpilang.model.rows import Rows
from kpilang.model.scalars import Scalars
from kpilang.syntax import tree
from kpilang.text import Text

MOMENTS = ("opening", "closing", "average")

STOCK_WITHOUT_AT = Problem(
    "E410",
    "stock-without-at",
    Text(
        "`{text}` adds up a stock: it must say at which moment of the period",
        "`{text}` 汇总的是存量，必须说明取期间的哪个时点",
    ),
    why=Text(
        "summed over the days of a period, a stock is counted once for each day",
        "把存量按天累加，同一数量会被重复计算",
    ),
    help=Text("{ways}", "{ways}"),
)
AT_ON_EVENTS = Problem(
    "E411",
    "at-on-events",
    Text(
        "the rows of `{source}` are events; `at {moment}` asks for a state",
        "`{source}` 的行是事件，而 `at {moment}` 问的是状态",
    ),
    help=Text(
        "leave `at {moment}` out, or declare the source by `snapshot` or `lives`",
        "去掉 `at {moment}`，或者用 `snapshot` 或 `lives` 声明数据源",
    ),
)
UNKNOWN_MOMENT = Problem(
    "E412",
    "unknown-moment",
    Text("`at {word}` is no moment of a period", "`at {word}` 不是期间中的时点"),
    help=Text("{hint}", "{hint}"),
)
AT_AND_ON = Problem(
    "E413",
    "at-and-on",
    Text(
        "`at` reads a state and `on` places events; an aggregate has one of them",
        "`at` 读取状态，`on` 把事件归入期间，一个聚合只能用其一",
    ),
    help=Text("leave one of them out", "去掉其中一个"),
)
ON_READINGS = Problem(
    "E414",
    "on-readings",
    Text(
        "the rows of `{source}` are readings and cannot be placed by `on {column}`",
        "`{source}` 的行是读数，不能用 `on {column}` 归入期间",
    ),
    why=Text(
        "one thing stands in many readings and would be counted in each",
        "同一事物会出现在多次读数中，从而被重复计算",
    ),
    help=Text("use `at opening`, `at closing` or `at average`", "用 `at opening`、`at closing` 或 `at average`"),
)
NOT_A_TIME = Problem(
    "E415",
    "not-a-time",
    Text("`{column}` is no column of dates or times that the file holds", "`{column}` 不是文件中的日期或时间列"),
    help=Text("name a column declared as `date` or `datetime`", "使用声明为 `date` 或 `datetime` 的列"),
)
NO_ORDER = Problem(
    "E416",
    "no-time-to-order-by",
    Text(
        "`{function}` takes the {function} value by time, and `{source}` has no time",
        "`{function}` 按时间取值，而 `{source}` 没有时间",
    ),
    help=Text(
        "declare `time` in source `{source}`, or write `on` with a date column",
        "在数据源 `{source}` 中声明 `time`，或者用 `on` 指定日期列",
    ),
)
NO_MOMENT_FOR_LINK = Problem(
    "E417",
    "link-needs-time",
    Text(
        "`{column}` reads `{target}`, whose rows live for a time, and `{source}` has no time to find them by",
        "`{column}` 读取的 `{target}` 只在一段时间内有效，而 `{source}` 没有时间可用来查找",
    ),
    help=Text(
        "declare `time` in source `{source}`, or write `on` with a date column",
        "在数据源 `{source}` 中声明 `time`，或者用 `on` 指定日期列",
    ),
)


NO_PERIODS = Problem(
    "E367",
    "no-time-to-come-and-go",
    Text(
        "`{function}` compares periods, and the rows of `{source}` are in all of them",
        "`{function}` 比较不同期间，而 `{source}` 的行在所有期间都有",
    ),
    help=Text(
        "declare `time` in source `{source}`, or write `on` with a date column",
        "在数据源 `{source}` 中声明 `time`，或者用 `on` 指定日期列",
    ),
)


def time_column(rows: Rows, value: tree.Expr) -> Column | None:
    """The column after `on`; None after a report."""
    found = rows.infer(value)
    if found is None:
        return None
    if isinstance(found, Column) and found.type.kind in TIMES:
        return found
    rows.report(NOT_A_TIME, value.span, marks=rows.marks(found), column=as_written(value.span))
    return None


_EVERYDAY = {
    "end": "closing",
    "close": "closing",
    "start": "opening",
    "begin": "opening",
    "open": "opening",
    "avg": "average",
}
"""Moments as people name them."""


def moment(rows: Rows, clause: tree.Clause) -> str | None:
    """The moment after `at`; None after a report."""
    word = clause.value.text if isinstance(clause.value, tree.Path) else as_written(clause.value.span)
    if word in MOMENTS:
        return word
    rows.report(UNKNOWN_MOMENT, clause.value.span, word=word, hint=hint(word, MOMENTS, _EVERYDAY))
    return None


def placed_in_time(scope: Scalars, made: Aggregate, node: tree.Call) -> bool:
    """Whether an aggregate says as much about its moment as its source needs; else a report."""
    source = scope.names.sources[made.source]
    stock = _stock_column(scope.names, made)
    if made.at == "during":
        return True
    if made.at is not None:
        return _state(scope, made, node, source, stock)
    if made.on is not None and source.snapshot is not None:
        scope.report(ON_READINGS, node.span, source=source.name, column=made.on.name, marks=(_time_mark(source),))
        return False
    if stock is not None or (source.stock and made.on is None):
        _needs_at(scope, made, source, stock)
        return False
    return has_time(scope, made)


def _state(scope: Scalars, made: Aggregate, node: tree.Call, source: DataSource, stock: DataColumn | None) -> bool:
    clause = next(clause for clause in node.clauses if clause.word == "at")
    if made.on is not None:
        scope.report(AT_AND_ON, clause.span)
        return False
    if source.snapshot is None and source.starts is None and stock is None:
        scope.report(
            AT_ON_EVENTS, clause.span, source=source.name, moment=made.at, marks=(declared_at(source.declaration),)
        )
        return False
    return True


def _needs_at(scope: Scalars, made: Aggregate, source: DataSource, stock: DataColumn | None) -> None:
    inner = made.text.removesuffix(")") if made.text.endswith(")") else f"values({made.text}"
    ways = Text(
        f"write `{inner} at closing)`, or `at opening`, or `at average`",
        f"写 `{inner} at closing)`，也可以用 `at opening` 或 `at average`",
    )
    if stock is None and source.starts is not None and source.ends is not None:
        ways = Text(
            f"{ways.en}; for events write `on {source.starts.name}` or `on {source.ends.name}`",
            f"{ways.zh}；按事件统计时写 `on {source.starts.name}` 或 `on {source.ends.name}`",
        )
    span = stock.span if stock is not None else _time_mark(source).span
    mark = Mark(span, Text("declared as a stock here", "在这里声明为存量"))
    scope.report(STOCK_WITHOUT_AT, made.span, text=made.text, ways=ways, marks=(mark,))


def _time_mark(source: DataSource) -> Mark:
    """The clause that says how the rows lie in time."""
    for word in ("snapshot", "lives", "time"):
        clause = source.declaration.first(word)
        if clause is not None:
            return Mark(clause.span, Text("declared here", "在这里声明"))
    return declared_at(source.declaration)


def _stock_column(names: Names, made: Aggregate) -> DataColumn | None:
    """A column declared as a stock among those aggregated."""
    for argument in made.arguments:
        for part in argument.walk():
            if isinstance(part, Column) and not part.links:
                column = names.sources[part.source].columns[part.name]
                if column.stock:
                    return column
    return None


def has_time(scope: Scalars, made: Aggregate) -> bool:
    """Whether an aggregate has a time to take values in order by, and to find rows that live by; else a report."""
    source = scope.names.sources[made.source]
    placed = not source.timeless or made.on is not None
    if not timed(scope, made, placed=placed):
        return False
    if placed:
        return True
    if made.function in ("first", "last"):
        scope.report(NO_ORDER, made.span, function=made.function, source=source.name)
        return False
    if made.function in ENTITIES:
        scope.report(NO_PERIODS, made.span, function=made.function, source=source.name)
        return False
    for part in made.walk():
        if isinstance(part, Column) and part.links:
            target = _living(scope.names, part)
            if target is not None:
                scope.report(NO_MOMENT_FOR_LINK, part.span, column=part.name, target=target, source=source.name)
                return False
    return True


def _living(names: Names, column: Column) -> str | None:
    """A source that `lives` on the way to a column."""
    return next(
        (there.name for _, _, there in steps(names.sources, column.source, column.links) if there.starts is not None),
        None,
    )

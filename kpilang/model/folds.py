"""Types of what is computed for each group of rows and put together again: `avg(count(orders) per customer_id)`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from kpilang.diagnostics import Mark, Problem
from kpilang.model import stocks
from kpilang.model.aggregates import DISTINCT_OUT_OF_PLACE, fraction_of
from kpilang.model.calls import ENTITIES, PERIOD_LENGTH
from kpilang.model.conversion import TIMES
from kpilang.model.exchange import converted, untold
from kpilang.model.expr import Aggregate, Expr, Fold, Moved, Operation, Series, Total, Use, aggregates
from kpilang.model.names import as_written
from kpilang.model.nouns import DataLink, DataSource
from kpilang.model.rows import Rows
from kpilang.model.scalars import ARGUMENT_COUNT, CLAUSE_OUT_OF_PLACE, Scalars, times_text
from kpilang.model.types import Kind
from kpilang.model.yields import counted_type, result_type
from kpilang.syntax import tree
from kpilang.text import Text

FUNCTIONS = ("sum", "avg", "min", "max", "median", "percentile", "stddev", "product", "count")

NOT_INSIDE_PER = Problem(
    "E359",
    "not-inside-per",
    Text("`{text}` cannot stand inside `per`", "`{text}` 不能写在 `per` 里"),
    why=Text("what stands there is computed for each group by itself", "那里的内容逐组单独计算"),
    help=Text("{mend}", "{mend}"),
)
NOTHING_PER_GROUP = Problem(
    "E360",
    "nothing-per-group",
    Text("`{text}` reads no rows, so it is the same in each group", "`{text}` 不读取任何行，每组都一样"),
    help=Text("aggregate something, such as `count(orders) per {key}`", "写一个聚合，例如 `count(orders) per {key}`"),
)
KEY_OF_SEVERAL = Problem(
    "E361",
    "key-of-several-sources",
    Text(
        "`{key}` is a column of one source, and `{text}` reads {sources}",
        "`{key}` 是一个数据源的列，而 `{text}` 读取了 {sources}",
    ),
    help=Text(
        "name a source that all of them link to: `per customers`",
        "写一个它们都关联到的数据源：`per customers`",
    ),
)
KEY_NOT_LINKED = Problem(
    "E362",
    "key-source-not-linked",
    Text("`{source}` has no link to `{key}`, whose rows are the groups", "`{source}` 没有关联到作为分组的 `{key}`"),
    help=Text(
        "declare it in source `{source}`: `link {columns} -> {key}`",
        "在数据源 `{source}` 中声明：`link {columns} -> {key}`",
    ),
)
TWO_LINKS = Problem(
    "E363",
    "key-source-linked-twice",
    Text(
        "`{source}` links to `{key}` as `{first}` and as `{second}`",
        "`{source}` 以 `{first}` 和 `{second}` 两种方式关联到 `{key}`",
    ),
    help=Text(
        "group by the columns of the link that is meant: `per {columns}`",
        "按所指关联的列分组：`per {columns}`",
    ),
)
COUNT_OF_VALUES = Problem(
    "E364",
    "count-of-groups",
    Text(
        "`count` counts the groups for which a condition holds, and `{text}` is none",
        "`count` 计的是满足条件的组，而 `{text}` 不是条件",
    ),
    help=Text(
        "write a condition, such as `count({text} >= 2 per {key})`", "写一个条件，例如 `count({text} >= 2 per {key})`"
    ),
)


class Folds:
    """Reads calls with `per` for a scope of results."""

    def __init__(self, scope: Scalars) -> None:
        self.scope = scope

    def read(self, node: tree.Call) -> Expr | None:
        """The typed fold, or None after a report."""
        name, grouped = node.function.text, node.arguments[0]
        if not isinstance(grouped, tree.Per) or not isinstance(grouped.key, tree.Path) or name not in FUNCTIONS:
            return self.scope.grouped(next(each for each in node.arguments if isinstance(each, tree.Per)))
        rest = node.arguments[1:]
        paths = [grouped.key, *(each for each in rest if isinstance(each, tree.Path))]
        others = [each for each in rest if not isinstance(each, tree.Path)]
        value = self.scope.infer(grouped.value)
        if not self.fits(node, len(others)) or value is None or not self.sound(value, grouped):
            return None
        rated = converted(value)
        if rated is not None:
            untold(self.scope, rated)
            return None
        fraction = fraction_of(self.scope, self.scope.infer(others[0]) or value) if others else None
        if others and fraction is None:
            return None
        keys = self.keys(value, paths, as_written(grouped.value.span))
        return self.made(node, value, keys, fraction) if keys is not None and self.takes(node, value, paths) else None

    # ---- what is written

    def fits(self, node: tree.Call, others: int) -> bool:
        """Whether nothing stands in the call that it does not take; else a report."""
        name = node.function.text
        if node.distinct:
            self.scope.report(DISTINCT_OUT_OF_PLACE, node.span, name=f"{name}(… per …)")
            return False
        if node.clauses:
            mend = Text("put it inside the aggregate that it is meant for", "写进它所属的聚合里")
            clause = node.clauses[0]
            self.scope.report(CLAUSE_OUT_OF_PLACE, clause.span, clause=clause.word, name=f"{name}(… per …)", mend=mend)
            return False
        wanted = 1 if name == "percentile" else 0
        if others != wanted:
            form = "percentile(x per key, 95%)" if wanted else f"{name}(x per key)"
            said = times_text(wanted + 1, wanted + 1)
            self.scope.report(ARGUMENT_COUNT, node.span, name=name, wanted=said, found=others + 1, form=form)
            return False
        return True

    def sound(self, value: Expr, grouped: tree.Per) -> bool:
        """Whether a formula can be computed for each group: it reads rows, and has no groups in it; else a report."""
        for part in results(value):
            mend = _mend(part)
            if mend is not None:
                span = part.span or grouped.span
                self.scope.report(NOT_INSIDE_PER, span, text=as_written(span), mend=mend)
                return False
        if next(aggregates(value), None) is None:
            text = as_written(grouped.value.span)
            self.scope.report(NOTHING_PER_GROUP, grouped.value.span, text=text, key=as_written(grouped.key.span))
            return False
        return True

    def takes(self, node: tree.Call, value: Expr, paths: list[tree.Path]) -> bool:
        """Whether the function takes such values; else a report."""
        name = node.function.text
        if name == "count":
            return self.takes_condition(value, paths[0].text)
        what = Text(f"`{name}`", f"`{name}`")
        kinds = (Kind.NUMBER, *TIMES) if name in ("min", "max") else (Kind.NUMBER,)
        return self.scope.needs(value, kinds, what) and (name != "product" or self.scope.dimensionless(value, what))

    def takes_condition(self, value: Expr, key: str) -> bool:
        """Whether a value is a condition, as `count` takes one; else a report."""
        if value.type.kind is not Kind.BOOL:
            text = as_written(value.span) if value.span else ""
            self.scope.report(COUNT_OF_VALUES, value.span, text=text, key=key)
        return value.type.kind is Kind.BOOL

    # ---- keys

    def keys(
        self, value: Expr, paths: list[tree.Path], text: str
    ) -> tuple[str | None, Mapping[str, tuple[Expr, ...]]] | None:
        """The source whose rows are the groups, if it is one, and for each source read what tells the group of a row; None
        after a report."""
        sources = list(dict.fromkeys(item.source for item in aggregates(value)))
        path, names = paths[0], self.scope.names
        if path.text in names.sources and len(paths) == 1 and not names.has_column(sources[0], path.text):
            found = {source: self.linked(source, path) for source in (*sources, path.text)}
            known = {source: columns for source, columns in found.items() if columns is not None}
            return (path.text, known) if len(known) == len(found) else None
        if len(sources) > 1:
            listed = ", ".join(f"`{name}`" for name in sources)
            self.scope.report(KEY_OF_SEVERAL, path.span, key=path.text, text=text, sources=listed)
            return None
        return self.columns(sources[0], paths)

    def columns(self, source: str, paths: list[tree.Path]) -> tuple[None, Mapping[str, tuple[Expr, ...]]] | None:
        """Columns of the one source read, as the key; None after a report."""
        rows = Rows(self.scope.names, source, self.scope.reports, self.scope.kpi)
        read = [rows.infer(path) for path in paths]
        found = tuple(each for each in read if each is not None)
        return (None, {source: found}) if len(found) == len(read) else None

    def linked(self, source: str, key: tree.Path) -> tuple[Expr, ...] | None:
        """The columns of a source that lead to the source whose rows are the groups; None after a report."""
        there, here = self.scope.names.sources[key.text], self.scope.names.sources[source]
        if here is there:
            return self.own(here, here.key, key)
        links = [link for link in here.links.values() if link.target == there.name]
        if len(links) == 1:
            return self.own(here, links[0].columns, key)
        self.unlinked(here, there, links, key)
        return None

    def unlinked(self, here: DataSource, there: DataSource, links: list[DataLink], key: tree.Path) -> None:
        """Reports that no link, or more than one, leads to the source whose rows are the groups."""
        if not links:
            columns = ", ".join(there.key) or "its_key"
            self.scope.report(KEY_NOT_LINKED, key.span, source=here.name, key=there.name, columns=columns)
            return
        first, second = links[:2]
        said = Text("this link", "这个关联")
        marks = tuple(Mark(link.span, said) for link in (first, second))
        names = {"source": here.name, "key": there.name, "first": first.name, "second": second.name}
        self.scope.report(TWO_LINKS, key.span, marks=marks, columns=", ".join(first.columns), **names)

    def own(self, here: DataSource, names: tuple[str, ...], place: tree.Path) -> tuple[Expr, ...] | None:
        """Columns of a source by their names."""
        rows = Rows(self.scope.names, here.name, self.scope.reports, self.scope.kpi)
        read = [rows.infer(tree.Path(*place.span.at, (tree.Name(*place.span.at, name),))) for name in names]
        found = tuple(each for each in read if each is not None)
        return found if len(found) == len(names) and found else None

    # ---- what comes out

    def made(
        self,
        node: tree.Call,
        value: Expr,
        keys: tuple[str | None, Mapping[str, tuple[Expr, ...]]],
        fraction: Decimal | None,
    ) -> Expr | None:
        name, (source, columns) = node.function.text, keys
        inner = grouped_by(value, columns)
        if not all(stocks.has_time(self.scope, item) for item in aggregates(inner)):
            return None
        things = source or ", ".join(as_written(each.span) for each in next(iter(columns.values())) if each.span)
        type_ = counted_type(things) if name == "count" else result_type(name, things, (value,), distinct=False)
        return Fold(type_, node, name, inner, tuple(columns.items()), source, fraction, as_written(node.span))


def _mend(part: Expr) -> Text | None:
    """What to do about a part that cannot be computed for a group; None where it can."""
    if isinstance(part, Fold | Series):
        return Text("group once: name all columns behind one `per`", "只分组一次：把所有列写在同一个 `per` 后面")
    if isinstance(part, Aggregate) and part.function in ENTITIES:
        return Text(
            "count groups by a condition, such as `count(previous(count(orders)) = 0 per customer_id)`",
            "用条件计组，例如 `count(previous(count(orders)) = 0 per customer_id)`",
        )
    if isinstance(part, Aggregate) and part.followed is not None:
        return Text("count those who are followed outside of `per`", "在 `per` 之外统计有后续的")
    if isinstance(part, Total):
        return Text("put `total` around the whole", "把 `total` 写在整个式子外面")
    if isinstance(part, Operation) and part.name == PERIOD_LENGTH:
        return Text("divide by it outside of the brackets", "在括号外面再除以它")
    return None


def results(value: Expr) -> list[Expr]:
    """The values of one period that a formula is made of, with those of the KPIs that it uses."""
    found, waiting = [], [value]
    while waiting:
        part = waiting.pop()
        found.append(part)
        if not isinstance(part, Aggregate | Fold):
            waiting += part.children
    return found


def grouped_by(value: Expr, columns: Mapping[str, tuple[Expr, ...]]) -> Expr:
    """A formula whose aggregates know the key of their groups."""
    if isinstance(value, Aggregate):
        return replace(value, per=columns[value.source])
    if isinstance(value, Operation):
        return replace(value, arguments=tuple(grouped_by(part, columns) for part in value.arguments))
    return replace(value, value=grouped_by(value.value, columns)) if isinstance(value, Use | Moved) else value

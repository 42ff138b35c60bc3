"""Types of aggregates: what each function takes and gives, and which clauses may narrow it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from kpilang.diagnostics import Problem
from kpilang.model import entities, following, stocks
from kpilang.model.calls import ALIVE_TIME, CLAUSES, ENTITIES, PERIOD_FUNCTIONS
from kpilang.model.conversion import TIMES, bare, unit_of
from kpilang.model.expr import Aggregate, Column, Expr, Literal, Operation
from kpilang.model.life import WHOLE_PERIOD, lives, looks_at_lives
from kpilang.model.limits import parts
from kpilang.model.names import as_written
from kpilang.model.origins import find_source
from kpilang.model.rows import AGGREGATE_IN_ROW, Rows, SetReader
from kpilang.model.scalars import ARGUMENT_COUNT, CLAUSE_OUT_OF_PLACE, Scalars, times_text
from kpilang.model.types import BOOL, NUMBER, Kind
from kpilang.model.yields import result_type
from kpilang.record import record
from kpilang.syntax import tree
from kpilang.text import Text

_NUMBERS = ("sum", "avg", "median", "percentile", "stddev", "product")
_HOME = {
    "having": "count(distinct …)",
    "weight": "avg(…)",
    "among": "share(…)",
    "same": "growth(…)",
    "followed by": "count(distinct …)",
}

DUPLICATE_CLAUSE = Problem(
    "E324",
    "clause-given-twice",
    Text("`{clause}` stands twice in `{name}`", "`{name}` 里写了两个 `{clause}`"),
    help=Text("keep one; two conditions are joined with `and`", "只保留一个；两个条件用 `and` 连接"),
)
COUNT_OF_CONDITION = Problem(
    "E325",
    "count-of-condition",
    Text("`count` of a condition counts every row", "对条件计数会把所有行都算进去"),
    help=Text("write `count({source} where {condition})`", "写成 `count({source} where {condition})`"),
)
DISTINCT_OUT_OF_PLACE = Problem(
    "E326",
    "distinct-out-of-place",
    Text(
        "`distinct` does not belong in `{name}`: only `count` takes it",
        "`{name}` 不能用 `distinct`，只有 `count` 可以",
    ),
    help=Text(
        "write `count(distinct key)`, or `{name}` without `distinct`",
        "写 `count(distinct 键)`，或者去掉 `distinct`",
    ),
)
HAVING_WITHOUT_DISTINCT = Problem(
    "E327",
    "having-without-distinct",
    Text(
        "`having` keeps groups of a key, and `count` without `distinct` has none",
        "`having` 筛选按键分的组，而没有 `distinct` 的 `count` 没有分组",
    ),
    help=Text(
        "write `count(distinct key having …)`, or `where` for single rows",
        "写 `count(distinct 键 having …)`，逐行条件用 `where`",
    ),
)
FRACTION = Problem(
    "E328",
    "percentile-out-of-range",
    Text("a percentile is asked for by a percentage from 0% to 100%", "百分位数的位置须在 0% 到 100% 之间"),
    help=Text("write `percentile(x, 95%)`", "写成 `percentile(x, 95%)`"),
)
SHARE_WITHOUT_WHERE = Problem(
    "E329",
    "share-without-where",
    Text("`share` does not say which rows to take the share of", "`share` 没有说明是哪些行的占比"),
    help=Text("write `share({source} where …)`", "写成 `share({source} where …)`"),
)
NOT_ROWS = Problem(
    "E330",
    "rows-needed",
    Text("`share` takes a source, and counts its rows", "`share` 需要一个数据源，按行计数"),
    help=Text("write `share({source} where …)`", "写成 `share({source} where …)`"),
)
HAVING_OTHER_SOURCE = Problem(
    "E331",
    "having-other-source",
    Text(
        "here only the rows of `{source}` are looked at, and this reads `{other}`",
        "此处只看 `{source}` 的行，而这里读取 `{other}`",
    ),
    help=Text("aggregate columns of `{source}` here", "在这里聚合 `{source}` 的列"),
)
SOURCE_AS_VALUE = Problem(
    "E332",
    "source-is-not-a-value",
    Text("`{source}` is a source; `{name}` needs one of its columns", "`{source}` 是数据源，`{name}` 需要它的一列"),
    help=Text("write `{form}`", "写成 `{form}`"),
)


@record
class Clauses:
    """The clauses of one aggregate, read."""

    where: Expr | None = None
    among: Expr | None = None
    having: Expr | None = None
    weight: Expr | None = None
    on: Column | None = None
    at: str | None = None


class Aggregates:
    """Reads aggregate calls for a scope of results; inside `having` the source is given and clauses are few."""

    def __init__(
        self,
        scope: Scalars,
        groups: Callable[[Rows], Scalars],
        inside: str | None = None,
        sets: SetReader | None = None,
    ) -> None:
        self.scope = scope
        self.groups = groups
        self.inside = inside
        self.sets = sets

    def read(self, node: tree.Call) -> Expr | None:
        """The typed aggregate, or None after a report."""
        name = node.function.text
        lag, node = entities.lagged(node)
        if not self._fits(node):
            return None
        source = self._source(node)
        if source is None:
            return None
        rows = Rows(self.scope.names, source, self.scope.reports, self.scope.kpi)
        if self.inside is None:
            rows.moment = next((as_written(each.value.span) for each in node.clauses if each.word == "at"), "period")
        if self._counts_rows(node, source):
            arguments: tuple[Expr, ...] | None = ()
        elif name == "share":
            self.scope.report(NOT_ROWS, node.arguments[0].span, source=source)
            arguments = None
        elif name == ALIVE_TIME:
            arguments = () if lives(self.scope, node, source) else None
        else:
            arguments = self._arguments(node, rows)
        clauses = self._clauses(node, rows)
        if arguments is None or clauses is None:
            return None
        return following.added(self.scope, rows, self._built(node, source, arguments, clauses, lag), node)

    # ---- what is written

    def _fits(self, node: tree.Call) -> bool:
        name = node.function.text
        if node.distinct and name != "count":
            self.scope.report(DISTINCT_OUT_OF_PLACE, node.span, name=name)
            return False
        wanted = 2 if name == "percentile" else 1
        if len(node.arguments) != wanted and not ((node.distinct or name in ENTITIES) and node.arguments):
            self._miscounted(node, wanted)
            return False
        inner = next((call for argument in node.arguments for call in _aggregates(argument)), None)
        if inner is not None:
            self.scope.report(AGGREGATE_IN_ROW, inner.span, name=inner.function.text)
            return False
        return entities.fits(self.scope, node) and self._clauses_fit(node)

    def _miscounted(self, node: tree.Call, wanted: int) -> None:
        name = node.function.text
        form = {"count": "count(orders)", "percentile": "percentile(x, 95%)", "share": "share(orders where …)"}.get(
            name, f"{name}(x)"
        )
        if name in ("min", "max") and len(node.arguments) > 1:
            form = f"{'least' if name == 'min' else 'greatest'}({', '.join(as_written(part.span) for part in node.arguments)})"
        found = len(node.arguments)
        self.scope.report(
            ARGUMENT_COUNT, node.span, name=name, wanted=times_text(wanted, wanted), found=found, form=form
        )

    def _clauses_fit(self, node: tree.Call) -> bool:
        name, seen = node.function.text, set()
        for clause in node.clauses:
            if clause.word in seen:
                self.scope.report(DUPLICATE_CLAUSE, clause.span, clause=clause.word, name=name)
                return False
            seen.add(clause.word)
            if not self._clause_fits(node, clause):
                return False
        if name == "share" and "where" not in seen:
            self.scope.report(SHARE_WITHOUT_WHERE, node.span, source=as_written(node.arguments[0].span))
            return False
        return True

    def _clause_fits(self, node: tree.Call, clause: tree.Clause) -> bool:
        name = node.function.text
        if self.inside is not None and clause.word in ("on", "at", "having", "followed by"):
            mend = Text("here an aggregate reads the rows of a key as they are", "此处的聚合按键读取原有的行")
        elif name == ALIVE_TIME and clause.word in ("on", "at"):
            self.scope.report(WHOLE_PERIOD, clause.span, clause=as_written(clause.span))
            return False
        elif clause.word not in CLAUSES[name]:
            home = _HOME[clause.word]
            mend = Text(f"it belongs in `{home}`", f"它用于 `{home}`")
        elif clause.word == "having" and not node.distinct:
            self.scope.report(HAVING_WITHOUT_DISTINCT, clause.span)
            return False
        else:
            return True
        self.scope.report(CLAUSE_OUT_OF_PLACE, clause.span, clause=clause.word, name=name, mend=mend)
        return False

    def _source(self, node: tree.Call) -> str | None:
        if self.inside is None:
            return find_source(self.scope, node)
        for argument in node.arguments:
            path = bare(argument)
            first = path.names[0].text if isinstance(path, tree.Path) else ""
            if first in self.scope.names.sources and first != self.inside and not self._own(first, path):
                self.scope.report(HAVING_OTHER_SOURCE, argument.span, source=self.inside, other=first)
                return None
        return self.inside

    def _own(self, first: str, path: tree.Expr) -> bool:
        """Whether a name that is a source's is a link or column of the source looked at."""
        assert self.inside is not None  # noqa: S101 - asked inside `having` alone
        if isinstance(path, tree.Path) and len(path.names) > 1:
            return first in self.scope.names.sources[self.inside].links
        return self.scope.names.has_column(self.inside, first)

    def _counts_rows(self, node: tree.Call, source: str) -> bool:
        """Whether the argument is the source itself, whose rows are counted."""
        argument = bare(node.arguments[0])
        names_it = isinstance(argument, tree.Path) and argument.text == source
        return names_it and not node.distinct and node.function.text in ("count", "share")

    # ---- arguments

    def _arguments(self, node: tree.Call, rows: Rows) -> tuple[Expr, ...] | None:
        source, name = rows.source, node.function.text
        for argument in node.arguments:
            path = bare(argument)
            if isinstance(path, tree.Path) and path.text == source and not rows.names.has_column(source, source):
                column = next(iter(rows.names.column_names(source)), "column")
                column = f"{source}.{column}"
                form = f"{name}(distinct {column})" if node.distinct else f"{name}({column})"
                self.scope.report(SOURCE_AS_VALUE, argument.span, source=source, name=name, form=form)
                return None
        inferred = [rows.infer(argument) for argument in node.arguments]
        found = tuple(part for part in inferred if part is not None)
        if len(found) < len(inferred) or not self._takes(node, rows, found[0]):
            return None
        return found

    def _takes(self, node: tree.Call, rows: Rows, part: Expr) -> bool:
        name = node.function.text
        what = Text(f"`{name}`", f"`{name}`")
        if name in _NUMBERS:
            mend = Text("aggregate a column of numbers, or `count` the rows", "聚合数字列，或者用 `count` 计行数")
            fits = rows.needs(part, (Kind.NUMBER,), what, mend)
            return fits and (name != "product" or rows.dimensionless(part, what))
        if name in ("min", "max"):
            return rows.needs(part, (Kind.NUMBER, *TIMES), what)
        if name == "count" and part.type == BOOL and not isinstance(part, Column) and not node.distinct:
            condition = as_written(node.arguments[0].span)
            self.scope.report(COUNT_OF_CONDITION, node.arguments[0].span, source=rows.source, condition=condition)
            return False
        return True

    # ---- clauses

    def _clauses(self, node: tree.Call, rows: Rows) -> Clauses | None:
        read: dict[str, object] = {}
        for clause in (clause for clause in node.clauses if clause.word != "followed by"):
            rule: Callable[[tree.Clause, Rows], object | None] = getattr(self, "_" + clause.word)
            read[clause.word] = rule(clause, rows)
        if any(value is None for value in read.values()):
            return None
        return Clauses(**read)  # type: ignore[arg-type]

    def _where(self, clause: tree.Clause, rows: Rows) -> Expr | None:
        rows.sets = self.sets
        found = rows.infer(clause.value)
        rows.sets = None
        what = Text(f"`{clause.word}`", f"`{clause.word}`")
        mend = Text("write a condition, such as `amount > 0`", "写一个条件，例如 `amount > 0`")
        return found if found is not None and rows.needs(found, (Kind.BOOL,), what, mend) else None

    _among = _where

    def _weight(self, clause: tree.Clause, rows: Rows) -> Expr | None:
        found = rows.infer(clause.value)
        return found if found is not None and rows.needs(found, (Kind.NUMBER,), Text("a weight", "权重")) else None

    def _having(self, clause: tree.Clause, rows: Rows) -> Expr | None:
        groups = self.groups(rows)
        found = groups.infer(clause.value)
        what = Text("`having`", "`having`")
        mend = Text("write a condition, such as `count(orders) >= 2`", "写一个条件，例如 `count(orders) >= 2`")
        return found if found is not None and groups.needs(found, (Kind.BOOL,), what, mend) else None

    def _on(self, clause: tree.Clause, rows: Rows) -> Column | None:
        return stocks.time_column(rows, clause.value)

    def _at(self, clause: tree.Clause, rows: Rows) -> str | None:
        return stocks.moment(rows, clause)

    # ---- what comes out

    def _built(
        self,
        node: tree.Call,
        source: str,
        arguments: tuple[Expr, ...],
        clauses: Clauses,
        lag: tuple[int, str | None] | None,
    ) -> Expr | None:
        name = node.function.text
        distinct = node.distinct or name in ENTITIES
        fraction = None
        if name == "percentile":
            fraction = fraction_of(self.scope, arguments[1])
            if fraction is None:
                return None
            arguments = arguments[:1]
        made = Aggregate(
            result_type(name, source, arguments, distinct=distinct),
            node,
            "count" if name == "share" else name,
            source,
            arguments,
            distinct,
            clauses.where,
            clauses.on,
            clauses.at,
            clauses.having,
            clauses.weight,
            fraction,
            lag,
            text=as_written(node.span),
        )
        if looks_at_lives(made):
            made = replace(made, at="during")
            clause = next((clause for clause in node.clauses if clause.word in ("on", "at")), None)
            if clause is not None:
                self.scope.report(WHOLE_PERIOD, clause.span, clause=as_written(clause.span))
                return None
        if self.inside is None and not entities.plain(self.scope, made):
            return None
        if self.inside is None and not stocks.placed_in_time(self.scope, made, node):
            return None
        return _share(made, clauses.among) if name == "share" else made


def fraction_of(scope: Scalars, value: Expr) -> Decimal | None:
    """At which part of the values a percentile stands; None after a report."""
    number_ = value.value if isinstance(value, Literal) else None
    if isinstance(number_, Decimal) and unit_of(value).dimensionless and 0 <= number_ <= 1:
        return number_
    scope.report(FRACTION, value.span)
    return None


def _aggregates(node: tree.Node) -> Iterator[tree.Call]:
    """The calls of aggregates in an expression."""
    name = node.function.text if isinstance(node, tree.Call) else None
    if isinstance(node, tree.Call) and name != ALIVE_TIME and (name in CLAUSES or name in PERIOD_FUNCTIONS):
        yield node
        return
    for part in parts(node):
        yield from _aggregates(part)


def both(left: Expr | None, right: Expr | None) -> Expr | None:
    """Two conditions that must both hold, where there are two."""
    if left is None or right is None:
        return left if right is None else right
    return Operation(BOOL, left.written, "and", (left, right))


def _share(hits: Aggregate, among: Expr | None) -> Expr:
    """The rows that satisfy the predicate out of all rows, or out of those `among` names."""
    source = hits.source
    kept = f"count({source} where {_said(hits.where)})"
    out_of = f"count({source} where {_said(among)})" if among is not None else f"count({source})"
    if among is not None:
        kept = f"count({source} where {_said(among)} and {_said(hits.where)})"
    part = replace(hits, where=both(among, hits.where), text=kept)
    return Operation(NUMBER, hits.written, "divide", (part, replace(hits, where=among, text=out_of)))


def _said(value: Expr | None) -> str:
    return as_written(value.span) if value is not None and value.span is not None else ""

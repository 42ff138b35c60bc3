"""Expressions over results: aggregates, other KPIs, and comparisons of periods, as formulas are made of."""

from __future__ import annotations

from dataclasses import replace

from kpilang.diagnostics import Problem
from kpilang.model.aggregates import Aggregates, both
from kpilang.model.calls import AGE, ALIVE_TIME, CLAUSES, CONVERT, ENTITIES, FUNCTIONS, PERIOD_FUNCTIONS, PERIOD_LENGTH
from kpilang.model.exchange import OUT_OF_PLACE
from kpilang.model.expr import Aggregate, Expr, Fold, Moved, Operation, Series, Use
from kpilang.model.folds import Folds
from kpilang.model.life import age, period_length
from kpilang.model.looks import Looks
from kpilang.model.names import as_written
from kpilang.model.nearest import hint
from kpilang.model.rows import NOT_A_VALUE, Rows
from kpilang.model.same import like_for_like
from kpilang.model.scalars import Scalars
from kpilang.model.scope import Sought
from kpilang.model.series import FLOWS, SeriesReader, of_grain
from kpilang.model.sets import held_against, narrowed
from kpilang.model.stocks import has_time
from kpilang.syntax import tree
from kpilang.text import Text

ROW_NAME = Problem(
    "E217",
    "column-outside-aggregate",
    Text(
        "`{name}` is a column: it has a value in each row, and a formula needs one for the period",
        "`{name}` 是列，每行一个值，而公式需要整个期间的一个值",
    ),
    help=Text(
        "wrap it in an aggregate: `sum({name})`, `avg({name})` or `count(distinct {name})`",
        "放进聚合里：`sum({name})`、`avg({name})` 或 `count(distinct {name})`",
    ),
)
SOURCE_NAME = Problem(
    "E218",
    "source-outside-aggregate",
    Text("`{name}` is a source, not a value", "`{name}` 是数据源，不是值"),
    help=Text("count its rows: `count({name})`", "统计它的行数：`count({name})`"),
)
UNKNOWN_VALUE = Problem(
    "E219",
    "unknown-value",
    Text("no KPI, source or column is called `{name}`", "没有名为 `{name}` 的 KPI、数据源或列"),
    label=Text("not declared", "未声明"),
    help=Text("{hint}", "{hint}"),
)
NARROWS_KPI = Problem(
    "E333",
    "only-kpis-are-narrowed",
    Text("`( … where … )` narrows a KPI, and this is not a KPI", "`( … where … )` 用于收窄 KPI，而这里不是 KPI"),
    help=Text(
        "put `where` inside the aggregate: `count(orders where …)`",
        "把 `where` 写进聚合里：`count(orders where …)`",
    ),
)
KPI_IN_GROUP = Problem(
    "E334",
    "not-inside-having",
    Text(
        "`{name}` cannot stand inside `having`, which looks at the rows of each key",
        "`{name}` 不能写在 `having` 里，那里只看每个键的行",
    ),
    help=Text("compare an aggregate: `having count({source}) >= 2`", "比较一个聚合：`having count({source}) >= 2`"),
)


class Formulas(Looks):
    """Typed expressions over the results of one period."""

    def call(self, node: tree.Call) -> Expr | None:
        name = node.function.text
        if name == "slope":
            return SeriesReader(self).slope(node)
        if name in FLOWS or any(isinstance(each, tree.Per) for each in node.arguments):
            return (SeriesReader if of_grain(node) else Folds)(self).read(node)
        if name in CLAUSES:
            return Aggregates(self, Groups, sets=held_against).read(node)
        if name in FUNCTIONS:
            return self.scalar(node)
        if name == "growth" and [clause.word for clause in node.clauses] == ["same"]:
            found = self.looked(replace(node, clauses=()))
            return like_for_like(self, found, node.clauses[0]) if isinstance(found, Operation) else None
        if name in PERIOD_FUNCTIONS:
            return self.looked(node)
        if name == AGE:
            return age(self, node, None)
        if name == CONVERT:
            self.report(OUT_OF_PLACE, node.span)
            return None
        self.unknown_function(node, (*CLAUSES, *PERIOD_FUNCTIONS))
        return None

    # ---- names

    def path(self, node: tree.Path) -> Expr | None:
        first = node.names[0]
        declaration = self.names.declared.get(first.text)
        if len(node.names) == 1 and declaration is not None and declaration.kind == "kpi":
            return self.use(node)
        if node.text == PERIOD_LENGTH:
            return period_length(node)
        if first.text in self.names.sources:
            problem = SOURCE_NAME if len(node.names) == 1 else ROW_NAME
            self.report(problem, node.span, name=node.text)
        elif self.is_column(node):
            self.report(ROW_NAME, node.span, name=node.text)
        elif declaration is not None:
            self.other_sort(node, declaration)
        elif first.text not in self.names.damaged:
            self.unknown(node)
        return None

    def use(self, node: tree.Path) -> Expr | None:
        """Another KPI's formula; None, without a report of its own, where that is not sound."""
        used = self.names.kpi(node.text)
        if used is None or used.formula is None or not used.sound:
            return None
        return Use(used.formula.type, node, used.name, used.formula)

    def is_column(self, node: tree.Path) -> bool:
        first, alone = node.names[0].text, len(node.names) == 1
        for source in self.names.sources.values():
            if self.names.has_column(source.name, first) if alone else first in source.links:
                return True
        return False

    def other_sort(self, node: tree.Path, declaration: tree.Declaration) -> None:
        if declaration.kind == "kpi":
            what, mend = (
                Text("a KPI", "KPI"),
                Text(f"a KPI has no columns: write `{node.names[0].text}`", f"KPI 没有列：写 `{node.names[0].text}`"),
            )
        else:
            missing = self.names.missing(node.names[0], "kpi", self.kpi)
            if missing is not None:
                self.reports.append(missing)
            return
        self.report(NOT_A_VALUE, node.span, name=node.names[0].text, what=what, mend=mend)

    def unknown(self, node: tree.Path) -> None:
        name = node.names[0].text
        known = {*self.names.of_kind("kpi"), *self.names.sources}
        for source in self.names.sources:
            known.update(self.names.column_names(source))
        self.report(UNKNOWN_VALUE, node.names[0].span, name=name, hint=hint(name, known))

    # ---- narrowed KPIs

    def narrow(self, node: tree.Narrow) -> Expr | None:
        value = self.infer(node.value)
        if value is None:
            return None
        if not isinstance(value, Use):
            self.report(NARROWS_KPI, node.span)
            return None
        found = self.pushed(value, node.predicate)
        return replace(found, written=node) if found is not None else None

    def pushed(self, value: Expr, predicate: tree.Expr) -> Expr | None:
        """The same formula with every aggregate narrowed by a predicate."""
        if isinstance(value, Aggregate):
            return self.narrowed(value, predicate)
        parts = [self.pushed(part, predicate) for part in value.children]
        there = tuple(part for part in parts if part is not None)
        if len(there) < len(parts):
            return None
        if isinstance(value, Operation):
            return replace(value, arguments=there)
        if isinstance(value, Fold):
            return self.fewer_groups(value, there[0], predicate)
        if isinstance(value, Series):
            return replace(value, value=there[0], rate=there[1] if value.rate is not None else None)
        return replace(value, value=there[0]) if isinstance(value, Use | Moved) else value

    def fewer_groups(self, fold: Fold, value: Expr, predicate: tree.Expr) -> Fold | None:
        """A fold over the groups of the rows that satisfy a predicate."""
        before, among = dict(fold.among), []
        for source, _ in fold.keys:
            found = Sought(self.names, source, self.reports, self.kpi).condition(predicate)
            if found is None:
                return None
            kept = both(before.get(source), found)
            among += [(source, kept)] if kept is not None else []
        text = f"{fold.text} where {as_written(predicate.span)}"
        return replace(fold, value=value, text=text, among=tuple(among))

    def narrowed(self, aggregate: Aggregate, predicate: tree.Expr) -> Aggregate | None:
        seeker = Sought(self.names, aggregate.source, self.reports, self.kpi)
        found = seeker.condition(predicate)
        if found is None:
            return None
        text = f"{aggregate.text} where {as_written(predicate.span)}"
        own = narrowed(aggregate.where, aggregate.source, found)
        made = replace(aggregate, where=both(own, found), text=text)
        return made if has_time(self, made) else None


class Groups(Scalars):
    """Typed expressions over the rows of each key, as `having` compares them."""

    def __init__(self, outer: Rows) -> None:
        super().__init__(outer.names, outer.reports, outer.kpi)
        self.source = outer.source

    def call(self, node: tree.Call) -> Expr | None:
        name = node.function.text
        if name in ("share", ALIVE_TIME, *ENTITIES) or name in PERIOD_FUNCTIONS:
            self.report(KPI_IN_GROUP, node.span, name=name, source=self.source)
            return None
        if name in CLAUSES:
            return Aggregates(self, Groups, inside=self.source).read(node)
        if name in FUNCTIONS:
            return self.scalar(node)
        if name == AGE:
            return age(self, node, None)
        if name == CONVERT:
            self.report(OUT_OF_PLACE, node.span)
            return None
        self.unknown_function(node, tuple(CLAUSES))
        return None

    def path(self, node: tree.Path) -> Expr | None:
        declaration = self.names.declared.get(node.names[0].text)
        if self.names.has_column(self.source, node.names[-1].text):
            self.report(ROW_NAME, node.span, name=node.text)
        elif declaration is not None and declaration.kind == "source":
            self.report(SOURCE_NAME, node.span, name=node.text)
        else:
            self.report(KPI_IN_GROUP, node.span, name=node.text, source=self.source)
        return None

    def narrow(self, node: tree.Narrow) -> Expr | None:
        self.report(KPI_IN_GROUP, node.span, name="( … where … )", source=self.source)
        return None

"""Expressions over the rows of one source: bare and dotted names found along its links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.calls import AGE, ALIVE_TIME, CLAUSES, CONVERT, FUNCTIONS, PERIOD_FUNCTIONS
from kpilang.model.exchange import convert, mixed
from kpilang.model.expr import Aggregate, Column, Expr, Operation
from kpilang.model.life import age, alive_time
from kpilang.model.names import Names
from kpilang.model.nearest import hint
from kpilang.model.nouns import DataSource
from kpilang.model.scalars import Scalars
from kpilang.syntax import tree
from kpilang.text import Text

UNKNOWN_COLUMN = Problem(
    "E210",
    "unknown-column",
    Text("source `{source}` has no column `{name}`", "数据源 `{source}` 没有列 `{name}`"),
    label=Text("not declared", "未声明"),
    help=Text("{hint}", "{hint}"),
)
UNKNOWN_LINK = Problem(
    "E211",
    "unknown-link",
    Text("source `{source}` has no link `{name}`", "数据源 `{source}` 没有名为 `{name}` 的关联"),
    help=Text("{hint}", "{hint}"),
)
FOREIGN_SOURCE = Problem(
    "E212",
    "source-not-linked",
    Text(
        "`{name}` belongs to `{other}`, and this aggregate reads rows of `{source}`",
        "`{name}` 属于 `{other}`，而这个聚合读取的是 `{source}` 的行",
    ),
    help=Text("{mend}", "{mend}"),
)
NOT_A_VALUE = Problem(
    "E213",
    "not-a-value",
    Text("`{name}` is {what}, not a value", "`{name}` 是{what}，不是值"),
    help=Text("{mend}", "{mend}"),
)
AGGREGATE_IN_ROW = Problem(
    "E323",
    "aggregate-inside-aggregate",
    Text("`{name}` cannot stand here: this is worked out for each row", "`{name}` 不能写在这里：此处逐行计算"),
    help=Text(
        "aggregates stand side by side in a formula; to compute one for each group first, write `avg(count(orders) per customer_id)`",
        "聚合在公式里并列使用；要先逐组计算，写成 `avg(count(orders) per customer_id)`",
    ),
)


SetReader = Callable[["Rows", tree.Membership, Expr, tree.SetExpr], Expr | None]
"""What reads whether a value of a row is in a set."""


class Rows(Scalars):
    """Typed expressions over one row of `source`."""

    def __init__(self, names: Names, source: str, reports: list[Diagnostic], kpi: str | None = None) -> None:
        super().__init__(names, reports, kpi)
        self.source = source
        self.sets: SetReader | None = None  # where rows may be held against sets of values
        self.moment: str | None = None  # of an aggregate that is read: what stands after `at`, else "period"

    def noted(self, node: tree.Expr, found: Expr) -> None:
        if self.names.trace is not None:
            self.names.trace(node, found, self.source)

    def call(self, node: tree.Call) -> Expr | None:
        name = node.function.text
        if name in FUNCTIONS:
            return self.scalar(node)
        if name == ALIVE_TIME:
            return alive_time(self, node, self.source, inside=self.moment is not None)
        if name == AGE:
            return age(self, node, self.moment)
        if name == CONVERT:
            return convert(self, node, self.moment)
        if name in CLAUSES or name in PERIOD_FUNCTIONS:
            self.report(AGGREGATE_IN_ROW, node.span, name=name)
        else:
            self.unknown_function(node, ())
        return None

    def in_set(self, node: tree.Membership, value: Expr, written: tree.SetExpr) -> Expr | None:
        return super().in_set(node, value, written) if self.sets is None else self.sets(self, node, value, written)

    def narrow(self, node: tree.Narrow) -> Expr | None:
        self.report(AGGREGATE_IN_ROW, node.span, name="( … where … )")
        return None

    def path(self, node: tree.Path) -> Expr | None:
        words = list(node.names)
        here = self.names.sources[self.source]
        if len(words) > 1 and words[0].text not in here.links:
            if words[0].text == self.source:
                words = words[1:]
            elif words[0].text in self.names.sources:
                self.foreign(node, words[0].text)
                return None
        links: list[str] = []
        for word in words[:-1]:
            if word.text not in here.links:
                self.no_link(here, word)
                return None
            links.append(word.text)
            target = here.links[word.text].target
            if target not in self.names.sources:
                return None
            here = self.names.sources[target]
        return self.column(node, here, tuple(links), words[-1])

    def column(self, node: tree.Path, here: DataSource, links: tuple[str, ...], word: tree.Name) -> Expr | None:
        if not self.names.has_column(here.name, word.text):
            self.no_column(here, word)
            return None
        found = self.names.column(here.name, word.text)
        if found is None:
            return None
        if found.currency is not None and not self.converts:
            mixed(self, node, word.text, found.currency)
            return None
        if found.derived is None:
            return Column(found.type, node, self.source, links, found.name)
        return replace(rebase(found.derived, self.source, links), written=node)

    def no_column(self, here: DataSource, word: tree.Name) -> None:
        name = word.text
        if here.name in self.names.damaged:
            return
        if name in here.links:
            target = here.links[name].target
            what = Text(f"a link to `{target}`", f"指向 `{target}` 的关联")
            some = next(iter(self.names.column_names(target)), "column") if target in self.names.sources else "column"
            mend = Text(f"name a column behind it: `{name}.{some}`", f"写出其后的列：`{name}.{some}`")
            self.report(NOT_A_VALUE, word.span, name=name, what=what, mend=mend)
            return
        along = [
            f"{link}.{name}"
            for link, to in here.links.items()
            if to.target in self.names.sources and self.names.has_column(to.target, name)
        ]
        if along:
            told = Text(f"it is found along a link: `{along[0]}`", f"可以沿关联找到：`{along[0]}`")
        elif not self.names.column_names(here.name):
            told = Text(
                f"declare it in source `{here.name}`: `column {name} : number`",
                f"在数据源 `{here.name}` 中声明：`column {name} : number`",
            )
        else:
            told = hint(name, self.names.column_names(here.name))
        self.report(UNKNOWN_COLUMN, word.span, source=here.name, name=name, hint=told)

    def no_link(self, here: DataSource, word: tree.Name) -> None:
        if here.name in self.names.damaged:
            return
        if self.names.has_column(here.name, word.text):
            what = Text("a column", "列")
            mend = Text(
                "a column has nothing behind it; a dot follows a link", "列后面不能再跟名称；点号只跟在关联之后"
            )
            self.report(NOT_A_VALUE, word.span, name=word.text, what=what, mend=mend)
        else:
            self.report(UNKNOWN_LINK, word.span, source=here.name, name=word.text, hint=hint(word.text, here.links))

    def foreign(self, node: tree.Path, other: str) -> None:
        """A name of another source: say the link's name where there is one, else how to link."""
        here = self.names.sources[self.source]
        rest = ".".join(name.text for name in node.names[1:])
        linked = [name for name, link in here.links.items() if link.target == other]
        key = ", ".join(self.names.sources[other].key) or "its_key"
        if linked:
            mend = Text(
                f"it is linked as `{linked[0]}`: write `{linked[0]}.{rest}`",
                f"它的关联名是 `{linked[0]}`：写 `{linked[0]}.{rest}`",
            )
        else:
            mend = Text(
                f"link them in source `{self.source}`: `link {key} -> {other}`, or aggregate `{other}` on its own",
                f"在数据源 `{self.source}` 中关联：`link {key} -> {other}`，或者单独聚合 `{other}`",
            )
        self.report(FOREIGN_SOURCE, node.span, name=node.text, other=other, source=self.source, mend=mend)


def rebase(value: Expr, source: str, links: tuple[str, ...]) -> Expr:
    """An expression over the rows of a linked source, as seen from the rows that lead there."""
    if isinstance(value, Column):
        return replace(value, source=source, links=(*links, *value.links))
    if isinstance(value, Operation):
        return replace(value, arguments=tuple(rebase(part, source, links) for part in value.arguments))
    assert not isinstance(value, Aggregate)  # noqa: S101 - derived columns have none in them
    return value

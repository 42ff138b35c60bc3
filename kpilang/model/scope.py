"""Name resolution for `--where`, `--by` and narrowed KPIs: a bare name is looked for along links, nearest first."""

from __future__ import annotations

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.exchange import UNTOLD, converted
from kpilang.model.expr import Expr
from kpilang.model.names import Names, as_written
from kpilang.model.nearest import hint
from kpilang.model.nouns import Model
from kpilang.model.rows import Rows
from kpilang.model.soundness import stands
from kpilang.model.types import Kind
from kpilang.syntax import tree
from kpilang.text import Text

DEPTH = 6

TWO_WAYS = Problem(
    "E227",
    "ambiguous-path",
    Text("`{name}` is found as `{first}` and as `{second}`", "`{name}` 既可以是 `{first}`，也可以是 `{second}`"),
    help=Text("say which: write `{first}` or `{second}`", "指明：写 `{first}` 或 `{second}`"),
)
NOT_FOUND = Problem(
    "E228",
    "not-in-source",
    Text(
        "neither `{source}` nor a source it links to has a column `{name}`",
        "`{source}` 及其关联的数据源都没有列 `{name}`",
    ),
    help=Text("{hint}", "{hint}"),
)
UNSOUND = Problem(
    "E234",
    "rests-on-a-mistake",
    Text(
        "`{text}` rests on a declaration with an error: it may not say what was meant",
        "`{text}` 依赖的声明有错误，含义可能不是原意",
    ),
    help=Text("mend the errors that `kpi check` reports", "先改正 `kpi check` 报告的错误"),
)


class Sought(Rows):
    """Rows of a source, in which a name may also stand for a column behind links, or begin with a linked source."""

    def path(self, node: tree.Path) -> Expr | None:
        first = node.names[0].text
        here = self.names.sources[self.source]
        if len(node.names) > 1 and (first in here.links or first == self.source):
            return super().path(node)
        found = self.nearest(first, column=len(node.names) == 1)
        if len(found) > 1:
            ways = [
                ".".join((*links, *(name.text for name in node.names[len(node.names) > 1 :]))) for links in found[:2]
            ]
            self.report(TWO_WAYS, node.span, name=node.text, first=ways[0], second=ways[1])
            return None
        if not found:
            self.not_found(node)
            return None
        links = tuple(tree.Name(*node.span.at, name) for name in found[0])
        rest = node.names if len(node.names) == 1 else node.names[1:]
        return super().path(tree.Path(*node.span.at, (*links, *rest)))

    def nearest(self, name: str, *, column: bool) -> list[tuple[str, ...]]:
        """The links that lead to a column of this name (or to a source, or link, of it), all of the smallest number."""
        reached: list[tuple[tuple[str, ...], tuple[str, ...]]] = [((), (self.source,))]
        for _ in range(DEPTH):
            found = [links for links, seen in reached if self.there(seen[-1], links, name, column=column)]
            if found:
                return found
            reached = [
                ((*links, link.name), (*seen, link.target))
                for links, seen in reached
                for link in self.names.sources[seen[-1]].links.values()
                if link.target in self.names.sources and link.target not in seen
            ]
        return []

    def there(self, source: str, links: tuple[str, ...], name: str, *, column: bool) -> bool:
        if column:
            return self.names.has_column(source, name)
        return bool(links) and name in (source, links[-1])

    def not_found(self, node: tree.Path) -> None:
        if self.names.damaged & set(self.names.sources):
            return
        known = set(self.names.column_names(self.source))
        for link in self.names.sources[self.source].links.values():
            if link.target in self.names.sources:
                known.update(f"{link.name}.{column}" for column in self.names.column_names(link.target))
        self.report(NOT_FOUND, node.span, source=self.source, name=node.text, hint=hint(node.text, known))

    def condition(self, node: tree.Expr) -> Expr | None:
        """A predicate over rows; None after a report."""
        found = self.infer(node)
        what = Text("a filter", "筛选条件")
        mend = Text('write a condition, such as `region = "EMEA"`', '写一个条件，例如 `region = "EMEA"`')
        return found if found is not None and self.needs(found, (Kind.BOOL,), what, mend) else None


def row_predicate(model: Model, source: str, expr: tree.Expr) -> tuple[Expr | None, tuple[Diagnostic, ...]]:
    """A predicate over the rows of a source, typed; None with the reports that say why not."""
    reports: list[Diagnostic] = []
    found = Sought(Names.of(model), source, reports).condition(expr)
    return _sound(model, expr, found, reports), tuple(reports)


def breakdown(model: Model, source: str, path: tree.Path) -> tuple[Expr | None, tuple[Diagnostic, ...]]:
    """The column to break rows of a source down by; None with the reports that say why there is none."""
    reports: list[Diagnostic] = []
    found = Sought(Names.of(model), source, reports).infer(path)
    return _sound(model, path, found, reports), tuple(reports)


def _sound(model: Model, node: tree.Expr, found: Expr | None, reports: list[Diagnostic]) -> Expr | None:
    """What was found, unless it rests on an error; without it there is always a report."""
    if found is not None and converted(found) is not None:
        reports.append(UNTOLD.at(node.span, text=as_written(node.span)))
        return None
    if found is not None and stands(model.sources, found):
        return found
    if not reports:
        reports.append(UNSOUND.at(node.span, text=as_written(node.span)))
    return None

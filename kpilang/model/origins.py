"""Finds the source whose rows an aggregate reads, from the names in its arguments."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Mark, Problem
from kpilang.model.calls import ALIVE_TIME
from kpilang.model.limits import parts
from kpilang.model.names import Names
from kpilang.model.nearest import hint, nearest
from kpilang.model.scalars import Scalars
from kpilang.syntax import tree
from kpilang.text import Text

AMBIGUOUS_COLUMN = Problem(
    "E214",
    "ambiguous-column",
    Text("`{name}` is found in {first} and in {second}", "`{name}` 在 {first} 和 {second} 中都有"),
    help=Text("say which: `{first}.{name}` or `{second}.{name}`", "指明：`{first}.{name}` 或 `{second}.{name}`"),
)
NO_SOURCE = Problem(
    "E215",
    "no-source",
    Text("`{name}` does not say which source it reads", "`{name}` 没有说明读取哪个数据源"),
    help=Text("name a source or one of its columns: `{form}`", "写出数据源或它的列：`{form}`"),
)
UNKNOWN_IN_FORMULA = Problem(
    "E216",
    "unknown-column-or-source",
    Text(
        "no source is called `{name}` and no source has such a column",
        "没有名为 `{name}` 的数据源，也没有数据源含有该列",
    ),
    label=Text("not declared", "未声明"),
    help=Text("{hint}", "{hint}"),
)


def paths(node: tree.Node) -> Iterator[tree.Path]:
    """The names in an expression, in the order written."""
    if isinstance(node, tree.Path):
        yield node
        return
    for part in parts(node):
        yield from paths(part)


def find_source(scope: Scalars, node: tree.Call) -> str | None:
    """The source an aggregate reads; None after a report, or where the name was lost to a mistake of syntax."""
    found = [path for argument in node.arguments for path in paths(argument)]
    if not found:
        found = [path for clause in node.clauses for path in paths(clause.value) if clause.word != "at"]
    if not found:
        form = "count(orders)" if node.function.text == "count" else f"{node.function.text}(orders.amount)"
        scope.report(NO_SOURCE, node.span, name=node.function.text, form=form)
        return None
    lived = next((path for argument in node.arguments for path in _lived(argument)), None)
    if lived is not None and lived.text in scope.names.sources:
        return lived.text
    for path in found:
        if path.names[0].text in scope.names.sources and (
            len(path.names) > 1 or node.function.text in ("count", "share", ALIVE_TIME)
        ):
            return path.names[0].text
    return _by_column(scope, found)


def _lived(node: tree.Node) -> Iterator[tree.Path]:
    """The sources in an expression whose lives are measured."""
    if isinstance(node, tree.Call) and node.function.text == ALIVE_TIME:
        yield from paths(node)
        return
    for part in parts(node):
        yield from _lived(part)


def _by_column(scope: Scalars, found: list[tree.Path]) -> str | None:
    """The one source that has every bare name, or the one that has the first."""
    names = scope.names
    having = [[source for source in names.sources if _starts_in(names, source, path)] for path in found]
    shared = [source for source in having[0] if all(source in other for other in having)]
    candidates = shared or having[0]
    if len(candidates) == 1:
        return candidates[0]
    path = found[0]
    if not candidates and path.names[0].text in names.sources:
        return path.names[0].text
    if not candidates:
        _unknown(scope, path)
        return None
    first, second = candidates[:2]
    marks = tuple(_column_mark(names, source, path.names[0].text) for source in (first, second))
    scope.report(AMBIGUOUS_COLUMN, path.span, name=path.text, first=first, second=second, marks=marks)
    return None


def _starts_in(names: Names, source: str, path: tree.Path) -> bool:
    first = path.names[0].text
    if len(path.names) > 1:
        return first in names.sources[source].links
    return names.has_column(source, first)


def _column_mark(names: Names, source: str, name: str) -> Mark:
    here = names.sources[source]
    column, link = here.columns.get(name), here.links.get(name)
    span = column.span if column else link.span if link else here.declaration.head
    return Mark(span, Text(f"`{name}` of {source}", f"{source} 的 `{name}`"))


def _unknown(scope: Scalars, path: tree.Path) -> None:
    names, word = scope.names, path.names[0]
    if names.damaged & {word.text, *names.sources}:
        return
    if word.text in names.declared and len(path.names) > 1:
        missing = names.missing(word, "source", scope.kpi)
        if missing is not None:
            scope.reports.append(missing)
        return
    known = {*names.sources, *(column for source in names.sources for column in names.column_names(source))}
    likely = known if nearest(word.text, known) else names.sources
    scope.report(UNKNOWN_IN_FORMULA, word.span, name=word.text, hint=hint(word.text, likely))

"""Links between sources, once all are read: whether each finds a key, and the times that lie behind one."""

from __future__ import annotations

from dataclasses import replace

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.conversion import TIMES
from kpilang.model.expr import Column
from kpilang.model.names import Names, declared_at
from kpilang.model.nouns import DataSource
from kpilang.model.rows import Rows
from kpilang.model.soundness import column_stands
from kpilang.model.stocks import NOT_A_TIME
from kpilang.syntax import tree
from kpilang.text import Text

LINK_WITHOUT_KEY = Problem(
    "E224",
    "link-target-without-key",
    Text("`{target}` has no `key`, so a link cannot find its rows", "`{target}` 没有 `key`，关联无法找到对应的行"),
    help=Text("declare in source `{target}`: `key …`", "在数据源 `{target}` 中声明 `key …`"),
)
LINK_KEY_COUNT = Problem(
    "E225",
    "link-key-count",
    Text(
        "the link has {found} columns and the key of `{target}` has {wanted}: {key}",
        "关联有 {found} 列，而 `{target}` 的键有 {wanted} 列：{key}",
    ),
    help=Text("name one column for each part of the key", "为键的每一部分各写一列"),
)


def key_names(declaration: tree.Declaration) -> dict[str, tree.Name]:
    """The columns that a source names as its key; else those that its rows are grouped by."""
    field = declaration.first("key")
    if field is None and declaration.grouping is not None:
        return {key.text: key for key in declaration.grouping.keys}
    items = field.value.items if field is not None and isinstance(field.value, tree.References) else ()
    return {item.text: item for item in items if isinstance(item, tree.Name)}


def links_led(names: Names, source: DataSource, reports: list[Diagnostic]) -> DataSource:
    """The source with each link marked that does not lead to a source with a key of as many columns."""
    wrong: set[str] = set()
    for field in source.declaration.all("link"):
        node = field.value
        if isinstance(node, tree.Link):
            report = _astray(names, field, node)
            reports.extend([report] if report is not None else [])
            wrong |= {(node.alias or node.target).text} if report is not None else set()
    marked = {name: replace(source.links[name], sound=False) for name in wrong & source.links.keys()}
    return replace(source, links={**source.links, **marked})


def _astray(names: Names, field: tree.Field, node: tree.Link) -> Diagnostic | None:
    missing = names.missing(node.target, "source")
    target = names.sources.get(node.target.text)
    if missing is not None or target is None or target.name in names.damaged:
        return missing
    key = key_names(target.declaration)
    if not key:
        mark = declared_at(target.declaration)
        return LINK_WITHOUT_KEY.at(field.span, marks=(mark,), target=target.name)
    if len(key) != len(node.columns):
        found, wanted = len(node.columns), len(key)
        return LINK_KEY_COUNT.at(field.span, target=target.name, key=", ".join(key), found=found, wanted=wanted)
    return None


def times_along_links(names: Names, source: DataSource, reports: list[Diagnostic]) -> DataSource:
    """The source with its time looked up, where that leads along links."""
    column = source.time
    if column is None or not column.links:
        return source
    assert column.span is not None  # noqa: S101 - it stands in a clause
    steps = tuple(tree.Name(*column.span.at, text) for text in (*column.links, column.name))
    found = Rows(names, column.source, reports).infer(tree.Path(*column.span.at, steps))
    if isinstance(found, Column) and found.type.kind in TIMES:
        return replace(source, time=found, sound=source.sound and column_stands(names.sources, found))
    if found is not None:
        reports.append(NOT_A_TIME.at(column.span, column=column.span.text))
    return replace(source, time=None, sound=False)

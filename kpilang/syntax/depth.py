"""Keeps expressions within a depth that every later stage can walk."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import cache

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.syntax.tree import Declaration, Derive, Expr, Field, Filling, Node
from kpilang.text import Text

LIMIT = 100
_MARK = re.compile(r"\w+|[^\w\s]")
"""A word or sign: at most two levels of nodes have none of their own."""

TOO_DEEP = Problem(
    "E113",
    "nested-too-deep",
    Text("this expression is nested more than {limit} levels deep", "这个表达式嵌套超过 {limit} 层"),
    help=Text(
        "split it: name a part as a derived column or a KPI of its own", "拆开它：把一部分写成派生列或单独的 KPI"
    ),
)


def too_deep(root: Node) -> Diagnostic | None:
    """The report on a node with more levels below it than are allowed; at the first node beyond the limit."""
    if root.span.end - root.span.start < LIMIT or 2 * len(_MARK.findall(root.span.text)) < LIMIT:
        return None
    level: list[Node] = [root]
    for _ in range(LIMIT):
        level = [below for node in level for below in children(node)]
        if not level:
            return None
    return TOO_DEEP.at(level[0].span, limit=LIMIT)


@cache
def below(kind: type) -> tuple[str, ...]:
    """The fields of a kind of node that may hold other nodes."""
    return tuple(each.name for each in fields(kind) if each.type not in ("Source", "int", "str", "str | None", "bool"))


def children(node: Node) -> list[Node]:
    """The nodes right below a node."""
    found: list[Node] = []
    for name in below(type(node)):  # type: ignore[arg-type] # a class can be hashed
        value = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(item for item in value if isinstance(item, Node))
    return found


def prune(declaration: Declaration) -> tuple[Declaration, tuple[Diagnostic, ...]]:
    """The declaration without what is too deep of its fields and fillings, and a report on each of those; only
    expressions can be."""
    reports: list[Diagnostic] = []
    kept: list[Field] = []
    for each in declaration.fields:
        found = too_deep(each) if isinstance(each.value, Expr | Derive) else None
        if found:
            reports.append(found)
        else:
            kept.append(each)
    filled, given = declaration.filled, list[Filling]()
    for filling in filled.fillings if filled else ():
        found = too_deep(filling)
        if found:
            reports.append(found)
        else:
            given.append(filling)
    if not reports:
        return declaration, ()
    filled = replace(filled, fillings=tuple(given)) if filled else None
    return replace(declaration, fields=tuple(kept), filled=filled), tuple(reports)

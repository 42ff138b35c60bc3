"""Bounds on how deep and large a formula grows by what it uses, so that no text makes the engine give up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.expr import Column, Expr, Literal, Use
from kpilang.syntax import tree
from kpilang.text import Span, Text

DEEPEST = 150
LARGEST = 20_000

TOO_LARGE = Problem(
    "E335",
    "expression-too-large",
    Text(
        "with all that it uses, this has more than {limit} parts or nests more than {deep} levels deep",
        "连同所引用的内容，这里超过 {limit} 个部分，或嵌套超过 {deep} 层",
    ),
    help=Text("use fewer KPIs and derived columns in it, or each fewer times", "少用几个 KPI 和派生列，或减少重复使用"),
)


_ENDS = (Use, Literal, Column)
_PARTS = (tree.Expr, tree.Clause)


def parts(node: tree.Node) -> Iterator[tree.Node]:
    """The expressions and clauses right below a node, in the order written."""
    return (part for part in node.below if isinstance(part, _PARTS))


def weigh(value: Expr, used: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """How deep a formula is and how many parts it has, with those of the KPIs it uses (weighed before).

    Parts that are shared are looked at once, so that doubling a column forty times over takes no time.
    """
    known: dict[int, tuple[int, int]] = {}
    waiting: list[tuple[Expr, tuple[Expr, ...] | None]] = [(value, None)]
    while waiting:
        part, below = waiting.pop()
        if below is None:
            if id(part) in known:
                continue
            below = () if isinstance(part, _ENDS) else part.children
            if below:
                waiting.append((part, below))
                waiting += [(child, None) for child in below]
                continue
        depth, size = used.get(part.kpi, (0, 0)) if isinstance(part, Use) else (0, 0)
        for child in below:
            child_depth, child_size = known[id(child)]
            depth, size = max(depth, child_depth), size + child_size
        known[id(part)] = depth + 1, size + 1
    return known[id(value)]


def too_large(weight: tuple[int, int], span: Span) -> Diagnostic | None:
    """A report where a typed expression of this depth and size, with all it uses, is more than can be computed."""
    depth, size = weight
    if depth <= DEEPEST and size <= LARGEST:
        return None
    return TOO_LARGE.at(span, limit=LARGEST, deep=DEEPEST)

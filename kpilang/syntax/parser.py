"""Source to tree; never raises, whatever the text."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from kpilang.diagnostics import Diagnostic
from kpilang.syntax.depth import prune, too_deep
from kpilang.syntax.tree import Expr, Path, Tree
from kpilang.text import Source

if TYPE_CHECKING:
    from kpilang.cache import Kept

ONE_AT_A_TIME = Lock()
"""The engine builds nodes for one source at a time."""


def parse(source: Source, kept: Kept | None = None) -> Tree:
    """The tree of a file with all its comments and mistakes; what is in `kept` is not parsed again.

    A text without mistakes is read quickly. One with mistakes is read again, in pieces; see `recover`.
    """
    with ONE_AT_A_TIME:
        from kpilang.syntax.pieces import read_pieces

        found = read_pieces(source, kept)
        if found is not None:
            return shallow(Tree(source, *found))
        from kpilang.syntax.engine import at_once, engine

        value = at_once(source, "start")
        if value is not None:
            return shallow(Tree(source, value, tuple(engine().comments.values())))
        from kpilang.syntax.recover import recover

        return shallow(recover(source))


def parse_expression(source: Source) -> tuple[Expr | None, tuple[Diagnostic, ...]]:
    """One expression, as `--where` takes it, and its mistakes; None when they leave nothing to go on."""
    return alone(source, "expr")


def parse_path(source: Source) -> tuple[Path | None, tuple[Diagnostic, ...]]:
    """A column or a path, as `--by` takes it, and its mistakes."""
    return alone(source, "path")


def alone(source: Source, rule: str) -> tuple[Any, tuple[Diagnostic, ...]]:
    """What a text of one thing says, and its mistakes."""
    from kpilang.syntax.quick import quick

    with ONE_AT_A_TIME:
        read = quick().read(source, rule, 0, len(source.text))
        value, found = read.value if read else None, tuple[Diagnostic, ...]()
        if value is None:
            from kpilang.syntax.engine import at_once

            value = at_once(source, rule)
        if value is None:
            from kpilang.syntax.recover import recover_alone

            value, found = recover_alone(source, rule)
    deep = too_deep(value) if value is not None else None
    return (None, (*found, deep)) if deep else (value, found)


def shallow(tree: Tree) -> Tree:
    """The tree without the fields that are nested too deep, which are reported."""
    pruned = [prune(declaration) for declaration in tree.declarations]
    found = tuple(each for _, reports in pruned for each in reports)
    if not found:
        return tree
    hurt = {each.name.text if each.name else each.kind for each, reports in pruned if reports}
    return replace(
        tree,
        declarations=tuple(each for each, _ in pruned),
        diagnostics=tuple(sorted((*tree.diagnostics, *found), key=lambda each: each.order)),
        damaged=tree.damaged | hurt,
    )

"""Source to tree."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from kpilang import resources
from kpilang.syntax.build import Builder
from kpilang.syntax.tree import Declaration, Tree

if TYPE_CHECKING:
    from lark import Lark

    from kpilang.text import Source


@cache
def engine() -> tuple[Lark, Builder]:
    """The parser and the builder for its trees; made once a process."""
    from lark import Lark

    builder = Builder()
    lark = Lark(
        resources.grammar(),
        parser="lalr",
        lexer="contextual",
        propagate_positions=True,
        maybe_placeholders=True,
        start=["start", "expr"],
    )
    return lark, builder


def parse(source: Source) -> Tree:
    """The tree of a file."""
    lark, builder = engine()
    builder.origin = source
    declarations: tuple[Declaration, ...] = builder.transform(lark.parse(source.text, start="start"))  # type: ignore[assignment]
    return Tree(source, declarations)

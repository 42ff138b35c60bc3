"""Source to tree."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from kpilang import resources
from kpilang.diagnostics import Diagnostic, Problem
from kpilang.syntax.build import Builder
from kpilang.syntax.tree import Expr, Path, Tree
from kpilang.text import Source, Span, Text

if TYPE_CHECKING:
    from lark import Lark

UNEXPECTED = Problem(
    "E101",
    "unexpected",
    Text("`{found}` cannot stand here", "这里不能出现 `{found}`"),
)


@cache
def engine() -> tuple[Lark, Builder]:
    """The parser and the builder for its trees; made once a process."""
    from lark import Lark

    builder = Builder()
    lark = Lark(
        resources.grammar(),
        parser="lalr",
        lexer="contextual",
        keep_all_tokens=True,
        transformer=builder.callbacks(),
        maybe_placeholders=True,
        start=["start", "expr", "path"],
    )
    return lark, builder


def read(source: Source, start: str) -> tuple[Any, tuple[Diagnostic, ...]]:
    """What a text says by one rule of the grammar, or None and what is wrong."""
    from lark import UnexpectedInput

    lark, builder = engine()
    builder.origin = source
    try:
        return lark.parse(source.text, start=start), ()
    except UnexpectedInput as error:
        offset = error.pos_in_stream if error.pos_in_stream is not None else len(source.text)
        span = Span(source, offset, min(offset + 1, len(source.text)))
        return None, (UNEXPECTED.at(span, found=span.text),)


def parse(source: Source) -> Tree:
    """The tree of a file; never raises, whatever the text."""
    declarations, diagnostics = read(source, "start")
    return Tree(source, declarations or (), diagnostics=diagnostics)


def parse_expression(source: Source) -> tuple[Expr | None, tuple[Diagnostic, ...]]:
    """One expression, as `--where` takes it."""
    return read(source, "expr")


def parse_path(source: Source) -> tuple[Path | None, tuple[Diagnostic, ...]]:
    """A column or a path, as `--by` takes it."""
    return read(source, "path")

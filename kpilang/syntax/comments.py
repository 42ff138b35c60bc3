"""Comments and where they stand."""

from __future__ import annotations

from kpilang.syntax.tree import Comment
from kpilang.text import Source


def comment(source: Source, start: int, end: int) -> Comment:
    """The comment at a place of a source."""
    line, _ = source.position(start)
    before = source.text[source.line_starts[line - 1] : start]
    return Comment(source, start, end, source.text[start:end], not before.strip("\ufeff \t\f\v\u00a0\u3000"))

"""The lexer for Pygments: `pygmentize -l kpi`, Sphinx, MkDocs and whatever else colours by it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar

from pygments.lexer import Lexer  # type: ignore[import-untyped]  # Pygments has no types
from pygments.token import Whitespace, string_to_tokentype  # type: ignore[import-untyped]  # the same

from kpilang.colour.kinds import Kind
from kpilang.colour.tokens import tokens


@cache
def _types() -> dict[Kind, Any]:
    return {kind: string_to_tokentype(kind.value.pygments) for kind in Kind}


class KpiLexer(Lexer):  # type: ignore[misc]  # the same
    """Definitions of KPIs. The texts that it gives, joined, are the text that it was given."""

    name = "kpilang"
    aliases: ClassVar[list[str]] = ["kpi", "kpilang"]
    filenames: ClassVar[list[str]] = ["*.kpi"]
    mimetypes: ClassVar[list[str]] = ["text/x-kpi"]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, Any, str]]:
        """Place, token and text of each stretch, blanks among them."""
        types, at = _types(), 0
        for start, end, kind in tokens(text):
            if at < start:
                yield at, Whitespace, text[at:start]
            yield start, types[kind], text[start:end]
            at = end
        if at < len(text):
            yield at, Whitespace, text[at:]

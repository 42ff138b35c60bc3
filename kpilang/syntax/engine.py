"""The parser that Lark makes out of the grammar: made once a process, and kept on disk between processes."""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lark
from lark import Lark, Token, UnexpectedInput
from lark.lexer import Lexer, LexerState, LexerThread, LineCounter
from lark.utils import TextOrSlice, TextSlice

from kpilang import cache as kept
from kpilang import resources
from kpilang.syntax.build import Builder
from kpilang.syntax.comments import comment
from kpilang.syntax.literals import MEANING
from kpilang.syntax.tree import Comment
from kpilang.text import At, Source

KINDS = ("calendar", "owner", "goal", "source", "template", "kpi")
STARTS = ("start", "expr", "path", *(f"{kind}_fields" for kind in KINDS))
OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    "lexer": "contextual",
    "keep_all_tokens": True,
    "maybe_placeholders": True,
    "start": list(STARTS),
}


class WholeWords:
    """Has a name read wherever a word stands, so that a keyword is never found at the beginning of a longer word."""

    always_accept = ("NAME",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


class Thread(LexerThread):
    """Begins to read in the midst of a text without counting the lines before, which nobody asks for."""

    @classmethod
    def from_text(cls, lexer: Lexer, text_or_slice: TextOrSlice[str]) -> Thread:
        text, places = TextSlice.cast_from(text_or_slice), LineCounter("\n")  # type: ignore[no-untyped-call]
        places.char_pos = text.start
        return cls(lexer, LexerState(text, places))


@dataclass
class Engine:
    """`comments` gathers the comments of the text being parsed, by offset; `turn` to a text before each parse."""

    lark: Lark
    builder: Builder
    comments: dict[int, Comment] = field(default_factory=dict)

    def turn(self, source: Source) -> None:
        self.builder.origin = source
        self.comments.clear()


def callbacks(builder: Builder) -> SimpleNamespace:
    """The builder's methods in the form that Lark calls them: by the name of the rule, with all children.

    The parser keeps every token, so that the first and the last child of a rule tell its span.
    """
    public = [name for name in dir(type(builder)) if not name.startswith("_")]
    return SimpleNamespace(**{name: placed(builder, getattr(builder, name)) for name in public})


def placed(builder: Builder, method: Callable[[At, list[Any]], object]) -> Callable[[list[Any]], object]:
    """A method of the builder as Lark calls it."""

    def build(children: list[Any]) -> object:
        present = [child for child in children if child is not None]
        if not present:
            return method((builder.origin, 0, 0), children)
        first, last = present[0], present[-1]
        start: Any = first.start_pos if type(first) is Token else first.begin
        end: Any = last.end_pos if type(last) is Token else last.close
        meant = [child for child in children if type(child) is not Token or child.type in MEANING]
        return method((builder.origin, start, end), meant)

    return build


def cache_file(grammar: str) -> Path | None:
    """The file for this grammar, this Lark and this Python; None where nothing can be kept."""
    mark = "\0".join((grammar, lark.__version__, sys.version, repr(OPTIONS), repr(WholeWords.always_accept)))
    return kept.place("lark", hashlib.sha256(mark.encode()).hexdigest())


def load(path: Path | None, options: dict[str, Any]) -> Lark | None:
    """The parser out of a file, or None where there is none or it is not whole."""
    packed = kept.read(path)
    if packed is None:
        return None
    made: Lark = Lark._load_from_dict(packed["data"], packed["memo"], **options)  # type: ignore[no-untyped-call]  # noqa: SLF001 Lark.load takes no options
    return made


def save(path: Path | None, made: Lark) -> None:
    """Keep a parser for the next process."""
    buffer = BytesIO()
    made.save(buffer, ("transformer", "lexer_callbacks", "postlex", "_plugins"))
    kept.write(path, pickle.loads(buffer.getvalue()))  # noqa: S301 what Lark just pickled: plain values


def make(builder: Builder, heed: Callable[[Token], Token]) -> Lark:
    """The parser, from the cache or from the grammar."""
    grammar = resources.grammar()
    options = {
        "transformer": callbacks(builder),
        "lexer_callbacks": {"COMMENT": heed},
        "postlex": WholeWords(),
        "_plugins": {"LexerThread": Thread},
    }
    path = cache_file(grammar)
    found = load(path, options)
    if found is not None:
        return found
    made = Lark(grammar, **OPTIONS, **options)
    save(path, made)
    return made


@cache
def engine() -> Engine:
    """The engine of this process."""
    builder = Builder()
    comments: dict[int, Comment] = {}

    def heed(token: Token) -> Token:
        comments[token.start_pos or 0] = comment(builder.origin, token.start_pos or 0, token.end_pos or 0)
        return token

    return Engine(make(builder, heed), builder, comments)


def at_once(source: Source, rule: str, start: int = 0, end: int | None = None) -> Any:  # noqa: ANN401 each rule builds its own
    """What a stretch without mistakes says by a rule of the grammar; None when there is a mistake in it."""
    made = engine()
    made.turn(source)
    try:
        return made.lark.parse(TextSlice(source.text, start, len(source.text) if end is None else end), start=rule)
    except UnexpectedInput:
        return None

"""The parser that Lark makes out of the grammar: made once a process, and kept on disk between processes."""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import lark
from lark import Lark, Token, UnexpectedInput
from lark.utils import TextSlice

from kpilang import resources
from kpilang.syntax.build import Builder
from kpilang.syntax.tree import Comment
from kpilang.text import Source, Span

STARTS = ("start", "expr", "path", "calendar_fields", "owner_fields", "goal_fields", "source_fields", "kpi_fields")
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


@dataclass
class Engine:
    """`comments` gathers the comments of the text being parsed, by offset; `turn` to a text before each parse."""

    lark: Lark
    builder: Builder
    comments: dict[int, Comment] = field(default_factory=dict)

    def turn(self, source: Source) -> None:
        self.builder.origin = source
        self.comments.clear()


def cache_folder() -> Path:
    """Where this user's caches lie."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or tempfile.gettempdir()) / "kpilang"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "kpilang"


def cache_file(grammar: str) -> Path | None:
    """The file for this grammar, this Lark and this Python; None where the user has no home."""
    mark = "\0".join((grammar, lark.__version__, sys.version, repr(OPTIONS), repr(WholeWords.always_accept)))
    try:
        return cache_folder() / f"grammar-{hashlib.sha256(mark.encode()).hexdigest()[:32]}.bin"
    except RuntimeError:
        return None


def load(path: Path, options: dict[str, Any]) -> Lark | None:
    """The parser out of a file, or None where there is none or it is not whole.

    The file begins with the digest of the rest. It is unpickled only when nobody but this user can write it.
    """
    try:
        for place in (path, path.parent):
            if hasattr(os, "getuid") and (place.stat().st_uid != os.getuid() or place.stat().st_mode & 0o022):
                return None
        content = path.read_bytes()
    except OSError:
        return None
    digest, body = content[:32], content[32:]
    if hashlib.sha256(body).digest() != digest:
        return None
    packed = pickle.loads(body)  # noqa: S301 the file is this user's own, and whole
    made: Lark = Lark._load_from_dict(packed["data"], packed["memo"], **options)  # type: ignore[no-untyped-call]  # noqa: SLF001 Lark.load takes no options
    return made


def save(path: Path, made: Lark) -> None:
    """Keep a parser for the next process; a folder that cannot be written is no concern."""
    buffer = BytesIO()
    made.save(buffer, ("transformer", "lexer_callbacks", "postlex"))
    body = buffer.getvalue()
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).digest() + body)
        Path(name).replace(path)


def make(builder: Builder, heed: Callable[[Token], Token]) -> Lark:
    """The parser, from the cache or from the grammar."""
    grammar = resources.grammar()
    options = {"transformer": builder.callbacks(), "lexer_callbacks": {"COMMENT": heed}, "postlex": WholeWords()}
    path = cache_file(grammar)
    found = load(path, options) if path else None
    if found is not None:
        return found
    made = Lark(grammar, **OPTIONS, **options)
    if path:
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


def comment(source: Source, start: int, end: int) -> Comment:
    """The comment at a place of a source."""
    line, _ = source.position(start)
    before = source.text[source.line_starts[line - 1] : start]
    return Comment(Span(source, start, end), source.text[start:end], not before.strip("\ufeff \t\f\v\u00a0\u3000"))

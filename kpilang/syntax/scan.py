"""A rough look at a text that may be wrong: strings, comments, braces, words, and where declarations seem to begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kpilang.syntax import words
from kpilang.syntax.quotes import text_end

PIECE = re.compile(
    r"""(?P<text>"(?:[^"\\\r\n]|\\[^\r\n])*"|[“”„][^“”„"\r\n]*[“”"]|'[^'\r\n]*')|(?P<open>")|(?P<comment>\#[^\r\n]*)"""
    r"""|(?P<brace>[{}｛｝])|(?P<word>[^\W\d]\w*)|(?P<other>[^\s\ufeff{}"'“”„\#\w]+|[^\s\ufeff])"""
)
HEAD = re.compile(r"\w+\s+[^\W\d]\w*[ \t]*[\"“<{]")
BRACES = {"｛": "{", "｝": "}"}


class Item(NamedTuple):
    """One thing in a text. `fresh`: the first on its line; `column` counts from 0 at the line's start."""

    kind: str
    text: str
    start: int
    end: int
    fresh: bool
    column: int


def scan(text: str, start: int, end: int) -> Iterator[Item]:
    """The things in a stretch, in order; a brace has itself as kind."""
    at, line = start, line_start(text, start)
    fresh = not text[line:start].strip(" \t\ufeff")
    while (match := PIECE.search(text, at, end)) is not None:
        begin = match.start()
        newline = max(text.rfind("\n", at, begin), text.rfind("\r", at, begin))
        if newline >= 0:
            line, fresh = newline + 1, True
        kind, at = match.lastgroup or "other", match.end()
        if kind == "open":
            at = max(text_end(text, begin, end), begin + 1)
        if kind == "brace":
            kind = BRACES.get(match.group(), match.group())
        column = len(text[line:begin].lstrip("\ufeff")) if fresh else begin - line
        yield Item(kind, text[begin:at], begin, at, fresh, column)
        fresh = False


def line_start(text: str, offset: int) -> int:
    """Where the line begins that a place is on."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


@dataclass(frozen=True)
class Piece:
    """A stretch that seems to be one declaration; `firm` when it begins with a declaration's keyword."""

    start: int
    end: int
    firm: bool


def pieces(text: str) -> list[Piece]:
    """A file cut where declarations seem to begin: at their keywords in column 0, and between closed declarations at
    any word that begins a line in column 0, or at a keyword that begins a line."""
    keywords = words.declarations()
    cuts: list[tuple[int, bool]] = [(0, False)]
    open_brace = closed = False
    for item in scan(text, 0, len(text)):
        if item.kind == "word" and item.fresh:
            firm = item.text in keywords and (begins(text, item) if item.column or open_brace else True)
            firm = firm and not (item.column and open_brace)
            if firm or (item.column == 0 and not open_brace and closed):
                cuts.append((item.start, firm))
                open_brace = closed = False
        elif item.kind == "{":
            open_brace = True
        elif item.kind == "}":
            open_brace, closed = False, True
    ends = [*(start for start, _ in cuts[1:]), len(text)]
    return [Piece(start, end, firm) for (start, firm), end in zip(cuts, ends, strict=True)]


def begins(text: str, item: Item) -> bool:
    """Whether a keyword that might be a field's seems to begin a declaration: it is no field, or looks like a head."""
    return not words.owners_of(item.text) or HEAD.match(text, item.start) is not None


def closing_brace(items: list[Item], inside: int) -> Item | None:
    """The `}` for a `{` that ends at a place: the one that matches, else the last one."""
    depth, last = 1, None
    for item in items:
        if item.start >= inside and item.kind in "{}":
            depth += 1 if item.kind == "{" else -1
            last = item if item.kind == "}" else last
            if not depth:
                break
    return last

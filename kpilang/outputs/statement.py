"""SQL for people: a clause to a line, long lists and conditions folded, and no word of it changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import pairwise

from kpilang.width import width

ROOM = 110
_PIECE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\s+|[^'"()\s]+|.""", re.DOTALL)
_QUERY = re.compile(r"\(*(?:SELECT|WITH)\b")
_CLAUSE = re.compile(r"(?:SELECT|FROM|(?:(?:LEFT|CROSS|ASOF) )*JOIN|WHERE|GROUP BY|HAVING|ORDER BY|UNION)\b")
_JOINS = ("LEFT", "CROSS", "ASOF")
_PART = re.compile(r"(?:AND|OR|WHEN|ELSE|ON)\b")


class _Break(IntEnum):
    """What begins behind a space."""

    NOTHING = 0
    PART = 1
    ITEM = 2
    CLAUSE = 3


def lines(sql: str) -> Iterator[str]:
    """A statement, line by line; the words are those of the statement, in their order."""
    found = list(_pieces(sql.strip()))
    starts = [number for number, (kind, _, _) in enumerate(found) if kind is _Break.CLAUSE]
    for start, end in pairwise([*starts, len(found)]):
        margin = "  " * found[start][1]
        folded = _folded([(kind, text) for kind, _, text in found[start:end]], ROOM - len(margin))
        yield from (margin + line for line in folded)


def _pieces(sql: str) -> Iterator[tuple[_Break, int, str]]:
    """What may not be parted, with what begins there and how many queries it stands in."""
    brackets: list[bool] = []
    kind, level, text = _Break.CLAUSE, 0, ""
    for found in _PIECE.finditer(sql):
        piece, rest = found[0], found.end()
        begins = _begins(sql, rest, text, plain=all(brackets[-1:])) if piece.isspace() else _Break.NOTHING
        if begins is not _Break.NOTHING:
            yield kind, level, text
            kind, level, text = begins, sum(brackets), ""
        else:
            text += " " if piece.isspace() else piece
        if piece == "(":
            brackets.append(_QUERY.match(sql, rest) is not None)
        elif piece == ")" and brackets:
            brackets.pop()
    yield kind, level, text


def _begins(sql: str, at: int, before: str, *, plain: bool) -> _Break:
    """What begins at a place; clauses and items only where a query is `plain`, in none of its expressions' brackets."""
    if plain and _CLAUSE.match(sql, at) and not before.endswith(_JOINS):
        return _Break.CLAUSE
    if before.endswith(","):
        return _Break.ITEM if plain else _Break.PART
    return _Break.PART if _PART.match(sql, at) else _Break.NOTHING


def _folded(clause: Sequence[tuple[_Break, str]], room: int) -> Iterator[str]:
    """As many items to a line as there is room for; an item that is too long is folded between its parts."""
    items: list[list[str]] = []
    for kind, text in clause:
        if kind is _Break.PART:
            items[-1].append(text)
        else:
            items.append([text])
    parts = {" ".join(item): item for item in items}
    folded = (
        line
        for packed in _packed(list(map(" ".join, items)), room)
        for line in (_packed(parts[packed], room) if width(packed) > room else (packed,))
    )
    for number, line in enumerate(folded):
        yield "    " + line if number else line


def _packed(texts: Sequence[str], room: int) -> Iterator[str]:
    """The texts side by side, as many to a line as there is room for."""
    line = ""
    for text in texts:
        if line and width(line) + 1 + width(text) > room:
            yield line
            line = text
        else:
            line = f"{line} {text}" if line else text
    yield line

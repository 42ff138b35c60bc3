"""Text to tokens, whatever the text: exact where it can be read, rough where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpilang.colour.exact import Token, exact
from kpilang.syntax import words
from kpilang.syntax.scan import Item, Piece, closing_brace, pieces, scan

JOINED = 4
"""How many stretches that seem to be fields are tried as one, since a line of a formula may begin like a field."""
WORD = re.compile(r"[\s\ufeff]*([^\W\d]\w*)")


def tokens(text: str) -> list[Token]:
    """The tokens of a file, or of an extract of one: fields, or a formula; nothing but blanks stands between them.

    Steps grow with the length of the text, sound or not.
    """
    whole = exact(text, "start", 0, len(text))
    if whole is None:
        whole = _extract(text)
    if whole is None:
        whole = [token for piece in pieces(text) for token in _piece(text, piece)]
    return whole


def _extract(text: str) -> list[Token] | None:
    """The tokens of fields without their declaration, or of an expression."""
    first = WORD.match(text)
    kinds = [kind for kind in words.KINDS if first and first[1] in words.fields(kind)]
    rules = dict.fromkeys(f"{words.rule_of(kind)}_fields" for kind in reversed(kinds))
    found = (exact(text, rule, 0, len(text)) for rule in (*rules, "expr"))
    return next((each for each in found if each is not None), None)


def _piece(text: str, piece: Piece) -> Iterator[Token]:
    """The tokens of what seems to be one declaration."""
    stopped = list[int]()
    whole = exact(text, "start", piece.start, piece.end, stopped)
    if whole is not None:
        yield from whole
        return
    from kpilang.colour.rough import Rough

    items = [item for item in scan(text, piece.start, piece.end) if item.kind != "comment"]
    opening = next((item for item in items if item.kind == "{"), None)
    kind = items[0].text if items and items[0].text in words.declarations() else ""
    if opening is None or not kind:
        yield from Rough(text, "", stopped[0]).read(piece.start, piece.end)
        return
    closing = closing_brace(items, opening.end)
    inside = closing.start if closing else piece.end
    yield from Rough(text, "", stopped[0]).read(piece.start, opening.end)
    yield from _body(text, kind, [item for item in items if opening.end <= item.start < inside], opening.end, inside)
    if closing is not None:
        yield from Rough(text, "", stopped[0]).read(inside, piece.end)


def _body(text: str, kind: str, items: list[Item], start: int, end: int) -> Iterator[Token]:
    """The tokens of the fields of a declaration: cut at lines that begin with a field's word, each read by itself."""
    from kpilang.colour.rough import Rough

    names, rule = words.fields(kind), f"{words.rule_of(kind)}_fields"
    bounds = [start, *(item.start for item in items if item.fresh and item.text in names and item.start > start), end]
    at = 0
    while at < len(bounds) - 1:
        found, reached = _sound(text, rule, bounds, at)
        if found is None:
            found, reached = list(Rough(text, kind, reached, "LBRACE").read(bounds[at], bounds[at + 1])), at + 1
        yield from found
        at = reached


def _sound(text: str, rule: str, bounds: list[int], at: int) -> tuple[list[Token] | None, int]:
    """The tokens of a stretch, or of it and those after it that turn out to be its own, and which bound they reach; else
    the place where reading stopped."""
    wrong = bounds[at]
    for last in range(at + 1, min(at + 1 + JOINED, len(bounds))):
        stopped = list[int]()
        found = exact(text, rule, bounds[at], bounds[last], stopped)
        if found is not None:
            return found, last
        wrong = wrong if last > at + 1 else stopped[0]
        if stopped[0] < bounds[last]:
            break
    return None, wrong

"""A file without mistakes, cut where declarations begin: a piece that was read before is not parsed again."""

from __future__ import annotations

import contextlib
import hashlib
import re
from array import array
from functools import cache
from typing import TYPE_CHECKING

from kpilang.syntax.quick import Read, quick, sort_of_steps
from kpilang.syntax.tree import Comment, Declaration
from kpilang.text import Source

if TYPE_CHECKING:
    from kpilang.cache import Kept

NOT_ITS_OWN = (ArithmeticError, AttributeError, LookupError, RuntimeError, StopIteration, TypeError, ValueError)
"""What reading by the steps of another text may raise."""


def read_pieces(source: Source, kept: Kept | None) -> tuple[tuple[Declaration, ...], tuple[Comment, ...]] | None:
    """The declarations and comments of a file; None when a piece of it cannot be read by itself."""
    declarations, comments = list[Declaration](), list[Comment]()
    for start, end in cut(source):
        found = read_piece(source, start, end, kept)
        if found is None:
            return None
        declarations += found.value
        comments += found.comments
    return tuple(declarations), tuple(comments)


def cut(source: Source) -> list[tuple[int, int]]:
    """The pieces of a file: where each begins and ends."""
    starts = [match.start() for match in _heads().finditer(source.text)]
    starts = starts if starts[:1] == [0] else [0, *starts]
    return list(zip(starts, [*starts[1:], len(source.text)], strict=True))


@cache
def _heads() -> re.Pattern[str]:
    """Where a line begins with the keyword of a declaration."""
    made = quick().made
    return re.compile(rf"^(?:{'|'.join(made.words[made.begins['start']])})\b", re.MULTILINE)


def key_of(source: Source, start: int, end: int) -> bytes:
    """What tells the text of a piece, and the rules it is read by, from all others."""
    text = quick().made.mark + source.text[start:end]
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def read_piece(source: Source, start: int, end: int, kept: Kept | None) -> Read | None:
    """What a piece says, by the steps that are kept, else by reading it; None when Lark must be asked."""
    reader = quick()
    if kept is None:
        return reader.read(source, "start", start, end)
    key = key_of(source, start, end)
    entry = kept.get(key)
    if entry is not None:
        with contextlib.suppress(*NOT_ITS_OWN):
            found = reader.replay(source, start, array(sort_of_steps(end - start), entry))
            if all(isinstance(each, Declaration) for each in found.value):
                return found
    made = reader.read(source, "start", start, end)
    if made is not None:
        kept.put(key, made.steps.tobytes())
    return made

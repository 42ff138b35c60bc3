"""Reads the wording of labels: does a text ask for betterment without a measure, does it name a quality and no quantity?

A text with any Chinese letter is read as Chinese, every other as English. In doubt nothing is said: a false alarm is
worse than a miss. Only the first 400 characters of a text are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kpilang.lint.wording import chinese, english
from kpilang.lint.wording.script import is_chinese
from kpilang.lint.wording.wish import Wish, measured

__all__ = ["Wish", "command", "is_chinese", "measured", "names_quantity", "quality", "wish"]

_ACRONYM = re.compile(r"(?<![A-Za-z])[A-Z][A-Z0-9]+(?![a-z])")
_NUMBER = re.compile(r"\d|%|#")
_NOMINAL = re.compile(r"\s+(?:of|in|to|by|from|on|over)\b|的", re.IGNORECASE)
_LONGEST = 400


def names_quantity(text: str) -> bool:
    """Whether a label says that it is about a quantity."""
    text = text[:_LONGEST]
    return chinese.names_quantity(text) if is_chinese(text) else english.names_quantity(text)


def quality(text: str, qualities: Iterable[str] = (), quantities: Iterable[str] = ()) -> tuple[int, int] | None:
    """Where the quality stands that is all a label names, as offsets; None when it names a quantity or something else.

    `qualities` and `quantities` are further words, of either language.
    """
    text = text[:_LONGEST]
    if _ACRONYM.search(text) or _NUMBER.search(text) or any(each.lower() in text.lower() for each in quantities):
        return None
    more = frozenset(qualities)
    return chinese.quality(text, more) if is_chinese(text) else english.quality(text, more)


def wish(text: str, more: Iterable[str] = (), allowed: Iterable[str] = ()) -> Wish | None:
    """The betterment that a text asks for without a measure, or None.

    `more` are further words of betterment, `allowed` words and phrases that are let alone.
    """
    text, further, let = text[:_LONGEST], frozenset(more), frozenset(allowed)
    if is_chinese(text):
        return chinese.wish(text, further, let) if chinese.may_wish(text, further) and not measured(text) else None
    return english.wish(text, further, let) if english.may_wish(text, further) and not measured(text) else None


def command(text: str, more: Iterable[str] = (), allowed: Iterable[str] = ()) -> Wish | None:
    """A wish that a sentence begins with: `Improve service quality.`, and not `Increase in sales over a year`."""
    found = wish(text, more, allowed)
    if found is None or not found.leading or names_quantity(text) or _NOMINAL.match(text, found.end):
        return None
    return found

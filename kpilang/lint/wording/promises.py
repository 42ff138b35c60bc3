"""Tells which unit the words of a label promise: a rate, money, a length of time, or a number of things."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpilang.lint import words
from kpilang.lint.wording.script import is_chinese

SORTS = ("rate", "money", "time", "count")
LENGTH = "length"
"""A number of hours or days: a number and a length of time in one."""

_BRACKET = re.compile(r"\s*[(（\[【][^()（）\[\]【】]*[)）\]】]")
_TAIL = re.compile(r"\s*(?:[,，:：;；]|\s[-–—]\s).*$", re.DOTALL)
_LONGEST = 400


def promise(label: str) -> tuple[str, str] | None:
    """The sort that a label promises, with the word that does; None where it promises none, or leaves it open."""
    bare = _TAIL.sub("", _BRACKET.sub("", label[:_LONGEST])).strip().lower()
    language = "zh" if is_chinese(bare) else "en"
    for sort, word in _promised(bare, language):
        silent = words.pattern(words.group("promises", language, sort, "silent"), whole_words=False)
        if _says(silent, bare, word, language):
            return None
        lengths = words.pattern(words.group("promises", language, "count", "lengths"), whole_words=language == "en")
        return (LENGTH if sort == "count" and lengths.search(bare) else sort), word
    return None


def _promised(bare: str, language: str) -> Iterator[tuple[str, str]]:
    """What the end of a label says, then what its beginning does; the longest word first."""
    for sort in SORTS:
        ends = words.longest("promises", language, sort, "ends")
        for word in ends if bare.endswith(ends) else ():
            if bare.endswith(word) and (language == "zh" or _alone(bare, len(bare) - len(word))):
                yield sort, word
                break
    if language == "en":
        for sort in SORTS:
            begins = words.longest("promises", language, sort, "begins")
            for word in begins if bare.startswith(begins) else ():
                if bare.startswith(f"{word} "):
                    yield sort, word


def _alone(bare: str, start: int) -> bool:
    """Whether a word begins at a place."""
    return start == 0 or not (bare[start - 1].isalnum() or bare[start - 1] == "-")


def _says(silent: re.Pattern[str], bare: str, word: str, language: str) -> bool:
    """Whether one of the words that leave it open stands in a label: Chinese ones anywhere, English ones as words."""
    for found in silent.finditer(bare):
        whole = language == "zh" or (_alone(bare, found.start()) and not bare[found.end() : found.end() + 1].isalnum())
        if whole and found.group() != word:
            return True
    return False

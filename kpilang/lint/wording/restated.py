"""Tells a text that explains from one that is empty, waits to be written, or only says a label again."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache

from kpilang.lint import words
from kpilang.lint.wording.script import is_chinese

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 400
_ENDINGS = ("ies", "es", "s", "ed", "ing", "ly")


def missing(text: str) -> bool:
    """Whether a text says nothing: it is blank, or stands for one still to be written."""
    bare = text.strip().rstrip("。.!！")
    return bare.lower() in words.group("restated", "missing", "texts") or not _WORD.search(bare)


def restates(text: str, label: str) -> bool:
    """Whether a text has no word that the label does not have; a text in another language never does."""
    if len(text) > _LONGEST or is_chinese(text) != is_chinese(label):
        return False
    return _chinese(text, label) if is_chinese(text) else _english(text, label)


def _english(text: str, label: str) -> bool:
    idle = words.group("restated", "en", "idle")
    known = {_stem(word.lower()) for word in _WORD.findall(label)}
    said = (match.group().lower() for match in _WORD.finditer(text))
    return all(word in idle or _stem(word) in known for word in said)


@lru_cache(maxsize=10_000)
def _stem(word: str) -> str:
    ending = next((each for each in _ENDINGS if word.endswith(each) and len(word) - len(each) >= 3), "")
    return word.removesuffix(ending).rstrip("ey") or word


@cache
def _letters(texts: frozenset[str]) -> frozenset[str]:
    return frozenset("".join(texts))


def _chinese(text: str, label: str) -> bool:
    listed = words.group("restated", "zh", "idle")
    letters = _letters(listed)
    if any(letter not in letters and letter not in label and letter.isalpha() for letter in text):
        return False
    idle = words.pattern(listed)
    bare, known = (Counter(re.sub(r"[\W_]", "", idle.sub("", each)).lower()) for each in (text, label))
    return not bare - known

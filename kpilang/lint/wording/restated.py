"""Tells a text that explains from one that is empty, waits to be written, or only says a label again."""

from __future__ import annotations

import re
from collections import Counter

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
    said = {word for word in map(str.lower, _WORD.findall(text)) if word not in words.group("restated", "en", "idle")}
    return {_stem(word) for word in said} <= {_stem(word) for word in map(str.lower, _WORD.findall(label))}


def _stem(word: str) -> str:
    ending = next((each for each in _ENDINGS if word.endswith(each) and len(word) - len(each) >= 3), "")
    return word.removesuffix(ending).rstrip("ey") or word


def _chinese(text: str, label: str) -> bool:
    idle = words.pattern(words.group("restated", "zh", "idle"))
    bare, known = (Counter(re.sub(r"[\W_]", "", idle.sub("", each)).lower()) for each in (text, label))
    return not bare - known

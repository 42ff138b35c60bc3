"""Tells whether a label says that a KPI is the part of a whole: a share, a portion, a conversion."""

from __future__ import annotations

import re

from kpilang.lint import words
from kpilang.lint.wording.script import is_chinese

_HEAD = re.compile(r"\s(?:of|in|for|by|per|from|at|on|with|among|within)\s|[(（:,–—]")


def part(label: str) -> str | None:
    """The word by which a label names a part of a whole; None where it does not, or means something else."""
    label = label[:400]
    language = "zh" if is_chinese(label) else "en"
    whole = language == "en"
    parts, heads, silent = (words.group("shares", language, kind) for kind in ("parts", "heads", "silent"))
    if words.pattern(silent, whole_words=whole).search(label):
        return None
    found = words.pattern(parts, whole_words=whole).search(label)
    if found:
        return found.group()
    head = _HEAD.split(label, maxsplit=1)[0].strip()
    return next((each for each in heads if _ends(head.lower(), each, whole_word=whole)), None)


def _ends(text: str, word: str, *, whole_word: bool) -> bool:
    before = text[: len(text) - len(word)]
    return text.endswith(word) and not (whole_word and before[-1:].isalpha())

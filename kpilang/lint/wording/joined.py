"""Tells a label that joins two measures from one whose `and` stands inside the name of a single measure."""

from __future__ import annotations

import re

from kpilang.lint import words
from kpilang.lint.wording.script import is_chinese
from kpilang.lint.wording.wish import blanked

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|【[^【】]*】")
_AND = re.compile(r"\s+(?:and|as well as|plus)\s+|\s*,\s*and\s+|\s+&\s+|\s+\+\s+", re.IGNORECASE)
_ALONG = re.compile(r"\s(?:of|per|for)\s", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:between|before|after|with|without|to|in|on|by|from|than|that|which|who|whose|as|over|under|vs|versus)\b|\bboth\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_TAIL = re.compile(
    r"\s(?:of|per|for|in|on|by|from|to|with|at|after|before|within|over|under|during)\s.*", re.IGNORECASE | re.DOTALL
)
_AND_ZH = re.compile(r"以及|[和与及、&＆]|\s[+＋]\s")


def joined(text: str) -> tuple[str, str, int, int] | None:
    """The two measures that a label joins, and where the word stands that joins them; None for a label of one."""
    text = _BRACKETS.sub(lambda match: " " * len(match.group()), text[:400])
    return _chinese(text) if is_chinese(text) else _english(text)


def _english(text: str) -> tuple[str, str, int, int] | None:
    if not _AND.search(text):
        return None
    shown = blanked(text, words.pattern(words.group("measures", "en", "names"), whole_words=True))
    for match in _AND.finditer(shown):
        left, right = text[: match.start()].strip(" ,"), text[match.end() :].strip(" .")
        if _two(left, _TAIL.sub("", right)):
            word = re.search(r"[^\s,]+(?: \w+)*", match.group())
            start, end = word.span() if word else (0, len(match.group()))
            return _whole(left, right), right, match.start() + start, match.start() + end
    return None


def _two(left: str, right: str) -> bool:
    """Whether both sides are measures: each by itself, or by the rate or time at the end of the right one."""
    before, after = _lowered(left), _lowered(right)
    if not before or not after or _ELSEWHERE.search(left):
        return False
    head, last = after[-1], before[-1]
    if last in _en("processes") and head in _en("rates") and (after[-2:-1] or [""])[0] in _en("processes"):
        return True
    if _ALONG.search(left):
        return len(after) > 1 and head in _en("rates") | {"score", "ratio"} and last not in _en("measures")
    if last not in _en("measures") or head not in _en("measures"):
        return False
    if last == head and head in _en("additive"):
        return False
    return len(after) == 1 or (head not in _en("relating") and (len(before) > 1 or head not in _en("additive")))


def _whole(left: str, right: str) -> str:
    """The left measure, with the rate or time that it shares with the right one."""
    last, head = _lowered(left)[-1], _WORD.findall(_TAIL.sub("", right))[-1]
    shared = last in _en("processes") and not last.endswith("s") and head.lower() in _en("rates")
    return f"{left} {head}" if shared and last not in _en("measures") else left


def _en(kind: str) -> frozenset[str]:
    return words.group("measures", "en", kind)


def _lowered(text: str) -> list[str]:
    return [each.group().lower() for each in _WORD.finditer(text)]


def _chinese(text: str) -> tuple[str, str, int, int] | None:
    if not _AND_ZH.search(text):
        return None
    shown = blanked(text, words.pattern(words.group("measures", "zh", "names")))
    for match in _AND_ZH.finditer(shown):
        left, right = text[: match.start()].strip(), text[match.end() :].strip(" 。")
        if left and right and _two_chinese(left, right):
            rate = _ends(right, "rates") if not _ends(left, "measures") else ""
            return left + rate, right, match.start(), match.end()
    return None


def _two_chinese(left: str, right: str) -> bool:
    """The same for Chinese, where a measure is known by the letters it ends in."""
    here, there = _ends(left, "measures"), _ends(right, "measures")
    ratio = _ends(right, "relating")
    if _ends(left, "not_measures") or (ratio and ratio != right and here != there):
        return False
    rate = _ends(right, "rates")
    if rate and _ends(left, "processes") and _ends(right[: -len(rate)], "processes"):
        return True
    if not here or not there or (here == there and here in words.group("measures", "zh", "additive")):
        return False
    lone = _ends(left, "qualities") == left
    return not lone or there == right or _ends(right, "qualities") != ""


def _ends(text: str, kind: str) -> str:
    """The longest word of a kind that a text ends in, or an empty text."""
    return max((each for each in words.group("measures", "zh", kind) if text.endswith(each)), key=len, default="")

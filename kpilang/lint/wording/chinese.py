"""Chinese labels, by their letters; the head of a label is its end."""

from __future__ import annotations

import re

from kpilang.lint import words
from kpilang.lint.wording.wish import Wish, blanked, taken_out

_IDLE_ENDS = (" ", "\t", "。", "！", "!", ".", "情况", "状况")
_OPEN = {")": "(", "）": "（", "]": "[", "】": "【"}


def names_quantity(text: str) -> bool:
    """Whether a word in a text, or its end, stands for a quantity."""
    bare = _bare(text)
    if words.pattern(words.group("quality", "zh", "quantities")).search(text) or _ends(bare, "established"):
        return True
    return bool(_ends(bare, "endings")) and not _ends(bare, "qualities")


def quality(text: str, more: frozenset[str]) -> tuple[int, int] | None:
    """Where the quality stands that a text ends in, where no word in it stands for a quantity."""
    bare = _bare(text)
    if words.pattern(words.group("quality", "zh", "quantities")).search(text) or _ends(bare, "established"):
        return None
    found = _ends(bare, "qualities", more)
    return (len(bare) - len(found), len(bare)) if found else None


def _ends(text: str, kind: str, more: frozenset[str] = frozenset()) -> str:
    """The longest word of a kind that a text ends in, or an empty text."""
    known = words.group("quality", "zh", kind) | more
    return max((each for each in known if text.endswith(each)), key=len, default="")


def _bare(text: str) -> str:
    """A text without what stands in brackets at its end, and without words and stops there that say nothing."""
    bare = text
    while bare:
        idle = next((end for end in _IDLE_ENDS if bare.endswith(end)), None)
        opened = bare.rfind(_OPEN[bare[-1]]) if bare[-1] in _OPEN else -1
        if idle is None and opened <= 0:
            return bare
        bare = bare[: -len(idle)] if idle else bare[:opened]
    return text


def may_wish(text: str, more: frozenset[str]) -> bool:
    """Whether a text has any word of betterment at all: most have none, and are not looked at any closer."""
    known = (words.group("vague", "zh", "anywhere"), words.group("vague", "zh", "leading"), more)
    return any(words.pattern(each).search(text) for each in known)


def wish(text: str, more: frozenset[str], allowed: frozenset[str]) -> Wish | None:
    """The words of betterment in a text that is no name of a quantity."""
    better = words.pattern(words.group("vague", "zh", "anywhere") | more)
    shown = _without_names(text, better, allowed)
    begin = _first(shown)
    hits = [each.span() for each in better.finditer(shown)]
    verb = words.pattern(words.group("vague", "zh", "leading")).match(shown, begin)
    if verb and verb.span() not in hits:
        hits.insert(0, verb.span())
    if not hits:
        return None
    leading = hits[0][0] <= begin
    describes = not leading or shown.startswith("的", hits[-1][1])
    if describes and hits[-1][1] < len(_bare(text)) and names_quantity(text):
        return None
    return Wish(*hits[0], _trimmed(taken_out(text, hits)), leading)


def _without_names(text: str, better: re.Pattern[str], allowed: frozenset[str]) -> str:
    """The text with the names blanked in which such a word asks for nothing: 增加值, 优化建议."""
    shown = blanked(text, words.pattern(words.group("vague", "zh", "names") | allowed))
    things = words.group("vague", "zh", "things")
    for match in reversed(list(better.finditer(shown))):
        thing = next((each for each in things if shown.startswith(each, match.end())), None)
        if thing:
            end = match.end() + len(thing)
            shown = shown[: match.start()] + " " * (end - match.start()) + shown[end:]
    return shown


def _first(text: str) -> int:
    """Where the first word stands that is neither space nor an adverb."""
    around, begin = words.pattern(words.group("vague", "zh", "around") | {" "}), 0
    while match := around.match(text, begin):
        begin = match.end()
    return begin


def _trimmed(text: str) -> str:
    """The text without words at either end that are not its subject."""
    around = words.group("vague", "zh", "around") | {" "}
    text = text[_first(text) :]
    while end := max((each for each in around if text.endswith(each)), key=len, default=""):
        text = text[: -len(end)]
    return text

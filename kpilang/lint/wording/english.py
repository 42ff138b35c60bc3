"""English labels, word by word; the head of a label is the last word before a preposition."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpilang.lint import words
from kpilang.lint.wording.wish import Wish, blanked, taken_out

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_AFTER_HEAD = re.compile(
    r"\b(?:of|in|for|with|by|per|from|to|at|on|among|across|within|during|after|before|under|over|than|that|when)\b|[,:;.]|\s[-–—]\s",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\band\b|\bor\b|&|/", re.IGNORECASE)
_NOUN = ("ment", "sation", "zation")


def names_quantity(text: str) -> bool:
    """Whether any word stands for a quantity."""
    quantities = words.group("quality", "en", "quantities")
    return any(word in quantities or word.removesuffix("s") in quantities for word in _lowered(text))


def quality(text: str, more: frozenset[str]) -> tuple[int, int] | None:
    """Where the head stands that names a quality, in a text without any word for a quantity."""
    plain = blanked(text, _BRACKETS)
    if names_quantity(plain):
        return None
    known = words.group("quality", "en", "qualities") | {each.lower() for each in more}
    spots = [_quality_at_end(part, start, known) for part, start in _conjuncts(plain[: _end_of_head(plain)])]
    return spots[0] if spots and None not in spots else None


def _end_of_head(text: str) -> int:
    """Where the head of a label ends: before the first preposition or stop that is not its very beginning."""
    cut = _AFTER_HEAD.search(text, len(text) - len(text.lstrip()) + 1)
    return cut.start() if cut else len(text)


def _conjuncts(head: str) -> Iterator[tuple[str, int]]:
    """The parts that `and` joins, with their offsets."""
    start = 0
    for match in (*_JOINED.finditer(head), None):
        end = match.start() if match else len(head)
        if head[start:end].strip():
            yield head[start:end], start
        start = match.end() if match else end


def _quality_at_end(part: str, offset: int, known: frozenset[str]) -> tuple[int, int] | None:
    """Where the last word stands when it, or it with one or two before it, names a quality."""
    found = list(_WORD.finditer(part))[-3:]
    tails = {" ".join(each.group().lower() for each in found[index:]) for index in range(len(found))}
    if tails & words.group("quality", "en", "established") or not tails & known:
        return None
    return offset + found[-1].start(), offset + found[-1].end()


def may_wish(text: str, more: frozenset[str]) -> bool:
    """Whether a text has any word of betterment at all: most have none, and are not looked at any closer."""
    said = set(_lowered(text))
    known = (words.group("vague", "en", "anywhere"), words.group("vague", "en", "leading"))
    return not all(said.isdisjoint(each) for each in known) or not said.isdisjoint(each.lower() for each in more)


def wish(text: str, more: frozenset[str], allowed: frozenset[str]) -> Wish | None:
    """The words of betterment in a text that is no name of a quantity."""
    names = words.group("vague", "en", "names") | allowed
    shown = blanked(text, words.pattern(names, whole_words=True))
    anywhere = words.group("vague", "en", "anywhere") | {each.lower() for each in more}
    leading = words.group("vague", "en", "leading")
    tokens = list(_WORD.finditer(shown))
    hits = [
        each
        for each in tokens
        if each.group().lower() in anywhere or (each.group().lower() in leading and _begins(text, each.start()))
    ]
    if not hits or _describes(shown, tokens, hits, begins := _begins(text, hits[0].start())):
        return None
    subject = _trimmed(taken_out(text, (hit.span() for hit in hits)))
    return Wish(*hits[0].span(), subject, begins)


def _begins(text: str, offset: int) -> bool:
    """Whether nothing that matters stands before an offset."""
    around = words.group("vague", "en", "around")
    return all(word in around for word in _lowered(text[:offset]))


def _describes(text: str, tokens: list[re.Match[str]], hits: list[re.Match[str]], begins: bool) -> bool:
    """Whether the words of betterment only describe a quantity: `improvement rate`, `average increase in price`."""
    end = _end_of_head(text)
    last = next((each for each in reversed(tokens) if each.end() <= end), None)
    verb = begins and not hits[0].group().lower().endswith(_NOUN)
    if last is not None and last not in hits and names_quantity(last.group()):
        return not verb
    return not begins and names_quantity(tokens[0].group())


def _trimmed(text: str) -> str:
    """The text without words at either end that are not its subject."""
    around, parts = words.group("vague", "en", "around"), text.split()
    while parts and parts[0].lower() in around:
        parts.pop(0)
    while parts and parts[-1].lower() in around:
        parts.pop()
    return " ".join(parts)


def _lowered(text: str) -> list[str]:
    return [each.group().lower() for each in _WORD.finditer(text)]

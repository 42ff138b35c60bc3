"""Reads the wording of labels: whether a text asks for betterment without a measure, or names a quality and no quantity.

English is read word by word, and the head of a label is the last word before a preposition; Chinese is read by its
letters, and the head is the end. A text with any Chinese letter is read as Chinese. In doubt nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kpilang.lint import words

_HAN = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BRACKETS = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]")
_ACRONYM = re.compile(r"(?<![A-Za-z])[A-Z][A-Z0-9]+(?![a-z])")
_AFTER_HEAD = re.compile(
    r"\b(?:of|in|for|with|by|per|from|to|at|on|among|across|within|during|after|before|under|over|than|that|when)\b|[,:;.]|\s[-–—]\s",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\band\b|\bor\b|&|/", re.IGNORECASE)
_NOMINAL = re.compile(r"\s+(?:of|in|to|by|from|on|over)\b|的", re.IGNORECASE)
_PERIOD = re.compile(
    r"\d+\s*(?:年|月|季度|日)|\bFY ?\d{2,4}\b|\b[QH][1-4]\b"
    r"|\b(?:19|20)\d{2}(?:-(?:H[12]|Q[1-4]|W?\d{1,2}(?:-\d{1,2})?))?(?!\d)",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"[$€£¥]\s?\d|\d\s*(?:%|percent|points?\b|个?百分点|倍|成|万|亿|元|天|小时|分钟|秒|次|人|分)"
    r"|(?:\b(?:to|by|from|than|least|most|above|below|under|over|reach(?:es)?|of)|[<>=≥≤]|[到至达于过]|达到|不超|[升高加降少短])\s*\d"
    r"|[一二两三四五六七八九十百半几]+\s*(?:倍|成|个百分点|番)|翻番|减半|一半|百分之|\b(?:double|doubled|triple|tripled|halve|halved|half|twice)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wish:
    """Words of betterment in a text: where the first stands (offsets), what is left when they are taken out, and
    whether the text begins with them."""

    start: int
    end: int
    subject: str
    leading: bool


def measured(text: str) -> bool:
    """Whether a text gives a number to reach; years, quarters and the like are none."""
    return _MEASURE.search(_PERIOD.sub(" ", text)) is not None


def names_quantity(text: str) -> bool:
    """Whether a word in a label stands for a quantity, or its end does in Chinese."""
    if _HAN.search(text):
        lists, bare = words.read("quality")["zh"], _bare(text)
        if any(mark in text for mark in lists["quantities"]) or bare.endswith(tuple(lists["established"])):
            return True
        return bare.endswith(tuple(lists["endings"])) and not bare.endswith(tuple(lists["qualities"]))
    quantities = words.read("quality")["en"]["quantities"]
    return any(word in quantities or word.removesuffix("s") in quantities for word in _lowered(text))


def quality(text: str, qualities: Iterable[str] = (), quantities: Iterable[str] = ()) -> tuple[int, int] | None:
    """Where the quality stands that is all a label names, as offsets; None when it names a quantity or something else.

    `qualities` and `quantities` are further words of either language.
    """
    marked = any(each.lower() in text.lower() for each in quantities)
    if marked or _ACRONYM.search(text) or any(letter.isdigit() for letter in text) or "%" in text:
        return None
    return _chinese_quality(text, tuple(qualities)) if _HAN.search(text) else _english_quality(text, tuple(qualities))


def _chinese_quality(text: str, more: tuple[str, ...]) -> tuple[int, int] | None:
    lists = words.read("quality")["zh"]
    bare = _bare(text)
    if any(mark in text for mark in lists["quantities"]) or bare.endswith(tuple(lists["established"])):
        return None
    found = max((each for each in (*lists["qualities"], *more) if bare.endswith(each)), key=len, default=None)
    return (len(bare) - len(found), len(bare)) if found else None


def _bare(text: str) -> str:
    """A Chinese label up to its end, without what stands in brackets there and words that say nothing."""
    bare = re.sub(r"(?:\([^()]*\)|（[^（）]*）|[\s。！!.]|情况|状况)+$", "", text)
    return bare or text


def _english_quality(text: str, more: tuple[str, ...]) -> tuple[int, int] | None:
    lists = words.read("quality")["en"]
    plain = _BRACKETS.sub(lambda match: " " * len(match.group()), text)
    if names_quantity(plain):
        return None
    cut = _AFTER_HEAD.search(plain, len(plain) - len(plain.lstrip()) + 1)
    head = plain[: cut.start()] if cut else plain
    known = {each.lower() for each in (*lists["qualities"], *more)}
    spots = [_head(part, start, known, lists["established"]) for part, start in _conjuncts(head)]
    return spots[0] if spots and None not in spots else None


def _conjuncts(head: str) -> Iterator[tuple[str, int]]:
    """The parts that `and` joins, with their offsets."""
    start = 0
    for match in (*_JOINED.finditer(head), None):
        end = match.start() if match else len(head)
        if head[start:end].strip():
            yield head[start:end], start
        start = match.end() if match else end


def _head(part: str, offset: int, known: set[str], established: list[str]) -> tuple[int, int] | None:
    """Where the quality stands at the end of a noun phrase."""
    found = list(_WORD.finditer(part))
    tails = [" ".join(each.group().lower() for each in found[-count:]) for count in (3, 2, 1) if len(found) >= count]
    if not tails or any(tail in established for tail in tails) or not any(tail in known for tail in tails):
        return None
    return offset + found[-1].start(), offset + found[-1].end()


def wish(text: str, more: Iterable[str] = (), allowed: Iterable[str] = ()) -> Wish | None:
    """The betterment that a text asks for without a measure, or None.

    `more` are further words of betterment, `allowed` words and phrases that are let alone.
    """
    if measured(text):
        return None
    allowed = tuple(allowed)
    return _chinese_wish(text, tuple(more), allowed) if _HAN.search(text) else _english_wish(text, tuple(more), allowed)


def command(text: str, more: Iterable[str] = (), allowed: Iterable[str] = ()) -> Wish | None:
    """A wish that a sentence begins with: `Improve service quality.`, and not `Increase in sales over a year`."""
    found = wish(text, more, allowed)
    if found is None or not found.leading or names_quantity(text) or _NOMINAL.match(text, found.end):
        return None
    return found


def _english_wish(text: str, more: tuple[str, ...], allowed: tuple[str, ...]) -> Wish | None:
    lists = words.read("vague")["en"]
    shown = _blank(text.lower(), (rf"\b{re.escape(each.lower())}\b" for each in (*lists["names"], *allowed)))
    tokens = list(_WORD.finditer(shown))
    anywhere = {*lists["anywhere"], *(each.lower() for each in more)}
    hits = [
        token
        for token in tokens
        if token.group() in anywhere
        or (token.group() in lists["leading"] and _begins(text, token.start(), lists["around"]))
    ]
    if not hits or _is_part(shown, tokens, hits, leading := _begins(text, hits[0].start(), lists["around"])):
        return None
    subject = _take_out(text, [hit.span() for hit in hits])
    return Wish(*hits[0].span(), _trim_words(subject, lists["around"]), leading)


def _begins(text: str, offset: int, around: list[str]) -> bool:
    """Whether nothing that matters stands before an offset."""
    return all(word in around for word in _lowered(text[:offset]))


def _is_part(text: str, tokens: list[re.Match[str]], hits: list[re.Match[str]], leading: bool) -> bool:
    """Whether the words of betterment only describe a quantity: `improvement rate`, `average increase in price`."""
    last = _last_of_head(text, tokens)
    noun = hits[0].group().endswith(("ment", "sation", "zation"))
    measured_head = last is not None and last not in hits and names_quantity(last.group())
    return (measured_head and (noun or not leading)) or (not leading and names_quantity(tokens[0].group()))


def _last_of_head(text: str, tokens: list[re.Match[str]]) -> re.Match[str] | None:
    """The last word of a label before a preposition."""
    cut = _AFTER_HEAD.search(text)
    end = cut.start() if cut and cut.start() > 0 else len(text)
    return next((each for each in reversed(tokens) if each.end() <= end), None)


def _chinese_wish(text: str, more: tuple[str, ...], allowed: tuple[str, ...]) -> Wish | None:
    lists = words.read("vague")["zh"]
    anywhere = _any((*lists["anywhere"], *more))
    shown = _blank(text, (re.escape(each) for each in (*lists["names"], *allowed)))
    shown = _blank(shown, [f"(?:{anywhere})(?:{_any(lists['things'])})"])
    start = re.match(rf"(?:{_any(lists['around'])}|\s)*", shown)
    begin = start.end() if start else 0
    hits = [(each.start(), each.end()) for each in re.finditer(anywhere, shown)]
    verb = re.compile(_any(lists["leading"])).match(shown, begin)
    if verb and verb.span() not in hits:
        hits.insert(0, verb.span())
    if not hits:
        return None
    leading = hits[0][0] <= begin
    attribute = shown[hits[-1][1] :].startswith("的")
    if (not leading or attribute) and hits[-1][1] < len(_bare(text)) and names_quantity(text):
        return None
    return Wish(*hits[0], _trim_letters(_take_out(text, hits), lists["around"]), leading)


def _any(texts: Iterable[str]) -> str:
    return "|".join(re.escape(each) for each in sorted(texts, key=len, reverse=True))


def _blank(text: str, patterns: Iterable[str]) -> str:
    """The text with what matches replaced by spaces, so that offsets stay."""
    for pattern in patterns:
        text = re.sub(pattern, lambda match: " " * len(match.group()), text, flags=re.IGNORECASE)
    return text


def _take_out(text: str, spots: list[tuple[int, int]]) -> str:
    for start, end in reversed(spots):
        text = text[:start] + text[end:]
    return " ".join(_PERIOD.sub(" ", text).split()).strip(" .。!！")


def _trim_words(text: str, around: list[str]) -> str:
    parts = text.split()
    while parts and parts[0].lower() in around:
        parts.pop(0)
    while parts and parts[-1].lower() in around:
        parts.pop()
    return " ".join(parts)


def _trim_letters(text: str, around: list[str]) -> str:
    edge = _any(around)
    return re.sub(rf"^(?:{edge}|\s)+|(?:{edge}|\s)+$", "", text)


def _lowered(text: str) -> list[str]:
    return [each.group().lower() for each in _WORD.finditer(text)]

"""Finds acronyms in labels, and tells whether a text says what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpilang.lint import words
from kpilang.lint.wording.script import is_chinese
from kpilang.model.currencies import CURRENCIES

_TOKEN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]*(?:&[A-Za-z0-9]+)*(?![A-Za-z0-9])")
_CAPITALS = re.compile(r"[A-Z][A-Za-z0-9&]*[A-Z]")
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "per", "the", "to", "vs"}
)
_LONGEST = 7
_FROM_ONE_WORD = 4


def acronyms(label: str) -> Iterator[tuple[str, int, int]]:
    """The acronyms in a label, each once and without a plural s, with their places.

    A label all in capitals has none that could be told from its other words; what has a number for a second half (`SKU12`) is a name.
    """
    if not _CAPITALS.search(label):
        return
    seen: set[str] = set()
    shouted = not re.search(r"[a-z]", label) and len(re.findall(r"[A-Z]{4,}", label)) > 1
    for match in _TOKEN.finditer(label[:400]) if not shouted else ():
        core = match.group().removesuffix("s")
        capitals = sum(letter.isupper() for letter in core)
        if capitals >= 2 and capitals * 2 > len(core) and len(core) <= _LONGEST and not _is_common(core):
            if core.upper() not in seen:
                yield core, match.start(), match.start() + len(core)
            seen.add(core.upper())


def _is_common(acronym: str) -> bool:
    currency = acronym in CURRENCIES and not names(acronym)
    return currency or acronym.upper() in words.group("acronyms", "common")


def names(acronym: str) -> tuple[str, ...]:
    """The full names that are known of an acronym: English ones, then Chinese ones, the usual first."""
    return words.table("acronyms", "known").get(acronym.upper(), ())


def bracketed(acronym: str, label: str) -> bool:
    """Whether a label sets an acronym in brackets behind words, or words in brackets behind it."""
    one = re.escape(acronym) + "s?"
    inside = re.search(rf"[^\W\d_]\s*[(（\[【]\s*{one}\s*[)）\]】]", label)
    behind = re.search(rf"(?<![A-Za-z]){one}\s*[(（\[【]\s*(?:[^\W\d_]|\d)[^)）\]】]{{2,}}", label)
    return bool(inside or behind)


def spelled(text: str, acronym: str) -> bool:
    """Whether a text has a full name of an acronym: a known one, or words that begin with its letters."""
    lowered = " ".join(text.lower().replace("-", " ").split())
    if any(name.replace("-", " ") in lowered for name in names(acronym)):
        return True
    found = [word.lower() for word in _WORD.findall(text) if not is_chinese(word)]
    letters = acronym.lower().replace("&", "")
    begins = (at for at, word in enumerate(found) if word[0] == letters[0] and not word.startswith(letters))
    return any(_spells(letters, found[at:]) for at in begins)


def explains(text: str, acronym: str) -> bool:
    """Whether a sentence tells what an acronym stands for, by its full name or as `X means …`."""
    one = re.escape(acronym) + "s?"
    said = rf"(?<![A-Za-z0-9]){one}\s*(?:[:：=(（,，]|stands? for|means?\b|即|是指|指的?是?|是|为|全称|——)\s*\S"
    return spelled(text, acronym) or bracketed(acronym, text) or bool(re.search(said, text, re.IGNORECASE))


def _spells(letters: str, found: list[str]) -> bool:
    """Whether words give the letters in order: the beginning of each, and small words maybe nothing."""
    if not letters:
        return True
    if not found:
        return False
    word = found[0]
    if word in _SMALL and _spells(letters, found[1:]):
        return True
    most = min(_FROM_ONE_WORD, max(len(word) - 1, 1), len(letters))
    return any(word.startswith(letters[:size]) and _spells(letters[size:], found[1:]) for size in range(1, most + 1))

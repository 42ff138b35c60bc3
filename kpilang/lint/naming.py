"""What a KPI is called: its label and translations, and the acronyms by which it may be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpilang.lint.said import Said, texts
from kpilang.lint.wording.acronyms import names, spelled
from kpilang.model.nouns import Kpi

_BRACKET = re.compile(r"\s*[(（\[【]([^()（）\[\]【】]*)[)）\]】]\s*")
_SHORT = re.compile(r"[A-Z][A-Z0-9&]{1,6}s?")
_LONGEST = 400
_GAPS = dict.fromkeys(map(ord, "-‐–_/"), " ")
"""What parts words as a space does."""


def plain(text: str) -> str:
    """A name in small letters, without what stands in brackets, with single spaces."""
    return _levelled(_BRACKET.sub(" ", text[:_LONGEST]) if _has_brackets(text) else text[:_LONGEST])


def full(text: str) -> str:
    """A name in small letters with single spaces; in brackets there may stand which one is meant, but an acronym of the
    name itself says nothing new and is left out."""

    def kept(match: re.Match[str]) -> str:
        short = match[1].strip()
        return " " if _SHORT.fullmatch(short) and is_own(short.removesuffix("s"), text) else f" ({short}) "

    return _levelled(_BRACKET.sub(kept, text[:_LONGEST]) if _has_brackets(text) else text[:_LONGEST])


def _has_brackets(text: str) -> bool:
    """Whether something may stand in brackets: most names have none, and this is told soonest."""
    return "(" in text or "（" in text or "[" in text or "【" in text


def _levelled(text: str) -> str:
    return " ".join(text.casefold().translate(_GAPS).split())


def titles(kpi: Kpi) -> tuple[Said, ...]:
    """The label and its translations; none for a KPI without label, whose name is its own."""
    return texts(kpi.label) if kpi.label is not None else ()


def acronyms(text: str) -> Iterator[str]:
    """What a label is in short: itself, where it is nothing but capitals, and what it sets in brackets."""
    whole = text.strip()
    inside = _BRACKET.finditer(text[:_LONGEST]) if _has_brackets(text) else ()
    for short in (whole, *[match[1].strip() for match in inside]):
        if _SHORT.fullmatch(short):
            yield short.removesuffix("s")


def is_own(acronym: str, text: str) -> bool:
    """Whether an acronym stands for a measure, as a known one or one that a label spells does, and not for a place or
    part that a measure is of (`Revenue (EMEA)`)."""
    return bool(names(acronym)) or text.strip() == acronym or spelled(_BRACKET.sub(" ", text), acronym)

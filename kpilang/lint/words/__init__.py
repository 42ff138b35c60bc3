"""The word lists that rules read, one file to a list; read when a rule first asks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from kpilang import resources


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.package("lint", "words", f"{name}.toml").read_text(encoding="utf-8"))


@cache
def group(name: str, *keys: str) -> frozenset[str]:
    """A list of `name.toml`, by the keys that lead to it."""
    table: Any = _file(name)
    for key in keys:
        table = table[key]
    return frozenset(table)


@cache
def longest(name: str, *keys: str) -> tuple[str, ...]:
    """The same list, the longest text first."""
    return tuple(sorted(group(name, *keys), key=lambda text: (-len(text), text)))


@cache
def table(name: str, *keys: str) -> Mapping[str, tuple[str, ...]]:
    """The lists of a table of `name.toml`, each in its order."""
    found: Any = _file(name)
    for key in keys:
        found = found[key]
    return {key: tuple(texts) for key, texts in found.items()}


@cache
def pattern(texts: frozenset[str], *, whole_words: bool = False) -> re.Pattern[str]:
    """Any of some texts, the longest first, whatever their case; never a match where there are none."""
    either = "|".join(re.escape(text) for text in sorted(texts, key=lambda text: (-len(text), text)))
    return re.compile(rf"\b(?:{either})\b" if whole_words else either or r"(?!)", re.IGNORECASE)

"""Finds the name a user most likely meant, and words the hint that says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from heapq import nsmallest
from types import MappingProxyType

from kpilang.text import Text

FEW = 8
LOOKED_AT = 12


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name most like a word, or None where none is like it.

    Only the few that share most pairs of letters are compared in full: a file of a thousand mistakes is still quick.
    """
    from difflib import get_close_matches

    known = {name.lower(): name for name in names}
    pairs = _pairs(word.lower())
    likely = nsmallest(LOOKED_AT, known, key=lambda name: (len(pairs ^ _pairs(name)), name))
    found = get_close_matches(word.lower(), likely, n=1, cutoff=0.6)
    return known[found[0]] if found else None


@lru_cache(maxsize=65536)
def _pairs(word: str) -> frozenset[str]:
    """Each two letters that stand side by side in a word, its edges included."""
    edged = f" {word} "
    return frozenset(edged[at : at + 2] for at in range(len(edged) - 1))


def hint(word: str, names: Iterable[str], everyday: Mapping[str, str] = MappingProxyType({})) -> Text:
    """What to say after an unknown word: the nearest name, and all names where they are few. What `everyday` has for the
    word is nearer than any spelling."""
    known = sorted(set(names))
    meant = everyday.get(word.lower())
    best = meant if meant in known else nearest(word, known)
    if best is not None and len(known) > FEW:
        return Text(f"did you mean `{best}`?", f"是否想写 `{best}`？")
    listed, chinese = (comma.join(f"`{name}`" for name in known) for comma in (", ", "、"))
    if best is not None:
        return Text(f"did you mean `{best}`? available: {listed}", f"是否想写 `{best}`？可用：{chinese}")
    if not known:
        return Text("none is declared", "尚未声明任何一个")
    if len(known) <= FEW:
        return Text(f"available: {listed}", f"可用：{chinese}")
    return Text("no name like it is declared", "没有相近的名称")

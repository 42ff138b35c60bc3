"""Finds the name a user most likely meant, and words the hint that says so."""

from __future__ import annotations

from collections.abc import Iterable

from kpilang.text import Text

FEW = 8


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name most like a word, or None where none is like it."""
    from difflib import get_close_matches  # noqa: PLC0415 - needed only where something is misspelt

    known = {name.lower(): name for name in names}
    found = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else None


def hint(word: str, names: Iterable[str]) -> Text:
    """What to say after an unknown word: the nearest name, and all names where they are few."""
    known = sorted(set(names))
    best = nearest(word, known)
    if best is not None and len(known) > FEW:
        return Text(f"Did you mean `{best}`?", f"是否想写 `{best}`？")
    listed = ", ".join(f"`{name}`" for name in known)
    if best is not None:
        return Text(f"Did you mean `{best}`? There are: {listed}.", f"是否想写 `{best}`？可用的有：{listed}。")
    if not known:
        return Text("None is declared.", "一个也没有声明。")
    if len(known) <= FEW:
        return Text(f"There are: {listed}.", f"可用的有：{listed}。")
    return Text("No name like it is declared.", "没有与它相近的名称。")

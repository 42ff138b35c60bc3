"""The first few of many rows, as they are shown to people: where they stand, and what is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpilang.data import findings
from kpilang.data.table import Table
from kpilang.text import Text

NOTHING = Text("", "")
MORE = Text("…", "……")
EMPTY = Text("empty", "为空")
WRAPPED = Text(" ({places})", "（{places}）")
BOTH = Text("{one} and {other}", "{one}和{other}")


@dataclass(frozen=True)
class Example:
    """Rows of a relation that stand for one thing, by their numbers, and the values that tell it."""

    rows: tuple[int, ...]
    values: tuple[Any, ...]


def first_few(table: Table, examples: Sequence[Example], count: int) -> Text:
    """In brackets: the place of each as far as the loader knows it, and its values; nothing where nothing is known."""
    places = table.places([row for example in examples for row in example.rows])
    told = [Text(*map(_joined, zip(*_sides(example, places), strict=True))) for example in examples]
    told = [text for text in told if text != NOTHING]
    if not told:
        return NOTHING
    more = [MORE] if count > len(told) else []
    listed = [*told, *more]
    return WRAPPED.fill(places=Text(", ".join(text.en for text in listed), "，".join(text.zh for text in listed)))


def _sides(example: Example, places: Mapping[int, Text]) -> list[tuple[str, str]]:
    """Place and values, each in both languages."""
    return [(text.en, text.zh) for text in (_place(example, places), _values(example))]


def _joined(parts: tuple[str, ...]) -> str:
    return " ".join(part for part in parts if part)


def _place(example: Example, places: Mapping[int, Text]) -> Text:
    known = [places[row] for row in example.rows if row in places]
    if len(known) < len(example.rows):
        return NOTHING
    return known[0] if len(known) == 1 else BOTH.fill(one=known[0], other=known[1])


def _values(example: Example) -> Text:
    texts = [EMPTY if value is None else _quoted(value) for value in example.values]
    return Text(", ".join(text.en for text in texts), "、".join(text.zh for text in texts))


def _quoted(value: object) -> Text:
    shown = f"`{findings.shown(str(value))}`"
    return Text(shown, shown)

"""The fields of a KPI that are in force, by keyword."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from kpilang.syntax import tree

NONE: tuple[tree.Field, ...] = ()


class Fields(Mapping[str, tuple[tree.Field, ...]]):
    """All fields with a keyword, in the order in which keywords come first. The fields lie one after another, those with
    one keyword together; where which lie is shared by all KPIs that say the same keywords in the same order."""

    __slots__ = ("lines", "places")

    def __init__(self, lines: tuple[tree.Field, ...]) -> None:
        order, self.places = _arranged(tuple([line.word for line in lines]))
        self.lines = lines if order is None else tuple([lines[number] for number in order])

    def __getitem__(self, word: str) -> tuple[tree.Field, ...]:
        return self.lines[self.places[word]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __contains__(self, word: object) -> bool:
        return word in self.places

    def all(self, word: str) -> tuple[tree.Field, ...]:
        """The fields with a keyword, none where there are none."""
        place = self.places.get(word)
        return NONE if place is None else self.lines[place]

    def without(self, word: str) -> Fields:
        """The same without the fields with a keyword."""
        return Fields(tuple(line for line in self.lines if line.word != word))


@lru_cache(maxsize=1000)
def _arranged(words: tuple[str, ...]) -> tuple[tuple[int, ...] | None, Mapping[str, slice]]:
    """In which order fields with these keywords lie, None for that in which they are written, and where those of each."""
    found: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        found.setdefault(word, []).append(number)
    order = tuple(number for numbers in found.values() for number in numbers)
    places, start = dict[str, slice](), 0
    for word, numbers in found.items():
        places[word] = slice(start, start + len(numbers))
        start += len(numbers)
    return None if order == tuple(range(len(words))) else order, places


def in_force(own: tuple[tree.Field, ...], *layers: Sequence[tree.Field]) -> Fields:
    """A KPI's fields: its own, and from each further layer those that none before it says."""
    if not any(layers):
        return Fields(own)
    said, named, found = set[str](), set[str](), list[tree.Field]()
    for layer in (own, *layers):
        new = [item for item in layer if item.word not in said or _own(item) not in (None, *named)]
        said |= {item.word for item in new}
        named |= {name for name in map(_own, new) if name}
        found += new
    return Fields(tuple(found))


def _own(item: tree.Field) -> str | None:
    """The name of a field that the project declares."""
    return item.value.name.text if isinstance(item.value, tree.OwnField) else None

"""Where the values of a formula stand: at each moment of a timeline, at each member, in the order of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

Member = tuple[str | None, ...]


class Crowd:
    """The members that a breakdown shows in the periods of one grain; compared as one object, like a timeline."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members

    def __len__(self) -> int:
        return len(self.members)


class Places:
    """A crowd for each moment of a timeline; `firsts` is where the values of each moment begin, and `size` how many
    there are in all."""

    def __init__(self, crowds: Sequence[Crowd]) -> None:
        self.crowds = crowds
        *self.firsts, self.size = accumulate(map(len, crowds), initial=0)
        self.single = all(len(crowd) == 1 for crowd in set(crowds))


def in_order(members: Iterable[Member], numbers: Sequence[bool]) -> list[Member]:
    """Members sorted by their texts, where these are `numbers` by what they count, those without one last."""
    kinds = tuple(numbers)

    def place(member: Member) -> tuple[tuple[bool, float, str], ...]:
        cells = zip(member, kinds, strict=True)
        return tuple((text is None, float(text) if text and number else 0, text or "") for text, number in cells)

    return sorted(members, key=place)

"""Orders the nodes within layers so that few edges cross, each near the middle of those it is joined to."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from itertools import pairwise

Row = list[str]
SWEEPS = 12


def ordered(rows: Sequence[Row], joined: Sequence[tuple[str, str]]) -> list[Row]:
    """The rows in the best order found; each pair of `joined` leads from a row to the next."""
    before: dict[str, list[str]] = {key: [] for row in rows for key in row}
    behind: dict[str, list[str]] = {key: [] for row in rows for key in row}
    for start, end in joined:
        behind[start].append(end)
        before[end].append(start)
    here = [list(row) for row in rows]
    best, fewest = here, crossings(here, behind)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        here = _swept(here, before, range(1, len(rows))) if sweep % 2 == 0 else _swept(here, behind, _back(len(rows)))
        count = crossings(here, behind)
        if count < fewest:
            best, fewest = here, count
    return best


def _back(size: int) -> range:
    return range(size - 2, -1, -1)


def _swept(rows: Sequence[Row], neighbours: Mapping[str, Sequence[str]], order: range) -> list[Row]:
    """Each row in turn sorted by the mean place of its neighbours; what has none keeps its own place."""
    found = [list(row) for row in rows]
    place = {key: at / max(1, len(row) - 1) for row in found for at, key in enumerate(row)}
    for number in order:
        row = found[number]

        def mean(key: str) -> float:
            near = neighbours[key]
            return sum(place[each] for each in near) / len(near) if near else place[key]

        row.sort(key=mean)
        place.update((key, at / max(1, len(row) - 1)) for at, key in enumerate(row))
    return found


def crossings(rows: Sequence[Row], behind: Mapping[str, Sequence[str]]) -> int:
    """How many pairs of edges cross between neighbouring rows."""
    total = 0
    for row, following in pairwise(rows):
        place = {key: at for at, key in enumerate(following)}
        seen: list[int] = []
        for key in row:
            ends = sorted(place[each] for each in behind[key])
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total

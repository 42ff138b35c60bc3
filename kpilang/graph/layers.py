"""Puts the nodes of a graph into layers, so that every edge leads from one layer to a later one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Pair = tuple[str, str]


def forward(keys: Iterable[str], edges: Sequence[Pair]) -> tuple[bool, ...]:
    """For each edge whether it is followed as it is; one that closes a circle with those before it is followed the other
    way."""
    leaving: dict[str, list[str]] = {key: [] for key in keys}
    if _straight(leaving, edges):
        return (True,) * len(edges)
    kept: list[bool] = []
    for start, end in edges:
        kept.append(start == end or not _reaches(leaving, end, start))
        if start != end:
            leaving[start if kept[-1] else end].append(end if kept[-1] else start)
    return tuple(kept)


def _straight(keys: Iterable[str], edges: Sequence[Pair]) -> bool:
    """Whether no edge closes a circle."""
    found = layers(keys, edges)
    return all(found[start] < found[end] for start, end in edges)


def _reaches(leaving: Mapping[str, Sequence[str]], start: str, end: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        if here == end:
            return True
        further = [there for there in leaving[here] if there not in seen]
        seen.update(further)
        waiting += further
    return False


def layers(keys: Iterable[str], edges: Iterable[Pair]) -> Mapping[str, int]:
    """The layer of each node, from 0: one behind the last of those that lead to it; what nothing leads to stands right
    before the first that it leads to. What stands on a circle, or behind one, is not told from layer to layer."""
    leaving: dict[str, list[str]] = {key: [] for key in keys}
    missing = dict.fromkeys(leaving, 0)
    for start, end in edges:
        leaving[start].append(end)
        missing[end] += 1
    tops = [key for key, count in missing.items() if not count]
    found = dict.fromkeys(leaving, 0)
    waiting = list(tops)
    while waiting:
        here = waiting.pop()
        for there in leaving[here]:
            found[there] = max(found[there], found[here] + 1)
            missing[there] -= 1
            if not missing[there]:
                waiting.append(there)
    for key in tops:
        found[key] = max(0, min((found[each] for each in leaving[key]), default=1) - 1)
    return found


def components(keys: Iterable[str], edges: Iterable[Pair]) -> list[list[str]]:
    """The nodes that hang together, group by group, in the order given."""
    joined: dict[str, list[str]] = {key: [] for key in keys}
    for start, end in edges:
        joined[start].append(end)
        joined[end].append(start)
    group: dict[str, int] = {}
    for first in joined:
        waiting = [first]
        while waiting:
            here = waiting.pop()
            if here not in group:
                group[here] = group.get(first, len(group))
                waiting += joined[here]
    found: dict[int, list[str]] = {}
    for key in joined:
        found.setdefault(group[key], []).append(key)
    return list(found.values())

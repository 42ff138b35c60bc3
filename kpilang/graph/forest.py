"""A graph as trees: a place for each node where it stands with all beneath it; elsewhere it is only named."""

from __future__ import annotations

from collections.abc import Mapping

from kpilang.graph.nouns import Edge, Graph, Tie
from kpilang.record import record


@record
class Forest:
    """The keys of the nodes at the top, in order, and for all others the edge by which they hang."""

    roots: tuple[str, ...]
    hangs: Mapping[str, Edge]


def forest(graph: Graph) -> Forest:
    """A KPI hangs beneath its parent; without one, beneath the first formula that names it, unless it has parts of its
    own. A guard holds nothing. Where nodes hang in a circle, the first of them is a root."""
    hangs = {key: edge for key in graph.nodes if (edge := _edge(graph, key)) is not None}
    settled: set[str] = set()
    for start in graph.nodes:
        trail: dict[str, None] = {}
        here = start
        while here in hangs and here not in settled and here not in trail:
            trail[here] = None
            here = hangs[here].start
        if here in trail:
            circle = _circle(hangs, here)
            del hangs[next(key for key in graph.nodes if key in circle)]
        settled.update(trail)
    return Forest(tuple(key for key in graph.nodes if key not in hangs), hangs)


def _edge(graph: Graph, key: str) -> Edge | None:
    """The edge by which a node would hang."""
    above = [edge for edge in graph.reaching.get(key, ()) if edge.start != key]
    held = next((edge for edge in above if edge.tie not in (Tie.FORMULA, Tie.GUARD)), None)
    if held is not None or any(edge.tie is Tie.PARENT for edge in graph.leaving.get(key, ())):
        return held
    return next((edge for edge in above if edge.tie is Tie.FORMULA), None)


def _circle(hangs: Mapping[str, Edge], start: str) -> set[str]:
    found = {start}
    here = hangs[start].start
    while here != start:
        found.add(here)
        here = hangs[here].start
    return found

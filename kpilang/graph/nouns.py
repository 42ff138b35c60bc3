"""Nodes, edges and graphs, and the parts that can be taken of a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cached_property

from kpilang.record import record
from kpilang.syntax import tree


class Sort(StrEnum):
    """What a node is."""

    FILE = "file"
    SOURCE = "source"
    LINK = "link"
    DERIVED = "derived"
    KPI = "kpi"
    GOAL = "goal"
    OWNER = "owner"
    TEMPLATE = "template"


HUBS = (Sort.OWNER, Sort.TEMPLATE)
"""What so much refers to that it is drawn only where somebody asks for it."""


class Tie(StrEnum):
    """What joins two nodes: a part to what it breaks down, a KPI to its goal, data to what reads them, an owner to what
    it answers for, a template to what fills it in; a KPI to what its formula names, and to its guards."""

    PARENT = "parent"
    GOAL = "goal"
    DATA = "data"
    OWNER = "owner"
    TEMPLATE = "template"
    FORMULA = "formula"
    GUARD = "guard"


class Mark(StrEnum):
    """What is to be noticed about a node."""

    UNSOUND = "unsound"
    LOOSE = "loose"
    UNMEASURED = "unmeasured"
    UNREAD = "unread"
    SOURCELESS = "sourceless"
    DRAFT = "draft"
    DEPRECATED = "deprecated"
    REPLACED = "replaced"


@record
class Node:
    """A declaration, or what a source is made of. `key` is its own in the graph; `path` is the file that declares it,
    None for a data file; `note` says what a link or a derived column does; `owners` answer for it."""

    sort: Sort
    name: str
    label: tree.Label | None = None
    path: str | None = None
    note: str = ""
    owners: tuple[tree.Label | str, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def key(self) -> str:
        return key(self.sort, self.name)


def key(sort: Sort, name: str) -> str:
    """What tells a node from all others."""
    return f"{sort}:{name}"


@record
class Edge:
    """From the key of one node to that of another, as it is drawn: from the whole to its parts, from data to what reads
    them."""

    start: str
    end: str
    tie: Tie

    @property
    def refers(self) -> tuple[str, str]:
        """The node that names the other, then that other."""
        return (self.start, self.end) if self.tie in (Tie.FORMULA, Tie.GUARD) else (self.end, self.start)


@record
class Graph:
    """Nodes by their keys, in the order in which they are declared, and the edges between them, each once."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]

    @cached_property
    def leaving(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges that leave a node, by its key; those of one tie together, in the order of `Tie`."""
        return _by(sorted(self.edges, key=lambda edge: _TIES.index(edge.tie)), lambda edge: edge.start)

    @cached_property
    def reaching(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges that reach a node, by its key."""
        return _by(self.edges, lambda edge: edge.end)

    def only(self, keys: Iterable[str]) -> Graph:
        """The part with these nodes, and the edges between them."""
        kept = set(keys)
        nodes = {key: node for key, node in self.nodes.items() if key in kept}
        return Graph(nodes, tuple(edge for edge in self.edges if edge.start in kept and edge.end in kept))

    def named(self, name: str) -> tuple[str, ...]:
        """The keys of the nodes with a name."""
        return tuple(key for key, node in self.nodes.items() if node.name == name)

    def around(self, keys: Iterable[str], depth: int) -> Graph:
        """The part within so many steps up or down from some nodes."""
        start = set(keys)
        up = _spread(start, depth, lambda key: (edge.start for edge in self.reaching.get(key, ())))
        down = _spread(start, depth, lambda key: (edge.end for edge in self.leaving.get(key, ())))
        return self.only(up | down)

    def resting(self, keys: Iterable[str]) -> Graph:
        """Some nodes and all that they refer to, directly or through others."""
        named = _by(self.edges, lambda edge: edge.refers[0])
        ends = _spread(set(keys), len(self.nodes), lambda key: (edge.refers[1] for edge in named.get(key, ())))
        return self.only(ends)


_TIES = tuple(Tie)


def _by(edges: Iterable[Edge], end: Callable[[Edge], str]) -> dict[str, tuple[Edge, ...]]:
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        found.setdefault(end(edge), []).append(edge)
    return {key: tuple(here) for key, here in found.items()}


def _spread(start: set[str], depth: int, further: Callable[[str], Iterable[str]]) -> set[str]:
    """What is reached in so many steps, the start with it."""
    found, edge = set(start), set(start)
    for _ in range(depth):
        edge = {there for here in edge for there in further(here)} - found
        if not edge:
            break
        found |= edge
    return found

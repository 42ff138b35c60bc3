"""The views of a project, each as a whole graph."""

from __future__ import annotations

from collections.abc import Mapping

from kpilang.graph.goals import goals
from kpilang.graph.kpis import kpis
from kpilang.graph.lineage import lineage
from kpilang.graph.nouns import HUBS, Graph
from kpilang.model.nouns import Model
from kpilang.model.references import References


def draw(model: Model, view: str, bindings: Mapping[str, str]) -> Graph:
    """A view of a project, with the hubs that `without_hubs` takes away; `bindings` are the files that settings name for
    sources."""
    references = References(model)
    if view == "goals":
        return goals(references)
    return lineage(references, bindings) if view == "sources" else kpis(references)


def without_hubs(graph: Graph, but: frozenset[str] = frozenset()) -> Graph:
    """The graph without owners and templates, which most things touch, `but` those with these keys."""
    return graph.only(key for key, node in graph.nodes.items() if node.sort not in HUBS or key in but)

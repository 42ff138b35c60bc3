"""The tree of KPIs: what breaks down into what, what formulas name, what guards what."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.graph import entries
from kpilang.graph.nouns import Edge, Graph, Node, Sort, Tie, key
from kpilang.model.nouns import Kpi
from kpilang.model.references import References, names


def kpis(references: References) -> Graph:
    """All KPIs, and the templates that they fill in."""
    model = references.model
    nodes = [entries.kpi(model, kpi, *entries.loose(kpi)) for kpi in model.kpis.values()]
    templates = {kpi.filled.template.name: kpi.filled.template for kpi in model.kpis.values() if kpi.filled}
    nodes += [
        Node(Sort.TEMPLATE, name, each.label, each.declaration.head.source.path) for name, each in templates.items()
    ]
    edges = dict.fromkeys(edge for kpi in model.kpis.values() for edge in _edges(references, kpi))
    return Graph({node.key: node for node in nodes}, tuple(edges))


def _edges(references: References, kpi: Kpi) -> Iterator[Edge]:
    model, own = references.model, key(Sort.KPI, kpi.name)
    for name in names(kpi, "parent"):
        if name in model.kpis:
            yield Edge(key(Sort.KPI, name), own, Tie.PARENT)
    for name in references.formulas.get(kpi.name, ()):
        yield Edge(own, key(Sort.KPI, name), Tie.FORMULA)
    for guard in references.guards(kpi):
        yield Edge(own, key(Sort.KPI, guard.name), Tie.GUARD)
    if kpi.filled is not None:
        yield Edge(key(Sort.TEMPLATE, kpi.filled.template.name), own, Tie.TEMPLATE)

"""The tree of goals: what serves what, down to the KPIs that measure it, and who answers for each."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.graph import entries
from kpilang.graph.nouns import Edge, Graph, Mark, Node, Sort, Tie, key
from kpilang.model.nouns import Goal
from kpilang.model.references import References, names


def goals(references: References) -> Graph:
    """All goals, the KPIs beneath them, and their owners. A KPI that names no goal stands beneath its parent."""
    model = references.model
    nodes = [entries.goal(model, goal, *_unmeasured(references, goal)) for goal in model.goals.values()]
    nodes += [entries.kpi(model, kpi, *entries.loose(kpi)) for kpi in model.kpis.values()]
    nodes += [
        Node(Sort.OWNER, owner.name, owner.label, owner.declaration.head.source.path) for owner in model.owners.values()
    ]
    edges = dict.fromkeys((*_of_goals(references), *_of_kpis(references)))
    return Graph({node.key: node for node in nodes}, tuple(edges))


def _unmeasured(references: References, goal: Goal) -> tuple[Mark, ...]:
    return () if references.measuring(goal.name) else (Mark.UNMEASURED,)


def _of_goals(references: References) -> Iterator[Edge]:
    model = references.model
    for goal in model.goals.values():
        own = key(Sort.GOAL, goal.name)
        if goal.parent and goal.parent in model.goals:
            yield Edge(key(Sort.GOAL, goal.parent), own, Tie.PARENT)
        for owner in entries.owner_keys(model, goal.owners):
            yield Edge(owner, own, Tie.OWNER)


def _of_kpis(references: References) -> Iterator[Edge]:
    model = references.model
    for kpi in model.kpis.values():
        own = key(Sort.KPI, kpi.name)
        for name in kpi.goals:
            yield Edge(key(Sort.GOAL, name), own, Tie.GOAL)
        if not kpi.goals:
            above = (name for name in names(kpi, "parent") if name in model.kpis)
            yield from (Edge(key(Sort.KPI, name), own, Tie.PARENT) for name in above)
        for owner in entries.owner_keys(model, kpi.owners):
            yield Edge(owner, own, Tie.OWNER)

"""Who refers to whom in a project, seen from each end of each reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from kpilang.model.expr import aggregates
from kpilang.model.nouns import Goal, Kpi, Model
from kpilang.model.order import Uses, uses
from kpilang.syntax import tree

LIVING = ("draft", "active")
"""The states of KPIs that are in use or about to be; those that are deprecated or replaced belong to nothing any more."""


class References:
    """The whole project, each index made when it is first asked for."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def living(self) -> tuple[Kpi, ...]:
        """The KPIs that are in use or about to be."""
        return tuple(kpi for kpi in self.model.kpis.values() if kpi.state in LIVING)

    @cached_property
    def of_goal(self) -> Mapping[str, tuple[Kpi, ...]]:
        """The KPIs that serve a goal, by its name."""
        return gathered(self.living, lambda kpi: kpi.goals)

    @cached_property
    def of_owner(self) -> Mapping[str, tuple[Kpi, ...]]:
        """The KPIs that an owner answers for, by its name or, where no owner is declared so, by the text."""
        return gathered(self.living, lambda kpi: map(text, kpi.owners))

    @cached_property
    def children(self) -> Mapping[str, tuple[Kpi, ...]]:
        """The KPIs that break another one down, by its name."""
        return gathered(self.living, lambda kpi: names(kpi, "parent"))

    @cached_property
    def goal_children(self) -> Mapping[str, tuple[Goal, ...]]:
        """The goals below a goal, by its name."""
        found: dict[str, list[Goal]] = {}
        for goal in self.model.goals.values():
            if goal.parent:
                found.setdefault(goal.parent, []).append(goal)
        return {name: tuple(goals) for name, goals in found.items()}

    def goal_line(self, name: str) -> tuple[str, ...]:
        """A goal and those above it, each once."""
        line: dict[str, None] = {}
        while name in self.model.goals and name not in line:
            line[name] = None
            name = self.model.goals[name].parent or ""
        return tuple(line)

    def measuring(self, name: str) -> tuple[Kpi, ...]:
        """The KPIs that serve a goal or one below it."""
        found: dict[str, Kpi] = {}
        seen, waiting = {name}, [name]
        while waiting:
            here = waiting.pop()
            found.update((kpi.name, kpi) for kpi in self.of_goal.get(here, ()))
            below = {each.name for each in self.goal_children.get(here, ())} - seen
            seen |= below
            waiting += sorted(below)
        return tuple(found.values())

    def parent(self, kpi: Kpi) -> Kpi | None:
        """The declared KPI that this one breaks down."""
        name = next(iter(names(kpi, "parent")), None)
        return self.model.kpis.get(name) if name else None

    def guards(self, kpi: Kpi) -> tuple[Kpi, ...]:
        """The declared KPIs that must not suffer for this one."""
        return tuple(self.model.kpis[name] for name in names(kpi, "guard") if name in self.model.kpis)

    @cached_property
    def formulas(self) -> Uses:
        """For each KPI with a formula, sound or not, the others that it names, with the place of the first mention."""
        lines = {name: line.value for name, kpi in self.model.kpis.items() if (line := kpi.first("formula"))}
        return uses({name: value for name, value in lines.items() if isinstance(value, tree.Expr)})

    @cached_property
    def read(self) -> frozenset[str]:
        """The sources that formulas and targets read, and those that their links lead to, by which a value may be broken down."""
        kpis = self.model.kpis.values()
        waiting = [source for kpi in kpis for source in kpi.sources]
        waiting += [source.name for source in self.model.sources.values() if source.rates is not None]
        waiting += [part.source for kpi in kpis for aim in kpi.aims for part in aggregates(aim)]
        found = set[str]()
        while waiting:
            name = waiting.pop()
            if name in self.model.sources and name not in found:
                found.add(name)
                source = self.model.sources[name]
                waiting += [link.target for link in source.links.values()]
                waiting += [source.grouping.base] if source.grouping is not None else []
        return frozenset(found)


def gathered(kpis: Iterable[Kpi], keys: Callable[[Kpi], Iterable[str]]) -> dict[str, tuple[Kpi, ...]]:
    """KPIs by their keys, of which each may have several."""
    found: dict[str, dict[str, Kpi]] = {}
    for kpi in kpis:
        for key in keys(kpi):
            found.setdefault(key, {})[kpi.name] = kpi
    return {key: tuple(items.values()) for key, items in found.items()}


def text(item: tree.Name | tree.String) -> str:
    """A name or a text as it reads."""
    return item.text if isinstance(item, tree.Name) else item.value


def word(kpi: Kpi, field: str) -> str | None:
    """The word in a field that takes one: level, indicator, nature, perspective."""
    return next(iter(names(kpi, field)), None)


def names(kpi: Kpi, field: str) -> tuple[str, ...]:
    """The names and texts in a field that takes such: goal, guard, parent, access, tags."""
    line = kpi.first(field)
    if line is None:
        return ()
    if isinstance(line.value, tree.References):
        return tuple(map(text, line.value.items))
    return (text(line.value),) if isinstance(line.value, tree.Name | tree.String) else ()

"""How the declarations of a project belong together: who serves a goal, who owns what, what breaks down into what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from kpilang.lint.aims import Start, baseline, path_start
from kpilang.lint.here import LIVING, Here
from kpilang.lint.normal import Normal
from kpilang.model.nouns import Goal, Kpi, Model, Target
from kpilang.model.settled import Settled
from kpilang.syntax import tree


class Relations:
    """The whole project, seen from each end of each reference. Made once a run; each index when it is first asked for.

    KPIs that are deprecated or replaced belong to nothing any more.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._here: dict[tuple[frozenset[str], frozenset[str] | None], Here] = {}
        self._baselines: dict[str, Start | None] = {}

    def here(self, paths: frozenset[str], names: frozenset[str] | None) -> Here:
        """What is declared in some files, or what of that is called by these names."""
        found = self._here.get((paths, names))
        if found is None:
            found = self._here[paths, names] = Here(self.model, paths, names)
        return found

    def baseline(self, kpi: Kpi) -> Start | None:
        """The latest baseline of a KPI; None without one, or where it does not fit the unit."""
        if kpi.name not in self._baselines:
            self._baselines[kpi.name] = baseline(self.model, kpi)
        return self._baselines[kpi.name]

    def start(self, kpi: Kpi, line: Target) -> Start | None:
        """What a line of a target sets out from: the beginning of its own path, else the baseline."""
        return path_start(line) or self.baseline(kpi)

    @cached_property
    def damaged(self) -> frozenset[str]:
        """The names of declarations in which something could not be read."""
        return frozenset().union(*(each.damaged for each in self.model.trees))

    @cached_property
    def broken_defaults(self) -> frozenset[str]:
        """The files in whose defaults something could not be read."""
        return frozenset(each.source.path for each in self.model.trees if "defaults" in each.damaged)

    @cached_property
    def settled(self) -> Settled:
        """Tells what is found in templates at the KPIs that fill them in."""
        return Settled({name: kpi.filled for name, kpi in self.model.kpis.items()})

    @cached_property
    def computed(self) -> Mapping[str, int]:
        """A number for what each sound KPI in use computes, by its name: the same for those that compute the same."""
        normal = self.normal
        return {kpi.name: normal.formula(kpi.formula) for kpi in self.living if kpi.formula is not None and kpi.sound}

    @cached_property
    def normal(self) -> Normal:
        """The one form of every formula."""
        return Normal(self.model)

    @cached_property
    def living(self) -> tuple[Kpi, ...]:
        """The KPIs that are in use or about to be."""
        return tuple(kpi for kpi in self.model.kpis.values() if kpi.state in LIVING)

    @cached_property
    def of_goal(self) -> Mapping[str, tuple[Kpi, ...]]:
        """The KPIs that serve a goal, by its name."""
        return _gathered(self.living, lambda kpi: kpi.goals)

    @cached_property
    def of_owner(self) -> Mapping[str, tuple[Kpi, ...]]:
        """The KPIs that an owner answers for, by its name or, where no owner is declared so, by the text."""
        return _gathered(self.living, lambda kpi: map(text, kpi.owners))

    @cached_property
    def children(self) -> Mapping[str, tuple[Kpi, ...]]:
        """The KPIs that break another one down, by its name."""
        return _gathered(self.living, lambda kpi: names(kpi, "parent"))

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

    def level(self, kpi: Kpi) -> str | None:
        """Company, department, team or individual: the KPI's own level, else that of its owner."""
        return word(kpi, "level") or self.owner_level(kpi)

    def owner_level(self, kpi: Kpi) -> str | None:
        """The level of the one owner of a KPI."""
        owners = [self.model.owners.get(text(item)) for item in kpi.owners]
        return owners[0].level if len(owners) == 1 and owners[0] else None


def _gathered(kpis: Iterable[Kpi], keys: Callable[[Kpi], Iterable[str]]) -> dict[str, tuple[Kpi, ...]]:
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

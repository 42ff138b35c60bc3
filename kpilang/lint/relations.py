"""How the declarations of a project belong together, with what rules ask of a project more than once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from kpilang.lint.aims import Start, baseline, path_start
from kpilang.lint.here import Here
from kpilang.model.normal import Normal
from kpilang.model.nouns import Kpi, Model, Target
from kpilang.model.references import References, text, word
from kpilang.model.settled import Settled


class Relations(References):
    """The whole project, seen from each end of each reference. Made once a run."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
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

    def level(self, kpi: Kpi) -> str | None:
        """Company, department, team or individual: the KPI's own level, else that of its owner."""
        return word(kpi, "level") or self.owner_level(kpi)

    def owner_level(self, kpi: Kpi) -> str | None:
        """The level of the one owner of a KPI."""
        owners = [self.model.owners.get(text(item)) for item in kpi.owners]
        return owners[0].level if len(owners) == 1 and owners[0] else None

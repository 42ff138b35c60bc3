"""The declarations of the files that a rule is asked about, found once for all rules."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TypeVar

from kpilang.model.nouns import DataSource, Goal, Kpi, Model, Owner
from kpilang.model.references import LIVING

Declared = TypeVar("Declared", Owner, Goal, DataSource, Kpi)


class Here:
    """What is declared in some files; no more of it than `names` where these are given."""

    def __init__(self, model: Model, paths: frozenset[str], names: frozenset[str] | None) -> None:
        self.model, self.paths, self.names = model, paths, names

    def _of(self, declared: Mapping[str, Declared]) -> tuple[Declared, ...]:
        here = (item for item in declared.values() if item.declaration.span.source.path in self.paths)
        return tuple(item for item in here if self.names is None or item.name in self.names)

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        return self._of(self.model.kpis)

    @cached_property
    def living(self) -> tuple[Kpi, ...]:
        return tuple(kpi for kpi in self.kpis if kpi.state in LIVING)

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        return self._of(self.model.goals)

    @cached_property
    def owners(self) -> tuple[Owner, ...]:
        return self._of(self.model.owners)

    @cached_property
    def sources(self) -> tuple[DataSource, ...]:
        return self._of(self.model.sources)

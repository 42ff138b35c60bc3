"""What a plan must compute: which aggregates are wanted over which windows, gathered by how they read their sources."""

from __future__ import annotations

from collections.abc import Mapping

from kpilang.model.expr import Aggregate, Column
from kpilang.model.nouns import Model
from kpilang.plan.columns import basis, clock
from kpilang.plan.moments import Moment, Window, of_aggregate
from kpilang.plan.rows import Scope
from kpilang.plan.scans import Scan, Size, Statement, divide


class Demand:
    """Gathers which aggregates are wanted over which windows. Those with a `fault` are not computed, but their rows
    tell members, except where even these cannot be told (`blind`)."""

    def __init__(self, model: Model, faulty: frozenset[Aggregate], blind: frozenset[Aggregate]) -> None:
        self.model, self.faulty, self.blind = model, faulty, blind
        self.found: dict[tuple[str, str, Column | None], tuple[dict[Aggregate, None], dict[Window, None]]] = {}
        self.placed: dict[Aggregate, tuple[dict[Aggregate, None], dict[Window, None]]] = {}

    def add(self, aggregate: Aggregate, moment: Moment) -> None:
        """An aggregate is wanted in a moment."""
        if aggregate in self.blind:
            return
        if aggregate not in self.placed:
            key = (aggregate.source, basis(self.model, aggregate), clock(self.model, aggregate))
            self.placed[aggregate] = self.found.setdefault(key, ({}, {}))
        wanted, windows = self.placed[aggregate]
        if aggregate not in self.faulty:
            wanted[aggregate] = None
        for window in of_aggregate(self.model, aggregate, moment):
            windows[window] = None

    def statements(
        self, scopes: Mapping[str, Scope], sizes: Mapping[tuple[str, str, Column | None], Size]
    ) -> tuple[Statement, ...]:
        """The statements that answer all of it."""
        found: list[Statement] = []
        for key, (wanted, windows) in self.found.items():
            scan = Scan(*key, scopes[key[0]], tuple(windows))
            found.extend(divide(scan, list(wanted), sizes[key]))
        return tuple(found)

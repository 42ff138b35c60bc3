"""What a plan must compute: which aggregates are wanted over which windows, gathered by how they read their sources."""

from __future__ import annotations

from collections.abc import Mapping

from kpilang.model.expr import Aggregate, Column, Expr, Moved
from kpilang.model.nouns import Model
from kpilang.plan.columns import basis, clock
from kpilang.plan.layout import Layout
from kpilang.plan.moments import Sight, Window, sight
from kpilang.plan.rows import Scope
from kpilang.plan.scans import Scan, Size, Statement, divide
from kpilang.plan.timeline import Past, Timeline


class Demand:
    """Gathers which aggregates are wanted over which windows. Those with a `fault` are not computed, but their rows
    tell members, except where even these cannot be told (`blind`)."""

    def __init__(self, model: Model, faulty: frozenset[Aggregate], blind: frozenset[Aggregate]) -> None:
        self.model, self.faulty, self.blind = model, faulty, blind
        self.found: dict[tuple[str, str, Column | None], tuple[dict[Aggregate, None], dict[Window, None]]] = {}
        self.added: set[tuple[int, Sight, Timeline]] = set()
        self.placed: dict[Aggregate, tuple[dict[Aggregate, None], dict[Window, None]]] = {}

    def add(self, aggregate: Aggregate, timeline: Timeline) -> None:
        """An aggregate is wanted in the moments of a timeline."""
        if aggregate in self.blind or timeline.empty:
            return
        if aggregate not in self.placed:
            key = (aggregate.source, basis(self.model, aggregate), clock(self.model, aggregate))
            self.placed[aggregate] = self.found.setdefault(key, ({}, {}))
        wanted, windows = self.placed[aggregate]
        if aggregate not in self.faulty:
            wanted[aggregate] = None
        look = sight(self.model, aggregate)
        if (id(windows), look, timeline) not in self.added:
            self.added.add((id(windows), look, timeline))
            windows.update(
                (window, None) for item in timeline.windows(look) if isinstance(item, tuple) for window in item
            )

    def statements(
        self, scopes: Mapping[str, Scope], sizes: Mapping[tuple[str, str, Column | None], Size]
    ) -> tuple[Statement, ...]:
        """The statements that answer all of it."""
        found: list[Statement] = []
        for key, (wanted, windows) in self.found.items():
            scan = Scan(*key, scopes[key[0]], tuple(windows))
            found.extend(divide(scan, list(wanted), sizes[key]))
        return tuple(found)

    def of_formula(self, expr: Expr, timeline: Timeline, past: Past) -> None:
        """Every aggregate that a formula needs in a timeline, and in those it looks back to, is wanted."""
        if isinstance(expr, Aggregate):
            self.add(expr, timeline)
        elif isinstance(expr, Moved):
            self.of_formula(expr.value, past.behind(timeline, expr), past)
        else:
            for child in expr.children:
                self.of_formula(child, timeline, past)

    def of_layout(self, layout: Layout, past: Past, *, members: bool) -> None:
        """Everything that a KPI needs is wanted: its values, those before them, and what tells its `members`."""
        self.of_formula(layout.formula, layout.timeline, past)
        self.of_formula(layout.formula, layout.before(past), past)
        if members:
            for aggregate, timelines in layout.telling(past):
                for timeline in timelines:
                    self.add(aggregate, timeline)

"""What a plan must compute: which aggregates are wanted over which windows, gathered by how they read their sources."""

from __future__ import annotations

from collections.abc import Mapping

from kpilang.model.calls import ENTITIES
from kpilang.model.expr import Aggregate, Expr, Fold, Moved, Series
from kpilang.model.nouns import Model
from kpilang.plan.dividing import divide
from kpilang.plan.entities import counted, lowered
from kpilang.plan.folds import Gatherer
from kpilang.plan.glances import Glances, Key
from kpilang.plan.layout import Layout
from kpilang.plan.moments import Window
from kpilang.plan.rows import Scopes
from kpilang.plan.scans import Scan, Size, Statement
from kpilang.plan.sets import Reading, alone, members_from, reading
from kpilang.plan.timeline import Past, Timeline


class Demand:
    """Gathers which aggregates are wanted over which windows. Those with a `fault` are not computed, but their rows
    tell members, except where even these cannot be told (`blind`)."""

    def __init__(
        self, model: Model, glances: Glances, faulty: frozenset[Aggregate], blind: frozenset[Aggregate]
    ) -> None:
        self.model, self.glances, self.faulty, self.blind = model, glances, faulty, blind
        self.found: dict[Reading, tuple[dict[Aggregate, None], dict[Window, None]]] = {}
        self.added: set[tuple[int, Key]] = set()
        self.placed: dict[Aggregate, tuple[dict[Aggregate, None], dict[Window, None]]] = {}
        self.gatherer = Gatherer(model, faulty)

    def add(self, aggregate: Aggregate, timeline: Timeline) -> None:
        """An aggregate is wanted in the moments of a timeline; of one inside a fold only the members that its rows tell."""
        if aggregate in self.blind or timeline.empty:
            return
        if aggregate not in self.placed:
            self.placed[aggregate] = self.found.setdefault(reading(self.model, aggregate), ({}, {}))
        wanted, windows = self.placed[aggregate]
        if aggregate not in self.faulty and not aggregate.per:
            wanted[aggregate] = None
        self.look(windows, timeline, aggregate)

    def tell(self, aggregate: Aggregate, timeline: Timeline) -> None:
        """The rows of an aggregate tell members in the moments of a timeline."""
        if aggregate not in self.blind and not timeline.empty:
            _, windows = self.found.setdefault(members_from(self.model, aggregate), ({}, {}))
            self.look(windows, timeline, alone(aggregate))

    def look(self, windows: dict[Window, None], timeline: Timeline, aggregate: Aggregate) -> None:
        """What an aggregate sees is looked at; what was seen before is not gone through again."""
        key = self.glances.key(timeline, aggregate)
        if (id(windows), key) not in self.added:
            self.added.add((id(windows), key))
            seen = self.glances.windows(timeline, aggregate)
            windows.update((window, None) for item in seen if isinstance(item, tuple) for window in item)

    def statements(self, scopes: Scopes, sizes: Mapping[Reading, Size]) -> tuple[Statement, ...]:
        """The statements that answer all of it; where there is nothing to look at, none."""
        found: list[Statement] = []
        for key, (wanted, windows) in self.found.items():
            if not windows:
                continue
            source, kind, time, sets, kept = key
            scan = Scan(source, kind, time, scopes.on(source, kept), tuple(windows), sets)
            found.extend(divide(scan, list(wanted), sizes[key]))
        return tuple(found)

    def of_formula(self, expr: Expr, timeline: Timeline, past: Past) -> None:
        """Every aggregate that a formula needs in a timeline, and in those it looks back to, is wanted."""
        if isinstance(expr, Aggregate) and (expr.function not in ENTITIES or expr in self.faulty):
            self.add(expr, timeline)
        elif isinstance(expr, Aggregate):
            self.of_formula(lowered(expr), timeline, past)
            self.add(counted(expr), timeline)
        elif isinstance(expr, Fold):
            self.gatherer.add(expr, timeline)
        elif isinstance(expr, Series):
            self.of_formula(expr.value, past.inside(timeline, expr).timeline, past)
            if expr.rate is not None:
                self.of_formula(expr.rate, timeline, past)
        elif isinstance(expr, Moved):
            self.of_formula(expr.value, past.behind(timeline, expr), past)
        else:
            for child in expr.children:
                self.of_formula(child, timeline, past)

    def of_layout(self, layout: Layout, past: Past, *, members: bool) -> None:
        """Everything that a KPI needs is wanted: its values, those before them, and what tells its `members`."""
        self.of_formula(layout.formula, layout.timeline, past)
        self.of_formula(layout.formula, layout.before(past), past)
        for asked in layout.aims:
            for formula in (asked.formula, *asked.witnesses):
                self.of_formula(formula, asked.timeline, past)
        if members:
            for aggregate, timelines in layout.telling(past):
                for timeline in timelines:
                    self.tell(aggregate, timeline)

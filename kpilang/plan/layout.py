"""Where values go: for each KPI its periods, and the part of each that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpilang.model.calendar import Period
from kpilang.model.expr import Aggregate, Expr, Reach, read_by
from kpilang.model.nouns import Kpi, Model
from kpilang.plan.aims import Aims, Asked
from kpilang.plan.columns import basis
from kpilang.plan.compound import Leaf
from kpilang.plan.moments import Coverage, Read, known, periods, reads
from kpilang.plan.question import Question
from kpilang.plan.rows import Scopes
from kpilang.plan.timeline import ALWAYS, Past, Timeline
from kpilang.plan.totals import telling
from kpilang.result import Reason


@dataclass(frozen=True)
class Layout:
    """One KPI: its formula, what it reads, its periods, and the moments in them. `fault` is set where something it uses
    is bad data, and then it has no value anywhere; `blind` where not even all members can be told, which the rows of
    `tellers` do. `aims` is what its targets need. A `total` is for all members of a breakdown together."""

    kpi: Kpi
    formula: Expr
    reads: tuple[Read, ...]
    periods: tuple[Period, ...]
    timeline: Timeline
    fault: Reason | None
    blind: bool
    tellers: tuple[Leaf, ...] = ()
    aims: tuple[Asked, ...] = ()
    total: bool = False

    def before(self, past: Past) -> Timeline:
        """The moments that the rows' own `previous` looks at."""
        return past.look(self.timeline, 1, None, self.reads)

    def telling(self, past: Past) -> list[tuple[Aggregate, tuple[Timeline, ...]]]:
        """The aggregates whose rows tell members, and the moments in which they do: the rows' own, with the longer
        windows that end there, but not those before; of timeless sources always."""
        found: dict[tuple[Aggregate, tuple[Timeline, ...]], None] = {}
        for around, item in self.tellers:
            timelines = [
                self.timeline,
                *(past.behind(self.timeline, each) for each in around if isinstance(each, Reach)),
            ]
            if basis(past.model, item) == "timeless":
                timelines.append(ALWAYS)
            found[item, tuple(timelines)] = None
        return list(found)


class Periods:
    """The periods of KPIs and the part of each that is known, worked out once for all KPIs that are alike."""

    def __init__(self, model: Model, question: Question, coverage: Coverage) -> None:
        self.model, self.question, self.coverage = model, question, coverage
        self.found: dict[tuple[str, tuple[Read, ...]], tuple[tuple[Period, ...], Timeline]] = {}

    def of(self, own: str, over: tuple[Read, ...]) -> tuple[tuple[Period, ...], Timeline]:
        """The periods for KPIs of a grain of their own that read some sources, and the moments in them."""
        if (own, over) not in self.found:
            listed = tuple(periods(self.model, self.question, own, over, self.coverage))
            moments = Timeline(known(self.model, period, over, self.coverage) for period in listed)
            self.found[own, over] = (listed, moments)
        return self.found[own, over]


def lay_out(
    kpi: Kpi,
    alike: Periods,
    scopes: Scopes,
    aims: Aims,
    faults: Mapping[Aggregate, Reason],
    blind: frozenset[Aggregate],
) -> Layout:
    """The periods of a KPI and the part of each that is known, and what its targets need there."""
    assert kpi.formula is not None
    over = reads(alike.model, kpi.formula)
    fault = next((faults[item] for item in read_by(kpi.formula) if item in faults), None)
    hidden = any(item in blind for item in read_by(kpi.formula))
    listed, moments = alike.of(kpi.period or "all", over)
    asked = aims.of(kpi, listed, moments) if fault is None else ()
    tellers = telling(kpi.formula, scopes) if scopes.question.by else ()
    return Layout(kpi, kpi.formula, over, listed, moments, fault, hidden, tellers, asked)

"""Where values go: for each KPI its periods, the part of each that is known, its members, and what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpilang.model.calendar import EVERYTHING, Period
from kpilang.model.expr import Aggregate, Expr, aggregates
from kpilang.model.nouns import Kpi, Model
from kpilang.plan.answers import Answers, Member
from kpilang.plan.columns import basis
from kpilang.plan.demand import Demand
from kpilang.plan.formulas import demand
from kpilang.plan.moments import Coverage, Moment, Past, Read, known, of_aggregate, periods, reads
from kpilang.plan.question import Question
from kpilang.result import Reason


@dataclass(frozen=True)
class Layout:
    """One KPI: its formula, what it reads, and its periods, each with the part that is known or the reason why none
    is; `fault` is set where something it uses is bad data, and then it has no value anywhere."""

    kpi: Kpi
    formula: Expr
    reads: tuple[Read, ...]
    moments: tuple[tuple[Period, Moment | Reason], ...]
    fault: Reason | None

    def before(self, moment: Moment, past: Past) -> Moment | None:
        """The moment that the row's own `previous` looks at."""
        found = past.look(moment, 1, None, self.reads)
        return found if isinstance(found, Moment) else None

    def members(self, model: Model, answers: Answers, grain: str) -> list[Member]:
        """The members seen in any of its periods of a grain, in order, "none" last."""
        found: set[Member] = set()
        moments = [moment for period, moment in self.moments if period.grain == grain]
        for aggregate in dict.fromkeys(aggregates(self.formula)):
            for moment in (*(item for item in moments if isinstance(item, Moment)), *always(model, aggregate)):
                for window in of_aggregate(model, aggregate, moment):
                    found |= answers.members(aggregate, window)
        return sorted(found, key=lambda member: tuple((text is None, text or "") for text in member))


def always(model: Model, aggregate: Aggregate) -> tuple[Moment, ...]:
    """A moment that tells the members of timeless sources, whichever periods are known."""
    return (Moment(EVERYTHING, EVERYTHING.start, EVERYTHING.end),) if basis(model, aggregate) == "timeless" else ()


class Periods:
    """The periods of KPIs and the part of each that is known, worked out once for all KPIs that are alike."""

    def __init__(self, model: Model, question: Question, coverage: Coverage) -> None:
        self.model, self.question, self.coverage = model, question, coverage
        self.found: dict[tuple[str, tuple[Read, ...]], tuple[tuple[Period, Moment | Reason], ...]] = {}

    def of(self, own: str, over: tuple[Read, ...]) -> tuple[tuple[Period, Moment | Reason], ...]:
        """The periods for KPIs of a grain of their own that read some sources."""
        if (own, over) not in self.found:
            listed = periods(self.model, self.question, own, over, self.coverage)
            known_parts = tuple((period, known(self.model, period, over, self.coverage)) for period in listed)
            self.found[own, over] = known_parts
        return self.found[own, over]


def lay_out(kpi: Kpi, alike: Periods, faults: Mapping[Aggregate, Reason]) -> Layout:
    """The periods of a KPI and the part of each that is known."""
    assert kpi.formula is not None
    over = reads(alike.model, kpi.formula)
    fault = next((faults[item] for item in aggregates(kpi.formula) if item in faults), None)
    return Layout(kpi, kpi.formula, over, alike.of(kpi.period or "all", over), fault)


def wanted(model: Model, question: Question, layouts: list[Layout], past: Past, sink: Demand) -> Demand:
    """Puts every aggregate that the layouts need into a demand, with the windows that only tell members."""
    for layout in layouts:
        own = tuple(dict.fromkeys(aggregates(layout.formula))) if question.by else ()
        for aggregate in own:
            for everything in always(model, aggregate):
                sink.add(aggregate, everything)
        for _, moment in layout.moments:
            if isinstance(moment, Reason):
                continue
            demand(model, layout.formula, moment, past, sink)
            for aggregate in own:
                sink.add(aggregate, moment)
            before = layout.before(moment, past)
            if before is not None:
                demand(model, layout.formula, before, past, sink)
    return sink

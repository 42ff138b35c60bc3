"""One question over one set of tables: what is profiled, planned, run, and put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kpilang.data.table import Table
from kpilang.diagnostics import Diagnostic, Problem
from kpilang.evaluate.engine import Engine
from kpilang.evaluate.known import Known
from kpilang.evaluate.making import Maker
from kpilang.evaluate.profiling import Profiling
from kpilang.evaluate.sources import report
from kpilang.model.expr import Aggregate, Column, Expr, read_by, with_sets
from kpilang.model.groups import Group
from kpilang.model.nouns import Kpi, Model
from kpilang.plan.aims import Aims
from kpilang.plan.answers import Answers
from kpilang.plan.columns import reading_time
from kpilang.plan.demand import Demand
from kpilang.plan.facts import Profile, bases, coverage
from kpilang.plan.faults import Faults
from kpilang.plan.finishing import LEAST_TAME, MOST_TAME
from kpilang.plan.folds import Gathering
from kpilang.plan.formulas import Formulas
from kpilang.plan.glances import Glances
from kpilang.plan.layout import Layout, Periods, lay_out
from kpilang.plan.moments import Coverage
from kpilang.plan.publish import Publisher
from kpilang.plan.question import Question
from kpilang.plan.rows import Scopes
from kpilang.plan.scans import Size, Statement
from kpilang.plan.timeline import Past
from kpilang.plan.totals import marked, together
from kpilang.plan.wanted import aimed_at, asked, formula_reads, kpi_reads, wanted
from kpilang.result import Reason, Result, SourceReport
from kpilang.sql import profile as passes
from kpilang.sql.base import Base, Traits
from kpilang.sql.statements import write
from kpilang.sql.writer import Query, Written
from kpilang.text import Text

# Of the memory that a thread has, one part in so many may hold bitmaps, which cannot be written to disk.
PART_FOR_BITMAPS = 4
LEFT_OUT = Problem(
    "E460",
    "cannot-select",
    Text("`{name}` is left out at `{text}`: {why}", "`{name}` 在 `{text}` 处无法计算，已略去：{why}"),
)


@dataclass(frozen=True)
class Explained:
    """One statement of a plan, or a relation that is made before: how it is answered and why, and its SQL."""

    statement: Statement | Gathering | Group
    sql: str


def texts(item: Written) -> list[str]:
    """Everything that is run for a statement, in order."""
    return [text for text in (item.setup, *(query.sql for query in item.queries), item.cleanup) if text]


class Evaluation:
    """One question over one set of tables."""

    def __init__(
        self,
        model: Model,
        question: Question,
        engine: Engine,
        tables: Mapping[str, Table],
        *,
        skip_bad: bool,
        known: Known | None = None,
    ) -> None:
        self.model, self.question, self.engine, self.tables = model, question, engine, dict(tables)
        self.base = Base(model, self.tables, question.as_of, skip=skip_bad)
        known = known or Known()
        self.maker = Maker(engine, self.base, self.tables, known)
        self.maker.make(wanted(model, question))
        self.faults = Faults(model, self.tables, skip=skip_bad)
        self.scopes = Scopes(model, question)
        self.kpis = [kpi for kpi in asked(model, question) if self.selectable(kpi)]
        own = (item for kpi in self.kpis for item in kpi_reads(kpi, self.scopes))
        beside = (item for kpi in self.kpis for item in aimed_at(kpi, self.scopes))
        every = [*own, *beside]
        every += [replace(item, kept=()) for item in every] if question.total else []
        self.aggregates = tuple(dict.fromkeys(with_sets(every)))
        widest = self.scopes.widest()
        profiling = Profiling(
            model, engine, self.tables, self.base, self.faults, widest, self.aggregates, known, self.maker.held
        )
        self.profiles = profiling.profiles()
        self.base.traits = Traits(
            frozenset(column for item in self.profiles.values() for column in tame(item)),
            frozenset(column for item in self.profiles.values() for column in item.filled),
            frozenset((item.source, path) for item in self.profiles.values() for path in item.linked),
        )
        self.coverage: Coverage = coverage(model, self.profiles, bases(model, self.aggregates), question.as_of)
        self.past = Past(model, self.coverage, full=question.full)
        self.glances = Glances(model, self.past)
        self.answers = Answers(model, self.coverage, self.glances)
        self.fault_of = self.faulty()
        self.blind = frozenset(
            item for item in self.fault_of if self.faults.of_rows(item, self.scopes.selected(item), self.profiles)
        )
        alike = Periods(model, question, self.coverage)
        self.layouts = [layout for kpi in self.kpis for layout in self.laid_out(kpi, alike)]

    def laid_out(self, kpi: Kpi, alike: Periods) -> Iterator[Layout]:
        """The rows of a KPI: those of members, and where they are asked for those of all members together."""
        yield self.layout(kpi, alike, partial(marked, self.model, self.question))
        if self.question.total and kpi.formula is not None:
            whole = replace(kpi, formula=together(kpi.formula))
            yield replace(self.layout(whole, alike, together), tellers=(), total=True)

    def layout(self, kpi: Kpi, alike: Periods, placed: Callable[[Expr], Expr]) -> Layout:
        """Where the values of a KPI go, and of what its targets need, `placed` in the breakdown like it."""
        aims = Aims(self.model, self.coverage, self.fault_of, self.applicable, placed)
        return lay_out(kpi, alike, self.scopes, aims, self.fault_of, self.blind)

    def selectable(self, kpi: Kpi) -> bool:
        """Whether the question's filter and breakdown make sense for everything a KPI reads."""
        return not any(self.scopes.of(item).diagnostics for item in formula_reads(kpi))

    def applicable(self, formula: Expr) -> bool:
        """Whether the question's filter and breakdown make sense for everything that an expression of a target reads."""
        return not any(self.scopes.of(item).diagnostics for item in read_by(formula))

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was wrong with the question and the data: each KPI that is left out, with the aggregate at fault."""
        found = []
        for kpi in asked(self.model, self.question):
            faulty = (item for item in formula_reads(kpi) if self.scopes.of(item).diagnostics)
            for item in list(faulty)[:1]:
                why = self.scopes.of(item).diagnostics[0]
                left = LEFT_OUT.at(why.span, kpi=kpi.name, name=kpi.name, text=item.text, why=why.message)
                found.append(replace(left, help=why.help))
        return tuple(dict.fromkeys((*found, *(item for table in self.tables.values() for item in table.diagnostics))))

    def faulty(self) -> dict[Aggregate, Reason]:
        """The aggregates that may not be computed, for what they use or what the sets do that they look at."""
        scoped = ((item, self.scopes.selected(item)) for item in self.aggregates)
        own = {item: self.faults.of_aggregate(item, scope, self.profiles) for item, scope in scoped}
        found = {item: next(filter(None, (own[each] for each in with_sets([item]))), None) for item in self.aggregates}
        return {item: fault for item, fault in found.items() if fault is not None}

    # ---- plan and statements

    def statements(self) -> tuple[Statement | Gathering, ...]:
        """The plan: which statements answer everything that is wanted, after what folds over groups ask."""
        demand = Demand(self.model, self.glances, frozenset(self.fault_of), self.blind)
        for layout in self.layouts:
            demand.of_layout(layout, self.past, members=bool(self.question.by))
        counted = any(profile.ranges for profile in self.profiles.values())
        room = self.engine.room() // PART_FOR_BITMAPS if counted else 0
        sizes = {
            key: Size(item.rows, not self.base.skips, members, item.distinct, item.ranges, room)
            for key, item, members in (
                (key, self.profiles[key[0]], 1 if key[-1] == () else self.profiles[key[0]].members)
                for key in demand.found
            )
        }
        return (*demand.statements(self.scopes, sizes), *self.gathered(demand))

    def gathered(self, demand: Demand) -> Iterator[Gathering]:
        """Folds over the same groups, where anything is seen at all; what is not known of states must be known before."""
        for gathering in demand.gatherer.gathered(self.past, self.scopes):
            days: dict[str, dict[dt.date, None]] = {}
            for source, day in (state for scan in gathering.scans.values() for state in scan.states):
                days.setdefault(source, {})[day] = None
            for source, looked_at in days.items():
                self.read_readings(source, list(looked_at))
            known = gathering.known(lambda item, day: self.answers.unknown(item.source, day))
            self.answers.gather(known)
            if known.scans:
                yield known

    def written(self) -> tuple[Written, ...]:
        return tuple(write(statement, self.base) for statement in self.statements())

    def run(self) -> None:
        """Runs every statement and puts its answers in order."""
        days: dict[str, dict[dt.date, None]] = {}
        for item in self.written():
            if isinstance(item.statement, Gathering):
                self.run_folds(item, item.statement)
                continue
            scan = item.statement.scan
            for source, day in scan.states:
                days.setdefault(source, {})[day] = None
            for query, columns in self.answered(item):
                outputs = [(output.answer, output.part) for output in query.outputs]
                self.answers.add(scan, outputs, item.numbers, columns)
        for source, looked_at in days.items():
            self.read_readings(source, list(looked_at))

    def run_folds(self, item: Written, gathering: Gathering) -> None:
        """Runs the statement of a gathering."""
        folded, kept = self.answers.folds[gathering.folds[0]], gathering.folds[0].kept
        width = len(self.question.by if kept is None else kept)
        for query, columns in self.answered(item):
            outputs = [(output.answer, output.part) for output in query.outputs]
            numbers = [item.numbers.get(number, -1) for number in columns[0]]
            folded.grid.take(width, outputs, numbers, columns)

    def answered(self, item: Written) -> list[tuple[Query, list[list[Any]]]]:
        """The columns of each query of a statement; computed with binary numbers where exact ones grow too large."""
        try:
            return self.attempt(item)
        except OverflowError:
            return self.attempt(write(item.statement, self.base.binary()))

    def attempt(self, item: Written) -> list[tuple[Query, list[list[Any]]]]:
        if item.setup:
            self.engine.run(item.setup)
        found = [(query, self.engine.columns(query.sql)) for query in item.queries]
        if item.cleanup:
            self.engine.run(item.cleanup)
        return found

    def read_readings(self, name: str, days: Sequence[dt.date]) -> None:
        """The newest reading before each day at which the state of a snapshot is taken."""
        source = self.model.sources[name]
        if reading_time(source) is None or not days:
            return
        sql = passes.newest_readings(source, self.tables[source.name], self.base, days)
        for number, reading in self.engine.rows(sql):
            self.answers.readings[source.name, days[number]] = reading

    # ---- result

    def result(self) -> Result:
        self.run()
        formulas = Formulas(self.model, self.past, self.answers)
        publisher = Publisher(self.model, self.question, formulas)
        sheets = tuple(publisher.sheet(layout) for layout in self.layouts)
        return Result(self.question.as_of, self.reports(), sheets, self.diagnostics())

    def reports(self) -> tuple[SourceReport, ...]:
        return tuple(self.report(profile) for profile in self.profiles.values())

    def report(self, profile: Profile) -> SourceReport:
        table = self.tables[profile.source]
        return report(self.model, table, profile, self.coverage, self.question.as_of, skip=self.faults.skip)


def tame(profile: Profile) -> Iterator[Column]:
    """The columns of binary numbers whose largest is of middling size, so that sums are easily exact."""
    for column, (least, most) in profile.ranges.items():
        largest = max(abs(least), abs(most))
        if isinstance(column, Column) and isinstance(least, float) and LEAST_TAME <= largest <= MOST_TAME:
            yield column

"""The way from a model, a question and loaded tables to a result: profile, plan, statements, last arithmetic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kpilang.data.table import Table
from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.expr import Aggregate, Column, Expr, aggregates
from kpilang.model.nouns import DataSource, Kpi, Model
from kpilang.plan import reasons
from kpilang.plan.answers import Answers
from kpilang.plan.columns import asked, physical, reached, reading_time, used
from kpilang.plan.facts import Profile, bases, coverage
from kpilang.plan.faults import Faults
from kpilang.plan.formulas import Formulas
from kpilang.plan.layout import lay_out, wanted
from kpilang.plan.moments import Coverage, Read
from kpilang.plan.publish import Publisher
from kpilang.plan.question import Question
from kpilang.plan.rows import Scope, scope_of
from kpilang.plan.scans import FEW_AGGREGATES, Demand, Scan, Size, Statement, family
from kpilang.result import LeftOut, Reason, Result, SourceReport
from kpilang.sql import profile as passes
from kpilang.sql.base import Base
from kpilang.sql.statements import Query, Written, write
from kpilang.text import Text


class Engine(Protocol):
    """What runs statements and hands out their rows; OverflowError where a number does not fit its type."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]: ...

    def run(self, sql: str) -> None: ...


@dataclass(frozen=True)
class Explained:
    """One statement of a plan: how it is answered and why, and its SQL."""

    statement: Statement
    sql: str


def evaluate(
    model: Model, question: Question, engine: Engine, tables: Mapping[str, Table], *, skip_bad: bool = False
) -> Result:
    """The rows of a question: each a value or a reason, not yet judged against targets."""
    return Evaluation(model, question, engine, tables, skip_bad=skip_bad).result()


def explain(
    model: Model, question: Question, engine: Engine, tables: Mapping[str, Table], *, skip_bad: bool = False
) -> tuple[Explained, ...]:
    """The statements that would answer a question, in order."""
    run = Evaluation(model, question, engine, tables, skip_bad=skip_bad)
    return tuple(Explained(item.statement, sql) for item in run.written() for sql in texts(item))


def texts(item: Written) -> list[str]:
    """Everything that is run for a statement, in order."""
    return [text for text in (item.setup, *(query.sql for query in item.queries), item.cleanup) if text]


class Evaluation:
    """One question over one set of tables."""

    def __init__(
        self, model: Model, question: Question, engine: Engine, tables: Mapping[str, Table], *, skip_bad: bool
    ) -> None:
        self.model, self.question, self.engine, self.tables = model, question, engine, tables
        self.base = Base(model, tables, question.as_of, skip=skip_bad)
        self.faults = Faults(model, tables, skip=skip_bad)
        names = {item.source for kpi in asked(model, question) for item in kpi_aggregates(kpi)}
        self.scopes = {name: scope_of(model, question, name) for name in sorted(names)}
        self.kpis = [kpi for kpi in asked(model, question) if self.selectable(kpi)]
        self.aggregates = tuple(dict.fromkeys(item for kpi in self.kpis for item in kpi_aggregates(kpi)))
        self.profiles = self.profiled()
        self.coverage: Coverage = coverage(model, self.profiles, bases(model, self.aggregates), question.as_of)
        self.answers = Answers(model)
        self.fault_of = self.faulty()
        self.layouts = [lay_out(model, question, kpi, self.coverage, self.fault_of) for kpi in self.kpis]

    def selectable(self, kpi: Kpi) -> bool:
        """Whether the question's filter and breakdown make sense for everything a KPI reads."""
        return not any(self.scopes[item.source].diagnostics for item in kpi_aggregates(kpi))

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was wrong with the question and the data: each KPI that is left out, with the aggregate at fault."""
        found = []
        for kpi in asked(self.model, self.question):
            faulty = (item for item in kpi_aggregates(kpi) if self.scopes[item.source].diagnostics)
            for item in list(faulty)[:1]:
                why = self.scopes[item.source].diagnostics[0]
                found.append(LEFT_OUT.at(why.span, kpi=kpi.name, name=kpi.name, text=item.text, why=why.message))
        return tuple(dict.fromkeys((*found, *(item for table in self.tables.values() for item in table.diagnostics))))

    # ---- profile

    def profiled(self) -> dict[str, Profile]:
        """What one pass over each source tells; joined sources get their keys checked."""
        joined = {there.name for column in self.columns() for there in self.along(column)}
        names = dict.fromkeys([*(item.source for item in self.aggregates), *sorted(joined)])
        return {name: self.profile(self.model.sources[name], joined) for name in names}

    def columns(self) -> frozenset[Column]:
        """Every column that leads along links."""
        times = (self.model.sources[item.source].time for item in self.aggregates)
        exprs: list[Expr | None] = [*self.aggregates, *times]
        exprs.extend(part for scope in self.scopes.values() for part in (scope.where, *scope.members))
        return frozenset(column for column in used(exprs) if column.links)

    def along(self, column: Column) -> Iterable[DataSource]:
        lengths = range(1, len(column.links) + 1)
        return (reached(self.model, column.source, column.links[:length]) for length in lengths)

    def profile(self, source: DataSource, joined: set[str]) -> Profile:
        """One source: its pass, and whether it may be joined."""
        table = self.tables[source.name]
        kinds = {read.basis for read in bases(self.model, self.aggregates) if read.source == source.name}
        faults = {kind: self.faults.of_time(source.name, kind) for kind in kinds}
        sound = frozenset(kind for kind, fault in faults.items() if fault is None)
        columns = frozenset(column for column in self.columns() if self.readable(column))
        scope = self.scopes.get(source.name, NOWHERE)
        if self.faults.of_columns(pair for column in used(scope.members) for pair in self.pairs(column)):
            scope = NOWHERE
        profiler = passes.Profiler(self.model, self.tables, self.base)
        keys = self.counted_keys(source)
        written = profiler.write(source, sound, columns, scope, keys)
        row = self.engine.rows(written.sql)[0]
        found = dict(zip(written.outputs, row, strict=True))
        filtering, members = self.sampled(profiler, source, scope)
        return Profile(
            source=source.name,
            rows=table.rows,
            times={
                kind: self.days(found[kind, "first"], found[kind, "last"])
                for kind, part in found
                if part == "first" and found[kind, "first"] is not None
            },
            members=members,
            distinct=filtering,
            ranges={
                key: (found["least", str(number)], found["most", str(number)])
                for number, key in enumerate(keys)
                if found["least", str(number)] is not None
            },
            left_out=(*table.left_out, *left_out(source, found)),
            keys=self.keys(source, table) if source.name in joined else None,
            changes=self.changes(source, table) if "state" in sound else None,
            fault=next((fault for fault in faults.values() if fault is not None), None),
        )

    def counted_keys(self, source: DataSource) -> tuple[Column, ...]:
        """The columns stored as whole numbers whose distinct values are counted."""
        keys = (item.arguments[0] for item in self.aggregates if item.source == source.name and item.distinct)
        columns = [key for key in dict.fromkeys(keys) if isinstance(key, Column) and self.readable(key)]
        return tuple(column for column in columns if self.base.stored_type(column) in WHOLE_NUMBERS)

    def sampled(self, profiler: passes.Profiler, source: DataSource, scope: Scope) -> tuple[dict[Column, int], int]:
        """About how many values the columns of filters have, and how many members a breakdown has; asked only where
        grouping by filters may pay."""
        items = [item for item in self.aggregates if item.source == source.name and family(item) == "totals"]
        filters = [item.where for item in items if item.where is not None]
        if len(items) < FEW_AGGREGATES or not filters:
            return {}, 1
        columns = tuple(column for column in dict.fromkeys(used(filters)) if self.readable(column))
        *counts, members = self.engine.rows(profiler.sample(source, columns, scope.members))[0]
        return dict(zip(columns, counts, strict=True)), int(members or 1)

    def pairs(self, column: Column) -> Iterable[tuple[str, str]]:
        return physical(self.model, column)

    def readable(self, column: Column) -> bool:
        return self.faults.of_columns(self.pairs(column)) is None

    def days(self, first: Any, last: Any) -> tuple[dt.date, dt.date]:  # noqa: ANN401 - as the database gives them
        return self.day(first), self.day(last)

    def day(self, value: dt.date | dt.datetime) -> dt.date:
        return self.model.calendar.day_of(value) if isinstance(value, dt.datetime) else value

    def keys(self, source: DataSource, table: Table) -> Reason | None:
        """Why a source may not be joined: its key, or the lives of its key, are not unique."""
        if self.faults.of_columns((source.name, name) for name in source.key):
            return None
        if source.starts is None:
            found = self.engine.rows(passes.duplicate_keys(source, table, self.base))[0][0]
            return reasons.duplicate_keys(source.name) if found else None
        found = self.engine.rows(passes.overlaps(source, table, self.base))[0][0]
        return reasons.overlapping_lives(source.name) if found else None

    def changes(self, source: DataSource, table: Table) -> Reason | None:
        """Why the readings of a key have no order."""
        if not source.changes or self.faults.of_columns((source.name, name) for name in source.key):
            return None
        found = self.engine.rows(passes.tied_changes(source, table, self.base))[0][0]
        return reasons.tied_changes(source.name) if found else None

    def faulty(self) -> dict[Aggregate, Reason]:
        """The aggregates that may not be computed."""
        found = {
            item: self.faults.of_aggregate(item, self.scopes[item.source], self.profiles) for item in self.aggregates
        }
        return {item: fault for item, fault in found.items() if fault is not None}

    # ---- plan and statements

    def statements(self) -> tuple[Statement, ...]:
        """The plan: which statements answer everything that is wanted."""
        blind = (item for item in self.fault_of if self.faults.of_rows(item, self.scopes[item.source], self.profiles))
        sink = Demand(self.model, frozenset(self.fault_of), frozenset(blind))
        demand = wanted(self.model, self.question, self.layouts, self.coverage, sink)
        sizes = {
            key: Size(item.rows, not self.base.skips, item.members, item.distinct, item.ranges)
            for key, item in ((key, self.profiles[key[0]]) for key in demand.found)
        }
        return demand.statements(self.scopes, sizes)

    def written(self) -> tuple[Written, ...]:
        return tuple(write(statement, self.base) for statement in self.statements())

    def run(self) -> None:
        """Runs every statement and puts its answers in order."""
        scans: dict[tuple[str, str, Column | None], Scan] = {}
        for item in self.written():
            scan = item.statement.scan
            scans[scan.source, scan.basis, scan.clock] = scan
            for query, rows in self.answered(item):
                outputs = [(output.aggregate, output.part) for output in query.outputs]
                self.answers.add(scan, outputs, item.numbers, rows)
        for scan in scans.values():
            self.read_readings(scan)

    def answered(self, item: Written) -> list[tuple[Query, list[tuple[Any, ...]]]]:
        """The rows of each query of a statement; computed with binary numbers where exact ones grow too large."""
        try:
            return self.attempt(item)
        except OverflowError:
            return self.attempt(write(item.statement, self.base.binary()))

    def attempt(self, item: Written) -> list[tuple[Query, list[tuple[Any, ...]]]]:
        if item.setup:
            self.engine.run(item.setup)
        found = [(query, self.engine.rows(query.sql)) for query in item.queries]
        if item.cleanup:
            self.engine.run(item.cleanup)
        return found

    def read_readings(self, scan: Scan) -> None:
        """The newest reading before each day at which the state of a snapshot is taken."""
        source = self.model.sources[scan.source]
        if scan.basis != "state" or reading_time(source) is None:
            return
        days = [window for window in scan.windows if isinstance(window, dt.date)]
        sql = passes.newest_readings(source, self.tables[source.name], self.base, days)
        for number, reading in self.engine.rows(sql):
            self.answers.readings[source.name, days[number]] = reading

    # ---- result

    def result(self) -> Result:
        self.run()
        formulas = Formulas(self.model, self.coverage, self.answers)
        publisher = Publisher(self.model, self.question, formulas)
        rows = [row for layout in self.layouts for row in publisher.rows(layout)]
        return Result(self.question.as_of, self.reports(), tuple(rows), self.diagnostics())

    def reports(self) -> tuple[SourceReport, ...]:
        return tuple(self.report(profile) for profile in self.profiles.values())

    def report(self, profile: Profile) -> SourceReport:
        times = next(iter(profile.times.values()), None)
        covers = [self.coverage.get(Read(profile.source, kind)) for kind in ("events", "state")]
        known = next((item for item in covers if isinstance(item, tuple)), None)
        first, last = times or (None, None)
        return SourceReport(profile.source, profile.rows, profile.left_out, first, last, known)


NOWHERE = Scope(None, (), ())
WHOLE_NUMBERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT"})

LEFT_OUT = Problem(
    "E460",
    "cannot-select",
    Text("`{name}` is left out at `{text}`: {why}", "`{name}` 在 `{text}` 处无法计算，已略去：{why}"),
)


def kpi_aggregates(kpi: Kpi) -> list[Aggregate]:
    """The aggregates of a KPI's formula."""
    return list(aggregates(kpi.formula)) if kpi.formula is not None else []


def left_out(source: DataSource, found: Mapping[tuple[str, str], Any]) -> Sequence[LeftOut]:
    """What the pass over a source counted, in words."""
    out = []
    for (kind, part), count in found.items():
        if kind == "unlinked" and count:
            out.append(
                LeftOut("no-partner", int(count), NO_PARTNER.fill(count=int(count), source=source.name, link=part))
            )
        elif part == "undecided" and count:
            out.append(LeftOut("empty-compared", int(count), UNDECIDED.fill(count=int(count), source=source.name)))
        elif part in TIMES and count:
            out.append(LeftOut(TIMES[part][0], int(count), TIMES[part][1].fill(count=int(count), source=source.name)))
    return tuple(dict.fromkeys(out))


NO_PARTNER = Text(
    "{count} rows of `{source}` find no partner along `{link}`: they count under none",
    "`{source}` 有 {count} 行沿 `{link}` 找不到对应行，归入“无”",
)
UNDECIDED = Text(
    "an empty value decided the filter for {count} rows of `{source}`",
    "`{source}` 有 {count} 行的过滤结果由空值决定",
)
TIMES = {
    "without": (
        "no-time",
        Text("{count} rows of `{source}` have no time and are left out", "`{source}` 有 {count} 行没有时间，已略去"),
    ),
    "after": (
        "after-as-of",
        Text("{count} rows of `{source}` lie after the as-of date", "`{source}` 有 {count} 行在截止日期之后"),
    ),
    "reversed": (
        "ends-before-start",
        Text(
            "{count} rows of `{source}` end before they start and are left out",
            "`{source}` 有 {count} 行的结束早于开始，已略去",
        ),
    ),
}

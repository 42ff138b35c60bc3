"""What is asked of the data before anything is computed: one pass over each source, and whether keys are unique."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kpilang.data.table import Table
from kpilang.evaluate.engine import Engine
from kpilang.evaluate.examples import NOTHING, Example, first_few
from kpilang.evaluate.keys import Flaw, Keys
from kpilang.evaluate.known import Known
from kpilang.evaluate.steady import Steady
from kpilang.model.expr import Aggregate, Column, Expr
from kpilang.model.groups import Group, beneath
from kpilang.model.nouns import DataSource, Made, Model, reached
from kpilang.model.types import Kind
from kpilang.plan.columns import physical, used
from kpilang.plan.exchange import exchanges
from kpilang.plan.facts import Profile, bases
from kpilang.plan.faults import Faults
from kpilang.plan.rows import Scope
from kpilang.plan.scans import FEW_AGGREGATES, filters_of
from kpilang.result import LeftOut
from kpilang.sql import profile as passes
from kpilang.sql.base import Base
from kpilang.sql.values import DOUBLE
from kpilang.text import Text

NOWHERE = Scope(None, (), ())
WHOLE_NUMBERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT"})


class Profiling:
    """Profiles the sources that some aggregates read, and those they are joined to."""

    def __init__(
        self,
        model: Model,
        engine: Engine,
        tables: Mapping[str, Table],
        base: Base,
        faults: Faults,
        scopes: Mapping[str, Scope],
        aggregates: tuple[Aggregate, ...],
        known: Known | None = None,
        made: Mapping[Group, Mapping[str, Made]] | None = None,
    ) -> None:
        self.model, self.engine, self.tables = model, engine, tables
        self.memory, self.made = known or Known(), made or {}
        self.steady = Steady(model, engine, tables, base, self.memory)
        self.keys = Keys(engine, tables, self.steady, faults, self.memory)
        self.base, self.faults, self.scopes, self.aggregates = base, faults, scopes, aggregates
        self.doubled = False

    def profiles(self) -> dict[str, Profile]:
        """What one pass over each source tells; joined sources get their keys checked."""
        joined = {there.name for column in self.walked() for there in self.along(column)}
        sources = [self.model.sources[name] for name in self.names(joined)]
        flaws = {source.name: self.flaws(source, joined=source.name in joined) for source in sources}
        self.doubled = any(flaws[name][0] is not None for name in joined if name in flaws)
        return {source.name: self.profile(source, *flaws[source.name]) for source in sources}

    def names(self, joined: set[str]) -> Iterable[str]:
        """The sources that are read, then those they are joined to, those that others are made of, and rates."""
        made = sorted({group.base for group in self.made})
        return dict.fromkeys(
            [*(item.source for item in self.aggregates), *sorted(joined), *made, *sorted(self.rates())]
        )

    def rates(self) -> set[str]:
        """The sources of the rates that amounts are converted by."""
        return {item.rates for item in exchanges(self.aggregates)}

    def kinds(self, source: DataSource) -> set[str]:
        """The bases that a source is read by; one that others are made of is read by its own time, rates by theirs, and one
        that lives and whose rows are groups by its lives."""
        found = {read.basis for read in bases(self.model, self.aggregates) if read.source == source.name}
        if any(group.base == source.name for group in self.made) and not source.timeless:
            found.add("events" if source.time is not None else "state")
        if source.name in self.rates():
            found.add("events")
        if "timeless" in found and not source.timeless:
            found.add("state")
        return found

    def shows(self, part: str) -> bool:
        """Whether the first few rows of what a part of the pass counted are to be shown: not those of the as-of date that
        the question chose, nor those that a filter decided."""
        return part not in ("after", "undecided")

    def columns(self) -> frozenset[Column]:
        """Every column that leads along links."""
        times = (self.model.sources[item.source].time for item in self.aggregates)
        exprs: list[Expr | None] = [*self.aggregates, *times]
        exprs.extend(part for scope in self.scopes.values() for part in (scope.where, *scope.members))
        return frozenset(column for column in used(exprs) if column.links)

    def walked(self) -> Iterable[Column]:
        """The same, with those that relations were made of."""
        for group, columns in self.made.items():
            base = self.model.sources[group.base]
            yield from (each for made in columns.values() for each in beneath(made, base) if each.links)
        yield from self.columns()

    def along(self, column: Column) -> Iterable[DataSource]:
        """The sources that a path leads to, one after the other."""
        lengths = range(1, len(column.links) + 1)
        return (reached(self.model.sources, column.source, column.links[:length]) for length in lengths)

    def profile(self, source: DataSource, key: Flaw | None, readings: Flaw | None) -> Profile:
        """One source: its pass, and what is wrong with its key and its readings."""
        table = self.tables[source.name]
        kinds = self.kinds(source)
        faults = {kind: self.faults.of_time(source.name, kind) for kind in kinds}
        sound = frozenset(kind for kind, fault in faults.items() if fault is None)
        scope = self.scopes.get(source.name, NOWHERE)
        if not all(self.readable(column) for column in used([scope.where, *scope.members])):
            scope = NOWHERE
        keys, summed = (*self.counted_keys(source), *self.summed_columns(source)), self.added(source)
        found = self.look(source, sound, scope, keys, summed)
        distinct, members = self.sampled(source, sound, scope)
        return Profile(
            source=source.name,
            rows=table.rows,
            times={kind: span for kind in sound if (span := self.days(found, kind)) is not None},
            members=members,
            distinct=distinct,
            ranges=dict(self.ranges(found, keys)),
            linked=frozenset(
                tuple(part.split("."))
                for (kind, part), count in found.items()
                if kind in ("unlinked", "keyless") and not count
            ),
            filled=frozenset(column for number, column in enumerate(summed) if not found["empty", str(number)]),
            left_out=(*table.left_out, *self.left_out(source, sound, found)),
            keys=None if key is None else key.reason,
            changes=None if readings is None else readings.reason,
            fault=next((fault for fault in faults.values() if fault is not None), None),
            flaws=tuple(flaw.text for flaw in (key, readings) if flaw is not None),
        )

    def look(
        self,
        source: DataSource,
        kinds: frozenset[str],
        scope: Scope,
        keys: tuple[Column, ...],
        summed: tuple[Column, ...],
    ) -> Mapping[tuple[str, str], Any]:
        """The pass over a source; a second, closer one only where there are rows after the as-of date."""
        columns, read = self.led(), self.read(source, kinds)
        found: dict[tuple[str, str], Any] = {}
        for closely in (False, True):

            def written(base: Base, closely: bool = closely) -> passes.Pass:
                return self.profiler(base).write(source, kinds, columns, scope, keys, summed, closely=closely)

            chosen = self.steady.write(written, *read)
            found = dict(zip(chosen.outputs, self.rows(chosen.sql)[0], strict=True))
            if source.planned or all(self.known(found[kind, "last"]) for kind in kinds if (kind, "last") in found):
                break
        return found

    def profiler(self, base: Base) -> passes.Profiler:
        """What writes passes over sources as of a date."""
        return passes.Profiler(self.model, self.tables, base, doubled=self.doubled)

    def read(self, source: DataSource, kinds: frozenset[str]) -> tuple[list[DataSource], list[Column]]:
        """The sources that a pass over one of them reads, and the columns that place its rows in time."""
        placed = (self.profiler(self.base).placing(source, kind) for kind in sorted(kinds))
        clocks = [column for column in placed if column is not None]
        led = (column for column in (*self.led(), *clocks) if column.source == source.name)
        names = dict.fromkeys([source.name, *(there.name for column in led for there in self.along(column))])
        return [self.model.sources[name] for name in names], [] if source.planned else clocks

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, found once for the same files."""
        return self.memory.rows(self.engine, self.tables.values(), sql)

    def known(self, last: dt.date | dt.datetime | None) -> bool:
        """Whether a time lies before now."""
        return last is None or self.day(last) < self.base.now

    def own(self, column: Column) -> bool:
        """Whether a column stands in the relation of the source that is read itself."""
        return not self.base.ways.to(column)

    def counted_keys(self, source: DataSource) -> tuple[Column, ...]:
        """The columns stored as whole numbers whose distinct values are counted."""
        keys = (item.arguments[0] for item in self.aggregates if item.source == source.name and item.distinct)
        columns = [key for key in dict.fromkeys(keys) if isinstance(key, Column) and self.own(key)]
        return tuple(key for key in columns if self.readable(key) and self.base.stored_type(key) in WHOLE_NUMBERS)

    def summed_columns(self, source: DataSource) -> tuple[Column, ...]:
        """The columns of binary numbers that are summed as they are."""
        items = (item.arguments[0] for item in self.aggregates if item.source == source.name and item.arguments)
        columns = [column for column in dict.fromkeys(items) if isinstance(column, Column) and self.own(column)]
        return tuple(column for column in columns if self.readable(column) and self.base.stored_type(column) == DOUBLE)

    def added(self, source: DataSource) -> tuple[Column, ...]:
        """The number columns of a source itself that are summed, as they are or within an expression."""
        items = (item for item in self.aggregates if item.source == source.name and item.function in ("sum", "avg"))
        columns = dict.fromkeys(column for item in items for column in used(item.arguments) if self.own(column))
        return tuple(item for item in columns if item.type.kind is Kind.NUMBER and self.readable(item))

    def ranges(
        self, found: Mapping[tuple[str, str], Any], keys: tuple[Column, ...]
    ) -> Iterable[tuple[Column, tuple[Any, Any]]]:
        """The least and most value of each key that has any."""
        for number, key in enumerate(keys):
            least, most = found["least", str(number)], found["most", str(number)]
            if least is not None and most is not None:
                yield key, (least, most)

    def sampled(self, source: DataSource, kinds: frozenset[str], scope: Scope) -> tuple[dict[Column, int], int]:
        """About how many values the columns of filters have, and how many members a breakdown has; asked only where
        grouping by filters may pay."""
        items = [item for item in self.aggregates if item.source == source.name]
        filters = [found for item in items for found in filters_of(item)]
        if not scope.members and (len(items) < FEW_AGGREGATES or not filters):
            return {}, 1
        columns = tuple(column for column in dict.fromkeys(used(filters)) if self.readable(column))
        if not (columns or scope.members):
            return {}, 1
        members_of, read = scope.members, self.read(source, kinds)
        sql = self.steady.write(lambda base: self.profiler(base).sample(source, kinds, columns, members_of), *read)
        *counts, members = self.rows(sql)[0]
        return dict(zip(columns, counts, strict=True)), int(members or 1)

    def readable(self, column: Column) -> bool:
        """Whether nothing is wrong with a column and the way to it."""
        return self.faults.of_columns(physical(self.model, column)) is None

    def days(self, found: Mapping[tuple[str, str], Any], kind: str) -> tuple[dt.date, dt.date] | None:
        """The first and last day of a source's rows."""
        first, last = found.get((kind, "first")), found.get((kind, "last"))
        return None if first is None or last is None else (self.day(first), self.day(last))

    def day(self, value: dt.date | dt.datetime) -> dt.date:
        """The local day of a time."""
        return self.steady.day(value)

    def flaws(self, source: DataSource, *, joined: bool) -> tuple[Flaw | None, Flaw | None]:
        """What is wrong with the key of a source that is joined, and with its readings where the last of each counts."""
        key = self.keys.of(source, joined=True) if joined else None
        ordered = source.changes and "state" in self.kinds(source)
        return key, self.keys.of_readings(source) if ordered else None

    def led(self) -> frozenset[Column]:
        """The columns that lead along links, as far as these can be walked."""
        return frozenset(column for column in self.columns() if self.readable(column))

    def left_out(
        self, source: DataSource, kinds: frozenset[str], found: Mapping[tuple[str, str], Any]
    ) -> Sequence[LeftOut]:
        """What the pass over a source counted, in words, with the first few rows."""
        out = []
        for (kind, part), count in found.items():
            code, text = TIMES.get(part, (None, None)) if kind != "unlinked" else ("no-partner", NO_PARTNER)
            if code is not None and text is not None and count:
                examples = self.examples(source, kinds, kind, part, int(count))
                told = text.fill(count=int(count), source=source.name, link=part, examples=examples)
                out.append(LeftOut(code, int(count), told, part if kind == "unlinked" else ""))
        return tuple(dict.fromkeys(out))

    def examples(self, source: DataSource, kinds: frozenset[str], kind: str, part: str, count: int) -> Text:
        """The first few rows of those that a part of the pass counted."""
        if not self.shows(part):
            return NOTHING
        columns, read = self.led(), self.read(source, kinds)
        sql = self.steady.write(lambda base: self.profiler(base).examples(source, kinds, columns, kind, part), *read)

        def few() -> Text:
            rows = [Example((row,), tuple(map(self.shown, values))) for row, *values in self.engine.rows(sql)]
            return first_few(self.tables[source.name], rows, count)

        return self.memory.told(self.tables.values(), sql, few)

    def shown(self, value: object) -> object:
        """A value of an example; of a time its day."""
        return self.day(value) if isinstance(value, dt.date) else value


NO_PARTNER = Text(
    "rows of `{source}` without a partner along `{link}`, counted under none: {count}{examples}",
    "`{source}` 有 {count} 行沿 `{link}` 找不到对应行，归入“无”{examples}",
)
TIMES = {
    "undecided": (
        "empty-compared",
        Text(
            "rows of `{source}` whose filter was decided by an empty value: {count}",
            "`{source}` 有 {count} 行的筛选结果由空值决定",
        ),
    ),
    "without": (
        "no-time",
        Text(
            "rows of `{source}` without a time, left out: {count}{examples}",
            "`{source}` 有 {count} 行没有时间，已略去{examples}",
        ),
    ),
    "after": (
        "after-as-of",
        Text(
            "rows of `{source}` after the as-of date: {count}{examples}",
            "`{source}` 有 {count} 行在截至日期之后{examples}",
        ),
    ),
    "reversed": (
        "ends-before-start",
        Text(
            "rows of `{source}` that end before they start, left out: {count}{examples}",
            "`{source}` 有 {count} 行的结束早于开始，已略去{examples}",
        ),
    ),
}

"""All that can be verified of sources without a question: times, links and keys, in full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kpilang.data.table import Table
from kpilang.evaluate.engine import Engine
from kpilang.evaluate.keys import Flaw
from kpilang.evaluate.known import Known
from kpilang.evaluate.making import Maker
from kpilang.evaluate.profiling import Profiling
from kpilang.evaluate.sources import report
from kpilang.model.expr import Column
from kpilang.model.nouns import DataSource, Model
from kpilang.model.soundness import flawed
from kpilang.plan.columns import held, physical, time_columns
from kpilang.plan.facts import coverage
from kpilang.plan.faults import Faults
from kpilang.plan.moments import Read
from kpilang.result import SourceReport
from kpilang.sql import profile as passes
from kpilang.sql.base import Base


class Verification(Profiling):
    """Profiles every loaded source by every basis it has, along each of its links, and verifies every key; sources
    with an error in their declaration are passed over.

    `flawed` holds, after `reports`, what is wrong with the keys of each source.
    """

    def __init__(
        self, model: Model, engine: Engine, tables: Mapping[str, Table], as_of: dt.date, known: Known | None = None
    ) -> None:
        known, tables = known or Known(), dict(tables)
        base, faults = Base(model, tables, as_of, skip=False), Faults(model, tables, skip=False)
        maker = Maker(engine, base, tables, known)
        maker.make(
            {
                name: [column.name for column in source.columns.values() if column.sound]
                for name, source in model.sources.items()
                if not flawed((source,)) and loaded(model, source, tables)
            }
        )
        super().__init__(model, engine, tables, base, faults, {}, (), known, maker.held)
        self.sound = [name for name in model.sources if name in tables and not flawed((model.sources[name],))]
        self.flawed: dict[str, list[Flaw]] = {}

    def reports(self) -> tuple[SourceReport, ...]:
        """A report on each loaded source, in the order of the model."""
        for table in self.tables.values():
            if table.parts:
                self.memory.rows(self.engine, (table,), passes.read_through(table.relation))
        profiles, as_of = self.profiles(), self.base.as_of
        reads = frozenset(Read(name, kind) for name in profiles for kind in self.kinds(self.model.sources[name]))
        known = coverage(self.model, profiles, reads, as_of)
        return tuple(
            report(self.model, self.tables[name], profile, known, as_of, skip=False)
            for name, profile in profiles.items()
        )

    def names(self, joined: set[str]) -> Iterable[str]:  # noqa: ARG002 every source is looked at
        return self.sound

    def kinds(self, source: DataSource) -> set[str]:
        states = source.snapshot is not None or source.starts is not None
        found = {"state"} if states else set()
        if source.time is not None and self.there(source.time):
            found.add("events")
        return found or {"timeless"}

    def shows(self, part: str) -> bool:  # noqa: ARG002 all are shown
        return True

    def columns(self) -> frozenset[Column]:
        """The key at the end of every link, and times that stand there."""
        found: set[Column] = set()
        for source in (self.model.sources[name] for name in self.sound):
            found.update(column for column in time_columns(source, "events") if column.links)
            for link in source.links.values():
                if link.target in self.sound and (key := self.model.sources[link.target].key):
                    there = self.model.sources[link.target].columns[key[0]]
                    found.add(Column(there.type, None, source.name, (link.name,), key[0]))
        return frozenset(column for column in found if self.there(column))

    def there(self, column: Column) -> bool:
        """Whether every source on the way to a column can be looked at."""
        return all(name in self.sound for name, _ in physical(self.model, column))

    def flaws(self, source: DataSource, *, joined: bool) -> tuple[Flaw | None, Flaw | None]:
        """As for a question, but of every key; that of a snapshot is repeated from reading to reading."""
        key = self.keys.of(source, joined=joined) if joined or source.snapshot is None else None
        readings = self.keys.of_readings(source)
        key = key if key is None or joined else replace(key, spoils=False)
        self.flawed[source.name] = [flaw for flaw in (key, readings) if flaw is not None]
        return key, readings


def loaded(model: Model, source: DataSource, tables: Mapping[str, Table]) -> bool:
    """Whether all that a source and its columns are made of has been loaded."""
    pairs = (pair for name in source.columns for pair in held(model, source, name))
    return all(name in tables or model.sources[name].grouping is not None for name, _ in pairs)

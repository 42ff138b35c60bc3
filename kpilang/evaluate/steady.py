"""Statements that change with the as-of date only where their answer does, so that it can be remembered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from kpilang.data.table import Table
from kpilang.evaluate.engine import Engine
from kpilang.evaluate.known import Known, Span
from kpilang.model.expr import Column
from kpilang.model.nouns import DataSource, Model, reached
from kpilang.sql.base import Base
from kpilang.sql.profile import around

LONG_AGO = dt.date(1000, 1, 1)
Written = TypeVar("Written")


class Steady:
    """Writes statements as of the last day that has a row: up to the as-of date nothing else happened since."""

    def __init__(self, model: Model, engine: Engine, tables: Mapping[str, Table], base: Base, known: Known) -> None:
        self.model, self.engine, self.tables, self.base, self.known = model, engine, tables, base, known

    def write(
        self, make: Callable[[Base], Written], sources: Iterable[DataSource], clocks: Iterable[Column] = ()
    ) -> Written:
        """What `make` writes over a base; it reads these sources, and places rows in time by their own columns and these."""
        asked, clocks = make(self.base), tuple(clocks)
        if asked == make(self.base.as_known(LONG_AGO)):
            return asked
        read = list(sources)
        if any(self.base.ways.group(clock) is not None for clock in clocks):
            return asked
        if not all(self.known.remembers(self.tables[source.name]) for source in read):
            return asked
        times = self.times(read, clocks)
        days = [self.last(self.tables[name], tuple(sorted(columns))) for name, columns in sorted(times.items())]
        return make(self.base.as_known(max((day for day in days if day is not None), default=LONG_AGO)))

    def times(self, sources: Iterable[DataSource], clocks: Iterable[Column]) -> dict[str, set[str]]:
        """The columns of each source that are compared with the as-of date."""
        found: dict[str, set[str]] = {}
        for source in sources:
            own = () if source.planned else (source.time, source.snapshot, source.starts)
            for column in own:
                if column is not None and not column.links:
                    found.setdefault(source.name, set()).add(column.name)
        for column in clocks:
            found.setdefault(reached(self.model.sources, column.source, column.links).name, set()).add(column.name)
        return found

    def last(self, table: Table, columns: tuple[str, ...]) -> dt.date | None:
        """The last day up to the as-of date at which a table has a row, by any of these columns."""
        there = tuple(name for name in columns if name in table.columns)
        return self.known.before(table, there, self.base.as_of, lambda: self.look(table, there)) if there else None

    def look(self, table: Table, columns: tuple[str, ...]) -> Span:
        """The last day with a row up to the as-of date, and the first after it."""
        row = self.engine.rows(around(table, columns, self.base))[0]
        days = [None if value is None else self.day(value) for value in row]
        known = [day for day in days[: len(columns)] if day is not None]
        ahead = [day for day in days[len(columns) :] if day is not None]
        return max(known, default=None), min(ahead, default=None)

    def day(self, value: dt.date | dt.datetime) -> dt.date:
        """The local day of a time."""
        return self.model.calendar.day_of(value) if isinstance(value, dt.datetime) else value

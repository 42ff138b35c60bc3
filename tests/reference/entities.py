"""Counts of entities that come, stay and go: `new`, `retained`, `lost`, and those whose one event another follows."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from kpilang.model import expr as e
from kpilang.result import Why
from tests.reference import scalars
from tests.reference.aggregated import Aggregated
from tests.reference.known import Moment, Seen
from tests.reference.looks import Asked
from tests.reference.reasons import strongest


class Entities(Aggregated):
    """Counts of different values by when they are seen."""

    def aggregate(self, aggregate: e.Aggregate, asked: Asked) -> object:
        if aggregate.function == "new":
            return self.new(aggregate, asked)
        if aggregate.function in ("retained", "lost"):
            return self.looked_back(aggregate, asked)
        if aggregate.followed is not None:
            return self.followed(aggregate, aggregate.followed, asked)
        return super().aggregate(aggregate, asked)

    def looked_back(self, aggregate: e.Aggregate, asked: Asked) -> object:
        """How many of those seen in the earlier moment are seen again, or are not."""
        count, grain = aggregate.lag
        there = self.shifted(e.Shift(aggregate.type, None, aggregate, count, grain), asked)
        if isinstance(there, Why):
            return there
        now, then = self.keys_seen(aggregate, asked), self.keys_seen(aggregate, there)
        if isinstance(now, Why) or isinstance(then, Why):
            return strongest(found for found in (now, then) if isinstance(found, Why))
        return Fraction(len(then & now if aggregate.function == "retained" else then - now))

    def new(self, aggregate: e.Aggregate, asked: Asked) -> object:
        """How many of those seen now were seen in no row before the moment began."""
        held, now = self.held(aggregate, asked), self.keys_seen(aggregate, asked)
        if isinstance(held, Why) or isinstance(now, Why):
            return strongest(found for found in (held, now) if isinstance(found, Why))
        return Fraction(len(now - self.keys_of(aggregate, self.rows_before(aggregate, asked), held)))

    def rows_before(self, aggregate: e.Aggregate, asked: Asked) -> list[Seen]:
        """The selected rows placed before the moment began, or that held at some time before."""
        begin, source = self.calendar.instant(asked.opening), self.model.sources[aggregate.source]
        column = (source.starts if self.lived(aggregate) else source.snapshot or source.time) if aggregate.at else None
        column = column or aggregate.on or source.time
        seen = []
        for row in self.tables[source.name]:
            if not self.there(source, row, lives=self.lived(aggregate)):
                continue
            time = self.place(source, row, column)
            if time is None or (time < begin and (source.planned or time < self.now)):
                seen.append(Seen(source.name, row, time, time and Moment(time, state=False)))
        return self.selected([row for row in seen if column is None or row.time is not None], asked)

    def followed(self, aggregate: e.Aggregate, after: e.Followed, asked: Asked) -> object:
        """How many values have a row of the other source soon enough after their first row in the moment."""
        held, (rows,) = self.held(aggregate, asked), self.looks(aggregate, asked)
        if isinstance(held, Why):
            return held
        first: dict[tuple[object, ...], Seen] = {}
        for row in rows:
            key = tuple(self.over_row(argument, row) for argument in aggregate.arguments)
            if None in key or not self.keeps(aggregate, row, held):
                continue
            if key not in first or row.time < first[key].time:
                first[key] = row
        later = self.followers(after)
        same, column = after.source == aggregate.source, aggregate.on or self.model.sources[aggregate.source].time
        return Fraction(
            sum(
                any(
                    self.soon(self.column(row, column), time, Fraction(after.within), strictly=same)
                    for time in later.get(key, ())
                )
                for key, row in first.items()
            )
        )

    def followers(self, after: e.Followed) -> dict[tuple[object, ...], list[dt.date]]:
        """The times of the other source's rows that are there, by key."""
        source = self.model.sources[after.source]
        column = source.time or source.starts
        found: dict[tuple[object, ...], list[dt.date]] = {}
        for row in self.tables[source.name]:
            time = self.place(source, row, column)
            present = self.there(source, row, lives=source.time is None) and time is not None
            if not present or not (source.planned or time < self.now):
                continue
            seen = Seen(source.name, row, time, Moment(time, state=False))
            key = tuple(self.over_row(part, seen) for part in after.keys)
            if None not in key and (after.where is None or self.over_row(after.where, seen)):
                found.setdefault(key, []).append(self.column(seen, column))
        return found

    def soon(self, one: dt.date, other: dt.date, length: Fraction, *, strictly: bool) -> bool:
        gap = scalars.less(other, one, self.calendar)
        return (gap > 0 if strictly else gap >= 0) and gap <= length

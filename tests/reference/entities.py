"""Counts of entities that come, stay and go: `new`, `retained`, `lost`."""

from __future__ import annotations

from fractions import Fraction

from kpilang.model import expr as e
from kpilang.result import Why
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

"""Life inside the period: which rows hold at some instant of a window, and for how long, one by one and together."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from kpilang.model.nouns import DataSource
from tests.reference.known import Cells, Days, Known, Moment, Seen
from tests.reference.stretches import DAY, Stretch, together


class Alive(Known):
    """The rows of a source that lives, within a window of days."""

    def during(self, source: DataSource, window: Days) -> list[Seen]:
        """The rows that hold at some instant of a window; their links are followed at the first such instant."""
        found = []
        for row in self.tables[source.name]:
            stretch = self.stretch(source, row, window)
            if stretch is not None:
                first = stretch.start
                moment = Moment(first if isinstance(first, dt.datetime) else self.calendar.instant(first), state=False)
                found.append(Seen(source.name, row, self.life(source, row)[0], moment, stretch))
        return found

    def stretch(self, source: DataSource, row: Cells, window: Days) -> Stretch | None:
        """The part of a row's life that lies in a window; None where there is none."""
        life = self.life(source, row)
        if life is None:
            return None
        start, end = life
        if self.dated(source):
            since, until = self.calendar.day_of(start), None if end is None else self.calendar.day_of(end)
            first, last = window
        else:
            since, until = start, end
            first, last = self.calendar.instant(window[0]), self.calendar.instant(window[1])
        begin, stop = max(since, first), last if until is None else min(until, last)
        return Stretch(begin, stop) if begin < stop else None

    def dated(self, source: DataSource) -> bool:
        """Whether both bounds of a life are dates."""
        return all(column.type.kind == "date" for column in (source.starts, source.ends) if column is not None)


def measured(rows: list[Seen], window: Days) -> Fraction:
    """How long at least one of the rows holds, never longer than the window has days of 24 hours."""
    return min(together(row.stretch for row in rows), (window[1] - window[0]).days * DAY)

"""Which rows an aggregate looks at: those placed in a stretch of days, or those that hold just before an instant."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kpilang.model import expr as e
from kpilang.model import scope
from kpilang.model.calendar import Period
from kpilang.model.nouns import DataSource
from kpilang.result import Why
from tests.reference import scalars
from tests.reference.known import Cells, Days, Known, Moment, Seen


@dataclass(frozen=True)
class Asked:
    """A period, the part of it that is known, and for a part cut short at its end its number of days."""

    period: Period
    part: Days
    days: int | None
    member: tuple[str | None, ...] | None


class Looks(Known):
    """The rows of an aggregate in a part of a period, after `--where` and of one member."""

    def lived(self, aggregate: e.Aggregate) -> bool:
        """Whether an aggregate sees its source's rows as lives, not by the source's own time."""
        source = self.model.sources[aggregate.source]
        return source.starts is not None and (source.time is None or aggregate.at is not None)

    def events(self, aggregate: e.Aggregate, asked: Asked) -> list[Seen]:
        """The rows of an aggregate without `at`, in the part of the period."""
        source = self.model.sources[aggregate.source]
        lives, column = self.lived(aggregate), aggregate.on or source.time
        rows = []
        days = (asked.period.start, asked.period.end) if source.each else asked.part
        first, end = self.calendar.instant(days[0]), self.calendar.instant(days[1])
        for row in self.tables[source.name]:
            if not self.there(source, row, lives=lives):
                continue
            if column is None:
                rows.append(Seen(source.name, row, None, None))
                continue
            time = self.place(source, row, column)
            if time is not None and first <= time < end and (source.planned or time < self.now):
                rows.append(Seen(source.name, row, time, Moment(time, state=False)))
        return self.selected(rows, asked)

    def readings(self, source: DataSource) -> list[tuple[dt.datetime, Cells]]:
        """The readings that are there, each with its time."""
        column = source.snapshot or source.time
        rows = [row for row in self.tables[source.name] if self.there(source, row, lives=False)]
        return [(self.place(source, row, column), row) for row in rows]

    def state(self, aggregate: e.Aggregate, instant: dt.datetime, asked: Asked) -> list[Seen] | Why:
        """The rows that hold just before an instant."""
        source = self.model.sources[aggregate.source]
        if self.lived(aggregate):
            held = []
            for row in self.tables[source.name]:
                life = self.life(source, row)
                if life is not None and life[0] < instant and (life[1] is None or life[1] >= instant):
                    held.append((life[0], row))
        else:
            before = [(time, row) for time, row in self.readings(source) if time < instant]
            if not before:
                return Why.NO_DATA
            held = self.newest_by_key(source, before, instant) if source.changes else self.newest(before)
        moment = Moment(instant, state=True)
        return self.selected([Seen(source.name, row, time, moment) for time, row in held], asked)

    def newest(self, readings: list[tuple[dt.datetime, Cells]]) -> list[tuple[dt.datetime, Cells]]:
        latest = max(time for time, _ in readings)
        return [(time, row) for time, row in readings if time == latest]

    def newest_by_key(
        self, source: DataSource, readings: list[tuple[dt.datetime, Cells]], instant: dt.datetime
    ) -> list[tuple[dt.datetime, Cells]]:
        groups: dict[tuple[str | None, ...], list[tuple[dt.datetime, Cells]]] = {}
        for time, row in readings:
            groups.setdefault(self.key(row, source.key), []).append((time, row))
        held = [pair for group in groups.values() for pair in self.newest(group)]
        return [pair for pair in held if source.carried is None or pair[0] + source.carried >= instant]

    def selected(self, rows: list[Seen], asked: Asked) -> list[Seen]:
        """The rows that `--where` keeps and that belong to the member."""
        kept = [row for row in rows if self.filtered(row)]
        return [row for row in kept if asked.member is None or self.member(row) == asked.member]

    def filtered(self, row: Seen) -> bool:
        predicate = self.filter(row.source)
        return predicate is None or bool(self.over_row(predicate, row))

    def member(self, row: Seen) -> tuple[str | None, ...]:
        return tuple(scalars.text_of(self.over_row(expr, row), self.calendar) for expr in self.breakdown(row.source))

    def filter(self, source: str) -> e.Expr | None:
        if self.question.where is None:
            return None
        if source not in self.filters:
            expr, problems = scope.row_predicate(self.model, source, self.question.where)
            if expr is None:
                raise LookupError(str(problems))
            self.filters[source] = expr
        return self.filters[source]

    def breakdown(self, source: str) -> tuple[e.Expr, ...]:
        if source not in self.breakdowns:
            found = [scope.breakdown(self.model, source, path) for path in self.question.by]
            if any(expr is None for expr, _ in found):
                raise LookupError(str([problems for _, problems in found]))
            self.breakdowns[source] = tuple(expr for expr, _ in found if expr is not None)
        return self.breakdowns[source]

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
from tests.reference.exchange import Exchange
from tests.reference.known import Cells, Days, Moment, Seen

ANY = object()
"""A place of a member that does not matter, as inside `total`."""


@dataclass(frozen=True)
class Group:
    """The rows with one key: of each source the expressions of the key, and its value; `linked` compares as text."""

    keys: tuple[tuple[str, tuple[e.Expr, ...]], ...]
    key: tuple[object, ...]
    linked: bool


@dataclass(frozen=True)
class Asked:
    """A moment: a period, the part of it that is known, and for a part cut short at its end the number of days to
    compare with (None with `--full`).

    `member` is that of the breakdown, ANY in places that do not matter. Inside a longer window (`reach`) it begins with
    the day `begin`, and ends with the part. `group` is the one of a formula that is computed for each key; `free` is
    where neither `--where` nor breakdown selects rows.
    """

    period: Period
    part: Days
    days: int | None
    member: tuple[object, ...] | None
    reach: e.Reach | None = None
    begin: dt.date | None = None
    group: Group | None = None
    free: bool = False

    @property
    def cut_at_start(self) -> bool:
        return self.part[0] > self.period.start

    @property
    def opening(self) -> dt.date:
        """The day just before which the state is that of the opening."""
        return self.period.start if self.begin is None else self.begin

    @property
    def window(self) -> Days:
        """The days that an aggregate sees."""
        return (self.part[0] if self.begin is None else self.begin, self.part[1])


class Looks(Exchange):
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
        days = (asked.opening, asked.period.end) if source.each else asked.window
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
        """The rows that `--where` keeps and that belong to the member and to the group."""
        if asked.free:
            return rows
        kept = [row for row in rows if self.filtered(row) and self.belongs(row, asked.member)]
        return [row for row in kept if asked.group is None or self.grouped(row, asked.group) == asked.group.key]

    def filtered(self, row: Seen) -> bool:
        predicate = self.filter(row.source)
        return predicate is None or bool(self.over_row(predicate, row))

    def belongs(self, row: Seen, member: tuple[object, ...] | None) -> bool:
        return member is None or all(
            part is ANY or part == self.part_of_member(row, place) for place, part in enumerate(member)
        )

    def member(self, row: Seen) -> tuple[str | None, ...]:
        return tuple(self.part_of_member(row, place) for place in range(len(self.question.by)))

    def part_of_member(self, row: Seen, place: int) -> str | None:
        return scalars.text_of(self.over_row(self.breakdown(row.source, place), row), self.calendar)

    def grouped(self, row: Seen, group: Group) -> tuple[object, ...]:
        """The key of a row; None in it where a part is empty."""
        found = tuple(self.over_row(part, row) for part in dict(group.keys)[row.source])
        return tuple(scalars.text_of(part, self.calendar) for part in found) if group.linked else found

    def filter(self, source: str) -> e.Expr | None:
        if self.question.where is None:
            return None
        if source not in self.filters:
            expr, problems = scope.row_predicate(self.model, source, self.question.where)
            if expr is None:
                raise LookupError(str(problems))
            self.filters[source] = expr
        return self.filters[source]

    def breakdown(self, source: str, place: int) -> e.Expr:
        """The expression that breaks a source down by the column asked for in a place."""
        if (source, place) not in self.breakdowns:
            expr, problems = scope.breakdown(self.model, source, self.question.by[place])
            if expr is None:
                raise LookupError(str(problems))
            self.breakdowns[source, place] = expr
        return self.breakdowns[source, place]

    def reaches(self, source: str, place: int) -> bool:
        """Whether a breakdown's column can be reached from a source."""
        return scope.breakdown(self.model, source, self.question.by[place])[0] is not None

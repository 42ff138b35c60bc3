"""What sources cover, which part of a period that leaves, and which periods are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kpilang.model import expr as e
from kpilang.model.calendar import EVERYTHING, Period
from kpilang.model.nouns import DataSource
from tests.reference.known import Days
from tests.reference.looks import Looks
from tests.reference.read import read


class Coverage(Looks):
    """The days that sources cover, and the periods that follow from them."""

    def coverage(self, aggregate: e.Aggregate) -> Days | None:
        """The days that the source of an aggregate covers, end exclusive; all days if timeless, None if no day."""
        source, lives = self.model.sources[aggregate.source], self.lived(aggregate)
        if source.covers is not None:
            return self.known(source, source.covers)
        if source.timeless:
            return EVERYTHING.start, EVERYTHING.end
        column = source.starts if lives else source.time or source.snapshot
        if column is not None and not column.links and self.bad(source.name, column.name):
            return None
        times = self.lives_start(source) if lives else [time for time, _ in self.readings(source)]
        days = [self.calendar.day_of(time) for time in times]
        if not days:
            return None
        if lives or source.changes:
            return (min(days), self.tomorrow) if min(days) < self.tomorrow else None
        grain = source.each or source.every or "day"
        first, last = self.calendar.containing(min(days), grain), self.calendar.containing(max(days), grain)
        return self.known(source, (first.start, last.end))

    def lives_start(self, source: DataSource) -> list[dt.datetime]:
        lives = (self.life(source, row) for row in self.tables[source.name])
        return [life[0] for life in lives if life is not None]

    def known(self, source: DataSource, days: Days) -> Days | None:
        end = days[1] if source.planned or source.timeless else min(days[1], self.tomorrow)
        return (days[0], end) if days[0] < end else None

    def coverages(self, formula: e.Expr) -> list[Days | None]:
        """What each aggregate's source covers, timeless ones aside."""
        found = [(self.model.sources[part.source], self.coverage(part)) for part in read(formula)]
        return [days for source, days in found if not source.timeless or source.covers is not None]

    def part(self, formula: e.Expr, period: Period) -> Days | None:
        """What coverage leaves of a period; None where a source covers none of it, or stands for longer periods."""
        start, end = period.start, period.end
        for days in self.coverages(formula):
            if days is None:
                return None
            start, end = max(start, days[0]), min(end, days[1])
        grains = [self.model.sources[part.source].each for part in read(formula)]
        if start >= end or not all(self.fills(period.start, period.end, grain) for grain in grains if grain):
            return None
        return start, end

    def fills(self, first: dt.date, end: dt.date, grain: str) -> bool:
        """Whether a stretch of days is made of whole periods of a grain."""
        last = self.calendar.containing(end - dt.timedelta(days=1), grain)
        return self.calendar.containing(first, grain).start == first and last.end == end

    def periods(self, formula: e.Expr, grain: str) -> list[Period]:
        coverages, asked = self.coverages(formula), self.question.periods
        if grain == "all" or (not coverages and asked is None):
            return [self.everything(coverages)]
        periods = self.covered(coverages, grain) if asked is None else list(self.calendar.touching(*asked, grain))
        if self.question.last is not None:
            periods = [period for period in periods if self.uncut(coverages, period)][-self.question.last :]
        return periods or [self.calendar.containing(self.question.as_of, grain)]

    def everything(self, coverages: Sequence[Days | None]) -> Period:
        if self.question.periods is not None and coverages:
            return Period("all", *self.question.periods, "all")
        if not coverages or None in coverages:
            return EVERYTHING
        start, end = max(days[0] for days in coverages if days), min(days[1] for days in coverages if days)
        return Period("all", start, end, "all") if start < end else EVERYTHING

    def covered(self, coverages: Sequence[Days | None], grain: str) -> list[Period]:
        """From the first to the last period in which every source covers something."""
        if None in coverages:
            return []
        known = [days for days in coverages if days is not None]
        start, end = min(days[0] for days in known), max(days[1] for days in known)
        every = list(self.calendar.touching(start, end, grain))
        good = [
            index
            for index, period in enumerate(every)
            if all(days[0] < period.end and period.start < days[1] for days in known)
        ]
        return every[good[0] : good[-1] + 1] if good else []

    def uncut(self, coverages: Sequence[Days | None], period: Period) -> bool:
        """Whether a period is over and no coverage cuts it."""
        whole = all(days is not None and days[0] <= period.start and period.end <= days[1] for days in coverages)
        return whole and period.end <= self.tomorrow

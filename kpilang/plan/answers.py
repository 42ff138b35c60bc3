"""What the statements of a plan gave: for each way of reading a source a table of aggregates by window and member."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from kpilang.model.expr import Aggregate, Answer, Fold
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.columns import reading_time
from kpilang.plan.folded import Folded
from kpilang.plan.folds import Gathering
from kpilang.plan.glances import Glances
from kpilang.plan.grid import Begin, Grid
from kpilang.plan.moments import Coverage, Read, Window
from kpilang.plan.places import Places
from kpilang.plan.rows import numeric
from kpilang.plan.scans import Scan
from kpilang.plan.sets import Reading, members_from, reading, states
from kpilang.plan.timeline import Timeline
from kpilang.plan.vectors import Vector, mean
from kpilang.result import Reason


class Answers:
    """A grid for each way of reading a source, and for each day at which the state of a snapshot is taken the newest
    reading before it."""

    def __init__(self, model: Model, coverage: Coverage, glances: Glances) -> None:
        self.model, self.coverage, self.glances = model, coverage, glances
        self.grids: dict[Reading, Grid] = {}
        self.folds: dict[Fold, Folded] = {}
        self.readings: dict[tuple[str, dt.date], dt.date | dt.datetime] = {}

    def add(
        self,
        scan: Scan,
        outputs: Sequence[tuple[Answer | None, str]],
        numbers: Mapping[int, int],
        columns: Sequence[Sequence[Any]],
    ) -> None:
        """What one query gave, as columns: the window's number, members, then a column for each output."""
        asked = next((reading(self.model, item) for item, _ in outputs if isinstance(item, Aggregate)), None)
        kept = scan.scope.kept
        grid = self.grids.setdefault(
            asked or (scan.source, scan.basis, scan.clock, (), kept), Grid(kept=kept, numeric=numeric(scan.scope))
        )
        known = [grid.numbers.setdefault(window, len(grid.numbers)) for window in scan.windows]
        windows = [known[numbers[number]] if number in numbers else -1 for number in columns[0]]
        grid.take(len(scan.scope.members), outputs, windows, columns)

    def gather(self, gathering: Gathering) -> Folded:
        """A place for what a gathering of folds gives."""
        found = Folded(gathering)
        self.folds.update(dict.fromkeys(gathering.folds, found))
        return found

    def grid(self, aggregate: Aggregate) -> Grid | None:
        """Where the answers of an aggregate stand; None where nothing was asked."""
        return self.grids.get(reading(self.model, aggregate))

    def telling(self, aggregate: Aggregate) -> Grid | None:
        """Where the rows of an aggregate tell members."""
        return self.grids.get(members_from(self.model, aggregate))

    def vector(self, aggregate: Aggregate, timeline: Timeline, places: Places) -> Vector:
        """The values of an aggregate at some places; over no rows 0 for counts and sums and else a reason."""
        grid = self.grid(aggregate)
        if grid is None:
            seen = self.glances.windows(timeline, aggregate)
            assert all(isinstance(item, Reason) for item in seen), f"nobody asked for {aggregate.text}"
            grid = Grid()
        found = [grid.gathered(aggregate, begins, places) for begins in self.begins(grid, aggregate, timeline)]
        return found[0] if len(found) == 1 else mean(found)

    def begins(self, grid: Grid, aggregate: Aggregate, timeline: Timeline) -> Sequence[Sequence[Begin]]:
        """Where each moment's cells begin, for each end of the moments that an aggregate looks at."""
        key = self.glances.key(timeline, aggregate)
        if key not in grid.begins:
            windows = self.glances.windows(timeline, aggregate)
            ends = max((len(item) for item in windows if not isinstance(item, Reason)), default=1)
            grid.begins[key] = [
                [item if isinstance(item, Reason) else self.begin(grid, aggregate, item[end]) for item in windows]
                for end in range(ends)
            ]
        return grid.begins[key]

    def begin(self, grid: Grid, aggregate: Aggregate, window: Window) -> Begin:
        """Where the cells of a window begin, or why a state is not known there."""
        for item, day in states(self.model, aggregate, window):
            unknown = self.unknown(item.source, day)
            if unknown is not None:
                return unknown
        return grid.numbers.get(window, len(grid.numbers)) * len(grid.members)

    def unknown(self, source: str, day: dt.date) -> Reason | None:
        """Why a state is not known at the beginning of a day."""
        covers = self.coverage[Read(source, "state")]
        if isinstance(covers, Reason):
            return covers
        if day < covers[0]:
            return reasons.before_coverage(source, day, covers)
        if reading_time(self.model.sources[source]) is not None and (source, day) not in self.readings:
            return reasons.no_reading(source, day)
        return None

"""What the statements of a plan gave: for each way of reading a source a table of aggregates by window and member."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kpilang.model.expr import Aggregate
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.columns import basis, reading_time
from kpilang.plan.finishing import absent, finished
from kpilang.plan.glances import Glances, Key
from kpilang.plan.moments import Coverage, Joint, Read, Window
from kpilang.plan.places import Crowd, Member, Places, in_order
from kpilang.plan.scans import Scan
from kpilang.plan.sets import Reading, members_from, reading, sets_of, source_of
from kpilang.plan.timeline import Timeline
from kpilang.plan.vectors import Vector, mean
from kpilang.result import Reason

# Where the cells of a window begin in a column, or why nothing is known of it.
Begin = int | Reason


@dataclass(frozen=True, eq=False)
class Given:
    """The rows of one query: for each the number of its window and its member, and columns of parts of aggregates."""

    windows: Sequence[int]
    members: Sequence[Member]
    parts: dict[Aggregate, dict[str, Sequence[Any]]]


class Grid:
    """The answers of one way of reading a source. A column holds the cells of an aggregate: window by window, member
    by member in order, and at its end one window in which nothing was seen."""

    def __init__(self) -> None:
        self.numbers: dict[Window, int] = {}
        self.given: list[Given] = []
        self.standing: dict[Given, Sequence[int]] = {}
        self.columns: dict[Aggregate, Vector] = {}
        self.begins: dict[Key, list[list[Begin]]] = {}
        self.mappings: dict[Crowd, list[int] | None] = {}

    @cached_property
    def members(self) -> list[Member]:
        """Every member seen, in order."""
        return sorted(set().union(*(given.members for given in self.given)), key=in_order)

    @cached_property
    def places(self) -> dict[Member, int]:
        """The number of each member."""
        return {member: number for number, member in enumerate(self.members)}

    @cached_property
    def by_window(self) -> dict[int, set[Member]]:
        """The members seen in each window."""
        found: dict[int, set[Member]] = {}
        for given in self.given:
            for window, member in zip(given.windows, given.members, strict=True):
                found.setdefault(window, set()).add(member)
        return found

    def seen(self, windows: set[Window]) -> Sequence[Member] | set[Member]:
        """The members seen in some windows; all of them, in order, where no other window was looked at."""
        if len(windows) == len(self.numbers):
            return self.members
        return set().union(*(self.by_window.get(self.numbers[window], ()) for window in windows))

    def cells(self, given: Given) -> Sequence[int]:
        """Where the rows of a query stand in a column; worked out once for all its aggregates."""
        width, known = len(self.members), self.places
        if width == 1:
            return given.windows
        if given not in self.standing:
            pairs = zip(given.windows, given.members, strict=True)
            self.standing[given] = array("q", [window * width + known[member] for window, member in pairs])
        return self.standing[given]

    def column(self, aggregate: Aggregate) -> Vector:
        """The values of an aggregate in every window and member."""
        if aggregate not in self.columns:
            size, nothing = (len(self.numbers) + 1) * len(self.members), absent(aggregate)
            values, rough = [nothing] * size, None
            for given in self.given:
                parts = given.parts.get(aggregate, {})
                if parts.keys() - {"empty"}:
                    found, cells = finished(aggregate, parts), self.cells(given)
                    for cell, value in zip(cells, found.values, strict=True):
                        values[cell] = value
                    if found.rough is not None:
                        rough = [False] * size
                        for cell, flag in zip(cells, found.rough, strict=True):
                            rough[cell] = flag
                    for part in parts.keys() - {"empty"}:
                        del parts[part]
            self.columns[aggregate] = Vector(values, rough)
        return self.columns[aggregate]

    def undecided(self, aggregate: Aggregate) -> dict[tuple[int, Member], int]:
        """How many rows of an aggregate an empty value decided, by number of window and member; only where any."""
        return {
            (window, member): int(count)
            for given in self.given
            for window, member, count in zip(
                given.windows, given.members, given.parts.get(aggregate, {}).get("empty", ()), strict=False
            )
            if count
        }

    def mapping(self, crowd: Crowd) -> list[int] | None:
        """The numbers of a crowd's members, -1 for one that was not seen; None where they are just those of the grid."""
        if crowd not in self.mappings:
            same = crowd.members is self.members or crowd.members == self.members
            self.mappings[crowd] = None if same else [self.places.get(member, -1) for member in crowd.members]
        return self.mappings[crowd]

    def gathered(self, aggregate: Aggregate, begins: Sequence[Begin], places: Places) -> Vector:
        """A column's cells at some places: `begins` leads to those of each moment."""
        column = self.column(aggregate)
        values = self.picked(column.values, begins, places, absent(aggregate))
        if column.rough is None:
            return Vector(values)
        nowhere = len(self.numbers) * len(self.members)
        known = [nowhere if isinstance(begin, Reason) else begin for begin in begins]
        return Vector(values, self.picked(column.rough, known, places, False))

    def picked(self, cells: Sequence[Any], begins: Sequence[Begin], places: Places, outside: object) -> list[Any]:
        """The cells of each moment's crowd; `outside` for members not seen here."""
        mappings = {crowd: self.mapping(crowd) for crowd in set(places.crowds)}
        if len(self.members) == 1 and not any(mappings.values()):
            return [begin if isinstance(begin, Reason) else cells[begin] for begin in begins]
        found: list[Any] = []
        for begin, crowd in zip(begins, places.crowds, strict=True):
            numbers = mappings[crowd]
            if isinstance(begin, Reason):
                found += [begin] * len(crowd)
            elif numbers is None:
                found += cells[begin : begin + len(crowd)]
            else:
                found += [cells[begin + number] if number >= 0 else outside for number in numbers]
        return found


class Answers:
    """A grid for each way of reading a source, and for each day at which the state of a snapshot is taken the newest
    reading before it."""

    def __init__(self, model: Model, coverage: Coverage, glances: Glances) -> None:
        self.model, self.coverage, self.glances = model, coverage, glances
        self.grids: dict[Reading, Grid] = {}
        self.readings: dict[tuple[str, dt.date], dt.date | dt.datetime] = {}

    def add(
        self,
        scan: Scan,
        outputs: Sequence[tuple[Aggregate | None, str]],
        numbers: Mapping[int, int],
        columns: Sequence[Sequence[Any]],
    ) -> None:
        """What one query gave, as columns: the window's number, members, then a column for each output."""
        asked = next((reading(self.model, item) for item, _ in outputs if item is not None), None)
        grid = self.grids.setdefault(asked or (scan.source, scan.basis, scan.clock, ()), Grid())
        known = [grid.numbers.setdefault(window, len(grid.numbers)) for window in scan.windows]
        windows = [known[numbers[number]] if number in numbers else -1 for number in columns[0]]
        if -1 in windows:
            kept = [row for row, window in enumerate(windows) if window >= 0]
            columns = [[column[row] for row in kept] for column in columns]
            windows = [windows[row] for row in kept]
        width = len(scan.scope.members)
        one: dict[Member, Member] = {}
        named = zip(*columns[1 : 1 + width], strict=True) if width else [()] * len(windows)
        given = Given(windows, [one.setdefault(member, member) for member in named], {})
        for (aggregate, part), column in zip(outputs, columns[1 + width :], strict=True):
            if aggregate is not None:
                given.parts.setdefault(aggregate, {})[part] = column
        grid.given.append(given)

    def grid(self, aggregate: Aggregate) -> Grid | None:
        """Where the answers of an aggregate stand; None where nothing was asked."""
        return self.grids.get(reading(self.model, aggregate))

    def telling(self, aggregate: Aggregate) -> Grid | None:
        """Where the rows of an aggregate tell members."""
        return self.grids.get(members_from(self.model, aggregate))

    def vector(self, aggregate: Aggregate, timeline: Timeline, places: Places) -> Vector:
        """The values of an aggregate at some places; over no rows 0 for counts and sums and else a reason."""
        grid = self.grid(aggregate)
        assert grid is not None, f"nobody asked for {aggregate.text}"
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
        looks = [(aggregate, window)]
        if isinstance(window, Joint):
            counts = map(source_of, sets_of(aggregate))
            looks = [(aggregate, window.own), *zip(counts, window.others, strict=True)]
        for item, day in looks:
            if isinstance(day, dt.date) and basis(self.model, item) == "state":
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

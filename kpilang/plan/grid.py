"""Answers as a table: columns of values by window and member, and how they are gathered at the places of formulas."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kpilang.model.expr import Answer
from kpilang.plan import reasons
from kpilang.plan.finishing import absent, finished
from kpilang.plan.glances import Key
from kpilang.plan.moments import Window
from kpilang.plan.places import Crowd, Member, Places, in_order
from kpilang.plan.rows import Kept
from kpilang.plan.vectors import Vector
from kpilang.result import Reason

# Parts of an answer that tell of rows beside its value, and are kept.
COUNTED = frozenset({"empty", "groups", "left", "tied", "unrated"})
# Where the cells of a window begin in a column, or why nothing is known of it.
Begin = int | Reason


@dataclass(frozen=True, eq=False)
class Given:
    """The rows of one query: for each the number of its window and its member, and columns of parts of aggregates."""

    windows: Sequence[int]
    members: Sequence[Member]
    parts: dict[Answer, dict[str, Sequence[Any]]]


class Grid:
    """The answers of one way of reading a source, or of one gathering of folds, whose windows are the numbers of what is
    seen at once. A column holds the cells of an aggregate: window by window, member by member in order, and at its end
    one window in which nothing was seen. Its members have the columns `kept`, of
    which those are numbers that are `numeric`."""

    def __init__(self, windows: Iterable[Window | int] = (), kept: Kept = None, numeric: tuple[bool, ...] = ()) -> None:
        self.kept, self.numeric = kept, numeric
        self.numbers: dict[Window | int, int] = {window: number for number, window in enumerate(windows)}
        self.given: list[Given] = []
        self.standing: dict[Given, Sequence[int]] = {}
        self.columns: dict[Answer, Vector] = {}
        self.begins: dict[Key, list[list[Begin]]] = {}
        self.mappings: dict[Crowd, list[int] | None] = {}

    def take(
        self,
        width: int,
        outputs: Sequence[tuple[Answer | None, str]],
        windows: Sequence[int],
        columns: Sequence[Sequence[Any]],
    ) -> None:
        """What one query gave: the number of each row's window (-1 for none of them), and columns, of which behind the first
        so many hold members, then one for each output."""
        if -1 in windows:
            kept = [row for row, window in enumerate(windows) if window >= 0]
            columns = [[column[row] for row in kept] for column in columns]
            windows = [windows[row] for row in kept]
        one: dict[Member, Member] = {}
        named = zip(*columns[1 : 1 + width], strict=True) if width else [()] * len(windows)
        given = Given(windows, [one.setdefault(member, member) for member in named], {})
        for (answer, part), column in zip(outputs, columns[1 + width :], strict=True):
            if answer is not None:
                given.parts.setdefault(answer, {})[part] = column
        self.given.append(given)

    @cached_property
    def members(self) -> list[Member]:
        """Every member seen, in order."""
        return in_order(set().union(*(given.members for given in self.given)), self.numeric)

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

    def column(self, aggregate: Answer) -> Vector:
        """The values of an aggregate in every window and member."""
        if aggregate not in self.columns:
            size, nothing = (len(self.numbers) + 1) * len(self.members), absent(aggregate)
            values, rough = [nothing] * size, None
            for given in self.given:
                parts = given.parts.get(aggregate, {})
                if parts.keys() - COUNTED:
                    found, cells = finished(aggregate, parts), self.cells(given)
                    for cell, value in zip(cells, found.values, strict=True):
                        values[cell] = value
                    if found.rough is not None:
                        rough = [False] * size
                        for cell, flag in zip(cells, found.rough, strict=True):
                            rough[cell] = flag
                    for part in parts.keys() - COUNTED:
                        del parts[part]
            for cell, day, currency in self.unrated(aggregate):
                values[cell] = reasons.no_rate(aggregate.text, day, currency)
            self.columns[aggregate] = Vector(values, rough)
        return self.columns[aggregate]

    def counted(self, aggregate: Answer, part: str) -> dict[tuple[int, Member], int]:
        """How many rows of an aggregate an empty value decided (`empty`), how many groups a fold has (`groups`), leaves out
        (`left`), and has with rows that tie (`tied`), by number of window and member; only where any."""
        return {
            (window, member): int(count)
            for given in self.given
            for window, member, count in zip(
                given.windows, given.members, given.parts.get(aggregate, {}).get(part, ()), strict=False
            )
            if count
        }

    def unrated(self, aggregate: Answer) -> Iterator[tuple[int, str, str]]:
        """Where an aggregate lacks a rate: the cell, with day and currency."""
        for given in self.given:
            labels = given.parts.get(aggregate, {}).get("unrated", ())
            for cell, label in zip(self.cells(given), labels, strict=False):
                if label:
                    day, _, currency = label.partition(" ")
                    yield cell, day, currency

    def mapping(self, crowd: Crowd) -> list[int] | None:
        """The numbers of a crowd's members, -1 for one that was not seen; None where they are just those of the grid."""
        if crowd not in self.mappings:
            same = crowd.members is self.members or crowd.members == self.members
            self.mappings[crowd] = None if same else [self.place(member) for member in crowd.members]
        return self.mappings[crowd]

    def place(self, member: Member) -> int:
        """The number of a member; -1 where it was not seen."""
        return self.places.get(self.own(member), -1)

    def own(self, member: Member) -> Member:
        """A member as far as the columns tell that are kept here."""
        return member if self.kept is None else tuple(member[number] for number in self.kept)

    def gathered(self, aggregate: Answer, begins: Sequence[Begin], places: Places) -> Vector:
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
        if len(self.members) == 1 and all(numbers is None for numbers in mappings.values()):
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

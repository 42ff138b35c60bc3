"""The rows that are there as of a day, read along their links: one row at a time, in plain Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpilang.model import expr as e
from kpilang.model.nouns import DataLink, DataSource, Model
from kpilang.plan.question import Question
from tests.reference import scalars
from tests.reference.almanac import almanac
from tests.reference.scalars import Undefined
from tests.reference.stretches import Stretch

Cells = Mapping[str, object]
Days = tuple[dt.date, dt.date]
OF_ROW = ("age", "alive_time", "exchange")
COMPARISONS = ("eq", "lt", "le", "gt", "ge", "contains", "starts with")
Sets = Mapping[e.InSet, frozenset[tuple[object, ...]]]
NO_SETS: Sets = {}
BAD = object()
"""A cell that does not fit its type."""


@dataclass(frozen=True)
class Moment:
    """When a row is looked at: at an event of its own, or in the state just before an instant."""

    instant: dt.datetime
    state: bool


@dataclass(frozen=True, eq=False)
class Seen:
    """A row of a source, where it lies in time, and the moment at which its links are followed."""

    source: str
    cells: Cells
    time: dt.datetime | None
    moment: Moment | None
    stretch: Stretch | None = None
    window: Days | None = None


class Known:
    """What is known of each row: whether it is there, where a link leads from it, what an expression gives over it."""

    def __init__(self, model: Model, question: Question, tables: Mapping[str, Sequence[Cells]]) -> None:
        self.model, self.question, self.tables = model, question, tables
        self.calendar = almanac(model.calendar)
        self.tomorrow = question.as_of + dt.timedelta(days=1)
        self.now = self.calendar.instant(self.tomorrow)
        self.filters: dict[str, e.Expr | None] = {}
        self.breakdowns: dict[tuple[str, int], e.Expr] = {}

    def column(self, seen: Seen, column: e.Column) -> object:
        """The cell a path leads to; empty where a link finds no partner."""
        source, cells = self.model.sources[seen.source], seen.cells
        for name in column.links:
            link = source.links[name]
            partner = self.partner(link, cells, seen.moment)
            if partner is None:
                return None
            source, cells = self.model.sources[link.target], partner
        value = cells.get(column.name)
        return None if value is BAD else scalars.exact(value)

    def partner(self, link: DataLink, cells: Cells, moment: Moment | None) -> Cells | None:
        target = self.model.sources[link.target]
        wanted = self.key(cells, link.columns)
        if None in wanted:
            return None
        for row in self.tables[link.target]:
            if self.key(row, target.key) == wanted and self.found(target, row, moment):
                return row
        return None

    def bad(self, source: str, column: str) -> bool:
        return any(row.get(column) is BAD for row in self.tables[source])

    def key(self, cells: Cells, columns: Sequence[str]) -> tuple[str | None, ...]:
        values = (cells.get(name) for name in columns)
        return tuple(scalars.text_of(None if value is BAD else value, self.calendar) for value in values)

    def found(self, target: DataSource, row: Cells, moment: Moment | None) -> bool:
        """Whether a link finds a row of its target: it is there, and if it lives, alive at the moment."""
        if target.starts is None and target.time is not None and target.time.links:
            return True
        if target.starts is None:
            return self.there(target, row, lives=False)
        life = self.life(target, row)
        if life is None or moment is None:
            return False
        start, end = life
        if moment.state:
            return start < moment.instant and (end is None or end >= moment.instant)
        return start <= moment.instant and (end is None or end > moment.instant)

    def place(self, source: DataSource, row: Cells, column: e.Column | None) -> dt.datetime | None:
        """The instant that a time column of a row says."""
        if column is None:
            return None
        value = self.column(Seen(source.name, row, None, None), column)
        return None if value is None else scalars.instant_of(value, self.calendar)

    def there(self, source: DataSource, row: Cells, *, lives: bool) -> bool:
        """Whether a row is there as of the day asked, seen as a life or by its own time."""
        if lives:
            return self.life(source, row) is not None
        column = source.time or source.snapshot
        if column is None:
            return True
        time = self.place(source, row, column)
        return time is not None and (source.planned or time < self.now)

    def life(self, source: DataSource, row: Cells) -> tuple[dt.datetime, dt.datetime | None] | None:
        """From when until when a row lives; None when its start is empty, its end before its start, or it is not there."""
        start, end = self.place(source, row, source.starts), self.place(source, row, source.ends)
        if start is None or (not source.planned and start >= self.now):
            return None
        if end is not None and end < start and not (source.through and self.same_day(start, end)):
            return None
        if end is not None and source.through:
            end = self.calendar.instant(self.calendar.day_of(end) + dt.timedelta(days=1))
        if end is not None and not source.planned and end >= self.now:
            end = None
        return start, end

    def same_day(self, one: dt.datetime, other: dt.datetime) -> bool:
        return self.calendar.day_of(one) == self.calendar.day_of(other)

    def over_row(self, expr: e.Expr, seen: Seen, sets: Sets = NO_SETS) -> object:
        """An expression over one row: None is empty, predicates have two values; `sets` has what its sets hold."""

        def leaf(node: e.Expr) -> object:
            if isinstance(node, e.Operation):
                return self.of_row(node, seen)
            if isinstance(node, e.InSet):
                key = tuple(self.over_row(part, seen) for part in node.keys)
                return None not in key and key in sets[node]
            return self.column(seen, node)

        return self.two_valued(expr, leaf)

    def of_row(self, node: e.Operation, seen: Seen) -> object:
        """What depends on the moment at which a row is looked at: how long it holds in the window, how old it is."""
        if node.name == "alive_time":
            return seen.stretch.seconds
        since, instant = self.over_row(node.arguments[0], seen), seen.moment.instant
        if since is None or isinstance(since, dt.datetime):
            return None if since is None else Stretch(since, instant).seconds
        return Stretch(since, self.calendar.day_of(instant) - dt.timedelta(days=1)).seconds

    def two_valued(self, expr: e.Expr, leaf: Callable[[e.Expr], object]) -> object:
        if isinstance(expr, e.Literal):
            return scalars.exact(expr.value)
        if not isinstance(expr, e.Operation) or expr.name in OF_ROW:
            return leaf(expr)
        arguments = [lambda part=part: self.two_valued(part, leaf) for part in expr.arguments]
        if expr.name == "if":
            return arguments[1]() if arguments[0]() else arguments[2]()
        return self.row_operation(expr, [argument() for argument in arguments])

    def row_operation(self, expr: e.Operation, values: list[object]) -> object:
        name = expr.name
        if name in ("and", "or", "not"):
            return scalars.apply(name, [bool(value) for value in values], self.calendar)
        if name == "is_null":
            return values[0] is None
        if name == "coalesce":
            return next((value for value in values if value is not None), None)
        if name == "concat":
            return None if all(value is None for value in values) else "".join(value or "" for value in values)
        if name == "in":
            present = [value for value in values[1:] if value is not None]
            return values[0] is not None and scalars.apply(name, [values[0], *present], self.calendar)
        if None in values:
            return True if name == "ne" else False if name in COMPARISONS else None
        try:
            return self.operation(expr, values)
        except Undefined:
            return None

    def operation(self, expr: e.Operation, values: list[object]) -> object:
        """An operation on values; durations beside moments are turned into seconds by the unit of their type."""
        moments = [isinstance(value, dt.date) for value in values]
        if expr.name in ("add", "subtract") and any(moments) and not all(moments):
            return self.moved(expr, values, moments.index(False))
        result = scalars.apply(expr.name, values, self.calendar)
        if expr.name == "subtract" and all(moments):
            result /= expr.type.unit.scale
        return result

    def moved(self, expr: e.Operation, values: list[object], at: int) -> object:
        seconds = Fraction(values[at]) * expr.arguments[at].type.unit.scale
        moment = values[1 - at]
        if expr.type.kind == "datetime":
            moment = scalars.instant_of(moment, self.calendar)
        return scalars.moved(moment, seconds if expr.name == "add" else -seconds)

"""Aggregates of aggregates: a formula for each key, and one value of all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from kpilang.model import expr as e
from kpilang.model.nouns import DataSource
from kpilang.result import Why
from tests.reference.entities import Entities
from tests.reference.known import Cells, Moment, Seen
from tests.reference.looks import Asked, Group
from tests.reference.read import through
from tests.reference.statistics import statistic

Life = tuple[dt.datetime, dt.datetime | None]


class Groups(Entities):
    """`per` a key. A group whose formula has no value is left out."""

    def result(self, expr: e.Expr, asked: Asked) -> object:
        raise NotImplementedError

    def folded(self, fold: e.Fold, asked: Asked) -> object:
        """One value of the formula's values in all groups."""
        linked = fold.source is not None
        keys = self.linked_keys(fold, asked) if linked else self.keys_below(fold, asked)
        values = [self.result(fold.value, replace(asked, group=Group(fold.keys, key, linked))) for key in keys]
        if not keys and self.result(fold.value, replace(asked, group=Group(fold.keys, (), linked))) is Why.NO_DATA:
            return Why.NO_DATA
        return together(fold, values)

    def keys_below(self, fold: e.Fold, asked: Asked) -> set[tuple[object, ...]]:
        """The keys of all rows, before an aggregate's own `where`, in any window that the formula looks at."""
        group = Group(fold.keys, (), linked=False)
        found = {
            self.grouped(row, group)
            for aggregate, there in self.moments(fold.value, asked)
            for rows in self.looks(aggregate, there)
            if not isinstance(rows, Why)
            for row in rows
            if self.among(fold, row)
        }
        return {key for key in found if None not in key}

    def among(self, fold: e.Fold, row: Seen) -> bool:
        """Whether a row is in any group: it satisfies what narrows the whole."""
        wanted = dict(fold.among).get(row.source)
        return wanted is None or bool(self.over_row(wanted, row))

    def moments(self, expr: e.Expr, asked: Asked) -> Iterator[tuple[e.Aggregate, Asked]]:
        """Each aggregate of a formula with each moment in which it is looked at, where there is one."""
        if isinstance(expr, e.Aggregate):
            yield expr, asked
            if expr.lag is not None:
                there = self.shifted(e.Shift(expr.type, None, expr, *expr.lag), asked)
                yield from () if isinstance(there, Why) else [(expr, there)]
        elif isinstance(expr, e.Shift):
            yield from self.moments_in(expr.value, self.shifted(expr, asked))
        elif isinstance(expr, e.Reach) and isinstance(through(expr.value), e.Shift):
            shift = through(expr.value)
            yield from self.moments(replace(shift, value=replace(expr, value=shift.value)), asked)
        elif isinstance(expr, e.Reach):
            yield from self.moments_in(expr.value, self.widened(expr, expr.value, asked))
        else:
            for child in expr.children:
                yield from self.moments(child, asked)

    def moments_in(self, expr: e.Expr, there: Asked | Why) -> Iterator[tuple[e.Aggregate, Asked]]:
        if not isinstance(there, Why):
            yield from self.moments(expr, there)

    def linked_keys(self, fold: e.Fold, asked: Asked) -> set[tuple[object, ...]]:
        """The keys of a source's rows that are there; those of lives where they hold in a moment that is looked at."""
        source = self.model.sources[fold.source]
        rows = [Seen(source.name, row, None, self.own_moment(source, row)) for row in self.tables[source.name]]
        moments = list(self.moments(fold.value, asked))
        rows = [row for row in rows if self.present(source, row.cells, moments)]
        rows = [row for row in self.selected(rows, replace(asked, group=None)) if self.among(fold, row)]
        keys = {self.key(row.cells, source.key) for row in rows}
        return {key for key in keys if None not in key}

    def own_moment(self, source: DataSource, row: Cells) -> Moment | None:
        time = self.place(source, row, source.time or source.snapshot or source.starts)
        return None if time is None else Moment(time, state=False)

    def present(self, source: DataSource, row: Cells, moments: list[tuple[e.Aggregate, Asked]]) -> bool:
        if source.starts is None:
            return self.there(source, row, lives=False)
        life = self.life(source, row)
        return life is not None and any(self.holds(life, aggregate, asked) for aggregate, asked in moments)

    def holds(self, life: Life, aggregate: e.Aggregate, asked: Asked) -> bool:
        """Whether a life holds at some instant of a window, or for a state in it."""
        days = {"opening": [asked.opening], "closing": [asked.part[1]], "average": [asked.opening, asked.part[1]]}
        if aggregate.at in days:
            instants = [self.calendar.instant(day) for day in days[aggregate.at]]
            return any(life[0] < instant and (life[1] is None or life[1] >= instant) for instant in instants)
        first, end = (self.calendar.instant(day) for day in asked.window)
        return life[0] < end and (life[1] is None or life[1] > max(first, life[0]))


def together(node: e.Fold | e.Series, values: list[object]) -> object:
    """The values of groups as one, without those that are none; what is bad in one is bad in all."""
    if Why.BAD_DATA in values:
        return Why.BAD_DATA
    found = [value for value in values if not isinstance(value, Why)]
    if not found and Why.NO_DATA in values:
        return Why.NO_DATA
    if node.function == "count":
        return Fraction(sum(bool(value) for value in found))
    if node.function == "sum" and not values:
        return Fraction(0)
    return statistic(node, found) if found else Why.NO_VALUE

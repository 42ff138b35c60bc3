"""One aggregate in a period: over the rows that lie in it, or over the state at its ends."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

from kpilang.model import expr as e
from kpilang.result import Why
from tests.reference.exchange import NoRate, in_window
from tests.reference.known import NO_SETS, Seen, Sets
from tests.reference.looks import Asked
from tests.reference.read import sets
from tests.reference.reasons import strongest
from tests.reference.statistics import statistic
from tests.reference.stretches import Stretch, together
from tests.reference.windows import Windows


class Aggregated(Windows):
    """The value of an aggregate, or the reason why there is none."""

    def aggregate(self, aggregate: e.Aggregate, asked: Asked) -> object:
        held = self.held(aggregate, asked)
        if isinstance(held, Why):
            return held
        values = [
            rows if isinstance(rows, Why) else self.over_look(aggregate, rows, held)
            for rows in self.looks(aggregate, asked)
        ]
        reasons = [value for value in values if isinstance(value, Why)]
        if aggregate.function == "alive_time":
            return min(*values, Stretch(*asked.window).seconds)
        return strongest(reasons) if reasons else sum(values) / len(values) if len(values) > 1 else values[0]

    def looks(self, aggregate: e.Aggregate, asked: Asked, *, covered: bool = True) -> list[list[Seen] | Why]:
        """The rows that an aggregate looks at, one list for each look; two for the average of a state.

        A state before coverage is told only where `covered` is not asked for.
        """
        if aggregate.at is None:
            return [in_window(self.events(aggregate, asked), asked.window)]
        if aggregate.at == "during":
            return [self.selected(self.during(self.model.sources[aggregate.source], asked.window), asked)]
        days = [asked.opening] if aggregate.at in ("opening", "average") else []
        days += [asked.part[1]] if aggregate.at in ("closing", "average") else []
        return [self.at_day(aggregate, day, asked, covered=covered) for day in days]

    def at_day(self, aggregate: e.Aggregate, day: dt.date, asked: Asked, *, covered: bool) -> list[Seen] | Why:
        days = self.coverage(aggregate)
        if covered and (days is None or day < days[0]):
            return Why.NO_DATA
        rows = self.state(aggregate, self.calendar.instant(day), asked)
        return rows if isinstance(rows, Why) else in_window(rows, (asked.opening, day))

    def over_look(self, aggregate: e.Aggregate, rows: list[Seen], held: Sets) -> object:
        """An aggregate over the rows of one look; no data where an amount among them cannot be converted."""
        try:
            return self.over_rows(aggregate, rows, held)
        except NoRate:
            return Why.NO_DATA

    def held(self, aggregate: e.Aggregate, asked: Asked) -> Sets | Why:
        """What the sets hold that an aggregate compares with, in the moment in which it is looked at."""
        found = {node: self.contents(node.of, aggregate.source, asked) for node in sets(aggregate)}
        reasons = [values for values in found.values() if isinstance(values, Why)]
        return strongest(reasons) if reasons else found

    def contents(self, of: e.Expr, source: str, asked: Asked) -> frozenset[tuple[object, ...]] | Why:
        """The values of a set. One over another source than the aggregate's sees all rows of its source."""
        if isinstance(of, e.Shift):
            there = self.shifted(of, asked)
            return there if isinstance(there, Why) else self.contents(of.value, source, there)
        if isinstance(of, e.Reach):
            there = self.widened(of, of.value, asked)
            return there if isinstance(there, Why) else self.contents(of.value, source, there)
        return self.keys_seen(of, replace(asked, group=None, free=of.source != source))

    def keys_seen(self, aggregate: e.Aggregate, asked: Asked) -> frozenset[tuple[object, ...]] | Why:
        """The different values that the arguments of a distinct count have in a moment."""
        held, (rows,) = self.held(aggregate, asked), self.looks(aggregate, asked)
        if isinstance(held, Why) or isinstance(rows, Why):
            return strongest(found for found in (held, rows) if isinstance(found, Why))
        return self.keys_of(aggregate, rows, held)

    def keys_of(self, aggregate: e.Aggregate, rows: list[Seen], held: Sets) -> frozenset[tuple[object, ...]]:
        kept = [row for row in rows if self.keeps(aggregate, row, held)]
        keys = (tuple(self.over_row(argument, row) for argument in aggregate.arguments) for row in kept)
        return frozenset(key for key in keys if None not in key)

    def keeps(self, aggregate: e.Aggregate, row: Seen, held: Sets) -> bool:
        return aggregate.where is None or bool(self.over_row(aggregate.where, row, held))

    def over_rows(self, aggregate: e.Aggregate, rows: list[Seen], held: Sets) -> object:
        """An aggregate over given rows: its `where`, then its groups if it has `having`, then the function."""
        rows = [row for row in rows if self.keeps(aggregate, row, held)]
        if aggregate.function == "alive_time":
            return together(row.stretch for row in rows)
        if aggregate.distinct:
            return self.distinct(aggregate, rows)
        if not aggregate.arguments:
            return Fraction(len(rows))
        pairs = [(row, self.over_row(aggregate.arguments[0], row)) for row in rows]
        pairs = [(row, value) for row, value in pairs if value is not None]
        if aggregate.function == "sum" and not rows:
            return Fraction(0)
        if aggregate.function == "count":
            return Fraction(len(pairs))
        if aggregate.weight is not None:
            return self.weighted(aggregate.weight, pairs)
        if not pairs:
            return Why.NO_VALUE
        if aggregate.function in ("first", "last"):
            return self.extreme(aggregate, pairs)
        return statistic(aggregate, [value for _, value in pairs])

    def distinct(self, aggregate: e.Aggregate, rows: list[Seen]) -> Fraction:
        groups: dict[tuple[object, ...], list[Seen]] = {}
        for row in rows:
            key = tuple(self.over_row(argument, row) for argument in aggregate.arguments)
            if None not in key:
                groups.setdefault(key, []).append(row)
        having = aggregate.having
        kept = [group for group in groups.values() if having is None or self.over_group(having, group)]
        return Fraction(len(kept))

    def over_group(self, having: e.Expr, rows: list[Seen]) -> object:
        def leaf(node: e.Expr) -> object:
            value = self.over_rows(node, rows, NO_SETS)
            return None if isinstance(value, Why) else value

        return self.two_valued(having, leaf)

    def weighted(self, weight: e.Expr, pairs: list[tuple[Seen, object]]) -> object:
        both = [(value, self.over_row(weight, row)) for row, value in pairs]
        both = [(value, load) for value, load in both if load is not None]
        if not both:
            return Why.NO_VALUE
        total = sum(load for _, load in both)
        return Why.UNDEFINED if total == 0 else sum(value * load for value, load in both) / total

    def extreme(self, aggregate: e.Aggregate, pairs: list[tuple[Seen, object]]) -> object:
        """The value at the earliest or latest time; equal times go by key, and what is then equal is bad data."""
        source = self.model.sources[aggregate.source]

        def order(pair: tuple[Seen, object]) -> tuple[object, ...]:
            key = self.key(pair[0].cells, source.key)
            return (pair[0].time or self.now, tuple((part is not None, part or "") for part in key))

        wanted = min(map(order, pairs)) if aggregate.function == "first" else max(map(order, pairs))
        values = [pair[1] for pair in pairs if order(pair) == wanted]
        return values[0] if len(values) == 1 else Why.BAD_DATA

"""Amounts in another currency, by the rates of a source: of the row's own day, or of the window's end or days."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

from kpilang.model import expr as e
from kpilang.model.nouns import DataSource
from tests.reference.alive import Alive
from tests.reference.known import Days, Seen


class NoRate(Exception):  # noqa: N818 - no error: an aggregate then has no data
    """An amount for whose currency no one rate is known."""


class Exchange(Alive):
    """Rows whose amounts are converted."""

    def of_row(self, node: e.Operation, seen: Seen) -> object:
        if node.name != "exchange":
            return super().of_row(node, seen)
        value, currency = (self.over_row(part, seen) for part in node.arguments[:2])
        if value is None:
            return None
        source, target, rule = (part.value for part in node.arguments[2:])
        return value * self.rate(source, currency, rule, seen) / self.rate(source, target, rule, seen)

    def rate(self, name: str, currency: str | None, rule: str, seen: Seen) -> Fraction:
        """How much one unit of a currency is in that which the rates lead to."""
        source = self.model.sources[name]
        if currency == source.rates.base:
            return Fraction(1)
        dated = self.dated_rates(source, currency)
        if rule == "average":
            found = [dated[day] for day in dated if seen.window[0] <= day < seen.window[1]]
            if not found:
                raise NoRate
            return sum(map(one, found)) / len(found)
        last = self.calendar.day_of(seen.time) if rule == "day" else seen.window[1] - dt.timedelta(days=1)
        days = [day for day in dated if day <= last and self.carried(source, day, last)]
        if not days:
            raise NoRate
        return one(dated[max(days)])

    def carried(self, source: DataSource, day: dt.date, last: dt.date) -> bool:
        return source.rates.carried is None or (last - day).days <= source.rates.carried

    def dated_rates(self, source: DataSource, currency: str | None) -> dict[dt.date, set[Fraction]]:
        """The different rates of a currency on each day that has one, of the rows that are there."""
        found: dict[dt.date, set[Fraction]] = {}
        for row in self.tables[source.name]:
            seen = Seen(source.name, row, self.place(source, row, source.time), None)
            named, rate = (self.cell(seen, name) for name in (source.rates.currency, source.rates.rate))
            if named == currency is not None and rate is not None and self.there(source, row, lives=False):
                found.setdefault(self.calendar.day_of(seen.time), set()).add(rate)
        return found

    def cell(self, seen: Seen, name: str) -> object:
        source = self.model.sources[seen.source]
        return self.column(seen, e.Column(source.columns[name].type, None, source.name, (), name))


def one(rates: set[Fraction]) -> Fraction:
    if len(rates) > 1:
        raise NoRate
    return next(iter(rates))


def in_window(rows: list[Seen], window: Days) -> list[Seen]:
    """Rows with the days of the window in which they are looked at."""
    return [replace(row, window=window) for row in rows]

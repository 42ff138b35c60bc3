"""Conversion as SQL: each row is joined to the rate of its currency, and rows without a rate are told.

The rates of one day come first: a currency with two different ones on a day has none there. A row finds the latest rate
that is not after its day, or the closing or average one of its window.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from kpilang.model.expr import Expr, Literal
from kpilang.model.nouns import DataSource, Model
from kpilang.plan.exchange import Exchange, columns_of, exchange
from kpilang.plan.facts import Loaded
from kpilang.plan.moments import Window
from kpilang.sql import quote
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import DATE, DOUBLE, TEXT, Sql


class Exchanges:
    """The joins of one scan to rates, and what they give. `time` is the row's own time; `stretches` are the windows that
    rows are joined to as `i(n, s, e)`, None where `i` has the days of states, or there is none."""

    def __init__(
        self, model: Model, tables: Mapping[str, Loaded], now: dt.date, scalars: Scalars, time: Sql | None
    ) -> None:
        self.model, self.tables, self.now, self.scalars = model, tables, now, scalars
        self.time = time
        self.ends = "i.d"
        self.starts: str | None = None
        self.aliases: dict[tuple[Expr, str, str], str] = {}
        self.joins: list[str] = []
        scalars.exchanged = lambda operation: self.value(exchange(operation))

    def windowed(self, windows: tuple[Window, ...]) -> str:
        """A join of rows with the windows that they lie in."""
        assert self.time is not None
        self.starts, self.ends = "i.s", "i.e"
        first, last = (self.scalars.alike(Sql(name, DATE), self.time) for name in ("i.s", "i.e"))
        tests = f"{first[1].text} >= {first[0].text} AND {last[1].text} < {last[0].text}"
        return f" JOIN {stretches(windows)} ON {tests}"

    def joined(self, converted: Iterable[Exchange], windows: tuple[Window, ...]) -> list[str]:
        """The joins that conversions need: to rates of their own currency, and of the other where that is not the base."""
        for item in converted:
            for currency in (item.currency, item.target):
                if not self.is_base(currency, item.rates):
                    self.join(currency, item.rates, item.rule, windows)
        return self.joins

    def join(self, currency: Expr, rates: str, rule: str, windows: tuple[Window, ...]) -> None:
        if (currency, rates, rule) in self.aliases:
            return
        alias = f"x{len(self.aliases)}"
        self.aliases[currency, rates, rule] = alias
        code, table = self.code(currency), daily(self.model, self.model.sources[rates], self.tables[rates], self.now)
        if rule == "day":
            self.joins.append(f" ASOF LEFT JOIN ({table}) AS {alias} ON {alias}.c = {code} AND {self.day} >= {alias}.d")
            return
        if self.starts is None:
            days = [window for window in windows if isinstance(window, dt.date)]
            values = ", ".join(f"({number}, {quote.date(day)})" for number, day in enumerate(days))
            ends, held = f"(VALUES {values}) AS i(n, e)", "f.d < i.e"
        else:
            ends, held = stretches(windows), "f.d < i.e" + (" AND f.d >= i.s" if rule == "average" else "")
        value = "CASE WHEN count(*) = count(f.v) THEN avg(f.v) END" if rule == "average" else "arg_max_null(f.v, f.d)"
        of_window = (
            f"SELECT i.n, f.c, {value} AS v, max(f.d) AS d FROM {ends} JOIN ({table}) AS f ON {held} GROUP BY i.n, f.c"
        )
        self.joins.append(f" LEFT JOIN ({of_window}) AS {alias} ON {alias}.n = i.n AND {alias}.c = {code}")

    @property
    def day(self) -> str:
        """The row's own day."""
        assert self.time is not None
        return self.time.text if self.time.type == DATE else f"CAST({self.scalars.local(self.time)} AS DATE)"

    def code(self, currency: Expr) -> str:
        value = self.scalars.value(currency)
        return value.text if value.type == TEXT else f"CAST({value.text} AS VARCHAR)"

    def is_base(self, currency: Expr, rates: str) -> bool:
        told = self.model.sources[rates].rates
        return told is not None and isinstance(currency, Literal) and currency.value == told.base

    def rate(self, currency: Expr, item: Exchange) -> Sql | None:
        """How many of the base one of a currency is, NULL where that is not told; None for the base itself."""
        if self.is_base(currency, item.rates):
            return None
        source = self.model.sources[item.rates]
        assert source.rates is not None
        alias = self.aliases[currency, item.rates, item.rule]
        stored = DOUBLE if item.rule == "average" else self.tables[item.rates].columns[source.rates.rate]
        value = f"{alias}.v"
        if source.rates.carried is not None and item.rule != "average":
            value = f"CASE WHEN {self.last(item)} - {alias}.d <= {source.rates.carried} THEN {value} END"
        base = f"{self.code(currency)} = {quote.text(source.rates.base)}"
        return Sql(f"(CASE WHEN {base} THEN CAST(1 AS {stored}) ELSE {value} END)", stored)

    def last(self, item: Exchange) -> str:
        """The last day whose rate may be taken."""
        return self.day if item.rule == "day" else f"({self.ends} - 1)"

    def value(self, item: Exchange) -> Sql:
        """The amount in the other currency."""
        amount = self.scalars.value(item.amount)
        own, other = self.rate(item.currency, item), self.rate(item.target, item)
        if own is not None:
            amount = self.scalars.product(amount, own)
        if other is not None:
            amount = Sql(f"({amount.double().text} / NULLIF({other.double().text}, 0))", DOUBLE)
        return amount

    def missing(self, item: Exchange) -> str:
        """Day and currency of a rate that an amount lacks, NULL where it lacks none."""
        amount = self.scalars.value(item.amount)
        tests = []
        for currency in (item.currency, item.target):
            rate = self.rate(currency, item)
            if rate is not None:
                label = f"strftime({self.last(item)}, '%Y-%m-%d ') || COALESCE({self.code(currency)}, '')"
                tests.append(f"WHEN {amount.text} IS NOT NULL AND {rate.text} IS NULL THEN {label}")
        return f"CASE {' '.join(tests)} END" if tests else "NULL"


def daily(model: Model, source: DataSource, table: Loaded, now: dt.date) -> str:
    """The rates of each day that are there as of now: currency, day and rate, NULL where a day has different ones."""
    currency, rate, time = (quote.identifier(f"c_{name}") for name in columns_of(source))
    assert source.time is not None
    moment = Sql(f"t.{time}", table.columns[source.time.name])
    scalars = Scalars(lambda _: moment, model.calendar)
    day = moment.text if moment.type == DATE else f"CAST({scalars.local(moment)} AS DATE)"
    known = "" if source.planned else f" AND {day} < {quote.date(now)}"
    value = f"CASE WHEN min(t.{rate}) = max(t.{rate}) THEN min(t.{rate}) END"
    there = f"t.{rate} IS NOT NULL AND {day} IS NOT NULL{known}"
    return (
        f"SELECT CAST(t.{currency} AS VARCHAR) AS c, {day} AS d, {value} AS v FROM {table.relation} AS t "
        f"WHERE {there} GROUP BY ALL"
    )


def stretches(windows: tuple[Window, ...]) -> str:
    """Windows of days as a relation `i(n, s, e)`; the end is not in it."""
    values = ", ".join(
        f"({number}, {quote.date(window[0])}, {quote.date(window[1])})"
        for number, window in enumerate(windows)
        if isinstance(window, tuple)
    )
    return f"(VALUES {values}) AS i(n, s, e)"

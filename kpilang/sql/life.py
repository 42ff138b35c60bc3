"""Where a row stands in the window it is looked at: how much of its life lies inside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kpilang.model.calendar import Calendar
from kpilang.plan.moments import Window
from kpilang.sql import quote
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import DATE, DAY_SECONDS, INTEGER, Sql

MICROSECONDS = 1_000_000
WINDOW_SECONDS = f"((i.e - i.d) * {DAY_SECONDS})"


@dataclass(frozen=True)
class Life:
    """From when and until when (exclusive, empty where there is no end) a row holds, both days or both instants, beside
    `i`, a window: its first day and the day after it as `d` and `e`, their first instants as `t` and `u`."""

    start: Sql
    end: Sql

    @property
    def first(self) -> Sql:
        """When the row holds first within the window."""
        return Sql(f"GREATEST({self.start.text}, {self.bound('d', 't')})", self.start.type)

    @property
    def last(self) -> Sql:
        """When it ceases to hold, at the window's end at the latest."""
        there = self.bound("e", "u")
        return Sql(f"LEAST(COALESCE({self.end.text}, {there}), {there})", self.start.type)

    def bound(self, day: str, instant: str) -> str:
        return f"i.{day}" if self.start.type == DATE else f"i.{instant}"

    @property
    def ticks(self) -> int:
        """How many of the ticks that its bounds are counted in a second has; 0 where these are days."""
        return 0 if self.start.type == DATE else MICROSECONDS

    def tick(self, bound: Sql) -> str:
        """A bound as a whole number: of days or of microseconds."""
        return f"epoch_us({bound.text})" if self.ticks else f"({bound.text} - DATE '1970-01-01')"

    def seconds(self, ticks: str) -> Sql:
        """Ticks as seconds."""
        if not self.ticks:
            return Sql(f"({ticks} * {DAY_SECONDS})", INTEGER)
        return Sql(f"(CAST({ticks} AS DECIMAL(20,0)) * CAST('0.000001' AS DECIMAL(7,6)))", "DECIMAL(27,6)")

    @property
    def length(self) -> Sql:
        """How many seconds the row holds within the window."""
        if not self.ticks:
            return self.seconds(f"({self.last.text} - {self.first.text})")
        return self.seconds(f"({self.tick(self.last)} - {self.tick(self.first)})")

    def together(
        self, head: str, names: Sequence[str], sees: Sequence[str], rows: str, *, narrow: bool = False
    ) -> tuple[str, list[Sql]]:
        """How long at least one of the rows of a group holds that each of some conditions sees: of each row what lies behind
        all that began before it; at most the days of the window, where the clock makes one longer. First what to select
        from; `head` gives the columns of a group, of which `names` are the names; with `narrow` groups are left out that
        have no row that any condition sees."""
        seen = "".join(f", {text} AS y{number}" for number, text in enumerate(sees))
        bounds = f"{self.tick(self.first)} AS s, {self.tick(self.last)} AS e, {WINDOW_SECONDS} AS whole"
        own = f"SELECT {head}, {bounds}{seen} {rows}"
        if narrow:  # a sort costs more than a filter
            own = f"SELECT * FROM ({own}) WHERE {' OR '.join(f'y{number}' for number in range(len(sees)))}"
        before = f"OVER (PARTITION BY {', '.join(names)} ORDER BY s ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        ends, added = "", []
        for number in range(len(sees)):
            ends += f", COALESCE(MAX(CASE WHEN y{number} THEN e END) {before}, s) AS b{number}"
            total = self.seconds(f"SUM(CASE WHEN y{number} THEN GREATEST(e - GREATEST(s, b{number}), 0) END)")
            added.append(Sql(f"LEAST({total.text}, MIN(CASE WHEN y{number} THEN whole END))", total.type))
        return f"FROM (SELECT *{ends} FROM ({own}))", added

    def join(self, windows: Iterable[Window], calendar: Calendar) -> str:
        """A join with the windows at some instant of which a row holds."""
        stretches = [window for window in windows if isinstance(window, tuple)]
        values = ", ".join(f"({number}, {bounds(calendar, *days)})" for number, days in enumerate(stretches))
        start, end = self.start.text, self.end.text
        holds = f"({end} IS NULL OR ({end} > {self.bound('d', 't')} AND {end} > {start}))"
        return f" JOIN (VALUES {values}) AS i(n, d, e, t, u) ON {start} < {self.bound('e', 'u')} AND {holds}"


def bounds(calendar: Calendar, start: dt.date, end: dt.date) -> str:
    """A stretch of days, as days and as instants."""
    days = f"{quote.date(start)}, {quote.date(end)}"
    return f"{days}, {quote.timestamp(calendar.instant(start))}, {quote.timestamp(calendar.instant(end))}"


def life(start: Sql, end: Sql, scalars: Scalars) -> Life:
    """The life of a row by its bounds, made alike."""
    return Life(*scalars.alike(start, end))

"""Statements of a plan to SQL, each with a key to its columns: which aggregate, and which part of it."""

from __future__ import annotations

from collections.abc import Callable

from kpilang.plan.columns import used
from kpilang.plan.scans import Statement
from kpilang.sql.base import Base, Rows
from kpilang.sql.counts import Counts
from kpilang.sql.joined import against
from kpilang.sql.life import WINDOW_SECONDS
from kpilang.sql.measures import Output, whole
from kpilang.sql.totals import Totals
from kpilang.sql.writer import Writer, Written


def write(statement: Statement, base: Base) -> Written:
    """The SQL of a statement."""
    scan = statement.scan
    own_time = base.model.sources[scan.source].time if scan.basis == "events" else None
    exprs = [
        *scan.scope.members,
        scan.scope.where,
        scan.clock,
        own_time,
        *statement.aggregates,
        *statement.noted,
        *statement.keys,
    ]
    columns = frozenset(used(exprs))
    rows = against(base, scan, columns) if scan.sets else base.rows(scan, columns)
    return WAYS[statement.way](statement, base, rows)


class Apart(Writer):
    """Writes the statements whose values are never put together from parts."""

    def whole(self) -> Written:
        """Medians, percentiles, deviations and products."""
        columns = []
        for aggregate in self.statement.aggregates:
            value = self.scalars.value(aggregate.arguments[0]).double().text
            condition = self.condition(aggregate)
            seen = f" FILTER (WHERE {condition})" if condition else ""
            columns.append((Output(aggregate, "value"), f"{whole(aggregate, value)}{seen}"))
        return self.single(columns)

    def order(self) -> Written:
        """The two rows nearest to the end of time that is looked for: the second tells a tie."""
        columns = []
        for aggregate in self.statement.aggregates:
            value = self.scalars.value(aggregate.arguments[0]).text
            rank = self.rank()
            condition = self.condition(aggregate)
            present = f"{value} IS NOT NULL" + (f" AND {condition}" if condition else "")
            function = "arg_min" if aggregate.function == "first" else "arg_max"
            text = f"{function}({{'v': {value}, 'k': {rank}}}, CASE WHEN {present} THEN {rank} END, 2)"
            columns.append((Output(aggregate, "ends"), text))
        return self.single(columns)

    def union(self) -> Written:
        """How long at least one row holds: of each row what lies behind all that began before it; at most the days of the
        window, where the clock makes one of them longer."""
        life = self.rows.life
        assert life is not None
        names, aggregates = ["w", *self.names()], self.statement.aggregates
        sees = [self.condition(aggregate) or "TRUE" for aggregate in aggregates]
        seen = "".join(f", {text} AS k{number}" for number, text in enumerate(sees))
        rows = f"SELECT {self.head(self.rows.window)}, {life.tick(life.first)} AS s, {life.tick(life.last)} AS e, {WINDOW_SECONDS} AS whole{seen} {self.rows.text}"
        before = f"OVER (PARTITION BY {', '.join(names)} ORDER BY s ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        ends = "".join(
            f", COALESCE(MAX(CASE WHEN k{number} THEN e END) {before}, s) AS b{number}" for number in range(len(sees))
        )
        outputs = []
        for number, aggregate in enumerate(aggregates):
            added = life.seconds(f"SUM(CASE WHEN k{number} THEN GREATEST(e - GREATEST(s, b{number}), 0) END)")
            outputs.append(
                (Output(aggregate, "value"), f"LEAST({added.text}, MIN(CASE WHEN k{number} THEN whole END))")
            )
        sums = "".join(f", {text}" for _, text in outputs)
        sql = f"SELECT {', '.join(names)}{sums} FROM (SELECT *{ends} FROM ({rows})) {self.group()}"
        return self.finish(sql, (output for output, _ in outputs))


WAYS: dict[str, Callable[[Statement, Base, Rows], Written]] = {
    "bitmap": lambda *given: Counts(*given).bitmap(),
    "direct": lambda *given: Totals(*given).direct(),
    "partial": lambda *given: Totals(*given).partial(),
    "distinct": lambda *given: Counts(*given).distinct(),
    "whole": lambda *given: Apart(*given).whole(),
    "order": lambda *given: Apart(*given).order(),
    "union": lambda *given: Apart(*given).union(),
}

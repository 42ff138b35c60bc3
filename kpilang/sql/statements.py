"""Statements of a plan to SQL, each with a key to its columns: which aggregate, and which part of it."""

from __future__ import annotations

from collections.abc import Callable

from kpilang.plan.columns import used
from kpilang.plan.exchange import exchanges
from kpilang.plan.folds import Gathering
from kpilang.plan.scans import Statement
from kpilang.sql.base import Base, Rows
from kpilang.sql.counts import Counts
from kpilang.sql.folds import Folds
from kpilang.sql.followed import Follow
from kpilang.sql.joined import against
from kpilang.sql.measures import Output, whole
from kpilang.sql.totals import Totals
from kpilang.sql.unrated import Unrated
from kpilang.sql.writer import Writer, Written


def write(statement: Statement | Gathering, base: Base) -> Written:
    """The SQL of a statement, or of what a gathering of folds asks."""
    if isinstance(statement, Gathering):
        query, numbers = Folds(statement, base).query()
        return Written(statement, (query,), numbers)
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
    rows = against(base, scan, columns) if scan.sets else base.rows(scan, columns, tuple(exchanges(exprs)))
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
        """How long at least one row holds."""
        life = self.rows.life
        assert life is not None
        names, aggregates = ["w", *self.names()], self.statement.aggregates
        sees = [self.condition(aggregate) or "TRUE" for aggregate in aggregates]
        origin, added = life.together(self.head(self.rows.window), names, sees, self.rows.text, narrow=True)
        sums = "".join(f", {each.text}" for each in added)
        sql = f"SELECT {', '.join(names)}{sums} {origin} {self.group()}"
        return self.finish(sql, (Output(aggregate, "value") for aggregate in aggregates))


WAYS: dict[str, Callable[[Statement, Base, Rows], Written]] = {
    "bitmap": lambda *given: Counts(*given).bitmap(),
    "direct": lambda *given: Totals(*given).direct(),
    "partial": lambda *given: Totals(*given).partial(),
    "distinct": lambda *given: Counts(*given).distinct(),
    "whole": lambda *given: Apart(*given).whole(),
    "followed": lambda *given: Follow(*given).written(),
    "order": lambda *given: Apart(*given).order(),
    "rates": lambda *given: Unrated(*given).write(),
    "union": lambda *given: Apart(*given).union(),
}

"""Statements of a plan to SQL, each with a key to its columns: which aggregate, and which part of it."""

from __future__ import annotations

from collections.abc import Callable

from kpilang.model.expr import Column
from kpilang.plan.scans import Statement
from kpilang.sql.base import Base, Rows
from kpilang.sql.counts import Counts
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
    columns = frozenset(node for expr in exprs if expr is not None for node in expr.walk() if isinstance(node, Column))
    return WAYS[statement.way](statement, base, base.rows(scan, columns))


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


WAYS: dict[str, Callable[[Statement, Base, Rows], Written]] = {
    "bitmap": lambda *given: Counts(*given).bitmap(),
    "direct": lambda *given: Totals(*given).direct(),
    "partial": lambda *given: Totals(*given).partial(),
    "distinct": lambda *given: Counts(*given).distinct(),
    "whole": lambda *given: Apart(*given).whole(),
    "order": lambda *given: Apart(*given).order(),
}

"""Which rates conversions lack, as SQL: for each aggregate the first day and currency, where there is any."""

from __future__ import annotations

from kpilang.model.expr import Aggregate
from kpilang.plan.exchange import exchanges
from kpilang.sql.measures import Output
from kpilang.sql.writer import Writer, Written


class Unrated(Writer):
    """Writes the statement that finds missing rates."""

    def write(self) -> Written:
        """One grouping by window and member."""
        items = self.statement.aggregates
        return self.single([(Output(item, "unrated"), f"MIN({self.missing(item)})") for item in items])

    def missing(self, aggregate: Aggregate) -> str:
        """Of what is asked for in the rows that the filter keeps; of the filter itself in all rows."""
        rated = self.rows.rated
        assert rated is not None
        condition = self.condition(aggregate)
        inner = [rated.missing(item) for item in exchanges((*aggregate.arguments, aggregate.weight))]
        outer = [rated.missing(item) for item in exchanges((aggregate.where, aggregate.having))]
        kept = [f"CASE WHEN {condition} THEN {text} END" if condition else text for text in inner]
        return f"COALESCE({', '.join([*outer, *kept, 'NULL'])})"

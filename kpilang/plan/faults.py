"""Why an aggregate may not be computed although its definition is sound: something is wrong with the data it uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kpilang.model.expr import Aggregate, Column
from kpilang.model.nouns import Model, reached
from kpilang.plan import reasons
from kpilang.plan.columns import basis, of_aggregate, physical, time_columns, used, walked
from kpilang.plan.facts import Loaded, Profile
from kpilang.plan.rows import Scope
from kpilang.result import Reason


class Faults:
    """Faults of loaded tables; with `skip`, rows with bad cells are left out and are no fault."""

    def __init__(self, model: Model, tables: Mapping[str, Loaded], *, skip: bool) -> None:
        self.model, self.tables, self.skip = model, tables, skip

    def of_columns(self, pairs: Iterable[tuple[str, str]]) -> Reason | None:
        """The first fault among (source, column) pairs."""
        for source, column in pairs:
            table = self.tables[source]
            if column in table.missing:
                return reasons.missing_column(source, column)
            if table.broken:
                return reasons.broken_source(source, table.why)
            if column in table.bad and not self.skip:
                return reasons.bad_cells(source, column)
            if column in table.unsettled:
                return reasons.tied_order(table.unsettled[column])
        return None

    def of_time(self, source: str, kind: str) -> Reason | None:
        """Why the rows of a source have no place in time."""
        if self.tables[source].broken:
            return reasons.broken_source(source, self.tables[source].why)
        columns = time_columns(self.model.sources[source], kind)
        return self.of_columns(pair for column in columns for pair in physical(self.model, column))

    def of_rows(self, aggregate: Aggregate, scope: Scope, profiles: Mapping[str, Profile]) -> Reason | None:
        """Why not even the members of an aggregate's rows can be told."""
        clock = aggregate.on or self.model.sources[aggregate.source].time
        columns = (*used([scope.where, *scope.members]), *used([clock]))
        pairs = (pair for column in columns for pair in physical(self.model, column))
        time = self.of_time(aggregate.source, basis(self.model, aggregate))
        return time or self.of_columns(pairs) or self.of_joins(columns, profiles)

    def of_aggregate(
        self, aggregate: Aggregate, scope: Scope, profiles: Mapping[str, Profile] | None = None
    ) -> Reason | None:
        """The first fault of what an aggregate uses; with profiles, also of the keys it joins along."""
        selecting = tuple(used([scope.where, *scope.members]))
        pairs = [*of_aggregate(self.model, aggregate)]
        for column in selecting:
            pairs.extend(physical(self.model, column))
        if self.tables[aggregate.source].broken:
            return reasons.broken_source(aggregate.source, self.tables[aggregate.source].why)
        fault = self.of_columns(pairs)
        if fault is not None or profiles is None:
            return fault
        source = self.model.sources[aggregate.source]
        if aggregate.at is not None and source.changes and profiles[source.name].changes is not None:
            return profiles[source.name].changes
        clock = (aggregate.on or source.time,)
        return self.of_joins((*used([aggregate, *clock]), *selecting), profiles)

    def of_joins(self, columns: Iterable[Column], profiles: Mapping[str, Profile]) -> Reason | None:
        """Why a link that these columns lead along finds more than one row."""
        for column in walked(self.model, columns):
            for length in range(1, len(column.links) + 1):
                target = reached(self.model.sources, column.source, column.links[:length])
                if profiles[target.name].keys is not None:
                    return profiles[target.name].keys
        return None

"""Whether the keys of a source tell its rows apart: duplicates, lives that overlap, readings that tie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kpilang.data.table import Table
from kpilang.evaluate.engine import Engine
from kpilang.evaluate.examples import Example, first_few
from kpilang.evaluate.known import Known
from kpilang.evaluate.steady import Steady
from kpilang.model.nouns import DataSource
from kpilang.plan import reasons
from kpilang.plan.faults import Faults
from kpilang.result import Reason
from kpilang.sql import keys as statements
from kpilang.text import Text

TOLD = Text("{reason}; keys: {count}{examples}", "{reason}；涉及 {count} 处{examples}")


@dataclass(frozen=True)
class Flaw:
    """Why rows of a source cannot be told apart, and the same with how many there are and the first few; whether it
    `spoils` the KPIs that need the source."""

    reason: Reason
    text: Text
    spoils: bool = True


class Keys:
    """Verifies keys; what was found in files that are the same still is remembered."""

    def __init__(
        self, engine: Engine, tables: Mapping[str, Table], steady: Steady, faults: Faults, known: Known
    ) -> None:
        self.engine, self.tables, self.steady, self.faults, self.known = engine, tables, steady, faults, known

    def of(self, source: DataSource, *, joined: bool) -> Flaw | None:
        """Why a key finds more than one row, or the lives of its rows are not apart; None where it cannot be looked at."""
        bounds = (source.starts, source.ends)
        if not self.readable(source, [column.name for column in bounds if column is not None]):
            return None
        if source.starts is not None:
            return self.flaw(source, statements.overlaps, reasons.overlapping_lives(source.name, joined=joined))
        return self.flaw(source, statements.duplicates, reasons.duplicate_keys(source.name, joined=joined))

    def of_readings(self, source: DataSource) -> Flaw | None:
        """Why the readings of a key have no order."""
        if source.snapshot is None or not self.readable(source, [source.snapshot.name]):
            return None
        if source.changes:
            return self.flaw(source, statements.ties, reasons.tied_changes(source.name))
        found = self.flaw(source, statements.ties, reasons.repeated_in_reading(source.name))
        return found and replace(found, spoils=False)

    def readable(self, source: DataSource, columns: list[str]) -> bool:
        """Whether there is a key, and nothing is wrong with it and these columns."""
        pairs = [(source.name, name) for name in (*source.key, *columns)]
        return bool(source.key) and self.faults.of_columns(pairs) is None

    def flaw(self, source: DataSource, write: statements.Write, reason: Reason) -> Flaw | None:
        table = self.tables[source.name]
        written = self.steady.write(lambda base: write(source, table, base), (source,))
        count = int(self.known.rows(self.engine, (table,), written.count)[0][0])
        if not count:
            return None

        def few() -> Text:
            rows = self.engine.rows(written.examples)
            return first_few(table, [Example((one, other), tuple(key)) for one, other, *key in rows], count)

        found = self.known.told((table,), written.examples, few)
        return Flaw(reason, TOLD.fill(reason=reason.text, count=count, examples=found))

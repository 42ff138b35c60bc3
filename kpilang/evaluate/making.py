"""Makes what is made of sources before anything is read: sources by grouping, and columns per key. Only what is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kpilang.data.table import Table
from kpilang.evaluate.engine import Engine
from kpilang.evaluate.known import Known
from kpilang.model.groups import Group, group_of, needed
from kpilang.model.nouns import Made
from kpilang.plan.columns import held
from kpilang.result import LeftOut
from kpilang.sql import making
from kpilang.sql.base import Base
from kpilang.text import Text

NO_KEY = Text(
    "rows of `{base}` without a key, in no row of `{source}`: {count}",
    "`{base}` 有 {count} 行没有键，不在 `{source}` 的任何行中",
)


class Maker:
    """Makes relations over loaded `tables`, to which those of sources made by grouping are added; `base` finds columns in
    them from then on. `made` tells how, in order; `held` are their columns."""

    def __init__(self, engine: Engine, base: Base, tables: dict[str, Table], known: Known) -> None:
        self.engine, self.base, self.tables, self.known = engine, base, tables, known
        self.sources = base.model.sources
        self.made: list[tuple[Group, str]] = []
        self.held: dict[Group, dict[str, Made]] = {}

    def make(self, wanted: Mapping[str, Iterable[str]]) -> None:
        """Makes what these columns of sources stand in, and what that takes."""
        found = self.held
        for name, columns in wanted.items():
            source = self.sources[name]
            needs = [*columns, *(source.grouping.names if source.grouping is not None else ())]
            for column in (source.columns.get(each) for each in dict.fromkeys(needs)):
                group = group_of(source, column) if column is not None else None
                if group is not None and column is not None and column.made is not None:
                    found.setdefault(group, {})[column.name] = column.made
        done: set[Group] = set()
        for group in found:
            self.ordered(group, found, done)

    def ordered(self, group: Group, found: Mapping[Group, Mapping[str, Made]], done: set[Group]) -> None:
        """Makes a relation behind those that it takes."""
        if group in done or group not in found:
            return
        done.add(group)
        for made in found[group].values():
            for other in needed(self.sources, group, made):
                self.ordered(other, found, done)
        self.relation(group, found[group])

    def relation(self, group: Group, columns: Mapping[str, Made]) -> None:
        """One relation; with binary numbers where exact ones grow too large."""
        how = making.making(group, dict(sorted(columns.items())), self.base)
        try:
            self.engine.run(how.sql)
        except OverflowError:
            how = making.making(group, dict(sorted(columns.items())), self.base.binary())
            self.engine.run(how.sql)
        self.made.append((group, how.sql))
        self.known.note(how.relation.name, self.origins(group, columns))
        unsettled = self.unsettled(how)
        if group.made is None:
            self.base.ways.made[group] = how.relation
            base = self.tables[group.base]
            self.tables[group.base] = replace(base, unsettled={**base.unsettled, **unsettled})
        else:
            self.tables[group.made] = self.table(group.made, group, how, unsettled)

    def unsettled(self, how: making.Making) -> dict[str, str]:
        """The columns in which the first or last row of some key cannot be told, with the aggregate that asks for it."""
        if not how.unsettled:
            return {}
        (row,) = self.engine.rows(how.tied)
        return {column: text for held, (column, text) in zip(row, how.unsettled.values(), strict=True) if held}

    def table(self, name: str, group: Group, how: making.Making, unsettled: Mapping[str, str]) -> Table:
        """A source made by grouping as a table like any other."""
        base = self.tables[group.base]
        ((rows,),) = self.engine.rows(how.rows)
        ((keyless,),) = self.known.rows(self.engine, self.tables.values(), how.keyless)
        told = NO_KEY.fill(base=group.base, source=name, count=keyless)
        return Table(
            name,
            how.relation.name,
            how.relation.columns,
            int(rows),
            left_out=(LeftOut("no-key", int(keyless), told),) if keyless else (),
            broken=base.broken,
            why=base.why,
            places=base.places,
            unsettled=unsettled,
        )

    def origins(self, group: Group, columns: Mapping[str, Made]) -> frozenset[str]:
        """The sources with files whose rows a relation is made of."""
        names = {group.base}
        for name in columns:
            owner = self.sources[group.made or group.base]
            names |= {source for source, _ in held(self.base.model, owner, name)}
        return frozenset(name for name in names if self.sources[name].grouping is None)

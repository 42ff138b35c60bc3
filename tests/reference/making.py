"""What is worked out before anything else: columns over all rows of a key, and the rows of sources made by grouping."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.model import expr as e
from kpilang.model.nouns import DataColumn, DataSource, Made, column_of, steps
from kpilang.result import Why
from tests.reference.aggregated import Aggregated
from tests.reference.known import BAD, NO_SETS, Cells, Moment, Seen

Key = tuple[object, ...]
RowsByKey = dict[Key, list[Seen]]


class Making(Aggregated):
    """Tables with the cells that are made of others."""

    def make(self) -> None:
        """Fills in every column that is made, each after those that it is made of."""
        self.tables = {name: [dict(row) for row in rows] for name, rows in self.tables.items()}
        self.begun: set[tuple[str, str]] = set()
        for source in self.model.sources.values():
            for column in source.columns.values():
                self.ensure(source, column)

    def ensure(self, source: DataSource, column: DataColumn) -> None:
        if column.made is None or (source.name, column.name) in self.begun:
            return
        self.begun.add((source.name, column.name))
        for part in self.needed(column.made):
            for here, name in self.on_the_way(part):
                self.ensure(here, here.columns[name])
        self.fill(source, column.name, column.made)

    def needed(self, made: Made) -> Iterator[e.Column]:
        """The columns by which rows of the base are found, grouped and aggregated."""
        base = self.model.sources[made.base]
        yield from (node for part in (made.value, *made.keys) for node in part.walk() if isinstance(node, e.Column))
        yield from self.own_time(base)

    def on_the_way(self, column: e.Column) -> Iterator[tuple[DataSource, str]]:
        """The columns that a path reads: those that links compare, the times of their targets, and its own."""
        here = self.model.sources[column.source]
        for leaving, link, target in steps(self.model.sources, column.source, column.links):
            yield from ((leaving, name) for name in link.columns)
            yield from ((target, name) for name in target.key)
            for time in self.own_time(target):
                yield from self.on_the_way(time)
            here = target
        yield here, column_of(self.model.sources, column).name

    def fill(self, source: DataSource, name: str, made: Made) -> None:
        """Writes one made column into the rows of its source, which are made with it where it is grouped."""
        base = self.model.sources[made.base]
        bad = any(self.path_spoils(base, column) for column in self.needed(made))
        values: dict[Key, object] = {}
        for key, rows in self.grouped_rows(base, made).items():
            values[key] = BAD if bad else self.over_key(made.value, rows)
        if source.grouping is not None:
            self.write_grouped(source, name, made, values)
            return
        for row in self.tables[source.name]:
            row[name] = BAD if bad else values.get(self.key_of(self.placed(base, row), made))

    def write_grouped(self, source: DataSource, name: str, made: Made, values: dict[Key, object]) -> None:
        rows = self.tables[source.name]
        if not rows:
            rows.extend(dict(zip(made.names, key, strict=True)) for key in values)
        for row, key in zip(rows, values, strict=True):
            row[name] = values[key]

    def grouped_rows(self, base: DataSource, made: Made) -> RowsByKey:
        """The rows of the base that are there, by key; those with an empty part in it are in none."""
        groups: RowsByKey = {}
        for row in self.tables[base.name]:
            if self.there(base, row, lives=base.starts is not None and base.time is None):
                seen = self.placed(base, row)
                key = self.key_of(seen, made)
                if None not in key:
                    groups.setdefault(key, []).append(seen)
        return groups

    def key_of(self, seen: Seen, made: Made) -> Key:
        return tuple(self.over_row(part, seen) for part in made.keys)

    def placed(self, base: DataSource, row: Cells) -> Seen:
        time = self.place(base, row, base.time or base.snapshot or base.starts)
        return Seen(base.name, row, time, None if time is None else Moment(time, state=False))

    def over_key(self, value: e.Expr, rows: list[Seen]) -> object:
        """An expression over the rows of a key: aggregates of all of them, the key of any."""
        reasons: list[object] = []

        def leaf(node: e.Expr) -> object:
            if not isinstance(node, e.Aggregate):
                return self.over_row(node, rows[0])
            found = self.over_rows(node, rows, NO_SETS)
            reasons.append(found)
            return None if isinstance(found, Why) else found

        result = self.two_valued(value, leaf)
        return BAD if Why.BAD_DATA in reasons else result

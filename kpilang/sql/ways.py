"""The ways from a row to other relations: along links, and from a row to what was worked out for its key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kpilang.model.expr import Column, Expr
from kpilang.model.groups import Group, group_of
from kpilang.model.nouns import DataSource, Model, reached, steps
from kpilang.model.rows import rebase
from kpilang.model.types import TEXT
from kpilang.plan.facts import Relation

Way = tuple[str, ...]
"""Names of links; the last may be that of a step from a row to its key, as `Group.step` has it."""


@dataclass(frozen=True)
class Ways:
    """Where columns are found; `made` are the relations with columns per key that there are."""

    model: Model
    made: dict[Group, Relation] = field(default_factory=dict)

    def group(self, column: Column) -> Group | None:
        """The relation beside its source that a column stands in; None where it stands in the source's own."""
        return self.beside(reached(self.model.sources, column.source, column.links), column.name)

    def beside(self, source: DataSource, name: str) -> Group | None:
        """The same for a column of a source."""
        column = source.columns.get(name)
        group = group_of(source, column) if column is not None else None
        return group if group is not None and group.made is None else None

    def to(self, column: Column) -> Way:
        """The way to the relation that a column stands in."""
        group = self.group(column)
        return column.links if group is None else (*column.links, group.step)

    def walked(self, columns: Iterable[Column]) -> list[Way]:
        """Every way that is walked from the rows of a source, shorter ones first, but each behind those that it needs."""
        found = {(column.source, way) for column in columns for way in _parts(self.to(column))}
        ordered: dict[Way, None] = {}

        def visit(source: str, way: Way) -> None:
            if way not in ordered:
                for before in self.before(source, way):
                    visit(source, before)
                ordered[way] = None

        for source, way in sorted(found, key=lambda each: (len(each[1]), each[1])):
            visit(source, way)
        return list(ordered)

    def before(self, source: str, way: Way) -> Iterator[Way]:
        """The ways that have to be walked before one: those to the columns that its last part starts from."""
        yield from _parts(way[:-1])
        group = self.step(source, way)
        if group is not None:
            for key in self.keys(source, way, group):
                yield from (part for each in key.walk() if isinstance(each, Column) for part in _parts(self.to(each)))
            return
        *_, (here, link, _) = steps(self.model.sources, source, way)
        for name in link.columns:
            if self.beside(here, name) is not None:
                yield from _parts(self.to(self.own(source, way[:-1], name)))

    def step(self, source: str, way: Way) -> Group | None:
        """The relation that the last part of a way leads to, where that is no link."""
        here = reached(self.model.sources, source, way[:-1])
        if way[-1] in here.links:
            return None
        return next(group for group in self.made if group.base == here.name and group.step == way[-1])

    def keys(self, source: str, way: Way, group: Group) -> list[Expr]:
        """The keys of a relation, as seen from the rows of a source that a way to it starts from."""
        return [rebase(key, source, way[:-1]) for key in group.keys]

    def of_row(self, columns: Iterable[Column]) -> Iterator[Column]:
        """Columns that stand in rows; of one that is worked out for a key those of the key."""
        for column in columns:
            group = self.group(column)
            if group is None:
                yield column
            else:
                keys = self.keys(column.source, self.to(column), group)
                yield from self.of_row(part for key in keys for part in key.walk() if isinstance(part, Column))

    def own(self, source: str, way: Way, name: str) -> Column:
        """A column of a link at the end of a way."""
        return Column(TEXT, None, source, way, name)


def _parts(way: Way) -> Iterator[Way]:
    """A way from its first part on, longer and longer."""
    return (way[:length] for length in range(1, len(way) + 1))

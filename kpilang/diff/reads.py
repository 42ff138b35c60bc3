"""Which sources, columns and links the formula and targets of a KPI read by themselves, not by the KPIs that they name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from kpilang.diff.states import State, named_in
from kpilang.model.expr import Aggregate, Column, Expr, Fold, Use
from kpilang.model.groups import beneath
from kpilang.model.nouns import DataSource, Kpi, steps
from kpilang.plan.exchange import columns_of, exchanges
from kpilang.syntax import tree

Part = tuple[str, ...]
"""`("rows", SOURCE)`, `("column", SOURCE, NAME)`, `("link", SOURCE, NAME)`, or `("derived", SOURCE, NAME)`."""


class Reads:
    """What the formulas of one state read, found once."""

    def __init__(self, state: State) -> None:
        self.state = state

    def touched(self, parts: Collection[Part]) -> list[str]:
        """The KPIs whose own formula reads one of some parts."""
        wanted = {each for each in parts if each[0] != "derived"}
        named = self._named({each for each in parts if each[0] == "derived"})
        model = self.state.model.kpis
        return [
            name
            for name, read in self.of_kpi.items()
            if not wanted.isdisjoint(read) or (named and not named.isdisjoint(_words(model[name])))
        ]

    @cached_property
    def of_kpi(self) -> dict[str, set[Part]]:
        """What each KPI reads, derived columns by the columns that they are made of."""
        kpis = self.state.model.kpis.values()
        return {
            kpi.name: {found for part in (kpi.formula, *kpi.aims) for found in self._parts(part)}
            for kpi in kpis
            if kpi.formula is not None
        }

    def _parts(self, formula: Expr) -> Iterator[Part]:
        for item in exchanges([formula]):
            source = self.state.model.sources[item.rates]
            yield "rows", source.name
            yield from (("column", source.name, name) for name in columns_of(source))
        waiting, seen = [formula], set[int]()
        while waiting:
            node = waiting.pop()
            if id(node) in seen or isinstance(node, Use):
                continue
            seen.add(id(node))
            waiting += node.children
            if isinstance(node, Column):
                yield from self._column(node)
            elif isinstance(node, Fold) and node.rows is not None:
                waiting.append(node.rows)
            elif isinstance(node, Aggregate):
                yield from self._aggregate(node)

    def _aggregate(self, node: Aggregate) -> Iterator[Part]:
        source = self.state.model.sources[node.source]
        yield from self._rows(source)
        placed = (source.time,) if node.at is None and node.on is None else ()
        for column in (*placed, source.snapshot, source.starts, source.ends):
            if column is not None:
                yield from self._column(column)

    def _column(self, node: Column) -> Iterator[Part]:
        end = node.source
        for here, link, there in steps(self.state.model.sources, node.source, node.links):
            yield "link", here.name, link.name
            yield from self._rows(there)
            for name in link.columns:
                yield from self._held(here, name)
            end = there.name
        yield from self._held(self.state.model.sources[end], node.name)

    def _held(self, source: DataSource, name: str) -> Iterator[Part]:
        """A column of a source, and those that it is made of."""
        yield "column", source.name, name
        column = source.columns.get(name)
        if column is not None and column.made is not None and column.sound:
            base = self.state.model.sources[column.made.base]
            yield "rows", base.name
            for below in beneath(column.made, base):
                yield from self._column(below)

    def _rows(self, source: DataSource) -> Iterator[Part]:
        """The rows of a source, and those that they are made of."""
        yield "rows", source.name
        if source.grouping is not None:
            for name in source.grouping.names:
                yield from self._held(source, name)

    def _named(self, derived: Collection[Part]) -> frozenset[str]:
        """The names of some derived columns, and of those that are made of them."""
        found = {name for _, _, name in derived}
        lines = [
            (field.value.name.text, set(named_in(field.value.value)))
            for source in self.state.model.sources.values()
            for field in (source.declaration.all("derive") if found else ())
            if isinstance(field.value, tree.Derive)
        ]
        size = -1
        while size != len(found):
            size = len(found)
            found |= {name for name, words in lines if not found.isdisjoint(words)}
        return frozenset(found)


def _words(kpi: Kpi) -> Iterable[str]:
    """Every name in a formula."""
    item = kpi.first("formula")
    return named_in(item.value) if item is not None and isinstance(item.value, tree.Expr) else ()

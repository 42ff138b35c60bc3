"""Which formulas rest on bad data: cells that do not fit, double keys behind a link, readings that contradict."""

from __future__ import annotations

from kpilang.model import expr as e
from kpilang.model import scope
from kpilang.model.nouns import DataLink, DataSource
from kpilang.syntax import tree
from tests.reference.coverage import Coverage
from tests.reference.known import Cells
from tests.reference.read import over_rows, read, within


class Spoiled(Coverage):
    """What a bad cell or a double key spoils."""

    def spoiled(self, formula: e.Expr) -> bool:
        """Whether an aggregate uses a column with a bad cell, a link into double keys, or readings that contradict."""
        return any(
            self.spoils(part, self.selecting(part, above, beside=part.source != aggregate.source))
            for above, aggregate in within(formula, (e.Total, e.Fold))
            for part in read(aggregate)
        )

    def selecting(self, aggregate: e.Aggregate, above: tuple[e.Expr, ...], *, beside: bool) -> list[e.Expr]:
        """The expressions by which rows are selected: filter, breakdown, keys of groups; none in a set of another source."""
        if beside:
            return []
        name, totals = aggregate.source, [node for node in above if isinstance(node, e.Total)]
        places = [
            place for place in range(len(self.question.by)) if not any(self.dropped(node, place) for node in totals)
        ]
        keys = [part for node in above if isinstance(node, e.Fold) for part in dict(node.keys)[name]]
        predicate = self.filter(name)
        return [
            *(self.breakdown(name, place) for place in places),
            *keys,
            *([predicate] if predicate is not None else []),
        ]

    def spoils(self, aggregate: e.Aggregate, selecting: list[e.Expr]) -> bool:
        source = self.model.sources[aggregate.source]
        if aggregate.at is not None and source.changes and self.contradicts(source):
            return True
        columns = [node for root in (aggregate, *selecting) for node in over_rows(root) if isinstance(node, e.Column)]
        columns += [] if aggregate.on is not None and source.starts is None else self.own_time(source)
        keyed = source.changes or aggregate.function in ("first", "last")
        if keyed and any(self.bad(source.name, name) for name in source.key):
            return True
        return any(self.path_spoils(source, column) for column in columns)

    def dropped(self, total: e.Total, place: int) -> bool:
        """Whether a column of the breakdown is one that a total leaves out: the same expression in each source."""
        sources = {part.source for part in e.aggregates(total.value)}
        return not total.columns or any(
            all(self.same_column(source, path, place) for source in sources) for path in total.columns
        )

    def same_column(self, source: str, path: tree.Path, place: int) -> bool:
        """Whether a path leads to the same as the breakdown's column in a place."""
        found, _ = scope.breakdown(self.model, source, path)
        return found is not None and found == self.breakdown(source, place)

    def own_time(self, source: DataSource) -> list[e.Column]:
        return [column for column in (source.time, source.snapshot, source.starts, source.ends) if column is not None]

    def path_spoils(self, source: DataSource, column: e.Column) -> bool:
        for name in column.links:
            link = source.links[name]
            if any(self.bad(source.name, part) for part in link.columns) or self.target_spoils(link):
                return True
            source = self.model.sources[link.target]
        return self.bad(source.name, column.name)

    def target_spoils(self, link: DataLink) -> bool:
        target = self.model.sources[link.target]
        columns = [*target.key, *(column.name for column in (target.starts, target.ends) if column is not None)]
        return any(self.bad(target.name, name) for name in columns) or self.doubled(target)

    def doubled(self, target: DataSource) -> bool:
        """Whether two rows of a link's target have one key, or for lives hold at one time."""
        rows = list(self.tables[target.name])
        for index, one in enumerate(rows):
            for other in rows[:index]:
                key = self.key(one, target.key)
                same = None not in key and key == self.key(other, target.key)
                if same and (target.starts is None or self.overlap(target, one, other)):
                    return True
        return False

    def overlap(self, target: DataSource, one: Cells, other: Cells) -> bool:
        first, second = self.life(target, one), self.life(target, other)
        if first is None or second is None:
            return False
        ends = [end for _, end in (first, second) if end is not None]
        return not ends or max(first[0], second[0]) < min(ends)

    def contradicts(self, source: DataSource) -> bool:
        readings = [(time, self.key(row, source.key)) for time, row in self.readings(source)]
        return len(set(readings)) < len(readings)

"""Which formulas rest on bad data: cells that do not fit, double keys behind a link, readings that contradict."""

from __future__ import annotations

from kpilang.model import expr as e
from kpilang.model.nouns import DataLink, DataSource
from tests.reference.coverage import Coverage
from tests.reference.known import Cells


class Spoiled(Coverage):
    """What a bad cell or a double key spoils."""

    def spoiled(self, formula: e.Expr) -> bool:
        """Whether an aggregate uses a column with a bad cell, a link into double keys, or readings that contradict."""
        return any(self.spoils(aggregate) for aggregate in e.aggregates(formula))

    def spoils(self, aggregate: e.Aggregate) -> bool:
        source = self.model.sources[aggregate.source]
        if aggregate.at is not None and source.changes and self.contradicts(source):
            return True
        predicate = self.filter(source.name)
        places = range(len(self.question.by))
        roots = [aggregate, *(self.breakdown(source.name, place) for place in places)]
        roots += [predicate] if predicate is not None else []
        columns = [node for root in roots for node in root.walk() if isinstance(node, e.Column)]
        columns += [] if aggregate.on is not None and source.starts is None else self.own_time(source)
        keyed = source.changes or aggregate.function in ("first", "last")
        if keyed and any(self.bad(source.name, name) for name in source.key):
            return True
        return any(self.path_spoils(source, column) for column in columns)

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

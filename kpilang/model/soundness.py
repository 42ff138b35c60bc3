"""Whether all that an expression reads is declared without errors: nothing is computed with a clause left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kpilang.model.expr import Aggregate, Column, Expr, Fold
from kpilang.model.nouns import DataSource, column_of, steps


def flawed(sources: Iterable[DataSource]) -> bool:
    """Whether an error is in any source, or in a column or link of one."""
    return any(
        not source.sound
        or not all(column.sound for column in source.columns.values())
        or not all(link.sound for link in source.links.values())
        for source in sources
    )


def stands(sources: Mapping[str, DataSource], value: Expr) -> bool:
    """Whether the sources of an expression, its columns, and the links that lead to them are all sound."""
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if id(part) in seen:  # parts are shared, and a column may double forty times over
            continue
        seen.add(id(part))
        if isinstance(part, Aggregate) and not sources[part.source].sound:
            return False
        if isinstance(part, Fold) and part.rows is not None:
            waiting.append(part.rows)
        if isinstance(part, Column) and not column_stands(sources, part):
            return False
        waiting.extend(part.children)
    return True


def column_stands(sources: Mapping[str, DataSource], column: Column) -> bool:
    """Whether a column is sound, and every link and source on the way to it."""
    way = all(link.sound and there.sound for _, link, there in steps(sources, column.source, column.links))
    return way and column_of(sources, column).sound

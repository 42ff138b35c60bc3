"""Which columns of which sources an aggregate needs, and which of them place rows in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kpilang.model.expr import Aggregate, Column, Expr, row_columns
from kpilang.model.groups import beneath, placing
from kpilang.model.nouns import DataSource, Model, steps
from kpilang.plan.exchange import read_for


def basis(model: Model, aggregate: Aggregate) -> str:
    """How an aggregate places rows in time: `events`, `state`, `life` (all that hold within a window), or `timeless`."""
    if aggregate.at is not None:
        return "life" if aggregate.at == "during" else "state"
    source = model.sources[aggregate.source]
    return "timeless" if source.time is None and aggregate.on is None else "events"


def covering(model: Model, aggregate: Aggregate) -> str:
    """The basis by which coverage is told: lives are covered as the states that they make."""
    kind = basis(model, aggregate)
    return "state" if kind == "life" else kind


def clock(model: Model, aggregate: Aggregate) -> Column | None:
    """The column that gives a row its own time: after `on`, else the source's; None under `at` and when timeless."""
    kind = basis(model, aggregate)
    if kind == "events":
        return aggregate.on or model.sources[aggregate.source].time
    return None


def time_columns(source: DataSource, kind: str) -> tuple[Column, ...]:
    """The columns that place the rows of a source in time, as a basis needs them."""
    every: tuple[Column | None, ...] = (source.starts, source.ends)
    if kind in ("state", "life"):
        every = reading_columns(source)
    elif source.time is not None:
        every = (source.time,)
    return tuple(column for column in every if column is not None)


def reading_columns(source: DataSource) -> tuple[Column | None, ...]:
    """The columns that tell when a state holds: of a reading, of a life, or the time of rows with a stock."""
    if source.snapshot is not None:
        return (source.snapshot,)
    return (source.starts, source.ends) if source.starts is not None else (source.time,)


def reading_time(source: DataSource) -> Column | None:
    """The time of a reading, where states are read off rather than lived."""
    return None if source.snapshot is None and source.starts is not None else source.snapshot or source.time


def used(exprs: Iterable[Expr | None]) -> Iterator[Column]:
    """Every column below these expressions."""
    for expr in exprs:
        if expr is not None:
            yield from row_columns(expr)


def physical(model: Model, column: Column) -> Iterator[tuple[str, str]]:
    """The (source, column) pairs that reading a column takes: itself, and keys and lives along its links."""
    end = model.sources[column.source]
    for here, link, there in steps(model.sources, column.source, column.links):
        for name in link.columns:
            yield from held(model, here, name)
        for name in (*there.key, *(bound.name for bound in placing(there) if not bound.links)):
            yield from held(model, there, name)
        yield from rows_of(model, there)
        end = there
    yield from held(model, end, column.name)


def held(model: Model, source: DataSource, name: str) -> Iterator[tuple[str, str]]:
    """A column of a source, and those that it is made of."""
    yield source.name, name
    column = source.columns.get(name)
    if column is not None and column.made is not None:
        for below in beneath(column.made, model.sources[column.made.base]):
            yield from physical(model, below)


def rows_of(model: Model, source: DataSource) -> Iterator[tuple[str, str]]:
    """The columns that decide which rows there are, where these are made of another source's."""
    if source.grouping is not None:
        base = model.sources[source.grouping.base]
        for name in source.grouping.names:
            yield from held(model, source, name)
        for column in placing(base):
            yield from physical(model, column)
        yield from rows_of(model, base)


def walked(model: Model, columns: Iterable[Column]) -> Iterator[Column]:
    """Columns, and those that what they read is made of."""
    for column in columns:
        yield column
        ways = [*steps(model.sources, column.source, column.links)]
        ends = [(there, there.grouping.names[0]) for _, _, there in ways if there.grouping is not None]
        ends += [(here, name) for here, link, _ in ways for name in link.columns]
        ends.append((ways[-1][2] if ways else model.sources[column.source], column.name))
        for source, name in ends:
            held_by = source.columns.get(name)
            if held_by is not None and held_by.made is not None:
                yield from walked(model, beneath(held_by.made, model.sources[held_by.made.base]))


def of_aggregate(model: Model, aggregate: Aggregate) -> Iterator[tuple[str, str]]:
    """The (source, column) pairs of one aggregate, time and key included where its function needs them."""
    source = model.sources[aggregate.source]
    for column in (*used([aggregate]), *time_columns(source, basis(model, aggregate))):
        yield from physical(model, column)
    if source.changes or aggregate.function in ("first", "last"):
        for name in source.key:
            yield from held(model, source, name)
    yield from rows_of(model, source)
    yield from read_for(model, aggregate)

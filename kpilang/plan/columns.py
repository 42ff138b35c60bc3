"""Which columns of which sources an aggregate needs, and which of them place rows in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kpilang.model.expr import Aggregate, Column, Expr, row_columns
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
        yield from ((here.name, name) for name in link.columns)
        yield from ((there.name, name) for name in there.key)
        own = (there.time, there.snapshot, there.starts, there.ends)
        yield from ((there.name, bound.name) for bound in own if bound is not None and not bound.links)
        end = there
    yield end.name, column.name


def of_aggregate(model: Model, aggregate: Aggregate) -> Iterator[tuple[str, str]]:
    """The (source, column) pairs of one aggregate, time and key included where its function needs them."""
    source = model.sources[aggregate.source]
    for column in (*used([aggregate]), *time_columns(source, basis(model, aggregate))):
        yield from physical(model, column)
    if source.changes or aggregate.function in ("first", "last"):
        yield from ((source.name, name) for name in source.key)
    yield from read_for(model, aggregate)

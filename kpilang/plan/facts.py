"""What must be known of the data before windows can be cut: how many rows, over which days, with which faults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from kpilang.model.calendar import Calendar
from kpilang.model.expr import Aggregate, Column, Expr
from kpilang.model.nouns import DataSource, Model
from kpilang.plan.columns import covering
from kpilang.plan.moments import ONE_DAY, Coverage, Read, Stretch
from kpilang.plan.reasons import last_day, no_rows, not_covered
from kpilang.result import LeftOut, Reason
from kpilang.text import Text


class Loaded(Protocol):
    """What plan and SQL ask of a loaded source: where its rows are and how many, their columns and SQL types, columns
    with bad cells and their bit, columns that are not there, whether rows could not be read, and why; columns whose first or
    last row cannot be told, with the aggregate that asks for it."""

    @property
    def relation(self) -> str: ...

    @property
    def rows(self) -> int: ...

    @property
    def columns(self) -> Mapping[str, str]: ...

    @property
    def bad(self) -> Mapping[str, int]: ...

    @property
    def missing(self) -> frozenset[str]: ...

    @property
    def broken(self) -> bool: ...

    @property
    def why(self) -> Text | None: ...

    @property
    def unsettled(self) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class Relation:
    """A relation that was made before anything is read: its columns with their SQL types, and the types of the key's parts
    `k0`, `k1`, …"""

    name: str
    columns: Mapping[str, str]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """What one pass over a source told. `times` gives, for a basis, the first and last day of rows that are there.

    `ranges` gives the least and most value of whole-number columns that are counted, `distinct` about how many values
    columns of filters have, `members` about how many members a breakdown has, `filled` the summed columns without an
    empty cell, `linked` the paths of links along which every row finds a partner.
    `keys` says why the source may not be joined (its key is not unique), `changes` why its readings have no order,
    `fault` why its rows have no place in time; `flaws` say the same of keys and readings with the first few shown.
    """

    source: str
    rows: int
    times: Mapping[str, Stretch] = field(default_factory=dict)
    members: int = 1
    distinct: Mapping[Column, int] = field(default_factory=dict)
    ranges: Mapping[Expr, tuple[Any, Any]] = field(default_factory=dict)
    filled: frozenset[Column] = frozenset()
    linked: frozenset[tuple[str, ...]] = frozenset()
    left_out: tuple[LeftOut, ...] = ()
    keys: Reason | None = None
    changes: Reason | None = None
    fault: Reason | None = None
    flaws: tuple[Text, ...] = ()


def bases(model: Model, aggregates: tuple[Aggregate, ...]) -> frozenset[Read]:
    """Every way in which sources are read."""
    return frozenset(Read(item.source, covering(model, item)) for item in aggregates)


def covered(model: Model, profile: Profile, kind: str, as_of: dt.date) -> Stretch | Reason:
    """The days a source covers, read by its events or by its states, or why there are none."""
    source, calendar, now = model.sources[profile.source], model.calendar, as_of + ONE_DAY
    if source.covers is not None:
        start, end = source.covers
    elif (times := profile.times.get(kind)) is None:
        return profile.fault or no_rows(source.name, as_of)
    elif lives(source, kind):
        start, end = times[0], now
    else:
        start, end = widened(calendar, source, times)
    end = end if source.planned else min(end, now)
    return (start, end) if start < end else not_covered(source.name, (start, end))


def lives(source: DataSource, kind: str) -> bool:
    """Whether what is known goes on until something else is said: lives, and snapshots of changes."""
    if source.changes:
        return True
    return source.starts is not None and source.snapshot is None and (kind == "state" or source.time is None)


def widened(calendar: Calendar, source: DataSource, times: Stretch) -> Stretch:
    """From the first to the last row, in whole periods of the grain that rows stand for or are collected by."""
    grain = source.each or source.every or "day"
    first, last = calendar.containing(times[0], grain), calendar.containing(times[1], grain)
    return first.start, max(last.end, last_day(first.end) + ONE_DAY)


def coverage(model: Model, profiles: Mapping[str, Profile], reads: frozenset[Read], as_of: dt.date) -> Coverage:
    """What each read covers."""
    return {
        read: covered(model, profiles[read.source], read.basis, as_of) for read in reads if read.basis != "timeless"
    }

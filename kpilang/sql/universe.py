"""The rows of a source that are the groups of folds, whether or not anything else has rows there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kpilang.model.expr import Column, Expr
from kpilang.model.nouns import DataSource
from kpilang.plan.folds import Gathering
from kpilang.plan.moments import Joint, Plain
from kpilang.plan.scans import Scan
from kpilang.result import Reason
from kpilang.sql import quote
from kpilang.sql.abreast import Groups, Names
from kpilang.sql.base import Base, Rows, cell
from kpilang.sql.readers import columns_of, keys_of
from kpilang.sql.values import DATE, Sql

# No instant of these days lies outside the years 1 to 9999, whatever the zone.
EARLIEST, LATEST = dt.date(1, 1, 2), dt.date(9999, 12, 30)


def universe(gathering: Gathering, base: Base, names: Names, kept: Sequence[Expr | None]) -> Groups:
    """Its rows as groups, and for each of some conditions (None is none) whether a row satisfies it: `u0`, `u1`, …"""
    assert gathering.source is not None
    source = base.model.sources[gathering.source]
    per = gathering.keys[source.name]
    scan = Scan(source.name, "timeless", None, gathering.scopes[source.name], (None,))
    rows = base.rows(scan, columns_of(base, scan, [*per, *kept]))
    own = keys_of(base, rows, per)
    named = "".join(f", {text} AS {name}" for text, name in zip(rows.members, names.members, strict=True))
    named += "".join(f", {key.text} AS {name}" for key, name in zip(own, names.keys, strict=True))
    tests = [*there(source, scan, base, rows), *(f"{key.text} IS NOT NULL" for key in own)]
    tests += base.sound(frozenset(node for key in per for node in key.walk() if isinstance(node, Column)), rows.aliases)
    where = f"{rows.where or ' WHERE TRUE'} AND {' AND '.join(tests)}"
    satisfied = "".join(
        f", {rows.scalars.predicate(each) if each is not None else 'TRUE'} AS u{number}"
        for number, each in enumerate(kept)
    )
    origin = f"{rows.origin}{combinations(source, gathering, base)}"
    columns = tuple(f"u{number}" for number in range(len(kept)))
    told = "".join(f", bool_or({column}) AS {column}" for column in columns)
    rows_there = f"SELECT i.n{named}{satisfied} {origin}{where}"
    return Groups(f"SELECT {names.listed}{told} FROM ({rows_there}) GROUP BY ALL", columns)


def there(source: DataSource, scan: Scan, base: Base, rows: Rows) -> list[str]:
    """Conditions that a row is there as of now."""
    if source.snapshot is not None:
        time = cell("r", base.tables[source.name], source.snapshot.name)
        return [] if source.planned else [f"{time.text} < {base.moment(time, base.now)}"]
    placed = replace(scan, basis="state" if source.starts is not None else "events")
    return base.there(source, placed, rows.scalars)


def combinations(source: DataSource, gathering: Gathering, base: Base) -> str:
    """A join with the combinations in which a row is a group: all of them, or those with a window in which it lives."""
    numbers = range(len(gathering.glances))
    if source.starts is None or source.snapshot is not None:
        return f" CROSS JOIN (VALUES {', '.join(f'({number})' for number in numbers)}) AS i(n)"
    start, end = base.life(source, "r")
    rows = {(number, stretch(window)) for number in numbers for window in windows(gathering, number)}
    values = ", ".join(
        f"({number}, {bounds(first, base)}, {bounds(last, base)}, {'TRUE' if first == last else 'FALSE'})"
        for number, (first, last) in sorted(rows)
    )
    begun = f"{start.text} < i.{side(start)}2"
    ended = f"{end.text} > i.{side(end)}1 OR (i.instant AND {end.text} = i.{side(end)}1)"
    return f" JOIN (VALUES {values}) AS i(n, d1, t1, d2, t2, instant) ON {begun} AND ({end.text} IS NULL OR {ended})"


def windows(gathering: Gathering, number: int) -> Iterable[Plain]:
    """Everything that is looked at in a combination; nothing inside a fold is looked at together with anything else."""
    seen = (each for each in gathering.glances[number] if not isinstance(each, Reason))
    return (window for each in seen for window in each if not isinstance(window, Joint))


def stretch(window: Plain) -> tuple[dt.date, dt.date]:
    """The days of a window: one day twice for an instant, all days where no time is looked at."""
    if window is None:
        return EARLIEST, LATEST
    return (window, window) if isinstance(window, dt.date) else window


def bounds(day: dt.date, base: Base) -> str:
    """A day as a date and as an instant."""
    return f"{quote.date(day)}, {quote.timestamp(base.model.calendar.instant(day))}"


def side(bound: Sql) -> str:
    """The column of `i` in the type of a bound, but for its end."""
    return "d" if bound.type == DATE else "t"

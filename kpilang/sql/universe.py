"""The rows of a source that are the groups of folds, whether or not anything else has rows there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from kpilang.model.expr import Column, Expr
from kpilang.model.nouns import DataSource
from kpilang.plan.folds import Gathering
from kpilang.plan.moments import Joint, Window
from kpilang.plan.scans import Scan
from kpilang.result import Reason
from kpilang.sql import quote
from kpilang.sql.abreast import Groups, Names, Seen
from kpilang.sql.base import Base, Rows, cell
from kpilang.sql.readers import columns_of, keys_of
from kpilang.sql.values import DATE, Sql

# No instant of these days lies outside the years 1 to 9999, whatever the zone.
EARLIEST, LATEST = dt.date(1, 1, 2), dt.date(9999, 12, 30)


class Flag(NamedTuple):
    """What makes a row a group of a fold: a condition (None is none), and looks in one of which it must be there."""

    kept: Expr | None
    looks: frozenset[int]


def universe(
    gathering: Gathering, base: Base, names: Names, flags: Sequence[Flag], looks: Mapping[tuple[int, Seen], int]
) -> Groups:
    """Its rows as groups, and for each flag whether it is met: `u0`, `u1`, …"""
    assert gathering.source is not None
    source = base.model.sources[gathering.source]
    per = gathering.keys[source.name]
    scan = Scan(source.name, "timeless", None, gathering.scopes[source.name], (None,))
    rows = base.rows(scan, columns_of(base, scan, [*per, *(flag.kept for flag in flags)]))
    own = keys_of(base, rows, per)
    named = "".join(f", {text} AS {name}" for text, name in zip(rows.members, names.members, strict=True))
    named += "".join(f", {key.text} AS {name}" for key, name in zip(own, names.keys, strict=True))
    tests = [*there(source, scan, base, rows), *(f"{key.text} IS NOT NULL" for key in own)]
    tests += base.sound(frozenset(node for key in per for node in key.walk() if isinstance(node, Column)), rows.aliases)
    where = f"{rows.where or ' WHERE TRUE'} AND {' AND '.join(tests)}"
    lives = source.starts is not None and source.snapshot is None
    met = "".join(f", bool_or({test(flag, rows, lives=lives)}) AS u{number}" for number, flag in enumerate(flags))
    seen = living(source, looks, base) if lives else everywhere(len(gathering.glances))
    query = f"SELECT i.n{named}{met} {rows.origin}{seen}{where} GROUP BY ALL"
    columns = tuple(f"u{number}" for number in range(len(flags)))
    return Groups(f"SELECT {', '.join([names.listed, *columns])} FROM ({query})", columns)


def test(flag: Flag, rows: Rows, *, lives: bool) -> str:
    """Whether a row meets a flag in a look."""
    found = [f"i.look IN ({', '.join(map(str, sorted(flag.looks)))})"] if lives else []
    found += [rows.scalars.predicate(flag.kept)] if flag.kept is not None else []
    return " AND ".join(found) or "TRUE"


def there(source: DataSource, scan: Scan, base: Base, rows: Rows) -> list[str]:
    """Conditions that a row is there as of now."""
    if source.snapshot is not None:
        time = cell("r", base.tables[source.name], source.snapshot.name)
        return [] if source.planned else [f"{time.text} < {base.moment(time, base.now)}"]
    placed = replace(scan, basis="state" if source.starts is not None else "events")
    return base.there(source, placed, rows.scalars)


def everywhere(combinations: int) -> str:
    """A join with all combinations."""
    return f" CROSS JOIN (VALUES {', '.join(f'({number})' for number in range(combinations))}) AS i(n)"


def living(source: DataSource, looks: Mapping[tuple[int, Seen], int], base: Base) -> str:
    """A join with the combinations and looks in a window of which a row lives."""
    start, end = base.life(source, "r")
    rows = [
        (number, look, *stretch(window))
        for (_, seen), look in looks.items()
        for number, window in enumerate(seen)
        if not isinstance(window, Reason)
    ]
    values = ", ".join(
        f"({number}, {look}, {bounds(first, base)}, {bounds(last, base)}, {first == last})"
        for number, look, first, last in rows
    )
    begun = f"{start.text} < i.{side(start)}2"
    ended = f"{end.text} > i.{side(end)}1 OR (i.instant AND {end.text} = i.{side(end)}1)"
    return (
        f" JOIN (VALUES {values}) AS i(n, look, d1, t1, d2, t2, instant) ON {begun} AND ({end.text} IS NULL OR {ended})"
    )


def stretch(window: Window) -> tuple[dt.date, dt.date]:
    """The days of a window: one day twice for an instant, all days where no time is looked at."""
    window = window.own if isinstance(window, Joint) else window
    if window is None:
        return EARLIEST, LATEST
    return (window, window) if isinstance(window, dt.date) else window


def bounds(day: dt.date, base: Base) -> str:
    """A day as a date and as an instant."""
    return f"{quote.date(day)}, {quote.timestamp(base.model.calendar.instant(day))}"


def side(bound: Sql) -> str:
    """The column of `i` in the type of a bound, but for its end."""
    return "d" if bound.type == DATE else "t"

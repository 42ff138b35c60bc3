"""One pass over a source before anything is computed: rows, first and last times, rows that have no place in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpilang.model.expr import Column, Expr
from kpilang.model.nouns import DataSource, Model, steps
from kpilang.plan.columns import reading_columns, reading_time, used
from kpilang.plan.facts import Loaded
from kpilang.plan.rows import Scope
from kpilang.plan.scans import Scan
from kpilang.sql import quote
from kpilang.sql.base import Base, cell
from kpilang.sql.scalars import DATE, Scalars, Sql

SAMPLE_ROWS = 100_000


@dataclass(frozen=True)
class Pass:
    """The statement, and what its columns are: (all, rows), (all, undecided), (basis, part), (unlinked, path), and
    (least, number) and (most, number) of the keys."""

    sql: str
    outputs: tuple[tuple[str, str], ...]


class Profiler:
    """Writes the pass over one source."""

    def __init__(self, model: Model, tables: Mapping[str, Loaded], base: Base) -> None:
        self.model, self.tables, self.base = model, tables, base

    def write(
        self,
        source: DataSource,
        kinds: frozenset[str],
        columns: frozenset[Column],
        scope: Scope,
        keys: tuple[Column, ...] = (),
        *,
        closely: bool = False,
    ) -> Pass:
        """`kinds` are the bases it is read by, `columns` those that lead along links, `keys` whole-number columns whose
        least and most value are wanted. Rows after the as-of date are told apart only when looked at `closely`."""
        clock = next((column for kind in sorted(kinds) if (column := self.placing(source, kind)) is not None), None)
        scan = Scan(source.name, "timeless", clock, Scope(None, (), ()), ())
        wanted = columns | ({clock} if clock is not None else frozenset())
        paths = self.base.paths(frozenset(column for column in wanted if column.source == source.name))
        aliases = {(): "r", **{path: f"l{number}" for number, path in enumerate(paths, 1)}}
        scalars = Scalars(lambda column: self.base.column(column, aliases), self.model.calendar)
        time = scalars.column(clock) if clock is not None else None
        parts: dict[tuple[str, str], str] = {("all", "rows"): "COUNT(*)"}
        for kind in sorted(kinds):
            parts.update(self.times(source, kind, scalars, closely=closely))
        for path in paths:
            parts.update(self.unlinked(source, path, aliases))
        if scope.where is not None and (empty := f"({scalars.undecided(scope.where)}) IS NULL"):
            parts["all", "undecided"] = f"SUM(CASE WHEN {empty} THEN 1 ELSE 0 END)"
        for number, key in enumerate(keys):
            parts["least", str(number)] = f"MIN({self.base.stored(key, aliases).text})"
            parts["most", str(number)] = f"MAX({self.base.stored(key, aliases).text})"
        joins = "".join(self.base.join(scan, path, aliases, scalars, time) for path in paths)
        sql = f"SELECT {', '.join(parts.values())} FROM {self.tables[source.name].relation} AS r{joins}"
        return Pass(sql, tuple(parts))

    def sample(
        self, source: DataSource, kinds: frozenset[str], columns: tuple[Column, ...], members: tuple[Expr, ...]
    ) -> str:
        """About how many values each of these columns has, then how many members there are, in the first rows."""
        clock = next((column for kind in sorted(kinds) if (column := self.placing(source, kind)) is not None), None)
        scan = Scan(source.name, "timeless", clock, Scope(None, (), ()), ())
        paths = self.base.paths(frozenset(used([*columns, *members, clock])))
        aliases = {(): "r", **{path: f"l{number}" for number, path in enumerate(paths, 1)}}
        scalars = Scalars(lambda column: self.base.column(column, aliases), self.model.calendar)
        time = scalars.column(clock) if clock is not None else None
        counts = [f"approx_count_distinct({scalars.value(column).text})" for column in columns]
        values = ", ".join(scalars.value(member).text for member in members)
        counts.append(f"approx_count_distinct(ROW({values}))" if members else "1")
        joins = "".join(self.base.join(scan, path, aliases, scalars, time) for path in paths)
        rows = f"(SELECT * FROM {self.tables[source.name].relation} LIMIT {SAMPLE_ROWS})"
        return f"SELECT {', '.join(counts)} FROM {rows} AS r{joins}"

    def times(self, source: DataSource, kind: str, scalars: Scalars, *, closely: bool) -> dict[tuple[str, str], str]:
        """First and last time, and how many rows have none. `closely` leaves rows after now out, and counts them."""
        column = self.placing(source, kind)
        if column is None:
            return {}
        time = scalars.column(column)
        if source.starts is not None and source.snapshot is None and (kind == "state" or source.time is None):
            return self.lives(source, kind, time, scalars)
        known = f"{time.text} < {self.base.moment(time, self.base.now)}"
        shown = f"CASE WHEN {known} THEN {time.text} END" if closely and not source.planned else time.text
        found = {
            (kind, "first"): f"MIN({shown})",
            (kind, "last"): f"MAX({shown})",
            (kind, "without"): f"COUNT(*) - COUNT({time.text})",
        }
        if closely and not source.planned:
            found[kind, "after"] = f"COUNT({time.text}) - COUNT({shown})"
        return found

    def lives(self, source: DataSource, kind: str, time: Sql, scalars: Scalars) -> dict[tuple[str, str], str]:
        """The same of a source that lives, whose rows are well formed when they do not end before they start."""
        assert source.ends is not None
        known = "TRUE" if source.planned else f"{time.text} < {self.base.moment(time, self.base.now)}"
        start, end = scalars.alike(time, scalars.column(source.ends))
        formed = f"{known} AND NOT COALESCE({end.text} < {start.text}, FALSE)"
        return {
            (kind, "first"): f"MIN(CASE WHEN {formed} THEN {time.text} END)",
            (kind, "last"): f"MAX(CASE WHEN {formed} THEN {time.text} END)",
            (kind, "without"): f"COUNT(*) - COUNT({time.text})",
            (kind, "after"): f"SUM(CASE WHEN NOT ({known}) THEN 1 ELSE 0 END)",
            (kind, "reversed"): f"SUM(CASE WHEN {end.text} < {start.text} THEN 1 ELSE 0 END)",
        }

    def placing(self, source: DataSource, kind: str) -> Column | None:
        """The column by which rows come first and last."""
        if kind == "timeless":
            return None
        return reading_columns(source)[0] if kind == "state" else source.time or source.starts

    def unlinked(
        self, source: DataSource, path: tuple[str, ...], aliases: Mapping[tuple[str, ...], str]
    ) -> dict[tuple[str, str], str]:
        """Rows that find no partner along a link that is not optional, though they did along those before it."""
        *_, (_, link, there) = steps(self.model.sources, source.name, path)
        if link.optional:
            return {}
        tests = [f"{self.partner(there, aliases[path])} IS NULL"]
        if len(path) > 1:
            *_, (_, _, here) = steps(self.model.sources, source.name, path[:-1])
            tests.append(f"{self.partner(here, aliases[path[:-1]])} IS NOT NULL")
        return {("unlinked", ".".join(path)): f"SUM(CASE WHEN {' AND '.join(tests)} THEN 1 ELSE 0 END)"}

    def partner(self, there: DataSource, alias: str) -> str:
        return cell(alias, self.tables[there.name], there.key[0]).text


def duplicate_keys(source: DataSource, table: Loaded, base: Base) -> str:
    """How many keys of a source stand on more than one row that is there."""
    keys = [cell("r", table, name).text for name in source.key]
    present = " AND ".join([*(f"{key} IS NOT NULL" for key in keys), *base.begun(source, "r")])
    grouped = f"SELECT 1 FROM {table.relation} AS r WHERE {present} GROUP BY {', '.join(keys)} HAVING COUNT(*) > 1"
    return f"SELECT COUNT(*) FROM ({grouped})"


def overlaps(source: DataSource, table: Loaded, base: Base) -> str:
    """How many rows of a source that lives begin before the row of the same key before them has ended."""
    start, end = base.life(source, "r")
    keys = [cell("r", table, name).text for name in source.key]
    begun = f"{start.text} IS NOT NULL" if source.planned else f"{start.text} < {base.moment(start, base.now)}"
    present = " AND ".join([*(f"{key} IS NOT NULL" for key in keys), begun])
    first, last = Scalars(lambda _: start, base.model.calendar).alike(start, end)
    present = f"{present} AND ({end.text} IS NULL OR {last.text} > {first.text})"
    beside = f"lead({first.text}) OVER (PARTITION BY {', '.join(keys)} ORDER BY {first.text})"
    inner = f"SELECT {last.text} AS until, {beside} AS beside FROM {table.relation} AS r WHERE {present}"
    return f"SELECT COUNT(*) FROM ({inner}) WHERE beside IS NOT NULL AND (until IS NULL OR beside < until)"


def tied_changes(source: DataSource, table: Loaded, base: Base) -> str:
    """How many times a key has two readings at one time, among those that are there."""
    assert source.snapshot is not None
    columns = [cell("r", table, name).text for name in (*source.key, source.snapshot.name)]
    present = " AND ".join([*(f"{column} IS NOT NULL" for column in columns), *base.begun(source, "r")])
    grouped = f"SELECT 1 FROM {table.relation} AS r WHERE {present} GROUP BY {', '.join(columns)} HAVING COUNT(*) > 1"
    return f"SELECT COUNT(*) FROM ({grouped})"


def newest_readings(source: DataSource, table: Loaded, base: Base, days: Iterable[dt.date]) -> str:
    """For each day, by its number, the newest reading before it begins."""
    reading = reading_time(source)
    assert reading is not None
    time = cell("r", table, reading.name)
    bound = "i.d" if time.type == DATE else "i.t"
    values = ", ".join(
        f"({number}, {quote.date(day)}, {quote.timestamp(base.model.calendar.instant(day))})"
        for number, day in enumerate(days)
    )
    return (
        f"SELECT i.w, MAX({time.text}) FROM {table.relation} AS r "
        f"JOIN (VALUES {values}) AS i(w, d, t) ON {time.text} < {bound} GROUP BY i.w"
    )


__all__ = ["Pass", "Profiler", "Sql", "duplicate_keys", "newest_readings", "overlaps", "tied_changes"]

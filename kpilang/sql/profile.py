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
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import DATE, Sql

SAMPLE_ROWS = 100_000
FIRST_FEW = 3


@dataclass(frozen=True)
class Pass:
    """The statement, and what its columns are: (all, rows), (all, undecided), (basis, part), (unlinked, path), and
    (least, number) and (most, number) of the keys, (empty, number) of the columns that are summed."""

    sql: str
    outputs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Ground:
    """What a pass over a source stands on: paths of links, the alias of each, its columns as SQL, the joins, and the
    column that gives rows their time."""

    paths: list[tuple[str, ...]]
    aliases: Mapping[tuple[str, ...], str]
    scalars: Scalars
    joins: str
    clock: Column | None


class Profiler:
    """Writes the pass over one source; `doubled` where links may find more than one row, so that rows are told apart."""

    def __init__(self, model: Model, tables: Mapping[str, Loaded], base: Base, *, doubled: bool = False) -> None:
        self.model, self.tables, self.base, self.doubled = model, tables, base, doubled

    def write(
        self,
        source: DataSource,
        kinds: frozenset[str],
        columns: frozenset[Column],
        scope: Scope,
        keys: tuple[Column, ...] = (),
        summed: tuple[Column, ...] = (),
        *,
        closely: bool = False,
    ) -> Pass:
        """`kinds` are the bases it is read by, `columns` those that lead along links, `keys` whole-number columns whose
        least and most value are wanted, `summed` those whose empty cells are counted. Rows after the as-of date are told apart only when looked at `closely`."""
        ground = self.ground(source, kinds, columns)
        scalars, aliases = ground.scalars, ground.aliases
        parts: dict[tuple[str, str], str] = {("all", "rows"): "COUNT(*)"}
        for kind in sorted(kinds):
            parts.update(self.times(source, kind, scalars, closely=closely))
        for path in ground.paths:
            if self.base.ways.step(source.name, path) is None:
                parts.update(self.unlinked(source, path, ground, closely=closely))
        parts.update(self.keyless(source, ground))
        if scope.where is not None and (empty := f"({scalars.undecided(scope.where)}) IS NULL"):
            parts["all", "undecided"] = self.count(empty)
        for number, key in enumerate(keys):
            parts["least", str(number)] = f"MIN({self.base.stored(key, aliases).text})"
            parts["most", str(number)] = f"MAX({self.base.stored(key, aliases).text})"
        for number, column in enumerate(summed):
            parts["empty", str(number)] = f"COUNT(*) - COUNT({self.base.stored(column, aliases).text})"
        sql = f"SELECT {', '.join(parts.values())} FROM {self.tables[source.name].relation} AS r{ground.joins}"
        return Pass(sql, tuple(parts))

    def count(self, test: str) -> str:
        """How many rows pass a test."""
        if self.doubled:
            return f'COUNT(DISTINCT CASE WHEN {test} THEN r."row" END)'
        return f"SUM(CASE WHEN {test} THEN 1 ELSE 0 END)"

    def untimed(self, time: Sql) -> str:
        """How many rows have no time."""
        return self.count(f"{time.text} IS NULL") if self.doubled else f"COUNT(*) - COUNT({time.text})"

    def ground(self, source: DataSource, kinds: frozenset[str], columns: Iterable[Column]) -> Ground:
        """What a pass stands on when the source is read by some bases and columns of it are led to along links."""
        clock = next((column for kind in sorted(kinds) if (column := self.placing(source, kind)) is not None), None)
        scan = Scan(source.name, "timeless", clock, Scope(None, (), ()), ())
        led = {column for column in columns if column.source == source.name}
        paths = self.base.paths(frozenset(led | ({clock} if clock is not None else set())))
        aliases = {(): "r", **{path: f"l{number}" for number, path in enumerate(paths, 1)}}
        scalars = Scalars(lambda column: self.base.column(column, aliases), self.model.calendar)
        time = scalars.column(clock) if clock is not None else None
        joins = "".join(self.base.join(scan, path, aliases, scalars, time) for path in paths)
        return Ground(paths, aliases, scalars, joins, clock)

    def sample(
        self, source: DataSource, kinds: frozenset[str], columns: tuple[Column, ...], members: tuple[Expr, ...]
    ) -> str:
        """About how many values each of these columns has, then how many members there are, in the first rows."""
        ground = self.ground(source, kinds, used([*columns, *members]))
        scalars = ground.scalars
        counts = [f"approx_count_distinct({scalars.value(column).text})" for column in columns]
        values = ", ".join(scalars.value(member).text for member in members)
        counts.append(f"approx_count_distinct(ROW({values}))" if members else "1")
        rows = f"(SELECT * FROM {self.tables[source.name].relation} LIMIT {SAMPLE_ROWS})"
        return f"SELECT {', '.join(counts)} FROM {rows} AS r{ground.joins}"

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
            (kind, "without"): self.untimed(time),
        }
        if closely and not source.planned:
            late = f"{time.text} IS NOT NULL AND NOT ({known})"
            found[kind, "after"] = self.count(late) if self.doubled else f"COUNT({time.text}) - COUNT({shown})"
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
            (kind, "without"): self.untimed(time),
            (kind, "after"): self.count(f"NOT ({known})"),
            (kind, "reversed"): self.count(f"{end.text} < {start.text}"),
        }

    def examples(
        self, source: DataSource, kinds: frozenset[str], columns: frozenset[Column], kind: str, part: str
    ) -> str:
        """The first rows that a part of the pass counted: the number of each, then what tells it to people: the cells of a
        link without partner, the time that is not there yet, the ends of a life, or the key of a row without time."""
        ground = self.ground(source, kinds, columns)
        if kind == "unlinked":
            path = tuple(part.split("."))
            *_, (_, link, _) = steps(self.model.sources, source.name, path)
            near = (self.base.ways.own(source.name, path[:-1], name) for name in link.columns)
            shown = [self.base.stored(column, ground.aliases).text for column in near]
            test = self.alone(source, path, ground, closely=True)
        else:
            column = self.placing(source, kind)
            assert column is not None
            shown, test = self.misplaced(source, part, ground.scalars.column(column), ground.scalars)
        values = ", ".join(['r."row"', *shown])
        origin = f"FROM {self.tables[source.name].relation} AS r{ground.joins}"
        return f'SELECT DISTINCT {values} {origin} WHERE {test} ORDER BY r."row" LIMIT {FIRST_FEW}'

    def misplaced(self, source: DataSource, part: str, time: Sql, scalars: Scalars) -> tuple[list[str], str]:
        """What to show of rows that have no place in time, and the test that finds them."""
        table = self.tables[source.name]
        if part == "without":
            keys = [cell("r", table, name).text for name in source.key if name in table.columns]
            return keys, f"{time.text} IS NULL"
        if part == "after":
            return [time.text], f"{time.text} >= {self.base.moment(time, self.base.now)}"
        assert source.ends is not None
        end = scalars.column(source.ends)
        first, last = scalars.alike(time, end)
        return [time.text, end.text], f"{last.text} < {first.text}"

    def placing(self, source: DataSource, kind: str) -> Column | None:
        """The column by which rows come first and last."""
        if kind == "timeless":
            return None
        return reading_columns(source)[0] if kind == "state" else source.time or source.starts

    def unlinked(
        self, source: DataSource, path: tuple[str, ...], ground: Ground, *, closely: bool
    ) -> dict[tuple[str, str], str]:
        """Rows that find no partner along a link that is not optional, though they did along those before it."""
        *_, (_, link, _) = steps(self.model.sources, source.name, path)
        if link.optional:
            return {}
        return {("unlinked", ".".join(path)): self.count(self.alone(source, path, ground, closely=closely))}

    def keyless(self, source: DataSource, ground: Ground) -> dict[tuple[str, str], str]:
        """Rows without a key of its own that columns were worked out for."""
        found = {}
        for group in self.base.ways.made:
            if group.base == source.name and all(
                isinstance(key, Column) and not self.base.ways.to(key) for key in group.keys
            ):
                cells = [self.base.stored(key, ground.aliases).text for key in group.keys if isinstance(key, Column)]
                found["keyless", group.step] = self.count(" OR ".join(f"{each} IS NULL" for each in cells))
        return found

    def alone(self, source: DataSource, path: tuple[str, ...], ground: Ground, *, closely: bool) -> str:
        """The test that a row which has its place in time has no partner at the end of a path, though it has those before
        it. Rows after the as-of date are told apart only when looked at `closely`."""
        *_, (_, _, there) = steps(self.model.sources, source.name, path)
        tests = [f"{self.partner(there, ground.aliases[path])} IS NULL"]
        if len(path) > 1:
            *_, (_, _, here) = steps(self.model.sources, source.name, path[:-1])
            tests.append(f"{self.partner(here, ground.aliases[path[:-1]])} IS NOT NULL")
        if ground.clock is not None:
            time = ground.scalars.column(ground.clock)
            known = closely and not source.planned
            tests.append(
                f"{time.text} < {self.base.moment(time, self.base.now)}" if known else f"{time.text} IS NOT NULL"
            )
        return " AND ".join(tests)

    def partner(self, there: DataSource, alias: str) -> str:
        return cell(alias, self.tables[there.name], there.key[0]).text


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


def around(table: Loaded, columns: Iterable[str], base: Base) -> str:
    """By each of these columns the last time that is there as of now, then by each the first that is not yet."""
    cells = [cell("r", table, name) for name in columns]
    tests = [(time.text, f"{time.text} < {base.moment(time, base.now)}") for time in cells]
    known = [f"MAX(CASE WHEN {test} THEN {time} END)" for time, test in tests]
    ahead = [f"MIN(CASE WHEN NOT ({test}) THEN {time} END)" for time, test in tests]
    return f"SELECT {', '.join((*known, *ahead))} FROM {table.relation} AS r"


def read_through(relation: str) -> str:
    """A statement that reads every cell of what stands after FROM."""
    return f"SELECT bit_xor(hash(part)) FROM {relation} AS part"

"""The rows of one scan as SQL: which relation, which joins, which filter, and which window each row falls into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpilang.model.expr import Column, Expr
from kpilang.model.groups import Group
from kpilang.model.nouns import DataSource, Model, reached, steps
from kpilang.model.types import Kind
from kpilang.plan.columns import reading_time
from kpilang.plan.exchange import Exchange
from kpilang.plan.facts import Loaded
from kpilang.plan.moments import Window
from kpilang.plan.scans import Scan
from kpilang.sql import quote
from kpilang.sql.exchange import Exchanges
from kpilang.sql.life import Life, life
from kpilang.sql.ruler import Ruler
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import DATE, TEXT, Sql
from kpilang.sql.ways import Ways


def cell(alias: str, table: Loaded, column: str) -> Sql:
    """A column of a typed relation."""
    return Sql(f"{alias}.{quote.identifier('c_' + column)}", table.columns[column])


@dataclass(frozen=True)
class Traits:
    """What is known of columns: `tame` are binary ones whose numbers are of middling size, so that sums are easily exact;
    `filled` have no empty cell. `linked` are, by source, the paths of links along which every row that has its time finds
    a partner."""

    tame: frozenset[Column] = frozenset()
    filled: frozenset[Column] = frozenset()
    linked: frozenset[tuple[str, tuple[str, ...]]] = frozenset()


@dataclass(frozen=True)
class Rows:
    """The FROM and WHERE of a scan, and what to select there.

    `window` is an expression that numbers the window of a row (`numbers` leads from there to windows); where windows
    overlap it numbers the slot between two cuts, and `spans` tells (window, first slot, last slot). `time` is the row's
    own time: of its event, its reading, or the beginning of its life; `life` is set where lives are measured, `rated` tells of
    the rates that rows are joined to.
    """

    origin: str
    where: str
    window: str
    numbers: Mapping[int, int]
    spans: tuple[tuple[int, int, int], ...] | None
    members: tuple[str, ...]
    scalars: Scalars
    time: Sql | None
    life: Life | None
    aliases: Mapping[tuple[str, ...], str]
    ruler: Ruler | None = None
    rated: Exchanges | None = None

    @property
    def text(self) -> str:
        return self.origin + self.where


class Base:
    """Writes the rows of a scan over loaded tables; `skip` leaves out rows with a bad cell among those used, and
    without `exact` all numbers are binary, which are inexact and never too large."""

    traits = Traits()

    def __init__(
        self,
        model: Model,
        tables: Mapping[str, Loaded],
        as_of: dt.date,
        *,
        skip: bool,
        exact: bool = True,
        ways: Ways | None = None,
    ) -> None:
        self.model, self.tables, self.skip = model, tables, skip
        self.ways = ways or Ways(model)
        self.as_of, self.now = as_of, as_of + dt.timedelta(days=1)
        self.exact = exact

    @property
    def skips(self) -> bool:
        """Whether there are bad cells whose rows are left out."""
        return self.skip and any(table.bad for table in self.tables.values())

    def binary(self) -> Base:
        """The same with binary numbers."""
        return Base(self.model, self.tables, self.as_of, skip=self.skip, exact=False, ways=self.ways)

    def as_known(self, as_of: dt.date) -> Base:
        """The same as of another date."""
        return Base(self.model, self.tables, as_of, skip=self.skip, exact=self.exact, ways=self.ways)

    def stored_type(self, column: Column) -> str:
        """The SQL type a column is stored in."""
        group = self.ways.group(column)
        if group is not None:
            return self.ways.made[group].columns[column.name]
        source = reached(self.model.sources, column.source, column.links)
        return self.tables[source.name].columns[column.name]

    def rows(self, scan: Scan, columns: frozenset[Column], converted: Sequence[Exchange] = ()) -> Rows:
        """The rows of a scan with all the links that `columns` lead along, and the rates by which some are `converted`."""
        source = self.model.sources[scan.source]
        paths = self.paths(columns)
        aliases = {(): "r", **{path: f"l{number}" for number, path in enumerate(paths, 1)}}
        scalars = Scalars(lambda column: self.column(column, aliases), self.model.calendar)
        relation, bounds = self.relation(source, scan.basis)
        lived = life(*bounds, scalars) if bounds is not None and scan.basis == "life" else None
        clock = scalars.column(scan.clock) if scan.clock is not None else None
        if scan.basis == "ever" and bounds is not None:
            clock = bounds[0]
        joins = [] if scan.basis != "state" else [self.instants(scan.windows, bounds)]
        if lived is not None:
            clock, scalars.alive = lived.first, lived.length
            joins.append(lived.join(scan.windows, self.model.calendar))
        joins.extend(self.join(scan, path, aliases, scalars, clock) for path in paths)
        rated = Exchanges(self.model, self.tables, self.now, scalars, bounds[0] if bounds else clock)
        whole = scan.basis == "events" and any(item.rule != "day" for item in converted)
        joins.extend([*([rated.windowed(scan.windows)] if whole else []), *rated.joined(converted, scan.windows)])
        ruler = None
        if scan.basis == "events" and clock is not None and not whole:
            ruler = Ruler(scan.windows, clock, scalars)
        tests = [*self.there(source, scan, scalars), *([ruler.inside] if ruler else [])]
        if scan.scope.where is not None:
            tests.append(scalars.choosing(scan.scope.where))
        tests.extend(self.sound(self.selecting(scan), aliases))
        if scan.basis == "ever" and bounds is not None:
            tests.append(self.lasted(*bounds, scalars))
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        return Rows(
            origin=f"FROM {relation} AS r{''.join(joins)}",
            where=where,
            window=ruler.number if ruler else ("i.n" if joins_windows(scan) or whole else "0"),
            numbers=ruler.numbers if ruler else {number: number for number in range(len(scan.windows))},
            spans=ruler.spans if ruler else None,
            members=tuple(scalars.shown(scalars.value(member)) for member in scan.scope.members),
            scalars=scalars,
            time=bounds[0] if bounds else clock,
            life=lived,
            aliases=aliases,
            ruler=ruler,
            rated=rated,
        )

    # ---- columns and links

    def paths(self, columns: frozenset[Column]) -> list[tuple[str, ...]]:
        """Every path of links that is walked, shorter ones first, with the steps to what is worked out for a key."""
        return self.ways.walked(columns)

    def column(self, column: Column, aliases: Mapping[tuple[str, ...], str]) -> Sql:
        found = self.stored(column, aliases)
        if column.type.kind is Kind.TEXT and found.type != TEXT:
            return Sql(f"CAST({found.text} AS VARCHAR)", TEXT)
        return found if self.exact or column.type.kind is not Kind.NUMBER else found.double()

    def raw(self, expr: Expr, rows: Rows) -> Sql:
        """A key to tell apart or count: a column as it is stored, any other expression as a value."""
        return self.stored(expr, rows.aliases) if isinstance(expr, Column) else rows.scalars.value(expr)

    def stored(self, column: Column, aliases: Mapping[tuple[str, ...], str]) -> Sql:
        """A column as it is stored: a key may be a whole number there, though it is text by its declaration."""
        group = self.ways.group(column)
        if group is not None:
            alias = aliases[(*column.links, group.step)]
            return Sql(f"{alias}.{quote.identifier('c_' + column.name)}", self.ways.made[group].columns[column.name])
        source = reached(self.model.sources, column.source, column.links)
        return cell(aliases[column.links], self.tables[source.name], column.name)

    def join(
        self,
        scan: Scan,
        path: tuple[str, ...],
        aliases: Mapping[tuple[str, ...], str],
        scalars: Scalars,
        clock: Sql | None,
    ) -> str:
        """A join along the last link of a path, to the row that holds at the row's own time; rows without one stay."""
        group = self.ways.step(scan.source, path)
        kind = "JOIN" if self.complete(scan, path) else "LEFT JOIN"
        if group is not None:
            return f" {kind} {self.beside(scan.source, path, group, aliases, scalars)}"
        *_, (_, link, there) = steps(self.model.sources, scan.source, path)
        near = [self.stored(self.ways.own(scan.source, path[:-1], name), aliases) for name in link.columns]
        far = aliases[path]
        table = self.tables[there.name]
        pairs = zip(near, there.key, strict=True)
        tests = [same_key(mine, cell(far, table, key)) for mine, key in pairs]
        tests.extend(self.begun(there, far))
        if there.starts is not None:
            tests.extend(self.alive(there, far, scalars, clock) if clock or scan.basis == "state" else ["FALSE"])
        return f" {kind} {table.relation} AS {far} ON {' AND '.join(tests)}"

    def beside(
        self, source: str, path: tuple[str, ...], group: Group, aliases: Mapping[tuple[str, ...], str], scalars: Scalars
    ) -> str:
        """What was worked out for the key of a row, and the condition that it is this row's."""
        made, alias = self.ways.made[group], aliases[path]
        tests = []
        for number, key in enumerate(self.ways.keys(source, path, group)):
            near = self.stored(key, aliases) if isinstance(key, Column) else scalars.value(key)
            tests.append(same_key(near, Sql(f"{alias}.k{number}", made.keys[number])))
        return f"{made.name} AS {alias} ON {' AND '.join(tests)}"

    def complete(self, scan: Scan, path: tuple[str, ...]) -> bool:
        """Whether no row of a scan is without partner anywhere along a path: an inner join, which costs half, does then."""
        source = self.model.sources[scan.source]
        if scan.basis != "events" or source.time is None or source.starts is not None or source.snapshot is not None:
            return False
        links = path if self.ways.step(source.name, path) is None else path[:-1]
        return all((source.name, path[:length]) in self.traits.linked for length in range(1, len(path) + 1)) and all(
            reached(self.model.sources, source.name, links[:length]).starts is None
            for length in range(1, len(links) + 1)
        )

    def alive(self, there: DataSource, alias: str, scalars: Scalars, clock: Sql | None) -> list[str]:
        """Conditions that a row of a source that lives holds at the event's time, or just before an instant."""
        start, end = self.life(there, alias)
        if clock is None:
            return [*before(start), f"({end.text} IS NULL OR {end.text} >= {boundary(end)})"]
        first, time = scalars.alike(start, clock)
        last, same = scalars.alike(end, clock)
        return [f"{first.text} <= {time.text}", f"({last.text} IS NULL OR {last.text} > {same.text})"]

    def begun(self, there: DataSource, alias: str) -> list[str]:
        """Conditions that the partner is there as of now."""
        own = there.time or there.snapshot
        if own is None or own.links or there.planned:
            return []
        time = cell(alias, self.tables[there.name], own.name)
        return [f"{time.text} < {self.moment(time, self.now)}"]

    def life(self, source: DataSource, alias: str) -> tuple[Sql, Sql]:
        """From when and until when (exclusive) a row of a source that lives holds."""
        assert source.starts is not None
        assert source.ends is not None
        table = self.tables[source.name]
        start, end = cell(alias, table, source.starts.name), cell(alias, table, source.ends.name)
        return start, Sql(f"({end.text} + 1)", DATE) if source.through else end

    # ---- the relation and its windows

    def relation(self, source: DataSource, basis: str) -> tuple[str, tuple[Sql, Sql] | None]:
        """The relation to read; for states also from when and until when each of its rows holds."""
        table = self.tables[source.name]
        if basis not in ("state", "life", "ever"):
            return table.relation, None
        reading = reading_time(source) if basis != "life" else None
        if reading is None:
            return table.relation, self.life(source, "r")
        time = cell("t", table, reading.name)
        if source.changes:
            until = self.next_change(source, table, time)
            inner = f"SELECT t.*, {until} AS until FROM {table.relation} AS t"
        else:
            readings = f"(SELECT reading, lead(reading) OVER (ORDER BY reading) AS until FROM (SELECT DISTINCT {time.text} AS reading FROM {table.relation} AS t))"
            inner = f"SELECT t.*, n.until FROM {table.relation} AS t JOIN {readings} AS n ON {time.text} = n.reading"
        return f"({inner})", (cell("r", table, reading.name), Sql("r.until", time.type))

    def next_change(self, source: DataSource, table: Loaded, time: Sql) -> str:
        """Until when a reading of a change holds: the next of its key, at most as long as it is carried."""
        keys = ", ".join(cell("t", table, name).text for name in source.key)
        following = f"lead({time.text}) OVER (PARTITION BY {keys} ORDER BY {time.text})"
        if source.carried is None:
            return following
        carried = f"to_microseconds({source.carried // dt.timedelta(microseconds=1)})"
        limit = f"CAST({time.text} + {carried} AS {time.type})"
        return f"LEAST(COALESCE({following}, {limit}), {limit})"

    def instants(self, windows: tuple[Window, ...], bounds: tuple[Sql, Sql] | None) -> str:
        """A join with the days just before whose start a state is taken."""
        assert bounds is not None
        start, end = bounds
        values = ", ".join(
            f"({number}, {quote.date(day)}, {quote.timestamp(self.model.calendar.instant(day))})"
            for number, day in enumerate(windows)
            if isinstance(day, dt.date)
        )
        tests = [*before(start), f"({end.text} IS NULL OR {end.text} >= {boundary(end)})"]
        return f" JOIN (VALUES {values}) AS i(n, d, t) ON {' AND '.join(tests)}"

    def there(self, source: DataSource, scan: Scan, scalars: Scalars) -> list[str]:
        """Conditions that a row is there as of now: its time is not after it, its life has begun and is well formed."""
        if scan.basis == "events" and source.time is not None:
            time = scalars.column(source.time)
            return [f"{time.text} IS NOT NULL" if source.planned else f"{time.text} < {self.moment(time, self.now)}"]
        if source.timeless and scan.clock is not None and not source.planned:
            clock = scalars.column(scan.clock)
            return [f"{clock.text} < {self.moment(clock, self.now)}"]
        if source.starts is None or scan.basis == "timeless" or source.snapshot is not None:
            return []
        start, _ = self.life(source, "r")
        table = self.tables[source.name]
        assert source.ends is not None
        end = cell("r", table, source.ends.name)
        first, last = Scalars(lambda _: start, self.model.calendar).alike(start, end)
        known = f"{start.text} < {self.moment(start, self.now)}" if not source.planned else f"{start.text} IS NOT NULL"
        return [known, f"({end.text} IS NULL OR {last.text} >= {first.text})"]

    def moment(self, bound: Sql, day: dt.date) -> str:
        """The start of a day in the type of a bound."""
        return quote.date(day) if bound.type == DATE else quote.timestamp(self.model.calendar.instant(day))

    def lasted(self, start: Sql, end: Sql, scalars: Scalars) -> str:
        """The condition that a row holds at some instant at all."""
        first, last = scalars.alike(start, end)
        return f"({end.text} IS NULL OR {last.text} > {first.text})"

    # ---- bad cells

    def selecting(self, scan: Scan) -> frozenset[Column]:
        """The columns that decide whether a row is seen at all, and under which member."""
        exprs = [*scan.scope.members, *([scan.scope.where] if scan.scope.where is not None else [])]
        return frozenset(node for expr in exprs for node in expr.walk() if isinstance(node, Column))

    def sound(self, columns: frozenset[Column], aliases: Mapping[tuple[str, ...], str]) -> list[str]:
        """Conditions that none of these columns has a bad cell in the row, where such rows are to be left out."""
        if not self.skip:
            return []
        masks: dict[str, int] = {}
        for column in self.ways.of_row(columns):
            name = reached(self.model.sources, column.source, column.links).name
            bit = self.tables[name].bad.get(column.name)
            if bit is not None:
                alias = aliases[column.links]
                masks[alias] = masks.get(alias, 0) | (1 << bit)
        return [f"COALESCE({alias}.bad & {mask} = 0, TRUE)" for alias, mask in sorted(masks.items())]


def joins_windows(scan: Scan) -> bool:
    """Whether the rows of a scan are joined with its windows: a row may hold in many of them."""
    return scan.basis in ("state", "life")


def same_key(left: Sql, right: Sql) -> str:
    """Whether two keys are the same text, however they are stored."""
    if (left.type == TEXT) == (right.type == TEXT):
        return f"{left.text} = {right.text}"
    return f"CAST({left.text} AS VARCHAR) = CAST({right.text} AS VARCHAR)"


def boundary(bound: Sql) -> str:
    """The instant of `i` in the type of a bound."""
    return "i.d" if bound.type == DATE else "i.t"


def before(start: Sql) -> list[str]:
    """Conditions that a row holds from before the instant of `i`."""
    return [f"{start.text} < {boundary(start)}"]

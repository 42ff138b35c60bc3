"""Relations made of others: a row for each key of the rows that are there, with what is worked out over these rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from kpilang.model.expr import Aggregate, Column, Expr
from kpilang.model.groups import Group, placing
from kpilang.model.nouns import DataSource, Made
from kpilang.model.types import Kind
from kpilang.plan.facts import Relation
from kpilang.plan.finishing import HIGH_STEPS, LOW_STEPS
from kpilang.plan.rows import Scope
from kpilang.plan.scans import Scan
from kpilang.sql import quote
from kpilang.sql.base import Base, Traits
from kpilang.sql.cells import cells_of
from kpilang.sql.measures import chosen, counted
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import DOUBLE, TEXT, Sql

EVERY_ROW = Scope(None, (), ())


@dataclass(frozen=True)
class Making:
    """How a relation is made: the statement that does it, and one that counts rows of the base without a key. `unsettled`
    names the flags that are set where the first or last row of a key cannot be told: their column, and the aggregate."""

    relation: Relation
    sql: str
    keyless: str
    unsettled: Mapping[str, tuple[str, str]]

    @property
    def rows(self) -> str:
        """A statement that counts the keys."""
        return f"SELECT COUNT(*) FROM {self.relation.name}"

    @property
    def tied(self) -> str:
        """A statement that tells of each flag whether it is set anywhere."""
        flags = ", ".join(f"COALESCE(bool_or({flag}), FALSE)" for flag in self.unsettled)
        return f"SELECT {flags} FROM {self.relation.name}"


class Kept(Scalars):
    """Aggregates of the rows of a key as they are kept: the same whatever the order of rows, and with the flags that tell
    where there is no first or last. `leaves` are the keys, as the groups have them; `columns` are what has to be computed
    for a group, by their text."""

    def __init__(self, base: Base, scan: Scan, rows: Scalars, aliases: Mapping[tuple[str, ...], str]) -> None:
        super().__init__(rows.column, rows.calendar)
        self.base, self.scan, self.rows, self.aliases = base, scan, rows, aliases
        self.leaves: dict[Expr, Sql] = {}
        self.ties: dict[str, Aggregate] = {}
        self.columns: dict[str, str] = {}

    @property
    def listed(self) -> str:
        """The columns to compute for each group."""
        return "".join(f", {text} AS {name}" for text, name in self.columns.items())

    def column_for(self, text: str) -> str:
        return self.columns.setdefault(text, f"a{len(self.columns)}")

    def value(self, expr: Expr) -> Sql:
        if isinstance(expr, Aggregate):
            return self.kept(expr, self.condition(expr))
        leaf = self.leaves.get(expr)
        if leaf is None:
            return super().value(expr)
        return Sql(f"CAST({leaf.text} AS VARCHAR)", TEXT) if expr.type.kind is Kind.TEXT and leaf.type != TEXT else leaf

    def predicate(self, expr: Expr) -> str:
        return f"COALESCE({self.leaves[expr].text}, FALSE)" if expr in self.leaves else super().predicate(expr)

    def condition(self, aggregate: Aggregate) -> str | None:
        """Which rows an aggregate sees."""
        columns = frozenset(node for node in aggregate.walk() if isinstance(node, Column))
        tests = self.base.sound(columns, self.aliases)
        if aggregate.where is not None:
            tests.insert(0, self.rows.choosing(aggregate.where))
        return " AND ".join(tests) or None

    def rank(self) -> str:
        """What orders rows in time: the clock, then the key."""
        assert self.scan.clock is not None
        keys = (
            self.base.stored(self.base.ways.own(self.scan.source, (), name), self.aliases).text
            for name in self.base.model.sources[self.scan.source].key
        )
        parts = "".join(f", 'k{number}': CAST({key} AS VARCHAR)" for number, key in enumerate(keys))
        return f"{{'t': {self.rows.column(self.scan.clock).text}{parts}}}"

    def kept(self, expr: Aggregate, condition: str | None) -> Sql:
        """An aggregate over the rows of a key."""
        if expr.function in ("first", "last"):
            return self.end(expr, self.rows.value(expr.arguments[0]), condition)
        if expr.function in ("sum", "avg") and expr.weight is None:
            value = self.rows.value(expr.arguments[0])
            if value.binary:
                return self.added(expr, value, condition)
        made = cells_of(self.rows, expr, condition, self.rank, Traits())
        return made.value([self.column_for(cell.text) for cell in made.cells])

    def added(self, expr: Aggregate, value: Sql, condition: str | None) -> Sql:
        """The sum or mean of binary numbers, cut in two whole numbers whose sums do not depend on the order of rows."""
        scaled = f"({value.text}) * {HIGH_STEPS}"
        high = f"TRY_CAST(floor({scaled}) AS HUGEINT)"
        low = f"TRY_CAST(({scaled} - floor({scaled})) * {LOW_STEPS}.0 AS HUGEINT)"
        whole, part = (self.column_for(f"sum({chosen(condition, text)})") for text in (high, low))
        fits, there = (self.column_for(f"count({chosen(condition, text)})") for text in (high, value.text))
        plain = self.column_for(f"fsum({chosen(condition, value.text)})")
        cut = f"(CAST({whole} AS DOUBLE) + CAST({part} AS DOUBLE) / {LOW_STEPS}.0) / {HIGH_STEPS}"
        total = f"CASE WHEN {fits} = {there} THEN {cut} ELSE {plain} END"
        if expr.function == "avg":
            return Sql(f"(({total}) / NULLIF({there}, 0))", DOUBLE)
        return Sql(f"COALESCE({total}, CASE WHEN {self.column_for(counted(condition))} = 0 THEN 0 END)", DOUBLE)

    def end(self, expr: Aggregate, value: Sql, condition: str | None) -> Sql:
        """The first or last value in time; where the two rows nearest to the end are alike in time and key, there is none.
        The first time itself needs no order."""
        least = expr.function == "first"
        if expr.arguments[0] == self.scan.clock:
            return Sql(self.column_for(f"{'min' if least else 'max'}({chosen(condition, value.text)})"), value.type)
        rank = self.rank()
        function, placed = "arg_min" if least else "arg_max", chosen(condition, rank, value.text)
        ends = self.column_for(f"{function}({{'v': {value.text}, 'k': {rank}}}, {placed}, 2)")
        self.ties[f"COALESCE({ends}[1].k = {ends}[2].k, FALSE)"] = expr
        return Sql(f"{ends}[1].v", value.type)


def making(group: Group, columns: Mapping[str, Made], base: Base) -> Making:
    """How a relation with these columns is made, as of the day of the base."""
    source = base.model.sources[group.base]
    clock = next((column for column in placing(source)), None)
    scan = Scan(group.base, "events" if source.time is not None else "timeless", clock, EVERY_ROW, ())
    read = [*group.keys, *(made.value for made in columns.values()), *placing(source)]
    paths = base.paths(frozenset(part for value in read for part in value.walk() if isinstance(part, Column)))
    aliases = {(): "r", **{path: f"l{number}" for number, path in enumerate(paths, 1)}}
    rows = Scalars(lambda column: base.column(column, aliases), base.model.calendar)
    time = rows.column(clock) if clock is not None else None
    joins = "".join(base.join(scan, path, aliases, rows, time) for path in paths)
    keys = [base.stored(key, aliases) if isinstance(key, Column) else rows.value(key) for key in group.keys]
    kept = Kept(base, scan, rows, aliases)
    kept.leaves = {
        key: Sql(f"g.k{number}", sql.type) for number, (key, sql) in enumerate(zip(group.keys, keys, strict=True))
    }
    written = {name: of_column(kept, made.value) for name, made in columns.items()}
    there = present(source, scan, base, rows)
    origin = f"FROM {base.tables[group.base].relation} AS r{joins}"
    filled = [*there, *(f"{key.text} IS NOT NULL" for key in keys)]
    first = ', MIN(r."row") AS "row"' if group.made is not None else ""
    inner = (
        f"SELECT {', '.join(f'{key.text} AS k{number}' for number, key in enumerate(keys))}{kept.listed}"
        f"{first} {origin} WHERE {' AND '.join(filled)} "
        f"GROUP BY {', '.join(str(number) for number in range(1, len(keys) + 1))}"
    )
    flags, unsettled = flagged(columns, kept)
    shown = (
        [f"g.k{number}" for number in range(len(keys))]
        if group.made is None
        else ['g."row"', "CAST(0 AS BIGINT) AS bad"]
    )
    shown += [f"{sql.text} AS {quote.identifier('c_' + name)}" for name, sql in written.items()]
    select = f"SELECT {', '.join([*shown, *flags])} FROM ({inner}) AS g"
    name = quote.identifier(f"made {group.told} {mark(select, base)}")
    empty = " OR ".join(f"{key.text} IS NULL" for key in keys)
    keyless = f"SELECT COUNT(*) {origin} WHERE {' AND '.join([*there, f'({empty})'])}"
    types = {column: sql.type for column, sql in written.items()}
    relation = Relation(name, types, tuple(key.type for key in keys))
    return Making(relation, f"CREATE OR REPLACE TEMP TABLE {name} AS {select}", keyless, unsettled)


def of_column(kept: Kept, value: Expr) -> Sql:
    """A column as it is kept: a key as its base has it, a condition as true or false."""
    if value in kept.leaves:
        return kept.leaves[value]
    found = kept.value(value)
    return Sql(f"CAST({found.text} AS {found.type})", found.type) if value.type.kind is Kind.NUMBER else found


def flagged(columns: Mapping[str, Made], kept: Kept) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """The flags of keys without a first or last row, and of which column each is."""
    flags: list[str] = []
    unsettled: dict[str, tuple[str, str]] = {}
    for text, aggregate in kept.ties.items():
        for name, made in columns.items():
            if aggregate in made.value.walk():
                flag = f"t{len(flags)}"
                flags.append(f"{text} AS {flag}")
                unsettled[flag] = (name, aggregate.text)
    return flags, unsettled


def present(source: DataSource, scan: Scan, base: Base, rows: Scalars) -> list[str]:
    """Conditions that a row of a source is there as of now, however it is read."""
    if source.time is not None:
        return base.there(source, scan, rows)
    if source.snapshot is not None:
        time = rows.column(source.snapshot)
        return [f"{time.text} IS NOT NULL" if source.planned else f"{time.text} < {base.moment(time, base.now)}"]
    if source.starts is not None:
        return base.there(source, Scan(source.name, "state", None, EVERY_ROW, ()), rows)
    return []


def mark(sql: str, base: Base) -> str:
    """What tells a relation from all that are made otherwise: a mark of its statement, whatever its base is called."""
    for name, table in base.tables.items():
        sql = sql.replace(table.relation, f'"{name}"')
    return hashlib.sha256(sql.encode("utf-8", "surrogatepass")).hexdigest()[:8]

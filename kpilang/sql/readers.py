"""The rows of one source grouped by the key of folds: a column for each part of each aggregate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kpilang.model.calls import ALIVE_TIME
from kpilang.model.expr import Aggregate, Column, Expr
from kpilang.plan.columns import used
from kpilang.plan.moments import Window
from kpilang.plan.scans import Scan, Statement
from kpilang.sql.base import Base, Rows
from kpilang.sql.cells import Cell, Cells, cells_of
from kpilang.sql.groups import Groups
from kpilang.sql.joined import against
from kpilang.sql.measures import counted
from kpilang.sql.values import INTEGER, TEXT, Sql
from kpilang.sql.writer import Writer
from kpilang.text import Text

Stretch = tuple[int, int]


@dataclass
class Table:
    """Groups as a query: the number of a slot or window as `w`, members, keys, and cells by name. `stretches` leads from a
    window to the first and last `w` that belong to it."""

    head: str
    origin: str
    stretches: Mapping[Window, Stretch]
    cells: dict[str, Cell] = field(default_factory=dict)

    def query(self, grouping: str) -> str:
        """Its SQL; `grouping` names window, members and keys."""
        columns = "".join(f", {cell.text} AS {name}" for name, cell in self.cells.items())
        return f"SELECT {self.head}{columns} {self.origin} GROUP BY {grouping}"


def columns_of(base: Base, scan: Scan, exprs: Sequence[Expr | None]) -> frozenset[Column]:
    """The columns that some expressions over the rows of a scan take, with those that select and place the rows."""
    own = base.model.sources[scan.source].time if scan.basis == "events" else None
    return frozenset(used([*exprs, *scan.scope.members, scan.scope.where, scan.clock, own]))


def keys_of(base: Base, rows: Rows, keys: Sequence[Expr]) -> list[Sql]:
    """The columns of a key: texts as they are stored, which may be as numbers."""
    found = []
    for key in keys:
        value = rows.scalars.value(key)
        found.append(base.raw(key, rows) if isinstance(key, Column) and value.type == TEXT else value)
    return found


class Reader(Writer):
    """Writes the groups of one way of reading a source. `names_of` tells the columns of each aggregate, `seen` those that
    count the rows which may be in a group: for each of `among` the rows that it selects, all of them where it is None.
    `prefix` begins all names."""

    def __init__(
        self, base: Base, scan: Scan, aggregates: Sequence[Aggregate], among: Sequence[Expr | None], prefix: str
    ) -> None:
        columns = columns_of(base, scan, [*aggregates, *among])
        rows = against(base, scan, columns) if scan.sets else base.rows(scan, columns)
        super().__init__(Statement(scan, "groups", tuple(aggregates), Text("", "")), base, rows)
        self.prefix, self.count = prefix, 0
        self.keys = keys_of(base, rows, aggregates[0].per)
        self.cells: dict[Aggregate, Cells] = {}
        self.names_of: dict[Aggregate, tuple[str, ...]] = {}
        self.seen: dict[Expr | None, str] = {}
        self.sliced = self.table(rows.window, rows.text, self.slots())
        self.whole = self.sliced if rows.spans is None else self.table(*self.windowed(), self.by_number())
        self.tables = [self.sliced] if self.sliced is self.whole else [self.sliced, self.whole]
        for item in aggregates:
            self.read(item)
        first = self.sliced if self.sliced.cells else self.whole
        for kept in among:
            condition = self.scalars.choosing(kept) if kept is not None else None
            self.seen[kept] = self.put(
                first, Cell(f"COUNT(*) FILTER (WHERE {condition})" if condition else "COUNT(*)", "sum")
            )
        self.tables = [table for table in self.tables if table.cells] or [self.sliced]

    # ---- tables

    def key_names(self) -> list[str]:
        """The names of the key's columns."""
        return [f"key{number}" for number in range(len(self.keys))]

    def grouping(self) -> str:
        """What every table is grouped by."""
        return ", ".join(["w", *self.names(), *self.key_names()])

    def table(self, window: str, rows: str, stretches: Mapping[Window, Stretch]) -> Table:
        """A table over rows with a whole key."""
        named = "".join(f", {key.text} AS {name}" for key, name in zip(self.keys, self.key_names(), strict=True))
        tests = [f"{key.text} IS NOT NULL" for key in self.keys]
        tests += self.base.sound(frozenset(self.key_columns()), self.rows.aliases)
        where = f"{' AND' if self.rows.where else ' WHERE'} {' AND '.join(tests)}"
        return Table(f"{self.head(window)}{named}", f"{rows}{where}", stretches)

    def key_columns(self) -> list[Column]:
        """The columns that the key is made of."""
        keys = self.statement.aggregates[0].per
        return [node for key in keys for node in key.walk() if isinstance(node, Column)]

    def slots(self) -> Mapping[Window, Stretch]:
        """For each window its slots."""
        windows = self.statement.scan.windows
        if self.rows.spans is not None:
            return {windows[number]: (first, last) for number, first, last in self.rows.spans}
        return {windows[number]: (slot, slot) for slot, number in self.rows.numbers.items()}

    def by_number(self) -> Mapping[Window, Stretch]:
        """For each window its own number, where rows are repeated for each window."""
        return {window: (number, number) for number, window in enumerate(self.statement.scan.windows)}

    def put(self, table: Table, cell: Cell) -> str:
        """The name of a column, one for all that are the same."""
        known = next((name for name, other in table.cells.items() if other == cell), None)
        if known is not None:
            return known
        self.count += 1
        name = f"{self.prefix}{self.count}"
        table.cells[name] = cell
        return name

    # ---- aggregates

    def read(self, item: Aggregate) -> None:
        """Puts the columns of an aggregate where they can be computed: those that fold by slots, all else by windows."""
        if item.having is not None or item.function == ALIVE_TIME:
            self.apart(item)
            return
        made = cells_of(self.scalars, item, self.condition(item), self.rank, self.base.traits)
        folds = all(cell.fold is not None for cell in made.cells)
        self.cells[item] = made
        self.names_of[item] = tuple(self.put(self.sliced if folds else self.whole, cell) for cell in made.cells)

    def apart(self, item: Aggregate) -> None:
        """An aggregate that needs a table of its own: a count of keys with `having`, or time that any row holds."""
        table, total = self.of_groups(item) if item.having is not None else self.of_lives(item)
        self.tables.append(table)
        self.cells[item] = Cells((Cell(total.text, None),), lambda names: Sql(f"COALESCE({names[0]}, 0)", total.type))
        self.names_of[item] = (self.put(table, self.cells[item].cells[0]),)

    def of_lives(self, item: Aggregate) -> tuple[Table, Sql]:
        """How long any row of a group holds."""
        assert self.rows.life is not None
        names = ["w", *self.names(), *self.key_names()]
        sees = [self.condition(item) or "TRUE"]
        origin, added = self.rows.life.together(self.whole.head, names, sees, self.whole.origin)
        return Table(self.grouping(), origin, self.whole.stretches), added[0]

    def of_groups(self, item: Aggregate) -> tuple[Table, Sql]:
        """How many keys meet `having`, by the groups of that key: of the rows that the filter leaves, and so of none
        without any."""
        values = [self.scalars.value(key).text for key in item.arguments]
        names = [f"x{number}" for number in range(len(values))]
        columns, test = Groups(self.scalars, self.condition, self.rank, item, "h").written()
        keyed = "".join(f", {text} AS {name}" for text, name in zip(values, names, strict=True))
        keyed += f", {counted(self.condition(item))} AS seen"
        grouping = f"{self.grouping()}, {', '.join(names)}"
        inner = f"SELECT {self.whole.head}{keyed}{columns} {self.whole.origin} GROUP BY {grouping}"
        tests = " AND ".join([test, "seen > 0", *(f"{name} IS NOT NULL" for name in names)])
        table = Table(self.grouping(), f"FROM ({inner})", self.whole.stretches)
        return table, Sql(f"CAST(SUM(CASE WHEN {tests} THEN 1 ELSE 0 END) AS BIGINT)", INTEGER)

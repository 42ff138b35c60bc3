"""What the writers of all statements share: the columns they begin with, and how slots become windows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpilang.model.expr import Aggregate, row_columns
from kpilang.plan.folds import Gathering
from kpilang.plan.scans import Statement
from kpilang.sql.base import Base, Rows, cell
from kpilang.sql.measures import Output


@dataclass(frozen=True)
class Query:
    """One query: its columns are the window's number, the members, then `outputs` in order."""

    sql: str
    outputs: tuple[Output, ...]


@dataclass(frozen=True)
class Written:
    """A statement as SQL: `setup` to run first and `cleanup` afterwards, if any, and its queries. `numbers` leads from
    the window's number to its index in the scan."""

    statement: Statement | Gathering
    queries: tuple[Query, ...]
    numbers: Mapping[int, int]
    setup: str | None = None
    cleanup: str | None = None


class Writer:
    """Writes one statement over the rows of its scan."""

    def __init__(self, statement: Statement, base: Base, rows: Rows) -> None:
        self.statement, self.base, self.rows = statement, base, rows
        self.scalars = rows.scalars

    # ---- pieces

    def names(self) -> list[str]:
        return [f"m{number}" for number in range(len(self.rows.members))]

    def head(self, window: str) -> str:
        members = (f", {text} AS {name}" for text, name in zip(self.rows.members, self.names(), strict=True))
        return f"{window} AS w{''.join(members)}"

    def condition(self, aggregate: Aggregate) -> str | None:
        """Which rows an aggregate sees."""
        return condition(self.base, self.rows, aggregate)

    def finish(self, sql: str, outputs: Iterable[Output]) -> Written:
        return Written(self.statement, (Query(sql, tuple(outputs)),), self.windows())

    def windows(self) -> Mapping[int, int]:
        spans = self.rows.spans
        return self.rows.numbers if spans is None else {number: number for number, _, _ in spans}

    def group(self) -> str:
        return f"GROUP BY {', '.join(['w', *self.names()])}"

    def spans(self, low: str = "w") -> str:
        """A join from slots to the windows they belong to, as `s.w`."""
        assert self.rows.spans is not None
        return span_join(self.rows.spans, low)

    def fold(self, columns: str, slots: str = "p") -> str:
        """Slots of `p` put together to windows."""
        names = [f"p.{name}" for name in self.names()]
        members = "".join(f", {name}" for name in names)
        if self.rows.spans is None:
            return f"SELECT p.w{members}{columns} FROM {slots} GROUP BY {', '.join(['p.w', *names])}"
        return f"SELECT s.w{members}{columns} FROM {slots}{self.spans('p.w')} GROUP BY {', '.join(['s.w', *names])}"

    # ---- what is computed window by window

    def windowed(self) -> tuple[str, str]:
        """The number of a row's window and the rows, one for each window where windows overlap."""
        if self.rows.spans is None:
            return self.rows.window, self.rows.text
        return "s.w", f"{self.rows.origin}{self.spans(self.rows.window)}{self.rows.where}"

    def single(self, columns: list[tuple[Output, str]]) -> Written:
        """One grouping by window and member."""
        window, rows = self.windowed()
        texts = "".join(f", {text}" for _, text in columns)
        sql = f"SELECT {self.head(window)}{texts} {rows} {self.group()}"
        return self.finish(sql, (output for output, _ in columns))

    def rank(self) -> str:
        """What orders rows in time: the clock, then the key."""
        clock = self.rows.time.text if self.rows.time else "0"
        source = self.statement.scan.source
        names = self.base.model.sources[source].key
        columns = (cell("r", self.base.tables[source], name).text for name in names)
        keys = "".join(f", 'k{number}': CAST({key} AS VARCHAR)" for number, key in enumerate(columns))
        return f"{{'t': {clock}{keys}}}"


def condition(base: Base, rows: Rows, aggregate: Aggregate) -> str | None:
    """Which rows an aggregate sees: its filter, and where bad cells are skipped, rows without them."""
    tests = base.sound(frozenset(row_columns(aggregate)), rows.aliases)
    if aggregate.where is not None:
        tests.insert(0, rows.scalars.choosing(aggregate.where))
    return " AND ".join(tests) or None


def span_join(spans: Iterable[tuple[int, int, int]], slot: str, name: str = "w") -> str:
    """A join from slots to the windows they belong to, as `s.w` or another name."""
    values = ", ".join(f"({number}, {first}, {last})" for number, first, last in spans)
    return f" JOIN (VALUES {values}) AS s({name}, first, last) ON {slot} BETWEEN s.first AND s.last"

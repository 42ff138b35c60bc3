"""Statements of a plan to SQL, each with a key to its columns: which aggregate, and which part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kpilang.model.expr import Aggregate, Column
from kpilang.plan.scans import Statement
from kpilang.sql.base import Base, Rows, cell
from kpilang.sql.groups import Groups
from kpilang.sql.measures import Measure, Output, chosen, counted, emptiness, sums, whole


@dataclass(frozen=True)
class Written:
    """A statement as SQL. Its columns are the window's number, the members, then `outputs` in order; `numbers` leads
    from the number to the index of a window in the scan."""

    statement: Statement
    sql: str
    outputs: tuple[Output, ...]
    numbers: Mapping[int, int]


def write(statement: Statement, base: Base) -> Written:
    """The SQL of a statement."""
    scan = statement.scan
    own_time = base.model.sources[scan.source].time if scan.basis == "events" else None
    exprs = [*scan.scope.members, scan.scope.where, scan.clock, own_time, *statement.aggregates, *statement.keys]
    columns = frozenset(node for expr in exprs if expr is not None for node in expr.walk() if isinstance(node, Column))
    return WAYS[statement.way](Writer(statement, base, base.rows(scan, columns)))


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
        """Which rows an aggregate sees: its filter, and where bad cells are skipped, rows without them."""
        columns = frozenset(node for node in aggregate.walk() if isinstance(node, Column))
        tests = self.base.sound(columns, self.rows.aliases)
        if aggregate.where is not None:
            tests.insert(0, self.scalars.predicate(aggregate.where))
        return " AND ".join(tests) or None

    def finish(self, sql: str, outputs: Iterable[Output]) -> Written:
        return Written(self.statement, sql, tuple(outputs), self.rows.numbers)

    def group(self) -> str:
        return f"GROUP BY {', '.join(['w', *self.names()])}"

    def spans(self, low: str = "w") -> str:
        """A join from slots to the windows they belong to, as `s.w`."""
        assert self.rows.spans is not None
        values = ", ".join(f"({number}, {first}, {last})" for number, first, last in self.rows.spans)
        return f" JOIN (VALUES {values}) AS s(w, first, last) ON {low} BETWEEN s.first AND s.last"

    # ---- totals

    def measures(self) -> list[Measure]:
        """What the totals of this statement are made of, each once."""
        found = {Output(None, "rows"): Measure(Output(None, "rows"), counted, "sum")}
        for aggregate in self.statement.aggregates:
            for measure in self.of(aggregate):
                found.setdefault(measure.output, measure)
        return list(found.values())

    def of(self, aggregate: Aggregate) -> Iterable[Measure]:
        empty = emptiness(self.scalars, aggregate.where)
        if empty is not None:
            text = counted(empty)
            yield Measure(Output(aggregate, "empty"), lambda _: text, "sum")
        if not aggregate.arguments:
            yield Measure(Output(aggregate, "rows"), counted, "sum")
            return
        value = self.scalars.value(aggregate.arguments[0])
        match aggregate.function:
            case "count":
                yield Measure(Output(aggregate, "rows"), lambda cond: f"COUNT({chosen(cond, value.text)})", "sum")
            case "min" | "max" as name:
                yield Measure(Output(aggregate, "value"), lambda cond: f"{name}({chosen(cond, value.text)})", name)
            case _:
                yield from sums(self.scalars, aggregate, value)

    def direct(self) -> Written:
        """One pass; each aggregate with its filter as CASE."""
        measures = self.measures()
        columns = "".join(
            f", {measure.expression(self.condition(measure.output.aggregate) if measure.output.aggregate else None)} AS c{number}"
            for number, measure in enumerate(measures)
        )
        inner = f"SELECT {self.head(self.rows.window)}{columns} {self.rows.text} {self.group()}"
        outputs = [measure.output for measure in measures]
        if self.rows.spans is None:
            return self.finish(inner, outputs)
        folded = "".join(f", {measure.fold}(p.c{number})" for number, measure in enumerate(measures))
        return self.finish(self.folded(inner, folded), outputs)

    def folded(self, inner: str, columns: str) -> str:
        """Slots put together to windows."""
        members = "".join(f", p.{name}" for name in self.names())
        order = ", ".join(["s.w", *(f"p.{name}" for name in self.names())])
        return f"WITH p AS ({inner}) SELECT s.w{members}{columns} FROM p{self.spans('p.w')} GROUP BY {order}"

    def partial(self) -> Written:
        """Grouped by the filters first, so that each is tried once a row; folded with CASE over the few groups."""
        measures = self.measures()
        conditions = [self.condition(item.output.aggregate) if item.output.aggregate else None for item in measures]
        filters = {text: f"f{number}" for number, text in enumerate(dict.fromkeys(c for c in conditions if c))}
        inputs: dict[str, str] = {}
        columns = ""
        for measure, condition in zip(measures, conditions, strict=True):
            name = inputs.setdefault(measure.expression(None), f"c{len(inputs)}")
            chosen_ = chosen(filters[condition] if condition and measure.output.part != "empty" else None, name)
            folded = f"{measure.fold}({chosen_})"
            columns += (
                f", COALESCE({folded}, 0)" if measure.output.part in ("rows", "values", "empty") else f", {folded}"
            )
        flags = "".join(f", {text} AS {name}" for text, name in filters.items())
        sums = "".join(f", {text} AS {name}" for text, name in inputs.items())
        grouping = ", ".join(["w", *self.names(), *filters.values()])
        inner = f"SELECT {self.head(self.rows.window)}{flags}{sums} {self.rows.text} GROUP BY {grouping}"
        outputs = [measure.output for measure in measures]
        if self.rows.spans is not None:
            return self.finish(self.folded(inner, columns), outputs)
        head = ", ".join(["w", *self.names()])
        return self.finish(f"WITH p AS ({inner}) SELECT {head}{columns} FROM p {self.group()}", outputs)

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
        return Written(self.statement, sql, tuple(output for output, _ in columns), self.windows())

    def windows(self) -> Mapping[int, int]:
        spans = self.rows.spans
        return self.rows.numbers if spans is None else {number: number for number, _, _ in spans}

    def whole(self) -> Written:
        """Medians, percentiles, deviations and products."""
        columns = []
        for aggregate in self.statement.aggregates:
            value = self.scalars.value(aggregate.arguments[0]).double().text
            columns.append((Output(aggregate, "value"), whole(aggregate, chosen(self.condition(aggregate), value))))
        return self.single(columns)

    def order(self) -> Written:
        """The two rows nearest to the end of time that is looked for: the second tells a tie."""
        columns = []
        for aggregate in self.statement.aggregates:
            value = self.scalars.value(aggregate.arguments[0]).text
            rank = self.rank()
            condition = self.condition(aggregate)
            present = f"{value} IS NOT NULL" + (f" AND {condition}" if condition else "")
            function = "arg_min" if aggregate.function == "first" else "arg_max"
            text = f"{function}({{'v': {value}, 'k': {rank}}}, CASE WHEN {present} THEN {rank} END, 2)"
            columns.append((Output(aggregate, "ends"), text))
        return self.single(columns)

    def rank(self) -> str:
        """What orders rows in time: the clock, then the key."""
        clock = self.rows.time.text if self.rows.time else "0"
        source = self.statement.scan.source
        key_columns = (cell("r", self.base.tables[source], name).text for name in self.base.model.sources[source].key)
        keys = "".join(f", 'k{number}': {key}" for number, key in enumerate(key_columns))
        return f"{{'t': {clock}{keys}}}"

    # ---- distinct counts

    def distinct(self) -> Written:
        """One grouping by the counted key, with a bit for each filter, then the bits are counted."""
        keys = [self.scalars.value(key).text for key in self.statement.keys]
        key_names = [f"k{number}" for number in range(len(keys))]
        bits, having, counts = self.bits(), "", []
        for number, aggregate in enumerate(self.statement.aggregates):
            tests = [f"{name} IS NOT NULL" for name in key_names]
            if bits:
                tests.append(f"mask & {1 << number} <> 0")
            if aggregate.having is not None:
                texts, test = Groups(self.scalars, self.condition, self.rank, aggregate, f"h{number}_").written()
                having += texts
                tests.append(test)
            counts.append((Output(aggregate, "rows"), f"SUM(CASE WHEN {' AND '.join(tests)} THEN 1 ELSE 0 END)"))
        fold = self.rows.spans is not None and not having
        window, rows = (self.rows.window, self.rows.text) if fold else self.windowed()
        keyed = "".join(f", {text} AS {name}" for text, name in zip(keys, key_names, strict=True))
        grouping = ", ".join(["w", *self.names(), *key_names])
        inner = f"SELECT {self.head(window)}{keyed}{bits}{having} {rows} GROUP BY {grouping}"
        if fold:
            inner = self.by_window(inner, key_names, bits)
        head = ", ".join(["w", *self.names()])
        texts = "".join(f", {text}" for _, text in counts)
        sql = f"WITH k AS ({inner}) SELECT {head}{texts} FROM k {self.group()}"
        return Written(self.statement, sql, tuple(output for output, _ in counts), self.windows())

    def bits(self) -> str:
        """A bit for each aggregate, set where any row of the group passes its filter; nothing where none filters."""
        conditions = [self.condition(item) for item in self.statement.aggregates]
        if not any(conditions):
            return ""
        flags = (f"CASE WHEN {text or 'TRUE'} THEN {1 << number} ELSE 0 END" for number, text in enumerate(conditions))
        return f", bit_or(CAST({' | '.join(f'({flag})' for flag in flags)} AS BIGINT)) AS mask"

    def by_window(self, inner: str, keys: list[str], bits: str) -> str:
        """Keys of slots put together to keys of windows."""
        columns = ", ".join(f"p.{name}" for name in [*self.names(), *keys])
        mask = ", bit_or(p.mask) AS mask" if bits else ""
        return f"SELECT s.w AS w, {columns}{mask} FROM ({inner}) AS p{self.spans('p.w')} GROUP BY s.w, {columns}"


WAYS: dict[str, Callable[[Writer], Written]] = {
    "direct": Writer.direct,
    "partial": Writer.partial,
    "distinct": Writer.distinct,
    "whole": Writer.whole,
    "order": Writer.order,
}

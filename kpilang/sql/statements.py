"""Statements of a plan to SQL, each with a key to its columns: which aggregate, and which part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from kpilang.model.expr import Aggregate, Column
from kpilang.plan.scans import Statement
from kpilang.sql.axes import Axes
from kpilang.sql.base import Base, Rows, cell
from kpilang.sql.groups import Groups
from kpilang.sql.measures import Measure, Output, chosen, emptiness, measures_of, whole
from kpilang.sql.values import Sql

SEEN = Output(None, "rows")
FOLDED_PER_QUERY = 250
# A whole number of 64 bits with its sign has this many to give away; and so many counts over them are still quick to plan.
MOST_SLOTS = MOST_BITS = 63
MOST_SLOT_COUNTS = 400
# Counts of two bits that stand half a number apart are summed at once, as long as each is below this.
HALF, MOST_COUNTED = 32, 1 << 32


@dataclass(frozen=True)
class Query:
    """One query: its columns are the window's number, the members, then `outputs` in order."""

    sql: str
    outputs: tuple[Output, ...]


@dataclass(frozen=True)
class Written:
    """A statement as SQL: `setup` to run first and `cleanup` afterwards, if any, and its queries. `numbers` leads from
    the window's number to its index in the scan."""

    statement: Statement
    queries: tuple[Query, ...]
    numbers: Mapping[int, int]
    setup: str | None = None
    cleanup: str | None = None


def write(statement: Statement, base: Base) -> Written:
    """The SQL of a statement."""
    scan = statement.scan
    own_time = base.model.sources[scan.source].time if scan.basis == "events" else None
    exprs = [
        *scan.scope.members,
        scan.scope.where,
        scan.clock,
        own_time,
        *statement.aggregates,
        *statement.noted,
        *statement.keys,
    ]
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
            tests.insert(0, self.scalars.choosing(aggregate.where))
        return " AND ".join(tests) or None

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
        values = ", ".join(f"({number}, {first}, {last})" for number, first, last in self.rows.spans)
        return f" JOIN (VALUES {values}) AS s(w, first, last) ON {low} BETWEEN s.first AND s.last"

    # ---- totals

    def measures(self) -> list[Measure]:
        """What the totals of this statement are made of, each once; first the number of rows."""
        found = {SEEN: Measure(SEEN, "count", None, "sum")}
        for aggregate in (*self.statement.aggregates, *self.statement.noted):
            empty = emptiness(self.scalars, aggregate)
            if empty is not None:
                output = Output(aggregate, "empty")
                found[output] = Measure(output, "count", f"CASE WHEN {empty} THEN 1 END", "sum")
        for aggregate in self.statement.aggregates:
            for measure in measures_of(self.scalars, aggregate, self.base.traits):
                found.setdefault(measure.output, measure)
        return list(found.values())

    def seen_by(self, output: Output) -> str | None:
        """The condition of the rows that an output is computed over."""
        return None if output.aggregate is None or output.part == "empty" else self.condition(output.aggregate)

    def direct(self) -> Written:
        """One pass; each aggregate with its filter as CASE."""
        measures = self.measures()
        columns = "".join(
            f", {measure.over(self.seen_by(measure.output))} AS c{number}" for number, measure in enumerate(measures)
        )
        inner = f"SELECT {self.head(self.rows.window)}{columns} {self.rows.text} {self.group()}"
        outputs = [measure.output for measure in measures]
        if self.rows.spans is None:
            return self.finish(inner, outputs)
        folded = "".join(f", {measure.fold}(p.c{number})" for number, measure in enumerate(measures))
        return self.finish(f"WITH p AS ({inner}) {self.fold(folded)}", outputs)

    def fold(self, columns: str, slots: str = "p") -> str:
        """Slots of `p` put together to windows."""
        names = [f"p.{name}" for name in self.names()]
        members = "".join(f", {name}" for name in names)
        if self.rows.spans is None:
            return f"SELECT p.w{members}{columns} FROM {slots} GROUP BY {', '.join(['p.w', *names])}"
        return f"SELECT s.w{members}{columns} FROM {slots}{self.spans('p.w')} GROUP BY {', '.join(['s.w', *names])}"

    def rolled(self, columns: Sequence[tuple[Measure, str]]) -> str:
        """Groups of `p` put together to windows; where windows overlap much, to slots first, each once, and those to
        all the windows that they belong to."""
        texts = "".join(f", {text}" for _, text in columns)
        if self.rows.spans is None or not overlapping(self.rows.spans):
            return self.fold(texts)
        members = "".join(f", p.{name}" for name in self.names())
        named = "".join(f", {text} AS f{number}" for number, (_, text) in enumerate(columns))
        folds = "".join(f", {measure.fold}(p.f{number})" for number, (measure, _) in enumerate(columns))
        slots = f"SELECT p.w{members}{named} FROM p GROUP BY p.w{members}"
        return self.fold(folds, f"({slots}) AS p")

    def partial(self) -> Written:
        """Grouped first by what the filters look at; every aggregate is then folded from the few groups."""
        axes = Axes(self.scalars, self.statement.axes)
        inputs: dict[str, str] = {}
        folded = [(measure, self.from_axes(axes, measure, inputs)) for measure in self.measures()]
        grouping = ", ".join(["w", *self.names(), *axes.names])
        sums = "".join(f", {text} AS {name}" for text, name in inputs.items())
        inner = f"SELECT {self.head(self.rows.window)}{axes.columns}{sums} {self.rows.text} GROUP BY {grouping}"
        inner = axes.told(inner)
        queries = [
            Query(self.rolled(portion), tuple(measure.output for measure, _ in portion)) for portion in portions(folded)
        ]
        if len(queries) == 1:
            return self.finish(f"WITH p AS ({inner}) {queries[0].sql}", queries[0].outputs)
        setup = f"CREATE OR REPLACE TEMP TABLE p AS {inner}"
        return Written(self.statement, tuple(queries), self.windows(), setup, "DROP TABLE p")

    def from_axes(self, axes: Axes, measure: Measure, inputs: dict[str, str]) -> str:
        """A measure folded from groups: those whose axes meet its condition."""
        aggregate = measure.output.aggregate
        condition = decided(axes, aggregate) if aggregate is not None else None
        if measure.output.part == "empty" and aggregate is not None:
            condition = emptiness(axes, aggregate)
            measure = Measure(measure.output, "count", None, "sum")
        folded = f"{measure.fold}({chosen(condition, self.input(measure, inputs))})"
        return f"COALESCE({folded}, 0)" if measure.function == "count" else folded

    def input(self, measure: Measure, inputs: dict[str, str]) -> str:
        """What a measure is over the rows of a group: one of the `inputs`, which name what is computed there, or made of
        several, so that a difference needs no sum of its own."""

        def name(text: str) -> str:
            return f"p.{inputs.setdefault(text, f'c{len(inputs)}')}"

        if not measure.terms:
            return name(measure.over(None))
        scale = max(value.scale for _, value in measure.terms)
        return " ".join(
            f"{sign} {Sql(name(f'sum({value.text})'), value.type).exact(scale).text}" for sign, value in measure.terms
        )

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

    def whole(self) -> Written:
        """Medians, percentiles, deviations and products."""
        columns = []
        for aggregate in self.statement.aggregates:
            value = self.scalars.value(aggregate.arguments[0]).double().text
            condition = self.condition(aggregate)
            seen = f" FILTER (WHERE {condition})" if condition else ""
            columns.append((Output(aggregate, "value"), f"{whole(aggregate, value)}{seen}"))
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
        names = self.base.model.sources[source].key
        columns = (cell("r", self.base.tables[source], name).text for name in names)
        keys = "".join(f", 'k{number}': CAST({key} AS VARCHAR)" for number, key in enumerate(columns))
        return f"{{'t': {clock}{keys}}}"

    # ---- distinct counts

    def bitmap(self) -> Written:
        """A bit for each possible key; the bits of slots are put together and counted."""
        assert self.statement.bounds is not None
        low, high = self.statement.bounds
        key = self.base.raw(self.statement.keys[0], self.rows).text
        axes = Axes(self.scalars, self.statement.axes)
        wanted = self.statement.aggregates
        bits = [chosen(self.condition(item), key) for item in wanted] if not axes.names else [key]
        columns = "".join(f", bitstring_agg({text}, {low}, {high}) AS b{number}" for number, text in enumerate(bits))
        grouping = ", ".join(["w", *self.names(), *axes.names])
        inner = f"SELECT {self.head(self.rows.window)}{axes.columns}{columns} {self.rows.text} GROUP BY {grouping}"
        found = (f"p.b{n}" if not axes.names else chosen(decided(axes, item), "p.b0") for n, item in enumerate(wanted))
        counts = "".join(f", COALESCE(bit_count(bit_or({text})), 0)" for text in found)
        outputs = [Output(item, "rows") for item in wanted]
        return self.finish(f"WITH p AS ({axes.told(inner)}) {self.fold(counts)}", outputs)

    def distinct(self) -> Written:
        """One grouping by the counted key, with a bit for each filter, then the bits are counted."""
        having_none = not any(item.having for item in self.statement.aggregates)
        if having_none and 0 < len(self.slots()) * len(self.statement.aggregates) <= MOST_SLOT_COUNTS:
            return self.by_slot()
        names, keyed = self.keyed()
        bits, having, counts = self.bits(), "", []
        for number, aggregate in enumerate(self.statement.aggregates):
            tests = [f"{name} IS NOT NULL" for name in names]
            if bits:
                tests.append(f"mask & {1 << number} <> 0")
            if aggregate.having is not None:
                texts, test = Groups(self.scalars, self.condition, self.rank, aggregate, f"h{number}_").written()
                having += texts
                tests.append(test)
            counts.append((Output(aggregate, "rows"), f"SUM(CASE WHEN {' AND '.join(tests)} THEN 1 ELSE 0 END)"))
        fold = self.rows.spans is not None and having_none
        window, rows = (self.rows.window, self.rows.text) if fold else self.windowed()
        grouping = ", ".join(["w", *self.names(), *names])
        inner = f"SELECT {self.head(window)}{keyed}{bits}{having} {rows} GROUP BY {grouping}"
        if fold:
            inner = self.by_window(inner, names, bits)
        texts = "".join(f", {text}" for _, text in counts)
        sql = f"WITH k AS ({inner}) SELECT {', '.join(['w', *self.names()])}{texts} FROM k {self.group()}"
        return self.finish(sql, (output for output, _ in counts))

    def keyed(self) -> tuple[list[str], str]:
        """The names of the counted key's columns, and the columns."""
        keys = [self.base.raw(key, self.rows).text for key in self.statement.keys]
        names = [f"k{number}" for number in range(len(keys))]
        return names, "".join(f", {text} AS {name}" for text, name in zip(keys, names, strict=True))

    def slots(self) -> dict[int, int]:
        """For each window's number the bits of its slots; nothing where slots are no bits of one whole number."""
        if self.statement.scan.basis != "events":
            return {}
        spans = self.rows.spans or [(slot, slot, slot) for slot in self.rows.numbers]
        if max(last for _, _, last in spans) >= MOST_SLOTS:
            return {}
        return {number: (1 << last + 1) - (1 << first) for number, first, last in spans}

    def by_slot(self) -> Written:
        """Grouped by key and members alone: whole numbers with a bit for each slot of time and filter, as many filters
        in one number as have room."""
        names, keyed = self.keyed()
        slots = self.slots()
        width = max(bits.bit_length() for bits in slots.values())
        packed = packs(len(self.statement.aggregates), MOST_BITS // width)
        width = HALF if MOST_BITS // width == 2 else width
        flags = "".join(f", {self.flags(pack, width)} AS b{number}" for number, pack in enumerate(packed))
        bits = ", ".join(f"bit_or(b{number} << CAST(w AS INTEGER)) AS b{number}" for number in range(len(packed)))
        grouping = ", ".join([*self.names(), *names])
        inner = f"SELECT {grouping}, {bits} FROM (SELECT {self.head(self.rows.window)}{keyed}{flags} {self.rows.text}) GROUP BY {grouping}"
        columns = [f"unnest([{', '.join(str(number) for number in slots)}]) AS w", *self.names()]
        for number, pack in enumerate(packed):
            for place, item in enumerate(pack):
                counts = (self.having_bits(f"b{number}", bits << place * width) for bits in slots.values())
                columns.append(f"unnest([{', '.join(counts)}]) AS n{item}")
        present = " AND ".join(f"{name} IS NOT NULL" for name in names)
        sql = f"WITH k AS ({inner}) SELECT {', '.join(columns)} FROM k WHERE {present}"
        if self.rows.members:
            seen = " OR ".join(f"n{item} > 0" for item in range(len(self.statement.aggregates)))
            sql = f"SELECT * FROM ({sql} GROUP BY {', '.join(self.names())}) WHERE {seen}"
        return self.finish(sql, (Output(item, "rows") for item in self.statement.aggregates))

    def flags(self, pack: range, width: int) -> str:
        """A whole number with the first bit of each of some aggregates whose filter a row passes."""
        found = []
        for place, item in enumerate(pack):
            condition, bit = self.condition(self.statement.aggregates[item]), 1 << place * width
            found.append(f"CASE WHEN {condition} THEN {bit} ELSE 0 END" if condition else str(bit))
        return f"CAST({' | '.join(found)} AS BIGINT)"

    def having_bits(self, column: str, bits: int) -> str:
        """How many values have any of these bits. Of one bit alone it is half of a sum, which counts another bit too."""
        if bits.bit_count() > 1:
            return f"SUM(CASE WHEN {column} & {bits} <> 0 THEN 1 ELSE 0 END)"
        half, place = divmod(bits.bit_length() - 1, HALF)
        if self.base.tables[self.statement.scan.source].rows >= MOST_COUNTED:
            return f"SUM(({column} >> {bits.bit_length() - 1}) & 1)"
        both = f"SUM(({column} >> {place}) & {1 | 1 << HALF})"
        return f"{both} >> {HALF}" if half else f"{both} & {(1 << HALF) - 1}"

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


def overlapping(spans: Sequence[tuple[int, int, int]]) -> bool:
    """Whether a slot belongs to two windows or more, on average."""
    slots = max(last for _, _, last in spans) + 1
    return sum(last - first + 1 for _, first, last in spans) >= 2 * slots


def packs(count: int, each: int) -> list[range]:
    """So many things, put into whole numbers that hold so many each."""
    return [range(start, min(start + each, count)) for start in range(0, count, each)]


def decided(axes: Axes, aggregate: Aggregate) -> str | None:
    """Which groups an aggregate sees, by its filter."""
    return axes.choosing(aggregate.where) if aggregate.where is not None else None


def portions(folded: list[tuple[Measure, str]]) -> list[list[tuple[Measure, str]]]:
    """Columns in portions that keep a query quick to plan, all those of one aggregate together."""
    found: list[list[tuple[Measure, str]]] = [[]]
    for _, columns in groupby(folded, key=lambda column: column[0].output.aggregate):
        if len(found[-1]) >= FOLDED_PER_QUERY:
            found.append([])
        found[-1].extend(columns)
    return found


WAYS: dict[str, Callable[[Writer], Written]] = {
    "bitmap": Writer.bitmap,
    "direct": Writer.direct,
    "partial": Writer.partial,
    "distinct": Writer.distinct,
    "whole": Writer.whole,
    "order": Writer.order,
}

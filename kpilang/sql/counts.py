"""Distinct counts as SQL: by bitmaps, or by one grouping by the counted key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpilang.model.expr import Aggregate
from kpilang.plan.moments import Joint
from kpilang.plan.scans import MOST_SLOT_COUNTS, MOST_SLOTS
from kpilang.plan.sets import base_of, meeting, way_of
from kpilang.sql.axes import Axes, decided
from kpilang.sql.groups import Groups
from kpilang.sql.measures import Output, chosen
from kpilang.sql.meeting import in_common
from kpilang.sql.ruler import stretches
from kpilang.sql.writer import Query, Writer, Written

MOST_BITS = MOST_SLOTS
# Counts of two bits that stand half a number apart are summed at once, as long as each is below this.
HALF, MOST_COUNTED = 32, 1 << 32


class Counts(Writer):
    """Writes the statements that count different keys."""

    def bitmap(self) -> Written:
        """A bit for each possible key; the bits of slots are put together and counted."""
        assert self.statement.bounds is not None
        low, high = self.statement.bounds
        key = self.base.raw(self.statement.keys[0], self.rows).text
        axes = Axes(self.scalars, self.statement.axes)
        wanted = self.bases()
        bits = [chosen(self.condition(item), key) for item in wanted] if not axes.names else [key]
        columns = "".join(f", bitstring_agg({text}, {low}, {high}) AS b{number}" for number, text in enumerate(bits))
        grouping = ", ".join(["w", *self.names(), *axes.names])
        inner = f"SELECT {self.head(self.rows.window)}{axes.columns}{columns} {self.rows.text} GROUP BY {grouping}"
        found = [f"p.b{n}" if not axes.names else chosen(decided(axes, item), "p.b0") for n, item in enumerate(wanted)]
        outputs = [Output(item, "rows") for item in self.statement.aggregates]
        if self.statement.scan.plain is not self.statement.scan:
            return in_common(self, axes.told(inner), found)
        counts = "".join(f", COALESCE(bit_count(bit_or({text})), 0)" for text in found)
        return self.finish(f"WITH p AS ({axes.told(inner)}) {self.fold(counts)}", outputs)

    def bases(self) -> list[Aggregate]:
        """The counts that bits are set for: those of what two windows have in common need no bits of their own."""
        return list(dict.fromkeys(map(base_of, self.statement.aggregates)))

    def distinct(self) -> Written:
        """One grouping by the counted key, with a bit for each filter, then the bits are counted."""
        having_none = not any(item.having for item in self.statement.aggregates)
        slots = self.slots() if having_none else {}
        together = any(meeting(item) for item in self.statement.aggregates) and not self.statement.scan.sets
        if slots and (together or len(slots) * len(self.statement.aggregates) <= MOST_SLOT_COUNTS):
            return self.by_slot(slots)
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
        names = [f"key{number}" for number in range(len(keys))]
        return names, "".join(f", {text} AS {name}" for text, name in zip(keys, names, strict=True))

    def slots(self) -> dict[int, tuple[int, ...]]:
        """For each window's number the bits of its slots, and of those of another window that it is looked at together
        with; nothing where slots are no bits of one whole number."""
        ruler, windows = self.rows.ruler, self.statement.scan.windows
        if ruler is None:
            return {}
        spans = [[ruler.slots(stretch) for stretch in stretches(window)] for window in windows]
        if max(last for found in spans for _, last in found) >= MOST_SLOTS:
            return {}
        masks = (tuple((1 << last + 1) - (1 << first) for first, last in found) for found in spans)
        return dict(enumerate(masks))

    def by_slot(self, slots: Mapping[int, tuple[int, ...]]) -> Written:
        """Grouped by key and members alone: whole numbers with a bit for each slot of time and filter, as many filters
        in one number as have room."""
        names, keyed = self.keyed()
        bases = self.bases()
        width = max(bits.bit_length() for masks in slots.values() for bits in masks)
        packed = packs(len(bases), MOST_BITS // width)
        width = HALF if MOST_BITS // width == 2 else width
        flags = "".join(f", {self.flags(pack, width)} AS b{number}" for number, pack in enumerate(packed))
        bits = ", ".join(f"bit_or(b{number} << CAST(w AS INTEGER)) AS b{number}" for number in range(len(packed)))
        grouping = ", ".join([*self.names(), *names])
        inner = f"SELECT {grouping}, {bits} FROM (SELECT {self.head(self.rows.window)}{keyed}{flags} {self.rows.text}) GROUP BY {grouping}"
        columns = [f"unnest([{', '.join(str(number) for number in slots)}]) AS w", *self.names()]
        places = {
            bases[item]: (f"b{number}", at * width)
            for number, pack in enumerate(packed)
            for at, item in enumerate(pack)
        }
        for number, item in enumerate(self.statement.aggregates):
            column, shift = places[base_of(item)]
            counts = (
                self.counted(item, slot, column, [mask << shift for mask in bits]) for slot, bits in slots.items()
            )
            columns.append(f"unnest([{', '.join(counts)}]) AS n{number}")
        present = " AND ".join(f"{name} IS NOT NULL" for name in names)
        sql = f"WITH k AS ({inner}) SELECT {', '.join(columns)} FROM k WHERE {present}"
        if self.rows.members:
            seen = " OR ".join(f"n{item} > 0" for item in range(len(self.statement.aggregates)))
            sql = f"SELECT * FROM ({sql} GROUP BY {', '.join(self.names())}) WHERE {seen}"
        query = Query(sql, tuple(Output(item, "rows") for item in self.statement.aggregates))
        return Written(self.statement, (query,), {number: number for number in slots})

    def flags(self, pack: range, width: int) -> str:
        """A whole number with the first bit of each of some aggregates whose filter a row passes."""
        found, bases = [], self.bases()
        for place, item in enumerate(pack):
            condition, bit = self.condition(bases[item]), 1 << place * width
            found.append(f"CASE WHEN {condition} THEN {bit} ELSE 0 END" if condition else str(bit))
        return f"CAST({' | '.join(found)} AS BIGINT)"

    def counted(self, item: Aggregate, number: int, column: str, masks: Sequence[int]) -> str:
        """How many values an aggregate counts in a window, or in two that are looked at together: 0 in those that it does
        not look at."""
        window = self.statement.scan.windows[number]
        if way_of(item) != (window.way if isinstance(window, Joint) else None):
            return "0"
        if len(masks) == 1:
            return self.having_bits(column, masks[0])
        own, other = masks
        if own.bit_count() == other.bit_count() == 1:
            return f"SUM(CASE WHEN {column} & {own | other} = {own | other} THEN 1 ELSE 0 END)"
        return f"SUM(CASE WHEN {column} & {own} <> 0 AND {column} & {other} <> 0 THEN 1 ELSE 0 END)"

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


def packs(count: int, each: int) -> list[range]:
    """So many things, put into whole numbers that hold so many each."""
    return [range(start, min(start + each, count)) for start in range(0, count, each)]

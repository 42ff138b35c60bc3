"""Distinct counts as SQL: by bitmaps, or by one grouping by the counted key."""

from __future__ import annotations

from kpilang.sql.axes import Axes, decided
from kpilang.sql.groups import Groups
from kpilang.sql.measures import Output, chosen
from kpilang.sql.writer import Writer, Written

# A whole number of 64 bits with its sign has this many to give away; and so many counts over them are still quick to plan.
MOST_SLOTS = MOST_BITS = 63
MOST_SLOT_COUNTS = 400
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


def packs(count: int, each: int) -> list[range]:
    """So many things, put into whole numbers that hold so many each."""
    return [range(start, min(start + each, count)) for start in range(0, count, each)]

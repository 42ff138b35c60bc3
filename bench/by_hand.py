"""The same KPIs in SQL written by hand: what most people write, a query for each KPI, and the best plan known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mix import Kpi, Part, parts
from rows import REGIONS, SEGMENTS

MONTH = "(year(ordered_at) * 12 + month(ordered_at) - 24289)"
WORDS = {"region": REGIONS, "segment": SEGMENTS}
# A table of groups without hashes may have 2 ** 22 places: 2 ** 12, as it is otherwise, are too few.
ROOM = "SET perfect_ht_threshold = 22"
NAMES = re.compile(r"\b(status|channel|qty)\b")


@dataclass(frozen=True)
class Rows:
    """What all statements read: a FROM, and the breakdown as name to expression."""

    origin: str
    members: dict[str, str]
    customers: int

    @property
    def keys(self) -> str:
        """The columns that a statement groups by."""
        return ", ".join([f"{MONTH} AS w", *(f"{text} AS {name}" for name, text in self.members.items())])

    @property
    def names(self) -> str:
        return ", ".join(["w", *self.members])

    @property
    def over(self) -> str:
        split = f"PARTITION BY {', '.join(self.members)} " if self.members else ""
        return f"{split}ORDER BY w"


def finished(kpis: Sequence[Kpi], columns: dict[Part, str], rows: Rows, relation: str) -> str:
    """The KPIs over a relation whose columns hold their parts."""
    values = ", ".join(kpi.sql([columns[part] for part in kpi.parts], rows.over) for kpi in kpis)
    return f"SELECT {rows.names}, {values} FROM {relation}"


def numbered(found: Sequence[Part]) -> dict[Part, str]:
    """A column for each part."""
    return {part: f"p{number}" for number, part in enumerate(found)}


def naive(kpis: Sequence[Kpi], rows: Rows) -> list[str]:
    """One GROUP BY, each aggregate with its FILTER."""
    columns = numbered(parts(kpis))
    texts = ", ".join(f"{part.sql()} AS {name}" for part, name in columns.items())
    return [finished(kpis, columns, rows, f"(SELECT {rows.keys}, {texts} FROM {rows.origin} GROUP BY ALL)")]


def one_by_one(kpis: Sequence[Kpi], rows: Rows) -> list[str]:
    """A query for each KPI; where it is one aggregate with a filter, that stands in the WHERE, but not where months
    are compared: a month without rows would be passed over."""
    found = []
    for kpi in kpis:
        columns = numbered(parts([kpi]))
        where = f" WHERE {kpi.parts[0].where}" if kpi.form == "value" and kpi.parts[0].where else ""
        plain = [Part(part.function, part.value) if where else part for part in columns]
        texts = ", ".join(f"{part.sql()} AS {name}" for part, name in zip(plain, columns.values(), strict=True))
        found.append(
            finished([kpi], columns, rows, f"(SELECT {rows.keys}, {texts} FROM {rows.origin}{where} GROUP BY ALL)")
        )
    return found


def best(kpis: Sequence[Kpi], rows: Rows) -> list[str]:
    """Sums from partial aggregates by the columns that filters use, distinct counts by bitmaps or bits of months,
    medians apart; put together at the end."""
    columns = numbered(parts(kpis))
    kinds: dict[str, list[Part]] = {"totals": [], "distinct": [], "median": []}
    for part in columns:
        kinds[part.function if part.function in kinds else "totals"].append(part)
    ways = {"totals": totals, "distinct": counts, "median": middles}
    made = {kind: ways[kind](found, columns, rows) for kind, found in kinds.items() if found}
    statements = [f"CREATE OR REPLACE TEMP TABLE {kind}_parts AS {text}" for kind, text in made.items()]
    joined = "".join(f" LEFT JOIN {kind}_parts USING ({rows.names})" for kind in list(made)[1:])
    return [ROOM, *statements, finished(kpis, columns, rows, f"{next(iter(made))}_parts{joined}")]


def totals(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """The fewest sums: that of a difference is the difference of sums, and values are counted where they are averaged.

    Broken down, filters on quantities have groups of their own, since the number of groups decides; both kinds of groups
    come of one pass."""
    terms = dict.fromkeys(term for part in found if part.value for term in part.value.split(" - "))
    measures = "".join(f", sum({term}) AS {term}_sum" for term in terms)
    measures += "".join(f", count({part.value}) AS {part.value}_count" for part in first_averages(found))
    parties = [[part for part in found if alone(part, rows) is flag] for flag in (False, True)]
    sets = [", ".join([rows.names, *looked_at(party)]) for party in parties if party]
    used = looked_at(found)
    read = f"SELECT {', '.join([rows.keys, *used, *terms])} FROM {rows.origin}"
    inner = f"SELECT {', '.join([rows.names, *used])}, count(*) AS n{measures}"
    if len(sets) == 2:
        inner += ", grouping(status) = 1 AS by_quantity"
    inner += f" FROM ({read}) GROUP BY GROUPING SETS (({'), ('.join(sets)}))"

    def folded(part: Part) -> str:
        apart = "" if len(sets) == 1 else "by_quantity" if alone(part, rows) else "NOT by_quantity"

        def over(column: str) -> str:
            tests = " AND ".join(filter(None, [apart, part.where]))
            return f"sum(CASE WHEN {tests} THEN {column} END)" if tests else f"sum({column})"

        if part.function == "avg":
            return f"CAST({over(part.value + '_sum')} AS DOUBLE) / nullif({over(part.value + '_count')}, 0)"
        total = " - ".join(f"{term}_sum" for term in part.value.split(" - ")) if part.value else "n"
        return f"coalesce({over(total)}, 0)"

    texts = ", ".join(f"{folded(part)} AS {columns[part]}" for part in found)
    return f"WITH p AS ({inner}) SELECT {rows.names}, {texts} FROM p GROUP BY ALL"


def looked_at(found: Sequence[Part]) -> list[str]:
    """The columns that filters use."""
    return sorted({name for part in found for name in NAMES.findall(part.where)})


def alone(part: Part, rows: Rows) -> bool:
    """Whether a part goes with those that look at nothing but quantities."""
    return bool(rows.members) and looked_at([part]) == ["qty"]


def first_averages(found: Sequence[Part]) -> list[Part]:
    """One average of each value."""
    return list({part.value: part for part in found if part.function == "avg"}.values())


def counts(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """Bitmaps for a dense key; broken down, where they are many, a place in a table for each member and key, with bits
    for months. One group for each member and key where the key is not dense."""
    if found[0].value not in ("customer", "customer_skewed"):
        return months(found, columns, rows)
    return placed(found, columns, rows) if rows.members else bitmaps(found, columns, rows)


def chosen(part: Part, value: str) -> str:
    """A value in the rows that a part sees."""
    return f"CASE WHEN {part.where} THEN {value} END" if part.where else value


def bitmaps(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """A bit for each key."""
    texts = ", ".join(
        f"coalesce(bit_count(bitstring_agg({chosen(part, part.value)}, 0, {rows.customers - 1})), 0) AS {columns[part]}"
        for part in found
    )
    return f"SELECT {rows.keys}, {texts} FROM {rows.origin} GROUP BY ALL"


def placed(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """Member and key as one number of small range, so that the engine needs no hash to find the group of a row."""
    ((name, text),) = rows.members.items()
    words = WORDS[name]
    *codes, last = [f"'{word}' THEN {place * rows.customers}" for place, word in enumerate(words)]
    # With an ELSE the engine knows the range of the number; without one it would have to hash it.
    offset = f"CASE {text} WHEN {' WHEN '.join(codes)} ELSE {last.partition(' THEN ')[2]} END"
    key = f"CAST({found[0].value} + {offset} AS INTEGER)"
    listed = ", ".join(f"'{word}'" for word in words)
    flags, bits = flagged(found)
    read = f"SELECT {MONTH} AS w, {key} AS k, {flags} FROM {rows.origin}"
    keyed = f"SELECT k, {bits} FROM ({read}) GROUP BY k"
    member = f"k // {rows.customers}"
    return f"SELECT {FIRST} AS w, [{listed}][{member} + 1] AS {name}, {by_month(found, columns)} FROM ({keyed}) GROUP BY {member}"


def months(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """One group for each member and key."""
    flags, bits = flagged(found)
    read = f"SELECT {rows.keys}, {found[0].value} AS k, {flags} FROM {rows.origin}"
    grouping = ", ".join([*rows.members, "k"])
    keyed = f"SELECT {grouping}, {bits} FROM ({read}) WHERE k IS NOT NULL GROUP BY {grouping}"
    split = f" GROUP BY {', '.join(rows.members)}" if rows.members else ""
    return f"SELECT {', '.join([f'{FIRST} AS w', *rows.members])}, {by_month(found, columns)} FROM ({keyed}){split}"


def flagged(found: Sequence[Part]) -> tuple[str, str]:
    """Of each row the filters that it passes, those of two in the halves of one whole number; and of a group of rows a
    bit for each month."""
    pairs = [found[start : start + 2] for start in range(0, len(found), 2)]
    flags = (
        " | ".join(f"CASE WHEN {part.where or 'TRUE'} THEN {1 << 32 * n} ELSE 0 END" for n, part in enumerate(pair))
        for pair in pairs
    )
    columns = ", ".join(f"CAST({text} AS BIGINT) AS b{n}" for n, text in enumerate(flags))
    return columns, ", ".join(f"bit_or(b{n} << w) AS b{n}" for n in range(len(pairs)))


FIRST = "unnest(range(24))"


def by_month(found: Sequence[Part], columns: dict[Part, str]) -> str:
    """How many groups have the bit of each month: one sum counts two."""
    halves = (f"& {(1 << 32) - 1}", ">> 32")
    return ", ".join(
        f"unnest([{', '.join(f'sum((b{n // 2} >> {month}) & {1 | 1 << 32}) {halves[n % 2]}' for month in range(24))}]) AS {columns[part]}"
        for n, part in enumerate(found)
    )


def middles(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """All medians in one statement: each in its own would scan again."""
    texts = ", ".join(f"{part.sql()} AS {columns[part]}" for part in found)
    return f"SELECT {rows.keys}, {texts} FROM {rows.origin} GROUP BY ALL"

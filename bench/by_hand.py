"""The same KPIs in SQL written by hand: what most people write, a query for each KPI, and the best plan known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mix import Kpi, Part, parts

MONTH = "(year(ordered_at) * 12 + month(ordered_at) - 24289)"
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
    medians apart; put together at the end. Broken down, filters on quantities have a partial aggregate of their own,
    since the number of groups decides."""
    columns = numbered(parts(kpis))
    kinds: dict[str, list[Part]] = {"totals": [], "quantities": [], "distinct": [], "median": []}
    for part in columns:
        alone = rows.members and set(NAMES.findall(part.where)) == {"qty"}
        kinds[part.function if part.function in kinds else "quantities" if alone else "totals"].append(part)
    ways = {"totals": totals, "quantities": totals, "distinct": counts, "median": middles}
    made = {kind: ways[kind](found, columns, rows) for kind, found in kinds.items() if found}
    statements = [f"CREATE OR REPLACE TEMP TABLE {kind}_parts AS {text}" for kind, text in made.items()]
    joined = "".join(f" LEFT JOIN {kind}_parts USING ({rows.names})" for kind in list(made)[1:])
    return [*statements, finished(kpis, columns, rows, f"{next(iter(made))}_parts{joined}")]


def totals(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """The fewest sums: that of a difference is the difference of sums, and values are counted where they are averaged."""
    used = sorted({name for part in found for name in NAMES.findall(part.where)})
    terms = dict.fromkeys(term for part in found if part.value for term in part.value.split(" - "))
    measures = "".join(f", sum({term}) AS {term}_sum" for term in terms)
    measures += "".join(f", count({part.value}) AS {part.value}_count" for part in first_averages(found))
    inner = f"SELECT {', '.join([rows.keys, *used])}, count(*) AS n{measures} FROM {rows.origin} GROUP BY ALL"

    def folded(part: Part) -> str:
        def over(column: str) -> str:
            return f"sum({chosen(part, column)})"

        if part.function == "avg":
            return f"CAST({over(part.value + '_sum')} AS DOUBLE) / nullif({over(part.value + '_count')}, 0)"
        total = " - ".join(f"{term}_sum" for term in part.value.split(" - ")) if part.value else "n"
        return f"coalesce({over(total)}, 0)"

    texts = ", ".join(f"{folded(part)} AS {columns[part]}" for part in found)
    return f"WITH p AS ({inner}) SELECT {rows.names}, {texts} FROM p GROUP BY ALL"


def first_averages(found: Sequence[Part]) -> list[Part]:
    """One average of each value."""
    return list({part.value: part for part in found if part.function == "avg"}.values())


def counts(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """Bitmaps for a dense key, where they are many one for each combination of what filters look at; else one group for
    each member and key with bits for months."""
    if found[0].value in ("customer", "customer_skewed"):
        return apart(found, columns, rows) if rows.members else bitmaps(found, columns, rows)
    return months(found, columns, rows)


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


def apart(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """A bitmap for each combination of the words and the quantity that filters compare with: a row sets one bit. Words
    are grouped by as small numbers and are words again when the bitmaps are put together."""
    wheres = " and ".join(part.where for part in found)
    words = {name: sorted(set(re.findall(rf"\b{name} = '(\w+)'", wheres))) for name in ("status", "channel")}
    codes = [coded(name, known) for name, known in words.items()]
    least = max(map(int, re.findall(r"\bqty >= (\d+)", wheres)))
    codes.append(f"CAST(CASE WHEN qty >= {least} THEN {least} ELSE 0 END AS UTINYINT) AS qty")
    bits = f"bitstring_agg({found[0].value}, 0, {rows.customers - 1}) AS b"
    told = ", ".join(f"{['', *known]}[{name}] AS {name}" for name, known in words.items())
    inner = f"SELECT {rows.keys}, {', '.join(codes)}, {bits} FROM {rows.origin} GROUP BY ALL"
    counted = ", ".join(f"coalesce(bit_count(bit_or({chosen(part, 'b')})), 0) AS {columns[part]}" for part in found)
    return f"WITH p AS (SELECT * REPLACE ({told}) FROM ({inner})) SELECT {rows.names}, {counted} FROM p GROUP BY ALL"


def coded(name: str, words: Sequence[str]) -> str:
    """The place of a word among some, from 2; 1 for all others."""
    tests = " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(words, 2))
    return f"CAST(CASE {name} {tests} ELSE 1 END AS UTINYINT) AS {name}"


def months(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """One group for each member and key; a bit for each month, those of two filters in the halves of one whole number,
    so that one sum counts both."""
    pairs = [found[start : start + 2] for start in range(0, len(found), 2)]
    flags = (
        " | ".join(f"CASE WHEN {part.where or 'TRUE'} THEN {1 << 32 * n} ELSE 0 END" for n, part in enumerate(pair))
        for pair in pairs
    )
    columns_of = ", ".join(f"CAST({text} AS BIGINT) AS b{n}" for n, text in enumerate(flags))
    read = f"SELECT {rows.keys}, {found[0].value} AS k, {columns_of} FROM {rows.origin}"
    grouping = ", ".join([*rows.members, "k"])
    bits = ", ".join(f"bit_or(b{n} << w) AS b{n}" for n in range(len(pairs)))
    keyed = f"SELECT {grouping}, {bits} FROM ({read}) WHERE k IS NOT NULL GROUP BY {grouping}"
    halves = (f"& {(1 << 32) - 1}", ">> 32")
    counted = ", ".join(
        f"unnest([{', '.join(f'sum((b{n // 2} >> {month}) & {1 | 1 << 32}) {halves[n % 2]}' for month in range(24))}]) AS {columns[part]}"
        for n, part in enumerate(found)
    )
    split = f" GROUP BY {', '.join(rows.members)}" if rows.members else ""
    return f"SELECT {', '.join(['unnest(range(24)) AS w', *rows.members])}, {counted} FROM ({keyed}){split}"


def middles(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """All medians in one statement: each in its own would scan again."""
    texts = ", ".join(f"{part.sql()} AS {columns[part]}" for part in found)
    return f"SELECT {rows.keys}, {texts} FROM {rows.origin} GROUP BY ALL"

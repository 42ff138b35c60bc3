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
    """Sums from one partial aggregate by the columns that filters use, distinct counts by bitmaps or masks, medians
    apart; put together at the end."""
    columns = numbered(parts(kpis))
    kinds: dict[str, list[Part]] = {"totals": [], "distinct": [], "median": []}
    for part in columns:
        kinds[part.function if part.function in kinds else "totals"].append(part)
    ways = {"totals": totals, "distinct": counts, "median": middles}
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
    """Bitmaps for a dense key; else one group for each key with a bit for each month, or, broken down, one for each
    month, member and key with a bit for each filter."""
    if found[0].value in ("customer", "customer_skewed"):
        return bitmaps(found, columns, rows)
    return masks(found, columns, rows) if rows.members else months(found, columns, rows)


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


def months(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """One group for each key; for each filter a bit for each month."""
    key = found[0].value
    bits = ", ".join(f"bit_or({chosen(part, f'CAST(1 AS BIGINT) << {MONTH}')}) AS b{n}" for n, part in enumerate(found))
    counted = ", ".join(f"count(CASE WHEN (b{n} >> w) & 1 = 1 THEN 1 END) AS {columns[p]}" for n, p in enumerate(found))
    keyed = f"SELECT {key}, {bits} FROM {rows.origin} WHERE {key} IS NOT NULL GROUP BY {key}"
    return f"WITH k AS MATERIALIZED ({keyed}) SELECT CAST(w AS BIGINT) AS w, {counted} FROM k, range(24) AS r(w) GROUP BY w"


def masks(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """One group for each month, member and key, with a bit for each filter."""
    key = found[0].value
    flags = (f"CASE WHEN {part.where or 'TRUE'} THEN {1 << n} ELSE 0 END" for n, part in enumerate(found))
    bits = " | ".join(f"({flag})" for flag in flags)
    keyed = f"SELECT {rows.keys}, {key} AS k, bit_or(CAST({bits} AS UTINYINT)) AS m FROM {rows.origin} WHERE {key} IS NOT NULL GROUP BY ALL"
    counted = ", ".join(f"count(CASE WHEN m & {1 << n} <> 0 THEN 1 END) AS {columns[p]}" for n, p in enumerate(found))
    return f"WITH k AS ({keyed}) SELECT {rows.names}, {counted} FROM k GROUP BY ALL"


def middles(found: Sequence[Part], columns: dict[Part, str], rows: Rows) -> str:
    """All medians in one statement: each in its own would scan again."""
    texts = ", ".join(f"{part.sql()} AS {columns[part]}" for part in found)
    return f"SELECT {rows.keys}, {texts} FROM {rows.origin} GROUP BY ALL"

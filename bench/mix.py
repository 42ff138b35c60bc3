"""The KPIs of the benchmarks, once: as definitions in the language and as SQL somebody would write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Protocol

from rows import CHANNELS, STATUSES


@dataclass(frozen=True)
class Part:
    """An aggregate: `sum`, `count`, `avg`, `distinct` or `median` of a value, over the rows that pass a filter.

    Value and filter are written alike in both languages but for the quotes around texts.
    """

    function: str
    value: str = ""
    where: str = ""

    def formula(self) -> str:
        inside = {"count": "orders", "distinct": f"distinct {self.value}"}.get(self.function, self.value)
        name = "count" if self.function == "distinct" else self.function
        filtered = " where " + self.where.replace("'", '"') if self.where else ""
        return f"{name}({inside}{filtered})"

    def sql(self) -> str:
        """As most people write it: the aggregate with its FILTER."""
        filtered = f" FILTER (WHERE {self.where})" if self.where else ""
        match self.function:
            case "count":
                return f"count(*){filtered}"
            case "distinct":
                return f"count(DISTINCT {self.value}){filtered}"
            case "median":
                return f"median(CAST({self.value} AS DOUBLE)){filtered}"
            case "sum":
                return f"coalesce(sum({self.value}){filtered}, 0)"
        return f"{self.function}({self.value}){filtered}"


class Defined(Protocol):
    """A KPI that can be written down."""

    @property
    def name(self) -> str: ...

    def definition(self) -> str: ...


@dataclass(frozen=True)
class Kpi:
    """A KPI: `form` is `value`, `ratio` of two parts, `change` or `growth` against the month before."""

    name: str
    form: str
    parts: tuple[Part, ...]

    def definition(self) -> str:
        texts = [part.formula() for part in self.parts]
        formula = {
            "value": texts[0],
            "ratio": " / ".join(texts),
            "change": f"{texts[0]} - previous({texts[0]})",
            "growth": f"growth({texts[0]})",
        }[self.form]
        return f'kpi {self.name} "{self.name}" {{ formula {formula}  period month }}'

    def sql(self, columns: Sequence[str], over: str) -> str:
        """The value over columns that hold the parts; `over` is the window that orders months."""
        before = f"lag({columns[0]}) OVER ({over})"
        return {
            "value": columns[0],
            "ratio": f"CAST({columns[0]} AS DOUBLE) / nullif({columns[-1]}, 0)",
            "change": f"{columns[0]} - {before}",
            "growth": f"CAST({columns[0]} - {before} AS DOUBLE) / CASE WHEN {before} > 0 THEN {before} END",
        }[self.form]


def filters() -> list[str]:
    """Filters as KPIs have them: over two columns of few words and a number."""
    words = [f"status = '{status}' and channel = '{channel}'" for status in STATUSES for channel in CHANNELS]
    alone = [f"status = '{status}'" for status in STATUSES] + [f"channel = '{channel}'" for channel in CHANNELS]
    numbers = [f"qty >= {least}" for least in range(2, 8)] + [f"status = 'paid' and qty >= {n}" for n in range(2, 10)]
    return [text for four in zip(words[::2], cycle(alone), cycle(numbers), words[1::2], strict=False) for text in four]


VALUES = ("amount", "cost", "amount - cost")


def sums(count: int) -> list[Kpi]:
    """Filtered sums, no two alike up to a hundred."""
    pairs = zip(islice(cycle(filters()), count), cycle(VALUES), strict=False)
    return [Kpi(f"sum_{n}", "value", (Part("sum", value, where),)) for n, (where, value) in enumerate(pairs)]


def ratios(count: int) -> list[Kpi]:
    """Filtered counts over all orders, and filtered margins over sums."""
    tops = [Part("sum", "amount - cost", where) if n % 2 else Part("count", "", where) for n, where in ways(count)]
    bottoms = [Part("sum", "amount", where) if n % 2 else Part("count") for n, where in ways(count)]
    return [Kpi(f"ratio_{n}", "ratio", pair) for n, pair in enumerate(zip(tops, bottoms, strict=True))]


def averages(count: int) -> list[Kpi]:
    """Filtered averages, of money and of a double."""
    values = ("amount", "minutes")
    return [Kpi(f"average_{n}", "value", (Part("avg", values[n % 2], where),)) for n, where in ways(count)]


def compared(count: int) -> list[Kpi]:
    """Filtered sums against the month before, as difference and as growth."""
    forms = ("change", "growth")
    return [Kpi(f"compared_{n}", forms[n % 2], (Part("sum", "amount", where),)) for n, where in ways(count)]


def ways(count: int) -> list[tuple[int, str]]:
    """Filters, numbered."""
    return list(enumerate(islice(cycle(filters()), count)))


def distincts(key: str) -> list[Kpi]:
    """Six distinct counts of one key, five of them filtered."""
    wheres = ["", "status = 'paid'", "channel = 'web'", "status = 'paid' and channel = 'shop'", "qty >= 6"]
    wheres.append("status = 'refunded'")
    return [Kpi(f"customers_{n}", "value", (Part("distinct", key, where),)) for n, where in enumerate(wheres)]


def medians() -> list[Kpi]:
    """One of all rows and two filtered."""
    parts = [Part("median", "amount"), Part("median", "amount", "status = 'paid'")]
    parts.append(Part("median", "minutes", "channel = 'web'"))
    return [Kpi(f"median_{n}", "value", (part,)) for n, part in enumerate(parts)]


def additive() -> list[Kpi]:
    """41 KPIs of sums and counts."""
    return [*sums(20), *ratios(10), *averages(6), *compared(5)]


def fifty(key: str) -> list[Kpi]:
    """The whole mix; `key` is the column that is counted."""
    return [*additive(), *distincts(key), *medians()]


def parts(kpis: Iterable[Kpi]) -> list[Part]:
    """All parts, each once."""
    return list(dict.fromkeys(part for kpi in kpis for part in kpi.parts))


COLUMNS = {
    "region": "text",
    "status": "text",
    "channel": "text",
    "qty": "integer",
    "amount": "money(CNY)",
    "cost": "money(CNY)",
    "minutes": "number",
}


def project(kpis: Iterable[Defined], key: str, form: str = "parquet", *, linked: bool = False) -> str:
    """A file of definitions: the source of orders, that of customers where it is linked, the KPIs."""
    columns = {"ordered_at": "datetime", key: "text" if key == "customer_text" else "integer", **COLUMNS}
    declared = "\n".join(f"  column {name} : {sort}" for name, sort in columns.items())
    link = "  link customer -> customers as buyer\n" if linked else ""
    texts = [f'source orders from "orders.{form}" {{\n  key id\n  time ordered_at\n{link}{declared}\n}}']
    if linked:
        people = "  key person\n  column person : integer\n  column segment : text"
        texts.append(f'source customers from "customers.{form}" {{\n{people}\n}}')
    return "\n".join([*texts, *(kpi.definition() for kpi in kpis)]) + "\n"

"""Customers of the last three months, month by month, as definitions and as the best SQL known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from by_hand import MONTH

MONTHS = 24
"""How many months there are orders in; the windows of the first two begin before them."""


@dataclass(frozen=True)
class Trailing:
    """A count of different keys over three months."""

    name: str
    key: str
    where: str = ""

    def definition(self) -> str:
        where = f' where status = "{self.where}"' if self.where else ""
        counted = f"count(distinct orders.{self.key}{where})"
        return f'kpi {self.name} "{self.name}" {{ formula trailing({counted}, 3 months)  period month }}'

    @property
    def counted(self) -> str:
        """The key where it counts."""
        return f"CASE WHEN status = '{self.where}' THEN {self.key} END" if self.where else self.key


def kpis(key: str) -> list[Trailing]:
    """All customers, and those of one status."""
    return [Trailing("bought", key), Trailing("paid", key, "paid")]


def bitmaps(found: Sequence[Trailing], relation: str, customers: int) -> list[str]:
    """A bit for each customer in each month, three months put together."""
    bits = "".join(f", bitstring_agg({kpi.counted}, 0, {customers}) AS {kpi.name}" for kpi in found)
    over = "OVER (ORDER BY w ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)"
    counts = ", ".join(f"CASE WHEN w >= 2 THEN bit_count(bit_or({kpi.name}) {over}) END AS {kpi.name}" for kpi in found)
    return [f"SELECT w, {counts} FROM (SELECT {MONTH} AS w{bits} FROM {relation} GROUP BY 1)"]


def months_of_keys(found: Sequence[Trailing], relation: str) -> list[str]:
    """A bit for each month of each customer, counted where any of three is set."""
    bits = "".join(
        f", bit_or(CASE WHEN {kpi.counted} IS NOT NULL THEN CAST(1 AS BIGINT) << CAST({MONTH} AS INTEGER) ELSE 0 END) AS {kpi.name}"
        for kpi in found
    )
    keyed = f"SELECT {found[0].key} AS k{bits} FROM {relation} GROUP BY 1"
    windows = range(2, MONTHS)
    sums = ", ".join(
        f"count(CASE WHEN {kpi.name} & {7 << month - 2} <> 0 THEN 1 END) AS {kpi.name}_{month}"
        for kpi in found
        for month in windows
    )
    lists = ", ".join(
        f"unnest([NULL, NULL, {', '.join(f'{kpi.name}_{month}' for month in windows)}]) AS {kpi.name}" for kpi in found
    )
    return [f"SELECT unnest(range({MONTHS})) AS w, {lists} FROM (SELECT {sums} FROM ({keyed}) WHERE k IS NOT NULL)"]

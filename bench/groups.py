"""KPIs that are computed for each customer and put together, as definitions and as the best SQL known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from by_hand import MONTH


@dataclass(frozen=True)
class Grouped:
    """A KPI with `per`, and what it is over columns of customers by hand."""

    name: str
    formula: str
    sql: str

    def definition(self) -> str:
        return f'kpi {self.name} "{self.name}" {{ formula {self.formula}  period month }}'


NOW, BEFORE = "sum(orders.amount)", "coalesce(previous(sum(orders.amount)), 0 CNY)"

AVERAGES = [
    Grouped("orders_each", "avg(count(orders) per customer)", "avg(n)"),
    Grouped("revenue_each", "avg(sum(orders.amount) per customer)", "avg(s)"),
]
MOVEMENTS = [
    Grouped(
        "won", f"sum(if {BEFORE} = 0 CNY then {NOW} else 0 CNY per customer)", "sum(CASE WHEN b = 0 THEN s ELSE 0 END)"
    ),
    Grouped(
        "more",
        f"sum(if {BEFORE} > 0 CNY then greatest({NOW} - {BEFORE}, 0 CNY) else 0 CNY per customer)",
        "sum(CASE WHEN b > 0 AND s > b THEN s - b ELSE 0 END)",
    ),
    Grouped(
        "less",
        f"sum(if {NOW} > 0 CNY then least({NOW} - {BEFORE}, 0 CNY) else 0 CNY per customer)",
        "sum(CASE WHEN s > 0 AND s < b THEN s - b ELSE 0 END)",
    ),
    Grouped(
        "gone", f"sum(if {NOW} = 0 CNY then {BEFORE} else 0 CNY per customer)", "sum(CASE WHEN s = 0 THEN b ELSE 0 END)"
    ),
]


def by_customer(relation: str) -> str:
    """Count and sum of each customer in each month."""
    return f"SELECT {MONTH} AS w, customer, count(*) AS n, sum(amount) AS s FROM {relation} GROUP BY ALL"


def averages(kpis: Sequence[Grouped], relation: str) -> list[str]:
    """One grouping by month and customer, and one by month."""
    values = ", ".join(kpi.sql for kpi in kpis)
    return [f"SELECT w, {values} FROM ({by_customer(relation)}) GROUP BY w"]


def movements(kpis: Sequence[Grouped], relation: str) -> list[str]:
    """Each month of a customer joined to the one before it; a month after one with orders counts without any too."""
    values = ", ".join(kpi.sql for kpi in kpis)
    joined = """SELECT coalesce(t.w, y.w + 1) AS w, coalesce(t.s, 0) AS s, coalesce(y.s, 0) AS b
        FROM g AS t FULL JOIN g AS y ON t.customer = y.customer AND t.w = y.w + 1"""
    last = "(SELECT max(w) FROM g)"
    return [
        f"WITH g AS MATERIALIZED ({by_customer(relation)}) SELECT w, {values} FROM ({joined}) WHERE w <= {last} GROUP BY w"
    ]

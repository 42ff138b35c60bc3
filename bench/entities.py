"""Who stays and who converts, as definitions and as the best SQL known."""

from __future__ import annotations

from by_hand import MONTH
from groups import Grouped

WEB, REFUNDED = 'channel = "web"', 'status = "refunded"'


def retention(key: str) -> list[Grouped]:
    """The share of one month's customers who come again in the next."""
    return [Grouped("kept", f"retained(orders.{key}) / previous(count(distinct orders.{key}))", "")]


CONVERSION = [
    Grouped(
        "converted",
        f"count(distinct orders.customer where {WEB} followed by orders.customer where {REFUNDED} within 7 days)",
        "",
    )
]


def kept_of_numbers(relation: str, customers: int) -> list[str]:
    """A bit for each customer in each month, and two months held side by side."""
    bits = f"SELECT {MONTH} AS w, bitstring_agg(customer, 0, {customers}) AS b FROM {relation} GROUP BY w"
    kept, pairs = "bit_count(t.b & y.b) / bit_count(y.b)", "g AS t JOIN g AS y ON t.w = y.w + 1"
    return [f"WITH g AS MATERIALIZED ({bits}) SELECT t.w, {kept} FROM {pairs}"]


def kept_of_texts(relation: str, months: int) -> list[str]:
    """A whole number for each customer, with a bit for each month, and one count for each pair of months."""
    bits = f"SELECT customer_text, bit_or(1::BIGINT << CAST({MONTH} AS INTEGER)) AS b FROM {relation} GROUP BY ALL"
    pairs = range(1, months)
    kept = ", ".join(f"count(CASE WHEN b & {3 << each - 1} = {3 << each - 1} THEN 1 END)" for each in pairs)
    were = ", ".join(f"count(CASE WHEN b & {1 << each - 1} <> 0 THEN 1 END)" for each in pairs)
    numbers = ", ".join(map(str, pairs))
    columns = f"unnest([{numbers}]) AS w, unnest([{kept}]) AS k, unnest([{were}]) AS n"
    return [f"SELECT w, k / n FROM (SELECT {columns} FROM ({bits}))"]


def converted(relation: str) -> list[str]:
    """The first order of each customer in a month, and whether another of the right sort comes soon after."""
    firsts = f"SELECT {MONTH} AS w, customer, min(ordered_at) AS t FROM {relation} WHERE channel = 'web' GROUP BY ALL"
    others = f"SELECT customer, ordered_at AS u FROM {relation} WHERE status = 'refunded'"
    soon = "a.customer = b.customer AND b.u > a.t AND b.u <= a.t + INTERVAL 7 DAY"
    return [f"SELECT w, count(*) FROM ({firsts}) AS a SEMI JOIN ({others}) AS b ON {soon} GROUP BY w"]

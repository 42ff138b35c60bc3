"""Makes the data of the benchmarks: orders and customers, the same rows on every run, as Parquet or CSV.

Run as `python bench/rows.py FOLDER ROWS [csv]`, in a process of its own so that its memory is nobody else's.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROWS_A_CUSTOMER = 50
REGIONS = ("north", "south", "east", "west", "centre", "islands", "coast", "hills")
STATUSES = ("paid", "refunded", "cancelled", "open")
CHANNELS = ("web", "shop", "phone", "partner", "app")
SEGMENTS = ("private", "trade", "public", "school", "health", "other")


def customers(rows: int) -> int:
    """How many customers that many orders have; their dense keys run from 0."""
    return max(rows // ROWS_A_CUSTOMER, 10)


def draw(number: int, below: int) -> str:
    """SQL of a number from 0 to before `below`, another one for each `number` and row `i`."""
    return f"CAST(hash(i * 64 + {number}) % {below} AS BIGINT)"


def one_of(number: int, words: tuple[str, ...]) -> str:
    """SQL of one of some words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"[{listed}][1 + {draw(number, len(words))}]"


def orders(rows: int) -> str:
    """SQL of the orders: two years, one customer's key in four forms, of which `skewed` gives one a third of the rows."""
    key = draw(1, customers(rows))
    seconds = f"({draw(2, 731)} * 86400 + {draw(3, 86400)})"
    return f"""SELECT i AS id, TIMESTAMP '2024-01-01' + to_seconds({seconds}) AS ordered_at,
    {key} AS customer, 'C' || lpad(CAST({key} AS VARCHAR), 9, '0') AS customer_text,
    CAST(hash({key}) >> 1 AS BIGINT) AS customer_wide,
    CASE WHEN {draw(4, 3)} = 0 THEN 7 ELSE {key} END AS customer_skewed,
    {one_of(5, REGIONS)} AS region, {one_of(6, STATUSES)} AS status, {one_of(7, CHANNELS)} AS channel,
    CAST(1 + {draw(8, 12)} AS INTEGER) AS qty, CAST({draw(9, 100_000)} / 100.0 AS DECIMAL(18, 2)) AS amount,
    CAST({draw(10, 60_000)} / 100.0 AS DECIMAL(18, 2)) AS cost, {draw(11, 1_000_003)} / 997.0 AS minutes
    FROM range({rows}) AS r(i)"""


def people(rows: int) -> str:
    """SQL of the customers of that many orders."""
    return f"SELECT i AS person, {one_of(12, SEGMENTS)} AS segment FROM range({customers(rows)}) AS r(i)"


def make(folder: Path, rows: int, form: str) -> None:
    """Write `orders` and `customers` into a folder, as `parquet` or `csv`."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    for name, query in {"orders": orders(rows), "customers": people(rows)}.items():
        path = folder / f"{name}.{form}"
        if not path.exists():
            draft = path.with_suffix(".draft")
            connection.execute(f"COPY ({query}) TO '{draft}' (FORMAT {form})")
            draft.rename(path)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "parquet")

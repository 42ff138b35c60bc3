"""A Parquet file: numbers as doubles to compute with, the value as text too so that no digit is lost."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from kpilang.outputs import flat_rows
from kpilang.outputs.numbers import show_exact
from kpilang.outputs.shown import Shown
from kpilang.sql.quote import identifier, text

_TYPES = {"text": "VARCHAR", "date": "DATE", "number": "DOUBLE"}


def write_file(shown: Shown, path: Path) -> None:
    """Writes the file. OSError when it cannot be written."""
    import duckdb

    fields = [*flat_rows.fields(shown), flat_rows.Field("value_exact", "text")]
    at = [field.name for field in fields].index("value")
    columns: list[list[object]] = [[] for _ in fields]
    for record in flat_rows.records(shown):
        for column, cell in zip(columns, (*record, _exact(record[at])), strict=True):
            column.append(float(cell) if isinstance(cell, Decimal) else cell)
    lists = ", ".join(
        f"unnest(${number}::{_TYPES[field.kind]}[]) AS {identifier(field.name)}"
        for number, field in enumerate(fields, start=1)
    )
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE result AS SELECT {lists}", columns)
        connection.execute(f"COPY result TO {text(str(path))} (FORMAT parquet)")


def _exact(cell: flat_rows.Cell) -> str | None:
    return show_exact(cell) if isinstance(cell, Decimal) else None

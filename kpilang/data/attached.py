"""DuckDB files: a table of a database that the engine attached for reading before its door was shut."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpilang.data import findings, formats
from kpilang.data.intake import Intake
from kpilang.data.parquet import NUMBER, Parquet, described
from kpilang.data.staging import Runner
from kpilang.sql import quote

WIDTH = "coalesce(max(rowid), -1) + 1"


@dataclass(frozen=True)
class Attached(Parquet):
    """One table of a DuckDB file; `table` is its whole name in SQL, `number` SQL of each row's number."""

    table: str = ""
    number: str = "rowid"

    def stored(self) -> str:
        """The table as it is."""
        return f"(SELECT *, {self.number} AS {NUMBER} FROM {self.table})"

    def lettered(self) -> None:
        """Nothing: tables of a database have no statistics to ask for."""


def examine(runner: Runner, intake: Intake, path: Path, name: str) -> Attached | None:
    """Look at a table's columns; None, with a finding, where there is no such table or it has none of the columns."""
    database = runner.database(path)
    if isinstance(database, OSError):
        intake.refuse(findings.unreadable(intake.source, name, str(database)))
        return None
    rows = runner.rows(
        "SELECT schema_name, table_name FROM duckdb_tables() "
        f"WHERE database_name = {quote.text(database)} ORDER BY schema_name, table_name"
    )
    tables = {table if schema == "main" else f"{schema}.{table}": (str(schema), str(table)) for schema, table in rows}
    table = _chosen(intake, name, {str(key): value for key, value in tables.items()})
    if table is None:
        return None
    whole = ".".join(quote.identifier(part) for part in (database, *table))
    shape = described(runner, intake, name, whole)
    if shape is None:
        return None
    count, width = (int(str(found)) for found in runner.rows(f"SELECT count(*), {WIDTH} FROM {whole}")[0])
    # Rows that were deleted leave holes in the numbers: then they are counted anew, which takes its time.
    number = "rowid" if width == count else "row_number() OVER () - 1"
    size = count * len(shape.marks)
    return Attached(intake, path, name, shape, size, size, whole, number)


def _chosen(intake: Intake, file: str, tables: dict[str, tuple[str, str]]) -> tuple[str, str] | None:
    """Schema and name of the table asked for, or of the only one."""
    if intake.table in tables:
        return tables[str(intake.table)]
    if intake.table is None and len(tables) == 1:
        return next(iter(tables.values()))
    about: dict[str, Any] = {
        "file": file,
        "source": intake.source.name,
        "kind": formats.TABLE,
        "found": findings.listed(list(tables)),
    }
    head = intake.source.declaration.head
    if intake.table is None:
        intake.refuse(formats.WHICH_TABLE.at(head, word="table", **about))
    else:
        intake.refuse(formats.NO_TABLE.at(head, name=intake.table, **about))
    return None

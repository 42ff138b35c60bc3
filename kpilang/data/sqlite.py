"""SQLite files: a table as a grid, by Python's own module, opened for reading only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote as percent

from kpilang.data import findings, formats
from kpilang.data.grid import Grid, UnusableError
from kpilang.data.opening import tidy

BATCH = 10_000
DAMAGES = (sqlite3.Error, UnicodeDecodeError)


def read(path: Path, table: str | None, wanted: Sequence[str] | None) -> Grid:
    """The rows of a table, with the columns that are asked for (None: all); UnusableError, and OSError where the file is damaged."""
    connection = _open(path)
    try:
        name = _named(connection, table)
        cursor = connection.execute(f"SELECT * FROM {_identifier(name)}")
        headings = [tidy(str(item[0])) for item in cursor.description]
        taken = [place for place, heading in enumerate(headings) if wanted is None or heading in wanted]
        others = [heading for place, heading in enumerate(headings) if place not in taken]
        return Grid(tuple(headings[place] for place in taken), _rows(connection, cursor, taken), "row", others)
    except DAMAGES as error:
        connection.close()
        raise OSError(str(error)) from error
    except UnusableError:
        connection.close()
        raise


def _open(path: Path) -> sqlite3.Connection:
    """A connection that cannot write; a file beside which no lock can be made is taken as unchanging."""
    for options in ("mode=ro", "mode=ro&immutable=1"):
        connection = sqlite3.connect(f"file:{percent(str(path))}?{options}", uri=True, check_same_thread=False)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except DAMAGES as error:
            connection.close()
            said = str(error)
            if "locked" in said:  # not unchanging: another program is writing it
                break
        else:
            return connection
    raise OSError(said)


def _named(connection: sqlite3.Connection, table: str | None) -> str:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
    names = [str(name) for (name,) in rows if not str(name).startswith("sqlite_")]
    if table is None and len(names) == 1:
        return names[0]
    if table is None:
        raise UnusableError(formats.WHICH_TABLE, kind=formats.TABLE, word="table", found=findings.listed(names))
    if table not in names:
        raise UnusableError(formats.NO_TABLE, kind=formats.TABLE, name=table, found=findings.listed(names))
    return table


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _rows(
    connection: sqlite3.Connection, cursor: sqlite3.Cursor, taken: Sequence[int]
) -> Iterator[tuple[str, list[str]]]:
    number = 0
    with closing(connection):
        try:
            while batch := cursor.fetchmany(BATCH):
                for row in batch:
                    number += 1
                    yield str(number), [_text(row[place]) for place in taken]
        except DAMAGES as error:
            raise OSError(str(error)) from error


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, float):
        return repr(value)
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")

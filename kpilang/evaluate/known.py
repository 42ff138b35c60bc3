"""What statements found in the content of files, remembered between runs, so that it is looked for once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from kpilang import cache
from kpilang.data.fingerprint import digest, settled
from kpilang.data.table import Table
from kpilang.evaluate.engine import Engine
from kpilang.text import Text

MOST = 1000
PLAIN = (bool, int, float, str, type(None))
Span = tuple[dt.date | None, dt.date | None]


class Known:
    """Remembers what statements found, as long as the files of the sources that they read are the same.

    `path` is the file where it is kept, None for nowhere; `files` are those of each source, looked at before they are
    loaded; `marks` says of each source what else its rows depend on: its declaration, the version of the program.
    """

    def __init__(
        self,
        path: Path | None = None,
        files: Mapping[str, tuple[Path, ...]] | None = None,
        marks: Mapping[str, str] | None = None,
    ) -> None:
        self.path, self.files, self.marks = path, files or {}, marks or {}
        self.contents = {name: content(paths) for name, paths in self.files.items()} if path else {}
        self.entries: dict[bytes, Any] = kept(path)
        self.made: dict[str, frozenset[str]] = {}
        self.used: set[bytes] = set()
        self.fresh: dict[bytes, frozenset[str]] = {}

    def note(self, relation: str, origins: frozenset[str]) -> None:
        """A relation was made of the rows of these sources; its name says how."""
        self.made[relation] = origins

    def rows(self, engine: Engine, tables: Iterable[Table], sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement over some of the tables."""
        read, key = self.key(tables, sql, "rows")
        if key in self.entries:
            self.used.add(key)
            return [tuple(map(unpacked, row)) for row in self.entries[key]]
        rows = engine.rows(sql)
        if key and all(isinstance(value, (*PLAIN, dt.date, Decimal)) for row in rows for value in row):
            self.put(key, read, [tuple(map(packed, row)) for row in rows])
        return rows

    def told(self, tables: Iterable[Table], sql: str, tell: Callable[[], Text]) -> Text:
        """What is told of the rows of a statement over some of the tables."""
        read, key = self.key(tables, sql, "text")
        if key in self.entries:
            self.used.add(key)
            return Text(*self.entries[key])
        text = tell()
        if key:
            self.put(key, read, (text.en, text.zh))
        return text

    def before(self, table: Table, times: tuple[str, ...], day: dt.date, look: Callable[[], Span]) -> dt.date | None:
        """The last day up to `day` at which a table has a row by these columns; `look` finds it, and the first day after
        it."""
        read, key = self.key((table,), f"{table.relation} {times}", "days")
        spans: list[Span] = [(unpacked(last), unpacked(after)) for last, after in self.entries.get(key, ())]
        for last, following in spans:
            if (last is None or last <= day) and (following is None or day < following):
                self.used.add(key)
                return last
        found = look()
        if key:
            self.put(key, read, [tuple(map(packed, span)) for span in (*spans, found)])
        return found[0]

    def remembers(self, table: Table) -> bool:
        """Whether anything is kept of a table: its files are known, and could be read."""
        names = self.made.get(table.relation, (table.source,))
        return not table.broken and all(self.contents.get(name) is not None for name in names)

    def key(self, tables: Iterable[Table], sql: str, kind: str) -> tuple[frozenset[str], bytes]:
        """The sources that a statement reads, and what it is kept under; nothing where nothing is to be kept."""
        read = [table for table in tables if table.relation in sql]
        made = [origins for relation, origins in self.made.items() if relation in sql]
        names = frozenset(table.source for table in read if table.relation not in self.made).union(*made)
        if not read or not all(map(self.remembers, read)) or any(self.contents.get(name) is None for name in names):
            return names, b""
        parts = [kind]
        for name in sorted(names):
            parts += [name, self.marks.get(name, ""), self.contents[name] or ""]
        for table in read:
            if table.relation not in self.made:
                sql = sql.replace(table.relation, f'"{table.source}"')
        return names, cache.digest(*(part.encode("utf-8", "surrogatepass") for part in (*parts, sql)))

    def put(self, key: bytes, read: frozenset[str], entry: Any) -> None:  # noqa: ANN401 plain values
        """Keeps an entry found by reading some sources."""
        self.entries[key], self.fresh[key] = entry, read

    def save(self) -> None:
        """Keeps what was found, but for files that were changed in the meantime, and what was not asked for in a long time."""
        named = {name for read in self.fresh.values() for name in read}
        same = {name for name in named if content(self.files[name]) == self.contents[name]}
        fresh = [key for key, read in self.fresh.items() if read <= same]
        if fresh:
            entries = kept(self.path)
            for key in (*self.used.difference(self.fresh), *fresh):
                entries.pop(key, None)
                entries[key] = self.entries[key]
            cache.write(self.path, dict(list(entries.items())[-MOST:]))
        self.fresh = {}


def kept(path: Path | None) -> dict[bytes, Any]:
    """The entries in a file, oldest first; none where it is missing, damaged, or something else."""
    found = cache.read(path)
    return found if isinstance(found, dict) else {}


def packed(value: Any) -> Any:  # noqa: ANN401 a cell
    """A cell as plain values."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, dt.datetime):
        return ("datetime", value.isoformat())
    return ("date", value.isoformat()) if isinstance(value, dt.date) else ("decimal", str(value))


def unpacked(value: Any) -> Any:  # noqa: ANN401 a cell
    """The cell that was packed."""
    return READ[value[0]](value[1]) if isinstance(value, tuple) else value


READ: Mapping[str, Callable[[str], Any]] = {
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "decimal": Decimal,
}


def content(files: tuple[Path, ...]) -> str | None:
    """A text for the content of files; None where they cannot be read, or are written at this moment."""
    try:
        return digest(files) if all(map(settled, files)) else None
    except OSError:
        return None

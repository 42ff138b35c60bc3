"""What statements found in the content of files, remembered between runs, so that it is looked for once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kpilang import cache
from kpilang.data.fingerprint import digest
from kpilang.data.table import Table
from kpilang.evaluate.engine import Engine

MOST = 1000


class Known:
    """Remembers the rows of statements that look at one source alone, as long as its files are the same.

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
        found = cache.read(path)
        self.entries: dict[bytes, list[tuple[Any, ...]]] = found if isinstance(found, dict) else {}
        self.fresh: dict[str, dict[bytes, list[tuple[Any, ...]]]] = {}

    def rows(self, engine: Engine, table: Table, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement over a table: numbers, texts and lists of them."""
        known = self.contents.get(table.source)
        if known is None:
            return engine.rows(sql)
        parts = (self.marks.get(table.source, ""), known, sql.replace(table.relation, ""))
        key = cache.digest(*(part.encode("utf-8", "surrogatepass") for part in parts))
        if key not in self.entries:
            self.entries[key] = engine.rows(sql)
            self.fresh.setdefault(table.source, {})[key] = self.entries[key]
        return self.entries[key]

    def save(self) -> None:
        """Keeps what was found, but for files that were changed in the meantime."""
        fresh = {name: found for name, found in self.fresh.items() if content(self.files[name]) == self.contents[name]}
        if not any(fresh.values()):
            return
        kept = cache.read(self.path)
        entries = {**kept} if isinstance(kept, dict) else {}
        for found in fresh.values():
            entries |= found
        cache.write(self.path, dict(list(entries.items())[-MOST:]))
        self.fresh = {}


def content(files: tuple[Path, ...]) -> str | None:
    """A text for the content of files; None where they cannot be read."""
    try:
        return digest(files)
    except OSError:
        return None

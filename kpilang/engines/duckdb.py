"""DuckDB as the engine: a connection in memory that reaches nothing but the files it was given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kpilang.data.delimited import escaped
from kpilang.data.files import Bound, ending
from kpilang.data.fingerprint import Stamp, is_duckdb, stamp
from kpilang.data.load import load
from kpilang.data.table import Table
from kpilang.model.nouns import Model
from kpilang.sql import quote
from kpilang.text import Text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_OF_FILES = re.compile(r"read file|file \"|parquet|database|stats size", re.IGNORECASE)
# So many rows are turned into columns at a time.
ROWS_AT_ONCE = 50_000
DATABASES = (".duckdb", ".ddb", ".db")

BYTES = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40, "PiB": 1 << 50}

# In this order: what is allowed is said before the door is shut, and the lock comes last.
_LOCKS = (
    "SET timezone = 'UTC'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",
    "SET allow_persistent_secrets = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class Unreadable(OSError):  # noqa: N818 - what the data are
    """Data that cannot be read to the end: damage met while computing, a full disk, too little memory."""


class Engine:
    """A context manager around one connection.

    It can read (and, as DuckDB has no finer lock, write) the given files and a temporary folder of its own, which
    holds what does not fit in memory and is removed at the end; nothing else, and its configuration is locked.
    `threads` is None for as many as the machine has, `memory` (such as `4GB`) for most of what it has.
    """

    def __init__(self, files: Iterable[Path], threads: int | None = None, memory: str | None = None) -> None:
        self._files, self._threads, self._memory = tuple(files), threads, memory
        self._databases: dict[Path, str | OSError] = {}
        self._stamps = {file: _stamped(file) for file in self._files}
        self._folder: TemporaryDirectory[str] | None = None
        self._connected: DuckDBPyConnection | None = None
        self._appended = 0

    def __enter__(self) -> Self:
        import duckdb

        try:
            self._folder = TemporaryDirectory(prefix="kpi-", ignore_cleanup_errors=True)
        except OSError as error:
            raise Unreadable(f"no folder for temporary files can be made: {error.strerror or error}") from error
        self._connected = duckdb.connect(":memory:")
        if self._threads is not None:
            self._connected.execute(f"SET threads = {int(self._threads)}")
        if self._memory is not None:
            self._connected.execute(f"SET memory_limit = {quote.text(self._memory)}")
        # DuckDB reads a path as a pattern: the path with its wildcards escaped is what it asks leave for first.
        paths = dict.fromkeys(path for file in self._files for path in (str(file), escaped(file)))
        self._connected.execute(f"SET temp_directory = {quote.text(self._folder.name)}")
        self._connected.execute(f"SET allowed_directories = [{quote.text(self._folder.name)}]")
        self._connected.execute(f"SET allowed_paths = [{', '.join(quote.text(path) for path in paths)}]")
        self._attach()
        for lock in _LOCKS:
            self._connected.execute(lock)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connected is not None:
            self._connected.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._connected = self._folder = None

    def _attach(self) -> None:
        """Attach the DuckDB files for reading; the lock shuts this door."""
        import duckdb

        for number, path in enumerate(path for path in self._files if ending(path) in DATABASES):
            name = f"file {number}"
            try:
                if is_duckdb(path):
                    self._connection.execute(
                        f"ATTACH {quote.text(str(path))} AS {quote.identifier(name)} (TYPE duckdb, READ_ONLY)"
                    )
                    self._databases[path] = name
            except duckdb.Error as error:
                self._databases[path] = OSError(str(error).partition("\n")[0])
            except OSError as error:
                self._databases[path] = error

    def database(self, path: Path) -> str | OSError:
        """The name by which a DuckDB file is attached, or why it is not."""
        return self._databases.get(path, OSError("no DuckDB file"))

    def changed(self) -> tuple[Path, ...]:
        """The files that were written since the engine was made."""
        return tuple(file for file, stamp in self._stamps.items() if _stamped(file) != stamp)

    @property
    def _connection(self) -> DuckDBPyConnection:
        if self._connected is None:
            raise RuntimeError("the engine is used outside its `with`")
        return self._connected

    @property
    def workshop(self) -> Path:
        """The engine's own folder; it goes when the engine does."""
        if self._folder is None:
            raise RuntimeError("the engine is used outside its `with`")
        return Path(self._folder.name)

    def load(
        self,
        bound: Mapping[str, Bound],
        needs: Mapping[str, frozenset[str]],
        model: Model,
        skip_bad: bool = False,
        unbound: Mapping[str, Text] | None = None,
    ) -> dict[str, Table]:
        """Load the sources of `needs` that are bound, or `unbound` for a reason, each with the columns named; see `Table`
        for what comes back."""
        return load(self, bound, needs, model, skip_bad=skip_bad, unbound=unbound)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of one statement; OverflowError where a number does not fit its type, Unreadable where data are damaged
        or there is no room, duckdb.Error where it fails."""
        with troubles():
            return self._connection.execute(sql).fetchall()

    def columns(self, sql: str) -> list[list[object]]:
        """The columns of one statement; raises like `rows`."""
        with troubles():
            found = self._connection.execute(sql)
            columns: list[list[object]] = [[] for _ in found.description or ()]
            while rows := found.fetchmany(ROWS_AT_ONCE):
                for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
                    column.extend(cells)
        return columns

    def run(self, sql: str) -> None:
        """Run one statement for its effect; raises like `rows`."""
        with troubles():
            self._connection.execute(sql)

    def room(self) -> int:
        """How many bytes of memory there are for each thread."""
        (limit, threads), *_ = self.rows("SELECT current_setting('memory_limit'), current_setting('threads')")
        count, unit = str(limit).split()
        return int(float(count) * BYTES[unit]) // int(str(threads))

    def attempt(self, sql: str) -> str | None:
        """Run a statement that reads a file; the engine's own words when it refused, else None."""
        import duckdb

        try:
            found = self._connection.execute(sql).fetchone()
        except duckdb.Error as error:
            return str(error)
        self._appended = int(found[0]) if found and isinstance(found[0], int) else 0
        return None

    def appended(self) -> int:
        """How many rows the last INSERT given to `attempt` brought, or the number that it selected."""
        return self._appended


def _stamped(file: Path) -> Stamp | None:
    try:
        return stamp(file)
    except OSError:
        return None


def _damages() -> tuple[type[Exception], ...]:
    """What a damaged file, a full disk and too little memory raise; damage to a Parquet file's own counts comes as an
    internal error, after which the engine is of no more use."""
    import duckdb

    system = (duckdb.IOException, duckdb.OutOfMemoryException)
    return (*system, duckdb.SerializationException, duckdb.InternalException, duckdb.FatalException)


@contextmanager
def troubles() -> Iterator[None]:
    """Turns the engine's errors about numbers that do not fit their type into OverflowError, and those about damaged
    files, full disks and too little memory into Unreadable."""
    import duckdb

    try:
        yield
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise OverflowError(str(error)) from error
    except _damages() as error:
        raise Unreadable(str(error).partition("\n")[0]) from error
    except duckdb.InvalidInputException as error:
        if _OF_FILES.search(str(error)) is None:
            raise
        raise Unreadable(str(error).partition("\n")[0]) from error
    except duckdb.Error as error:
        if type(error) is not duckdb.Error:  # what the reader of Parquet says of damage has no kind of its own
            raise
        raise Unreadable(str(error).partition("\n")[0]) from error

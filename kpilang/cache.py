"""What is kept between runs in the user's cache folder: whole or not at all, and no harm where it cannot be kept.

A file that is damaged, of another version or written by others is as good as none. It holds plain values only, numbers
and texts: nothing in it is ever executed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import marshal
import os
import shutil
import sys
import tempfile
import time
from functools import cached_property
from pathlib import Path
from typing import Any

MAGIC = b"kpi-kept1"
DIGEST = hashlib.sha256().digest_size
SIZE = 8
HEAD = len(MAGIC) + 2 * (DIGEST + SIZE)
DAY = 86400
STALE = 90 * DAY
"""Files that nobody asked for in so many seconds are removed."""


def folder() -> Path | None:
    """Where this user's caches lie; None where there is no home."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")  # noqa: PTH111 Path.expanduser raises without a home
    else:
        base = os.environ.get("XDG_CACHE_HOME", "") or os.path.expanduser("~/.cache")  # noqa: PTH111 as above
    return Path(base) / "kpilang" if os.path.isabs(base) else None  # noqa: PTH117 the same of a text


def place(kind: str, mark: str) -> Path | None:
    """The file for a thing with this mark; None where nothing can be kept."""
    found = folder()
    return found / f"{kind}-{mark[:32]}.bin" if found else None


def digest(*parts: bytes) -> bytes:
    """One digest of several parts, each taken with its length."""
    made = hashlib.sha256()
    for part in parts:
        made.update(len(part).to_bytes(SIZE, "big"))
        made.update(part)
    return made.digest()


def read(path: Path | None) -> Any:  # noqa: ANN401 what was written there
    """The first thing in a file, else None: its length and digest are right, and nobody but this user can write it."""
    with contextlib.suppress(OSError, ValueError):
        if path is not None and _own(path):
            with path.open("rb") as file:
                return _value(_part(file, 0))
    return None


def read_second(path: Path | None) -> Any:  # noqa: ANN401 what was written there
    """The second thing in a file, else None."""
    with contextlib.suppress(OSError, ValueError):
        if path is not None and _own(path):
            with path.open("rb") as file:
                return _value(_part(file, 1))
    return None


def write(path: Path | None, first: Any, second: Any = None) -> None:  # noqa: ANN401 plain values
    """Keeps two things of plain Python types; a folder that cannot be written is no concern.

    The file appears whole, in place of the one before, also while others read or write it.
    """
    if path is None:
        return
    parts = [marshal.dumps(part) for part in (first, second)]
    head = b"".join(digest(part) + len(part).to_bytes(SIZE, "big") for part in parts)
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines((MAGIC, head, *parts))
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
        _sweep(path.parent)


def hold(path: Path | None, held: Path | None) -> None:
    """Keeps a file as it is now under a second name too, whatever takes its place under the first: the same bytes on the
    disk where the file system can, else a copy."""
    if path is None or held is None:
        return
    with contextlib.suppress(OSError), tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder) / held.name
        try:
            made.hardlink_to(path)
        except OSError:
            shutil.copy2(path, made)
        made.replace(held)


def _own(path: Path) -> bool:
    """Whether nobody but this user can write a file; it is marked as used."""
    state = path.stat()
    if hasattr(os, "getuid"):
        for held in (state, path.parent.stat()):
            if held.st_uid != os.getuid() or held.st_mode & 0o022:
                return False
    if time.time() - state.st_mtime > DAY:
        with contextlib.suppress(OSError):
            os.utime(path)
    return True


def _part(file: io.BufferedReader, number: int) -> bytes:
    """The bytes of a part that is whole; else a ValueError."""
    head = file.read(HEAD)
    marks = [head[at : at + DIGEST + SIZE] for at in range(len(MAGIC), HEAD, DIGEST + SIZE)]
    sizes = [int.from_bytes(mark[DIGEST:], "big") for mark in marks]
    if head[: len(MAGIC)] != MAGIC or len(head) != HEAD or os.fstat(file.fileno()).st_size != HEAD + sum(sizes):
        raise ValueError
    file.seek(HEAD + sum(sizes[:number]))
    found = file.read(sizes[number])
    if digest(found) != marks[number][:DIGEST]:
        raise ValueError
    return found


def _value(part: bytes) -> object:
    try:
        return marshal.loads(part)  # noqa: S302 the file is this user's own, and whole
    except (EOFError, TypeError) as error:
        raise ValueError from error


def _sweep(place: Path) -> None:
    """Removes files of versions and projects that nobody asked for in a long time."""
    before = time.time() - STALE
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if entry.stat().st_mtime < before:
                Path(entry.path).unlink(missing_ok=True)


class Kept:
    """What is kept of one project: a first thing and a second, each read by itself; and in another file, read when one is
    asked for, entries by key. `held` is where both things stay as they were at some time."""

    def __init__(self, path: Path | None, beside: Path | None = None, held: Path | None = None) -> None:
        self.path, self.beside, self.held = path, beside, held
        self.used: dict[bytes, bytes] = {}

    @cached_property
    def entries(self) -> dict[bytes, bytes]:
        """The entries of the runs before."""
        found = read(self.beside)
        return found if isinstance(found, dict) else {}

    def first(self) -> Any:  # noqa: ANN401 what was saved
        """The first thing; None when there is none."""
        return read(self.path)

    def second(self) -> Any:  # noqa: ANN401 what was saved
        """The second thing; None when there is none."""
        return read_second(self.path)

    def get(self, key: bytes) -> bytes | None:
        """The entry with a key."""
        found = self.used.get(key) or self.entries.get(key)
        if not isinstance(found, bytes):
            return None
        self.used[key] = found
        return found

    def put(self, key: bytes, entry: bytes) -> None:
        """Keeps an entry under a key."""
        self.used[key] = entry

    def save(self, first: Any, second: Any = None) -> None:  # noqa: ANN401 plain values
        """Writes both things."""
        write(self.path, first, second)

    def hold(self) -> None:
        """Lets both things stay as they are now, to be found by `then`."""
        hold(self.path, self.held)

    def then(self) -> Kept:
        """Both things as they were when `hold` was last called, with the entries as they are now."""
        return Kept(self.held, self.beside)

    def save_entries(self) -> None:
        """Writes the entries that were asked for or put, and no others, unless these are there already; none stays in
        memory."""
        if self.used != self.entries:
            write(self.beside, self.used)
        self.used = {}
        del self.entries


def of_project(root: Path, kind: str = "project") -> Kept:
    """What is kept of the project in a folder, each kind in a file of its own, with entries in one more."""
    mark = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()
    return Kept(place(kind, mark), place(f"of-{kind}", mark), place(f"held-{kind}", mark))

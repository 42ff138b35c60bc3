"""Fingerprints of files: to see that one was changed while it was read, and to remember what was found in its content."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PIECE = 1 << 16
PIECES = 16
TICK = 2
"""Seconds in which two writes may have the same time: so coarse is the clock of some file systems."""
DUCKDB, DUCKDB_AT = b"DUCK", 8


@dataclass(frozen=True)
class Stamp:
    """What the file system says of a file, which a write changes: its size, when it was written, when anything of it
    was changed (the time of a write can be set back by hand, this one cannot; on Windows it is that of its making), and
    which file it is."""

    size: int
    written: int
    changed: int
    inode: int


@dataclass(frozen=True)
class Fingerprint:
    """One file: where, what the file system says of it, and a hash over pieces of its content from begin to end."""

    path: Path
    stamp: Stamp
    content: str


def stamp(path: Path) -> Stamp:
    """The stamp of a file. Raises OSError."""
    found = path.stat()
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def fingerprint(path: Path) -> Fingerprint:
    """The fingerprint of a file: of a large one, 16 pieces of 64 KiB are read. Raises OSError."""
    before = stamp(path)
    digest = hashlib.blake2b(str(before.size).encode(), digest_size=16)
    step = max(PIECE, (before.size - PIECE) // (PIECES - 1))
    with path.open("rb") as file:
        for place in range(0, before.size, step):
            file.seek(place)
            digest.update(file.read(PIECE))
        file.seek(max(0, before.size - PIECE))
        digest.update(file.read(PIECE))
    return Fingerprint(path, before, digest.hexdigest())


def digest(files: Iterable[Path]) -> str:
    """One text for the content of several files, in order, as they are now; another one when any of them was written.

    Raises OSError.
    """
    found = hashlib.blake2b(digest_size=16)
    for path in files:
        found.update(repr(fingerprint(path)).encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def settled(path: Path) -> bool:
    """Whether any later write shows in the fingerprint: it holds all of the content, or the clock has gone on since the
    last write. Raises OSError."""
    found = stamp(path)
    return found.size <= PIECE * PIECES or time.time() - max(found.written, found.changed) / 1e9 > TICK


def is_duckdb(path: Path) -> bool:
    """Whether a file begins as DuckDB's do. Raises OSError."""
    with path.open("rb") as file:
        return file.read(DUCKDB_AT + len(DUCKDB))[DUCKDB_AT:] == DUCKDB

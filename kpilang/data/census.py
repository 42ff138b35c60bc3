"""Counts the records of a delimited file apart from the engine, so that no row can vanish unseen.

DuckDB reads a file in parallel pieces and guesses where records begin in each; after a quote that is never closed, or
where quoted cells hold line breaks, it may lose rows or invent them without an error. So the records are counted here
by another way, and whoever reads compares.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kpilang.data.opening import Opening, records

CHUNK = 1 << 24
GLANCE = 1 << 18
_ENDS = re.compile(rb"\n\n+")


@dataclass(frozen=True)
class Census:
    """What a file holds: `records` that are not blank (with the header), `blanks` (empty lines outside quotes),
    whether line `breaks` stand inside quotes, whether line ends are `mixed`, the first byte that is no UTF-8, and the
    record (from 1, blank ones counted) with a quote that is never closed. In a `rough` one some records may be blank."""

    records: int
    blanks: int = 0
    breaks: bool = False
    mixed: bool = False
    bad_byte: int | None = None
    open_quote: int | None = None
    rough: bool = False


def take(path: Path, opening: Opening) -> Census:
    """The census of a file, rough where that is enough to start with."""
    return glance(path, opening.skip) or count(path, opening.delimiter)


def glance(path: Path, skip: int) -> Census | None:
    """The rough census of a file whose first `skip` lines are blank, at the speed of memory; None where a quote, a return
    or a byte that is no UTF-8 asks for more care."""
    lines, last, buffer, decoder = 0, ord("\n"), bytearray(GLANCE), codecs.getincrementaldecoder("utf-8")()
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(buffer):
            chunk = buffer if size == GLANCE else buffer[:size]
            if b'"' in chunk or b"\r" in chunk or not _decodes(decoder, chunk):
                return None
            lines, last = lines + chunk.count(b"\n"), chunk[-1]
    if not _decodes(decoder, b"", final=True):
        return None
    return Census(lines + (last != ord("\n")) - skip, blanks=skip, rough=True)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes | bytearray, *, final: bool = False) -> bool:
    if chunk.isascii() and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def count(path: Path, delimiter: str) -> Census:
    """Take the census of a file by counting bytes; record by record where a quote stands out of place."""
    quick = _Quick(delimiter)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            # Both halves of a line end come together.
            while chunk.endswith(b"\r") and (following := file.read(1)):
                chunk += following
            quick.add(chunk)
    quick.finish()
    mixed = len(quick.ends) > 1
    if quick.bad_byte is not None:
        return Census(0, bad_byte=quick.bad_byte)
    if quick.inside or quick.odd:
        return replace(recount(path, delimiter), mixed=mixed)
    return Census(quick.records, quick.lines - quick.records, breaks=quick.breaks, mixed=mixed)


class _Quick:
    """Counts in whole chunks, at the speed of bytes. `odd` tells that a quote stands where no cell begins, so that
    pairs of quotes are no cells; `end` is the last byte, `last` the last one outside quotes."""

    def __init__(self, delimiter: str) -> None:
        self.records = self.lines = self.offset = 0
        self.inside = self.breaks = self.odd = False
        self.openers = frozenset(f'{delimiter}"\r\n'.encode())
        self.bad_byte: int | None = None
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.ends: set[bytes] = set()
        self.last = self.end = b"\n"

    def add(self, chunk: bytes) -> None:
        self._check(chunk, final=False)
        self.offset, first = self.offset + len(chunk), self.offset == 0
        if first:
            chunk = chunk.removeprefix(codecs.BOM_UTF8)
        if self.inside or b'"' in chunk:
            self._quotes(chunk)
        else:
            self._lines(chunk)
        self.end = chunk[-1:] or self.end

    def _quotes(self, chunk: bytes) -> None:
        pieces = chunk.split(b'"')
        quoted, plain = (pieces[::2], pieces[1::2]) if self.inside else (pieces[1::2], pieces[::2])
        before = plain[: len(quoted) - self.inside]
        if before and not self.inside:
            before[0] = self.end + before[0]
        self.odd = self.odd or any(piece and piece[-1] not in self.openers for piece in before)
        self.breaks = self.breaks or any(b"\n" in piece or b"\r" in piece for piece in quoted)
        # A quote stays in the text, so that a line of nothing but quotes is not blank.
        self._lines((b'"' if self.inside and plain else b"") + b'"'.join(plain))
        self.inside ^= len(pieces) % 2 == 0

    def finish(self) -> None:
        self._check(b"", final=True)
        self.records += self.last != b"\n"
        self.lines += self.last != b"\n"

    def _check(self, chunk: bytes, *, final: bool) -> None:
        if self.bad_byte is not None:
            return
        pending = len(self.decoder.getstate()[0])
        if not pending and chunk.isascii():
            return
        try:
            self.decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            self.bad_byte = self.offset - pending + error.start

    def _lines(self, text: bytes) -> None:
        if b"\r" in text:
            pairs, returns = text.count(b"\r\n"), text.count(b"\r")
            found = {b"\r\n": pairs, b"\r": returns - pairs, b"\n": text.count(b"\n") - pairs}
            self.ends |= {end for end, number in found.items() if number}
            text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        elif b"\n" in text:
            self.ends.add(b"\n")
        self.lines += text.count(b"\n")
        joined = self.last + text
        if b"\n\n" in joined:
            joined = _ENDS.sub(b"\n", joined)
        self.records += joined.count(b"\n", 1)
        self.last = joined[-1:]


def recount(path: Path, delimiter: str) -> Census:
    """Take the census of a file in UTF-8 record by record, with the csv module: slower, but it knows a quote that
    opens a cell from one in its midst. A last line of our own tells whether every quote was closed: it comes back alone.
    """
    found, blanks, end = 0, 0, "\0end of file"
    record: list[str] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for record in records(_closed(file, end), delimiter):
            found, blanks = found + bool(record), blanks + (not record)
    unclosed = found + blanks if record != [end] else None
    return Census(found - 1, blanks, breaks=True, open_quote=unclosed)


def _closed(lines: Iterable[str], end: str) -> Iterator[str]:
    """The lines, the last one ended too, and then our own."""
    for line in lines:
        yield line if line.endswith(("\n", "\r")) else line + "\n"
    yield end

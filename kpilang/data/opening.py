"""The beginning of a delimited text file: its delimiter and headings, found so that the declared columns are there."""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from unicodedata import normalize

DELIMITERS = (",", ";", "\t", "|")
BEGINNING = 1 << 18
SAMPLE = 500


@dataclass(frozen=True)
class Opening:
    """How a file begins: the delimiter, the headings in order, the blank lines before them, and the byte at which
    it stops being UTF-8 (None: not in the beginning). Without headings the file is empty. `sample` holds the first rows,
    `others` headings of columns that were not taken along.
    """

    delimiter: str
    headings: tuple[str, ...]
    skip: int
    bad_byte: int | None = None
    sample: tuple[tuple[str, ...], ...] = ()
    others: tuple[str, ...] = ()

    def cells(self, heading: str, most: int = SAMPLE) -> list[str]:
        """The cells of the first rows under a heading."""
        place = self.headings.index(heading)
        return [row[place] for row in self.sample[:most] if len(row) == len(self.headings)]


def open_text(path: Path, wanted: Sequence[str]) -> Opening:
    """Read a file's beginning; `wanted` are the headings by which the delimiter is chosen. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(BEGINNING)
        ended = not file.read(1)
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head, ended)
    except UnicodeDecodeError as error:
        return Opening(",", (), 0, _byte(head, error))
    lines = io.StringIO(text, newline="").readlines() if text else []
    skip = next((number for number, line in enumerate(lines) if line.strip("\r\n")), len(lines))
    rest = "".join(lines[skip:])
    if not rest:
        return Opening(",", (), skip)
    tried = [Opening(delimiter, _headings(rest, delimiter), skip) for delimiter in DELIMITERS]
    names = set(map(tidy, wanted))
    best = max(tried, key=lambda opening: (len(set(opening.headings) & names), len(opening.headings)))
    first = islice(records(io.StringIO(rest, newline=""), best.delimiter), 1, SAMPLE)
    return replace(best, sample=tuple(tuple(record) for record in first))


def records(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The records of a text, blank lines as empty lists; a cell may be of any length."""
    csv.field_size_limit(sys.maxsize)
    return csv.reader(lines, delimiter=delimiter)


def tidy(heading: str) -> str:
    """A heading as it is compared: without white space around it, in Unicode normal form C."""
    return normalize("NFC", heading).strip().strip("\ufeff")


def _headings(text: str, delimiter: str) -> tuple[str, ...]:
    return tuple(tidy(heading) for heading in next(records(io.StringIO(text, newline=""), delimiter), []))


def _byte(head: bytes, error: UnicodeDecodeError) -> int:
    """The offset in the file; the decoder counts from after a byte order mark."""
    return error.start + (len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0)

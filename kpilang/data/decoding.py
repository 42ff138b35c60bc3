"""Bytes of a text file as UTF-8: unpacked where they are packed, and in the encoding that decodes them strictly."""

from __future__ import annotations

import codecs
import gzip
import re
import shutil
import zlib
from pathlib import Path

UTF8 = "UTF-8"
GB18030 = "GB18030"
HEAD = 1 << 16
CHUNK = 1 << 20
MANY = 3
RARE = 4
MARKS = {codecs.BOM_UTF16_LE: "UTF-16-LE", codecs.BOM_UTF16_BE: "UTF-16-BE"}
_DOUBLE = re.compile(rb"[\x81-\xfe]([\x40-\x7e\x80-\xfe])|[\x00-\x7f]|[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]")


class DecodingError(Exception):
    """Bytes that are no text in a known encoding; `byte` is where UTF-8 ends, from 0, where that is known."""

    def __init__(self, byte: int | None = None) -> None:
        super().__init__(byte)
        self.byte = byte


def unpacked(path: Path, copy: Path) -> Path:
    """The file itself, or its contents, where they are packed by gzip, as a copy. Raises OSError where it is damaged."""
    if path.suffix.lower() != ".gz":
        return path
    try:
        with gzip.open(path) as packed, copy.open("wb") as plain:
            shutil.copyfileobj(packed, plain, CHUNK)
    except (EOFError, zlib.error) as error:
        raise OSError(str(error)) from error
    return copy


def encoding_of(head: bytes) -> str:
    """What the beginning of a file is encoded in, to judge by its mark and its zeros; UTF-8 if nothing speaks against it.

    UTF-16 without a mark is known by zeros at every second place, where the first characters are Latin.
    """
    for mark, name in MARKS.items():
        if head.startswith(mark):
            return name
    places = len(head[:200]) // 2
    even, odd = head[:200:2].count(0), head[1:200:2].count(0)
    if odd > 3 * even and RARE * odd > places:
        return "UTF-16-LE"
    return "UTF-16-BE" if even > 3 * odd and RARE * even > places else UTF8


def recode(path: Path, copy: Path, encoding: str) -> None:
    """Write a file once more in UTF-8; DecodingError where it is not in the encoding throughout."""
    try:
        with path.open(encoding=encoding, newline="") as text, copy.open("w", encoding="utf-8", newline="") as written:
            first = text.read(CHUNK).removeprefix("\ufeff")
            written.write(first)
            shutil.copyfileobj(text, written, CHUNK)
    except UnicodeError as error:
        raise DecodingError from error


def chinese(path: Path) -> bool:
    """Whether a file that is no UTF-8 looks like Chinese."""
    with path.open("rb") as file:
        return looks_chinese(file.read(CHUNK))


def looks_chinese(begin: bytes) -> bool:
    """Whether bytes that are no UTF-8 look like Chinese: letters with accents of a Latin encoding may pass for characters
    too, but for rare ones, whose second byte is that of a Latin letter."""
    common = rare = 0
    try:
        sound = begin.decode("utf-8")
    except UnicodeDecodeError as error:
        sound = begin[: error.start].decode("utf-8")
    if sum(character > "\u07ff" for character in sound) >= MANY:
        return False  # UTF-8 that was damaged later
    for found in _DOUBLE.finditer(begin):
        if found[1] is not None:
            common, rare = common + (found[1] >= b"\xa1"), rare + (found[1] < b"\xa1")
    return common > 3 * rare


def text_of(path: Path, copy: Path) -> tuple[str, str]:
    """All of a text file, and its encoding. Raises OSError and DecodingError."""
    plain = unpacked(path, copy)
    data = plain.read_bytes()
    encoding = encoding_of(data[:HEAD])
    try:
        if encoding != UTF8:
            return data.decode(encoding).removeprefix("\ufeff"), encoding
        return data.decode("utf-8-sig"), UTF8
    except UnicodeDecodeError as error:
        if encoding == UTF8 and chinese(plain):
            try:
                return data.decode(GB18030), GB18030
            except UnicodeDecodeError:
                pass
        raise DecodingError(error.start) from error

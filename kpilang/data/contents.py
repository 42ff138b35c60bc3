"""What a file really holds, to judge by its first bytes, where its name says something else."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from kpilang.data.fingerprint import DUCKDB, DUCKDB_AT
from kpilang.text import Text

HEAD = 512
BEGINNINGS = {
    b"PK\x03\x04": ("excel", Text("a zip archive, as Excel's `.xlsx` is", "zip 压缩包（Excel 的 `.xlsx` 即是）")),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": (
        "old",
        Text("a workbook of Excel before 2007, or one with a password", "Excel 2007 之前的或设有密码的工作簿"),
    ),
    b"PAR1": ("parquet", Text("a Parquet file", "Parquet 文件")),
    b"SQLite format 3\0": ("sqlite", Text("a SQLite database", "SQLite 数据库")),
    b"\x1f\x8b": ("gzip", Text("packed by gzip", "gzip 压缩文件")),
    b"%PDF-": ("pdf", Text("a PDF document", "PDF 文档")),
    b"<!doctype html": ("html", Text("an HTML page", "HTML 网页")),
    b"<html": ("html", Text("an HTML page", "HTML 网页")),
    b"<?xml": ("xml", Text("an XML document", "XML 文档")),
}
_DUCKDB = Text("a DuckDB file", "DuckDB 文件")
_TEXT = Text("plain text", "纯文本")
BINARY = ("excel", "parquet", "sqlite", "duckdb")


def disguised(path: Path, format: str) -> Text | None:
    """What a file is instead of the format that its name says; None where it is that, or nothing known.

    Raises OSError.
    """
    head = _head(path)
    if head[DUCKDB_AT:].startswith(DUCKDB):
        return None if format == "duckdb" else _DUCKDB
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginning, (kind, words) in BEGINNINGS.items():
        if head.startswith(beginning) or (beginning.startswith(b"<") and plain.startswith(beginning)):
            return None if kind == format else words
    return _TEXT if format in BINARY and _is_text(head) else None


def _head(path: Path) -> bytes:
    """The first bytes, unpacked; what is packed badly is told by whoever reads it."""
    if path.suffix.lower() == ".gz":
        try:
            with gzip.open(path) as packed:
                return packed.read(HEAD)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            return b""
    with path.open("rb") as file:
        return file.read(HEAD)


def _is_text(head: bytes) -> bool:
    """Whether bytes are characters that people write; one cut at the end is passed over."""
    text = head.decode("utf-8", "ignore")
    return (
        bool(text)
        and len(text.encode()) > len(head) - 4
        and all(each.isprintable() or each in "\r\n\t" for each in text)
    )

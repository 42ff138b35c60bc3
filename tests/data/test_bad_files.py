"""Files as they go wrong in practice, one of each kind, written by hand: each is refused in words, or read in full."""

from __future__ import annotations

import contextlib
import gzip
import sqlite3

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpilang.engines.duckdb import Unreadable
from tests.data.kit import column, loaded, values

OK = b"id,n\na,1\nb,2\n"
HTML = b"<html><body><table><tr><td>id</td><td>n</td></tr></table></body></html>"
OLD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
COLUMNS = (column("id"), column("n", "number"))


def packed(content: bytes) -> bytes:
    """A file as gzip packs it, the same at any time of day."""
    return gzip.compress(content, mtime=0)


def parquet(folder):
    duckdb.sql(f"COPY (SELECT 'a' || i AS id, i AS n FROM range(1000) r(i)) TO '{folder}/whole.parquet'")
    return (folder / "whole.parquet").read_bytes()


def read(folder, name, data, *columns, **more):
    """Codes of the findings, what they say, the ids that came, and whether the source is broken."""
    (folder / name).write_bytes(data)
    with loaded(folder, name, *(columns or COLUMNS), **more) as (table, engine):
        ids = None if table.broken else values(engine, table, "id")
        said = " ".join(f"{item.message.en} {item.help.en if item.help else ''}" for item in table.diagnostics)
        return [item.code for item in table.diagnostics], said, ids


REFUSED = [
    ("o.csv.gz", packed(OK * 50)[:-12], "E518", "ended before"),
    ("o.csv.gz", OK, "E518", "gzip"),
    ("o.csv.gz", packed(HTML), "E535", "an HTML page"),
    ("o.csv.gz", packed(packed(OK)), "E535", "packed by gzip"),
    ("o.csv", packed(OK), "E535", "packed by gzip"),
    ("o.csv", HTML, "E535", "an HTML page"),
    ("o.csv", b"PK\x03\x04" + bytes(99), "E535", "`.xlsx`"),
    ("o.xlsx", OK, "E535", "plain text"),
    ("o.xlsx", HTML, "E535", "an HTML page"),
    ("o.xlsx", OLD, "E535", "password"),
    ("o.xlsx", b"", "E518", "no Excel workbook"),
    ("o.parquet", OK, "E535", "plain text"),
    ("o.parquet", b"", "E518", "too small"),
    ("o.sqlite", OK, "E535", "plain text"),
    ("o.duckdb", "中文,n\n".encode() * 200, "E535", "plain text"),
    ("o.json", b'[{"id": "a", "n": 1, "n": 2}]', "E536", "`n` more than once"),
    ("o.ndjson", b'{"id": "a"}\n{"id": "b", "id": "c"}\n', "E536", '`{"id": "b"`'),
    ("o.ndjson", b'{"id": "a", "n": 1}\n{"id": "b", "n":\n{"id": "c", "n": 3}\n', "E523", "line 2"),
    ("o.csv", b'id,n\na,1\n"b,2\nc,3\n', "E515", "row 3 is never closed"),
    ("o.csv", b"", "E513", "empty"),
    ("o.csv", b"id,n\nM\xfcnchen,1\n", "E514", "byte 7"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "code", "words"), REFUSED)
def test_what_is_no_such_file_is_refused_in_words(tmp_path, name, data, code, words):
    codes, said, ids = read(tmp_path, name, data)
    assert (codes, ids) == ([code], None)
    assert words in said


def test_a_parquet_file_that_was_cut_off_is_refused(tmp_path):
    whole = parquet(tmp_path)
    for length in (len(whole) // 2, len(whole) - 1, 8):
        codes, said, ids = read(tmp_path, "o.parquet", whole[:length])
        assert (codes, ids, "export the file again" in said) == (["E518"], None, True)


READ = [
    (b"id,n\r\na,1\nb,2\rc,3\r\n", ["a", "b", "c"], []),
    (b"id,n\n", [], []),
    (b"id,,n,\na,x,1,y\n", ["a"], []),
    (b'id,n\na,1\nb"x,2\n', ["a", 'b"x'], []),
    (b"id,n,n\na,1,2\n", ["a"], ["E512"]),
    ("id,n\na,1\n\ufeffid,n\nb,2\n".encode(), ["a", "\ufeffid", "b"], ["E516"]),
    (("id,n," + ",".join(f"c{i}" for i in range(10_000)) + "\na,1" + ",x" * 10_000 + "\n").encode(), ["a"], []),
    (b"id,n,t\na,1," + b"x" * 1_000_000 + b"\nb,2,y\n", ["a", "b"], []),
]


@pytest.mark.parametrize(("data", "ids", "codes"), READ, ids=range(len(READ)))
def test_what_is_odd_but_clear_is_read_in_full(tmp_path, data, ids, codes):
    assert read(tmp_path, "o.csv", data)[::2] == (codes, ids)


def test_a_zero_byte_makes_no_file_utf16_and_no_row_vanish(tmp_path):
    codes, _, ids = read(tmp_path, "o.csv", b"id,n\na,1\nb\0x,2\nc,3\n")
    assert ids is None or len(ids) == 3 or "E515" in codes
    assert "E514" not in codes
    assert "E525" not in codes


def test_a_database_that_another_program_is_writing_is_read_as_it_was_last_committed(tmp_path):
    writer = sqlite3.connect(tmp_path / "o.sqlite", isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE orders (id, n)")
    writer.execute("INSERT INTO orders VALUES ('a', 1)")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO orders VALUES ('b', 2)")
    with loaded(tmp_path, "o.sqlite", *COLUMNS) as (table, engine):
        assert (table.diagnostics, values(engine, table, "id")) == ((), ["a"])
    writer.close()


def test_a_locked_database_is_told(tmp_path):
    writer = sqlite3.connect(tmp_path / "o.sqlite", isolation_level=None)
    writer.execute("CREATE TABLE orders (id, n)")
    writer.execute("BEGIN EXCLUSIVE")
    with loaded(tmp_path, "o.sqlite", *COLUMNS) as (table, _):
        (finding,) = table.diagnostics
        assert (finding.code, table.broken, "locked" in finding.message.en) == ("E518", True, True)
    writer.close()


LINE = st.lists(st.sampled_from(["a", "1", "x y", '"q"', '"', "\0", "\ufeff", "", ",", "\t", "é", "中"]), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, max_size=8), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_rows_read_and_rows_told_of_are_all_rows_of_a_text(tmp_path, lines, end):
    """Cells without quotes or ends of lines: each line that is not blank is one row, whatever else it holds."""
    texts = [",".join(cell.replace('"', "'").replace(",", ";") for cell in line) for line in lines]
    (tmp_path / "o.csv").write_bytes(end.join(["id,n", *texts, ""]).encode())
    with loaded(tmp_path, "o.csv", *COLUMNS, skip=True) as (table, _):
        told = sum(item.count for item in table.left_out if item.code == "bad-line")
        assert table.broken or table.rows + told == sum(1 for text in texts if text)


@pytest.mark.parametrize(
    "name", ["o.csv", "o.json", "o.ndjson", "o.xlsx", "o.sqlite", "o.duckdb", "o.parquet", "o.csv.gz"]
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400))
def test_any_bytes_in_any_format_are_findings_or_rows(tmp_path, name, data):
    content = packed(data) if name.endswith(".gz") else data
    with contextlib.suppress(Unreadable):
        codes, _, ids = read(tmp_path, name, content)
        assert codes or ids is not None

"""One table in every format gives the same relation; what is wrong with a file is said where it stands."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import json
import random
import sqlite3
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpilang.engines.duckdb import Unreadable
from kpilang.syntax import tree
from tests.data.kit import column, loaded, rows, span, values

COLUMNS = (
    column("id"),
    column("amount", "money"),
    column("day", "date"),
    column("paid", "bool"),
    column("n", "number"),
)
RECORDS = [
    ("a", "10.50", "2026-01-31", "true", "0.1"),
    ('b, "c"\nd', "-3", "", "false", "12345.6789"),
    ("中文", "", "2026-02-01", "", ""),
]
EXPECTED = [
    ("a", Decimal("10.5"), dt.date(2026, 1, 31), True, Decimal("0.1")),
    ('b, "c"\nd', Decimal(-3), None, False, Decimal("12345.6789")),
    ("中文", None, dt.date(2026, 2, 1), None, None),
]
NAMES = [item.name for item in COLUMNS]


def place(*, sheet=None, table=None, header=None):
    def text(value):
        return tree.String(*span().at, value) if value is not None else None

    row = tree.Quantity(*span().at, Decimal(header), None) if header is not None else None
    return tree.Place(*span().at, text(sheet), text(table), row)


def delimited(records, delimiter=","):
    return "".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in record) + "\n" for record in [NAMES, *records]
    )


def objects(records):
    return [{name: cell or None for name, cell in zip(NAMES, record, strict=True)} for record in records]


def in_json(path, records, wrap=lambda items: items):
    path.write_text(json.dumps(wrap(objects(records)), ensure_ascii=False), encoding="utf-8")


def in_lines(path, records):
    path.write_text("".join(json.dumps(item) + "\n" for item in objects(records)), encoding="utf-8")


def in_workbook(path, records, sheet="Data", above=0):
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for _ in range(above):
        page.append(["Export of orders"])
    for record in [NAMES, *records]:
        page.append([cell or None for cell in record])
    book.save(path)


def in_sqlite(path, records, table="orders"):
    database = sqlite3.connect(path)
    database.execute(f"CREATE TABLE {table} ({', '.join(NAMES)})")
    database.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)", [[cell or None for cell in r] for r in records])
    database.commit()
    database.close()


def in_duckdb(path, records, table="orders"):
    with duckdb.connect(str(path)) as database:
        database.execute(
            f"CREATE TABLE {table} (id TEXT, amount DECIMAL(9, 2), day DATE, paid BOOLEAN, n DECIMAL(9, 4))"
        )
        for record in records:
            database.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)", [cell or None for cell in record])


WRITERS = {
    "orders.csv": lambda path, records: path.write_text(delimited(records), encoding="utf-8"),
    "orders.tsv": lambda path, records: path.write_text(delimited(records, "\t"), encoding="utf-8"),
    "orders.csv.gz": lambda path, records: path.write_bytes(gzip.compress(delimited(records).encode())),
    "orders.tsv.gz": lambda path, records: path.write_bytes(gzip.compress(delimited(records, "\t").encode())),
    "orders.json": in_json,
    "orders.ndjson": in_lines,
    "orders.xlsx": in_workbook,
    "orders.sqlite": in_sqlite,
    "orders.duckdb": in_duckdb,
}


@pytest.mark.parametrize("name", WRITERS)
def test_one_table_is_the_same_in_every_format(tmp_path, name):
    WRITERS[name](tmp_path / name, RECORDS)
    with loaded(tmp_path, name, *COLUMNS) as (table, engine):
        assert (table.diagnostics, table.broken, table.rows) == ((), False, 3)
        assert rows(engine, table, *NAMES) == EXPECTED


SAID = {
    "orders.csv": "row 3 `x`",
    "orders.csv.gz": "row 3 `x`",
    "orders.json": "item 2 `x`",
    "orders.ndjson": "row 2 `x`",
    "orders.xlsx": "C3 `x`",
    "orders.sqlite": "row 2 `x`",
}


@pytest.mark.parametrize(("name", "where"), SAID.items())
def test_a_bad_cell_is_told_where_it_stands(tmp_path, name, where):
    WRITERS[name](tmp_path / name, [("a", "1", "2026-01-31", "", ""), ("b", "2", "x", "", "")])
    with loaded(tmp_path, name, *COLUMNS) as (table, engine):
        (finding,) = table.diagnostics
        assert (finding.code, set(table.bad)) == ("E516", {"day"})
        assert finding.message.en == f"1 cell of `orders.day` in {name} cannot be used: {where}"
        assert values(engine, table, "amount") == [1, 2]


@pytest.mark.parametrize("name", WRITERS)
def test_a_missing_column_is_told_with_those_that_are_there(tmp_path, name):
    WRITERS[name](tmp_path / name, RECORDS)
    with loaded(tmp_path, name, column("id"), column("nn", "number")) as (table, _):
        (finding,) = table.diagnostics
        assert (finding.code, table.missing) == ("E511", {"nn"})
        assert "`amount`" in finding.message.en


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_of_another_shape_is_refused(tmp_path, name):
    WRITERS[name](tmp_path / name, RECORDS)
    with loaded(tmp_path, name, column("other")) as (table, _):
        assert ([finding.code for finding in table.diagnostics], table.broken) == (["E510"], True)


@pytest.mark.parametrize("name", [*WRITERS, "orders.parquet", "orders.db"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=300),
    prefix=st.sampled_from([b"", b"PK\x03\x04", b"[", b"{", b"SQLite format 3\0", b"id\n"]),
)
def test_no_bytes_make_a_reader_crash(tmp_path, name, data, prefix):
    (tmp_path / name).write_bytes(prefix + data)
    with loaded(tmp_path, name, column("id")) as (table, _):
        assert table.broken or table.rows >= 0


@pytest.mark.parametrize("name", [*WRITERS, "orders.parquet"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_no_damage_makes_a_reader_crash(tmp_path, name, seed):
    chance = random.Random(seed)  # noqa: S311 - drawn by the test
    path = tmp_path / name
    path.unlink(missing_ok=True)
    if name in WRITERS:
        WRITERS[name](path, RECORDS)
    else:
        duckdb.sql(f"COPY (SELECT 'a' || i AS id, i AS n FROM range(50) r(i)) TO '{path}'")
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 2, 5, 20])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
    held = loaded(tmp_path, name, column("id"), column("n", "number"))
    with contextlib.suppress(Unreadable), held as (table, engine):
        assert table.broken or len(rows(engine, table, "id")) == table.rows


def test_headings_may_stand_in_a_later_row_of_a_text(tmp_path):
    text = 'Export;of\norders\n\nid;amount\n"1";x\n2;3\n'
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    with loaded(tmp_path, "orders.csv", *COLUMNS[:2], place=place(header=4)) as (table, engine):
        assert values(engine, table, "id") == ["1", "2"]
        assert "row 5 `x`" in table.diagnostics[0].message.en


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


@pytest.mark.parametrize("name", [name for name in WRITERS if "xlsx" not in name])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(CELL, min_size=1, max_size=6))
def test_any_text_comes_back_as_it_was_written(tmp_path, name, cells):
    (tmp_path / name).unlink(missing_ok=True)
    WRITERS[name](tmp_path / name, [(cell, "1", "", "", "") for cell in cells])
    with loaded(tmp_path, name, *COLUMNS[:2]) as (table, engine):
        blank = " \t\n\r\f\v\u0085\u00a0\u2002\u2003\u2009\u200b\u202f\u3000\ufeff"
        assert values(engine, table, "id") == [cell if cell.strip(blank) else None for cell in cells]


# ---------------------------------------------------------------- encodings


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_an_encoding_is_guessed_and_the_guess_is_told(tmp_path, encoding):
    (tmp_path / "orders.csv").write_bytes("id,名称,amount\n1,上海市第一百货,2\n2,北京,3\n".encode(encoding))
    with loaded(tmp_path, "orders.csv", column("name", cell="名称"), column("amount", "number")) as (table, engine):
        assert values(engine, table, "name") == ["上海市第一百货", "北京"]
        (finding,) = table.diagnostics
        assert (finding.code, finding.severity, table.broken) == ("E525", "info", False)


@pytest.mark.parametrize("name", ["orders.json", "orders.ndjson", "orders.csv.gz"])
def test_other_text_formats_are_decoded_alike(tmp_path, name):
    text = delimited([("上海", "1", "", "", "")]) if "csv" in name else json.dumps({"id": "上海"}, ensure_ascii=False)
    data = (f"[{text}]" if name == "orders.json" else text).encode("gb18030")
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    with loaded(tmp_path, name, column("id")) as (table, engine):
        assert values(engine, table, "id") == ["上海"]
        assert [finding.code for finding in table.diagnostics] == ["E525"]


def test_gzip_that_is_cut_short_is_told(tmp_path):
    (tmp_path / "orders.csv.gz").write_bytes(gzip.compress(delimited(RECORDS).encode())[:-12])
    with loaded(tmp_path, "orders.csv.gz", *COLUMNS) as (table, _):
        assert ([finding.code for finding in table.diagnostics], table.broken) == (["E518"], True)


# ---------------------------------------------------------------- JSON


def test_a_table_inside_a_document_is_found_by_its_way(tmp_path):
    in_json(tmp_path / "orders.json", RECORDS, lambda items: {"data": {"orders": items, "other": []}, "version": 3})
    with loaded(tmp_path, "orders.json", *COLUMNS, place=place(table="data.orders")) as (table, engine):
        assert rows(engine, table, *NAMES) == EXPECTED
        assert table.diagnostics == ()


def test_a_document_with_tables_asks_which(tmp_path):
    in_json(tmp_path / "orders.json", RECORDS, lambda items: {"data": {"orders": items}})
    with loaded(tmp_path, "orders.json", *COLUMNS) as (table, _):
        assert "found: `data.orders`" in table.diagnostics[0].message.en
        assert 'table "…"' in table.diagnostics[0].help.en
    with loaded(tmp_path, "orders.json", *COLUMNS, place=place(table="data.order")) as (table, _):
        assert [finding.code for finding in table.diagnostics] == ["E521"]


def test_numbers_in_json_keep_their_digits(tmp_path):
    (tmp_path / "orders.json").write_text('[{"n": 0.1}, {"n": 12345678901234567890.123456789}]', encoding="utf-8")
    with loaded(tmp_path, "orders.json", column("n", "number")) as (table, engine):
        assert values(engine, table, "n") == [Decimal("0.1"), Decimal("12345678901234567890.123456789")]


def test_what_lies_deeper_in_an_object_is_named_with_points(tmp_path):
    (tmp_path / "orders.json").write_text('[{"customer": {"name": "A"}}, {"customer": null}]', encoding="utf-8")
    with loaded(tmp_path, "orders.json", column("name", cell="customer.name")) as (table, engine):
        assert (values(engine, table, "name"), table.diagnostics) == (["A", None], ())


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("[{]", "E523", "line 1"),
        ("[1]", "E523", "`1`"),
        ("[" * 100_000, "E523", "deep"),
        ("", "E523", "line 1"),
        ("3", "E522", ""),
    ],
)
def test_what_is_no_list_of_objects_is_told(tmp_path, text, code, words):
    (tmp_path / "orders.json").write_text(text, encoding="utf-8")
    with loaded(tmp_path, "orders.json", column("id")) as (table, _):
        assert ([finding.code for finding in table.diagnostics], table.broken) == ([code], True)
        assert words in table.diagnostics[0].message.en


def test_a_line_that_is_no_json_is_named(tmp_path):
    (tmp_path / "orders.ndjson").write_text('{"id": 1}\n\n{"id": \n', encoding="utf-8")
    with loaded(tmp_path, "orders.ndjson", column("id")) as (table, _):
        assert "line 3" in table.diagnostics[0].message.en


# ---------------------------------------------------------------- workbooks


def workbook(path: Path, *lines, formats=None):
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    for cell, form in (formats or {}).items():
        book.active[cell].number_format = form
    book.save(path)


def test_a_sheet_and_its_row_of_headings_are_named(tmp_path):
    in_workbook(tmp_path / "plan.xlsx", RECORDS, sheet="FY26", above=2)
    with loaded(tmp_path, "plan.xlsx", *COLUMNS, place=place(sheet="FY26", header=3)) as (table, engine):
        assert rows(engine, table, *NAMES) == EXPECTED
    with loaded(tmp_path, "plan.xlsx", *COLUMNS, place=place(sheet="FY27")) as (table, _):
        assert "found: `FY26`" in table.diagnostics[0].message.en


def test_a_workbook_of_several_sheets_asks_which(tmp_path):
    book = openpyxl.Workbook()
    book.create_sheet("Other")
    book.save(tmp_path / "plan.xlsx")
    with loaded(tmp_path, "plan.xlsx", *COLUMNS) as (table, _):
        assert "`Sheet`, `Other`" in table.diagnostics[0].message.en


def test_cells_of_a_workbook_are_read_as_their_columns_are(tmp_path):
    line = [
        1001,
        12.5,
        dt.datetime(2026, 1, 31),
        46053,
        0.455,
        True,
        dt.timedelta(hours=26, minutes=30),
        dt.time(1, 30),
        None,
    ]
    workbook(tmp_path / "o.xlsx", ["id", "a", "d", "serial", "p", "b", "t", "u", "e"], line, formats={"E2": "0.0%"})
    columns = [
        column("id"), column("a", "money"), column("d", "date"), column("serial", "date"),
        column("p", "percent", percent_of=100), column("b", "bool"), column("t", "duration"),
        column("u", "duration", format="%H:%M:%S"), column("e", "number"),
    ]  # fmt: skip
    with loaded(tmp_path, "o.xlsx", *columns) as (table, engine):
        assert table.diagnostics == ()
        assert rows(engine, table, *(item.name for item in columns)) == [
            (
                "1001",
                Decimal("12.5"),
                dt.date(2026, 1, 31),
                dt.date(2026, 1, 31),
                Decimal("0.455"),
                True,
                95400,
                5400,
                None,
            )
        ]


def test_a_formula_without_a_stored_value_is_an_error_that_names_the_cell(tmp_path):
    workbook(tmp_path / "o.xlsx", ["id", "a"], ["x", "=1+1"], ["y", 2])
    with loaded(tmp_path, "o.xlsx", column("id"), column("a", "number")) as (table, engine):
        (finding,) = table.diagnostics
        assert (finding.code, table.missing) == ("E524", {"a"})
        assert "1 cell of `orders.a` in o.xlsx: B2 `=1+1`" in finding.message.en
        assert values(engine, table, "id") == ["x", "y"]


def test_an_error_in_a_cell_is_no_text(tmp_path):
    workbook(tmp_path / "o.xlsx", ["id"], ["#N/A"], ["y"])
    with loaded(tmp_path, "o.xlsx", column("id")) as (table, _):
        assert "1 cell of `orders.id` in o.xlsx: A2 `#N/A`" in table.diagnostics[0].message.en
    with loaded(tmp_path, "o.xlsx", column("id", nulls=("#N/A",))) as (table, engine):
        assert (table.diagnostics, values(engine, table, "id")) == ((), [None, "y"])


# ---------------------------------------------------------------- databases


@pytest.mark.parametrize(
    ("name", "write"), [("o.sqlite", in_sqlite), ("o.db", in_sqlite), ("o.duckdb", in_duckdb), ("o.db", in_duckdb)]
)
def test_a_table_of_several_is_named(tmp_path, name, write):
    write(tmp_path / name, RECORDS)
    write(tmp_path / name, RECORDS[:1], "refunds")
    with loaded(tmp_path, name, *COLUMNS, place=place(table="refunds")) as (table, engine):
        assert rows(engine, table, *NAMES) == EXPECTED[:1]
    with loaded(tmp_path, name, *COLUMNS) as (table, _):
        assert "found: `orders`, `refunds`" in table.diagnostics[0].message.en
    with loaded(tmp_path, name, *COLUMNS, place=place(table="refund")) as (table, _):
        assert [finding.code for finding in table.diagnostics] == ["E521"]


def test_a_database_in_a_folder_that_cannot_be_written_is_read_and_left_alone(tmp_path):
    in_sqlite(tmp_path / "o.sqlite", RECORDS)
    before = (tmp_path / "o.sqlite").read_bytes()
    tmp_path.chmod(0o555)
    try:
        with loaded(tmp_path, "o.sqlite", *COLUMNS) as (table, _):
            assert table.rows == 3
    finally:
        tmp_path.chmod(0o755)
    assert ([item.name for item in tmp_path.iterdir()], (tmp_path / "o.sqlite").read_bytes()) == (["o.sqlite"], before)


def test_rows_that_were_deleted_leave_no_trace(tmp_path):
    in_duckdb(tmp_path / "o.duckdb", RECORDS)
    with duckdb.connect(str(tmp_path / "o.duckdb")) as database:
        database.execute("DELETE FROM orders WHERE id = 'a'")
    with loaded(tmp_path, "o.duckdb", *COLUMNS) as (table, engine):
        assert (table.rows, rows(engine, table, *NAMES)) == (2, EXPECTED[1:])


def test_a_bad_cell_is_found_behind_rows_that_were_deleted(tmp_path):
    with duckdb.connect(str(tmp_path / "o.duckdb")) as database:
        database.execute("CREATE TABLE orders AS SELECT i, i::VARCHAR AS n FROM range(9) r(i)")
        database.execute("DELETE FROM orders WHERE i < 4")
        database.execute("UPDATE orders SET n = 'seven' WHERE i = 7")
    with loaded(tmp_path, "o.duckdb", column("n", "number")) as (table, engine):
        assert "`seven`" in table.diagnostics[0].message.en
        assert sorted(filter(None, values(engine, table, "n"))) == [4, 5, 6, 8]


def test_a_blob_is_no_number(tmp_path):
    database = sqlite3.connect(tmp_path / "o.sqlite")
    database.execute("CREATE TABLE orders (n)")
    database.execute("INSERT INTO orders VALUES (x'00ff'), (1.5), (2)")
    database.commit()
    database.close()
    with loaded(tmp_path, "o.sqlite", column("n", "number")) as (table, engine):
        assert values(engine, table, "n") == [None, Decimal("1.5"), Decimal(2)]
        assert "row 1 `x'00ff'`" in table.diagnostics[0].message.en

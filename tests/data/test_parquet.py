"""Parquet files keep their own types where these fit, and are checked like text where they do not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pytest

from kpilang.data import load
from kpilang.data.natives import Native
from kpilang.model.calendar import Calendar
from tests.data.kit import MINUTES, column, loaded, rows, values


def write(folder, select, name="orders.parquet"):
    path = str(folder / name).replace("'", "''")
    duckdb.connect().execute(f"SET timezone = 'UTC'; COPY ({select}) TO '{path}' (FORMAT parquet)")
    return folder


def copied(engine):
    return engine.rows("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'rows%'") != [(0,)]


def only(table):
    assert len(table.diagnostics) == 1, [finding.message.en for finding in table.diagnostics]
    return table.diagnostics[0]


@pytest.mark.parametrize(
    ("sort", "value", "sql_type", "expected"),
    [
        ("integer", "5::INTEGER", "INTEGER", 5),
        ("integer", "5::USMALLINT", "BIGINT", 5),
        ("integer", "5.0::DOUBLE", "BIGINT", 5),
        ("integer", "5.00::DECIMAL(9,2)", "BIGINT", 5),
        ("integer", "'5'", "BIGINT", 5),
        ("number", "5::BIGINT", "BIGINT", 5),
        ("number", "5.25::DOUBLE", "DOUBLE", 5.25),
        ("number", "5.25::FLOAT", "DOUBLE", 5.25),
        ("number", "5.25::DECIMAL(9,2)", "DECIMAL(9,2)", Decimal("5.25")),
        ("number", "5::HUGEINT", "DOUBLE", 5.0),
        ("money", "5.25::DECIMAL(9,2)", "DECIMAL(9,2)", Decimal("5.25")),
        ("money", "5::INTEGER", "INTEGER", 5),
        ("money", "0.1::DOUBLE", "DECIMAL(18, 4)", Decimal("0.1")),
        ("money", "'0.10'", "DECIMAL(18, 4)", Decimal("0.1")),
        ("percent", "0.45::DOUBLE", "DOUBLE", 0.45),
        ("percent", "'45%'", "DECIMAL(18, 6)", Decimal("0.45")),
        ("percent", "'1e-3'", "DOUBLE", 0.001),
        ("number", "'0.1'", "DECIMAL(18, 4)", Decimal("0.1")),
        ("bool", "TRUE", "BOOLEAN", True),
        ("bool", "0::TINYINT", "BOOLEAN", False),
        ("bool", "'是'", "BOOLEAN", True),
        ("date", "DATE '2026-01-31'", "DATE", dt.date(2026, 1, 31)),
        ("date", "TIMESTAMP '2026-01-31 00:00:00'", "DATE", dt.date(2026, 1, 31)),
        ("date", "'2026-01-31'", "DATE", dt.date(2026, 1, 31)),
        ("datetime", "TIMESTAMP '2026-01-31 09:00:00'", "TIMESTAMP", dt.datetime(2026, 1, 31, 9)),
        ("datetime", "TIMESTAMP_NS '2026-01-31 09:00:00'", "TIMESTAMP", dt.datetime(2026, 1, 31, 9)),
        ("datetime", "TIMESTAMP_MS '2026-01-31 09:00:00.5'", "TIMESTAMP", dt.datetime(2026, 1, 31, 9, 0, 0, 500_000)),
        ("datetime", "TIMESTAMPTZ '2026-01-31 09:00:00+08'", "TIMESTAMP", dt.datetime(2026, 1, 31, 1)),
        ("datetime", "DATE '2026-01-31'", "TIMESTAMP", dt.datetime(2026, 1, 31)),
        ("duration", "90::BIGINT", "BIGINT", 90),
        ("text", "'x'", "VARCHAR", "x"),
        ("text", "' '", "VARCHAR", None),
        ("text", "7::BIGINT", "VARCHAR", "7"),
        ("text", "7.0::DOUBLE", "VARCHAR", "7"),
        ("text", "7.5::DOUBLE", "VARCHAR", "7.5"),
        ("text", "DATE '2026-01-31'", "VARCHAR", "2026-01-31"),
        ("text", "'x'::ENUM('x', 'y')", "VARCHAR", "x"),
        ("text", "'6d3d7f33-0000-0000-0000-000000000001'::UUID", "VARCHAR", "6d3d7f33-0000-0000-0000-000000000001"),
    ],
)
def test_a_fitting_type_is_a_view_and_only_parsed_texts_are_copied(tmp_path, sort, value, sql_type, expected):
    write(tmp_path, f"SELECT {value} AS x UNION ALL SELECT NULL")
    with loaded(tmp_path, "orders.parquet", column("x", sort)) as (table, engine):
        assert sorted(values(engine, table, "x"), key=str) == sorted([expected, None], key=str)
        assert {name: found.replace(", ", ",") for name, found in table.columns.items()} == {
            "x": sql_type.replace(", ", ",")
        }
        assert engine.rows(f"SELECT DISTINCT replace(typeof(c_x), ', ', ',') FROM {table.relation}") == [
            (sql_type.replace(", ", ","),)
        ]
        assert (table.rows, table.bad, table.diagnostics, table.broken) == (2, {}, (), False)
        assert copied(engine) == (value.startswith("'") and sort != "text")


@pytest.mark.parametrize(
    ("sort", "value", "shown"),
    [
        ("integer", "5.5::DOUBLE", "5.5"),
        ("integer", "1e30::DOUBLE", "1e+30"),
        ("integer", "'NaN'::DOUBLE", "nan"),
        ("integer", "9223372036854775808::UBIGINT", "9223372036854775808"),
        ("integer", "'5.5'", "5.5"),
        ("number", "'NaN'::DOUBLE", "nan"),
        ("number", "'-inf'::FLOAT", "-inf"),
        ("money", "'inf'::DOUBLE", "inf"),
        ("money", "1e-30::DOUBLE", "1e-30"),
        ("percent", "'nan'::DOUBLE", "nan"),
        ("bool", "2::INTEGER", "2"),
        ("date", "TIMESTAMP '2026-01-31 09:00:00'", "2026-01-31 09:00:00"),
        ("date", "DATE 'infinity'", "infinity"),
        ("datetime", "TIMESTAMP '-infinity'", "-infinity"),
        ("datetime", "TIMESTAMP_NS '2026-01-31 09:00:00.123456789'", "2026-01-31 09:00:00.123456789"),
        ("date", "'x'", "x"),
    ],
)
def test_a_value_that_does_not_fit_is_bad_and_told(tmp_path, sort, value, shown):
    write(tmp_path, f"SELECT {value} AS x UNION ALL SELECT NULL")
    with loaded(tmp_path, "orders.parquet", column("x", sort)) as (table, engine):
        assert values(engine, table, "x") == [None, None]
        assert sorted(engine.rows(f"SELECT bad FROM {table.relation}")) == [(0,), (1,)]
        assert f"row 1 `{shown}`" in only(table).message.en


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        ("date", "20260131"),
        ("number", "DATE '2026-01-31'"),
        ("money", "TRUE"),
        ("datetime", "TIME '09:00:00'"),
        ("bool", "DATE '2026-01-31'"),
        ("text", "[1, 2]"),
        ("text", "{'a': 1}"),
        ("text", "'x'::BLOB"),
        ("duration", "INTERVAL 1 HOUR"),
    ],
)
def test_a_type_that_cannot_fit_spoils_its_column(tmp_path, sort, value):
    write(tmp_path, f"SELECT {value} AS x, 1 AS id")
    with loaded(tmp_path, "orders.parquet", column("x", sort), column("id")) as (table, engine):
        assert (table.missing, table.broken) == ({"x"}, False)
        assert only(table).code == "E517"
        assert "expected" in only(table).help.en
        assert rows(engine, table, "x", "id") == [(None, "1")]


def test_clock_times_are_read_in_the_zone_of_the_calendar(tmp_path):
    zone, clock, day = "America/New_York", dt.datetime(2024, 11, 3, 1, 30), dt.date(2024, 3, 10)
    write(tmp_path, f"SELECT TIMESTAMP '{clock}' AS t, DATE '{day}' AS d, TIMESTAMPTZ '2024-03-10 05:00:00+00' AS z")
    columns = [column("t", "datetime"), column("d", "datetime"), column("z", "date")]
    with loaded(tmp_path, "orders.parquet", *columns, zone=zone) as (table, engine):
        calendar = Calendar(zone=zone)
        assert rows(engine, table, "t", "d", "z") == [(calendar.to_instant(clock), calendar.instant(day), day)]
        assert not copied(engine)


def test_percent_of_a_hundred_and_formatted_durations(tmp_path):
    write(tmp_path, "SELECT 45 AS p, '01:30:00' AS d")
    columns = [column("p", "percent", percent_of=100), column("d", "duration", format="%H:%M:%S", type=MINUTES)]
    with loaded(tmp_path, "orders.parquet", *columns) as (table, engine):
        assert rows(engine, table, "p", "d") == [(Decimal("0.45"), 90.0)]


def test_money_in_doubles_gets_the_digits_it_needs(tmp_path):
    write(tmp_path, "SELECT unnest([0.1, 1234.567891, 5]) AS x")
    with loaded(tmp_path, "orders.parquet", column("x", "money")) as (table, engine):
        assert values(engine, table, "x") == [Decimal("0.1"), Decimal("1234.567891"), Decimal(5)]
        assert (table.bad, table.diagnostics) == ({}, ())


def test_domains_required_cells_and_null_words_hold_for_parquet_too(tmp_path):
    write(tmp_path, "SELECT unnest(['a', 'b', 'NA', NULL]) AS s, unnest([1, 9, 2, NULL]) AS n")
    columns = [
        column("s", items=("a",), nulls=("NA",)),
        column("n", "integer", low=Decimal(1), high=Decimal(5), required=True),
    ]
    with loaded(tmp_path, "orders.parquet", *columns) as (table, engine):
        assert rows(engine, table, "s", "n") == [("a", 1), (None, None), (None, 2), (None, None)]
        told = [finding.message.en for finding in table.diagnostics]
        assert "row 2 `9`, row 4 is empty" in told[0]
        assert "row 2 `b`" in told[1]


def test_null_words_are_empty_in_a_view_as_well(tmp_path):
    write(tmp_path, "SELECT unnest(['a', 'NA']) AS s")
    with loaded(tmp_path, "orders.parquet", column("s", nulls=("NA",))) as (table, engine):
        assert values(engine, table, "s") == ["a", None]
        assert not copied(engine)


def test_several_files_of_different_types_are_one_relation(tmp_path):
    write(tmp_path, "SELECT 1::INTEGER AS n, 1.5::DECIMAL(9,1) AS m, 'x' AS id", "a.parquet")
    write(tmp_path, "SELECT 7 AS id, 2.25::DOUBLE AS n, 2.25::DECIMAL(9,2) AS m", "b.parquet")
    with loaded(tmp_path, "*.parquet", column("n", "number"), column("m", "money"), column("id")) as (table, engine):
        assert rows(engine, table, "n", "m", "id") == [(1.0, Decimal("1.5"), "x"), (2.25, Decimal("2.25"), "7")]
        assert table.columns["n"] == "DOUBLE"
        assert engine.rows(f'SELECT count(DISTINCT "row") FROM {table.relation}') == [(2,)]
        assert not copied(engine)


def test_bad_cells_of_several_files_are_told_by_file(tmp_path):
    write(tmp_path, "SELECT 1.0::DOUBLE AS n", "a.parquet")
    write(tmp_path, "SELECT unnest([1.0, 1.5]) AS n", "b.parquet")
    with loaded(tmp_path, "*.parquet", column("n", "integer")) as (table, engine):
        assert values(engine, table, "n") == [1, 1, None]
        assert "b.parquet" in only(table).message.en
        assert "row 2 `1.5`" in only(table).message.en


def test_a_missing_column_and_a_file_without_any_are_told(tmp_path):
    write(tmp_path, "SELECT 1 AS amounts, 2 AS id")
    with loaded(tmp_path, "orders.parquet", column("amount", "money"), column("id")) as (table, engine):
        assert table.missing == {"amount"}
        assert "`amounts`" in only(table).help.en
        assert rows(engine, table, "amount", "id") == [(None, "2")]
    with loaded(tmp_path, "orders.parquet", column("other")) as (table, engine):
        assert table.broken
        assert only(table).code == "E510"
        assert values(engine, table, "other") == []


def test_a_file_that_is_no_parquet_is_told(tmp_path):
    (tmp_path / "orders.parquet").write_bytes(b"PAR1 not really")
    with loaded(tmp_path, "orders.parquet", column("x")) as (table, _):
        assert table.broken
        assert only(table).code == "E518"


def test_a_hostile_column_name_is_read(tmp_path):
    write(tmp_path, 'SELECT 1 AS "a""b\'; --", 2 AS "a*b"')
    with loaded(tmp_path, "orders.parquet", column("x", "integer", cell="a\"b'; --")) as (table, engine):
        assert values(engine, table, "x") == [1]


def test_rows_can_be_counted_without_any_column(tmp_path):
    write(tmp_path, "SELECT * FROM range(1000) t(x)")
    with loaded(tmp_path, "orders.parquet", column("x"), needs=[]) as (table, engine):
        assert engine.rows(f'SELECT count(*), count(DISTINCT "row"), max(bad) FROM {table.relation}') == [
            (1000, 1000, 0)
        ]


@pytest.mark.parametrize(("native", "decimal"), [("DECIMAL(9,2)", (9, 2)), ("DECIMAL(9, 2)", (9, 2)), ("DOUBLE", None)])
def test_the_width_of_a_decimal_is_read_from_its_name(native, decimal):
    assert Native(native).decimal == decimal


def test_a_file_with_damaged_pages_is_told(tmp_path):
    write(tmp_path, "SELECT range * 1.5 AS x FROM range(100000)")
    data = bytearray((tmp_path / "orders.parquet").read_bytes())
    data[100:5000] = b"\xff" * 4900
    (tmp_path / "orders.parquet").write_bytes(bytes(data))
    with loaded(tmp_path, "orders.parquet", column("x", "integer")) as (table, _):
        assert table.broken
        assert only(table).code == "E518"


def test_a_column_that_bears_the_engines_own_name_is_told(tmp_path):
    write(tmp_path, "SELECT 1 AS file_row_number, 2 AS x")
    with loaded(tmp_path, "orders.parquet", column("x", "integer")) as (table, _):
        assert table.broken
        assert "file_row_number" in only(table).message.en


def test_a_folder_named_like_a_partition_adds_no_column(tmp_path):
    (tmp_path / "x=9").mkdir()
    write(tmp_path, "SELECT 1 AS x", "x=9/orders.parquet")
    with loaded(tmp_path, "x=9/orders.parquet", column("x", "integer")) as (table, engine):
        assert values(engine, table, "x") == [1]


def test_a_footer_of_which_the_engine_makes_nothing_is_told(tmp_path):
    write(tmp_path, "SELECT i AS n FROM range(50) r(i)")
    data, count = (tmp_path / "orders.parquet").read_bytes(), bytes((0x16, 100))  # field of 64 bits: 50, folded
    assert count in data
    damaged = data.replace(count, bytes((0x16, 99)))  # 99 stands for -50
    (tmp_path / "orders.parquet").write_bytes(damaged)
    with loaded(tmp_path, "orders.parquet", column("n", "number")) as (table, _):
        assert (only(table).code, table.broken) == ("E518", True)


def test_many_files_of_one_shape_are_read_by_one_call_and_their_rows_keep_their_places(tmp_path):
    (tmp_path / "o").mkdir()
    for file in range(5):
        other = ", 'x' AS more" if file == 3 else ""
        write(tmp_path / "o", f"SELECT {file} * 10 + i AS n{other} FROM range({file + 1}) r(i)", f"{file}.parquet")
    with loaded(tmp_path, "o/*.parquet", column("n", "integer")) as (table, engine):
        assert values(engine, table, "n") == [file * 10 + row for file in range(5) for row in range(file + 1)]
        ((text,),) = engine.rows("SELECT sql FROM duckdb_views() WHERE view_name LIKE 'source%'")
        assert text.count("read_parquet") == 3  # 0 to 2, 3 which has another shape, and 4
        numbers = [row for (row,) in engine.rows(f'SELECT "row" FROM {table.relation} ORDER BY 1')]
        assert numbers == list(range(15))
        named = {number: place.en for number, place in table.places([0, 4, 7, 14]).items()}
    assert named == {
        0: "o/0.parquet row 1",
        4: "o/2.parquet row 2",
        7: "o/3.parquet row 2",
        14: "o/4.parquet row 5",
    }


def test_a_bad_cell_among_many_files_is_told_with_its_file(tmp_path):
    (tmp_path / "o").mkdir()
    for file in range(4):
        bad = "'nan'::DOUBLE" if file == 2 else "1.5"
        write(tmp_path / "o", f"SELECT 'a' AS id, {bad}::DOUBLE AS n", f"{file}.parquet")
    with loaded(tmp_path, "o/*.parquet", column("id"), column("n", "number")) as (table, engine):
        assert only(table).message.en == "1 cell of `orders.n` in o/2.parquet cannot be used: row 1 `nan`"
        assert values(engine, table, "n") == [1.5, 1.5, None, 1.5]


MANY = "FROM range(5000) AS r(i)"  # two groups of rows and a bit, each with statistics of its own
FINITE = {
    "number": ("i::DOUBLE", ["'NaN'::DOUBLE", "'inf'::DOUBLE", "'-inf'::DOUBLE"]),
    "percent": ("i::FLOAT", ["'NaN'::FLOAT", "'inf'::FLOAT"]),
    "date": ("DATE '2026-01-31'", ["DATE 'infinity'", "DATE '-infinity'"]),
    "datetime": ("TIMESTAMP '2026-01-31 09:00:00'", ["TIMESTAMP 'infinity'", "TIMESTAMP '-infinity'"]),
}


@pytest.mark.parametrize("sort", FINITE)
@pytest.mark.parametrize("place", [0, 3000, 4999])
def test_one_cell_without_end_is_found_in_any_group_of_rows(tmp_path, sort, place):
    sound, wrong = FINITE[sort]
    for bad in wrong:
        grouped(
            tmp_path, f"SELECT CASE WHEN i = {place} THEN {bad} WHEN i % 7 = 1 THEN NULL ELSE {sound} END AS x {MANY}"
        )
        with loaded(tmp_path, "orders.parquet", column("x", sort)) as (table, engine):
            assert engine.rows(f'SELECT "row" FROM {table.relation} WHERE bad <> 0') == [(place,)]
            assert f"row {place + 1} " in only(table).message.en


@pytest.mark.parametrize("sort", FINITE)
@pytest.mark.parametrize("text", ["{}", "CASE WHEN i % 3 > 0 THEN {} END", "CASE WHEN i < 0 THEN {} END"])
def test_cells_that_are_finite_are_not_looked_at_one_by_one(tmp_path, monkeypatch, sort, text):
    monkeypatch.delattr(load, "typed")
    grouped(tmp_path, f"SELECT {text.format(FINITE[sort][0])} AS x {MANY}")
    with loaded(tmp_path, "orders.parquet", column("x", sort)) as (table, engine):
        assert (table.rows, table.diagnostics, copied(engine)) == (5000, (), False)


@pytest.mark.parametrize(
    "asked", [{"required": True}, {"low": Decimal(0)}, {"high": Decimal(4998)}], ids=["required", "low", "high"]
)
def test_finite_cells_of_which_more_is_asked_are_looked_at(tmp_path, asked):
    cell = {"required": "NULL", "low": "-1", "high": "4999"}[next(iter(asked))]
    grouped(tmp_path, f"SELECT CAST(CASE WHEN i = 3000 THEN {cell} ELSE 7 END AS DOUBLE) AS x {MANY}")
    with loaded(tmp_path, "orders.parquet", column("x", "number", **asked)) as (table, engine):
        assert engine.rows(f'SELECT "row" FROM {table.relation} WHERE bad <> 0') == [(3000,)]


def grouped(folder, select):
    path = str(folder / "orders.parquet").replace("'", "''")
    duckdb.connect().execute(f"COPY ({select}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["a", "zz"], ["a", "zz"]),
        (["a", " ", "zz"], ["a", None, "zz"]),
        (["a", "", None], ["a", None, None]),
        (["a", "\u3000", "zz"], ["a", None, "zz"]),
        (["a", "\u3000中", "中"], ["a", "\u3000中", "中"]),
        ([" a", "\\x", "~"], [" a", "\\x", "~"]),
        ([None, None], [None, None]),
    ],
)
def test_blank_texts_are_empty_whatever_the_statistics_of_their_column_tell(tmp_path, texts, expected):
    listed = ", ".join("NULL::VARCHAR" if text is None else f"'{text}'" for text in texts)
    write(tmp_path, f"SELECT unnest([{listed}]) AS s")
    with loaded(tmp_path, "orders.parquet", column("s")) as (table, engine):
        assert values(engine, table, "s") == expected


def test_columns_told_apart_by_case_alone_do_not_share_their_statistics(tmp_path):
    write(tmp_path, "SELECT 'x' AS ab, ' ' AS zz, 'x' AS zz_1")
    path = tmp_path / "orders.parquet"
    path.write_bytes(path.read_bytes().replace(b"zz", b"AB"))
    with loaded(tmp_path, "orders.parquet", column("s", cell="AB_1")) as (table, engine):
        assert values(engine, table, "s") == [None]

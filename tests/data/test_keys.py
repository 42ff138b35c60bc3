"""Keys that are whole numbers are stored as such; what reads back as another text stays text."""

from __future__ import annotations

import pytest

from kpilang.sql import quote
from tests.data.kit import column, loaded, values

AMOUNT = column("amount", "money")
LATE = [*(str(number) for number in range(1, 3000)), "007"]

CELLS = [
    (["1", "-20", "0", "999999999999999999"], "BIGINT"),
    (["1", "", " "], "BIGINT"),
    (["1", "007"], "VARCHAR"),
    (["1", "+7"], "VARCHAR"),
    (["1", "-0"], "VARCHAR"),
    (["1", " 7"], "VARCHAR"),
    (["1", "1.0"], "VARCHAR"),
    (["1", "9999999999999999999"], "VARCHAR"),
    (["1", "A7"], "VARCHAR"),
    (["", ""], "VARCHAR"),
    (LATE, "VARCHAR"),
]


@pytest.mark.parametrize(("cells", "sql_type"), CELLS)
def test_a_key_in_a_text_file_is_a_whole_number_where_every_cell_reads_back_the_same(tmp_path, cells, sql_type):
    (tmp_path / "orders.csv").write_text("id,amount\n" + "".join(f"{cell},1\n" for cell in cells), encoding="utf-8")
    with loaded(tmp_path, "orders.csv", AMOUNT, needs=["id", "amount"], key=("id",)) as (table, engine):
        found = [None if value is None else str(value) for value in values(engine, table, "id")]
        assert (table.columns["id"], found) == (sql_type, [cell if cell.strip() else None for cell in cells])
        assert (table.diagnostics, table.bad) == ((), {})


def test_a_column_that_is_no_key_stays_text(tmp_path):
    (tmp_path / "orders.csv").write_text("id,amount\n1,1\n", encoding="utf-8")
    with loaded(tmp_path, "orders.csv", column("id"), AMOUNT) as (table, engine):
        assert (table.columns["id"], values(engine, table, "id")) == ("VARCHAR", ["1"])


def test_a_key_with_a_domain_stays_text(tmp_path):
    (tmp_path / "orders.csv").write_text("id,amount\n1,1\n3,1\n", encoding="utf-8")
    with loaded(tmp_path, "orders.csv", column("id", items=("1", "2")), AMOUNT, key=("id",)) as (table, _):
        assert (table.columns["id"], set(table.bad)) == ("VARCHAR", {"id"})


def test_null_words_are_no_keys(tmp_path):
    (tmp_path / "orders.csv").write_text("id,amount\n1,1\nNA,1\n", encoding="utf-8")
    with loaded(tmp_path, "orders.csv", column("id", nulls=("NA",)), AMOUNT, key=("id",)) as (table, engine):
        assert (table.columns["id"], values(engine, table, "id")) == ("BIGINT", [1, None])


def test_files_that_disagree_make_a_text(tmp_path):
    (tmp_path / "a.csv").write_text("id,amount\n1,1\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("id,amount\nB,1\n", encoding="utf-8")
    with loaded(tmp_path, "*.csv", AMOUNT, needs=["id"], key=("id",)) as (table, engine):
        assert (table.columns["id"], values(engine, table, "id")) == ("VARCHAR", ["1", "B"])


@pytest.mark.parametrize(
    ("native", "sql_type"),
    [("7::INTEGER", "INTEGER"), ("7::BIGINT", "BIGINT"), ("7::UINTEGER", "BIGINT"), ("7.0::DOUBLE", "VARCHAR")],
)
def test_a_typed_key_keeps_its_type_where_it_is_whole(tmp_path, native, sql_type):
    import duckdb

    duckdb.sql(f"COPY (SELECT {native} AS id, 1 AS amount) TO {quote.text(str(tmp_path / 'o.parquet'))}")
    with loaded(tmp_path, "o.parquet", AMOUNT, needs=["id", "amount"], key=("id",)) as (table, engine):
        assert table.columns["id"] == sql_type
        assert [str(value) for value in values(engine, table, "id")] == ["7"]


def test_numbers_of_many_digits_are_told_from_the_first_rows(tmp_path):
    (tmp_path / "orders.csv").write_text("id,n\n1,48.85837009\n2,-2.2945\n", encoding="utf-8")
    with loaded(tmp_path, "orders.csv", column("n", "number"), needs=["n"]) as (table, _):
        assert table.columns["n"] == "DECIMAL(38, 10)"

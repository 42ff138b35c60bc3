"""CSV files become typed tables: no row vanishes, no cell is changed, and what is wrong is said."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpilang.engines.duckdb import Engine
from tests.data.kit import column, loaded, model, rows, source, values

ID, AMOUNT = column("id"), column("amount", "money")


def write(folder, text, name="orders.csv"):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def one(table):
    assert len(table.diagnostics) == 1, [finding.message.en for finding in table.diagnostics]
    return table.diagnostics[0]


def test_each_sort_has_its_sql_type(tmp_path):
    write(tmp_path, "t,n,i,b,d,m,u,p,w\na,1.5,2,yes,2026-01-31,1.10,3,45%,2026-01-31 09:00\n")
    columns = [
        column("t"),
        column("n", "number"),
        column("i", "integer"),
        column("b", "bool"),
        column("d", "date"),
        column("m", "money"),
        column("u", "duration"),
        column("p", "percent"),
        column("w", "datetime"),
    ]
    with loaded(tmp_path, "orders.csv", *columns) as (table, engine):
        names = [item.name for item in columns]
        assert rows(engine, table, *names) == [
            (
                "a",
                Decimal("1.5"),
                2,
                True,
                dt.date(2026, 1, 31),
                Decimal("1.10"),
                Decimal(3),
                Decimal("0.45"),
                dt.datetime(2026, 1, 31, 9),
            ),
        ]
        described = {row[0]: row[1] for row in engine.rows(f"DESCRIBE {table.relation}")}
        assert [described[f"c_{name}"] for name in names] == [
            "VARCHAR",
            "DECIMAL(18,4)",
            "BIGINT",
            "BOOLEAN",
            "DATE",
            "DECIMAL(18,4)",
            "DECIMAL(18,4)",
            "DECIMAL(18,6)",
            "TIMESTAMP",
        ]
        assert (described["row"], described["bad"]) == ("BIGINT", "BIGINT")
        assert {name: kind.replace(", ", ",") for name, kind in table.columns.items()} == {
            name: described[f"c_{name}"] for name in names
        }
        assert (table.rows, table.bad, table.diagnostics, table.broken) == (1, {}, (), False)


def test_only_the_columns_asked_for_are_there(tmp_path):
    write(tmp_path, "id,amount\n1,x\n")
    with loaded(tmp_path, "orders.csv", ID, AMOUNT, needs=["id"]) as (table, engine):
        assert set(table.columns) == {"id"}
        assert table.diagnostics == ()
        assert engine.rows(f"SELECT * FROM {table.relation}") == [(0, 0, "1")]


def test_rows_can_be_counted_without_any_column(tmp_path):
    write(tmp_path, "id,amount\n1,2\n3,4\n")
    with loaded(tmp_path, "orders.csv", ID, AMOUNT, needs=[]) as (table, engine):
        assert engine.rows(f"SELECT count(*) FROM {table.relation}") == [(2,)]


def test_a_column_of_a_key_that_is_not_declared_is_text(tmp_path):
    write(tmp_path, "id,amount\n007,2\n")
    with loaded(tmp_path, "orders.csv", AMOUNT, needs=["id"]) as (table, engine):
        assert values(engine, table, "id") == ["007"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_line_ends_and_byte_order_marks_are_found_out(tmp_path, delimiter, end, mark):
    lines = [["id", "金额"], ["1", "2.5"], ["“2”", ""]]
    write(tmp_path, mark + end.join(delimiter.join(line) for line in lines) + end)
    with loaded(tmp_path, "orders.csv", ID, column("amount", "number", cell="金额")) as (table, engine):
        assert rows(engine, table, "id", "amount") == [("1", 2.5), ("“2”", None)]
        assert table.diagnostics == ()


def test_the_delimiter_is_the_one_that_shows_the_declared_columns(tmp_path):
    write(tmp_path, "a,b,c,d,e;id;amount\n1,1,1,1,1;x;5\n")
    with loaded(tmp_path, "orders.csv", ID, AMOUNT) as (table, engine):
        assert rows(engine, table, "id", "amount") == [("x", Decimal(5))]


def test_quoted_cells_may_hold_delimiters_quotes_and_line_breaks(tmp_path):
    write(tmp_path, 'id,amount\n"a,b",1\n"say ""hi""",2\n"two\nlines",3\n"5"" pipe",4\n')
    with loaded(tmp_path, "orders.csv", ID, AMOUNT) as (table, engine):
        assert values(engine, table, "id") == ["a,b", 'say "hi"', "two\nlines", '5" pipe']
        assert values(engine, table, "amount") == [1, 2, 3, 4]


def test_a_quote_in_the_midst_of_a_cell_is_a_character(tmp_path):
    write(tmp_path, 'id,amount\n5" pipe,1\n6" x 7",2\n')
    with loaded(tmp_path, "orders.csv", ID, AMOUNT) as (table, engine):
        assert rows(engine, table, "id", "amount") == [('5" pipe', 1), ('6" x 7"', 2)]


def test_blank_lines_are_no_rows(tmp_path):
    write(tmp_path, "\n\nid,amount\n\n1,2\n\n\n3,x\n\n")
    with loaded(tmp_path, "orders.csv", ID, AMOUNT) as (table, engine):
        assert values(engine, table, "id") == ["1", "3"]
        assert "row 8 `x`" in one(table).message.en


def test_line_ends_of_several_kinds_in_one_file_are_read(tmp_path):
    write(tmp_path, "id,amount\r\n1,2\n3,4\r\n5,6\n")
    with loaded(tmp_path, "orders.csv", ID, AMOUNT) as (table, engine):
        assert values(engine, table, "id") == ["1", "3", "5"]
        assert not table.broken


def test_headings_only_is_a_table_without_rows(tmp_path):
    write(tmp_path, "id,amount")
    with loaded(tmp_path, "orders.csv", ID, AMOUNT) as (table, engine):
        assert (rows(engine, table, "id"), table.rows, table.broken) == ([], 0, False)


def test_several_files_are_joined_by_column_name(tmp_path):
    write(tmp_path, "id,amount\n1,2\n", "a.csv")
    write(tmp_path, "other;amount;id\nx;4;3\n", "b.csv")
    with loaded(tmp_path, "*.csv", ID, AMOUNT) as (table, engine):
        assert rows(engine, table, "id", "amount") == [("1", 2), ("3", 4)]
        assert engine.rows(f'SELECT count(DISTINCT "row") FROM {table.relation}') == [(2,)]


# ---------------------------------------------------------------- bad cells


def test_a_bad_cell_is_empty_marked_and_told_with_file_row_and_text(tmp_path):
    write(tmp_path, "id,amount,day\n1,2,2026-02-30\n2,1.2.3,2026-01-01\n3,,x\n")
    with loaded(tmp_path, "orders.csv", ID, AMOUNT, column("day", "date")) as (table, engine):
        assert set(table.bad) == {"amount", "day"}
        marks = engine.rows(f'SELECT bad FROM {table.relation} ORDER BY "row"')
        amount, day = 1 << table.bad["amount"], 1 << table.bad["day"]
        assert marks == [(day,), (amount,), (day,)]
        assert rows(engine, table, "amount", "day") == [(2, None), (None, dt.date(2026, 1, 1)), (None, None)]
        messages = [finding.message.en for finding in table.diagnostics]
        assert messages == [
            "1 cell of `orders.amount` in orders.csv cannot be used: row 3 `1.2.3`",
            "2 cells of `orders.day` in orders.csv cannot be used: row 2 `2026-02-30`, row 4 `x`",
        ]
        assert table.diagnostics[0].message.zh == "orders.csv 里 `orders.amount` 有 1 个单元格不能用：第 3 行 `1.2.3`"
        assert "--on-bad-rows skip" in table.diagnostics[0].help.en
        assert table.diagnostics[0].code == "E516"
        assert (table.broken, table.rows) == (False, 3)


def test_many_bad_cells_are_counted_and_the_first_few_shown(tmp_path):
    write(tmp_path, "id,amount\n" + "".join(f"{number},x{number}\n" for number in range(5000)))
    with loaded(tmp_path, "orders.csv", AMOUNT) as (table, _):
        assert one(table).message.en.endswith("row 2 `x0`, row 3 `x1`, row 4 `x2`, …")
        assert one(table).message.en.startswith("5,000 cells")


def test_each_file_has_its_own_report(tmp_path):
    write(tmp_path, "id,amount\n1,x\n", "a.csv")
    write(tmp_path, "id,amount\n1,1\n2,2\n", "b.csv")
    write(tmp_path, "amount,id\n1,1\ny,2\n", "c.csv")
    with loaded(tmp_path, "*.csv", AMOUNT) as (table, _):
        found = [finding.message.en for finding in table.diagnostics]
        assert [("a.csv" in text, "c.csv" in text) for text in found] == [(True, False), (False, True)]
        assert "row 2 `x`" in found[0]
        assert "row 3 `y`" in found[1]


def test_files_of_one_layout_are_read_by_one_statement(tmp_path, monkeypatch):
    statements = []
    attempt = Engine.attempt
    monkeypatch.setattr(Engine, "attempt", lambda self, sql: statements.append(sql) or attempt(self, sql))
    write(tmp_path, "id,amount\na,1\n\nb,2\n\n", "data/1.csv")
    write(tmp_path, "\ufeffid,amount\nc,x", "data/2.csv")
    write(tmp_path, "id,amount\n", "data/3.csv")
    write(tmp_path, "amount,id\n4,d\n", "data/4.csv")
    write(tmp_path, "id,amount\ne,5\n", "data/5.csv")
    write(tmp_path, 'id,amount\nf,6\n"g\n",y\n', "data/6.csv")
    with loaded(tmp_path, "data/*.csv", ID, AMOUNT) as (table, engine):
        assert values(engine, table, "id") == ["a", "b", "c", "d", "e", "f", "g\n"]
        assert values(engine, table, "amount") == [
            Decimal(1),
            Decimal(2),
            None,
            Decimal(4),
            Decimal(5),
            Decimal(6),
            None,
        ]
        told = [item.message.en for item in table.diagnostics]
        assert [("data/2.csv" in text, "row 2 `x`" in text) for text in told] == [(True, True), (False, False)]
        assert ("data/6.csv" in told[1], "row 3 `y`" in told[1]) == (True, True)
        places = table.places([0, 1, 2, 3, 4])
        assert [places[row].en for row in range(5)] == [
            "data/1.csv row 2", "data/1.csv row 4", "data/2.csv row 2", "data/4.csv row 2", "data/5.csv row 2",
        ]  # fmt: skip
    assert len([sql for sql in statements if "data/1.csv" in sql and "data/3.csv" in sql]) == 1


def test_a_line_that_is_no_row_is_told_of_its_file_alone(tmp_path):
    write(tmp_path, "id,amount\na,1\n", "data/1.csv")
    write(tmp_path, "id,amount\nb,2\nc\n", "data/2.csv")
    write(tmp_path, "id,amount\nd,3\n", "data/3.csv")
    with loaded(tmp_path, "data/*.csv", ID, AMOUNT, skip=True) as (table, engine):
        assert (table.rows, values(engine, table, "id")) == (3, ["a", "b", "d"])
        assert [(item.count, "data/2.csv" in item.text.en) for item in table.left_out] == [(1, True)]
        assert [place.en for place in table.places([1, 2]).values()] == ["data/2.csv row 2", "data/3.csv row 2"]


def test_skipped_bad_cells_are_counts_and_keep_their_marks(tmp_path):
    write(tmp_path, "id,amount\n1,x\n2,2\n")
    with loaded(tmp_path, "orders.csv", AMOUNT, skip=True) as (table, _):
        assert table.diagnostics == ()
        assert [(item.code, item.count) for item in table.left_out] == [("bad-cell", 1)]
        assert "row 2 `x`" in table.left_out[0].text.en
        assert "第 2 行 `x`" in table.left_out[0].text.zh
        assert set(table.bad) == {"amount"}


def test_a_cell_of_control_characters_is_shown_on_one_line(tmp_path):
    write(tmp_path, 'id,amount\n1,"a\nb\x1b[31m"\n2,' + "9" * 500 + "\n")
    with loaded(tmp_path, "orders.csv", AMOUNT) as (table, _):
        message = one(table).message.en
        assert "`a\\nb\\x1b[31m`" in message
        assert len(message) < 250


def test_more_than_63_columns_with_bad_cells_still_spoil_every_one(tmp_path):
    names = [f"c{number:02}" for number in range(70)]
    write(tmp_path, ",".join(names) + "\n" + ",".join("x" * 70) + "\n" + ",".join("1" * 70) + "\n")
    with loaded(tmp_path, "orders.csv", *(column(name, "number") for name in names)) as (table, engine):
        assert set(table.bad) == set(names)
        assert max(table.bad.values()) == 62
        for name in names:
            assert engine.rows(f'SELECT (bad >> {table.bad[name]}) & 1 FROM {table.relation} ORDER BY "row"') == [
                (1,),
                (0,),
            ]


def test_an_empty_cell_of_a_required_column_is_told_as_empty(tmp_path):
    write(tmp_path, "id,amount\n1,\n2,3\n")
    with loaded(tmp_path, "orders.csv", column("amount", "money", required=True)) as (table, _):
        assert "row 2 is empty" in one(table).message.en
        assert "not empty" in one(table).label.en


# ---------------------------------------------------------------- money


def test_money_with_more_digits_than_usual_keeps_every_one(tmp_path):
    write(tmp_path, "id,amount\n1,0.123456\n2,12345678901234567.5\n")
    with loaded(tmp_path, "orders.csv", AMOUNT) as (table, engine):
        assert values(engine, table, "amount") == [Decimal("0.123456"), Decimal("12345678901234567.5")]
        assert (table.columns["amount"], table.bad) == ("DECIMAL(38, 10)", {})


def test_money_with_eighteen_decimals_keeps_every_one(tmp_path):
    write(tmp_path, "id,amount\n1,0.000000000000000001\n2,5\n")
    with loaded(tmp_path, "orders.csv", AMOUNT) as (table, engine):
        assert values(engine, table, "amount") == [Decimal("0.000000000000000001"), Decimal(5)]


NUMBERS = [
    (["0.1", "0.2", ""], "DECIMAL(18, 4)", [Decimal("0.1"), Decimal("0.2"), None]),
    (["0.12345", "1"], "DECIMAL(38, 10)", [Decimal("0.12345"), Decimal(1)]),
    (["0.123456789012345678", "1"], "DECIMAL(38, 18)", [Decimal("0.123456789012345678"), Decimal(1)]),
    (["99999999999999", "1"], "DECIMAL(18, 4)", [Decimal(99999999999999), Decimal(1)]),
    (["100000000000000", "1"], "DECIMAL(38, 10)", [Decimal(100000000000000), Decimal(1)]),
    (["1e3", "0.5"], "DOUBLE", [1000.0, 0.5]),
    (["0.1234567890123456789", "0.5"], "DOUBLE", [0.12345678901234568, 0.5]),
]


@pytest.mark.parametrize(("cells", "sql_type", "expected"), NUMBERS)
@pytest.mark.parametrize("sort", ["number", "duration"])
def test_numbers_are_exact_decimals_and_binary_only_where_no_decimal_holds_them(
    tmp_path, sort, cells, sql_type, expected
):
    write(tmp_path, "id,n\n" + "".join(f"a,{cell}\n" for cell in cells))
    with loaded(tmp_path, "orders.csv", ID, column("n", sort)) as (table, engine):
        assert (table.columns["n"], values(engine, table, "n"), table.diagnostics) == (sql_type, expected, ())


FAR = [*(["0.5"] * 600), "x", ""]
LATE = [
    ("0.1234567890123", "0.12345678901234567891", "DOUBLE", [0.1234567890123, 0.12345678901234568]),
    ("0.1234567890123", "0.25", "DECIMAL(38, 18)", [Decimal("0.1234567890123"), Decimal("0.25")]),
    ("0.1234567890123", "1e-3", "DOUBLE", [0.1234567890123, 0.001]),
    ("1e-3", "0.25", "DOUBLE", [0.001, 0.25]),
    ("0.25", "0.12345", "DECIMAL(38, 10)", [Decimal("0.25"), Decimal("0.12345")]),
    ("0.25", "0.12345678901", "DECIMAL(38, 18)", [Decimal("0.25"), Decimal("0.12345678901")]),
    ("0.25", "1e-3", "DOUBLE", [0.25, 0.001]),
]


@pytest.mark.parametrize(("first", "last", "sql_type", "expected"), LATE)
@pytest.mark.parametrize("low", [None, Decimal(-5)])
def test_a_cell_far_below_may_be_wider_than_all_before_it(tmp_path, low, first, last, sql_type, expected):
    write(tmp_path, "id,n\n" + "".join(f"a,{cell}\n" for cell in [first, *FAR, last]))
    with loaded(tmp_path, "orders.csv", ID, column("n", "number", low=low)) as (table, engine):
        found = values(engine, table, "n")
        assert (table.columns["n"], [found[0], found[-1]]) == (sql_type, expected)
        assert "1 cell" in one(table).message.en
        assert "row 603 `x`" in one(table).message.en
        assert engine.rows(f'SELECT "row" FROM {table.relation} WHERE "bad" <> 0') == [(601,)]
        assert found[1:601] == [type(expected[0])("0.5")] * 600


def test_a_cell_out_of_its_domain_is_bad_in_whatever_type(tmp_path):
    write(tmp_path, "id,n\n" + "".join(f"a,{cell}\n" for cell in ["0.1234567890123", *FAR, "-7.12345678901234567891"]))
    with loaded(tmp_path, "orders.csv", ID, column("n", "number", low=Decimal(-5))) as (table, engine):
        assert values(engine, table, "n")[601:] == [None, None, None]
        assert engine.rows(f'SELECT "row" FROM {table.relation} WHERE "bad" <> 0') == [(601,), (603,)]


def test_a_tenth_and_two_tenths_are_three_tenths(tmp_path):
    write(tmp_path, "id,n\na,0.1\nb,0.2\nc,-0.3\n")
    with loaded(tmp_path, "orders.csv", ID, column("n", "number")) as (table, engine):
        assert engine.rows(f'SELECT sum("c_n") FROM {table.relation}') == [(Decimal(0),)]


def test_a_bad_cell_leaves_a_number_as_narrow_as_it_was(tmp_path):
    write(tmp_path, "id,n\na,0.1\nb,x\n")
    with loaded(tmp_path, "orders.csv", ID, column("n", "number")) as (table, _):
        assert (table.columns["n"], set(table.bad)) == ("DECIMAL(18, 4)", {"n"})


def test_percentages_of_a_hundred_are_divided_exactly_and_restaged_where_they_are_long(tmp_path):
    write(tmp_path, "id,p\na,12.5\nb,7.1234567\nc,3%\n")
    with loaded(tmp_path, "orders.csv", ID, column("p", "percent", percent_of=100)) as (table, engine):
        assert table.columns["p"] == "DECIMAL(38, 12)"
        assert values(engine, table, "p") == [Decimal("0.125"), Decimal("0.071234567"), Decimal("0.03")]


def test_money_beyond_every_width_is_bad_and_never_rounded(tmp_path):
    write(tmp_path, "id,amount\n1,0.1234567890123456789\n2,5\n")
    with loaded(tmp_path, "orders.csv", AMOUNT) as (table, engine):
        assert values(engine, table, "amount") == [None, Decimal(5)]
        assert "row 2 `0.1234567890123456789`" in one(table).message.en


# ---------------------------------------------------------------- lines that are no rows


def test_a_line_with_too_few_or_too_many_cells_breaks_the_source(tmp_path):
    write(tmp_path, 'id,amount\n1,2\n3\n4,5,6\n"7"x,8\n9,10\n')
    with loaded(tmp_path, "orders.csv", ID, AMOUNT) as (table, engine):
        assert values(engine, table, "id") == ["1", "9"]
        assert table.broken
        assert one(table).code == "E515"
        assert one(table).message.en == (
            "3 lines of orders.csv, the data of `orders`, cannot be read: "
            "row 3 (too few cells), row 4 (too many cells), row 5 (a quote out of place)"
        )


def test_skipped_lines_are_counted(tmp_path):
    write(tmp_path, "id,amount\n1,2\n3\n4,5\n")
    with loaded(tmp_path, "orders.csv", ID, AMOUNT, skip=True) as (table, engine):
        assert values(engine, table, "id") == ["1", "4"]
        assert not table.broken
        assert [(item.code, item.count) for item in table.left_out] == [("bad-line", 1)]
        assert table.diagnostics == ()


def test_a_bad_cell_after_bad_lines_is_told_with_its_own_row(tmp_path):
    write(tmp_path, 'id,amount\n1,2\n\n"a\nb",4\n3\n4,x\n')
    with loaded(tmp_path, "orders.csv", ID, AMOUNT) as (table, _):
        assert any("row 6 `x`" in finding.message.en for finding in table.diagnostics)


def test_a_quote_that_is_never_closed_is_an_error_even_when_bad_rows_are_skipped(tmp_path):
    write(tmp_path, 'id,amount\n1,2\n"3,4\n5,6\n')
    with loaded(tmp_path, "orders.csv", ID, AMOUNT, skip=True) as (table, _):
        assert table.broken
        assert "row 3" in one(table).message.en


def test_no_row_of_a_large_file_vanishes_behind_an_open_quote(tmp_path):
    lines = [f"{number},1" for number in range(400_000)]
    lines[200_000] = '200000,"1'
    write(tmp_path, "id,amount\n" + "\n".join(lines) + "\n")
    with loaded(tmp_path, "orders.csv", ID) as (table, _):
        assert table.broken
        assert "row 200002" in one(table).message.en


def test_line_breaks_in_large_cells_make_no_rows(tmp_path):
    inner = "x\n1,2\n" * 6000
    write(tmp_path, "id,note\n" + "".join(f'{number},"{inner}"\n' for number in range(400)))
    with loaded(tmp_path, "orders.csv", ID) as (table, engine):
        assert table.rows == 400
        assert values(engine, table, "id") == [str(number) for number in range(400)]


# ---------------------------------------------------------------- files of the wrong shape


def test_one_wide_text_column_is_told_as_such(tmp_path):
    write(tmp_path, '"id~amount"\n"1~2"\n')
    with loaded(tmp_path, "orders.csv", ID, AMOUNT) as (table, engine):
        assert table.broken
        assert one(table).code == "E510"
        assert "expected: `id`, `amount`; found: `id~amount`" in one(table).message.en
        assert rows(engine, table, "id", "amount") == []


def test_a_missing_column_names_the_nearest_heading_and_spoils_only_itself(tmp_path):
    write(tmp_path, "id,amounts\n1,2\n")
    with loaded(tmp_path, "orders.csv", ID, AMOUNT) as (table, engine):
        assert (table.missing, table.broken, table.bad) == ({"amount"}, False, {})
        assert "no column `amount`" in one(table).message.en
        assert "`amounts`" in one(table).help.en
        assert rows(engine, table, "id", "amount") == [("1", None)]


def test_a_column_missing_from_one_of_several_files_is_missing(tmp_path):
    write(tmp_path, "id,amount\n1,2\n", "a.csv")
    write(tmp_path, "id\n3\n", "b.csv")
    with loaded(tmp_path, "*.csv", ID, AMOUNT) as (table, engine):
        assert table.missing == {"amount"}
        assert "b.csv" in one(table).message.en
        assert rows(engine, table, "id", "amount") == [("1", 2), ("3", None)]


def test_a_declared_column_that_nobody_uses_may_be_missing(tmp_path):
    write(tmp_path, "id\n1\n")
    with loaded(tmp_path, "orders.csv", ID, AMOUNT, needs=["id"]) as (table, _):
        assert (table.missing, table.diagnostics) == (frozenset(), ())


def test_a_heading_that_stands_twice_cannot_be_used(tmp_path):
    write(tmp_path, "id,amount,amount\n1,2,3\n")
    with loaded(tmp_path, "orders.csv", ID, AMOUNT) as (table, _):
        assert table.missing == {"amount"}
        assert "2 times" in one(table).message.en
    with loaded(tmp_path, "orders.csv", ID, AMOUNT, needs=["id"]) as (table, _):
        assert table.diagnostics == ()


def test_headings_match_without_white_space_and_in_any_unicode_form(tmp_path):
    write(tmp_path, " id , cafe\u0301 \n1,2\n")
    with loaded(tmp_path, "orders.csv", ID, column("cafe", "number", cell="caf\u00e9")) as (table, engine):
        assert rows(engine, table, "id", "cafe") == [("1", 2.0)]


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_an_error(tmp_path, text):
    write(tmp_path, text)
    with loaded(tmp_path, "orders.csv", ID) as (table, engine):
        assert table.broken
        assert one(table).code == "E513"
        assert values(engine, table, "id") == []


@pytest.mark.parametrize(
    ("data", "byte"),
    [
        ("id,n\n1,café\n".encode("latin-1"), 11),
        ("id,n\n1,Zürich é à Genève\n".encode("latin-1"), 9),
        ("id,数量金额\n1,".encode() + b"\xe4\xb8", 19),
        (b"id,n\n1,x\n" + b"2,y\n" * 300_000 + b"3,\xff\n", 10 + 4 * 300_000 + 2),
        (b"\xef\xbb\xbfid,n\n1,\xff\n", 11),
    ],
)
def test_a_file_that_is_not_utf8_is_told_with_the_byte(tmp_path, data, byte):
    write(tmp_path, data)
    with loaded(tmp_path, "orders.csv", ID) as (table, _):
        assert table.broken
        assert one(table).code == "E514"
        assert f"from byte {byte} on" in one(table).message.en


# ---------------------------------------------------------------- no row vanishes, no threads matter

CELLS = st.text(st.sampled_from('ab1,;|"\n\r \t\u3000é中'), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=30), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]))
def test_a_written_file_comes_back_cell_by_cell(tmp_path, records, delimiter, end):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("id", "x", "y"), *records])
    write(tmp_path, text.getvalue())
    with loaded(tmp_path, "orders.csv", ID, column("x"), column("y")) as (table, engine):
        expected = [tuple(cell if cell.strip() else None for cell in record) for record in records]
        assert rows(engine, table, "id", "x", "y") == expected
        assert (table.rows, table.diagnostics) == (len(records), ())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.sampled_from('ab,"\n\r '), max_size=10), max_size=12))
def test_every_line_is_a_row_or_told(tmp_path, lines):
    text = "id,amount\n" + "\n".join(lines)
    write(tmp_path, text)
    with loaded(tmp_path, "orders.csv", ID, skip=True) as (table, _):
        told = sum(item.count for item in table.left_out if item.code == "bad-line")
        records = list(csv.reader(io.StringIO(text, newline="")))[1:]
        if not table.broken:
            assert table.rows + told == sum(bool(record) for record in records)


def test_the_same_file_gives_the_same_rows_whatever_the_threads(tmp_path):
    write(tmp_path, "id,amount\n" + "".join(f"{number},{number % 97}.25\n" for number in range(200_000)))
    found = []
    for threads in (1, 4):
        with loaded(tmp_path, "orders.csv", ID, AMOUNT, threads=threads) as (table, engine):
            found.append(engine.rows(f"SELECT * FROM {table.relation} ORDER BY ALL LIMIT 1000"))
            assert engine.rows(f'SELECT count(*) FROM {table.relation} WHERE "row" <> c_id::BIGINT') == [(0,)]
    assert found[0] == found[1]


def test_two_sources_lie_side_by_side(tmp_path):
    from kpilang.data.files import bind
    from kpilang.engines.duckdb import Engine

    write(tmp_path, "id\n1\n", "a.csv")
    write(tmp_path, "id\n2\n3\n", "b.csv")
    project = model(source("Orders", ID, location="a.csv"), source("orders", ID, location="b.csv"))
    bound, _ = bind(project, tmp_path, {}, ["Orders", "orders"], [])
    with Engine([path for item in bound.values() for path in item.files]) as engine:
        tables = engine.load(
            bound, {"Orders": frozenset({"id"}), "orders": frozenset({"id"}), "none": frozenset()}, project
        )
        assert {name: values(engine, table, "id") for name, table in tables.items()} == {
            "Orders": ["1"],
            "orders": ["2", "3"],
        }


def test_derived_columns_are_not_looked_for_in_the_file(tmp_path):
    from kpilang.model.expr import Literal
    from kpilang.model.types import NUMBER

    write(tmp_path, "id\n1\n")
    derived = column("twice", "number", derived=Literal(NUMBER, None, Decimal(2)))
    with loaded(tmp_path, "orders.csv", ID, derived) as (table, _):
        assert (set(table.columns), table.diagnostics) == ({"id"}, ())


@pytest.mark.parametrize(
    ("sort", "cells", "forms"),
    [
        ("date", ["2026/1/5"], ['format "%Y/%m/%d"']),
        ("date", ["5/1/2026"], ['format "%d/%m/%Y"', 'format "%m/%d/%Y"']),
        ("date", ["5/1/2026", "31/1/2026"], ['format "%d/%m/%Y"']),
        ("date", ["2026年1月5日"], ['format "%Y年%m月%d日"']),
        ("datetime", ["05.01.2026 10:30"], ['format "%d.%m.%Y %H:%M"']),
        ("duration", ["01:30:00"], ['format "%H:%M:%S"']),
        ("date", ["soon"], []),
        ("number", ["1,000"], ['format "1,234.56"', 'format "1.234,56"']),
    ],
)
def test_a_known_way_to_write_dates_is_offered_as_format(tmp_path, sort, cells, forms):
    write(tmp_path, "id;x\n" + "".join(f"1;{cell}\n" for cell in cells))
    with loaded(tmp_path, "orders.csv", ID, column("x", sort)) as (table, _):
        help = one(table).help.en
        assert [form for form in forms if form not in help] == []
        assert help.count("format") == len(forms)


def test_a_file_that_goes_away_before_it_is_read_is_told(tmp_path):
    from kpilang.data.files import bind
    from kpilang.engines.duckdb import Engine

    write(tmp_path, "id\n1\n")
    project = model(source("orders", ID, location="orders.csv"))
    bound, _ = bind(project, tmp_path, {}, ["orders"], [])
    (tmp_path / "orders.csv").unlink()
    with Engine([tmp_path / "orders.csv"]) as engine:
        table = engine.load(bound, {"orders": frozenset({"id"})}, project)["orders"]
        assert table.broken
        assert one(table).code == "E518"


def test_a_long_list_of_members_is_cut_short(tmp_path):
    write(tmp_path, "id\nx\n")
    with loaded(tmp_path, "orders.csv", column("id", items=tuple(f"m{number}" for number in range(40)))) as (table, _):
        assert "`m11` and 28 more" in one(table).label.en
        assert "等 40 个" in one(table).label.zh


def test_a_cell_may_be_longer_than_any_limit_of_a_reader(tmp_path):
    long = "9" * 300_000
    write(tmp_path, f'id,amount\n"{long}\n",1\n2,x\n')
    with loaded(tmp_path, "orders.csv", ID, AMOUNT) as (table, engine):
        assert [len(value) for value in values(engine, table, "id")] == [300_001, 1]
        assert "row 3 `x`" in one(table).message.en

"""Wide tables become rows: by the names of their months, or one period after another, in every format."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import duckdb
import openpyxl
import pytest

from kpilang.cli import main
from kpilang.data.unpivot import periods
from kpilang.model.calendar import Calendar
from kpilang.model.nouns import Unpivot
from tests.data.kit import column, loaded, rows, span

YEAR = (dt.date(2026, 1, 1), dt.date(2027, 1, 1))
FISCAL = (dt.date(2025, 4, 1), dt.date(2026, 4, 1))
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
COLUMNS = (column("region"), column("month", "date"), column("amount", "money"))


def unpivot(first="Jan", last="Mar", days=(dt.date(2026, 1, 1), dt.date(2026, 4, 1))):
    return Unpivot(first, last, "month", "amount", days, span())


LINES = [["region", "Jan", "Feb", "Mar", "note"], ["north", "1.5", "2", "", "x"], ["south", "4", "5", "6", ""]]
EXPECTED = [
    ("north", dt.date(2026, 1, 1), Decimal("1.5")),
    ("north", dt.date(2026, 2, 1), Decimal(2)),
    ("north", dt.date(2026, 3, 1), None),
    ("south", dt.date(2026, 1, 1), Decimal(4)),
    ("south", dt.date(2026, 2, 1), Decimal(5)),
    ("south", dt.date(2026, 3, 1), Decimal(6)),
]


def as_csv(path, lines):
    path.write_text("".join(";".join(line) + "\n" for line in lines), encoding="utf-8")


def as_workbook(path, lines):
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    book.save(path)


def as_json(path, lines):
    items = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    path.write_text(json.dumps(items), encoding="utf-8")


def wide_table(lines):
    """A SELECT of the lines: text the first and last column, the months exact, unless one is a word."""
    records = [", ".join("NULL" if not cell else f"'{cell}'" for cell in line) for line in lines[1:]]
    sort = "VARCHAR" if any("?" in line for line in lines) else "DECIMAL(9, 2)"
    months = ", ".join(f'CAST("{heading}" AS {sort}) AS "{heading}"' for heading in lines[0][1:-1])
    names = ", ".join(f'"{heading}"' for heading in lines[0])
    values, last = "), (".join(records), lines[0][-1]
    return f'SELECT region, {months}, "{last}" FROM (VALUES ({values})) AS t({names})'


def as_parquet(path, lines):
    duckdb.sql(f"COPY ({wide_table(lines)}) TO '{path}'")


def as_duckdb(path, lines):
    with duckdb.connect(str(path)) as database:
        database.execute(f"CREATE TABLE plan AS {wide_table(lines)}")


FORMATS = [
    ("p.csv", as_csv),
    ("p.xlsx", as_workbook),
    ("p.json", as_json),
    ("p.parquet", as_parquet),
    ("p.duckdb", as_duckdb),
]


@pytest.mark.parametrize(("name", "write"), FORMATS)
def test_columns_become_rows_with_the_first_day_of_their_period(tmp_path, name, write):
    write(tmp_path / name, LINES)
    with loaded(tmp_path, name, *COLUMNS, unpivot=unpivot()) as (table, engine):
        assert (table.diagnostics, table.rows) == ((), 6)
        assert rows(engine, table, "region", "month", "amount") == EXPECTED


SAID = {
    "p.csv": "row 3 `Feb` `?`",
    "p.xlsx": "C3 `?`",
    "p.json": "item 2 `Feb` `?`",
    "p.parquet": "row 2 `Feb` `?`",
    "p.duckdb": "row 2 `Feb` `?`",
}


@pytest.mark.parametrize(("name", "write"), FORMATS)
def test_a_bad_cell_is_told_by_row_and_heading(tmp_path, name, write):
    write(tmp_path / name, [*LINES[:2], ["south", "4", "?", "6", ""]])
    with loaded(tmp_path, name, *COLUMNS, unpivot=unpivot()) as (table, engine):
        assert [finding.code for finding in table.diagnostics] == ["E516"]
        assert SAID[name] in table.diagnostics[0].message.en
        assert rows(engine, table, "amount")[3:] == [(Decimal(4),), (None,), (Decimal(6),)]


@pytest.mark.parametrize(("name", "write"), FORMATS)
@pytest.mark.parametrize(
    ("first", "last", "days", "code"),
    [
        ("Jan", "Mrz", YEAR, "E511"),
        ("Mar", "Jan", YEAR, "E526"),
        ("Jan", "Mar", (dt.date(2026, 5, 1), dt.date(2026, 8, 1)), "E527"),
        ("Jan", "Feb", (dt.date(2026, 1, 1), dt.date(2026, 3, 1)), None),
    ],
)
def test_headings_that_are_not_there_or_other_periods_are_told(tmp_path, name, write, first, last, days, code):
    write(tmp_path / name, LINES)
    with loaded(tmp_path, name, *COLUMNS, unpivot=unpivot(first, last, days)) as (table, _):
        assert [finding.code for finding in table.diagnostics] == ([code] if code else [])
        assert table.broken is (code is not None)


@pytest.mark.parametrize(("name", "write"), FORMATS)
def test_a_column_called_like_one_that_is_made_is_told(tmp_path, name, write):
    write(tmp_path / name, [["region", "Jan", "Feb", "Mar", "amount"], *LINES[1:]])
    with loaded(tmp_path, name, *COLUMNS, unpivot=unpivot()) as (table, _):
        assert ([finding.code for finding in table.diagnostics], table.broken) == (["E512"], True)


def test_a_month_of_fractions_beside_one_of_whole_numbers_keeps_its_digits(tmp_path):
    columns = "'north' AS region, 0.1::DOUBLE AS Jan, 2::BIGINT AS Feb, NULL::INTEGER AS Mar"
    duckdb.sql(f"COPY (SELECT {columns}) TO '{tmp_path / 'p.parquet'}'")
    with loaded(tmp_path, "p.parquet", *COLUMNS, unpivot=unpivot()) as (table, engine):
        assert table.diagnostics == ()
        assert rows(engine, table, "amount") == [(Decimal("0.1"),), (Decimal(2),), (None,)]


def test_a_wide_table_of_many_columns_and_files_keeps_every_row_in_its_place(tmp_path):
    (tmp_path / "plans").mkdir()
    for file in range(3):
        months = ", ".join(f"{file} * 1000 + i * 12 + {number} AS {name}" for number, name in enumerate(MONTHS))
        duckdb.sql(
            f"COPY (SELECT i::VARCHAR AS region, {months} FROM range(5) r(i)) TO '{tmp_path}/plans/{file}.parquet'"
        )
    with loaded(tmp_path, "plans/*.parquet", *COLUMNS, unpivot=unpivot("Jan", "Dec", YEAR)) as (table, engine):
        expected = [
            (str(row), dt.date(2026, month + 1, 1), file * 1000 + row * 12 + month)
            for file in range(3)
            for row in range(5)
            for month in range(12)
        ]
        assert rows(engine, table, "region", "month", "amount") == expected
        assert table.places([12 * 5 + 13])[12 * 5 + 13].en == "plans/1.parquet row 2 `Feb`"


def test_without_periods_the_heading_itself_is_the_value(tmp_path):
    as_csv(tmp_path / "p.csv", LINES)
    columns = (COLUMNS[0], column("month"), COLUMNS[2])
    with loaded(tmp_path, "p.csv", *columns, unpivot=unpivot(days=None)) as (table, engine):
        assert [row[0] for row in rows(engine, table, "month")] == ["Jan", "Feb", "Mar"] * 2


def test_months_are_found_in_a_year_that_starts_in_april(tmp_path):
    as_csv(tmp_path / "p.csv", LINES)
    with loaded(tmp_path, "p.csv", *COLUMNS, unpivot=unpivot("Jan", "Mar", FISCAL)) as (table, _):
        assert table.diagnostics == ()


def test_the_month_that_is_made_can_be_part_of_the_key(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    unpivoted = 'key region, month unpivot "Jan" .. "Mar" into month, amount for 2026-Q1 time month each month'
    text = f'source plan from "p.csv" {{ {unpivoted} planned column amount : money(CNY) }}'
    (tmp_path / "a.kpi").write_text(text, encoding="utf-8")
    as_csv(tmp_path / "p.csv", LINES)
    assert main(["check", "--data"]) == 0
    assert "sound" in capsys.readouterr().out


def test_a_row_of_another_length_is_told(tmp_path):
    as_csv(tmp_path / "p.csv", [*LINES, ["west", "1"]])
    with loaded(tmp_path, "p.csv", *COLUMNS, unpivot=unpivot()) as (table, _):
        assert (table.broken, "row 4" in table.diagnostics[0].message.en) == (True, True)


def firsts(year, months):
    return [dt.date(year, month, 1) for month in months]


@pytest.mark.parametrize(
    ("headings", "span", "expected"),
    [
        (MONTHS, YEAR, firsts(2026, range(1, 13))),
        (MONTHS, FISCAL, [*firsts(2026, (1, 2, 3)), *firsts(2025, range(4, 13))]),
        (["January", "Feb.", "march"], YEAR, firsts(2026, (1, 2, 3))),
        ([f"{month}月" for month in range(1, 13)], YEAR, firsts(2026, range(1, 13))),
        (["一月", "十月", "十二月份"], YEAR, firsts(2026, (1, 10, 12))),
        (["2026-02", "2026-01"], YEAR, firsts(2026, (2, 1))),
        (["2026-Q1", "2026-Q2"], YEAR, firsts(2026, (1, 4))),
        (["2025-12"], YEAR, None),
        (["Q1", "Q2", "Q3", "Q4"], FISCAL, [*firsts(2025, (4, 7, 10)), *firsts(2026, (1,))]),
        ([f"P{number}" for number in range(1, 13)], FISCAL, [*firsts(2025, range(4, 13)), *firsts(2026, (1, 2, 3))]),
        (["A", "B"], YEAR, firsts(2026, (1, 7))),
        (["A", "B", "C"], YEAR, None),
        (["Jan", "Jan"], YEAR, None),
        (["Jan", "x"], YEAR, firsts(2026, (1, 7))),
        (["Jan"], (dt.date(2025, 1, 1), dt.date(2027, 1, 1)), None),
    ],
)
def test_a_heading_stands_for_the_period_it_names_or_for_the_next_one(headings, span, expected):
    assert periods(headings, *span, Calendar()) == expected

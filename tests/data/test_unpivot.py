"""Wide tables become rows: by the names of their months, or one period after another, in every format."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import openpyxl
import pytest

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


@pytest.mark.parametrize(("name", "write"), [("p.csv", as_csv), ("p.xlsx", as_workbook), ("p.json", as_json)])
def test_columns_become_rows_with_the_first_day_of_their_period(tmp_path, name, write):
    write(tmp_path / name, LINES)
    with loaded(tmp_path, name, *COLUMNS, unpivot=unpivot()) as (table, engine):
        assert table.diagnostics == ()
        assert rows(engine, table, "region", "month", "amount") == EXPECTED


SAID = {"p.csv": "row 3 `Feb` `?`", "p.xlsx": "C3 `?`", "p.json": "item 2 `Feb` `?`"}


@pytest.mark.parametrize(("name", "write"), [("p.csv", as_csv), ("p.xlsx", as_workbook), ("p.json", as_json)])
def test_a_bad_cell_is_told_by_row_and_heading(tmp_path, name, write):
    write(tmp_path / name, [*LINES[:2], ["south", "4", "?", "6", ""]])
    with loaded(tmp_path, name, *COLUMNS, unpivot=unpivot()) as (table, _):
        assert SAID[name] in table.diagnostics[0].message.en


def test_without_periods_the_heading_itself_is_the_value(tmp_path):
    as_csv(tmp_path / "p.csv", LINES)
    columns = (COLUMNS[0], column("month"), COLUMNS[2])
    with loaded(tmp_path, "p.csv", *columns, unpivot=unpivot(days=None)) as (table, engine):
        assert [row[0] for row in rows(engine, table, "month")] == ["Jan", "Feb", "Mar"] * 2


@pytest.mark.parametrize(
    ("first", "last", "days", "code"),
    [
        ("Jan", "Mrz", YEAR, "E511"),
        ("Mar", "Jan", YEAR, "E526"),
        ("Jan", "Mar", FISCAL, None),
        ("Jan", "Mar", (dt.date(2026, 5, 1), dt.date(2026, 8, 1)), "E527"),
    ],
)
def test_headings_that_are_not_there_or_other_periods_are_told(tmp_path, first, last, days, code):
    as_csv(tmp_path / "p.csv", LINES)
    with loaded(tmp_path, "p.csv", *COLUMNS, unpivot=unpivot(first, last, days)) as (table, _):
        assert [finding.code for finding in table.diagnostics] == ([code] if code else [])


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

"""What people do in Excel: titles above the headings, merged and hidden cells, formulas, errors, dates of two calendars."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from kpilang.model.nouns import Unpivot
from tests.data.kit import column, loaded, rows, span, values
from tests.data.test_formats import place

HEADINGS = ["id", "day", "amount", "rate", "ok"]
COLUMNS = (
    column("id"),
    column("day", "date"),
    column("amount", "money"),
    column("rate", "percent", percent_of=1),
    column("ok", "bool"),
)
LINE = ["a", dt.datetime(2026, 1, 31), 12.5, 0.125, True]
EXPECTED = [("a", dt.date(2026, 1, 31), Decimal("12.5"), Decimal("0.125"), True)]
JANUARY = (dt.date(2026, 1, 1), dt.date(2026, 3, 1))


def book(path, *lines, formats=None, merged=(), mac=False, hidden=None):
    made = openpyxl.Workbook()
    if mac:
        made.epoch = CALENDAR_MAC_1904
    for line in lines:
        made.active.append(line)
    for cell, form in (formats or {}).items():
        made.active[cell].number_format = form
    for cells in merged:
        made.active.merge_cells(cells)
    if hidden is not None:
        made.create_sheet("Lists").append(["x"])
        made["Lists"].sheet_state = hidden
    made.save(path / "o.xlsx")


def edit(path, change):
    """Change the XML of the only sheet."""
    with zipfile.ZipFile(path / "o.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = change(parts[name].decode()).encode()
    with zipfile.ZipFile(path / "o.xlsx", "w") as archive:
        for each, data in parts.items():
            archive.writestr(each, data)


@pytest.mark.parametrize(
    "options",
    [
        {"formats": {"D2": "0.0%", "C2": "#,##0.00"}},
        {"mac": True},
        {"hidden": "hidden"},
        {"hidden": "veryHidden"},
        {"merged": ["A3:C3", "F1:H9"]},
    ],
)
def test_what_does_not_change_the_values_changes_nothing(tmp_path, options):
    book(tmp_path, HEADINGS, LINE, **options)
    with loaded(tmp_path, "o.xlsx", *COLUMNS) as (table, engine):
        if "A3:C3" in options.get("merged", ()):
            assert {item.code for item in table.diagnostics} == {"E533"}
        else:
            assert (table.diagnostics, rows(engine, table, *HEADINGS)) == ((), EXPECTED)


def test_a_hidden_sheet_is_read_when_it_is_named(tmp_path):
    book(tmp_path, HEADINGS, LINE, hidden="hidden")
    with loaded(tmp_path, "o.xlsx", column("x"), place=place(sheet="Lists")) as (table, _):
        assert (table.diagnostics, table.rows) == ((), 0)


@pytest.mark.parametrize(
    ("above", "row"), [([["Sales 2026"]], 2), ([["Sales 2026", "id"], [None], ["of May"]], 4), ([["id", "rates"]], 2)]
)
def test_headings_below_a_title_are_found_and_their_row_is_named(tmp_path, above, row):
    book(tmp_path, *above, HEADINGS, LINE)
    with loaded(tmp_path, "o.xlsx", *COLUMNS) as (table, _):
        (finding,) = table.diagnostics
        assert (finding.code, table.broken) == ("E534", True)
        assert f"row {row} has 5" in finding.message.en
        assert f"`header {row}`" in finding.help.en
    with loaded(tmp_path, "o.xlsx", *COLUMNS, place=place(header=row)) as (table, engine):
        assert (table.diagnostics, rows(engine, table, *HEADINGS)) == ((), EXPECTED)


@pytest.mark.parametrize(("cells", "told"), [("A2:A3", {"id"}), ("C3:D3", {"rate"}), ("B1:B3", {"day"})])
def test_merged_cells_below_the_headings_are_told(tmp_path, cells, told):
    book(tmp_path, HEADINGS, LINE, ["b", *LINE[1:]], merged=[cells])
    with loaded(tmp_path, "o.xlsx", *COLUMNS) as (table, _):
        assert {item.code for item in table.diagnostics} == {"E533"}
        assert table.missing == told
        assert cells in table.diagnostics[0].message.en


def test_many_formulas_that_were_never_computed_are_one_finding(tmp_path):
    book(tmp_path, HEADINGS, *(["a", dt.datetime(2026, 1, 31), f"={row}+1", 0.1, True] for row in range(50)))
    with loaded(tmp_path, "o.xlsx", *COLUMNS) as (table, engine):
        (finding,) = table.diagnostics
        assert (finding.code, table.missing) == ("E524", {"amount"})
        assert "50 cells of `orders.amount` in o.xlsx: C2 `=0+1`, C3 `=1+1`, C4 `=2+1`, …" in finding.message.en
        assert len(values(engine, table, "id")) == 50


def test_a_formula_that_gave_an_empty_text_is_an_empty_cell(tmp_path):
    book(tmp_path, HEADINGS, ["a", dt.datetime(2026, 1, 31), "=X", 0.1, True])
    edit(
        tmp_path,
        lambda text: re.sub(r'<c r="C2"[^>]*><f>X</f><v ?/?>(</v>)?', '<c r="C2" t="str"><f>X</f><v></v>', text),
    )
    with loaded(tmp_path, "o.xlsx", *COLUMNS) as (table, engine):
        assert (table.diagnostics, values(engine, table, "amount")) == ((), [None])


def test_a_formula_with_its_value_is_that_value(tmp_path):
    book(tmp_path, HEADINGS, ["a", dt.datetime(2026, 1, 31), "=X", 0.1, True])
    edit(tmp_path, lambda text: re.sub(r'<c r="C2"[^>]*><f>X</f><v ?/?>(</v>)?', '<c r="C2"><f>X</f><v>3.5</v>', text))
    with loaded(tmp_path, "o.xlsx", *COLUMNS) as (table, engine):
        assert (table.diagnostics, values(engine, table, "amount")) == ((), [Decimal("3.5")])


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!"])
def test_an_error_is_one_bad_cell_told_once_and_may_be_declared_empty_or_skipped(tmp_path, error):
    book(tmp_path, HEADINGS, LINE, ["b", LINE[1], error, 0.1, True])
    with loaded(tmp_path, "o.xlsx", *COLUMNS) as (table, _):
        (finding,) = table.diagnostics
        assert (finding.code, set(table.bad)) == ("E516", {"amount"})
        assert f"C3 `{error}`" in finding.message.en
        assert f'`null "{error}"`' in finding.help.en
    with loaded(tmp_path, "o.xlsx", *COLUMNS, skip=True) as (table, _):
        assert (table.diagnostics, [item.count for item in table.left_out]) == ((), [1])
    with loaded(tmp_path, "o.xlsx", column("id"), column("amount", "money", nulls=(error,))) as (table, engine):
        assert (table.diagnostics, values(engine, table, "amount")) == ((), [Decimal("12.5"), None])


def test_numbers_and_dates_stored_as_text_are_read_like_those_of_a_text_file(tmp_path):
    book(tmp_path, HEADINGS, ["a", "2026/1/31", "1,250.50", "12.5%", "TRUE"], ["b", "2026/2/1", "8", "0.5", "否"])
    with loaded(tmp_path, "o.xlsx", *COLUMNS) as (table, engine):
        assert [item.code for item in table.diagnostics] == ["E530", "E530"]
        assert rows(engine, table, *HEADINGS) == [
            ("a", dt.date(2026, 1, 31), Decimal("1250.5"), Decimal("0.125"), True),
            ("b", dt.date(2026, 2, 1), Decimal(8), Decimal("0.5"), False),
        ]


def test_dates_and_texts_of_a_declared_format_may_stand_in_one_column(tmp_path):
    book(tmp_path, ["day"], [dt.datetime(2026, 1, 31)], ["1/2/2026"], [46053])
    with loaded(tmp_path, "o.xlsx", column("day", "date", format="%d/%m/%Y")) as (table, engine):
        found = values(engine, table, "day")
        assert found[:2] == [dt.date(2026, 1, 31), dt.date(2026, 2, 1)]
        assert "A4 `46053`" in table.diagnostics[0].message.en


def test_numbers_shown_as_percent_are_percentages_in_wide_tables_too(tmp_path):
    unpivot = Unpivot("Jan", "Feb", "month", "rate", JANUARY, span())
    book(tmp_path, ["id", "Jan", "Feb"], ["a", 0.455, "=1/2"], formats={"B2": "0.0%"})
    columns = (column("id"), column("month", "date"), column("rate", "percent", percent_of=100))
    with loaded(tmp_path, "o.xlsx", *columns, unpivot=unpivot) as (table, engine):
        (finding,) = table.diagnostics
        assert (finding.code, "C2 `=1/2`" in finding.message.en) == ("E524", True)
        assert values(engine, table, "rate") == [Decimal("0.455"), None]


def test_what_openpyxl_warns_of_is_not_shown(tmp_path):
    book(tmp_path, HEADINGS, ["a", 1e9, 1, 0.1, True], formats={"B2": "yyyy-mm-dd"})
    with warnings.catch_warnings(record=True) as shown, loaded(tmp_path, "o.xlsx", *COLUMNS) as (table, _):
        assert ([item.code for item in table.diagnostics], shown) == (["E516"], [])

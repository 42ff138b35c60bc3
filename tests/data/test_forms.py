"""What people and Excel write: a column's form is settled by all its cells, told when guessed, and refused when open."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpilang.model.types import Kind, Type, Unit
from tests.data.kit import column, loaded, values

ID = column("id")
EUR = Type(Kind.NUMBER, Unit((("EUR", 1),), name="EUR"))
POINT, COMMA, INDIAN = "1,234.56", "1.234,56", "12,34,567.89"


def write(folder, cells):
    quoted = ('"' + cell.replace('"', '""') + '"' for cell in cells)
    (folder / "orders.csv").write_text("id;x\n" + "".join(f"1;{cell}\n" for cell in quoted), encoding="utf-8")


def read(folder, cells, declared):
    write(folder, cells)
    with loaded(folder, "orders.csv", ID, declared) as (table, engine):
        return values(engine, table, "x"), table.diagnostics


DRESSED = [
    (["1,203.50", "2", ""], POINT, ["1203.50", "2", None]),
    (["1.203,50", "2"], COMMA, ["1203.50", "2"]),
    (["1,5", "2,25"], COMMA, ["1.5", "2.25"]),
    (["1,234", "12.5"], POINT, ["1234", "12.5"]),
    (["1.234", "12,5"], COMMA, ["1234", "12.5"]),
    (["1.234.567", "1.234"], COMMA, ["1234567", "1234"]),
    (["1,234,567.891", "0"], POINT, ["1234567.891", "0"]),
    (["1 234,5", "1\u202f234,5", "1\u00a0234,5"], COMMA, ["1234.5"] * 3),
    (["1'234.50", "1’234.50"], POINT, ["1234.5"] * 2),
    (["(123.00)", "123.00-", "-1"], POINT, ["-123", "-123", "-1"]),
    (["１２３．５", "－１", "，５"], None, [None, None, None]),
    (["１２３．５", "－１", "１，２００．００"], POINT, ["123.5", "-1", "1200"]),
    (["1.2万", "3亿", "12 万"], POINT, ["12000", "300000000", "120000"]),
    (["12,34,567.50", "1,234", "99"], INDIAN, ["1234567.50", "1234", "99"]),
    (["1,23,45,67,890", "(1,00,000.25)"], INDIAN, ["1234567890", "-100000.25"]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "format", "expected"), DRESSED)
@pytest.mark.parametrize("sort", ["number", "money"])
def test_dressed_numbers_are_read_exactly_and_the_guess_is_told(tmp_path, sort, cells, format, expected):
    found, diagnostics = read(tmp_path, cells, column("x", sort))
    assert found == [None if text is None else Decimal(text) for text in expected]
    if format is not None:
        assert [(item.code, item.severity) for item in diagnostics] == [("E530", "info")]
        assert f'format "{format}"' in diagnostics[0].message.en


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            ["¥1,203.50", "￥ 2", "CNY 3.5", "4元", "5 万元", "-¥6", "¥-7"],
            ["1203.5", "2", "3.5", "4", "50000", "-6", "-7"],
        ),
        (["(¥1,203.50)", "1"], ["-1203.5", "1"]),
        (["$5", "¥1.5"], [None, "1.5"]),
    ],
)
def test_an_amount_may_have_its_own_currencys_sign_and_no_other(tmp_path, cells, expected):
    found, _ = read(tmp_path, cells, column("x", "money"))
    assert found == [None if text is None else Decimal(text) for text in expected]


def test_euros_stand_behind_or_before(tmp_path):
    found, _ = read(tmp_path, ["1.203,50 €", "€ 2,5", "3 EUR"], column("x", "money", type=EUR))
    assert found == [Decimal("1203.5"), Decimal("2.5"), Decimal(3)]


def test_a_number_has_no_currency(tmp_path):
    found, (finding,) = read(tmp_path, ["$5", "6"], column("x", "number"))
    assert (found, finding.code) == ([None, 6], "E516")


@pytest.mark.parametrize("of", [1, 100])
def test_percentages_may_have_a_comma(tmp_path, of):
    found, (finding,) = read(tmp_path, ["12,5%", "7 %", "１２％"], column("x", "percent", percent_of=of))
    assert (found, finding.code) == ([Decimal("0.125"), Decimal("0.07"), Decimal("0.12")], "E530")


@pytest.mark.parametrize("cells", [["1,234", "5,678"], ["1,234", "12"], ["1,234", ""]])
@pytest.mark.parametrize("sort", ["number", "money"])
def test_what_no_cell_settles_is_an_error_with_both_readings(tmp_path, sort, cells):
    found, (finding,) = read(tmp_path, cells, column("x", sort))
    assert (found[0], finding.code, finding.severity) == (None, "E529", "error")
    assert "row 2 `1,234` (`1234` or `1.234`)" in finding.message.en
    assert POINT in finding.help.en
    assert COMMA in finding.help.en


def test_what_is_open_is_never_skipped(tmp_path):
    write(tmp_path, ["1,234", "12"])
    with loaded(tmp_path, "orders.csv", ID, column("x", "number"), skip=True) as (table, _):
        assert (table.missing, [item.code for item in table.diagnostics], table.left_out) == ({"x"}, ["E529"], ())


def test_cells_that_contradict_one_another_are_bad(tmp_path):
    found, (finding,) = read(tmp_path, ["1,5", "2.5", "1,234"], column("x", "number"))
    assert (found, finding.code) == ([None, Decimal("2.5"), None], "E516")


@pytest.mark.parametrize(("format", "expected"), [(POINT, "1234"), (COMMA, "1.234"), ("1 234,56", "1.234")])
def test_a_declared_format_settles_it(tmp_path, format, expected):
    found, diagnostics = read(tmp_path, ["1,234"], column("x", "number", format=format))
    assert (found, diagnostics) == ([Decimal(expected)], ())


@pytest.mark.parametrize(
    "cells",
    [
        ["12,34,567", "123,456,789"],
        ["12,34,567", "1,23,456", "123,456,789"],
        ["12,34,567.50", "1,5"],
        ["12,34,567", "1.234,5"],
        ["12,34,56"],
    ],
)
def test_groups_of_two_digits_beside_numbers_that_say_otherwise_are_bad(tmp_path, cells):
    found, (*guesses, finding) = read(tmp_path, cells, column("x", "number"))
    assert (found[0], finding.code, len(guesses)) == (None, "E516", len(set(guesses)))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(["1,234"], ["1234"]), (["12,34,567.5"], ["1234567.5"]), (["123,456"], [None]), (["₹12,34,567"], ["1234567"])],
)
def test_groups_of_two_digits_can_be_declared(tmp_path, cells, expected):
    rupees = Type(Kind.NUMBER, Unit((("INR", 1),), name="INR"))
    found, _ = read(tmp_path, cells, column("x", "money", type=rupees, format=INDIAN))
    assert found == [None if text is None else Decimal(text) for text in expected]


def test_whole_numbers_may_be_grouped_by_two_digits(tmp_path):
    found, (finding,) = read(tmp_path, ["12,34,567", "5"], column("x", "integer"))
    assert (found, finding.code) == ([1234567, 5], "E530")


def test_whole_numbers_may_be_grouped(tmp_path):
    found, (finding,) = read(tmp_path, ["1,203", "5", "1.2万"], column("x", "integer"))
    assert (found, finding.code) == ([1203, 5, 12000], "E530")


@pytest.mark.parametrize("cells", [["1.203", "5"], ["2.5"], ["1,5"]])
def test_a_whole_number_with_a_fraction_is_bad(tmp_path, cells):
    found, (*_, finding) = read(tmp_path, cells, column("x", "integer"))
    assert (found[0], finding.severity) == (None, "error")


def test_a_domain_settles_nothing(tmp_path):
    _, (finding,) = read(tmp_path, ["1,234"], column("x", "number", low=Decimal(0), high=Decimal(10)))
    assert finding.code == "E529"


@pytest.mark.parametrize(("cells", "words"), [(["NA", "-", "1"], '`null "NA", "-"`'), (["无", "1"], '`null "无"`')])
def test_words_for_nothing_are_offered_as_null(tmp_path, cells, words):
    _, (finding,) = read(tmp_path, cells, column("x", "number"))
    assert words in finding.help.en


def test_plain_numbers_are_never_guessed_at(tmp_path):
    found, diagnostics = read(tmp_path, ["1.234", "5.678"], column("x", "number"))
    assert (found, diagnostics) == ([Decimal("1.234"), Decimal("5.678")], ())


DAYS = [
    (["2015/3/4", "2015/12/31"], "%Y/%m/%d", [dt.date(2015, 3, 4), dt.date(2015, 12, 31)]),
    (["2015年3月4日"], "%Y年%m月%d日", [dt.date(2015, 3, 4)]),
    (["20150304", ""], "%Y%m%d", [dt.date(2015, 3, 4), None]),
    (["04.03.2015"], "%d.%m.%Y", [dt.date(2015, 3, 4)]),
    (["3/4/2015", "31/4/2015", "25/4/2015"], "%d/%m/%Y", [dt.date(2015, 4, 3), None, dt.date(2015, 4, 25)]),
    (["3/4/2015", "4/25/2015"], "%m/%d/%Y", [dt.date(2015, 3, 4), dt.date(2015, 4, 25)]),
    (["2015/3/4 0:00"], "%Y/%m/%d %H:%M", [dt.date(2015, 3, 4)]),
    (["4-Mar-2015", "31-DEC-2015"], "%d-%b-%Y", [dt.date(2015, 3, 4), dt.date(2015, 12, 31)]),
    (["Mar 4, 2015"], "%b %d, %Y", [dt.date(2015, 3, 4)]),
    (["May 4, 2015", "June 5, 2015"], "%B %d, %Y", [dt.date(2015, 5, 4), dt.date(2015, 6, 5)]),
]


@pytest.mark.parametrize(("cells", "format", "expected"), DAYS)
def test_dates_are_read_in_the_one_form_that_fits_and_the_guess_is_told(tmp_path, cells, format, expected):
    found, diagnostics = read(tmp_path, cells, column("x", "date"))
    assert found == expected
    assert f'format "{format}"' in next(item for item in diagnostics if item.code == "E530").message.en


def test_times_are_read_so_too(tmp_path):
    found, (finding,) = read(tmp_path, ["3/25/2015 2:05 PM"], column("x", "datetime"))
    assert (found, finding.code) == ([dt.datetime(2015, 3, 25, 14, 5)], "E530")


@pytest.mark.parametrize(
    ("cells", "format"),
    [
        (["2025-03-04 下午 3:05", "2025-03-04 上午 12:30"], "%Y-%m-%d %p %I:%M"),
        (["2025/3/4 下午3:05", "2025/3/4 上午12:30"], "%Y/%m/%d %p%I:%M"),
        (["2025年3月4日 下午3:05:00", "2025年3月4日 上午12:30:00"], "%Y年%m月%d日 %p%I:%M:%S"),
        (["2025/3/4 3:05 PM", "2025/3/4 12:30 am"], "%Y/%m/%d %I:%M %p"),
    ],
)
def test_the_halves_of_the_day_are_read_in_chinese_and_english(tmp_path, cells, format):
    expected = [dt.datetime(2025, 3, 4, 15, 5), dt.datetime(2025, 3, 4, 0, 30)]
    found, (finding,) = read(tmp_path, cells, column("x", "datetime"))
    assert (found, finding.code) == (expected, "E530")
    assert f'format "{format}"' in finding.message.en
    assert read(tmp_path, cells, column("x", "datetime", format=format)) == (expected, ())


def test_an_hour_that_no_half_of_the_day_has_is_a_bad_cell(tmp_path):
    cells = ["2025/3/4 下午3:05", "2025/3/4 下午15:05", "2025/3/4 晚上8:05"]
    found, diagnostics = read(tmp_path, cells, column("x", "datetime", format="%Y/%m/%d %p%I:%M"))
    assert found == [dt.datetime(2025, 3, 4, 15, 5), None, None]
    assert [item.code for item in diagnostics] == ["E516"]


def test_day_and_month_that_may_be_exchanged_are_an_error_with_both_readings(tmp_path):
    found, (finding,) = read(tmp_path, ["3/4/2015", "5/5/2015"], column("x", "date"))
    assert (found, finding.code) == ([None, None], "E529")
    assert "row 2 `3/4/2015` (`2015-04-03` or `2015-03-04`)" in finding.message.en
    assert "有两种读法：第 2 行 `3/4/2015`（`2015-04-03` 或 `2015-03-04`）" in finding.message.zh


def test_days_of_both_orders_contradict_one_another(tmp_path):
    found, (finding,) = read(tmp_path, ["25/4/2015", "4/25/2015"], column("x", "date"))
    assert (found, finding.code) == ([None, None], "E516")


def test_a_year_of_two_digits_is_not_guessed(tmp_path):
    found, diagnostics = read(tmp_path, ["15/3/4", "2015/3/4"], column("x", "date"))
    assert (found, [item.code for item in diagnostics]) == ([None, dt.date(2015, 3, 4)], ["E530", "E516"])


SHORT = [
    ("3/4/25", ("2025-04-03", "2025-03-04"), ("%d/%m/%y", "%m/%d/%y")),
    ("03/04/25", ("2025-04-03", "2025-03-04", "2003-04-25"), ("%d/%m/%y", "%m/%d/%y", "%y/%m/%d")),
    ("13-12-25", ("2025-12-13", "2013-12-25"), ("%d-%m-%y", "%y-%m-%d")),
    ("31.12.99", ("1999-12-31",), ("%d.%m.%y",)),
    ("4-Mar-25", ("2025-03-04",), ("%d-%b-%y",)),
    ("25年3月4日", ("2025-03-04",), ("%y年%m月%d日",)),
]


@pytest.mark.parametrize(("cell", "readings", "formats"), SHORT)
def test_years_of_two_digits_are_refused_with_their_readings_and_read_when_declared(tmp_path, cell, readings, formats):
    found, (finding,) = read(tmp_path, [cell], column("x", "date"))
    assert (found, finding.code, finding.severity) == ([None], "E532", "error")
    assert [reading for reading in readings if f"`{reading}`" not in finding.message.en] == []
    assert [form for form in formats if f'`format "{form}"`' not in finding.help.en] == []
    assert finding.help.en.count("`format") == len(formats)
    for reading, form in zip(readings, formats, strict=True):
        found, diagnostics = read(tmp_path, [cell], column("x", "date", format=form))
        assert (found, diagnostics) == ([dt.date.fromisoformat(reading)], ())


def test_years_of_two_digits_are_never_skipped(tmp_path):
    write(tmp_path, ["3/4/25"])
    with loaded(tmp_path, "orders.csv", ID, column("x", "date"), skip=True) as (table, _):
        assert (table.missing, [item.code for item in table.diagnostics], table.left_out) == ({"x"}, ["E532"], ())


def spelled(value, mark):
    text = f"{value:,f}"
    return text if mark == "." else text.translate(str.maketrans({",": ".", ".": ","}))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=8), st.sampled_from(".,"))
def test_what_a_spreadsheet_writes_is_what_is_read(tmp_path, amounts, mark):
    found, _ = read(tmp_path, [spelled(value, mark) for value in amounts], column("x", "money"))
    assert found == amounts


# ---------------------------------------------------------------- what is said of bad cells


def test_a_format_that_would_break_the_other_cells_is_not_advised(tmp_path):
    found, diagnostics = read(tmp_path, ["2026/1/3", "2026/1/4", "2026年2月9日"], column("x", "date"))
    assert found == [dt.date(2026, 1, 3), dt.date(2026, 1, 4), None]
    (bad,) = [item for item in diagnostics if item.code == "E516"]
    assert bad.help.en == ("correct the cells, or count them and leave their rows out with `--on-bad-rows skip`")


@pytest.mark.parametrize(("cells", "advised"), [(["1:30:00", "2:00:00"], True), (["1:30:00", "90"], False)])
def test_a_format_is_advised_where_it_reads_every_cell(tmp_path, cells, advised):
    _, (bad,) = read(tmp_path, cells, column("x", "duration"))
    assert bad.code == "E516"
    assert ('declare `format "%H:%M:%S"`' in bad.help.en) is advised


def test_of_cells_without_value_those_with_two_readings_are_shown(tmp_path):
    _, (open_,) = read(tmp_path, ["(40)", "1,200"], column("x", "number"))
    assert open_.code == "E529"
    assert open_.message.en == (
        "2 cells of `orders.x` in orders.csv cannot be read while some have two readings: "
        "row 3 `1,200` (`1200` or `1.200`)"
    )

"""How a result is written in each format; the result is built by hand in `samples.py`."""

import csv
import io
import json
import sys
from dataclasses import replace
from decimal import Decimal
from importlib import import_module

import duckdb
import pytest

from kpilang import parts
from kpilang.model.types import Unit
from kpilang.outputs.colour import Palette
from kpilang.outputs.results.parquet import write_file
from kpilang.outputs.shown import Shown
from kpilang.result import Note, Result
from kpilang.text import Text
from tests.lines import sheets
from tests.outputs.samples import MODEL, RESULT, ROWS

TEXT_FORMATS = ("csv", "json", "jsonl", "markdown", "table")


def written(form, language="en", result=RESULT, **given):
    stream = io.StringIO()
    import_module(f"kpilang.outputs.results.{form}").write(Shown(result, MODEL, language, **given), stream)
    return stream.getvalue()


def test_each_file_of_the_folder_is_a_format():
    names = {name.rpartition(".")[2] for name in parts.names("kpilang.outputs.results")}
    assert names == {*TEXT_FORMATS, "parquet"}


def test_the_table_aligns_numbers_right_and_chinese_by_its_width():
    assert written("table") == (
        "KPI          period   segment                       value       change   target  status    remark\n"
        "Repeat rate  2026-01  小微                         61.3 %  +1.3 points  >= 60 %  met\n"
        "Repeat rate  2026-02  none                        no data                        no value"
        "  orders begins on 2026-03-01\n"
        "Revenue      2026-03  a|b      ¥12,345,678,901,234,567.89                        partial "
        "  partial: 2026-03-01 to 2026-03-15\n"
        "\n"
        "- Repeat rate, 2026-01, 小微; 2026-02, none: the reading is 3 days old\n"
        "- orders: 2 rows have no time\n"
    )


def test_the_table_speaks_chinese():
    lines = written("table", "zh").splitlines()
    assert lines[0].split() == ["KPI", "期间", "segment", "数值", "变化", "目标值", "状态", "备注"]
    assert lines[1].split() == [
        "复购率",
        "2026-01",
        "小微",
        "61.3",
        "%",
        "+1.3",
        "个百分点",
        ">=",
        "60",
        "%",
        "达标",
    ]
    assert lines[3].endswith("不完整：2026-03-01 至 2026-03-15")


def test_the_table_has_colours_only_where_they_are_wanted():
    assert "\x1b" not in written("table")
    assert "\x1b[32mmet\x1b[0m" in written("table", palette=Palette(on=True))


def test_columns_in_which_nothing_stands_are_left_out():
    row = replace(ROWS[2], by=(), partial=None)
    heading = written("table", result=replace(RESULT, sheets=sheets([row]), sources=())).splitlines()[0]
    assert heading.split() == ["KPI", "period", "value"]


def test_a_table_without_rows_is_empty():
    assert written("table", result=replace(RESULT, sheets=())) == ""


def notes_of(rows):
    """The lines below a table of rows."""
    return written("table", result=replace(RESULT, sheets=sheets(rows), sources=())).split("\n\n")[-1].splitlines()


def compared(count, code="empty-compared"):
    return (Note(code, Decimal(count), Text(f"{count} rows", f"{count} 行")),)


def test_a_note_names_the_period_and_the_member():
    rows = [replace(ROWS[2], notes=compared(4)), replace(ROWS[2], by=(("segment", None),), notes=compared(5))]
    assert notes_of(rows) == ["- Revenue, 2026-03, a|b: 4 rows", "- Revenue, 2026-03, none: 5 rows"]


def test_a_note_that_holds_in_several_rows_is_told_once():
    rows = [replace(ROWS[2], by=(), period=period, notes=compared(4)) for period in ("2026-01", "2026-02")]
    assert notes_of(rows) == ["- Revenue, 2026-01; 2026-02: 4 rows"]


def test_a_kind_of_note_that_more_than_three_rows_of_a_kpi_have_is_summed_up():
    rows = [replace(ROWS[2], by=(("segment", str(n)),), notes=compared(n % 7)) for n in range(50)]
    assert notes_of(rows) == ["- Revenue, 2026-03, 6: 6 rows (the largest of 50 such notes)"]


def test_many_different_notes_are_cut_short():
    rows = [replace(ROWS[2], notes=compared(n, f"kind-{n}")) for n in range(50)]
    assert notes_of(rows)[-1] == "- 30 more notes; `--format json` has all of them"


def test_no_format_lets_a_control_character_reach_a_terminal():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    evil = "a\x1b[2J\x9b\x85\u202eb"
    unit = Unit(form="own", name=evil)
    row = replace(ROWS[2], by=((evil, evil),), unit=unit, notes=(Note("n", Decimal(1), Text(evil, evil)),))
    for form in TEXT_FORMATS:
        stream = Terminal()
        shown = Shown(replace(RESULT, sheets=sheets([row])), MODEL, "en")
        import_module(f"kpilang.outputs.results.{form}").write(shown, stream)
        assert stream.getvalue().replace("\n", "").isprintable()


def test_json_has_the_shape_of_the_reference():
    found = json.loads(written("json"), parse_float=Decimal)
    assert list(found) == ["version", "as_of", "sources", "rows"]
    assert found["as_of"] == "2026-03-15"
    assert found["sources"] == [
        {
            "name": "orders",
            "rows": 120,
            "left_out": [{"code": "no-time", "count": 2, "text": "2 rows have no time"}],
            "first": "2026-01-02",
            "last": "2026-03-15",
            "covers": {"start": "2026-01-02", "end": "2026-03-16"},
            "freshness": {"days": 0, "every": "day", "late": False},
            "verdict": "left_out",
            "faults": [],
        }
    ]
    assert found["rows"][0] == {
        "kpi": "repeat_rate",
        "label": "Repeat rate",
        "period": "2026-01",
        "start": "2026-01-01",
        "end": "2026-02-01",
        "by": {"segment": "小微"},
        "value": Decimal("0.6125"),
        "reason": None,
        "unit": "percent",
        "target": {"comparator": ">=", "value": Decimal("0.6"), "low": None, "high": None, "words": None},
        "attainment": Decimal("1.02083333333"),
        "status": "met",
        "previous": Decimal("0.6"),
        "change": Decimal("0.0125"),
        "partial": None,
        "parts": [{"text": "count(orders)", "value": 49, "reason": None, "unit": None}],
        "notes": [{"code": "reading-age", "number": 3, "text": "the reading is 3 days old"}],
    }
    assert found["rows"][1]["reason"] == {"code": "no data", "text": "orders begins on 2026-03-01"}
    assert found["rows"][1]["by"] == {"segment": None}
    assert found["rows"][2]["partial"] == {"start": "2026-03-01", "end": "2026-03-16"}


def test_json_numbers_keep_every_digit():
    assert '"value": 12345678901234567.89,' in written("json")
    assert '"value": 12345678901234567.89,' in written("jsonl")


def test_json_for_ascii_streams_escapes_everything_else():
    text = written("json", "zh", ascii_only=True)
    assert text.isascii()
    assert json.loads(text)["rows"][0]["label"] == "复购率"


def test_jsonl_has_one_row_a_line():
    assert [json.loads(line)["period"] for line in written("jsonl").splitlines()] == ["2026-01", "2026-02", "2026-03"]


def test_csv_has_a_heading_and_keeps_every_digit():
    found = list(csv.DictReader(io.StringIO(written("csv"))))
    assert found[0]["by_segment"] == "小微"
    assert found[2]["value"] == "12345678901234567.89"
    assert (found[1]["value"], found[1]["reason"], found[1]["status"]) == ("", "no data", "no_value")
    assert (found[0]["target_comparator"], found[0]["target"]) == (">=", "0.6")


def test_markdown_escapes_what_would_break_its_table():
    lines = written("markdown").splitlines()
    assert lines[1] == "| --- | --- | --- | ---: | ---: | ---: | --- | --- |"
    assert r"| a\|b |" in lines[4]


def test_parquet_holds_the_rows_with_types(tmp_path):
    path = tmp_path / "it's.parquet"
    write_file(Shown(RESULT, MODEL, "en"), path)
    relation = duckdb.read_parquet(str(path))
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert (types["value"], types["start"], types["kpi"]) == ("DOUBLE", "DATE", "VARCHAR")
    found = relation.select("period, value, value_exact, by_segment").fetchall()
    assert found[0] == ("2026-01", 0.6125, "0.6125", "小微")
    assert found[1] == ("2026-02", None, None, None)
    assert found[2][2] == "12345678901234567.89"


@pytest.mark.parametrize("form", TEXT_FORMATS)
def test_an_empty_result_can_be_written_in_every_format(form):
    assert isinstance(written(form, result=Result(RESULT.as_of, (), ())), str)


def test_an_empty_result_can_be_written_as_parquet(tmp_path):
    write_file(Shown(Result(RESULT.as_of, (), ()), MODEL, "en"), tmp_path / "x.parquet")
    assert duckdb.read_parquet(str(tmp_path / "x.parquet")).fetchall() == []


def calls(work):
    """How many functions a piece of work calls: its length in steps, whatever the machine."""
    count = 0

    def step(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(step)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("form", TEXT_FORMATS)
def test_ten_times_the_rows_take_about_ten_times_the_steps(form):
    few, many = replace(RESULT, sheets=sheets(ROWS * 30)), replace(RESULT, sheets=sheets(ROWS * 300))
    assert calls(lambda: written(form, result=many)) < 11 * calls(lambda: written(form, result=few))

"""Changes in meaning written down: for people, for programs, for pull requests."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt

from kpilang.diff.nouns import Accepted, Change, Downstream, Grade, Kind
from kpilang.outputs.changes import Pair, Report, Side, render
from kpilang.outputs.colour import Palette
from kpilang.outputs.findings import Style
from kpilang.result import Reason, Row, Why
from kpilang.text import Source, Span, Text
from tests.lines import Line
from tests.outputs.samples import MODEL, PERCENT, YUAN, month

FORMULA = Kind("D101", "formula-changed", Grade.BREAKING, Text("Formula", "公式"))
TARGET = Kind("D120", "target-tightened", Grade.NOTABLE, Text("Target", "目标值"))
LABEL = Kind("D140", "label-changed", Grade.WORDS, Text("Label", "标题"))
OLD = Source("old.kpi", "kpi gone { formula count(orders) }\n")
GONE = Span(OLD, 0, 8)
HERE = MODEL.kpis["revenue"].declaration.head
SAID = Text("the formula changed", "公式有改动")
CHANGE = Change(FORMULA, "revenue", "kpi", SAID, HERE, HERE, "formula  sum(a)", "formula  sum(b)", Grade.BREAKING)
TIGHTER = Change(
    TARGET, "revenue", "kpi", Text("tighter", "收紧"), HERE, HERE, "target  >= 1", "target  >= 2", Grade.NOTABLE
)
NOTE = Accepted(dt.date(2026, 3, 1), Text("Refunds are gone", "不再计退款"), HERE)
REMOVED = Change(
    FORMULA, "gone", "kpi", Text("`gone` is gone", "删除了 `gone`"), GONE, None, "kpi gone", None, Grade.BREAKING
)
REPORT = Report(
    Side(Text("`main`", "`main`"), MODEL),
    Side(Text("the working folder", "工作文件夹"), MODEL),
    (CHANGE, TIGHTER),
    {"revenue": (Downstream("margin", "kpi", "formula"), Downstream("growth", "kpi", "formula", ("margin",)))},
    dt.date(2026, 3, 15),
)
PLAIN, CHINESE = Style(), Style("zh")


def lines(report: Report, style: Style = PLAIN) -> list[str]:
    return render("text", report, style).splitlines()


def row(kpi: str, number: int, value: str | None, unit: Any = YUAN) -> Row:
    reason = None if value is not None else Reason(Why.NO_DATA, Text("orders begins later", "orders 开始得更晚"))
    given = None if value is None else Decimal(value)
    return Line(kpi, f"2026-0{number}", "month", *month(number), (), given, reason, unit).sheet().row(0)


def test_a_declaration_is_told_with_its_label_its_place_its_changes_and_who_hangs_on_it() -> None:
    assert lines(REPORT) == [
        'revenue "Revenue"  kpis/shop.kpi:3:1',
        "  breaking[D101] formula-changed: the formula changed",
        "    - formula  sum(a)",
        "    + formula  sum(b)",
        '    = help: where it is meant, add to `revenue`: accepted 2026-03-15 "…"',
        "  notable[D120] target-tightened: tighter",
        "    - target  >= 1",
        "    + target  >= 2",
        "  downstream: margin (formula), growth (formula, through margin)",
        "",
    ]


def test_it_is_told_in_chinese() -> None:
    assert lines(REPORT, CHINESE)[0] == 'revenue "营收"  kpis/shop.kpi:3:1'
    assert lines(REPORT, CHINESE)[-2] == "  受影响：margin (公式), growth (公式，经由 margin)"
    assert lines(REPORT, CHINESE)[4] == '    = 建议：如确属有意，在 `revenue` 中加上：accepted 2026-03-15 "…"'


def test_an_accepted_change_shows_its_note_and_asks_for_nothing() -> None:
    report = replace(REPORT, changes=(replace(CHANGE, accepted=NOTE),))
    assert "    = note: accepted as of 2026-03-01: Refunds are gone" in lines(report)
    assert "help" not in render("text", report, PLAIN)
    assert report.counts == {"breaking": 0, "accepted": 1, "notable": 0, "words": 0}


def test_what_is_gone_stands_where_it_stood_and_takes_no_note() -> None:
    report = replace(REPORT, changes=(REMOVED,), downstream={})
    assert lines(report)[0] == "gone  was at old.kpi:1:1"
    assert "take it out of use first" in lines(report)[-2]
    [change] = json.loads(render("json", report, PLAIN))["changes"]
    assert (change["after"], change["note"]) == (None, None)
    assert change["before"]["file"] == "old.kpi"


def test_colours_are_those_of_a_patch() -> None:
    told = lines(REPORT, Style(palette=Palette(on=True)))
    assert told[2].strip() == "\x1b[31m- formula  sum(a)\x1b[0m"
    assert told[3].strip() == "\x1b[32m+ formula  sum(b)\x1b[0m"


def test_of_many_that_are_downstream_a_few_are_named_and_the_rest_counted() -> None:
    many = tuple(Downstream(f"kpi_{number}", "kpi", "source") for number in range(40))
    told = lines(replace(REPORT, downstream={"revenue": many}))[-2]
    assert told.endswith("kpi_11 (source), and 28 more")
    assert (
        len(json.loads(render("json", replace(REPORT, downstream={"revenue": many}), PLAIN))["downstream"]["revenue"])
        == 40
    )


def test_values_stand_side_by_side_with_their_difference_and_reasons() -> None:
    pairs = (
        Pair("revenue", "2026-01", row("revenue", 1, "100"), row("revenue", 1, "80.5")),
        Pair("revenue", "2026-02", row("revenue", 2, None), row("revenue", 2, "7")),
        Pair("revenue", "2026-03", None, row("revenue", 3, "0")),
        Pair("repeat_rate", "2026-01", row("repeat_rate", 1, "0.5", PERCENT), row("repeat_rate", 1, "0.625", PERCENT)),
        Pair("repeat_rate", "2026-02", row("repeat_rate", 2, "12", YUAN), row("repeat_rate", 2, "0.5", PERCENT)),
    )
    report = replace(REPORT, changes=(), values=pairs, remarks=(Text("read from there", "读自那里"),))
    assert lines(report) == [
        'values of revenue "Revenue"',
        "  period    before   after  difference  remark",
        "  2026-01  ¥100.00  ¥80.50     -¥19.50",
        "  2026-02  no data   ¥7.00              before: orders begins later",
        "  2026-03        –   ¥0.00",
        "",
        'values of repeat_rate "Repeat rate"',
        "  period   before   after    difference  remark",
        "  2026-01  50.0 %  62.5 %  +12.5 points",
        "  2026-02  ¥12.00  50.0 %                units differ",
        "",
        "- read from there",
        "",
    ]
    values = json.loads(render("json", report, PLAIN))["values"]
    assert [each["difference"] for each in values] == [-19.5, None, None, 0.125, None]
    assert values[1]["was"] == {
        "value": None,
        "unit": "CNY",
        "reason": {"code": "no data", "text": "orders begins later"},
        "partial": False,
    }
    assert values[2]["was"] is None


class Tags(HTMLParser):
    """The tags of a page, and the text outside them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.text = set[str](), ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


HOSTILE = "<img src=x onerror=alert(1)> | ``` [a](javascript:b) *c* \x1b[2J </details>"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_markdown_shows_hostile_texts_as_they_are(language: str) -> None:
    bad = replace(
        CHANGE,
        message=Text(HOSTILE, HOSTILE),
        was=f"formula  {HOSTILE}",
        now=f"formula\n```\n{HOSTILE}",
        accepted=replace(NOTE, reason=Text(HOSTILE, HOSTILE)),
    )
    report = replace(
        REPORT,
        changes=(bad,),
        downstream={"revenue": (Downstream(HOSTILE, "kpi", "formula"),)},
        left_out=(HOSTILE,),
        remarks=(Text(HOSTILE, HOSTILE),),
    )
    page = Tags(MarkdownIt("gfm-like", {"linkify": False}).render(render("markdown", report, Style(language))))
    wanted = {
        "h3",
        "p",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "br",
        "i",
        "strong",
        "details",
        "summary",
        "pre",
        "code",
    }
    assert page.tags <= wanted
    assert page.text.count("onerror=alert(1)") == 8
    assert "\x1b" not in page.text


def test_markdown_has_a_row_for_each_change_the_weightiest_first_and_the_patch_beneath() -> None:
    page = render("markdown", replace(REPORT, changes=(TIGHTER, CHANGE)), PLAIN)
    rows = [line for line in page.splitlines() if line.startswith(("| ❌", "| ⚠️"))]
    assert [row.split("|")[1].strip() for row in rows] == ["❌", "⚠️"]
    assert "`main` → the working folder. Breaking: 1, accepted: 0, notable: 1, words: 0." in page
    assert "```diff\n- target  >= 1\n+ target  >= 2\n- formula  sum(a)\n+ formula  sum(b)\n```" in page
    assert rows[0].endswith("| margin, growth |")


def test_markdown_stays_within_what_a_comment_holds() -> None:
    many = tuple(replace(CHANGE, subject=f"kpi_{number}") for number in range(1000))
    page = render("markdown", replace(REPORT, changes=many), PLAIN)
    assert 50_000 < len(page) < 65_536
    assert "`kpi diff` shows all" in page
    assert "Breaking: 1000," in page


def test_markdown_says_where_nothing_changed() -> None:
    page = render("markdown", replace(REPORT, changes=(), downstream={}), PLAIN)
    assert page.endswith("Nothing changed in meaning: `main` → the working folder.\n")


def test_json_has_one_shape_whatever_changed() -> None:
    for report in (REPORT, replace(REPORT, changes=(replace(CHANGE, accepted=NOTE), REMOVED))):
        found = json.loads(render("json", report, Style(ascii_only=True)))
        assert list(found) == ["version", "before", "after", "summary", "changes", "downstream", "not_compared"]
        assert found["version"] == 1
        for change in found["changes"]:
            assert list(change) == [
                *("code", "name", "grade", "sort", "subject", "label", "message", "was", "now", "before", "after"),
                *("accepted", "note", "help"),
            ]

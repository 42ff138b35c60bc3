"""How a finding is shown to people."""

import pytest

from kpilang.diagnostics import Mark, Problem, Severity
from kpilang.outputs.colour import PLAIN, Palette, palette
from kpilang.outputs.findings.text import one, render_all
from kpilang.text import Source, Span, Text

MISSING_OWNER = Problem(
    "O101",
    "missing-owner",
    Text("`{name}` has no owner", "`{name}` 没有负责人"),
    label=Text("nobody is named as owner", "没有写负责人"),
    why=Text("a KPI nobody owns is not acted on when it goes red", "没人负责的 KPI 变红时无人处理"),
    help=Text("add `owner NAME`; declared owners: retail_ops", "请加上 `owner 名称`"),
)


def at(text, marked, path="kpis/retention.kpi", occurrence=0):
    source = Source(path, text)
    start = -1
    for _ in range(occurrence + 1):
        start = text.index(marked, start + 1)
    return Span(source, start, start + len(marked))


def shown(span, **given):
    return one(MISSING_OWNER.at(span, name="churn", **given), "en", PLAIN).splitlines()


def test_a_finding_shows_its_line_the_marked_word_the_reason_and_the_mend():
    text = "\n" * 6 + 'kpi churn "Customer churn" {\n}\n'
    assert one(MISSING_OWNER.at(at(text, "churn"), name="churn"), "en", PLAIN) == (
        "error[O101] missing-owner: `churn` has no owner\n"
        "  --> kpis/retention.kpi:7:5\n"
        "   |\n"
        ' 7 | kpi churn "Customer churn" {\n'
        "   |     ^^^^^ nobody is named as owner\n"
        "   = why: a KPI nobody owns is not acted on when it goes red\n"
        "   = help: add `owner NAME`; declared owners: retail_ops"
    )


def test_a_finding_speaks_chinese():
    lines = one(MISSING_OWNER.at(at("kpi churn", "churn"), name="churn"), "zh", PLAIN).splitlines()
    assert lines[0] == "error[O101] missing-owner: `churn` 没有负责人"
    assert lines[-1] == "   = 建议：请加上 `owner 名称`"


@pytest.mark.parametrize(
    ("text", "marked", "line", "carets"),
    [
        ('kpi x "客户 churn"', "churn", ' 1 | kpi x "客户 churn"', "   |             ^^^^^"),
        ("kpi 流失率 {", "流失率", " 1 | kpi 流失率 {", "   |     ^^^^^^"),
        ("\tkpi churn", "churn", " 1 |     kpi churn", "   |         ^^^^^"),
        ("a\tchurn", "churn", " 1 | a   churn", "   |     ^^^^^"),
        ('"👍🏽" churn', "churn", ' 1 | "👍🏽" churn', "   |      ^^^^^"),
        ('"👩\u200d💻" churn', "churn", ' 1 | "👩\u200d💻" churn', "   |      ^^^^^"),
        ("e\u0301 churn", "churn", " 1 | e\u0301 churn", "   |   ^^^^^"),
    ],
)
def test_carets_stand_under_the_word_after_tabs_wide_characters_and_emoji(text, marked, line, carets):
    lines = shown(at(text, marked))
    assert lines[3] == line
    assert lines[4] == f"{carets} nobody is named as owner"


def test_control_characters_of_a_file_do_not_reach_the_terminal():
    lines = shown(at("a\x1b[2Jb \u202e churn", "churn"))
    assert lines[3] == " 1 | a␛[2Jb \ufffd churn"
    assert lines[4].index("^") == lines[3].index("churn")


def test_a_stretch_over_several_lines_is_marked_in_its_first():
    lines = shown(at("kpi churn {\n  what\n}", "churn {\n  what"))
    assert lines[4] == "   |     ^^^^^^^ nobody is named as owner"


def test_an_empty_stretch_at_the_end_of_the_file_has_one_caret():
    source = Source("a.kpi", "kpi")
    lines = shown(Span(source, 3, 3))
    assert lines[1] == "  --> a.kpi:1:4"
    assert lines[4] == "   |    ^ nobody is named as owner"


def test_two_places_of_one_file_are_shown_in_the_order_of_their_lines():
    text = "\n".join(f"line{number}" for number in range(1, 13))
    source = Source("a.kpi", text)
    first, second = (Span(source, text.index(word), text.index(word) + 5) for word in ("line2", "line11"))
    lines = shown(second, marks=(Mark(first, Text("the other", "另一处")),))
    assert lines[1:9] == [
        "   --> a.kpi:11:1",
        "    |",
        "  2 | line2",
        "    | ----- the other",
        "...",
        " 11 | line11",
        "    | ^^^^^ nobody is named as owner",
        "    = why: a KPI nobody owns is not acted on when it goes red",
    ]


def test_a_place_in_another_file_is_shown_after_the_main_one():
    other = at("goal x", "x", path="b.kpi")
    lines = shown(at("kpi churn", "churn", path="a.kpi"), marks=(Mark(other, Text("here too", "这里也是")),))
    assert lines[5:9] == ["  ::: b.kpi:1:6", "   |", " 1 | goal x", "   |      - here too"]


def test_two_places_in_one_line_have_a_row_of_marks_each():
    span = at("a + b", "b")
    lines = shown(span, marks=(Mark(Span(span.source, 0, 1), Text("CNY", "CNY")),))
    assert lines[3:6] == [" 1 | a + b", "   | - CNY", "   |     ^ nobody is named as owner"]


def test_a_finding_without_a_place_has_no_excerpt():
    assert shown(None)[1] == "  = why: a KPI nobody owns is not acted on when it goes red"


def test_of_a_very_long_line_the_part_around_the_place_is_shown():
    lines = shown(at("x" * 5000 + " churn " + "y" * 5000, "churn"))
    assert len(lines[3]) < 200
    start = lines[4].index("^")
    assert lines[3][start : start + 5] == "churn"


def test_a_mark_of_a_character_line_ends_do_not_belong_to_a_line():
    lines = shown(at("a\r\nkpi churn\r\n", "churn"))
    assert lines[3] == " 2 | kpi churn"


def test_findings_are_set_apart_by_an_empty_line():
    finding = MISSING_OWNER.at(None, name="x")
    assert render_all((finding, finding), "en", PLAIN).count("\n\n") == 2


def test_severity_colours_the_head_on_a_terminal():
    finding = Problem("X1", "x", Text("m", "m"), severity=Severity.WARNING).at(None)
    assert one(finding, "en", Palette(on=True)) == "\x1b[1;33mwarning[X1] x\x1b[0m: \x1b[1mm\x1b[0m"


class _Terminal:
    def __init__(self, terminal):
        self.terminal = terminal

    def isatty(self):
        return self.terminal


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colours_follow_the_terminal_and_the_environment(monkeypatch, terminal, environment, coloured):
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert palette(_Terminal(terminal)).on is coloured

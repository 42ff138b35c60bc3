"""What a text with mistakes becomes: reports at exact places, and a tree of what is sound."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpilang.diagnostics import Diagnostic
from kpilang.syntax import words
from kpilang.syntax.engine import engine
from kpilang.syntax.parser import parse, parse_expression, parse_path
from kpilang.syntax.tree import Tree
from kpilang.text import Source
from tests.syntax.sample import PROGRAM

PIECES = [
    *'{}()"#%,.:=<>+-*/\\&|!?;“”‘’，：（）≥＃\n\r\t \0\ufeff\u200b\u0301😀中é1',
    "kpi ",
    "source ",
    "owner ",
    '"x"',
    "2026",
    "2026-01",
]
PIECES += ["12,000", "..", "->", "\nkpi ", "\nunit ", "not ", "if ", "in ", "24h", "<a@b>", "\ud800"]
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(text: str) -> Tree:
    return parse(Source("x", text))


def told(text: str) -> list[tuple[str, str]]:
    """Name and marked text of each report."""
    return [(each.name, each.span.text) for each in read(text).diagnostics]


def apply(text: str, diagnostics: tuple[Diagnostic, ...]) -> str:
    """The text with the first fix of every report made."""
    edits = [edit for each in diagnostics for edit in each.fixes[0].edits]
    for edit in sorted(edits, key=lambda each: each.span.start, reverse=True):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text


def check_whole(text: str) -> None:
    """What holds for any text: reports have places in it and words in both languages, nodes lie in it."""
    tree = read(text)
    for each in tree.diagnostics:
        assert 0 <= each.span.start <= each.span.end <= len(text)
        assert each.message.en
        assert each.message.zh
    starts = [each.span.start for each in tree.diagnostics]
    assert starts == sorted(set(starts))
    for declaration in tree.declarations:
        assert 0 <= declaration.span.start < declaration.span.end <= len(text)
        for item in declaration.fields:
            assert declaration.span.start <= item.span.start < item.span.end <= declaration.span.end
            assert item.span.text.lower().startswith(item.word) or tree.damaged


@SLOW
@given(st.text())
def test_any_text_gives_a_tree(text):
    check_whole(text)
    parse_expression(Source("x", text))
    parse_path(Source("x", text))


@SLOW
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_of_pieces_of_the_language_gives_a_tree(text):
    check_whole(text)
    check_whole("kpi a {" + text)
    parse_expression(Source("x", text))


@SLOW
@given(
    st.lists(
        st.tuples(st.integers(0, len(PROGRAM)), st.integers(0, 8), st.sampled_from(["", *PIECES])),
        min_size=1,
        max_size=4,
    )
)
def test_any_change_to_a_program_gives_a_tree(changes):
    text = PROGRAM
    for start, length, put in changes:
        text = text[:start] + put + text[start + length :]
    check_whole(text)


@pytest.mark.parametrize("put", ["{", "(", "is", "= is"])
def test_a_sign_before_an_is_that_no_equal_may_replace_is_told(put):
    for start in (match.start() for match in re.finditer(r" is\b", PROGRAM)):
        check_whole(f"{PROGRAM[:start]} {put}{PROGRAM[start:]}")


def tokens(text: str):
    engine().turn(Source("x", text))
    reading = engine().lark.parse_interactive(text, start="start")
    for token in reading.lexer_thread.lex(reading.parser_state):
        reading.feed_token(token)
        yield token


ONCE = """\
owner ops "Operations" <ops@example.com> { department "Sales"  level department }

source orders from "data/orders.csv" {
  key     order_id
  link    customer_id -> customers as customer
  column  amount : money(CNY)
  column  status : text in ("paid", "refunded")
}

kpi rate "Rate" zh "率" {
  formula count(distinct orders.id having count(orders) >= 2)
          / count(orders)
  unit    percent
  target  >= 60% for 2026
  review  every quarter
}

goal loyal "Loyal" {
  owner ops
}
"""
PLACES = [token.start_pos for token in tokens(ONCE)]


@pytest.mark.parametrize("put", [")", "(", "}", "{", ",", "=", "?", "foo", "5", ";", "；"])
def test_one_sign_too_many_anywhere_is_at_most_one_report(put):
    counts = {place: len(read(ONCE[:place] + put + " " + ONCE[place:]).diagnostics) for place in PLACES}
    assert {place: count for place, count in counts.items() if count > 1} == {}
    assert sum(counts.values()) >= 0.8 * len(PLACES)


def test_one_token_too_few_anywhere_is_at_most_one_report():
    ends = [token.end_pos for token in tokens(ONCE)]
    pairs = zip(PLACES, ends, strict=True)
    counts = {start: len(read(ONCE[:start] + ONCE[end:]).diagnostics) for start, end in pairs}
    assert {place: count for place, count in counts.items() if count > 1} == {}


def test_a_broken_field_is_left_out_and_its_declaration_named_as_damaged():
    tree = read('kpi a "A" {\n  what "w"\n  formula sum(\n  unit percent\n}\nkpi b "B" { unit percent }')
    assert [[field.word for field in each.fields] for each in tree.declarations] == [["what", "unit"], ["unit"]]
    assert tree.damaged == {"a"}
    assert tree.declarations[0].span.text.endswith("percent\n}")


def test_sound_fields_around_a_mistake_on_the_same_line_are_kept():
    tree = read('kpi a "A" { what "w" owner o formula ) unit percent period month }')
    assert [field.word for field in tree.declarations[0].fields] == ["what", "owner", "unit", "period"]


def test_a_declaration_with_a_broken_head_is_left_out_and_its_name_is_damaged():
    tree = read("kpi a 5 { unit percent }\nowner b")
    assert [each.name.text for each in tree.declarations] == ["b"]
    assert tree.damaged == {"a"}
    assert len(tree.diagnostics) == 1


def test_a_field_with_a_sure_mend_is_kept_as_mended_but_damaged():
    tree = read('kpi a "A" { target >= 12,000 CNY }')
    assert tree.declarations[0].first("target").value.quantity.value == 12000
    assert tree.damaged == {"a"}


def test_mistakes_in_the_fields_of_a_broken_head_are_reported_too():
    assert told("kpi 5 {\n  unit percent\n  ownr a\n}") == [("unexpected", "5"), ("misspelled-word", "ownr")]


def test_a_missing_brace_does_not_hide_the_next_declaration():
    tree = read('kpi a "A" {\n  unit percent\n\nkpi b "B" {\n  unit percent\n}\n')
    assert [each.name.text for each in tree.declarations] == ["a", "b"]
    assert [(each.name, str(each.span)) for each in tree.diagnostics] == [("unclosed-brace", "x:1:11")]


@pytest.mark.parametrize(
    ("text", "found", "mended"),
    [
        ("a == b", "==", "a = b"),
        ("a <> b", "<>", "a != b"),
        ("a && b", "&&", "a and b"),
        ("a || b", "||", "a or b"),
        ("a ≥ b", "≥", "a >= b"),
        ("a ≤ b", "≤", "a <= b"),
        ("a => b", "=>", "a >= b"),
        ("a =< b", "=<", "a <= b"),
        ("sum（a）", "（", "sum(a)"),
        ("f(a，b)", "，", "f(a,b)"),
        ("a = 'x'", "'x'", 'a = "x"'),
        ("a = “x”", "“x”", 'a = "x"'),
        ("a = 「x」", "「x」", 'a = "x"'),
        ("a × b", "×", "a * b"),
        ("a − b", "−", "a - b"),
        ("a > 12,000", "12,000", "a > 12000"),
        ("a > 1 203", "1 203", "a > 1203"),
        ("a > 1’203.5", "1’203.5", "a > 1203.5"),
        ("a > 24h", "24h", "a > 24 hours"),
        ("a > 24 hrs", "hrs", "a > 24 hours"),
        ("a > 60 percent", "percent", "a > 60 %"),
        ("a > 300元", "300元", "a > 300 CNY"),
        ("a > 300RMB", "300RMB", "a > 300 CNY"),
        ("a > 5 Days", "Days", "a > 5 days"),
        ("a in [1, 2]", "[", "a in (1, 2)"),
        ("a is 3", "is", "a = 3"),
        ("sum(a WHERE b)", "WHERE", "sum(a where b)"),
        ("sum(a wehre b)", "wehre", "sum(a where b)"),
        ("a in 1 to 2", "to", "a in 1 .. 2"),
        ("a in 1…2", "…", "a in 1..2"),
        ("a like b", "like", "a contains b"),
        ("１２ + a", "１２", "12 + a"),
    ],
)
def test_signs_of_other_languages_are_told_with_the_right_one(text, found, mended):
    value, reports = parse_expression(Source("x", text))
    assert reports[0].span.text == found
    assert apply(text, reports) == mended
    assert (value, ()) == parse_expression(Source("x", mended))


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("kpi a { formula sum(b\n}", "kpi a { formula sum(b)\n}"),
        ("kpi a { unit: percent }", "kpi a { unit percent }"),
        ("kpi a\n  unit percent\n}", "kpi a {\n  unit percent\n}"),
        ("kpi a { unit percent } }", "kpi a { unit percent } "),
        ("kpi a { unit percent", "kpi a { unit percent\n}"),
        ("kip a { unit percent }", "kpi a { unit percent }"),
        ("kpi a b { unit percent }", "kpi a_b { unit percent }"),
        ("kpi a-b { unit percent }", "kpi a_b { unit percent }"),
        ('kpi a { what "b\n}', 'kpi a { what "b"\n}'),
        ('source a from "C:\\data" {}', 'source a from "C:\\\\data" {}'),
        ("source a { column b text }", "source a { column b: text }"),
        ("source s { link a => b }", "source s { link a -> b }"),
        ("kpi a { since 2026/3/1 }", "kpi a { since 2026-03-01 }"),
    ],
)
def test_the_first_fix_of_a_report_mends_the_text(text, mended):
    reports = read(text).diagnostics
    assert len(reports) == 1
    assert apply(text, reports) == mended


def test_a_repair_of_one_token_is_offered():
    report = parse_expression(Source("x", "a + * b"))[1][0]
    assert (report.name, report.span.text) == ("unexpected", "*")
    assert [fix.title.en for fix in report.fixes] == ["remove `*`"]
    report = parse_expression(Source("x", "if a b else c"))[1][0]
    assert (report.span.text, report.help.en) == ("b", "insert `then` before `b`")
    assert not report.fixes[0].safe


def test_no_repair_is_offered_where_several_would_do():
    report = parse_expression(Source("x", "sum(a b)"))[1][0]
    assert (report.name, report.span.text, report.fixes) == ("unexpected", "b", ())


def test_a_keyword_is_not_found_at_the_beginning_of_a_longer_word():
    assert told("source s { time t eachmonth }") == [("unexpected", "eachmonth")]
    assert [each.span.text for each in parse_expression(Source("x", "if a thenb else c"))[1]] == ["thenb"]


def test_an_unclosed_parenthesis_is_marked_where_it_opens_and_where_its_partner_is_missing():
    report = read("kpi a {\n  formula sum(b where c > 3\n  unit percent\n}").diagnostics[0]
    assert (report.name, str(report.span)) == ("unclosed-parenthesis", "x:2:14")
    assert [str(mark.span) for mark in report.marks] == ["x:2:28"]


def test_a_field_of_another_declaration_is_said_to_be_one():
    report = read("kpi a {\n  column b : text\n}").diagnostics[0]
    assert (report.name, report.help.en) == ("unknown-field", "it is a field of `source`")
    assert report.help.zh == "它是 `source` 的字段"


def test_an_unknown_field_names_those_there_are():
    report = read("owner a {\n  colour red\n}").diagnostics[0]
    assert (report.name, report.help.en) == ("unknown-field", "its fields are department, level")


def test_columns_count_characters():
    assert [str(each.span) for each in read('# 🎉\r\nkpi 数 "🎉 数" { what ? }\r\n').diagnostics] == ["x:2:20"]
    assert [str(each.span) for each in read("\ufeffkpi a { what ? }").diagnostics] == ["x:1:15"]


def test_an_invisible_character_is_called_by_its_number():
    report = read("kpi a { unit\u200b percent }").diagnostics[0]
    assert (report.name, report.message.en) == (
        "illegal-character",
        "an invisible character (U+200B) has no meaning in a definition",
    )


@pytest.mark.parametrize(
    "deep",
    [
        "(" * 10_000 + "1" + ")" * 10_000,
        "-" * 10_000 + "1",
        "not " * 10_000 + "a",
        "+".join("a" * 10_000),
        "if a then b else " * 3_000 + "b",
    ],
    ids=["parentheses", "signs", "nots", "terms", "conditions"],
)
def test_deep_nesting_is_a_report_and_not_a_crash(deep):
    tree = read(f"kpi a {{ formula {deep}  unit percent }}")
    assert [each.name for each in tree.diagnostics] == ["nested-too-deep"]
    assert [field.word for field in tree.declarations[0].fields] == ["unit"]
    assert tree.damaged == {"a"}
    assert [each.name for each in parse_expression(Source("x", deep))[1]] == ["nested-too-deep"]


def test_parentheses_that_are_never_closed_are_one_report_however_many():
    assert [name for name, _ in told("kpi a { formula " + "(" * 10_000 + " }")] == ["incomplete"]


def test_a_hundred_terms_are_not_too_deep():
    assert told("kpi a { formula " + " + ".join(["a"] * 95) + " }") == []


def test_every_terminal_has_a_name_for_people():
    for terminal in {each.name for each in engine().lark.terminals} - {"WS", "COMMENT"}:
        assert words.name(terminal).en
        assert words.name(terminal).zh


def test_what_may_follow_is_said_in_groups():
    assert words.expected(words.terminals_of(words.fields("kpi")) | {"RBRACE"}).en == "the next field"
    assert words.expected({"RPAR", "COMMA"}).en == "`)` or `,`"
    assert words.expected({"RPAR", "COMMA"}).zh == "`)`或`,`"
    assert words.expected({"NAME"}).en == "a name"


def test_units_meant_are_found():
    assert [words.unit_meant(each) for each in ("hrs", "Hours", "mintues", "小时", "kwh", "furlongs")] == [
        "hours",
        "hours",
        "minutes",
        "hours",
        "kWh",
        None,
    ]


def test_a_keyword_in_capitals_is_told_to_be_written_small():
    text = 'KPI a "A" { formula ) }'
    found = parse(Source("p.kpi", text)).diagnostics
    assert [each.help.en for each in found if each.name == "unknown-declaration"] == [
        "keywords are written in small letters: `kpi`"
    ]


@pytest.mark.parametrize(("sign", "right"), [("%", "percent"), ("¥", "CNY"), ("$", "USD")])
def test_a_sign_for_a_unit_is_told_with_the_word_and_what_follows_is_read(sign: str, right: str) -> None:
    text = f'kpi a "A" {{\n  unit {sign}\n  period month\n}}\n'
    tree = read(text)
    assert told(text) == [("unknown-quantity-unit", sign)]
    assert apply(text, tree.diagnostics) == text.replace(sign, right)
    assert [item.word for item in tree.declarations[0].fields] == ["unit", "period"]


@pytest.mark.parametrize(
    ("text", "found", "meant"),
    [
        ("公式 1", "公式", "formula"),
        ("负责人 a", "负责人", "owner"),
        ("目标值 >= 5", "目标值", "target"),
        ('definition "x"', "definition", "what"),
    ],
)
def test_a_field_as_people_name_it_is_told_as_what_it_means(text: str, found: str, meant: str) -> None:
    text = f'kpi a "A" {{ {text} }}'
    assert told(text) == [("unknown-field", found)]
    assert apply(text, read(text).diagnostics) == text.replace(found, meant)


@pytest.mark.parametrize("text", ["tags a b c", 'owner o department "Sales"', "target >= 5 in 2026"])
def test_a_word_too_many_is_not_made_a_field_of_the_project(text: str) -> None:
    [found] = read(f'kpi a "A" {{ {text} }}').diagnostics
    assert found.name == "unexpected"
    assert all("field" not in edit.replacement for fix in found.fixes for edit in fix.edits)

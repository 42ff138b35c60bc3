"""The quick reader says what Lark says, or nothing; and what is kept of a declaration gives the same tree again."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpilang.cache import Kept
from kpilang.diagnostics import Diagnostic
from kpilang.syntax.engine import at_once, engine
from kpilang.syntax.parser import parse, parse_expression, parse_path
from kpilang.syntax.pieces import read_pieces
from kpilang.syntax.quick import quick
from kpilang.text import Source
from tests.syntax.sample import PROGRAM, plain

ROOT = Path(__file__).parents[2]
SLOW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PUT = [
    "",
    " ",
    "\n",
    "kpi ",
    "\nkpi ",
    "\nowner x ",
    "\n}",
    '"',
    '"a"',
    "zh",
    "zh-TW ",
    "FY2026",
    "2026",
    "2026-Q1",
    "12.5",
]
PUT += [
    "..",
    ".",
    "<",
    "<a@b>",
    "<=",
    "in ",
    "USD",
    "m",
    "m\u0301",
    "starts with",
    "starts",
    "# c\n",
    "\r",
    "%",
    "e\u0301",
    "中",
]
EDITS = st.lists(st.tuples(st.integers(0, len(PROGRAM)), st.integers(0, 6), st.sampled_from(PUT)), max_size=3)
BY_COMMENTS = {"key": lambda comment: comment.span.start}


def edited(changes: list[tuple[int, int, str]]) -> Source:
    text = PROGRAM
    for place, length, put in changes:
        text = text[:place] + put + text[place + length :]
    return Source("x", text)


def by_lark(source: Source) -> object:
    value = at_once(source, "start")
    if value is None:
        return None
    return plain(value), plain(sorted(engine().comments.values(), **BY_COMMENTS))


def agrees(source: Source) -> None:
    found = quick().read(source, "start", 0, len(source.text))
    if found is not None:
        assert (plain(found.value), plain(found.comments)) == by_lark(source)
    pieces = read_pieces(source, None)
    if pieces is not None:
        assert (plain(pieces[0]), plain(pieces[1])) == by_lark(source)


@SLOW
@given(EDITS)
def test_an_edited_program_is_read_as_by_lark_or_not_at_all(changes):
    agrees(edited(changes))


@SLOW
@given(
    st.lists(st.sampled_from([*PUT, "goal g ", "{ ", "} ", "what ", "formula ", "target ", "by ", "sum(a) "])).map(
        "".join
    )
)
def test_pieces_of_the_language_are_read_as_by_lark_or_not_at_all(text):
    agrees(Source("x", text))


@pytest.mark.parametrize("file", sorted(ROOT.glob("examples/**/*.kpi")), ids=lambda path: path.name)
def test_what_has_no_mistake_is_read_quickly(file):
    source = Source(file.name, file.read_text(encoding="utf-8"))
    assert quick().read(source, "start", 0, len(source.text)) is not None
    agrees(source)


def test_every_form_of_the_language_is_read_quickly():
    source = Source("x", PROGRAM)
    found = read_pieces(source, None)
    assert found is not None
    assert (plain(found[0]), plain(found[1])) == by_lark(source)


def test_a_field_in_column_0_named_like_a_declaration_stays_a_field():
    source = Source("x", 'kpi a "A" {\nowner b\ngoal c\nformula sum(d.e)\n}\nkpi f "F" { what "g" }\n')
    found = parse(source)
    assert not found.diagnostics
    assert [field.word for field in found.declarations[0].fields] == ["owner", "goal", "formula"]
    assert plain(found.declarations) == by_lark(source)[0]


@pytest.mark.parametrize("text", ["a + 1", "sum(a.b where c in (1, 2)) / 3", "not a", "2026-01"])
def test_an_expression_alone_is_the_one_lark_reads(text):
    found, wrong = parse_expression(Source("x", text))
    assert not wrong
    assert plain(found) == plain(at_once(Source("x", text), "expr"))


def test_a_path_alone_is_the_one_lark_reads():
    assert plain(parse_path(Source("x", "a.b"))[0]) == plain(at_once(Source("x", "a.b"), "path"))


@SLOW
@given(EDITS)
def test_a_program_edited_after_it_was_kept_gives_the_tree_of_a_fresh_parse(changes):
    kept = Kept(None)
    parse(Source("x", PROGRAM), kept)
    source = edited(changes)
    fresh = plain(parse(source))
    assert plain(parse(source, kept)) == fresh
    assert plain(parse(source, kept)) == fresh


def test_only_the_declaration_that_was_edited_is_parsed_again():
    kept = Kept(None)
    parse(Source("x", PROGRAM), kept)
    before = set(kept.used)
    parse(Source("x", "# a line above\n" + PROGRAM.replace("Customers come back", "They come back")), kept)
    assert len(before) > 5
    assert len(set(kept.used) - before) == 2  # the comment, and the goal


@pytest.mark.parametrize("entry", [b"", b"abc", bytes(400), b"\xff" * 400, bytes(range(256)) * 4, b"\x01\0\0\0" * 9])
def test_steps_that_are_foreign_to_a_text_are_not_followed(entry):
    kept = Kept(None)
    source = Source("x", PROGRAM)
    fresh = plain(parse(source, kept))
    kept.used = dict.fromkeys(kept.used, entry)
    assert plain(parse(source, kept)) == fresh


def test_a_report_on_a_kept_text_is_the_same():
    text = f"kpi a {{ formula {'(' * 300}1{')' * 300} }}\n"
    kept = Kept(None)
    first, again = (parse(Source("x", text), kept).diagnostics for _ in range(2))
    assert [each.name for each in first] == ["nested-too-deep"]
    assert plain(first) == plain(again)
    assert all(isinstance(each, Diagnostic) for each in again)


@pytest.mark.parametrize("size", [10, 2**15 - 200, 2**15 - 1, 2**15, 2**16 + 200])
def test_a_declaration_of_any_length_is_read_again_by_its_steps(size):
    text = f'kpi a "A" {{ # 1\n  why "{"x" * size}" # 2\n  formula 1 + 2\n  # 3\n}}\n'
    kept = Kept(None)
    first, second = (parse(Source("a.kpi", text), kept) for _ in range(2))
    assert plain(first) == plain(second) == plain(parse(Source("a.kpi", text)))
    assert [each.span.text for each in second.comments] == ["# 1", "# 2", "# 3"]
    assert [each.span.text for each in second.declarations[0].fields] == [f'why "{"x" * size}"', "formula 1 + 2"]


def test_an_odd_sign_behind_many_blanks_is_looked_for_once() -> None:
    stopped = list[int]()
    text = "owner ops" + " " * 200 + "？"
    assert quick().steps(text, "start", 0, len(text), stopped) is None
    assert stopped == [len("owner ops")]


def test_reading_tells_the_place_of_the_word_that_it_stopped_at() -> None:
    text = "kpi a {\n  unit percent\n  higher 3\n}"
    stopped = list[int]()
    assert quick().steps(text, "start", 0, len(text), stopped) is None
    assert stopped == [text.index("higher")]
    assert quick().steps("kpi a {  ", "start", 0, 9, stopped) is None
    assert stopped[1:] == [9]

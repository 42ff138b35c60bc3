"""The lexer for Pygments: found by name and by file, gives the text back, and renders."""

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pygments
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.formatters import HtmlFormatter
from pygments.token import Comment, Error, Keyword, Name, String

from kpilang.colour.lexer import KpiLexer
from tests.syntax.sample import PROGRAM

ROOT = Path(__file__).parents[2]


def test_pygments_finds_the_lexer_by_its_names_and_files() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [told] = project["entry-points"]["pygments.lexers"].values()
    assert EntryPoint("kpi", told, "pygments.lexers").load() is KpiLexer
    assert KpiLexer.aliases == ["kpi", "kpilang"]
    assert KpiLexer.filenames == ["*.kpi"]


@settings(max_examples=100, deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from('{}"# \r\n\ufeff')), max_size=100))
def test_the_parts_of_any_text_give_the_text_again(text: str) -> None:
    found = list(KpiLexer().get_tokens_unprocessed(text))
    assert "".join(part for _, _, part in found) == text
    assert [start for start, _, _ in found] == [sum(len(part) for _, _, part in found[:i]) for i in range(len(found))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_sound_program_has_no_errors_whatever_ends_its_lines(end: str) -> None:
    found = list(KpiLexer().get_tokens_unprocessed("\ufeff" + PROGRAM.replace("\n", end)))
    assert not [part for _, kind, part in found if kind is Error]


def test_the_page_that_is_rendered_has_the_words_in_their_classes() -> None:
    page = pygments.highlight('# c\nkpi a "A" {\n  unit percent\n}\n', KpiLexer(), HtmlFormatter())
    assert '<span class="kd">kpi</span>' in page
    assert '<span class="nc">a</span>' in page
    assert '<span class="k">unit</span>' in page
    assert '<span class="kt">percent</span>' in page


def test_comments_texts_and_errors_are_standard_tokens() -> None:
    found = {part: kind for _, kind, part in KpiLexer().get_tokens_unprocessed('# c\nkpi a "A" { what ? }')}
    assert (found["# c"], found['"A"'], found["?"]) == (Comment.Single, String.Double, Error)
    assert (found["kpi"], found["a"]) == (Keyword.Declaration, Name.Class)

"""The grammar for editors: up to date, and of one mind with the lexer."""

import json
import re
from pathlib import Path

import pytest

from kpilang.colour.tokens import tokens
from tests.colour import grammar
from tests.colour.reader import Reader
from tests.syntax.sample import PROGRAM

ROOT = Path(__file__).parents[2]
MADE = json.loads(grammar.FILE.read_text(encoding="utf-8"))
FILES = [*sorted((ROOT / "examples").rglob("*.kpi")), *sorted((ROOT / "stdlib").glob("*.kpi")), grammar.TRAPS]


def apart(text: str) -> list[tuple[str, str, set[str]]]:
    """The words that grammar and lexer do not agree on: the word, what the lexer says, what the grammar says."""
    scopes = {place: piece.scope for piece in Reader(MADE).read(text) for place in range(piece.start, piece.end)}
    found = ((text[start:end], kind.value.scope, start, end) for start, end, kind in tokens(text))
    told = (
        (said, scope, {scopes[at] for at in range(start, end) if said.strip()}) for said, scope, start, end in found
    )
    return [(said, scope, given) for said, scope, given in told if given - {scope} and said.split() == [said]]


def test_the_file_is_what_the_table_of_words_makes() -> None:
    assert grammar.FILE.read_text(encoding="utf-8") == grammar.packed(grammar.grammar()), (
        "run python -m tests.colour.grammar"
    )


def test_the_words_of_the_traps_have_the_scopes_that_were_looked_at() -> None:
    assert grammar.SCOPES.read_text(encoding="utf-8") == grammar.scopes(MADE), (
        "run python -m tests.colour.grammar, read the difference"
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_grammar_and_lexer_agree_on_the_definitions_of_the_repository(path: Path) -> None:
    assert apart(path.read_text(encoding="utf-8")) == []


def test_grammar_and_lexer_agree_on_the_program_with_every_rule() -> None:
    assert apart(PROGRAM) == []


def test_a_field_is_one_only_in_declarations_that_have_it() -> None:
    text = 'owner a { department "D"  formula x }\n'
    found = {text[piece.start : piece.end].strip(): piece.scope for piece in Reader(MADE).read(text)}
    assert found["department"] == "keyword.other.field.kpi"
    assert found["formula"] == "variable.other.kpi"


def test_a_declaration_may_have_its_name_on_the_next_line() -> None:
    text = "kpi  # of whom\n  churn {\n  unit percent\n}\n"
    found = {text[piece.start : piece.end].strip(): piece.scope for piece in Reader(MADE).read(text)}
    assert found["kpi"] == "keyword.declaration.kpi"
    assert found["unit"] == "keyword.other.field.kpi"


def test_a_wrong_escape_is_marked_and_a_text_without_end_ends_with_its_line() -> None:
    text = 'kpi a {\n  what "x\\q\n  unit percent\n}\n'
    found = {text[piece.start : piece.end].strip(): piece.scope for piece in Reader(MADE).read(text)}
    assert found["\\q"] == "invalid.illegal.kpi"
    assert found["unit"] == "keyword.other.field.kpi"


def test_the_configuration_for_editors_names_comments_brackets_and_words() -> None:
    found = json.loads((grammar.FILE.with_name("language-configuration.json")).read_text(encoding="utf-8"))
    assert found["comments"] == {"lineComment": "#"}
    assert {tuple(pair) for pair in found["brackets"]} == {("{", "}"), ("(", ")")}
    deeper = re.compile(found["indentationRules"]["increaseIndentPattern"])
    assert deeper.search('kpi a "A" {')
    assert not deeper.search("calendar { year starts april }")


def test_the_extension_for_editors_names_files_that_there_are() -> None:
    folder = grammar.FILE.parent
    told = json.loads((folder / "package.json").read_text(encoding="utf-8"))["contributes"]
    assert (folder / told["languages"][0]["configuration"]).is_file()
    assert folder / told["grammars"][0]["path"] == grammar.FILE
    assert told["grammars"][0]["scopeName"] == MADE["scopeName"]

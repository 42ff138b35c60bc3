"""Tokens of colours: nothing is lost whatever the text, and in sound texts each agrees with the tree."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpilang.colour import exact as exactly
from kpilang.colour import tokens as colour
from kpilang.colour.exact import Token
from kpilang.colour.kinds import Kind
from kpilang.colour.rough import Rough
from kpilang.colour.tokens import tokens
from kpilang.syntax import tree
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.syntax.programs import texts
from tests.syntax.sample import PROGRAM

ROOT = Path(__file__).parents[2]
SOUND = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
ANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
ODD = [
    "",
    "\r\n",
    "\r",
    "\ufeff",
    "🎉",
    "{",
    "}",
    '"',
    "\\",
    "#",
    "“",
    "'",
    "„",
    "(",
    ")",
    "？",
    "1a",
    "kpi ",
    "\nkpi x {\n",
    "\x00",
]
ODD += ["\n  target ", "starts", " zh ", "2026", "\u3000", "e\u0301", "$$", "\n}\n", "\ud800"]
EDITS = st.lists(
    st.tuples(st.integers(0, len(PROGRAM)), st.integers(0, 6), st.sampled_from(ODD)), min_size=1, max_size=4
)
BLANK = "\ufeff"
WORDS = {Kind.DECLARATION, Kind.FIELD, Kind.CLAUSE, Kind.LOGIC, Kind.VALUE, Kind.LANGUAGE, Kind.UNIT}


def kinds(text: str) -> list[tuple[str, Kind]]:
    return [(text[start:end], kind) for start, end, kind in tokens(text)]


def of(word: str, text: str) -> list[Kind]:
    """What a word is at each of its places."""
    return [kind for said, kind in kinds(text) if said == word]


def whole(text: str) -> None:
    """Nothing but blanks stands between tokens, none is empty, none overlaps another."""
    at = 0
    for start, end, _ in [*tokens(text), Token(len(text), len(text) + 1, Kind.NAME)]:
        assert at <= start < end
        assert not text[at:start].replace(BLANK, "").strip()
        at = end


def nodes(value: object) -> Iterator[tree.Node]:
    """A node with all below it."""
    if isinstance(value, tree.Node):
        yield value
    if isinstance(value, tuple):
        for item in value:
            yield from nodes(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, Source):
        for field in dataclasses.fields(value):
            yield from nodes(getattr(value, field.name))


def by_the_tree(found: tree.Tree) -> dict[int, Kind]:  # noqa: C901, PLR0912 a case for each node that says what its names are
    """What stands at each place of a name, text or period, by the nodes around it."""
    told: dict[int, Kind] = {}
    for node in nodes(found.declarations):
        match node:
            case tree.Name():
                told.setdefault(node.begin, Kind.NAME)
            case tree.String() | tree.StringExpr():
                told.setdefault(node.begin, Kind.TEXT)
            case tree.Period():
                told.setdefault(node.begin, Kind.PERIOD)
            case tree.Declaration():
                told[node.begin] = Kind.DECLARATION
                if node.name:
                    told[node.name.begin] = Kind.DECLARED
                if node.address:
                    told[node.address.begin] = Kind.ADDRESS
            case tree.Field(word="weekend", value=tree.References() as named):
                told[node.begin] = Kind.FIELD
                told.update({each.begin: Kind.VALUE for each in named.items})
            case tree.Field():
                told[node.begin] = Kind.FIELD
                if node.word in ("direction", "level", "indicator", "nature", "perspective") and isinstance(
                    node.value, tree.Name
                ):
                    told[node.value.begin] = Kind.VALUE
            case tree.GrainExpr():  # `month` among arguments reads as any name does
                told[node.begin] = Kind.VALUE if node.grain.fiscal else Kind.NAME
            case tree.Grain() | tree.Starts():
                told.setdefault(node.word.begin, Kind.VALUE)
            case tree.Ends():
                told.update({node.weekday.begin: Kind.VALUE, node.month.begin: Kind.VALUE})
            case tree.State() if node.replaced_by is None:
                told[node.word.begin] = Kind.VALUE
            case tree.Column() | tree.Derive() | tree.Parameter() | tree.Filling() | tree.OwnField():
                told[node.name.begin] = Kind.MEMBER
                if isinstance(node, tree.Parameter) and node.sort:
                    told[node.sort.begin] = Kind.TYPE
            case tree.Link() if node.alias:
                told[node.alias.begin] = Kind.MEMBER
            case tree.Unpivot():
                told.update({node.name.begin: Kind.MEMBER, node.value.begin: Kind.MEMBER})
            case tree.ColumnType():
                told[node.word.begin] = Kind.TYPE
                if isinstance(node.argument, tree.Name):
                    told[node.argument.begin] = Kind.UNIT
            case tree.UnitSpec():
                told.update({name.begin: Kind.UNIT for name in (node.word, node.per) if name})
            case tree.Clause() if node.word == "at" and isinstance(node.value, tree.Path):
                told.update({name.begin: Kind.VALUE for name in node.value.names[:1]})
            case tree.Call():
                told[node.function.begin] = Kind.FUNCTION
            case tree.BoolExpr():
                told[node.begin] = Kind.VALUE
    return told


def agrees(text: str) -> None:
    """Every name, text and period has the kind that the tree gives it, and no other word is a name."""
    found = parse(Source("x", text))
    if found.diagnostics:
        return
    told, shown = by_the_tree(found), {start: (kind, text[start:end]) for start, end, kind in tokens(text)}
    for place, kind in told.items():
        known = kind is not Kind.FUNCTION or shown[place][1] in exactly.FUNCTIONS
        assert shown[place][0] is (kind if known else Kind.NAME), text[place : place + 20]
    rest = {said: kind for place, (kind, said) in shown.items() if place not in told and said[0].isalpha()}
    assert {kind for said, kind in rest.items() if said[0] != '"'} <= WORDS | {Kind.TEXT, Kind.ESCAPE}


@SOUND
@given(texts())
def test_in_a_sound_text_every_word_is_what_the_tree_says(text: str) -> None:
    agrees(text)
    whole(text)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples").rglob("*.kpi")) + sorted((ROOT / "stdlib").glob("*.kpi")), ids=str
)
def test_in_the_definitions_of_the_repository_every_word_is_what_the_tree_says(path: Path) -> None:
    agrees(path.read_text(encoding="utf-8"))


def test_in_the_program_with_every_rule_each_word_is_what_the_tree_says() -> None:
    agrees(PROGRAM)
    agrees((Path(__file__).parent / "traps.kpi").read_text(encoding="utf-8"))


@ANY
@given(EDITS)
def test_nothing_is_lost_of_a_text_that_was_broken(changes: list[tuple[int, int, str]]) -> None:
    text = PROGRAM
    for place, length, put in changes:
        text = text[:place] + put + text[place + length :]
    whole(text)


@ANY
@given(st.text(st.one_of(st.characters(), st.sampled_from('{}"\\# \n\r.()<>@%kpi')), max_size=200))
def test_nothing_is_lost_of_any_text(text: str) -> None:
    whole(text)


HOSTILE = {
    "blanks": " " * 3000 + "？",
    "quotes": "„" * 3000,
    "backslashes": "\\" * 3000,
    "digits": "1" * 3000 + "a",
    "open texts": 'kpi a { what "\\' + '"\\' * 1500,
    "brackets": "kpi a { formula " + "(" * 3000,
    "braces": "kpi a {" * 500,
    "fields": "kpi a {\n" + "target\n" * 1000 + "}",
    "brackets on each line": "kpi a {\n" + "formula (\n" * 500 + "}",
    "keywords": "kpi x\n" * 800,
    "one line": "kpi a { " + "target >= 3  " * 500 + " ! }",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_read_of_a_hostile_text_grows_with_its_length(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[int]()
    exact, rough = colour.exact, Rough.read

    def counted(text: str, rule: str, start: int, end: int, stopped: list[int] | None = None) -> list[Token] | None:
        read.append(end - start)
        return exact(text, rule, start, end, stopped)

    def roughly(self: Rough, start: int, end: int) -> Iterator[Token]:
        read.append(end - start)
        return rough(self, start, end)

    monkeypatch.setattr(colour, "exact", counted)
    monkeypatch.setattr(Rough, "read", roughly)
    whole(text)
    assert sum(read) <= 16 * len(text)


# ---------------------------------------------------------------- what is sound


def test_a_column_may_have_the_name_of_a_field_and_is_coloured_as_a_column() -> None:
    text = "source s { column target : number }\nkpi k { formula sum(s.target where target > 3)  target >= 2 }"
    assert of("target", text) == [Kind.MEMBER, Kind.NAME, Kind.NAME, Kind.FIELD]


def test_a_name_that_is_called_and_is_no_function_is_a_name() -> None:
    assert of("summe", "kpi k { formula summe(x) }") == [Kind.NAME]
    assert of("sum", "kpi k { formula sum(x) }") == [Kind.FUNCTION]


def test_escapes_of_a_text_stand_out_and_its_hash_begins_no_comment() -> None:
    assert kinds(r'owner a "x\"#\n"') == [
        ("owner", Kind.DECLARATION),
        ("a", Kind.DECLARED),
        ('"x', Kind.TEXT),
        (r"\"", Kind.ESCAPE),
        ("#", Kind.TEXT),
        (r"\n", Kind.ESCAPE),
        ('"', Kind.TEXT),
    ]


def test_what_takes_a_finding_away_stands_out_of_its_comment() -> None:
    assert kinds("# kpi: ignore[O101, S101] until 2027-03-31: pilot") == [
        ("# kpi: ignore[O101, S101]", Kind.SUPPRESSION),
        (" until 2027-03-31: pilot", Kind.COMMENT),
    ]
    assert kinds("# kpi ignore[O101]") == [("# kpi ignore[O101]", Kind.COMMENT)]


def test_a_year_is_a_period_where_one_stands_and_a_number_elsewhere() -> None:
    assert of("2026", "kpi k { target >= 2026 for 2026 }") == [Kind.NUMBER, Kind.PERIOD]


def test_fields_without_their_declaration_and_a_formula_alone_are_read_too() -> None:
    assert kinds("target >= 60%") == [
        ("target", Kind.FIELD),
        (">=", Kind.OPERATOR),
        ("60", Kind.NUMBER),
        ("%", Kind.UNIT),
    ]
    assert of("key", "key id\ntime sold_on") == [Kind.FIELD]
    assert of("where", "sum(订单.金额 where 状态 = 1)") == [Kind.CLAUSE]


# ---------------------------------------------------------------- what is wrong


def test_a_word_at_which_reading_stops_is_an_error_and_the_fields_around_it_are_read() -> None:
    text = 'kpi a {\n  unit percent\n  directoin higher\n  owner target\n  target >= 3 for 2026\n}\nowner b "B"'
    assert [said for said, kind in kinds(text) if kind is Kind.ERROR] == ["directoin"]
    assert of("target", text) == [Kind.NAME, Kind.FIELD]
    assert of("percent", text) == [Kind.UNIT]
    assert of("2026", text) == [Kind.PERIOD]
    assert of("b", text) == [Kind.DECLARED]


def test_a_text_without_end_is_an_error_up_to_the_end_of_its_line() -> None:
    text = 'kpi a {\n  what "open\n  unit percent\n}'
    assert [said for said, kind in kinds(text) if kind is Kind.ERROR] == ['"open']
    assert of("unit", text) == [Kind.FIELD]


def test_foreign_quotes_and_unknown_escapes_are_errors() -> None:
    assert of("“张三”", "kpi a {\n  owner “张三”\n}") == [Kind.ERROR]
    assert of(r"\q", 'owner a "\\q"') == [Kind.ERROR]


def test_in_a_broken_formula_names_that_are_keywords_elsewhere_stay_names() -> None:
    text = "kpi a {\n  formula target + where * (unit / / 2 hours\n  unit percent\n}"
    assert [*of("target", text), *of("where", text)] == [Kind.NAME, Kind.NAME]
    assert of("unit", text) == [Kind.NAME, Kind.FIELD]
    assert of("hours", text) == [Kind.UNIT]

"""The one form of definitions: what it looks like, and that nothing but white space changes."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from kpilang.lint.suppressions import read as suppressions
from kpilang.syntax import formatting
from kpilang.syntax.formatting import format_source
from kpilang.syntax.formatting.parts import read
from kpilang.syntax.parser import parse
from kpilang.syntax.quick import quick
from kpilang.text import Source
from kpilang.width import width
from tests.syntax.programs import texts
from tests.syntax.sample import PROGRAM

ROOT = Path(__file__).parents[2]
STRINGS = re.compile(r'"(?:\\.|[^"\\])*"')
MANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def form(text: str) -> str:
    found = format_source(Source("x.kpi", text))
    assert found.text is not None, found.diagnostics
    return found.text


def keeps_all(text: str) -> None:
    """The tree, the comments in their order, what each suppression is attached to, and the form of the form."""
    after = form(text)
    was, now = parse(Source("x", text)), parse(Source("x", after))
    assert now.declarations == was.declarations
    assert [each.text for each in now.comments] == [each.text.rstrip() for each in was.comments]
    assert scopes(now) == scopes(was)
    assert form(after) == after


def scopes(tree):
    """For each suppression which declaration or field it is attached to, by their numbers."""
    places = {each.span.start: (number,) for number, each in enumerate(tree.declarations)}
    for number, each in enumerate(tree.declarations):
        places.update({field.span.start: (number, at) for at, field in enumerate(each.fields)})
    return [places[each.scope.start] if each.scope else None for each in suppressions([tree])]


def test_fields_stand_below_each_other_with_their_values_in_one_column():
    assert form('kpi x "X"{what "w" formula   sum( a.b )/count(a) target>=5% for 2026}') == (
        'kpi x "X" {\n  what     "w"\n  formula  sum(a.b) / count(a)\n  target   >= 5% for 2026\n}\n'
    )


def test_names_of_columns_and_comments_at_the_ends_of_lines_are_aligned():
    text = (
        'source 订单 from "a.csv" {\n key id\n column 金额:money(CNY) required # what was paid\n'
        " column at : date # when\n derive x=y derive long : number = z\n}"
    )
    assert form(text) == (
        'source 订单 from "a.csv" {\n'
        "  key     id\n"
        "  column  金额 : money(CNY) required  # what was paid\n"
        "  column  at   : date                 # when\n"
        "  derive  x    = y\n"
        "  derive  long : number = z\n"
        "}\n"
    )


def test_a_formula_breaks_before_the_operator_of_the_lowest_rank():
    sums = " + ".join(f"sum(orders.amount where region = {letter!r})".replace("'", '"') for letter in "abc")
    assert form(f"kpi x {{ formula ({sums}) / count(orders) }}") == (
        "kpi x {\n"
        "  formula  (\n"
        '             sum(orders.amount where region = "a")\n'
        '             + sum(orders.amount where region = "b")\n'
        '             + sum(orders.amount where region = "c")\n'
        "           )\n"
        "           / count(orders)\n"
        "}\n"
    )


def test_clauses_of_an_aggregate_that_is_too_wide_stand_on_lines_of_their_own():
    text = (
        'kpi x { formula share(orders where region = "North" and segment = "consumer" and channel = "shop" '
        "among status is not null) }"
    )
    assert form(text) == (
        "kpi x {\n"
        "  formula  share(\n"
        "             orders\n"
        '             where region = "North" and segment = "consumer" and channel = "shop"\n'
        "             among status is not null\n"
        "           )\n"
        "}\n"
    )


def test_each_branch_takes_a_line_or_its_value_stands_below_it():
    text = 'kpi x { formula if late is null then "open" else if late > 90 then "bad" else "good, or at least as it was before" }'
    assert form(text) == (
        'kpi x {\n  formula  if late is null then "open"\n           else if late > 90 then "bad"\n'
        '           else "good, or at least as it was before"\n}\n'
    )
    long = "count(orders where delivered_on is null)"
    text = f"kpi x {{ formula if {long} > 1 then {long} else if {long} > 2 then {long} else 0 }}"
    assert form(text) == (
        f"kpi x {{\n  formula  if {long} > 1\n             then {long}\n           else if {long} > 2\n"
        f"             then {long}\n           else 0\n}}\n"
    )


def test_lists_have_their_commas_behind_words_and_bounds_beside_their_dots():
    text = (
        'source a from "a.csv" { unpivot "Jan" ..  "Dec" into month ,amount  column x:number in 1 .. 5 null "-" ,"NA" }'
    )
    assert form(text).splitlines()[1:3] == [
        '  unpivot  "Jan" .. "Dec" into month, amount',
        '  column   x : number in 1..5 null "-", "NA"',
    ]
    assert form("kpi x { target 2%..4% unit score -100 .. 100 goal a ,b }").splitlines()[1:4] == [
        "  target  2% .. 4%",
        "  unit    score -100..100",
        "  goal    a, b",
    ]


def test_short_declarations_stand_in_one_line_and_may_follow_each_other():
    assert form('owner a "A"  { level   team }\nowner b\n\n\nowner c\ngoal g\n') == (
        'owner a "A" { level team }\nowner b\n\nowner c\n\ngoal g\n'
    )


def test_a_chinese_character_takes_two_columns():
    narrow, wide = "a" * 70, "中" * 35
    for text in (narrow, wide):
        in_one = form(f'kpi x {{ what "{text}" zh "1234567" }}')
        in_two = form(f'kpi x {{ what "{text}" zh "12345678" }}')
        assert (len(in_one.splitlines()), len(in_two.splitlines())) == (3, 3)
    assert form(f'kpi x {{ what "{wide}" zh "{"b" * 14}" }}').count("\n") == 3
    assert form(f'kpi x {{ what "{wide}" zh "{"b" * 15}" }}').count("\n") == 4


def test_comments_stay_where_they_belong():
    text = (
        "# the file\n\n\n# the owner\nowner a { # head\n # first\n level team # second\n\n # last\n} # end\n"
        "kpi x {\nformula sum(a.b) # above\n# below\n/ count(a)\n}\n# tail"
    )
    assert form(text) == (
        "# the file\n\n# the owner\nowner a {  # head\n  # first\n  level  team  # second\n\n  # last\n}  # end\n\n"
        "kpi x {\n  formula  sum(a.b)  # above\n           # below\n           / count(a)\n}\n\n# tail\n"
    )


def test_a_comment_behind_a_block_stays_behind_it():
    text = "kpi x { unit percent direction higher } # kpi: ignore[T101]: pilot\n"
    assert form(text).splitlines()[-1] == "}  # kpi: ignore[T101]: pilot"
    assert scopes(parse(Source("x", text))) == scopes(parse(Source("x", form(text)))) == [(0,)]


def test_a_suppression_behind_the_brace_of_a_head_in_several_lines_stays_with_the_declaration():
    text = f'kpi x "{"long " * 12}" zh "{"长" * 20}" {{ # kpi: ignore[T101]: pilot\n unit percent }}'
    keeps_all(text)
    assert scopes(parse(Source("x", form(text)))) == [(0,)]


def test_the_name_of_a_template_behind_a_comment_stands_further_in():
    assert form("kpi x is # so\n a.b(c: 1) { unit percent }") == (
        "kpi x\n    is  # so\n    a.b(c: 1) {\n  unit  percent\n}\n"
    )


def test_the_place_of_a_source_breaks_behind_its_file():
    path = f"{'folder/' * 9}orders.xlsx"
    assert form(f'source a from "{path}" sheet "S" header 3 {{ key id }}') == (
        f'source a\n    from "{path}" sheet "S"\n    header 3 {{\n  key  id\n}}\n'
    )


def test_texts_that_mean_nothing_is_there_go_on_below_each_other():
    texts = ", ".join(f'"no answer {number}"' for number in range(8))
    assert form(f'source a from "a" {{ column b : text null {texts} }}').splitlines()[1:-1] == [
        "  column  b : text",
        '            null "no answer 0", "no answer 1", "no answer 2", "no answer 3", "no answer 4",',
        '                 "no answer 5", "no answer 6", "no answer 7"',
    ]


def test_comments_of_fields_stand_in_a_column_apart_from_those_of_the_head_and_the_end():
    text = "owner a # one\nowner bcd # two\nkpi x { # head\n unit percent # three\n direction higher # four\n} # end"
    assert form(text) == (
        "owner a    # one\nowner bcd  # two\n\n"
        "kpi x {  # head\n  unit       percent  # three\n  direction  higher   # four\n}  # end\n"
    )


def test_an_address_that_does_not_fit_into_the_line_of_its_owner_stands_below():
    address = f"<{'long.' * 8}name@example.com>"
    assert form(f'owner a "{"A" * 40}" {address} {{ level team }}') == (
        f'owner a "{"A" * 40}"\n    {address} {{\n  level  team\n}}\n'
    )


def test_lines_end_as_the_first_one_does():
    assert form("kpi x {\r\n unit percent }\n") == "kpi x {\r\n  unit  percent\r\n}\r\n"
    assert form("kpi x {\n unit percent }\r\n") == "kpi x {\n  unit  percent\n}\n"


def test_an_empty_text_has_an_empty_form():
    assert (form(""), form(" \n\n"), form("\n# a\n")) == ("", "", "# a\n")


def test_a_text_with_a_mistake_has_no_form_but_the_parsers_reasons():
    source = Source("x.kpi", "kpi x { unit percent")
    assert format_source(source) == formatting.Formatted(None, parse(source).diagnostics)


@pytest.mark.parametrize("text", ["({})", "-{}", "abs({})", "if a then b else ({})", "not {}", "a + ({})"])
def test_what_may_be_nested_can_be_formatted_and_what_may_not_is_told(text):
    for depth in (3, 90, 5000):
        nested = "a"
        for _ in range(depth if depth < 1000 or text == "({})" else 1000):
            nested = text.format(nested) if len(nested) < 100_000 else nested
        source = Source("x", f"kpi x {{ formula {nested} }}")
        found = format_source(source)
        assert found.diagnostics == parse(source).diagnostics
        assert (found.text is None) == bool(found.diagnostics)


def test_a_form_that_would_say_something_else_is_refused(monkeypatch):
    monkeypatch.setattr(formatting.Writer, "text", lambda _: "kpi x { unit count }")
    found = format_source(Source("x.kpi", "kpi x { unit percent }"))
    assert (found.text, [each.name for each in found.diagnostics]) == (None, ["form-not-sure"])


def test_a_form_that_would_lose_a_comment_is_refused(monkeypatch):
    monkeypatch.setattr(formatting.Writer, "text", lambda _: "kpi x { unit percent }")
    found = format_source(Source("x.kpi", "kpi x { unit percent } # why"))
    assert found.text is None


def test_what_no_line_can_hold_is_not_kept_as_one():
    """A sum of sums is one text in each of its levels: kept, they would take the square of its length."""
    source = Source("x", f"kpi x {{ formula {' + '.join(['amount'] * 3000)} }}")
    reader = quick()
    steps = reader.steps(source.text, "start", 0, len(source.text))
    part, widest, parts = read(source, reader.made, steps).declarations[0], 0, 0
    while part.items:
        part = max(part.items, key=lambda each: len(each.items))
        widest, parts = max(widest, len(part.flat or "")), parts + 1
    assert widest <= 100
    assert parts > 2900


def test_a_program_of_every_rule_keeps_all():
    keeps_all(PROGRAM)


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.kpi")), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_of_the_repository_keeps_all(path):
    source = Source(path.name, path.read_text(encoding="utf-8"))
    if not parse(source).diagnostics:
        keeps_all(source.text)


@MANY
@given(texts())
def test_any_program_keeps_all(text):
    if quick().steps(text, "start", 0, len(text)) is None:
        assert parse(Source("x", text)).diagnostics
    elif not parse(Source("x", text)).diagnostics:
        keeps_all(text)


@MANY
@given(texts())
def test_no_line_is_wider_than_it_must_be(text):
    """Where a line is too wide, a text on it or how far in it stands is to blame; what `in` asks is never broken."""
    found = format_source(Source("x", text))
    for line in (found.text or "").splitlines():
        code = re.sub(r'("(?:\\.|[^"\\])*")|#.*', lambda match: match[1] or "", line).rstrip()
        longest = max((width(each) for each in STRINGS.findall(code)), default=0)
        assert width(code) <= 100 or width(code.strip()) - longest <= 50 or " in " in code or " .. " in code, line

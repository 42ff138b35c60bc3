"""What a text without mistakes becomes."""

from decimal import Decimal

import pytest

from kpilang.syntax import words
from kpilang.syntax.parser import parse, parse_expression, parse_path
from kpilang.syntax.tree import Binary, Call, Clause, If, Membership, Narrow, Node, Path, Quantity, Tree
from kpilang.text import Source
from tests.syntax.sample import PROGRAM


def read(text: str) -> Tree:
    tree = parse(Source("test.kpi", text))
    assert tree.diagnostics == ()
    return tree


def formula(text: str):
    value, found = parse_expression(Source("<test>", text))
    assert found == ()
    return value


def parts(node):
    return [getattr(node, name) for name in node.__match_args__]


def nodes(item):
    if isinstance(item, Node):
        yield item
        for value in parts(item):
            yield from nodes(value)
    elif isinstance(item, tuple):
        for each in item:
            yield from nodes(each)


def test_every_declaration_of_a_program_is_in_the_tree_with_its_fields():
    tree = read(PROGRAM)
    assert [(each.kind, each.name.text if each.name else None) for each in tree.declarations] == [
        ("calendar", None),
        ("defaults", None),
        ("owner", "ops"),
        ("owner", "sales"),
        ("goal", "loyalty"),
        ("source", "orders"),
        ("source", "plan"),
        ("source", "staff"),
        ("template", "attainment"),
        ("template", "empty"),
        ("kpi", "filled"),
        ("kpi", "bare"),
        ("kpi", "bracketed"),
        ("kpi", "repeat_rate"),
    ]
    assert {each.word for each in tree.declarations[-1].fields} == set(words.fields("kpi"))
    assert tree.declarations[5].location.value == "data/orders.csv"
    assert tree.declarations[2].address.value == "ops@example.com"


def test_a_template_has_parameters_and_a_kpi_what_it_gives_for_them():
    template, empty, filled, bare, bracketed = read(PROGRAM).declarations[8:13]
    assert [(each.name.text, each.sort and each.sort.text) for each in template.parameters] == [
        ("actual", "money"),
        ("plan", None),
    ]
    assert template.label.say("zh") == "达成率"
    assert (empty.parameters, empty.label, empty.fields) == ((), None, ())
    assert filled.filled.template.text == "std.sales.attainment"
    assert [(each.name.text, each.value.span.text) for each in filled.filled.fillings] == [
        ("actual", 'sum(orders.amount where status = "paid")'),
        ("plan", "3"),
    ]
    assert bare.filled == bracketed.filled
    assert (bare.filled.template.text, bare.filled.fillings) == ("empty", ())


def test_spans_point_at_what_a_node_was_written_as():
    kpi = read(PROGRAM).declarations[-1]
    assert kpi.head.text == "kpi repeat_rate"
    assert kpi.first("unit").span.text == "unit       percent"
    assert kpi.first("unit").word_span.text == "unit"
    assert kpi.first("target").value.span.text == ">= 60% for 2026"
    orders = read(PROGRAM).declarations[5]
    assert orders.first("column").value.type.span.text == "money(CNY)"
    assert orders.first("derive").value.value.span.text == "tv + print + -search"


def test_a_node_lies_within_the_node_above_it():
    for declaration in read(PROGRAM).declarations:
        for parent in nodes(declaration):
            for value in parts(parent):
                for child in value if isinstance(value, tuple) else (value,):
                    if isinstance(child, Node):
                        assert parent.span.start <= child.span.start <= child.span.end <= parent.span.end


def test_operators_bind_as_in_arithmetic():
    value = formula("a + b * c - d")
    assert isinstance(value, Binary)
    assert (value.operator, value.left.span.text, value.right.span.text) == ("-", "a + b * c", "d")
    assert value.left.right == Binary(*value.span.at, "*", value.left.right.left, value.left.right.right)


def test_not_binds_tighter_than_and_and_and_tighter_than_or():
    value = formula("not a and b or c")
    assert (value.operator, value.left.operator, value.left.left.operator) == ("or", "and", "not")


def test_clauses_of_an_aggregate_come_in_order():
    value = formula("avg(x weight w where a = 1 at closing on orders.d)")
    assert isinstance(value, Call)
    assert [each.word for each in value.clauses] == ["weight", "where", "at", "on"]
    assert all(isinstance(each, Clause) for each in value.clauses)


def test_the_forms_of_in_are_told_apart():
    assert [type(each).__name__ for each in formula("a in (1, 2)").choices] == ["QuantityExpr", "QuantityExpr"]
    assert [type(each).__name__ for each in formula("a in 1 .. 2").choices] == ["RangeExpr"]
    assert [type(each).__name__ for each in formula("a in 2026-01").choices] == ["PeriodExpr"]
    assert [type(each).__name__ for each in formula("a in 2026").choices] == ["PeriodExpr"]
    value = formula("a not in (b)")
    assert isinstance(value, Membership)
    assert value.negated


def test_a_call_may_have_no_arguments():
    assert formula("now()").arguments == ()


def test_narrowing_and_conditions_are_nodes_of_their_own():
    assert isinstance(formula('(churn where region = "EMEA")'), Narrow)
    assert isinstance(formula("if a then b else c"), If)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("60%", "60", "%"),
        ("60 %", "60", "%"),
        ("24 hour", "24", "hours"),
        ("1 point", "1", "points"),
        ("300 CNY", "300", "CNY"),
        ("0.5", "0.5", None),
        ("2026", "2026", None),
        ("5 kWh", "5", "kWh"),
    ],
)
def test_a_number_keeps_its_digits_and_its_unit(text, value, unit):
    quantity = formula(text).quantity
    assert (quantity.value, quantity.unit) == (Decimal(value), unit)
    assert isinstance(quantity, Quantity)


def test_escapes_of_a_text_are_resolved():
    assert formula(r'"a \" b \\ c \n d \t e"').value == 'a " b \\ c \n d \t e'


def test_names_come_in_normal_form():
    assert formula("cafe\u0301").text == "caf\u00e9"
    assert formula("เดือน.मूल्य").text == "เดือน.मूल्य"


def test_a_path_alone_is_read_for_a_breakdown():
    value, found = parse_path(Source("<--by>", "customer.segment"))
    assert isinstance(value, Path)
    assert (value.text, found) == ("customer.segment", ())


@pytest.mark.parametrize("text", ["", "a.", "a + b", "a b", "1"])
def test_what_is_no_path_is_reported_once(text):
    value, found = parse_path(Source("<--by>", text))
    assert value is None
    assert len(found) == 1


@pytest.mark.parametrize("text", ["", "a >", "(a", "a b", "?", "a = 'b", "kpi x {"])
def test_what_is_no_expression_is_reported_once(text):
    assert len(parse_expression(Source("<--where>", text))[1]) == 1


def test_an_empty_text_and_one_of_comments_have_no_declarations():
    assert read("").declarations == ()
    assert read("# nothing\n\n").declarations == ()


def expression_words() -> set[str]:
    return {"if", "not", "true", "false", "distinct"}


@pytest.mark.parametrize("word", sorted(words.keywords() - expression_words()))
def test_every_keyword_may_be_a_name(word):
    grain = "month" if word in ("fiscal", "every") else word
    text = f"""
    owner {word} "A" <a@b.example> {{ level {word} }}
    owner {word}
    goal {word} "G" {{ owner {word} parent {word} perspective {word} for 2026 }}
    source {word} "S" from "s.csv" {{
      key {word}, {word}  time {word}.{word} each {grain}  link {word}, {word} -> {word} as {word} optional  link {word} -> {word}
      column {word} : {word}({word}) required  column {word} : {word}  derive {word} = {word} + {word}.{word}
      lives {word} until {word}  snapshot {word} complete  snapshot {word} changes  collected "x" every {grain}
    }}
    kpi {word} "K" {{
      formula {word}({word} where {word} = {word} having {word} > 3 on {word} at {word}) / {word}({word}) + {word} - {word}()
      formula sum(distinct {word}, {word} weight {word} among {word}) * {word}.{word} + ({word} where {word} in ({word}, {word}))
      formula if {word} then {word} else {word}  formula {word} is null or {word} contains {word} and not {word} in {word} .. {word}
      unit {word} per {word}  direction {word}  period {grain}  target >= 5  owner {word}, {word}  goal {word}  level {word}
      parent {word}  indicator {word}  guard {word}  review every {grain}  state replaced by {word}  access {word}  tags {word}
      field {word} {word}  field {word} "x"
    }}
    """
    tree = read(text)
    assert [len(each.fields) for each in tree.declarations] == [1, 0, 4, 11, 20]


def test_line_ends_of_windows_and_a_mark_at_the_start_change_nothing():
    plain = read(PROGRAM)
    assert read(PROGRAM.replace("\n", "\r\n")).declarations == plain.declarations
    assert read(PROGRAM.replace("\n", "\r").replace("#", "\n#")).declarations == plain.declarations
    assert read("\ufeff" + PROGRAM).declarations == plain.declarations


def test_fields_need_no_lines_of_their_own():
    assert read(
        " ".join(PROGRAM.replace("# one row an order", "").replace("# The whole of a KPI.", "").split())
    ).declarations


def test_comments_are_kept_with_their_places():
    tree = read("# one\nowner a  # two\n  # three\n")
    assert [(each.text, each.own_line, str(each.span)) for each in tree.comments] == [
        ("# one", True, "test.kpi:1:1"),
        ("# two", False, "test.kpi:2:10"),
        ("# three", True, "test.kpi:3:3"),
    ]


def test_a_sign_of_comments_inside_a_text_is_text():
    assert read('owner a "Number # one"').comments == ()


def test_comments_are_kept_where_the_text_has_mistakes():
    tree = parse(Source("x", "# one\nowner { # two\n# three"))
    assert [each.text for each in tree.comments] == ["# one", "# two", "# three"]

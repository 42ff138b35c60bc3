from decimal import Decimal
from fractions import Fraction

import pytest

from kpilang.model.check import check
from kpilang.model.expr import Aggregate, Column, Literal, Operation, Shift, Use, aggregates
from kpilang.model.types import Kind
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.model.support import formula, kpi, project


def calls(value):
    """A formula in a short notation, to compare with one worked out by hand."""
    match value:
        case Literal():
            return str(value.value)
        case Column():
            return ".".join((value.source, *value.links, value.name))
        case Operation():
            return f"{value.name}({', '.join(calls(part) for part in value.arguments)})"
        case Shift():
            return f"shift({calls(value.value)}, {value.count}, {value.grain})"
        case Use():
            return f"{value.kpi}:{calls(value.value)}"
    parts = [calls(part) for part in value.arguments]
    distinct = "distinct " if value.distinct else ""
    clauses = [
        f" {word} {calls(part)}"
        for word in ("where", "on", "having", "weight")
        if (part := getattr(value, word)) is not None
    ]
    at = f" at {value.at}" if value.at else ""
    return f"{value.function}({distinct}{', '.join([value.source, *parts])}{at}{''.join(clauses)})"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("count(orders)", "count(orders)"),
        ("count(distinct orders.customer_id)", "count(distinct orders, orders.customer_id)"),
        ("sum(amount)", "sum(orders, orders.amount)"),
        ('sum(orders.amount where customer.segment = "a")', "sum(orders, orders.amount where eq(orders.customer.segment, a))"),
        ('count(orders where customer.home.region = "N")', "count(orders where eq(orders.customer.home.region, N))"),
        ("count(customers at closing)", "count(customers at closing)"),
        ("count(customers on left_on)", "count(customers on customers.left_on)"),
        ("avg(orders.discount weight amount)", "avg(orders, orders.discount weight orders.amount)"),
        ("sum(orders.whole)", "sum(orders, add(orders.talk, convert(orders.wait, 60)))"),
        ("sum(orders.eur)", "sum(orders, multiply(orders.amount, 0.13))"),
        ("avg(orders.lead)", "avg(orders, divide(subtract(orders.shipped_on, 2026-01-01), 3600))"),
        ("share(orders where talk <= 90 seconds)", "divide(count(orders where le(convert(orders.talk, 60), 90)), count(orders))"),
        (
            'share(orders where status = "a" among status != "b")',
            "divide(count(orders where and(ne(orders.status, b), eq(orders.status, a))), count(orders where ne(orders.status, b)))",
        ),
        ("previous(count(orders))", "shift(count(orders), 1, None)"),
        ("previous(count(orders), 2 months)", "shift(count(orders), 2, month)"),
        ("growth(count(orders), 1 year)", "growth(count(orders), shift(count(orders), 1, year))"),
        (
            "count(orders where shipped_on in 2026-Q1)",
            "count(orders where and(ge(orders.shipped_on, 2026-01-01), lt(orders.shipped_on, 2026-04-01)))",
        ),
        (
            "count(orders where shipped_on not in 2026-01 .. 2026-02)",
            "count(orders where not(and(ge(orders.shipped_on, 2026-01-01), lt(orders.shipped_on, 2026-03-01))))",
        ),
        ("count(orders where shipped_on <= 2026-01)", "count(orders where lt(orders.shipped_on, 2026-02-01))"),
        ("count(orders where 2026-01 < shipped_on)", "count(orders where ge(orders.shipped_on, 2026-02-01))"),
        ("count(orders where shipped_on >= 2026)", "count(orders where ge(orders.shipped_on, 2026-01-01))"),
        ("count(orders where shipped_on = 9999-12-31)", "count(orders where ge(orders.shipped_on, 9999-12-31))"),
        ("count(orders where shipped_on != 9999-12-31)", "count(orders where not(ge(orders.shipped_on, 9999-12-31)))"),
        ("count(orders where shipped_on < 9999-12-31)", "count(orders where lt(orders.shipped_on, 9999-12-31))"),
        ("count(orders where shipped_on <= 9999-12-31)", "count(orders where ge(orders.shipped_on, 0001-01-01))"),
        ("count(orders where shipped_on > 9999-12-31)", "count(orders where lt(orders.shipped_on, 0001-01-01))"),
        ("count(orders where shipped_on in 2026 .. 9999-12-31)", "count(orders where ge(orders.shipped_on, 2026-01-01))"),
        (
            "months_between(max(orders.shipped_on), 9999-12-31)",
            "months_between(max(orders, orders.shipped_on), 9999-12-31)",
        ),
        ("count(orders where year(shipped_on) = 2026)", "count(orders where eq(year(orders.shipped_on), 2026))"),
        (
            "count(orders where discount in 5% .. 10%)",
            "count(orders where and(ge(orders.discount, 0.05), le(orders.discount, 0.10)))",
        ),
        ('count(orders where status not in ("a", "b"))', "count(orders where not(in(orders.status, a, b)))"),
        ("count(orders where status is not null)", "count(orders where not(is_null(orders.status)))"),
        ("count(orders where amount > 0)", "count(orders where gt(orders.amount, 0))"),
        (
            "count(distinct orders.customer_id having sum(amount) >= 100 CNY)",
            "count(distinct orders, orders.customer_id having ge(sum(orders, orders.amount), 100))",
        ),
        ("sum(orders.talk) / sum(orders.wait)", "divide(sum(orders, orders.talk), convert(sum(orders, orders.wait), 60))"),
        ("percentile(orders.talk, 95%)", "percentile(orders, orders.talk)"),
        ('count(orders where status contains "x" or status starts with "y")',
         "count(orders where or(contains(orders.status, x), starts with(orders.status, y)))"),
    ],
)  # fmt: skip
def test_a_formula_means(written, meant):
    assert calls(formula(written)) == meant


@pytest.mark.parametrize(
    ("written", "dimensions", "scale"),
    [
        ("sum(orders.amount)", (("CNY", 1),), 1),
        ("sum(orders.amount) / count(orders)", (("CNY", 1),), 1),
        ("sum(orders.amount) / sum(orders.wait)", (("CNY", 1), ("time", -1)), Fraction(1, 3600)),
        ("sum(orders.talk) + sum(orders.wait)", (("time", 1),), 60),
        ("avg(orders.shipped_on - order_date)", (("time", 1),), 1),
        ("sum(orders.amount) / sum(plan.goal)", (), 1),
        ("count(orders) * 1 kWh", (("energy", 1),), 1000),
        ("power(sum(orders.amount), 2)", (("CNY", 2),), 1),
        ("sum(orders.amount) / sum(orders.amount) * 30 minutes", (("time", 1),), 60),
        ("sum(orders.amount) / 1 hour * 30 minutes", (("CNY", 1),), Fraction(1, 60)),
        ("30 minutes * (count(orders) / 1 hour)", (), 1),
    ],
)
def test_units_are_inferred(written, dimensions, scale):
    unit = formula(written).type.unit
    assert (unit.dimensions, unit.scale) == (dimensions, scale)


def test_a_formula_comes_out_in_the_declared_unit():
    found = kpi("formula avg(orders.shipped_on - order_date) unit hours").formula
    assert calls(found) == "divide(avg(orders, subtract(orders.shipped_on, orders.order_date)), 3600)"
    assert found.type.unit.name == "hours"


def test_an_undeclared_unit_is_the_inferred_one_by_name():
    assert kpi("formula sum(orders.amount) / sum(orders.wait)").unit.name == "CNY per hour"


def test_a_thing_after_per_is_a_note_and_a_unit_divides():
    assert kpi("formula sum(orders.amount) / count(orders) unit CNY per order").unit.dimensions == (("CNY", 1),)
    assert kpi("formula sum(orders.amount) / 7 days unit CNY per day").unit.dimensions == (("CNY", 1), ("time", -1))


def test_a_count_remembers_what_it_counts():
    assert kpi("formula count(orders) unit count").unit.counted == "orders"


def test_a_used_kpi_stands_with_its_formula_in_its_unit():
    found = kpi("formula base / count(orders)", before='kpi base "B" { formula sum(orders.talk) unit hours }')
    assert calls(found.formula) == "divide(base:divide(sum(orders, orders.talk), 60), count(orders))"
    assert found.uses == {"base"}
    assert found.unit.name == "hours"


def test_a_narrowed_kpi_has_the_predicate_in_every_aggregate():
    before = 'kpi base "B" { formula count(orders where status = "a") / count(customers on left_on) }'
    found = kpi('formula (base where region = "N")', before=before)
    assert calls(found.formula) == (
        "base:divide(count(orders where and(eq(orders.status, a), eq(orders.customer.home.region, N))), "
        "count(customers where eq(customers.home.region, N) on customers.left_on))"
    )
    assert next(aggregates(found.formula)).text.endswith('where region = "N"')


def test_sources_are_those_of_the_aggregates():
    assert kpi('formula sum(orders.amount where customer.segment = "a") / sum(plan.goal)').sources == {"orders", "plan"}


@pytest.mark.parametrize(
    ("written", "keeps"),
    [
        ("count(orders)", False),
        ("sum(orders.amount) / count(orders)", True),
        ('share(orders where status = "a")', True),
        ('1 - share(orders where status = "a")', True),
        ("avg(orders.amount)", True),
        ("median(orders.amount)", True),
        ("percentile(orders.amount, 90%)", True),
        ("max(orders.amount)", False),
        ("count(orders) / 30 days", False),
        ("round(avg(orders.amount), 2)", True),
        ("avg(orders.amount) * count(orders)", False),
        ("avg(orders.amount) + count(orders) * 1 CNY", False),
        ("growth(count(orders), 1 year)", True),
        ("growth(count(orders))", False),
        ("if count(orders) > 5 then avg(orders.amount) else 0", True),
        ("5", False),
        ("count(orders) / period_length", False),
        ("count(shelf at closing) / count(orders) * period_length", True),
        ("count(shelf at closing) / count(orders)", False),
        ("count(orders) / count(shelf at average)", False),
    ],
)  # fmt: skip
def test_only_ratios_averages_and_medians_keep_their_target(written, keeps):
    assert kpi(f"formula {written}").keeps_target is keeps


def test_the_text_of_an_aggregate_is_on_one_line_and_without_comments():
    found = formula('count(orders  # all "of" them\n   where status = "#1")')
    assert found.text == 'count(orders where status = "#1")'


def test_a_clash_shows_both_places_and_where_each_unit_comes_from():
    model = project('kpi k "K" { formula sum(orders.amount) + sum(orders.usd) }')
    (report,) = model.diagnostics
    assert report.span.text == "sum(orders.usd)"
    assert [mark.span.text for mark in report.marks] == [
        "sum(orders.amount)",
        "column amount : money(CNY)",
        "column usd : money(USD)",
    ]
    assert "CNY" in report.message.en
    assert "USD" in report.message.zh


def test_a_mistake_in_a_used_kpi_is_reported_once_and_spreads():
    model = project('kpi a "A" { formula count(ordrs) } kpi b "B" { formula a + 1 } kpi c "C" { formula b + 1 }')
    assert [report.name for report in model.diagnostics] == ["unknown-column-or-source"]
    assert [model.kpis[name].sound for name in "abc"] == [False, False, False]


def test_a_date_moved_by_whole_days_is_a_date_and_by_hours_a_point_in_time():
    by_days, by_hours = (formula(f"min(orders.shipped_on + {length}) - 2026-01-01") for length in ("2 days", "3 hours"))
    kinds = [next(aggregates(value)).type.kind for value in (by_days, by_hours)]
    assert kinds == [Kind.DATE, Kind.DATETIME]


def test_a_literal_is_converted_when_it_is_read():
    (found,) = aggregates(formula("count(orders where talk > 1 hour)"))
    assert isinstance(found, Aggregate)
    assert found.where.arguments[1].value == Decimal(60)


def test_where_no_name_is_like_an_unknown_one_the_sources_are_told():
    text = 'source orders "O" from "o.csv" { key id  column a : number  column b : number  column c : number\n'
    text += "column d : number column e : number column f : number column g : number column h : number }\n"
    [found] = check([parse(Source("a.kpi", text + 'kpi k "K" { formula sum(market.sales) }'))]).diagnostics
    assert (found.code, found.help.en) == ("E216", "available: `orders`")


@pytest.mark.parametrize(("word", "meant"), [("end", "closing"), ("start", "opening")])
def test_a_moment_as_people_name_it_is_told_as_what_it_means(word, meant):
    text = 'source staff "S" from "s.csv" { key id  lives a until b  column a : date  column b : date }\n'
    [found] = check([parse(Source("a.kpi", text + f'kpi k "K" {{ formula count(staff at {word}) }}'))]).diagnostics
    assert found.help.en.startswith(f"did you mean `{meant}`?")

"""Formulas that compute the same have one normal form, however they are written; those that do not, never have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kpilang.model.normal import Normal
from kpilang.model.nouns import Model
from tests.lint.support import model

SOURCES = """
source regions { key region  column name : text }
source customers { key customer  column segment : text }
source orders {
  key order_id
  time ordered_on
  link customer -> customers as customer
  link customer -> customers as buyer
  link payer -> customers as payer
  column ordered_on : date
  column sent_on : date
  column amount : money(CNY)
  column cost : money(CNY)
  column pieces : integer
  column weight : number
  column talk : duration(minutes)
  column status : text
  column channel : text
  column paid : bool
  derive net = amount - cost
}
source returns {
  key return_id
  time returned_on
  column pieces : integer
}
source stock { key sku  snapshot read_on complete  column pieces : number }
"""
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def built(*formulas: str, more: str = "") -> tuple[Model, list[str]]:
    names = [f"k{number}" for number in range(len(formulas))]
    texts = (f'kpi {name} "{name}" {{ formula {text} }}\n' for name, text in zip(names, formulas, strict=True))
    made = model(sources=SOURCES, kpis=more + "".join(texts))
    assert [each.message.en for each in made.diagnostics] == [], formulas
    return made, names


def same(*formulas: str, more: str = "") -> bool:
    """Whether all of some formulas have one form."""
    made, names = built(*formulas, more=more)
    normal = Normal(made)
    return len({normal.formula(made.kpis[name].formula) for name in names}) == 1


@pytest.mark.parametrize(
    "formulas",
    [
        ("count(orders) + count(returns)", "count(returns) + count(orders)"),
        ("count(orders) - (count(returns) + 3)", "count(orders) - 3 - count(returns)", "-(count(returns) + 3) + count(orders)"),
        ("count(orders) * 2 * count(returns)", "count(returns) * (count(orders) * 2)"),
        ("(sum(orders.amount) - sum(orders.cost)) / sum(orders.cost)", "sum(orders.amount) / sum(orders.cost) - 1"),
        ("share(orders where paid)", "count(orders where paid) / count(orders)", "count(orders where paid = true) / count(orders)"),
        ("count(orders where paid and pieces > 3)", "count(orders where 3 < pieces and paid)"),
        ('count(orders where not (status = "a"))', 'count(orders where status != "a")', 'count(orders where status not in ("a"))'),
        ('count(orders where status in ("a"))', 'count(orders where "a" = status)'),
        ('count(orders where status in ("a", "b"))', 'count(orders where status = "b" or status = "a")'),
        ('count(orders where status != "a" and status != "b")', 'count(orders where not status in ("b", "a"))', 'count(orders where not (status = "a" or status = "b"))'),
        ("count(orders where not (paid and pieces >= 3))", "count(orders where not paid or not pieces >= 3)"),
        ("count(orders where amount - cost > 0 CNY)", "count(orders where cost < amount)"),
        ("count(orders where talk > 2 hours)", "count(orders where 120 minutes < talk)"),
        ('sum(orders.pieces where customer.segment = "x")', 'sum(orders.pieces where buyer.segment = "x")'),
        ("sum(orders.net)", "sum(orders.amount - orders.cost)", "sum(-orders.cost + orders.amount)"),
        ("sum(orders.amount * orders.pieces)", "sum(orders.pieces * orders.amount)"),
        ("count(orders on ordered_on)", "count(orders)"),
        ("count(orders.status)", "count(orders where status is not null)"),
        ("median(orders.amount)", "percentile(orders.amount, 50%)"),
        ("count(distinct orders.status, orders.channel)", "count(distinct orders.channel, orders.status)"),
        ("greatest(count(orders), count(returns))", "greatest(count(returns), count(orders))"),
        ("abs(count(orders) - count(returns))", "abs(count(returns) - count(orders))"),
        ("if not count(orders) > 3 then 1 else 0", "if 3 < count(orders) then 0 else 1"),
        ("avg(orders.amount * 2)", "2 * avg(orders.amount)"),
        ("previous(count(orders) + count(returns))", "previous(count(returns) + count(orders))"),
        ("count(distinct orders.payer having count(orders) >= 2)", "count(distinct orders.payer having 2 <= count(orders))"),
        ("avg(count(orders) per status, channel)", "avg(count(orders) per orders.channel, status)"),
        ("sum(sum(orders.amount) - sum(orders.cost) per customer.segment)", "sum(-sum(orders.cost) + sum(orders.amount) per buyer.segment)"),
        ("median(count(orders) per status)", "percentile(count(orders) per status, 50%)"),
        ("count(count(orders) >= 2 per payer)", "count(2 <= count(orders) per payer)"),
    ],
)  # fmt: skip
def test_formulas_that_compute_the_same_have_one_form(formulas: tuple[str, ...]) -> None:
    assert same(*formulas)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("count(orders)", "count(returns)"),
        ("count(orders)", "count(orders on sent_on)"),
        ("count(orders where paid)", "count(orders where not paid)"),
        ("count(orders where paid = false)", "count(orders where not paid)"),  # an empty cell is neither true nor false
        ("count(orders where not pieces > 3)", "count(orders where pieces <= 3)"),
        ('sum(orders.pieces where customer.segment = "x")', 'sum(orders.pieces where payer.segment = "x")'),
        ("sum(stock.pieces at opening)", "sum(stock.pieces at closing)"),
        ("previous(count(orders))", "previous(count(orders), 1 year)"),
        ("count(orders) - count(returns)", "count(returns) - count(orders)"),
        ("count(orders) / count(returns)", "count(returns) / count(orders)"),
        ("count(orders) * count(returns) / count(returns)", "count(orders)"),  # undefined without returns
        ("count(orders) - count(returns) + count(returns)", "count(orders)"),
        ("count(orders) + 0 * avg(orders.pieces)", "count(orders)"),  # no value without orders
        ("count(orders) / (count(returns) / count(orders))", "count(orders) * count(orders) / count(returns)"),
        ("avg(orders.pieces)", "sum(orders.pieces) / count(orders)"),
        ("sum(orders.amount) - sum(orders.cost)", "sum(orders.amount - orders.cost)"),  # a row may lack its cost
        ("count(orders.pieces)", "count(distinct orders.pieces)"),
        ("count(orders.pieces)", "count(orders)"),
        ("avg(orders.pieces weight weight)", "avg(orders.pieces)"),
        ("percentile(orders.pieces, 90%)", "percentile(orders.pieces, 95%)"),
        ("max(orders.pieces * -1)", "-max(orders.pieces)"),
        ("count(distinct orders.payer having count(orders) >= 2)", "count(distinct orders.payer having count(orders) >= 3)"),
        ('count(orders where status = "a" or paid and pieces > 1)', 'count(orders where (status = "a" or paid) and pieces > 1)'),
        ('count(orders where status contains "a")', 'count(orders where status starts with "a")'),
        ("count(orders where status = channel)", "count(orders where status != channel)"),
        ("coalesce(avg(orders.pieces), 0)", "coalesce(avg(orders.pieces), 1)"),
        ("avg(count(orders) per status)", "avg(count(orders) per channel)"),
        ("avg(count(orders) per status)", "max(count(orders) per status)"),
        ("sum(count(orders) per status)", "count(orders)"),  # a row without a status is in no group
        ("percentile(count(orders) per status, 90%)", "percentile(count(orders) per status, 95%)"),
    ],
)  # fmt: skip
def test_formulas_that_compute_different_things_have_different_forms(one: str, other: str) -> None:
    assert not same(one, other)


def test_a_kpi_that_is_used_counts_as_what_it_computes() -> None:
    more = 'kpi revenue "R" { formula sum(orders.amount where paid)  unit CNY }\n'
    assert same("revenue / count(orders)", "sum(orders.amount where paid = true) / count(orders)", more=more)
    narrowed = '(revenue where customer.segment = "x")'
    assert same(narrowed, 'sum(orders.amount where customer.segment = "x" and paid)', more=more)
    assert not same(narrowed, "revenue", more=more)


def test_hours_and_minutes_of_one_thing_are_the_same() -> None:
    text = 'kpi a "A" { formula sum(orders.talk)  unit hours }\nkpi b "B" { formula sum(orders.talk)  unit minutes }\n'
    made = model(sources=SOURCES, kpis=text)
    normal = Normal(made)
    assert normal.formula(made.kpis["a"].formula) == normal.formula(made.kpis["b"].formula)


def test_a_product_of_many_sums_is_no_more_work_than_it_is_long() -> None:
    long = " * ".join(f"(count(orders) + {number} * count(returns))" for number in range(1, 40))
    assert same(long, long)
    assert not same(long, long.replace("39 *", "40 *"))


# ---------------------------------------------------------------- formulas made at random, and rewritten


@dataclass(frozen=True)
class Made:
    """A node of a formula: what it is, its parts, and the text of a leaf."""

    kind: str
    parts: tuple[Made, ...] = ()
    text: str = ""


NUMBERS = [Made("leaf", text=text) for text in ("pieces", "weight", "3", "2")]
TEXTS = [Made("leaf", text=text) for text in ("status", "channel", "customer.segment")]
VALUES = [Made("leaf", text=text) for text in ('"a"', '"b"', '"c"')]


def conditions() -> st.SearchStrategy[Made]:
    sizes = st.builds(
        lambda sign, one, other: Made(sign, (one, other)),
        st.sampled_from(["<", "<=", ">", ">="]),
        st.sampled_from(NUMBERS[:2]),
        st.sampled_from(NUMBERS[2:]),
    )
    equal = st.builds(
        lambda sign, one, other: Made(sign, (one, other)),
        st.sampled_from(["=", "!="]),
        st.sampled_from(TEXTS),
        st.sampled_from(VALUES),
    )
    lists = st.builds(
        lambda one, values: Made("in", (one, *values)),
        st.sampled_from(TEXTS),
        st.lists(st.sampled_from(VALUES), min_size=1, max_size=3, unique=True),
    )
    single = st.one_of(st.just(Made("leaf", text="paid")), sizes, equal, lists)
    return st.recursive(
        single,
        lambda inner: st.one_of(
            st.builds(lambda one, other: Made("and", (one, other)), inner, inner),
            st.builds(lambda one, other: Made("or", (one, other)), inner, inner),
            st.builds(lambda one: Made("not", (one,)), inner),
        ),
        max_leaves=4,
    )


def formulas() -> st.SearchStrategy[Made]:
    counts = st.builds(lambda where: Made("count", (where,)), conditions())
    sums = st.builds(lambda where: Made("sum", (where,)), conditions())
    return st.recursive(
        st.one_of(counts, sums, st.sampled_from([Made("leaf", text="4"), Made("leaf", text="count(returns)")])),
        lambda inner: st.builds(
            lambda sign, one, other: Made(sign, (one, other)), st.sampled_from(["+", "-", "*", "/"]), inner, inner
        ),
        max_leaves=4,
    )


def said(node: Made) -> str:
    """The text of a formula."""
    parts = [said(part) for part in node.parts]
    if node.kind == "leaf":
        return node.text
    if node.kind == "not":
        return f"not ({parts[0]})"
    if node.kind in ("in", "not in"):
        return f"{parts[0]} {node.kind} ({', '.join(parts[1:])})"
    if node.kind in ("count", "sum"):
        what = "orders" if node.kind == "count" else "orders.pieces"
        return f"{node.kind}({what} where {parts[0]})"
    if node.kind in ("+", "-", "*", "/", "and", "or"):
        parts = [f"({part})" for part in parts]
    return f" {node.kind} ".join(parts)


MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def rewritten(node: Made, draw: Callable[[int], int]) -> Made:
    """The same formula, written otherwise wherever a draw says so."""
    parts = tuple(rewritten(part, draw) for part in node.parts)
    node = replace(node, parts=parts)
    if node.kind in ("+", "*", "and", "or") and draw(2):
        node = replace(node, parts=parts[::-1])
    if node.kind in MIRRORED and draw(2):
        node = Made(MIRRORED[node.kind], parts[::-1])
    if node.kind == "-" and draw(2):
        return Made("+", (parts[0], Made("*", (Made("leaf", text="-1"), parts[1]))))
    if node.kind == "!=" and draw(2):
        return Made("not", (Made("=", node.parts),))
    if node.kind == "in" and draw(2):
        equals = [Made("=", (parts[0], value)) for value in parts[:0:-1]]
        found = equals[0]
        for each in equals[1:]:
            found = Made("or", (found, each))
        return found
    if node.kind == "not" and parts[0].kind in ("and", "or") and draw(2):
        other = "or" if parts[0].kind == "and" else "and"
        return Made(other, tuple(Made("not", (part,)) for part in parts[0].parts))
    if node.kind in ("and", "or") and draw(2):
        return Made(node.kind, (node, node.parts[0]))
    if node == Made("leaf", text="paid") and draw(2):
        return Made("=", (node, Made("leaf", text="true")))
    return node


def places(node: Made) -> list[Made]:
    """Every node."""
    return [node, *(below for part in node.parts for below in places(part))]


CHANGED = {
    "pieces": "weight",
    "weight": "pieces",
    "3": "7",
    "2": "8",
    "4": "9",
    "paid": "not paid",
    "status": "channel",
}
CHANGED |= {"channel": "status", "customer.segment": "payer.segment", "count(returns)": "sum(returns.pieces)"}


def changed(node: Made, place: Made, *, left: list[bool]) -> Made:
    """The formula with another leaf at one place."""
    if node is place and not left:
        left.append(True)
        return replace(node, text=CHANGED[node.text])
    return replace(node, parts=tuple(changed(part, place, left=left) for part in node.parts))


@SLOW
@given(formulas(), st.data())
def test_a_formula_written_otherwise_has_the_same_form(node: Made, data: st.DataObject) -> None:
    other = rewritten(node, lambda count: data.draw(st.integers(0, count - 1)))
    assert same(said(node), said(other)), (said(node), said(other))


@SLOW
@given(conditions(), st.sampled_from(["count", "sum"]), st.data())
def test_a_condition_with_another_name_or_number_in_it_has_another_form(
    condition: Made, function: str, data: st.DataObject
) -> None:
    leaves = [each for each in places(condition) if each.text in CHANGED]
    assume(leaves)
    place = data.draw(st.sampled_from(leaves))
    assume(sum(each.text == place.text for each in places(condition)) == 1)
    other = changed(condition, place, left=[])
    known = [each.text for each in places(other)]
    assume(known.count(CHANGED[place.text]) == 1)
    one, two = said(Made(function, (condition,))), said(Made(function, (other,)))
    assert not same(one, two), (one, two)

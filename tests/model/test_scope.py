import pytest

from kpilang.model.expr import Column
from kpilang.model.scope import breakdown, row_predicate
from kpilang.syntax.parser import parse_expression, parse_path
from kpilang.text import Source
from tests.model.support import project

MODEL = project(
    "source visits { time at link host_id -> customers as host link guest_id -> customers as guest column at_door : bool }"
)


def path(text):
    found, reports = parse_path(Source("<--by>", text))
    assert reports == ()
    return found


def where(source, text):
    parsed, reports = parse_expression(Source("<--where>", text))
    assert reports == ()
    return row_predicate(MODEL, source, parsed)


@pytest.mark.parametrize(
    ("source", "text", "links", "name"),
    [
        ("orders", "status", (), "status"),
        ("orders", "segment", ("customer",), "segment"),
        ("orders", "customer.segment", ("customer",), "segment"),
        ("orders", "region", ("customer", "home"), "region"),
        ("orders", "orders.status", (), "status"),
        ("orders", "orders.customer.segment", ("customer",), "segment"),
        ("orders", "customers.segment", ("customer",), "segment"),
        ("orders", "regions.region", ("customer", "home"), "region"),
        ("customers", "region", ("home",), "region"),
        ("customers", "customers.segment", (), "segment"),
        ("visits", "host.segment", ("host",), "segment"),
    ],
)
def test_a_name_is_found_along_links_nearest_first(source, text, links, name):
    found, reports = breakdown(MODEL, source, path(text))
    assert reports == ()
    assert isinstance(found, Column)
    assert (found.source, found.links, found.name) == (source, links, name)


def test_a_derived_column_may_break_down():
    found, reports = breakdown(MODEL, "orders", path("whole"))
    assert reports == ()
    assert found.type.unit.name == "minutes"


@pytest.mark.parametrize(
    ("source", "text", "problem"),
    [
        ("visits", "segment", "ambiguous-path"),
        ("visits", "region", "ambiguous-path"),
        ("plan", "segment", "not-in-source"),
        ("plan", "orders.status", "not-in-source"),
        ("orders", "customer.name", "unknown-column"),
        ("orders", "colour", "not-in-source"),
        ("orders", "customer", "not-in-source"),
    ],
)
def test_a_name_that_is_not_there_is_said_so(source, text, problem):
    found, reports = breakdown(MODEL, source, path(text))
    assert found is None
    assert [report.name for report in reports] == [problem]


def test_both_ways_are_named_where_a_name_is_found_twice():
    _, (report,) = breakdown(MODEL, "visits", path("segment"))
    assert "host.segment" in report.message.en
    assert "guest.segment" in report.message.zh


def test_a_filter_is_a_condition_over_rows():
    found, reports = where("orders", 'segment = "gold" and amount > 100 CNY')
    assert reports == ()
    assert found.name == "and"
    assert found.arguments[0].arguments[0].links == ("customer",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("amount", "wrong-kind"), ("count(orders) > 1", "aggregate-inside-aggregate"), ("amount > 5 kg", "unit-clash")],
)
def test_what_is_no_condition_over_rows_is_refused(text, problem):
    found, reports = where("orders", text)
    assert found is None
    assert [report.name for report in reports] == [problem]

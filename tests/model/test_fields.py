"""Which fields of a KPI are in force."""

import gc

import pytest

from kpilang.model.fields import in_force
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.model.support import project

TEMPLATE = """
template ratio(part, whole) "Ratio" { formula sum(part) / sum(whole) why "w" }
kpi filled "Filled" is ratio(part: orders.amount, whole: orders.usd) { what "A" }
kpi grown "Grown" { formula growth(filled) }
kpi narrow "Narrow" { formula ((filled) where status = "paid") }
kpi loyal "Loyal" { formula count(distinct orders.customer_id having count(orders) >= 2) / count(orders) }
"""


def lines(text):
    [declaration] = parse(Source("a.kpi", f"kpi a {{ {text} }}")).declarations
    return declaration.fields


def said(fields):
    return {word: [line.span.text for line in found] for word, found in fields.items()}


@pytest.mark.parametrize(
    ("own", "defaults", "found"),
    [
        ('what "A" unit count', "", {"what": ['what "A"'], "unit": ["unit count"]}),
        ('what "A" unit count', "unit percent period month", {"what": ['what "A"'], "unit": ["unit count"], "period": ["period month"]}),
        ("target >= 1 unit count target >= 2", "target >= 3", {"target": ["target >= 1", "target >= 2"], "unit": ["unit count"]}),
        ("field a 1", "field a 2 field b 3", {"field": ["field a 1", "field b 3"]}),
        ("field a 1 unit count", "field b 2 field b 3", {"field": ["field a 1", "field b 2", "field b 3"], "unit": ["unit count"]}),
        ("", "unit count", {"unit": ["unit count"]}),
    ],
)  # fmt: skip
def test_of_each_keyword_the_first_layer_that_says_it_holds(own, defaults, found):
    fields = in_force(lines(own), lines(defaults))
    assert said(fields) == found
    assert list(fields) == list(found)
    assert all(list(fields.all(word)) == list(fields[word]) for word in found)
    assert (len(fields), "guard" in fields, fields.all("guard")) == (len(found), False, ())


def test_kpis_that_say_the_same_keywords_share_where_they_lie():
    one, other = in_force(lines('what "A" unit count')), in_force(lines('what "B" unit percent'))
    assert one.places is other.places
    assert said(one.without("what")) == {"unit": ["unit count"]}


def test_nothing_is_left_over_when_a_project_is_checked():
    project(TEMPLATE)
    gc.collect()
    gc.disable()
    try:
        found = project(TEMPLATE)
        assert gc.collect() == 0
    finally:
        gc.enable()
    assert found.diagnostics == ()

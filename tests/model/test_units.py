from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpilang.model import units
from kpilang.model.check import check
from kpilang.model.types import PLAIN, Unit
from kpilang.syntax import tree
from kpilang.syntax.parser import parse
from kpilang.text import Source, Span

PLACE = Span(Source("u.kpi", ""), 0, 0)
WORDS = st.sampled_from([*units.SCALES, "CNY", "USD", "EUR"])
SIMPLE = WORDS.map(units.known)


@st.composite
def compound(draw):
    unit = PLAIN
    for factor in draw(st.lists(SIMPLE, max_size=4)):
        unit = unit.times(factor) if draw(st.booleans()) else unit.over(factor)
    return unit


def quantity(value, unit):
    return tree.Quantity(*PLACE.at, Decimal(value), unit)


@given(compound(), compound())
def test_products_do_not_depend_on_order(a, b):
    assert a.times(b) == b.times(a)


@given(compound(), compound(), compound())
def test_products_do_not_depend_on_grouping(a, b, c):
    assert a.times(b).times(c) == a.times(b.times(c))


@given(compound(), compound())
def test_dividing_undoes_multiplying(a, b):
    assert a.times(b).over(b) == a


@given(compound())
def test_a_plain_number_changes_no_unit(a):
    assert a.times(PLAIN) == a == a.over(PLAIN)


@given(compound())
def test_a_unit_over_itself_is_a_plain_number(a):
    assert a.over(a) == PLAIN


@given(compound(), compound(), compound())
def test_fitting_goes_both_ways_and_on(a, b, c):
    assert a.fits(a)
    assert a.fits(b) == b.fits(a)
    assert not (a.fits(b) and b.fits(c)) or a.fits(c)


@given(compound(), compound(), compound())
def test_what_fits_still_fits_after_multiplying_both(a, b, c):
    assert a.fits(b) == a.times(c).fits(b.times(c))


@given(st.decimals("-1000000", "1000000", places=3), st.sampled_from(units.DURATIONS), st.sampled_from(units.DURATIONS))
def test_there_and_back_again_is_the_same_number(value, one, other):
    there = units.in_unit(value, units.known(one), units.known(other))
    back = units.in_unit(there, units.known(other), units.known(one))
    assert abs(back - value) <= abs(value) * Decimal("1e-24")


@given(st.fractions(min_value=0, max_value=1000, max_denominator=4000))
def test_a_ratio_is_exact_only_where_decimals_end(ratio):
    found = units.exact(ratio)
    ends = 10**12 % ratio.denominator == 0
    assert (Fraction(found) == ratio) if ends else found is None


@pytest.mark.parametrize(
    ("value", "unit", "number"),
    [("60", "%", "0.60"), ("2", "points", "0.02"), ("24", "hours", "24"), ("300", "CNY", "300"), ("0.5", None, "0.5")],
)
def test_percent_and_points_are_ratios_and_the_rest_is_in_its_own_unit(value, unit, number):
    found, _ = units.amount(quantity(value, unit))
    assert found == Decimal(number)


@pytest.mark.parametrize("word", ["hour", "hours", "kWh", "km", "t", "CNY"])
def test_a_unit_is_known_in_singular_and_plural(word):
    assert units.known(word) is not None


@pytest.mark.parametrize("word", ["month", "quarters", "year", "RMB", "cny", "kWhs", "gs"])
def test_other_words_are_no_units(word):
    assert units.known(word) is None


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        (units.known("hours"), "hours"),
        (units.known("CNY").over(units.known("hours")), "CNY per hour"),
        (PLAIN.over(units.known("days")), "count per day"),
        (PLAIN, "a plain number"),
        (Unit(counted="orders"), "a count of orders"),
        (units.known("CNY").times(units.known("CNY")), "CNY^2"),
    ],
)
def test_units_are_said_in_words(unit, words):
    assert units.say(unit).en == words


@pytest.mark.parametrize("form", ["money(XYZ)", "number(furlong)"])
def test_a_column_is_not_told_to_write_a_unit_of_its_own(form):
    [found] = check([parse(Source("a.kpi", f'source a from "a.csv" {{ column x : {form} }}'))]).diagnostics
    assert found.code == "E301"
    assert "`unit " not in found.help.en


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("RMB", "CNY"),
        ("元", "CNY"),
        ("小时", "hours"),
        ("天", "days"),
        ("pct", "percent"),
        ("百分比", "percent"),
        ("次", "count"),
    ],
)
def test_a_unit_as_people_write_it_is_told_as_what_it_means(word, meant):
    [found] = check([parse(Source("a.kpi", f'kpi a "A" {{ unit {word} }}'))]).diagnostics
    assert found.code == "E301"
    assert found.help.en.endswith(f"did you mean `{meant}`?")


def test_months_in_chinese_have_no_fixed_length_either():
    [found] = check([parse(Source("a.kpi", 'kpi a "A" { unit 月 }'))]).diagnostics
    assert found.code == "E302"


@pytest.mark.parametrize(
    ("form", "meant"),
    [("string", "text"), ("boolean", "bool"), ("decimal", "number"), ("日期", "date"), ("money(RMB)", "CNY")],
)
def test_a_type_as_other_programs_name_it_is_told_as_what_it_means(form, meant):
    [found] = check([parse(Source("a.kpi", f'source a from "a.csv" {{ column x : {form} }}'))]).diagnostics
    assert found.help.en.startswith(f"did you mean `{meant}`?")


@pytest.mark.parametrize(("word", "meant"), [("月", "month"), ("季度", "quarter"), ("daily", "day")])
def test_a_period_as_people_name_it_is_told_as_what_it_means(word, meant):
    [found] = check([parse(Source("a.kpi", f'kpi a "A" {{ period {word} }}'))]).diagnostics
    assert found.code == "E403"
    assert found.help.en.startswith(f"did you mean `{meant}`?")


def test_a_target_that_is_no_score_is_told_the_scale():
    [found] = check([parse(Source("a.kpi", 'kpi a "A" { unit score 1..5  target >= 90% }'))]).diagnostics
    assert (found.code, found.help.en) == ("E350", "write a score from 1 to 5")


@pytest.mark.parametrize(("field", "meant"), [("direction 越高越好", "higher"), ("direction down", "lower")])
def test_a_word_of_a_field_as_people_say_it_is_told_as_what_it_means(field, meant):
    [found] = check([parse(Source("a.kpi", f'kpi a "A" {{ {field} }}'))]).diagnostics
    assert (found.code, found.help.en.partition("?")[0]) == ("E220", f"did you mean `{meant}`")

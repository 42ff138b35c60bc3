"""Operations over whole columns give what they give place by place, and know at which places they are not exact."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from kpilang.model.calendar import Calendar
from kpilang.model.expr import Literal, Operation
from kpilang.model.types import Kind, Type
from kpilang.plan import reasons
from kpilang.plan.arithmetic import Scalar
from kpilang.plan.digits import published, scaled
from kpilang.plan.formulas import branch, first_there
from kpilang.plan.vectors import Vector, chosen, operate
from kpilang.result import Why

NUMBER = Type(Kind.NUMBER)
NOTHING = reasons.nothing_to("avg(orders.amount)")
LATE = reasons.nothing_before()


def numbers(*texts):
    return Vector([Decimal(text) if isinstance(text, str) else text for text in texts])


def computed(name, *vectors):
    arguments = tuple(Literal(NUMBER, None, Decimal(0)) for _ in vectors)
    return operate(Scalar(Calendar()), Operation(NUMBER, None, name, arguments), vectors)


def test_a_quotient_is_exact_at_some_places_and_not_at_others():
    found = computed("divide", numbers("1", "1", "0"), numbers("8", "3", "7"))
    assert list(found.rough) == [False, True, False]
    assert [str(value) for value in published(found).values] == ["0.125", "0.333333333333", "0"]


def test_an_exact_quotient_keeps_its_digits_beside_one_that_is_rounded():
    found = published(computed("divide", numbers("12345678901234", "2"), numbers("8", "3")))
    assert [str(value) for value in found.values] == ["1543209862654.25", "0.666666666667"]


def test_what_is_computed_from_an_inexact_number_is_not_exact_there():
    thirds = computed("divide", numbers("1", "1"), numbers("3", "4"))
    assert list(computed("add", thirds, numbers("1", "1")).rough) == [True, False]


def test_a_product_too_long_to_be_held_is_not_exact_while_others_are():
    long = "1234567890123456789012345678901"
    found = computed("multiply", numbers(long, "2"), numbers(long, "3"))
    assert list(found.rough) == [True, False]
    assert [str(value) for value in published(found).values] == ["1.52415787532E+60", "6"]


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide"])
def test_a_place_without_a_value_has_the_gravest_reason_of_its_operands(name):
    left, right = numbers(NOTHING, "6", NOTHING, "6"), numbers("2", LATE, LATE, "2")
    found = computed(name, left, right).values
    assert found[:3] == [NOTHING, LATE, LATE]
    assert found[3] == {"add": 8, "subtract": 4, "multiply": 12, "divide": 3}[name]


def test_a_zero_divisor_is_undefined_where_it_stands_and_nowhere_else():
    undefined, three = computed("divide", numbers("1", "6"), numbers("0", "2")).values
    assert undefined.why is Why.UNDEFINED
    assert three == 3


def test_of_a_branch_only_that_which_is_taken_needs_a_value_or_makes_it_inexact():
    holds = Vector([True, False, NOTHING])
    then, otherwise = Vector([Decimal(1), NOTHING, Decimal(1)], [False, True, True]), numbers(NOTHING, "2", "2")
    found = chosen(branch, [holds, then, otherwise])
    assert found.values == [1, 2, NOTHING]
    assert list(found.rough) == [False, False, False]


def test_the_first_part_with_a_value_stands_unless_something_is_undefined_before_it():
    undefined = reasons.zero_denominator("x")
    found = chosen(first_there, [numbers(NOTHING, undefined, NOTHING), numbers("5", "5", LATE)])
    assert found.values == [5, undefined, LATE]


def test_a_factor_turns_every_value_into_the_unit_of_its_kpi():
    assert scaled(numbers("90", "45"), Fraction(1, 60)).values == [Decimal("1.5"), Decimal("0.75")]
    assert list(scaled(numbers("1", "3"), Fraction(2, 3)).rough) == [True, False]


@pytest.mark.parametrize(("text", "shown"), [("1E+308", True), ("1E+309", False), ("1E-308", True), ("1E-309", False)])
def test_a_number_that_no_binary_number_can_hold_is_undefined(text, shown):
    beside, found = published(numbers("2", text)).values
    assert beside == 2
    assert found == Decimal(text) if shown else found.why is Why.UNDEFINED

"""Laws of judging that hold for any numbers."""

from __future__ import annotations

import itertools
import operator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kpilang.judge.attainment import attainment
from kpilang.judge.exact import exact, interpolate
from kpilang.result import TargetInForce

numbers = st.decimals(-(10**9), 10**9, places=4)
positive = st.decimals("0.0001", 10**9, places=4)
comparators = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    "!=": operator.ne,
}
lawful = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


@lawful
@given(numbers, numbers, st.sampled_from(sorted(comparators)))
def test_met_exactly_where_the_comparison_holds(bench, value, target, comparator):
    row = bench.one(bench.kpi(bench.target(comparator, target)), value)
    assert (row.status == "met") == comparators[comparator](value, target)


@lawful
@given(numbers, numbers, numbers)
def test_higher_and_lower_are_mirror_images(bench, value, target, accept):
    higher = bench.kpi(bench.target(">=", target), accepts=[bench.target(">=", accept)], direction="higher")
    lower = bench.kpi(bench.target("<=", -target), accepts=[bench.target("<=", -accept)], direction="lower")
    assert bench.one(higher, value).status == bench.one(lower, -value).status


@lawful
@given(numbers, st.tuples(numbers, numbers).map(sorted), st.tuples(numbers, numbers).map(sorted))
def test_a_band_is_met_exactly_between_its_edges(bench, value, band, wide):
    (low, high), (wide_low, wide_high) = band, wide
    kpi = bench.kpi(bench.target(band=(low, high)), accepts=[bench.target(band=(wide_low, wide_high))])
    status = bench.one(kpi, value).status
    inside, near = low <= value <= high, wide_low <= value <= wide_high
    assert status == ("met" if inside else "at_risk" if near else "missed")


@given(positive, positive, st.sampled_from([">=", "<=", "="]))
def test_of_positive_numbers_attainment_reaches_one_exactly_where_the_target_is_met(value, target, comparator):
    reached, reason = attainment(value, TargetInForce(comparator, target), None)
    assert reason is None
    assume(value == target or abs(value - target) > target * Decimal("1e-10"))  # else both round to 1
    assert (reached >= 1) == comparators[comparator](value, target)


@given(numbers, numbers, st.sampled_from(["higher", "lower", "within", None]), st.sampled_from(sorted(comparators)))
def test_there_is_an_attainment_or_a_reason_and_never_both(value, target, direction, comparator):
    reached, reason = attainment(value, TargetInForce(comparator, target), direction)
    assert (reached is None) != (reason is None)
    assert reached is None or reached >= 0


@given(positive, positive)
def test_attainment_of_higher_and_lower_are_each_others_inverse(value, target):
    up, _ = attainment(value, TargetInForce(">=", target), "higher")
    down, _ = attainment(value, TargetInForce("<=", target), "lower")
    assert up * down == pytest.approx(Decimal(1), rel=Decimal("1e-10"))


@given(numbers, numbers, st.integers(1, 120))
def test_a_path_runs_in_equal_steps_from_its_start_to_its_end(start, end, steps):
    points = [interpolate(start, end, done, steps) for done in range(steps + 1)]
    assert (exact(points[0]), exact(points[-1])) == (start, end)
    assert {later - earlier for earlier, later in itertools.pairwise(points)} == {points[1] - points[0]}
    assert interpolate(start, end, steps + 1, steps) == points[-1]

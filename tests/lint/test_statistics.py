"""The statistics of rules, against values worked out by hand and against all permutations."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from decimal import Decimal

import pytest

from kpilang.lint.statistics import changes, lead, median, outliers, pairs_needed, ranks

SMALL = [10.0, 12.0, 11.0, 13.0, 12.0, 11.0, 10.0, 12.0, 50.0, 11.0, 12.0, 13.0]


def exact(values: Sequence[float]) -> list[Decimal]:
    return [Decimal(str(value)) for value in values]


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """The rank correlation of values without ties, by the sum of squared differences of ranks."""
    places = [{value: place for place, value in enumerate(sorted(side))} for side in (one, other)]
    squares = sum((places[0][a] - places[1][b]) ** 2 for a, b in zip(one, other, strict=True))
    return 1 - 6 * squares / (len(one) * (len(one) ** 2 - 1))


# ---------------------------------------------------------------- medians, ranks, changes


@pytest.mark.parametrize(("values", "middle"), [([3, 1, 2], 2), ([4, 1, 3, 2], 2.5), ([7], 7)])
def test_the_median_is_the_middle_or_the_mean_of_the_two_there(values: list[float], middle: float) -> None:
    assert median(values) == middle


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert ranks(exact([5, 1, 5, 2])) == [3.5, 1.0, 3.5, 2.0]


def test_a_change_needs_both_values() -> None:
    assert changes([Decimal(1), Decimal(3), None, Decimal(4), Decimal("4.5")]) == [None, 2, None, None, Decimal("0.5")]
    assert changes([]) == []


# ---------------------------------------------------------------- outliers


def test_the_distance_is_counted_in_typical_ones() -> None:
    # Slopes over half the series are 0, 0, 6.5, -1/3, 0, 1/3, so there is no trend; the median is 12, that of the
    # distances to it is 1: 50 lies 38 / 1.4826 from it.
    (found,) = outliers(SMALL, 1, 8)
    assert found.place == 8
    assert found.distance == pytest.approx(38 / 1.4826)


def test_a_short_history_asks_for_a_longer_distance() -> None:
    # With 12 values the limit is half as long again: 38 / 1.4826 = 25.6 lies between 17 and 17 * 1.5 = 25.5, and not 18 * 1.5.
    assert outliers(SMALL, 1, 17)
    assert not outliers(SMALL, 1, 18)


def test_a_distance_is_never_counted_in_shorter_ones_than_chance_makes() -> None:
    assert not outliers(SMALL, 1, 8, least=38 / 12 + 0.01)


def test_a_trend_is_no_outlier() -> None:
    assert not outliers([5.0 * n + n % 3 for n in range(24)], 1, 8)


def test_where_half_is_as_expected_to_the_last_digit_nothing_is_told() -> None:
    assert not outliers([7.0] * 20 + [9.0], 1, 8)


def test_what_comes_each_december_is_the_season() -> None:
    year = [10.0, 11, 9, 10, 12, 11, 10, 9, 11, 10, 12, 100]
    assert not outliers([value + n % 5 / 10 for n, value in enumerate(year * 2)], 12, 8)
    assert not outliers([value + n % 5 / 10 for n, value in enumerate(year * 3)], 12, 8)


def test_a_july_like_a_december_is_found_once_there_are_three_years() -> None:
    year = [10.0, 11, 9, 10, 12, 11, 10, 9, 11, 10, 12, 100]
    values = [value + n % 5 / 10 for n, value in enumerate(year * 3)]
    values[30] = 100
    assert [found.place for found in outliers(values, 12, 8)] == [30]


@pytest.mark.parametrize("size", [12, 24, 60])
def test_chance_alone_is_seldom_an_outlier(size: int) -> None:
    chance = random.Random(size)  # noqa: S311 the same each time
    found = sum(bool(outliers([chance.gauss(50, 5) for _ in range(size)], 1, 8)) for _ in range(400))
    assert found <= 8, "at most one in fifty of normal histories"


# ---------------------------------------------------------------- leads

PAST = [3.0, 8.0, 4.5, 9.0, 9.7, 2.0, 5.2, 7.9]
AFTER = [1.0, 3.1, 7.2, 4.4, 9.9, 9.0, 2.7, 5.0]


def changed(values: Sequence[float]) -> list[float]:
    return [round(two - one, 6) for one, two in itertools.pairwise(values)]


def every_chance(past: Sequence[float], after: Sequence[float], lags: int) -> float:
    """How many of all permutations of the later changes correlate as strongly at some lag."""
    one, two = changed(past), changed(after)
    target = two[lags:]
    causes = [one[lags - lag : len(one) - lag] for lag in range(lags + 1)]
    strongest = max(abs(spearman(cause, target)) for cause in causes)
    every = list(itertools.permutations(target))
    hits = sum(max(abs(spearman(cause, each)) for cause in causes) >= strongest - 1e-9 for each in every)
    return hits / len(every)


@pytest.mark.parametrize("lags", [0, 1, 2])
def test_a_correlation_is_that_of_the_ranks_of_changes(lags: int) -> None:
    found = lead(exact(PAST), exact(AFTER), lags)
    one, two = changed(PAST), changed(AFTER)
    sure = [spearman(one[lags - lag : len(one) - lag], two[lags:]) for lag in range(lags + 1)]
    assert found is not None
    assert found.pairs == 7 - lags
    assert abs(found.correlation) == pytest.approx(max(map(abs, sure)))
    assert found.correlation == pytest.approx(sure[found.lag])


@pytest.mark.parametrize("lags", [0, 1])
@pytest.mark.parametrize(
    "after", [AFTER, [4.0, 1.5, 6.0, 2.2, 8.1, 3.3, 9.2, 5.7], [2.0, 2.5, 9.0, 1.0, 4.0, 8.0, 3.0, 7.5]]
)
def test_chance_agrees_with_all_permutations(lags: int, after: list[float]) -> None:
    found = lead(exact(PAST), exact(after), lags)
    sure = every_chance(PAST, after, lags)
    # Shuffling stops after twenty that are as strong, so that the standard error is at most a quarter of the chance.
    assert found is not None
    assert found.chance == pytest.approx(sure, rel=0.6, abs=0.01)


def test_more_lags_make_chance_stronger() -> None:
    past, after = exact([float(n * n % 37) for n in range(40)]), exact([float(n * n * n % 41) for n in range(40)])
    few, many = lead(past, after, 0), lead(past, after, 8)
    assert few is not None
    assert many is not None
    assert abs(many.correlation) > abs(few.correlation)
    assert many.chance > 0.1


def test_what_is_copied_three_periods_later_is_found_there() -> None:
    chance = random.Random(3)  # noqa: S311 the same each time
    past = [chance.random() for _ in range(40)]
    found = lead(exact(past), exact([0.5, 0.4, 0.6, *past[:-3]]), 6)
    assert found is not None
    assert (found.lag, found.chance) == (3, 0.001)
    assert found.correlation == pytest.approx(1)


def test_nothing_is_told_of_what_never_changes() -> None:
    assert lead(exact([1.0] * 9), exact(SMALL[:9]), 2) is None
    assert lead(exact(SMALL[:9]), exact([1.0] * 9), 2) is None
    assert lead([], [], 2) is None


def test_the_same_input_gives_the_same_chance() -> None:
    assert lead(exact(PAST), exact(AFTER), 1) == lead(exact(PAST), exact(AFTER), 1)


def quantile(share: float) -> float:
    """The quantile of a standard normal distribution, by halving."""
    low, high = -10.0, 10.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 + math.erf(middle / math.sqrt(2))) / 2 < share else (low, middle)
    return low


@pytest.mark.parametrize(("correlation", "tests"), [(0.5, 7), (0.3, 1), (0.7, 4)])
def test_the_pairs_needed_follow_from_fishers_transformation(correlation: float, tests: int) -> None:
    sure = quantile(1 - 0.1 / tests / 2) + quantile(0.9)
    fisher = math.log((1 + correlation) / (1 - correlation)) / 2
    assert pairs_needed(correlation, tests, 0.1) == math.ceil(1.06 * (sure / fisher) ** 2 + 3)


@pytest.mark.slow
def test_with_the_pairs_needed_a_real_lead_is_mostly_seen() -> None:
    chance, pairs, seen = random.Random(1), pairs_needed(0.5, 7, 0.1), 0  # noqa: S311 the same each time
    for _ in range(100):
        steps = [chance.gauss(0, 1) for _ in range(pairs + 8)]
        follow = [
            0.5 * (steps[n - 2] if n > 1 else 0) + math.sqrt(0.75) * chance.gauss(0, 1) for n in range(len(steps))
        ]
        walks = [list(itertools.accumulate(side)) for side in (steps, follow)]
        found = lead(exact(walks[0]), exact(walks[1]), 6)
        seen += found is not None and found.chance <= 0.1
    assert seen >= 80

"""The statistics that rules rest on: medians, what lies far outside a history, whether one series says anything about another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from math import atanh, ceil, sqrt

from kpilang.record import record
from kpilang.result import EXACT

SIGMA = 1.4826
"""What makes a median of distances as large as the standard deviation of a normal distribution."""
SEASONS = 3
"""From how many seasons on a seasonal pattern is told from chance."""
_POWER = 0.9
_WIDER = 1.06
"""How much more a rank correlation of normal values varies than the plain one."""
_ENOUGH = 20
_SHUFFLES = 999

Series = Sequence[float | None]
Amounts = Sequence[Decimal | None]
"""Values of periods one after another; None where there is none. Where ranks matter they are exact, so that what is equal
stays equal."""
NOTHING = Decimal(0)


def median(values: Sequence[float]) -> float:
    """The value in the middle, or the mean of the two there; there must be one at least."""
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


# ---- what lies far outside


@record
class Outlier:
    """A value far outside: its place in the series, and how many typical distances it lies from what its trend and season
    would have it be."""

    place: int
    distance: float


def outliers(values: Series, season: int, limit: float, *, least: float = 0.0) -> tuple[Outlier, ...]:
    """The values that lie more than `limit` typical distances (medians of absolute residuals, as standard deviations)
    from trend and season, farthest first; `season` is its length in periods, 1 for none.

    The limit is wider for short series, whose typical distance is itself uncertain: by 6 / n. A distance is never taken
    to be shorter than `least`. What came as far out a season before or after is the season's. Nothing is told where half
    of the values are as expected to the last digit.
    """
    there = [(place, value) for place, value in enumerate(values) if value is not None]
    residuals = _residuals(there, season)
    left, found = dict(residuals), []
    for _ in range(len(there) // 4):
        scale = max(SIGMA * median([abs(each) for each in left.values()]), least)
        place = max(left, key=lambda each: abs(left[each]))
        if not scale or abs(left[place]) <= limit * (1 + 6 / len(there)) * scale:
            break
        if not _again(place, residuals, season):
            found.append(Outlier(place, left[place] / scale))
        del left[place]
    return tuple(found)


def _residuals(there: Sequence[tuple[int, float]], season: int) -> dict[int, float]:
    """What trend and season leave of values, by place."""
    half = len(there) // 2
    pairs = zip(there, there[half:], strict=False) if half else ()
    slopes = [(later - earlier) / (end - start) for (start, earlier), (end, later) in pairs]
    slope = median(slopes) if slopes else 0.0
    level = median([value - slope * place for place, value in there]) if there else 0.0
    left = {place: value - slope * place - level for place, value in there}
    if season == 1 or len(there) < SEASONS * season:
        return left
    by_position: dict[int, list[int]] = {}
    for place in left:
        by_position.setdefault(place % season, []).append(place)
    return {
        place: value - median([left[other] for other in by_position[place % season] if other != place] or [0.0])
        for place, value in left.items()
    }


def _again(place: int, residuals: dict[int, float], season: int) -> bool:
    """Whether the same came about a season before or after: half as far out at least, on the same side."""
    here = residuals[place]
    others = [residuals.get(place - season, 0.0), residuals.get(place + season, 0.0)] if season > 1 else []
    return any(other * here > 0 and abs(other) >= abs(here) / 2 for other in others)


# ---- whether one series leads another


@record
class Lead:
    """The strongest rank correlation of the changes of one series with later changes of another: `lag` is by how many
    periods later, `pairs` over how many pairs. `causes` are the earlier changes at each lag that was tried, `target` the
    later ones, as ranks of mean 0 and length 1."""

    lag: int
    correlation: float
    causes: tuple[Sequence[float], ...] = field(repr=False)
    target: Sequence[float] = field(repr=False)

    @property
    def pairs(self) -> int:
        return len(self.target)

    @cached_property
    def chance(self) -> float:
        """How often shuffled later changes correlate as strongly with any of the causes; no more shuffles than are needed
        to see that this is often. Shuffling is the same each time."""
        import random

        shuffler, shuffled, often = random.Random(self.pairs), list(self.target), 0  # noqa: S311 nothing secret
        for count in range(1, _SHUFFLES + 1):
            shuffler.shuffle(shuffled)
            often += any(abs(correlation(cause, shuffled)) >= abs(self.correlation) - 1e-12 for cause in self.causes)
            if often == _ENOUGH:
                return often / count
        return (often + 1) / (_SHUFFLES + 1)


def lead(past: Amounts, outcome: Amounts, lags: int) -> Lead | None:
    """The strongest relation of the changes of `outcome` to those of `past` from 0 to `lags` periods before; None where
    one of them never changes. Both are series of the same periods.

    All lags are tried on the same changes of `outcome`, those whose past is known at each lag. The chance is that of a
    permutation test of the strongest of them, so that it is right for the number of lags. Changes that swing back the
    next time make a relation look a little surer than it is.
    """
    before, after = changes(past), changes(outcome)
    places = [
        place
        for place in range(lags, len(after))
        if after[place] is not None and all(before[place - lag] is not None for lag in range(lags + 1))
    ]
    target = standard([after[place] or NOTHING for place in places])
    causes = [standard([before[place - lag] or NOTHING for place in places]) for lag in range(lags + 1)]
    if target is None or all(cause is None for cause in causes):
        return None
    found = [0.0 if cause is None else correlation(cause, target) for cause in causes]
    best = max(range(lags + 1), key=lambda lag: abs(found[lag]))
    return Lead(best, found[best], tuple(cause for cause in causes if cause is not None), target)


def changes(values: Amounts) -> list[Decimal | None]:
    """Each value less the one before; None where one of them is not there, and for the first."""
    stepped = [None if one is None or two is None else EXACT.subtract(two, one) for one, two in pairwise(values)]
    return [None, *stepped] if values else []


def ranks(values: Sequence[Decimal]) -> list[float]:
    """The ranks of values from 1; equal values share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found, first = [0.0] * len(values), 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for place in order[first : last + 1]:
            found[place] = (first + last) / 2 + 1
        first = last + 1
    return found


def standard(values: Sequence[Decimal]) -> list[float] | None:
    """Ranks less their mean, of length 1, so that a product is a correlation; None where all are equal."""
    if not values:
        return None
    placed, mean = ranks(values), (len(values) + 1) / 2
    length = sqrt(sum((rank - mean) ** 2 for rank in placed))
    return [(rank - mean) / length for rank in placed] if length else None


def correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """The correlation of two series that are `standard`."""
    return sum(map(float.__mul__, one, other))


def pairs_needed(correlation: float, tests: int, level: float) -> int:
    """How many pairs of values show a rank correlation of this strength nine times out of ten, where the strongest of
    several is tested at a level."""
    from statistics import NormalDist

    sure = NormalDist().inv_cdf(1 - level / tests / 2) + NormalDist().inv_cdf(_POWER)
    return ceil((sure / atanh(correlation)) ** 2 * _WIDER + 3)

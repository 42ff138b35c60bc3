"""The functions of one or more values, exact where they can be."""

from __future__ import annotations

import math
from fractions import Fraction

from kpilang.model import expr as e
from kpilang.result import Why


def statistic(aggregate: e.Aggregate, values: list[object]) -> object:
    """A function of one or more values."""
    name, count = aggregate.function, len(values)
    if name == "sum":
        return sum(values)
    if name == "avg":
        return sum(values) / count
    if name == "min":
        return min(values)
    if name == "max":
        return max(values)
    if name == "median":
        return percentile(values, Fraction(1, 2))
    if name == "percentile":
        return percentile(values, Fraction(aggregate.fraction))
    if name == "product":
        return math.prod(values)
    if name == "stddev":
        return deviation(values)
    raise NotImplementedError(name)


def percentile(values: list[object], fraction: Fraction) -> object:
    ordered = sorted(values)
    place = fraction * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def deviation(values: list[object]) -> object:
    if len(values) < 2:
        return Why.NO_VALUE
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))

"""The values of one period after another put together: sums and the like, the worth and the rate of flows, slopes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, Inexact
from functools import reduce
from itertools import pairwise

from kpilang.model.expr import Series
from kpilang.plan import reasons
from kpilang.plan.arithmetic import CONTEXT, Value
from kpilang.result import Reason

ZERO, ONE, TWO = Decimal(0), Decimal(1), Decimal(2)
# Rates are looked for from -99.99 % to 1,000,000 %, in steps of about half a percent of what is left of the money.
LEAST_WORTH, MOST_WORTH, STEP = Decimal("0.0001"), Decimal(10000), Decimal("1.005")
HALVINGS = 130


def summary(series: Series, values: Sequence[Value], rate: Value | None) -> tuple[Value, bool]:
    """The value of a series, and whether it is not exact."""
    CONTEXT.clear_flags()
    value = put_together(series, values, rate)
    if isinstance(value, Decimal) and not value.is_finite():
        return reasons.too_large(), False
    return value, bool(CONTEXT.flags[Inexact])


def put_together(series: Series, values: Sequence[Value], rate: Value | None) -> Value:
    """The value of a series by its function; periods without value are left out, save among flows."""
    missing = [value for value in values if isinstance(value, Reason)]
    if series.function in ("npv", "irr"):
        if isinstance(rate, Reason) or missing:
            return reasons.first([*missing, *([rate] if isinstance(rate, Reason) else [])])
        return flows(series, [value for value in values if isinstance(value, Decimal)], rate)
    if missing and len(missing) == len(values):
        return reasons.first(missing)
    if series.function == "count":
        return Decimal(sum(value is True for value in values))
    if series.function == "slope":
        points = [(Decimal(place), value) for place, value in enumerate(values) if isinstance(value, Decimal)]
        return slope(points) if len(points) > 1 else reasons.nothing_to(series.text)
    numbers = [value for value in values if isinstance(value, Decimal)]
    if series.function == "sum":
        return reduce(CONTEXT.add, numbers, ZERO)
    least = 2 if series.function == "stddev" else 1
    return FUNCTIONS[series.function](series, numbers) if len(numbers) >= least else reasons.nothing_to(series.text)


def mean(numbers: Sequence[Decimal]) -> Decimal:
    """The sum of numbers by their count."""
    return CONTEXT.divide(reduce(CONTEXT.add, numbers), Decimal(len(numbers)))


def quantile(numbers: Sequence[Decimal], fraction: Decimal) -> Decimal:
    """The value at a part of the way from the least to the greatest, linear between two."""
    ordered = sorted(numbers)
    place = fraction * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return CONTEXT.add(ordered[low], CONTEXT.multiply(place - low, CONTEXT.subtract(ordered[high], ordered[low])))


def deviation(numbers: Sequence[Decimal]) -> Decimal:
    """The standard deviation of a sample."""
    middle = mean(numbers)
    squares = [CONTEXT.power(CONTEXT.subtract(number, middle), TWO) for number in numbers]
    return CONTEXT.sqrt(CONTEXT.divide(reduce(CONTEXT.add, squares), Decimal(len(numbers) - 1)))


FUNCTIONS: dict[str, Callable[[Series, Sequence[Decimal]], Decimal]] = {
    "avg": lambda _, numbers: mean(numbers),
    "min": lambda _, numbers: min(numbers),
    "max": lambda _, numbers: max(numbers),
    "median": lambda _, numbers: quantile(numbers, Decimal("0.5")),
    "percentile": lambda series, numbers: quantile(numbers, series.fraction or ZERO),
    "stddev": lambda _, numbers: deviation(numbers),
    "product": lambda _, numbers: reduce(CONTEXT.multiply, numbers),
}


def slope(points: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """The slope of the straight line nearest to some points, by least squares."""
    count = Decimal(len(points))
    along, up = (reduce(CONTEXT.add, (point[axis] for point in points)) for axis in (0, 1))
    products = reduce(CONTEXT.add, (CONTEXT.multiply(x, y) for x, y in points))
    squares = reduce(CONTEXT.add, (CONTEXT.multiply(x, x) for x, _ in points))
    above = CONTEXT.subtract(CONTEXT.multiply(count, products), CONTEXT.multiply(along, up))
    return CONTEXT.divide(above, CONTEXT.subtract(CONTEXT.multiply(count, squares), CONTEXT.multiply(along, along)))


# ---- flows


def flows(series: Series, amounts: Sequence[Decimal], rate: Value | None) -> Value:
    """What flows are worth at the first of them, at a rate; or the rate at which that is 0."""
    if not amounts:
        return reasons.nothing_to(series.text)
    if series.function == "irr":
        return rate_of(amounts, series.text)
    assert isinstance(rate, Decimal)
    if rate <= -1:
        return reasons.rate_too_low()
    return worth(amounts, CONTEXT.divide(ONE, CONTEXT.add(ONE, rate)))


def worth(amounts: Sequence[Decimal], factor: Decimal) -> Decimal:
    """What flows are worth where each period leaves so much of 1."""
    return reduce(lambda behind, amount: CONTEXT.add(CONTEXT.multiply(behind, factor), amount), reversed(amounts), ZERO)


def rate_of(amounts: Sequence[Decimal], text: str) -> Value:
    """The one rate at which flows are worth nothing, or why there is none. Flows that change their sign once have just one;
    for others all changes of sign between close steps are looked for."""
    signs = [amount > 0 for amount in amounts if amount]
    changes = sum(one != other for one, other in pairwise(signs))
    if not changes:
        return reasons.one_sign(text)
    found = [bracket(amounts)] if changes == 1 else list(brackets(amounts))
    if len(found) != 1:
        return reasons.several_rates(text) if found else reasons.never_worth_nothing(text)
    return CONTEXT.subtract(CONTEXT.divide(ONE, zero(amounts, *found[0])), ONE)


def bracket(amounts: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """Two factors between which lies the only one at which flows are worth nothing."""
    low, high = ONE, ONE
    last = next(amount for amount in reversed(amounts) if amount) > 0
    while (worth(amounts, high) > 0) != last:
        high = high * TWO
    while worth(amounts, low) and (worth(amounts, low) > 0) == last:
        low = low / TWO
    return low, high


def brackets(amounts: Sequence[Decimal]) -> list[tuple[Decimal, Decimal]]:
    """Every two neighbouring factors between which the worth of flows changes its sign, or is 0 at the first."""
    factors = [LEAST_WORTH]
    while factors[-1] < MOST_WORTH:
        factors.append(CONTEXT.multiply(factors[-1], STEP))
    worths = [worth(amounts, factor) for factor in factors]
    every = zip(pairwise(factors), pairwise(worths), strict=True)
    return [ends for ends, (one, other) in every if not one or (other and (one > 0) != (other > 0))]


def zero(amounts: Sequence[Decimal], low: Decimal, high: Decimal) -> Decimal:
    """The factor between two others at which flows are worth nothing, by halves."""
    if not worth(amounts, low):
        return low
    rising = worth(amounts, high) > 0
    for _ in range(HALVINGS):
        middle = CONTEXT.divide(CONTEXT.add(low, high), TWO)
        if (worth(amounts, middle) > 0) == rising:
            high = middle
        else:
            low = middle
    return high

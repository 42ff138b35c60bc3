"""From the parts that a database gives to the values of an aggregate, column by column."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from kpilang.model.calls import ENTITIES
from kpilang.model.expr import Aggregate, Answer
from kpilang.plan import reasons
from kpilang.plan.arithmetic import CONTEXT, Value
from kpilang.plan.digits import ZERO
from kpilang.plan.vectors import Vector, over_values, quotients

Parts = Mapping[str, Sequence[Any]]

FIFTEEN = Context(prec=15, rounding=ROUND_HALF_EVEN, traps=[])
# How a binary number is cut in two whole numbers: steps of 2^-20, and of 2^-90 of those.
HIGH_STEPS = 1 << 20
LOW_STEPS = 1 << 90
# The second step where numbers are known to lie between 2^-10 and 2^42, so that fewer bits do.
TAME_STEPS = 1 << 50
LEAST_TAME, MOST_TAME = 2.0**-10, 2.0**42
STEPS, TAME = Decimal(HIGH_STEPS * LOW_STEPS), LOW_STEPS // TAME_STEPS


def absent(aggregate: Answer) -> Value:
    """What an aggregate is over no rows."""
    known = ("count", "sum", "alive_time", *ENTITIES)
    return ZERO if aggregate.function in known else reasons.nothing_to(aggregate.text)


def finished(answer: Answer, parts: Parts) -> Vector:
    """The values of an aggregate from columns of its parts; of a fold over binary numbers none is exact."""
    found = put_together(answer, parts)
    if "binary" not in parts:
        return found
    return Vector(found.values, [isinstance(value, Decimal) for value in found.values])


def put_together(aggregate: Answer, parts: Parts) -> Vector:
    """Values from their parts."""
    match aggregate.function:
        case "count":
            return Vector(counts(parts["rows"]))
        case "sum":
            return total(aggregate, parts)
        case "avg":
            return average(aggregate, parts)
    if "ends" in parts:
        return Vector([end(aggregate, ends) for ends in parts["ends"]])
    nothing = absent(aggregate)
    values = [nothing if value is None else number(value) for value in parts["value"]]
    return Vector(values, [True] * len(values) if aggregate.function in ("stddev", "product") else None)


def number(value: Any) -> Value:  # noqa: ANN401 - whatever a database hands out
    """A value of a database as a value of the language; a binary number as the 15 digits that it holds for sure."""
    if isinstance(value, float):
        return Decimal(format(value, ".15g")) if math.isfinite(value) else reasons.too_large()
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    found: Value = value
    return found


def counts(column: Iterable[int | None]) -> list[Value]:
    """Counts as numbers, equal ones as one object."""
    whole = [count or 0 for count in column]
    known = {count: Decimal(count) for count in set(whole)}
    return [known[count] for count in whole]


def total(aggregate: Answer, parts: Parts) -> Vector:
    """Sums: 0 over no rows, a reason where all values are empty."""
    nothing = reasons.nothing_to(aggregate.text)
    empty: list[Value] = [nothing if rows else ZERO for rows in parts["rows"]]
    return summed(parts, "total", empty)


def average(aggregate: Answer, parts: Parts) -> Vector:
    """Means, or weighted means."""
    empty: list[Value] = [reasons.nothing_to(aggregate.text)] * len(parts["values"])
    sums = summed(parts, "total", empty)
    weighted = isinstance(aggregate, Aggregate) and aggregate.weight is not None
    weights = summed(parts, "weight", empty) if weighted else Vector(counts(parts["values"]))
    return over_values(lambda sound: quotients(sound, reasons.zero_denominator(aggregate.text)), [sums, weights])


def summed(parts: Parts, name: str, empty: Sequence[Value]) -> Vector:
    """Sums where there are values, else what is `empty`: exact as they are; of binary numbers from the two whole sums
    that do not depend on the order of rows."""
    present = parts["values"]
    if f"{name}_tame" in parts:
        pairs = zip(parts[f"{name}_high"], parts[f"{name}_tame"], present, empty, strict=True)
        return Vector([together(int(high), int(low) * TAME) if count else rest for high, low, count, rest in pairs])
    plain = zip(parts[name], present, empty, strict=True)
    values = [number(value) if count else rest for value, count, rest in plain]
    if f"{name}_fits" not in parts:
        return Vector(values)
    cut = zip(parts[f"{name}_high"], parts[f"{name}_low"], parts[f"{name}_fits"], present, strict=True)
    rough = [False] * len(values)
    for row, (high, low, fits, count) in enumerate(cut):
        if count and high is not None and low is not None and fits == count:
            values[row] = together(int(high), int(low))
        else:
            rough[row] = bool(count) and isinstance(values[row], Decimal)
    return Vector(values, rough if True in rough else None)


def together(high: int, low: int) -> Decimal:
    """A binary sum from its two whole ones, with the 15 digits that it holds for sure."""
    return FIFTEEN.plus(CONTEXT.divide(Decimal(high * LOW_STEPS + low), STEPS))


def end(aggregate: Answer, ends: Sequence[Mapping[str, Any]] | None) -> Value:
    """The first or last value, unless two rows stand at that end with nothing to tell them apart."""
    if not ends:
        return absent(aggregate)
    if len(ends) > 1 and ends[0]["k"] == ends[1]["k"]:
        return reasons.tied_order(aggregate.text)
    return number(ends[0]["v"])

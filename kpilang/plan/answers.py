"""What the statements of a plan gave, put in order: a value or a reason for each aggregate, window and member."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact
from typing import Any

from kpilang.model.expr import Aggregate
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.arithmetic import CONTEXT, Rough, Value
from kpilang.plan.columns import basis, clock
from kpilang.plan.moments import Window
from kpilang.plan.scans import Scan
from kpilang.result import Reason

Member = tuple[str | None, ...]

FIFTEEN = Context(prec=15, rounding=ROUND_HALF_EVEN, traps=[])
# How a binary number is cut in two whole numbers: steps of 2^-20, and of 2^-90 of those.
HIGH_STEPS = 1 << 20
LOW_STEPS = 1 << 90
# The second step where numbers are known to lie between 2^-10 and 2^42, so that fewer bits do.
TAME_STEPS = 1 << 50
LEAST_TAME, MOST_TAME = 2.0**-10, 2.0**42


def number(value: Any) -> Value:  # noqa: ANN401 - whatever a database hands out
    """A value of a database as a value of the language; a binary number as the 15 digits that it holds for sure."""
    if isinstance(value, float):
        return Decimal(format(value, ".15g")) if math.isfinite(value) else reasons.too_large()
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    found: Value = value
    return found


class Answers:
    """Values by aggregate, window and member, and the members seen in each window of each scan."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.values: dict[Aggregate, dict[Window, dict[Member, Value]]] = {}
        self.empty: dict[Aggregate, dict[Window, dict[Member, int]]] = {}
        self.seen: dict[tuple[str, str, object], dict[Window, set[Member]]] = {}
        self.readings: dict[tuple[str, dt.date], dt.date | dt.datetime] = {}

    def add(
        self,
        scan: Scan,
        outputs: Sequence[tuple[Aggregate | None, str]],
        numbers: Mapping[int, int],
        rows: Sequence[tuple[Any, ...]],
    ) -> None:
        """The rows of one statement: window's number, members, then a column for each output."""
        width = len(scan.scope.members)
        seen = self.seen.setdefault((scan.source, scan.basis, scan.clock), {})
        columns: dict[Aggregate, dict[str, int]] = {}
        for column, (aggregate, part) in enumerate(outputs, 1 + width):
            if aggregate is not None:
                columns.setdefault(aggregate, {})[part] = column
        known = [(row, scan.windows[numbers[row[0]]], tuple(row[1 : 1 + width])) for row in rows if row[0] in numbers]
        for _, window, member in known:
            seen.setdefault(window, set()).add(member)
        for aggregate, parts in columns.items():
            values, empty = self.values.setdefault(aggregate, {}), self.empty.setdefault(aggregate, {})
            for row, window, member in known:
                found = {part: row[column] for part, column in parts.items()}
                if count := found.pop("empty", None):
                    empty.setdefault(window, {})[member] = int(count)
                if found:
                    values.setdefault(window, {})[member] = finished(aggregate, found)

    def members(self, aggregate: Aggregate, window: Window) -> set[Member]:
        """The members seen where an aggregate looks."""
        key = (aggregate.source, basis(self.model, aggregate), clock(self.model, aggregate))
        return self.seen.get(key, {}).get(window, set())

    def value(self, aggregate: Aggregate, window: Window, member: Member) -> Value:
        """The value of an aggregate; where no row was seen, 0 for counts and sums and else a reason."""
        found = self.values.get(aggregate, {}).get(window, {}).get(member)
        return absent(aggregate) if found is None else found


def absent(aggregate: Aggregate) -> Value:
    """What an aggregate is over no rows."""
    return Decimal(0) if aggregate.function in ("count", "sum") else reasons.nothing_to(aggregate.text)


def finished(aggregate: Aggregate, parts: Mapping[str, Any]) -> Value:
    """The value of an aggregate from its parts."""
    if aggregate.function == "count":
        return number(parts["rows"] or 0)
    if aggregate.function in ("sum", "avg"):
        return total(aggregate, parts)
    if "ends" in parts:
        return end(aggregate, parts["ends"])
    value = parts["value"]
    if value is None:
        return absent(aggregate)
    return rough(number(value)) if aggregate.function in ("stddev", "product") else number(value)


def total(aggregate: Aggregate, parts: Mapping[str, Any]) -> Value:
    """A sum, a mean or a weighted mean."""
    if not parts["values"]:
        no_rows = aggregate.function == "sum" and not parts["rows"]
        return Decimal(0) if no_rows else reasons.nothing_to(aggregate.text)
    value = summed(parts, "total")
    if aggregate.function == "sum":
        return value
    count = summed(parts, "weight") if aggregate.weight is not None else number(parts["values"])
    if isinstance(value, Reason) or isinstance(count, Reason):
        return value if isinstance(value, Reason) else count
    assert isinstance(value, Decimal)
    assert isinstance(count, Decimal)
    return quotient(value, count) if count else reasons.zero_denominator(aggregate.text)


def summed(parts: Mapping[str, Any], name: str) -> Value:
    """A sum: exact as it is; of binary numbers from the two whole sums that do not depend on the order of rows."""
    high, low = parts.get(f"{name}_high"), parts.get(f"{name}_low")
    if f"{name}_tame" in parts:
        low = int(parts[f"{name}_tame"]) * (LOW_STEPS // TAME_STEPS)
        return together(int(parts[f"{name}_high"]), low)
    if f"{name}_fits" not in parts:
        return number(parts[name])
    if high is None or low is None or parts[f"{name}_fits"] != parts["values"]:
        return rough(number(parts[name]))
    return together(int(high), int(low))


def together(high: int, low: int) -> Decimal:
    """A binary sum from its two whole ones, with the 15 digits that it holds for sure."""
    return FIFTEEN.plus(CONTEXT.divide(Decimal(high * LOW_STEPS + low), Decimal(HIGH_STEPS * LOW_STEPS)))


def rough(value: Value) -> Value:
    """A number whose last digits may depend on the order of rows."""
    return Rough(value) if isinstance(value, Decimal) else value


def quotient(value: Decimal, count: Decimal) -> Decimal:
    """A division that remembers whether it is exact."""
    context = CONTEXT.copy()
    context.clear_flags()
    found = context.divide(value, count)
    rough = context.flags[Inexact] or isinstance(value, Rough) or isinstance(count, Rough)
    return Rough(found) if rough else found


def end(aggregate: Aggregate, ends: Sequence[Mapping[str, Any]] | None) -> Value:
    """The first or last value, unless two rows stand at that end with nothing to tell them apart."""
    if not ends:
        return absent(aggregate)
    if len(ends) > 1 and ends[0]["k"] == ends[1]["k"]:
        return reasons.tied_order(aggregate.text)
    return number(ends[0]["v"])

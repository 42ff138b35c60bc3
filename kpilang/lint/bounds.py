"""Between which numbers the value of a formula must lie, as far as its structure and the declared columns prove it."""

from __future__ import annotations

from decimal import Decimal

from kpilang.lint.part_of_whole import part_of
from kpilang.model.calls import ALIVE_TIME, ENTITIES, PERIOD_LENGTH
from kpilang.model.expr import Aggregate, Answer, Column, Expr, Fold, Literal, Moved, Operation, Use, aggregates
from kpilang.model.nouns import Kpi, Model, column_of
from kpilang.model.types import Kind

Bounds = tuple[Decimal | None, Decimal | None]
"""The least and the greatest value, in the expression's own unit; None where nothing is known."""

OPEN: Bounds = (None, None)
ZERO, ONE = Decimal(0), Decimal(1)
_POSITIVE: Bounds = (ZERO, None)
_ONE_VALUE = ("avg", "min", "max", "median", "percentile", "first", "last")


class Limits:
    """Finds bounds, each expression once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._known: dict[int, Bounds] = {}

    def of(self, kpi: Kpi) -> Bounds:
        """The bounds of a KPI's value in its unit: those of its formula and the ends of its scale."""
        low, high = self.expr(kpi.formula) if kpi.formula is not None else OPEN
        if kpi.unit is not None and kpi.unit.low is not None and kpi.unit.high is not None:
            ends = [Decimal(end.numerator) / end.denominator for end in (kpi.unit.low, kpi.unit.high)]
            low, high = _most(low, ends[0]), _least(high, ends[1])
        return low, high

    def expr(self, expr: Expr) -> Bounds:
        found = self._known.get(id(expr))
        if found is None:
            found = self._known[id(expr)] = self._read(expr)
        return found

    def _read(self, expr: Expr) -> Bounds:
        if isinstance(expr, Literal):
            return (expr.value, expr.value) if isinstance(expr.value, Decimal) else OPEN
        if isinstance(expr, Column):
            return self._column(expr)
        if isinstance(expr, Answer):
            return self._answer(expr)
        if isinstance(expr, Use | Moved):
            return self.expr(expr.value)
        return self._operation(expr) if isinstance(expr, Operation) and expr.type.kind is Kind.NUMBER else OPEN

    def _column(self, column: Column) -> Bounds:
        """What `in` says of a number; how a percentage is written says nothing."""
        declared = column_of(self.model.sources, column)
        if declared.sort == "percent" or column.type.kind is not Kind.NUMBER:
            return OPEN
        items = [item for item in declared.items if isinstance(item, Decimal)]
        return (min(items), max(items)) if items else (declared.low, declared.high)

    def _answer(self, part: Answer) -> Bounds:
        if part.function in ("count", "stddev", "alive_time", *ENTITIES):
            return _POSITIVE
        values = (part.value,) if isinstance(part, Fold) else part.arguments
        inner = self.expr(values[0]) if values else OPEN
        if part.function in _ONE_VALUE:
            return inner
        return _POSITIVE if _at_least_zero(inner) else OPEN

    def _operation(self, expr: Operation) -> Bounds:
        parts = [self.expr(each) for each in expr.arguments]
        match expr.name:
            case "add":
                return _sum(parts[0], parts[1])
            case "subtract":
                return _sum(parts[0], _negated(parts[1]))
            case "negate":
                return _negated(parts[0])
            case "multiply" | "convert":
                return _product(parts[0], parts[1])
            case "divide":
                return self._share(*expr.arguments) or _quotient(parts[0], parts[1])
            case "growth" | "cagr":
                return (-ONE, None) if _at_least_zero(parts[0]) else OPEN
            case "abs" | "exp" | "period_length" | "alive_time":
                return _POSITIVE
            case "coalesce" | "greatest" | "least":
                return _union(parts)
            case "if":
                return _union(parts[1:])
        return OPEN

    def _share(self, part: Expr, whole: Expr) -> Bounds | None:
        """The bounds of a quotient whose numerator is part of its denominator."""
        return (ZERO, ONE) if _held(part, whole) or self.part_of_whole(part, whole) else None

    def part_of_whole(self, part: Expr, whole: Expr) -> bool:
        """Whether a value is provably part of another and nothing in either is negative."""
        summands = (*aggregates(part), *aggregates(whole))
        return all(_at_least_zero(self.expr(each)) for each in summands) and part_of(part, whole, self.model.sources)


def _held(part: Expr, whole: Expr) -> bool:
    """Whether a value is the time that rows hold, over that of the period in the same unit."""
    alive = isinstance(part, Aggregate) and part.function == ALIVE_TIME
    length = isinstance(whole, Operation) and whole.name == "convert" and whole.arguments[0]
    return alive and isinstance(length, Operation) and length.name == PERIOD_LENGTH


def _at_least_zero(bounds: Bounds) -> bool:
    return bounds[0] is not None and bounds[0] >= 0


def _most(one: Decimal | None, other: Decimal) -> Decimal:
    return other if one is None else max(one, other)


def _least(one: Decimal | None, other: Decimal) -> Decimal:
    return other if one is None else min(one, other)


def _sum(one: Bounds, other: Bounds) -> Bounds:
    low = None if one[0] is None or other[0] is None else one[0] + other[0]
    high = None if one[1] is None or other[1] is None else one[1] + other[1]
    return low, high


def _negated(bounds: Bounds) -> Bounds:
    low, high = bounds
    return (None if high is None else -high), (None if low is None else -low)


def _scaled(bounds: Bounds, factor: Decimal) -> Bounds:
    low, high = (None if end is None else end * factor for end in bounds)
    return (low, high) if factor >= 0 else (high, low)


def _product(one: Bounds, other: Bounds) -> Bounds:
    for bounds, factor in ((one, other), (other, one)):
        if factor[0] is not None and factor[0] == factor[1]:
            return _scaled(bounds, factor[0])
    lowest, least = one[0], other[0]
    if lowest is None or least is None or min(lowest, least) < 0:
        return OPEN
    return lowest * least, None if one[1] is None or other[1] is None else one[1] * other[1]


def _quotient(one: Bounds, other: Bounds) -> Bounds:
    if other[0] is not None and other[0] == other[1] and other[0] != 0:
        return _scaled(one, ONE / other[0])
    return _POSITIVE if _at_least_zero(one) and _at_least_zero(other) else OPEN


def _union(parts: list[Bounds]) -> Bounds:
    lows, highs = [low for low, _ in parts], [high for _, high in parts]
    low = None if not lows or None in lows else min(each for each in lows if each is not None)
    high = None if not highs or None in highs else max(each for each in highs if each is not None)
    return low, high

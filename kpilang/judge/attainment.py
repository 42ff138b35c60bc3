"""How far a value reached towards its target, as a ratio: 1 where it is just met."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from kpilang.judge.exact import exact
from kpilang.result import Reason, TargetInForce, Why
from kpilang.text import Text

SENSE = {">=": "higher", ">": "higher", "<=": "lower", "<": "lower"}

ZERO = Text("attainment would divide by a {part} of 0", "达成率的除数（{part}）为 0")
SIGNS = Text("value and target lie on different sides of 0", "实际值与目标值一正一负，无法计算达成率")
NEGATIVE = Text("value and target are both below 0", "实际值与目标值均为负数，无法计算达成率")
UNEQUAL = Text("a target with `!=` has no attainment", "使用 `!=` 的目标值没有达成率")
VALUE, TARGET = Text("value", "实际值"), Text("target", "目标值")


def attainment(value: Decimal, asks: TargetInForce, direction: str | None) -> tuple[Decimal | None, Reason | None]:
    """The attainment, or why there is none.

    Value over target where higher is better, target over value where lower is; without such a direction the
    comparator tells. 1 inside a band (`=` is a band of one value), outside it value over the low edge or the high
    edge over value. None where the divisor is 0, the signs differ, or both are below 0: two negative numbers have
    a quotient, but it grows as the value gets worse.
    """
    if asks.value is None:
        return _banded(value, asks.low, asks.high)
    sense = direction if direction in ("higher", "lower") else SENSE.get(asks.comparator or "")
    if sense == "higher":
        return _over(value, asks.value, TARGET)
    if sense == "lower":
        return _over(asks.value, value, VALUE)
    if asks.comparator == "!=":
        return None, Reason(Why.UNDEFINED, UNEQUAL)
    return _banded(value, asks.value, asks.value)


def _banded(value: Decimal, low: Decimal | None, high: Decimal | None) -> tuple[Decimal | None, Reason | None]:
    if low is not None and value < low:
        return _over(value, low, TARGET)
    if high is not None and value > high:
        return _over(high, value, VALUE)
    return Decimal(1), None


def _over(dividend: Decimal, divisor: Decimal, part: Text) -> tuple[Decimal | None, Reason | None]:
    if divisor == 0:
        return None, Reason(Why.UNDEFINED, ZERO.fill(part=part))
    if dividend * divisor < 0:
        return None, Reason(Why.UNDEFINED, SIGNS)
    if divisor < 0 and dividend < 0:
        return None, Reason(Why.UNDEFINED, NEGATIVE)
    return exact(Fraction(dividend) / Fraction(divisor)), None

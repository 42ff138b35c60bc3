"""A formula that multiplies by 100 what `unit percent` shows times 100 already."""

from __future__ import annotations

import re
from decimal import Decimal

from kpilang.diagnostics import Diagnostic, Edit, Fix, Problem
from kpilang.model.expr import Expr, Literal, Operation
from kpilang.text import Span, Text

LEAVE_OUT = Text("leave `{factor}` out", "去掉 `{factor}`")
TIMES_HUNDRED = Problem(
    "E337",
    "percent-times-hundred",
    Text(
        "`unit {unit}` shows a ratio times 100, and the formula multiplies by 100 as well",
        "`unit {unit}` 显示时已把比值乘以 100，公式里又乘了一次 100",
    ),
    label=Text("50 of 100 would be 5,000 %", "100 中的 50 会变成 5,000%"),
    help=LEAVE_OUT,
)
_HUNDRED = Decimal(100)
_SIGN_BEFORE = re.compile(r"\s*\*\s*\Z")
_NEAR = 200
_SIGN_BEHIND = re.compile(r"\s*\*\s*")
_FIRST = ("divide", "round", "convert", "negate", "abs", "subtract")
"""Operations whose first part is taken a hundredfold when the whole is."""


def doubled(value: Expr, unit: str, kpi: str) -> Diagnostic | None:
    """A report where the numerator of a formula has a factor of 100, with the fix that takes it out."""
    found = _factor(value)
    if found is None or found.span is None:
        return None
    place = _with_sign(found.span)
    factor = place.text.strip() if place else "100"
    fixes = (Fix(LEAVE_OUT.fill(factor=factor), (Edit(place, ""),), safe=False),) if place else ()
    return TIMES_HUNDRED.at(found.span, kpi=kpi, factor=factor, unit=unit, fixes=fixes)


def _with_sign(literal: Span) -> Span | None:
    """The literal with the `*` before or behind it; None where a parenthesis stands between."""
    text = literal.source.text
    before = _SIGN_BEFORE.search(text, max(0, literal.start - _NEAR), literal.start)
    if before is not None:
        return Span(literal.source, before.start(), literal.end)
    behind = _SIGN_BEHIND.match(text, literal.end)
    return Span(literal.source, literal.start, behind.end()) if behind else None


def _factor(value: Expr) -> Literal | None:
    """The factor of 100."""
    if not isinstance(value, Operation):
        return None
    if value.name == "multiply":
        for item in value.arguments:
            if isinstance(item, Literal) and isinstance(item.value, Decimal) and item.value == _HUNDRED:
                return item
        return next((found for item in value.arguments if (found := _factor(item))), None)
    return _factor(value.arguments[0]) if value.name in _FIRST else None

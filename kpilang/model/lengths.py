"""Lengths of time as formulas write them: `1 year` is so many periods of a grain."""

from __future__ import annotations

from decimal import Decimal

from kpilang.model.conversion import bare
from kpilang.syntax import tree

_GRAINS = {"days": "day", "weeks": "week", "months": "month", "quarters": "quarter", "halves": "half", "years": "year"}
_MOST = Decimal(10**6)


def length(node: tree.Expr) -> tuple[int, str] | None:
    """How many periods of which grain are written; None where it is no such length."""
    written = bare(node)
    if not isinstance(written, tree.QuantityExpr):
        return None
    count, grain = written.quantity.value, _GRAINS.get(written.quantity.unit or "")
    if grain is None or not 0 < count <= _MOST or count != count.to_integral_value():
        return None
    return int(count), grain

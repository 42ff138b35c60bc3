"""Where a formula divides: what by, and whether the formula itself says what to do when that is nothing."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.lint.part_of_whole import bare
from kpilang.model.expr import Aggregate, Expr, Literal, Operation, Use
from kpilang.record import record


@record
class Denominator:
    """A value that a formula divides by, among its own results; `guarded` where the formula asks about it first."""

    value: Expr
    guarded: bool


def denominators(formula: Expr) -> Iterator[Denominator]:
    """What a formula divides by, outermost first; what the KPIs it uses divide by is theirs."""
    waiting: list[tuple[Expr, tuple[Expr, ...]]] = [(formula, ())]
    while waiting:
        part, asked = waiting.pop()
        if not isinstance(part, Operation):
            waiting += [(each, asked) for each in part.children if not isinstance(part, Aggregate | Use)]
            continue
        if part.name == "divide" and not isinstance(part.arguments[1], Literal):
            yield Denominator(part.arguments[1], _is_guarded(part.arguments[1], asked))
        inner = (*asked, part.arguments[0]) if part.name == "if" else asked
        waiting += [(each, inner) for each in reversed(part.arguments)]


def _is_guarded(value: Expr, asked: tuple[Expr, ...]) -> bool:
    """Whether a condition around the quotient looks at the value, or it has a floor."""
    floor = isinstance(value, Operation) and value.name == "greatest"
    return floor or any(bare(value) == bare(part) for condition in asked for part in condition.walk())

"""Which members of a breakdown a condition on columns of the breakdown holds for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from kpilang.model.expr import Column, Expr, Literal, Operation, aggregates
from kpilang.model.nouns import Kpi, Model
from kpilang.model.scope import row_predicate
from kpilang.model.types import Kind
from kpilang.plan.arithmetic import COMPARATORS, OPERATIONS, Scalar, Value
from kpilang.plan.places import Member
from kpilang.plan.question import Question
from kpilang.plan.rows import scope_of
from kpilang.result import Meant, Reason
from kpilang.syntax import tree

FALSE_WHEN_EMPTY = frozenset({*COMPARATORS, "in", "contains", "starts with"}) - {"ne"}


def meant(model: Model, question: Question, kpi: Kpi, where: tree.Expr, members: Iterable[Member]) -> Meant:
    """The members meant; none where the breakdown lacks a column that the condition is about."""
    for source in dict.fromkeys(item.source for item in aggregates(kpi.formula)) if kpi.formula else ():
        columns = scope_of(model, question, source).members
        condition, _ = row_predicate(model, source, where)
        if condition is not None and len(columns) == len(question.by):
            left, used = _named(condition, columns)
            if not left:
                decide = Decision(model, columns)
                found = frozenset(member for member in set(members) if decide.holds(condition, member))
                return Meant(found, used == set(range(len(columns))))
    return Meant(frozenset(), every_column=False)


def _named(expr: Expr, columns: Sequence[Expr]) -> tuple[bool, set[int]]:
    """Whether a condition is about something else than these columns, and which of them it is about."""
    if expr in columns:
        return False, {columns.index(expr)}
    if isinstance(expr, Column):
        return True, set()
    found = [_named(part, columns) for part in expr.children]
    return any(left for left, _ in found), {number for _, used in found for number in used}


class Decision:
    """Decides conditions as rows do: with two values, where one that meets an empty value is false."""

    def __init__(self, model: Model, columns: Sequence[Expr]) -> None:
        self.columns, self.scalar = columns, Scalar(model.calendar)

    def holds(self, condition: Expr, member: Member) -> bool:
        """Whether a condition is true of a member."""
        return self.value(condition, member) is True

    def value(self, expr: Expr, member: Member) -> Value | None:
        """The value of an expression over the columns of a breakdown; None is empty."""
        if expr in self.columns:
            return typed(member[self.columns.index(expr)], expr.type.kind)
        if isinstance(expr, Literal):
            return expr.value
        assert isinstance(expr, Operation)
        return self.operation(expr, [self.value(part, member) for part in expr.arguments])

    def operation(self, expr: Operation, values: Sequence[Value | None]) -> Value | None:
        name = expr.name
        if name in ("and", "or"):
            return (all if name == "and" else any)(value is True for value in values)
        if name == "not":
            return values[0] is not True
        if name == "is_null":
            return values[0] is None
        if name == "coalesce":
            return next((value for value in values if value is not None), None)
        if name == "if":
            return values[1] if values[0] is True else values[2]
        there = [value for value in values if value is not None]
        if len(there) < len(values):
            return name == "ne" if name == "ne" or name in FALSE_WHEN_EMPTY else None
        if name == "divide":
            above, below = there
            return above / below if isinstance(above, Decimal) and isinstance(below, Decimal) and below else None
        found = OPERATIONS[name](self.scalar, expr, there)
        return None if isinstance(found, Reason) else found


def typed(text: str | None, kind: Kind) -> Value | None:
    """A member as the value that it shows."""
    if text is None:
        return None
    if kind is Kind.NUMBER:
        return Decimal(text)
    if kind is Kind.BOOL:
        return text == "true"
    if kind is Kind.DATE:
        return dt.date.fromisoformat(text)
    return dt.datetime.fromisoformat(text) if kind is Kind.DATETIME else text

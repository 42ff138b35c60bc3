"""Builds the nodes of expressions while a parser reduces: one method a rule, named as the rule is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kpilang.record import record
from kpilang.syntax import tree
from kpilang.syntax.grained import grained
from kpilang.text import At


@record
class Choices(tree.Node):
    """What stands after `in`, with its place."""

    items: tuple[tree.Expr, ...]


def clause_rule(word: str) -> Callable[..., tree.Clause]:
    """A rule for a clause of an aggregate whose one child is its expression."""

    def build(_: Expressions, at: At, children: list[Any]) -> tree.Clause:
        return tree.Clause(*at, word, children[0])

    return build


class Expressions:
    """The part of the builder that makes expressions; a method is given its place and the children that mean something."""

    def conditional(self, at: At, children: list[Any]) -> tree.If:
        return tree.If(*at, *children)

    def binary(self, at: At, children: list[Any]) -> tree.Binary:
        left, operator, right = children
        return tree.Binary(*at, " ".join(operator.split()), left, right)

    def unary(self, at: At, children: list[Any]) -> tree.Unary:
        return tree.Unary(*at, str(children[0]), children[1])

    def membership(self, at: At, children: list[Any]) -> tree.Membership:
        value, negated, choices = children
        return tree.Membership(*at, value, negated is not None, choices.items)

    def is_null(self, at: At, children: list[Any]) -> tree.IsNull:
        return tree.IsNull(*at, children[0], children[1] is not None)

    def choices(self, at: At, children: list[Any]) -> Choices:
        return Choices(*at, tuple(children))

    def range_choice(self, at: At, children: list[Any]) -> Choices:
        return Choices(*at, (tree.RangeExpr(*at, *children),))

    def period_choice(self, at: At, children: list[Any]) -> Choices:
        return Choices(*at, (tree.PeriodExpr(*at, children[0]),))

    def set_choice(self, at: At, children: list[Any]) -> Choices:
        return Choices(*at, (tree.SetExpr(*at, children[0]),))

    def quantity_expr(self, at: At, children: list[Any]) -> tree.QuantityExpr:
        return tree.QuantityExpr(*at, children[0])

    def string_expr(self, at: At, children: list[Any]) -> tree.StringExpr:
        return tree.StringExpr(*at, children[0].value)

    def period_expr(self, at: At, children: list[Any]) -> tree.PeriodExpr:
        return tree.PeriodExpr(*at, children[0])

    def true(self, at: At, children: list[Any]) -> tree.BoolExpr:
        return tree.BoolExpr(*at, True)

    def false(self, at: At, children: list[Any]) -> tree.BoolExpr:
        return tree.BoolExpr(*at, False)

    def grain_expr(self, at: At, children: list[Any]) -> tree.GrainExpr:
        return tree.GrainExpr(*at, tree.Grain(*at, tree.Name(*at, str(children[0]).split()[-1]), True))

    def call(self, at: At, children: list[Any]) -> tree.Call:
        name, *rest = children
        arguments = grained(name.text, rest[0]) if rest else ()
        return tree.Call(*at, name, False, arguments, tuple(rest[1:]))

    def distinct_call(self, at: At, children: list[Any]) -> tree.Call:
        name, _, arguments, *clauses = children
        return tree.Call(*at, name, True, arguments, tuple(clauses))

    def followed_clause(self, at: At, children: list[Any]) -> tree.Clause:
        keys = tuple(child for child in children if isinstance(child, tree.Path))
        clauses = tuple(child for child in children if isinstance(child, tree.Clause))
        return tree.Clause(*at, "followed by", tree.Successor(*at, keys, clauses, children[-1]))

    def arguments(self, at: At, children: list[Any]) -> tuple[tree.Expr, ...]:
        return tuple(children)

    def grouped(self, at: At, children: list[Any]) -> tree.Per:
        return tree.Per(*at, *children)

    def parenthesis(self, at: At, children: list[Any]) -> tree.Parenthesis:
        return tree.Parenthesis(*at, children[0])

    def narrow(self, at: At, children: list[Any]) -> tree.Narrow:
        return tree.Narrow(*at, *children)

    where_clause = clause_rule("where")
    among_clause = clause_rule("among")
    having_clause = clause_rule("having")
    weight_clause = clause_rule("weight")
    on_clause = clause_rule("on")
    at_clause = clause_rule("at")
    same_clause = clause_rule("same")

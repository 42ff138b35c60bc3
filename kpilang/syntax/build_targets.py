"""Builds the nodes of targets and of owners of members while a parser reduces: one method a rule, named as the rule is."""

from __future__ import annotations

from typing import Any

from kpilang.record import record
from kpilang.syntax import tree
from kpilang.text import At


@record
class Anchor(tree.Node):
    """What a relative target sets out from: a period, or the baseline."""

    period: tree.Period | None


@record
class During(tree.Node):
    """`for SPAN`, maybe `in total`."""

    span_of_time: tree.PeriodRange
    in_total: bool


class Targets:
    """The part of the builder that makes targets; a method is given its place and the children that mean something."""

    def target_aim(self, at: At, children: list[Any]) -> tree.Target:
        comparator, aim, scope = children
        return tree.Target(*at, comparator and str(comparator), scope=scope, **self.aim(aim))

    def aim(self, aim: tree.Expr) -> dict[str, Any]:
        """What a target asks for: a number, words, or an expression."""
        inner = aim.operand if isinstance(aim, tree.Unary) and aim.operator == "-" else aim
        if isinstance(inner, tree.QuantityExpr):
            return {"quantity": inner.quantity if inner is aim else self.negated(aim, inner.quantity)}
        if isinstance(aim, tree.StringExpr):
            return {"words": tree.String(aim.origin, aim.begin, aim.close, aim.value)}
        return {"formula": aim}

    def negated(self, place: tree.Node, quantity: tree.Quantity) -> tree.Quantity:
        return tree.Quantity(place.origin, place.begin, place.close, -quantity.value, quantity.unit)

    def target_relative(self, at: At, children: list[Any]) -> tree.Target:
        comparator, sign, step, anchor, scope = children
        quantity = step if str(sign) == "+" else self.negated(step, step)
        begin = step.begin if comparator else at[1]
        relative = tree.Relative(step.origin, begin, anchor.close, quantity, anchor.period)
        return tree.Target(*at, comparator and str(comparator), relative=relative, scope=scope)

    def anchor(self, at: At, children: list[Any]) -> Anchor:
        return Anchor(*at, children[0] if children else None)

    def target_band(self, at: At, children: list[Any]) -> tree.Target:
        return tree.Target(*at, band=children[0], scope=children[1])

    def scope(self, at: At, children: list[Any]) -> tree.Scope:
        found: dict[str, Any] = {}
        for part in children:
            if isinstance(part, tree.Due):
                found["due"] = part
            elif isinstance(part, During):
                found.update(span_of_time=part.span_of_time, in_total=part.in_total)
            elif part is not None:
                found["where"] = part
        return tree.Scope(*at, **found)

    def members_owner_field(self, at: At, children: list[Any]) -> tree.Field:
        owners, where = children
        value = tree.References(owners.origin, owners.begin, where.close, owners.items, where)
        return tree.Field(*at, tree.OWNER_WHERE, value)

    def members(self, _: At, children: list[Any]) -> tree.Expr:
        condition: tree.Expr = children[0]
        return condition

    def during(self, at: At, children: list[Any]) -> During:
        return During(*at, children[0], in_total=False)

    def in_total(self, at: At, children: list[Any]) -> During:
        return During(*at, children[0], in_total=True)

    def due(self, at: At, children: list[Any]) -> tree.Due:
        return tree.Due(*at, *children)

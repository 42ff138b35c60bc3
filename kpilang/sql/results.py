"""Formulas over the values of a group as SQL: what has no value is NULL, and only what is not undefined is rescued.

Over rows an empty value makes a condition false; over results it leaves it without value, as docs/time.md says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpilang.model.calendar import Calendar
from kpilang.model.expr import Column, Expr, Literal, Operation
from kpilang.model.types import Kind
from kpilang.sql.scalars import COMPARING, Scalars
from kpilang.sql.values import BOOLEAN, DOUBLE, INTEGER, MOST_DIGITS, TEXT, Sql

# What has no value for some operands although these have one.
PARTIAL = ("power", "ln", "exp")


class Results(Scalars):
    """Writes formulas over columns; `doubtful` gives the test that a column is undefined, for those that can be."""

    def __init__(self, column: Callable[[Column], Sql], calendar: Calendar, doubtful: Mapping[Column, str]) -> None:
        super().__init__(column, calendar)
        self.doubtful = doubtful

    def value(self, expr: Expr) -> Sql:
        if not isinstance(expr, Operation):
            return super().value(expr)
        if expr.name in COMPARING:
            return Sql(f"({self.open_test(expr)})", BOOLEAN)
        match expr.name:
            case "and" | "or" as name:
                left, right = (self.value(argument).text for argument in expr.arguments)
                known = f"{left} IS NOT NULL AND {right} IS NOT NULL"
                return Sql(f"CASE WHEN {known} THEN {left} {name.upper()} {right} END", BOOLEAN)
            case "not":
                return Sql(f"(NOT {self.value(expr.arguments[0]).text})", BOOLEAN)
            case "growth":
                left, right = (self.value(argument).double().text for argument in expr.arguments)
                return Sql(f"CASE WHEN {right} > 0 THEN {left} / {right} - 1 END", DOUBLE)
            case "is_null":
                return Sql(f"({self.value(expr.arguments[0]).text} IS NULL)", BOOLEAN)
            case "if":
                return self.conditional(expr)
            case "coalesce":
                return self.coalesce(expr)
            case "concat":
                return Sql(f"({' || '.join(self.value(argument).text for argument in expr.arguments)})", TEXT)
            case _:
                return super().value(expr)

    def predicate(self, expr: Expr) -> str:
        return f"COALESCE({self.value(expr).text}, FALSE)"

    def conditional(self, expr: Operation) -> Sql:
        condition, *branches = expr.arguments
        then, otherwise = self.common([self.value(branch) for branch in branches])
        test = self.value(condition).text
        return Sql(f"CASE WHEN {test} THEN {then.text} WHEN NOT {test} THEN {otherwise.text} END", then.type)

    def common(self, values: list[Sql]) -> list[Sql]:
        """Values in one type, exact ones no wider than they must be, so that arithmetic with them is exact too."""
        exact = all(value.type == INTEGER or value.type.startswith("DECIMAL") for value in values)
        scale = max(value.scale for value in values)
        digits = max(value.digits - value.scale for value in values) + scale
        if not exact or digits > MOST_DIGITS:
            return super().common(values)
        kind = f"DECIMAL({digits},{scale})"
        return [Sql(value.text if value.scale == scale else value.exact(scale).text, kind) for value in values]

    def coalesce(self, expr: Operation) -> Sql:
        values = self.common([self.value(argument) for argument in expr.arguments])
        if not any(self.undefined(argument) for argument in expr.arguments[:-1]):
            return Sql(f"COALESCE({', '.join(value.text for value in values)})", values[0].type)
        arms = []
        for argument, value in zip(expr.arguments, values, strict=True):
            arms.append(f"WHEN {value.text} IS NOT NULL THEN {value.text}")
            final = self.undefined(argument)
            arms += [f"WHEN {final} THEN NULL"] if final is not None else []
        return Sql(f"CASE {' '.join(arms)} END", values[0].type)

    # ---- undefined

    def undefined(self, expr: Expr) -> str | None:
        """A test, never NULL, that an expression is undefined; None where it cannot be."""
        if isinstance(expr, Column):
            return self.doubtful.get(expr)
        if isinstance(expr, Literal) or not isinstance(expr, Operation) or expr.name == "is_null":
            return None
        if expr.name == "if":
            return self.of_choice(expr)
        if expr.name == "coalesce":
            return self.of_first(expr.arguments)
        tests = [self.undefined(argument) for argument in expr.arguments]
        return any_of([*tests, self.own(expr)])

    def own(self, expr: Operation) -> str | None:
        """A test that an operation is undefined for operands that have values."""
        values = [self.value(argument).text for argument in expr.arguments]
        dated = expr.name in ("add", "subtract") and expr.type.kind is not Kind.NUMBER
        if expr.name == "divide":
            return f"COALESCE({values[0]} IS NOT NULL AND {values[1]} = 0, FALSE)"
        if expr.name == "growth":
            return f"COALESCE({values[0]} IS NOT NULL AND {values[1]} <= 0, FALSE)"
        if expr.name not in PARTIAL and not dated:
            return None
        present = " AND ".join(f"{value} IS NOT NULL" for value in values)
        return f"({present} AND {self.value(expr).text} IS NULL)"

    def of_choice(self, expr: Operation) -> str | None:
        """`if` is undefined where its condition or the branch that it takes is."""
        condition, then, otherwise = expr.arguments
        test = self.predicate(condition)
        denied = f"COALESCE(NOT {self.value(condition).text}, FALSE)"
        taken = [
            f"({when} AND {found})"
            for when, branch in ((test, then), (denied, otherwise))
            if (found := self.undefined(branch)) is not None
        ]
        return any_of([self.undefined(condition), *taken])

    def of_first(self, arguments: tuple[Expr, ...]) -> str | None:
        """`coalesce` is undefined where the first that is not merely missing is."""
        first, *rest = arguments
        later = self.of_first(tuple(rest)) if rest else None
        behind = f"({self.value(first).text} IS NULL AND {later})" if later is not None else None
        return any_of([self.undefined(first), behind])


def any_of(tests: list[str | None]) -> str | None:
    """A test that one of several holds; None where there is none."""
    found = [test for test in tests if test is not None]
    return f"({' OR '.join(found)})" if found else None

"""Types of the scalar functions, the same over rows and over results, and the walk over an expression's tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model import words
from kpilang.model.calls import FUNCTIONS, MANY
from kpilang.model.comparisons import CHOSEN, COMPARED, Comparisons
from kpilang.model.conversion import TIMES, number, unit_of, wider
from kpilang.model.expr import Expr, Literal, Operation
from kpilang.model.names import as_written
from kpilang.model.nearest import hint
from kpilang.model.types import NUMBER, PLAIN, SECONDS, TEXT, Kind, Type
from kpilang.syntax import tree
from kpilang.syntax.grained import GRAINED
from kpilang.text import Text

UNKNOWN_FUNCTION = Problem(
    "E203",
    "unknown-function",
    Text("there is no function `{name}`", "没有函数 `{name}`"),
    help=Text("{hint}", "{hint}"),
)
ARGUMENT_COUNT = Problem(
    "E320",
    "argument-count",
    Text("`{name}` takes {wanted}, not {found}", "`{name}` 需要{wanted}，而这里有 {found} 个"),
    help=Text("write `{form}`", "写成 `{form}`"),
)
CLAUSE_OUT_OF_PLACE = Problem(
    "E321",
    "clause-out-of-place",
    Text("`{clause}` does not belong in `{name}`", "`{clause}` 不能用在 `{name}` 里"),
    help=Text("{mend}", "{mend}"),
)
WHOLE_NUMBER = Problem(
    "E322",
    "whole-number-needed",
    Text("{what} must be a whole number written out", "{what}必须是直接写出的整数"),
    help=Text("write for example `{form}`", "例如写成 `{form}`"),
)
OUT_OF_RANGE = Problem(
    "E336",
    "number-out-of-range",
    Text("{what} must lie between {low} and {high}", "{what}必须在 {low} 与 {high} 之间"),
    help=Text("write for example `{form}`", "例如写成 `{form}`"),
)
NO_GRAIN = Problem(
    "E257",
    "grain-needed",
    Text("`{name}` takes a grain, such as `month`", "`{name}` 需要一个粒度，例如 `month`"),
    help=Text("write for example `{form}`", "例如写成 `{form}`"),
)
GRAIN_OUT_OF_PLACE = Problem(
    "E258",
    "grain-out-of-place",
    Text("`{grain}` is a grain, not a value", "`{grain}` 是粒度，不是值"),
    help=Text(
        "the period that a date lies in is `period(some_date, {grain})`", "日期所在的期间写作 `period(某日期, {grain})`"
    ),
)
PER_OUT_OF_PLACE = Problem(
    "E358",
    "per-out-of-place",
    Text(
        "`per` does not belong here: it stands behind the first argument of a function that puts groups together",
        "这里不能用 `per`：它只写在合并各组数值的函数的第一个参数后面",
    ),
    help=Text("write for example `avg({value} per {key})`", "例如写成 `avg({value} per {key})`"),
)
MOST_PLACES = 30
LARGEST_EXPONENT = 10**6


def times_text(low: int, high: int) -> Text:
    """How many arguments a function takes, in words."""
    if high == MANY:
        return Text(f"{low} arguments or more", f"至少 {low} 个参数")
    if low == high:
        return Text("1 argument" if low == 1 else f"{low} arguments", f"{low} 个参数")
    return Text(f"{low} to {high} arguments", f"{low} 到 {high} 个参数")


class Scalars(Comparisons):
    """Reads every sort of expression; what names and aggregates mean is left to `path`, `call` and `narrow`."""

    converts = False

    def infer(self, node: tree.Expr) -> Expr | None:
        rule: Callable[[tree.Expr], Expr | None] = getattr(self, _RULES[type(node)])
        found = rule(node)
        if found is not None:
            self.noted(node, found)
        return found

    def noted(self, node: tree.Expr, found: Expr) -> None:
        """Tells the trace, where there is one, of an expression whose type is known."""
        if self.names.trace is not None:
            self.names.trace(node, found, None)

    def path(self, node: tree.Path) -> Expr | None:
        raise NotImplementedError

    def call(self, node: tree.Call) -> Expr | None:
        raise NotImplementedError

    def narrow(self, node: tree.Narrow) -> Expr | None:
        raise NotImplementedError

    @contextmanager
    def converting(self) -> Iterator[None]:
        """While an argument of `convert` is read, amounts may be in the currencies that their rows name."""
        before, self.converts = self.converts, True
        yield
        self.converts = before

    def parenthesis(self, node: tree.Parenthesis) -> Expr | None:
        return self.infer(node.value)

    def range(self, node: tree.RangeExpr) -> Expr | None:
        raise AssertionError(node)  # the grammar has ranges after `in` alone, and those are read with it

    def grouped(self, node: tree.Per) -> Expr | None:
        """Reports `per` where nothing puts groups together."""
        self.report(PER_OUT_OF_PLACE, node.span, value=as_written(node.value.span), key=as_written(node.key.span))
        return None

    # ---- functions

    def unknown_function(self, node: tree.Call, others: tuple[str, ...]) -> None:
        name = node.function.text
        self.report(UNKNOWN_FUNCTION, node.function.span, name=name, hint=hint(name, (*FUNCTIONS, *others)))

    def counted(self, node: tree.Call, low: int, high: int, form: str) -> bool:
        """Whether the number of arguments is right; else a report."""
        found = len(node.arguments)
        if low <= found <= high:
            return True
        self.report(
            ARGUMENT_COUNT, node.span, name=node.function.text, wanted=times_text(low, high), found=found, form=form
        )
        return False

    def scalar(self, node: tree.Call) -> Expr | None:
        """A call of a scalar function."""
        name = node.function.text
        low, high, form = FUNCTIONS[name]
        if node.distinct or node.clauses:
            clause = node.clauses[0].word if node.clauses else "distinct"
            mend = Text("it belongs in an aggregate, such as `sum` or `count`", "它只能用在 `sum`、`count` 等聚合里")
            self.report(CLAUSE_OUT_OF_PLACE, (node.clauses or (node,))[0].span, clause=clause, name=name, mend=mend)
            return None
        if not self.counted(node, low, high, form):
            return None
        inferred = [self.argument(node, argument) for argument in node.arguments]
        parts = tuple(part for part in inferred if part is not None)
        if len(parts) < len(inferred):
            return None
        rule: Callable[[tree.Call, tuple[Expr, ...]], Expr | None] = getattr(self, _FAMILY[name])
        return rule(node, parts)

    def argument(self, node: tree.Call, argument: tree.Expr) -> Expr | None:
        """One argument of a scalar function; where the function takes a grain, the grain's words as a text."""
        place = GRAINED.get(node.function.text)
        if place is None or argument is not node.arguments[place]:
            return self.infer(argument)
        if not isinstance(argument, tree.GrainExpr):
            self.report(NO_GRAIN, argument.span, name=node.function.text, form=FUNCTIONS[node.function.text][2])
            return None
        found = words.grain(argument.grain)
        if isinstance(found, Diagnostic):
            self.reports.append(found)
            return None
        return Literal(TEXT, argument, found)

    def grain(self, node: tree.GrainExpr) -> Expr | None:
        self.report(GRAIN_OUT_OF_PLACE, node.span, grain=node.span.text)
        return None

    def named_period(self, node: tree.Call, parts: tuple[Expr, ...]) -> Expr | None:
        return self.counting_periods(node, parts, TEXT)

    def counting_periods(self, node: tree.Call, parts: tuple[Expr, ...], type_: Type = NUMBER) -> Expr | None:
        """`period` and `periods_between`: of dates, and a grain behind them."""
        name = node.function.text
        if not self.all_need(parts[:-1], TIMES, Text(f"`{name}`", f"`{name}`")):
            return None
        return Operation(type_, node, name, parts)

    def of_texts(self, node: tree.Call, parts: tuple[Expr, ...]) -> Expr | None:
        return self._all(node, parts, (Kind.TEXT,), TEXT)

    def of_dates(self, node: tree.Call, parts: tuple[Expr, ...]) -> Expr | None:
        return self._all(node, parts, TIMES, NUMBER)

    def of_work(self, node: tree.Call, parts: tuple[Expr, ...]) -> Expr | None:
        return self._all(node, parts, TIMES, number(SECONDS))

    def _all(self, node: tree.Call, parts: tuple[Expr, ...], kinds: tuple[Kind, ...], type_: Type) -> Expr | None:
        what = Text(f"`{node.function.text}`", f"`{node.function.text}`")
        if not self.all_need(parts, kinds, what):
            return None
        return Operation(type_, node, node.function.text, parts)

    def first_of(self, node: tree.Call, parts: tuple[Expr, ...]) -> Expr | None:
        same = self.alike(parts, CHOSEN)
        return Operation(wider(same), node, "coalesce", same) if same is not None else None

    def extreme(self, node: tree.Call, parts: tuple[Expr, ...]) -> Expr | None:
        what = Text(f"`{node.function.text}`", f"`{node.function.text}`")
        if not self.all_need(parts, (Kind.NUMBER, *TIMES), what):
            return None
        same = self.alike(parts, COMPARED)
        return Operation(wider(same), node, node.function.text, same) if same is not None else None

    def absolute(self, node: tree.Call, parts: tuple[Expr, ...]) -> Expr | None:
        if not self.needs(parts[0], (Kind.NUMBER,), Text("`abs`", "`abs`")):
            return None
        return Operation(parts[0].type, node, "abs", parts)

    def rounded(self, node: tree.Call, parts: tuple[Expr, ...]) -> Expr | None:
        if not self.needs(parts[0], (Kind.NUMBER,), Text("`round`", "`round`")):
            return None
        what, form = Text("the number of places", "小数位数"), "round(x, 2)"
        if len(parts) == 2 and whole(parts[1]) is None:
            self.report(WHOLE_NUMBER, parts[1].span, what=what, form=form)
            return None
        if len(parts) == 2 and not self.within(parts[1], MOST_PLACES, what, form):
            return None
        return Operation(parts[0].type, node, "round", parts)

    def within(self, value: Expr, most: int, what: Text, form: str) -> bool:
        """Whether a number that is written out is at most so large, with either sign; else a report."""
        if not isinstance(value, Literal) or not isinstance(value.value, Decimal) or abs(value.value) <= most:
            return True
        self.report(OUT_OF_RANGE, value.span, what=what, low=-most, high=most, form=form)
        return False

    def plain_function(self, node: tree.Call, parts: tuple[Expr, ...]) -> Expr | None:
        name = node.function.text
        if not self.dimensionless(parts[0], Text(f"`{name}`", f"`{name}`")):
            return None
        return Operation(NUMBER, node, name, parts)

    def powered(self, node: tree.Call, parts: tuple[Expr, ...]) -> Expr | None:
        base, exponent = parts
        what = Text("`power`", "`power`")
        if not self.needs(base, (Kind.NUMBER,), what) or not self.dimensionless(exponent, what):
            return None
        if not self.within(exponent, LARGEST_EXPONENT, Text("the exponent", "指数"), "power(x, 2)"):
            return None
        unit, times = unit_of(base), whole(exponent)
        if unit.dimensionless:
            return Operation(NUMBER, node, "power", parts)
        if times is None or abs(times) > MANY:
            self.report(
                WHOLE_NUMBER,
                exponent.span,
                what=Text("the power of a value with a unit", "带单位的值的指数"),
                form="power(x, 2)",
            )
            return None
        result = PLAIN
        for _ in range(abs(times)):
            result = result.times(unit) if times > 0 else result.over(unit)
        return Operation(number(result), node, "power", parts)


def whole(value: Expr) -> int | None:
    """The whole number that a literal is; None for anything else."""
    if not isinstance(value, Literal) or not isinstance(value.value, Decimal) or value.type != NUMBER:
        return None
    return int(value.value) if value.value == value.value.to_integral_value() else None


_RULES = {
    tree.QuantityExpr: "quantity",
    tree.StringExpr: "string",
    tree.BoolExpr: "boolean",
    tree.PeriodExpr: "period_value",
    tree.Path: "path",
    tree.Call: "call",
    tree.Unary: "unary",
    tree.Binary: "binary",
    tree.Membership: "membership",
    tree.RangeExpr: "range",
    tree.SetExpr: "range",
    tree.IsNull: "is_null",
    tree.If: "choice",
    tree.Narrow: "narrow",
    tree.Parenthesis: "parenthesis",
    tree.GrainExpr: "grain",
    tree.Per: "grouped",
}
_FAMILY = {
    "coalesce": "first_of",
    "abs": "absolute",
    "round": "rounded",
    "power": "powered",
    "ln": "plain_function",
    "exp": "plain_function",
    "greatest": "extreme",
    "least": "extreme",
    "months_between": "of_dates",
    "period": "named_period",
    "periods_between": "counting_periods",
    "business_days": "of_dates",
    "business_time": "of_work",
    "year": "of_dates",
    "quarter": "of_dates",
    "month": "of_dates",
    "weekday": "of_dates",
    "concat": "of_texts",
    "trim": "of_texts",
    "lower": "of_texts",
}

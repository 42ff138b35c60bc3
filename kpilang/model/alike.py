"""Makes values alike before they meet: one kind, one unit; what cannot meet is reported with both its origins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model import units
from kpilang.model.conversion import TIMES, convert, is_zero, number, plain, unit_of
from kpilang.model.expr import Expr, Literal
from kpilang.model.names import Names, origin
from kpilang.model.types import PLAIN, Kind, Type
from kpilang.syntax import tree
from kpilang.text import Span, Text

UNIT_CLASH = Problem(
    "E310",
    "unit-clash",
    Text("{left} and {right} cannot be {verb}", "{left}与{right}不能{verb}"),
    label=Text("this is {right}", "这里是{right}"),
    why=Text("the result would be a number that means nothing", "这样得出的数字没有意义"),
    help=Text("{mend}", "{mend}"),
)
KIND_CLASH = Problem(
    "E311",
    "kind-clash",
    Text("{left} and {right} cannot be {verb}", "{left}与{right}不能{verb}"),
    label=Text("this is {right}", "这里是{right}"),
    help=Text("{mend}", "{mend}"),
)
WRONG_KIND = Problem(
    "E312",
    "wrong-kind",
    Text("{what} needs {wanted}, and this is {found}", "{what}需要{wanted}，而这里是{found}"),
    help=Text("{mend}", "{mend}"),
)

NO_MEND = Text("compare or combine values of one sort", "使用同一类的值")


class Alike:
    """Builds typed operations; reports go to `reports`, and a part that is wrong is None, without a second report."""

    def __init__(self, names: Names, reports: list[Diagnostic], kpi: str | None = None) -> None:
        self.names = names
        self.reports = reports
        self.kpi = kpi

    def infer(self, node: tree.Expr) -> Expr | None:
        """The typed form of an expression, or None after a report."""
        raise NotImplementedError

    def report(self, problem: Problem, span: Span | None, **values: object) -> None:
        marks = values.pop("marks", ())
        self.reports.append(problem.at(span, kpi=self.kpi, marks=marks, **values))  # type: ignore[arg-type]

    # ---- making values alike

    def marks(self, *values: Expr) -> tuple[Mark, ...]:
        """The places the types of values come from, where those are not the values themselves."""
        found = (origin(self.names, value) for value in values)
        return tuple(Mark(place, words) for place, words in (item for item in found if item is not None))

    def alike(self, values: Sequence[Expr], verb: Text) -> tuple[Expr, ...] | None:
        """Values of one kind, numbers in the finest of their units; None after a report."""
        first = values[0]
        for other in values[1:]:
            if not self.same_kind(first, other, verb):
                return None
        if first.type.kind is not Kind.NUMBER:
            return tuple(values)
        return self.alike_numbers(values, verb)

    def same_kind(self, left: Expr, right: Expr, verb: Text) -> bool:
        kinds = {left.type.kind, right.type.kind}
        if len(kinds) == 1 or kinds <= set(TIMES):
            return True
        mend = _kind_mend(left, right)
        self.report(
            KIND_CLASH,
            right.span,
            marks=(*self.here(left), *self.marks(left, right)),
            left=units.say_type(left.type),
            right=units.say_type(right.type),
            verb=verb,
            mend=mend,
        )
        return False

    def here(self, value: Expr) -> tuple[Mark, ...]:
        words = units.say_type(value.type)
        return (Mark(value.span, Text("this is {unit}", "这里是{unit}").fill(unit=words)),) if value.span else ()

    def alike_numbers(self, values: Sequence[Expr], verb: Text) -> tuple[Expr, ...] | None:
        counted = [value for value in values if not is_zero(value)] or list(values)
        finest = counted[0]
        for other in counted[1:]:
            if not unit_of(finest).fits(unit_of(other)):
                self.clash(finest, other, verb)
                return None
            if unit_of(other).scale < unit_of(finest).scale or (plain(finest) and unit_of(other).scale == 1):
                finest = other
        unit = unit_of(finest)
        return tuple(replace(value, type=number(unit)) if is_zero(value) else convert(value, unit) for value in values)

    def clash(self, left: Expr, right: Expr, verb: Text) -> None:
        self.report(
            UNIT_CLASH,
            right.span,
            marks=(*self.here(left), *self.marks(left, right)),
            left=units.say_type(left.type),
            right=units.say_type(right.type),
            verb=verb,
            mend=_unit_mend(left, right),
        )

    def needs(self, value: Expr, kinds: tuple[Kind, ...], what: Text, mend: Text = NO_MEND) -> bool:
        """Whether a value is of one of the kinds wanted; else a report."""
        if value.type.kind in kinds:
            return True
        wanted = units.say_type(Type(kinds[0], PLAIN if kinds[0] is Kind.NUMBER else None))
        if kinds[0] is Kind.NUMBER:
            wanted = Text("a number", "数字")
        self.report(
            WRONG_KIND,
            value.span,
            marks=self.marks(value),
            what=what,
            wanted=wanted,
            found=units.say_type(value.type),
            mend=mend,
        )
        return False

    def dimensionless(self, value: Expr, what: Text) -> bool:
        """Whether a value is a number without dimension; else a report."""
        if not self.needs(value, (Kind.NUMBER,), what):
            return False
        if unit_of(value).dimensionless:
            return True
        found = units.say_type(value.type)
        mend = Text("divide by a value of the same unit first", "先除以同单位的值")
        self.report(
            WRONG_KIND, value.span, marks=self.marks(value), what=what, wanted=units.say(PLAIN), found=found, mend=mend
        )
        return False

    def all_need(self, values: Sequence[Expr], kinds: tuple[Kind, ...], what: Text) -> bool:
        """Whether every value is of one of the kinds wanted; a report for each that is not."""
        fits = [self.needs(value, kinds, what) for value in values]
        return all(fits)


def _kind_mend(left: Expr, right: Expr) -> Text:
    kinds = {left.type.kind, right.type.kind}
    if Kind.TEXT in kinds and kinds & set(TIMES):
        return Text("dates are written without quotes: 2026-01-31", "日期不加引号：2026-01-31")
    if kinds == {Kind.TEXT, Kind.NUMBER}:
        return Text(
            "texts stand in quotes, numbers do not; declare the column as what it is",
            "文本加引号，数字不加；按实际类型声明该列",
        )
    return NO_MEND


def _unit_mend(left: Expr, right: Expr) -> Text:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Literal) and plain(one) and not unit_of(other).dimensionless:
            word = units.named(unit_of(other)).name
            return Text(f"name the unit: `{one.value} {word}`", f"写明单位：`{one.value} {word}`")
    bases = {base for value in (left, right) for base, _ in unit_of(value).dimensions}
    if len(bases) > 1 and all(base.isupper() for base in bases):
        return Text(
            "convert one currency inside its aggregate: `sum(convert(x, CNY))`",
            "先在聚合里换算币种：`sum(convert(x, CNY))`",
        )
    return Text("use values of one unit, or divide one by the other", "使用同单位的值，或者相除")

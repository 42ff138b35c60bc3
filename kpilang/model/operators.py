"""Types of arithmetic, comparisons and choices between values, with units made equal and clashes reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model import units
from kpilang.model.calendar import Period
from kpilang.model.expr import Column, Expr, Literal, Operation
from kpilang.model.names import Names, origin
from kpilang.model.nearest import hint
from kpilang.model.nouns import DataColumn
from kpilang.model.types import BOOL, DATE, DATETIME, NUMBER, PLAIN, SECONDS, TEXT, Kind, Type, Unit
from kpilang.syntax import tree
from kpilang.text import Span, Text

UNIT_CLASH = Problem(
    "E310",
    "unit-clash",
    Text("{left} and {right} cannot be {verb}.", "{left}与{right}不能{verb}。"),
    label=Text("this is in {right}", "单位是{right}"),
    why=Text("The result would be a number that means nothing.", "这样得出的数字没有意义。"),
    help=Text("{mend}", "{mend}"),
)
KIND_CLASH = Problem(
    "E311",
    "kind-clash",
    Text("{left} and {right} cannot be {verb}.", "{left}与{right}不能{verb}。"),
    label=Text("this is {right}", "这里是{right}"),
    help=Text("{mend}", "{mend}"),
)
WRONG_KIND = Problem(
    "E312",
    "wrong-kind",
    Text("{what} needs {wanted}, and this is {found}.", "{what}需要{wanted}，而这里是{found}。"),
    help=Text("{mend}", "{mend}"),
)
NOT_IN_DOMAIN = Problem(
    "E313",
    "value-never-occurs",
    Text(
        '`{column}` never is "{value}": its declaration lists what it can be.',
        "`{column}` 不会是“{value}”：声明里列出了它的取值。",
    ),
    why=Text("The comparison would never hold, and the count would be 0.", "这个比较永远不成立，结果会是 0。"),
    help=Text("{hint}", "{hint}"),
)
PERIOD_OUT_OF_PLACE = Problem(
    "E401",
    "period-out-of-place",
    Text("The period {period} can only be compared with a date.", "期间 {period} 只能与日期比较。"),
    help=Text("Write `some_date in {period}`.", "请写成 `某日期 in {period}`。"),
)
UNKNOWN_PERIOD = Problem(
    "E402",
    "no-such-period",
    Text("There is no period {period}.", "没有 {period} 这个期间。"),
    help=Text(
        "Periods are written 2026, 2026-H1, 2026-Q1, 2026-01, 2026-W05, 2026-01-31, FY2026-Q1.",
        "期间写作 2026、2026-H1、2026-Q1、2026-01、2026-W05、2026-01-31、FY2026-Q1。",
    ),
)

NO_MEND = Text("Compare or combine values of one sort.", "请使用同一类的值。")
ADDED = Text("added", "相加")
SUBTRACTED = Text("subtracted", "相减")
MULTIPLIED = Text("multiplied", "相乘")
DIVIDED = Text("divided", "相除")
COMPARED = Text("compared", "比较")
CHOSEN = Text("given by one expression", "由同一个式子给出")
TIMES = (Kind.DATE, Kind.DATETIME)
_COMPARISONS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_YEAR = re.compile(r"[0-9]{4}")


def number(unit: Unit) -> Type:
    """The type of numbers in a unit."""
    return Type(Kind.NUMBER, unit)


def convert(value: Expr, unit: Unit) -> Expr:
    """A number made a number in another unit of the same dimension: by a literal, exactly wherever that can be."""
    ratio = value.type.unit.scale / unit.scale if value.type.unit else Fraction(1)
    if ratio == 1:
        return value
    factor = units.exact(ratio)
    if isinstance(value, Literal) and isinstance(value.value, Decimal) and factor is not None:
        return replace(value, type=number(unit), value=value.value * factor)
    if factor is not None:
        return Operation(number(unit), value.span, "convert", (value, _plain(factor, value.span)))
    above = convert(value, replace(unit, scale=unit.scale / ratio.denominator, name=""))
    return Operation(number(unit), value.span, "divide", (above, _plain(Decimal(ratio.denominator), value.span)))


def _plain(value: Decimal, span: Span | None) -> Literal:
    return Literal(NUMBER, span, value)


def is_zero(value: Expr) -> bool:
    """A literal 0, which fits every unit."""
    return isinstance(value, Literal) and value.type == NUMBER and value.value == 0


class Operators:
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
        return (Mark(value.span, Text(f"this is {words.en}", f"这里是{words.zh}")),) if value.span else ()

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
        mend = Text("Divide by a value of the same unit first.", "请先除以同单位的值。")
        self.report(
            WRONG_KIND, value.span, marks=self.marks(value), what=what, wanted=units.say(PLAIN), found=found, mend=mend
        )
        return False

    # ---- arithmetic

    def binary(self, node: tree.Binary) -> Expr | None:
        if node.operator in _COMPARISONS:
            return self.compare(node)
        left, right = self.infer(node.left), self.infer(node.right)
        if left is None or right is None:
            return None
        if node.operator in ("and", "or"):
            return self.connect(node, left, right)
        if node.operator in ("contains", "starts with"):
            return self.search(node, left, right)
        rule: Callable[[tree.Binary, Expr, Expr], Expr | None] = {
            "+": self.add,
            "-": self.subtract,
            "*": self.multiply,
            "/": self.divide,
        }[node.operator]
        return rule(node, left, right)

    def connect(self, node: tree.Binary, left: Expr, right: Expr) -> Expr | None:
        what = Text(f"`{node.operator}`", f"`{node.operator}`")
        if not all([self.needs(part, (Kind.BOOL,), what) for part in (left, right)]):
            return None
        return Operation(BOOL, node.span, node.operator, (left, right))

    def search(self, node: tree.Binary, left: Expr, right: Expr) -> Expr | None:
        what = Text(f"`{node.operator}`", f"`{node.operator}`")
        if not all([self.needs(part, (Kind.TEXT,), what) for part in (left, right)]):
            return None
        return Operation(BOOL, node.span, node.operator, (left, right))

    def add(self, node: tree.Binary, left: Expr, right: Expr) -> Expr | None:
        if left.type.kind is Kind.NUMBER and right.type.kind in TIMES:
            left, right = right, left
        if left.type.kind in TIMES and right.type.kind is Kind.NUMBER:
            return self.moved(node, "add", left, right)
        return self.sum(node, "add", left, right, ADDED)

    def subtract(self, node: tree.Binary, left: Expr, right: Expr) -> Expr | None:
        if left.type.kind in TIMES and right.type.kind in TIMES:
            return Operation(number(SECONDS), node.span, "subtract", (left, right))
        if left.type.kind in TIMES and right.type.kind is Kind.NUMBER:
            return self.moved(node, "subtract", left, right)
        return self.sum(node, "subtract", left, right, SUBTRACTED)

    def sum(self, node: tree.Expr, name: str, left: Expr, right: Expr, verb: Text) -> Expr | None:
        if not self.same_kind(left, right, verb) or not self.needs(left, (Kind.NUMBER,), Text("Arithmetic", "算术")):
            return None
        parts = self.alike_numbers((left, right), verb)
        if parts is None:
            return None
        unit = parts[0].type.unit or PLAIN
        counted = {unit_of(part).counted for part in parts}
        if len(counted) > 1:
            unit = replace(unit, counted=None)
        return Operation(number(unit), node.span, name, parts)

    def moved(self, node: tree.Expr, name: str, moment: Expr, length: Expr) -> Expr | None:
        """A date moved by a duration, which is put in seconds; by whole days a date stays a date."""
        if not unit_of(length).fits(SECONDS):
            self.clash(moment, length, ADDED if name == "add" else SUBTRACTED)
            return None
        whole = isinstance(length, Literal) and isinstance(length.value, Decimal) and not _seconds(length) % 86400
        kind = moment.type if whole or moment.type.kind is Kind.DATETIME else DATETIME
        return Operation(kind, node.span, name, (moment, convert(length, SECONDS)))

    def multiply(self, node: tree.Binary, left: Expr, right: Expr) -> Expr | None:
        if not self.numbers(node, left, right):
            return None
        unit = _one_sided(left, right) or unit_of(left).times(unit_of(right))
        return self.settled(Operation(number(unit), node.span, "multiply", (left, right)))

    def divide(self, node: tree.Binary, left: Expr, right: Expr) -> Expr | None:
        if not self.numbers(node, left, right):
            return None
        if unit_of(left).fits(unit_of(right)):
            finer = min(unit_of(left), unit_of(right), key=lambda unit: unit.scale)
            parts = (convert(left, finer), convert(right, finer))
            return Operation(NUMBER, node.span, "divide", parts)
        unit = unit_of(left).over(unit_of(right))
        if plain(right) and unit_of(right).scale == 1:
            unit = unit_of(left)
        return self.settled(Operation(number(unit), node.span, "divide", (left, right)))

    def numbers(self, node: tree.Binary, left: Expr, right: Expr) -> bool:
        what = Text(f"`{node.operator}`", f"`{node.operator}`")
        return all([self.needs(part, (Kind.NUMBER,), what) for part in (left, right)])

    def settled(self, value: Operation) -> Expr:
        """A product without dimension is a plain number, whatever units went into it."""
        unit = unit_of(value)
        return convert(value, PLAIN) if unit.dimensionless and unit.scale != 1 else value

    def unary(self, node: tree.Unary) -> Expr | None:
        operand = self.infer(node.operand)
        if operand is None:
            return None
        if node.operator == "not":
            fits = self.needs(operand, (Kind.BOOL,), Text("`not`", "`not`"))
            return Operation(BOOL, node.span, "not", (operand,)) if fits else None
        if not self.needs(operand, (Kind.NUMBER,), Text("`-`", "`-`")):
            return None
        if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
            return replace(operand, span=node.span, value=-operand.value)
        return Operation(operand.type, node.span, "negate", (operand,))

    # ---- comparisons

    def compare(self, node: tree.Binary) -> Expr | None:
        for mine, other, mirrored in ((node.right, node.left, False), (node.left, node.right, True)):
            if isinstance(bare(mine), tree.PeriodExpr) or _looks_like_year(mine):
                value = self.infer(other)
                if value is None:
                    return None
                if value.type.kind in TIMES:
                    return self.compare_period(node, value, bare(mine), mirrored=mirrored)
        left, right = self.infer(node.left), self.infer(node.right)
        if left is None or right is None:
            return None
        return self.comparison(_COMPARISONS[node.operator], left, right, node.span)

    def comparison(self, name: str, left: Expr, right: Expr, span: Span) -> Expr | None:
        parts = self.alike((left, right), COMPARED)
        if parts is None:
            return None
        if name not in ("eq", "ne") and left.type.kind in (Kind.TEXT, Kind.BOOL):
            what = Text("A comparison of size", "大小比较")
            self.needs(left, (Kind.NUMBER, *TIMES), what)
            return None
        if not self.occurs(left, right) or not self.occurs(right, left):
            return None
        return Operation(BOOL, span, name, parts)

    def occurs(self, column: Expr, value: Expr) -> bool:
        """Whether a text that a column is compared with is one of those its declaration lists."""
        if not isinstance(column, Column) or not isinstance(value, Literal) or not isinstance(value.value, str):
            return True
        declared = self.declaration(column)
        items = [str(item) for item in declared.items] if declared else []
        if not items or value.value in items:
            return True
        place = (Mark(declared.span, Text("declared here", "在这里声明")),) if declared else ()
        self.report(
            NOT_IN_DOMAIN, value.span, marks=place, column=column.name, value=value.value, hint=hint(value.value, items)
        )
        return False

    def declaration(self, column: Column) -> DataColumn | None:
        source = self.names.sources[column.source]
        for link in column.links:
            source = self.names.sources[source.links[link].target]
        return source.columns.get(column.name)

    def compare_period(self, node: tree.Binary, value: Expr, literal: tree.Expr, *, mirrored: bool) -> Expr | None:
        period = self.period(literal)
        if period is None:
            return None
        operator = _COMPARISONS[node.operator]
        if mirrored:
            operator = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}.get(operator, operator)
        return self.against(operator, value, period, period, literal.span, node.span)

    def against(self, operator: str, value: Expr, first: Period, last: Period, place: Span, span: Span) -> Expr:
        """A date compared with the stretch from the first period to the last."""
        start, end = Literal(DATE, place, first.start), Literal(DATE, place, last.end)
        bound = {"lt": ("lt", start), "le": ("lt", end), "gt": ("ge", end), "ge": ("ge", start)}
        if operator in bound:
            name, edge = bound[operator]
            return Operation(BOOL, span, name, (value, edge))
        inside = Operation(BOOL, span, "and", (
            Operation(BOOL, span, "ge", (value, start)),
            Operation(BOOL, span, "lt", (value, end)),
        ))  # fmt: skip
        return Operation(BOOL, span, "not", (inside,)) if operator == "ne" else inside

    def period(self, node: tree.Expr) -> Period | None:
        """The period of a literal; None after a report."""
        text = node.period.text if isinstance(node, tree.PeriodExpr) else node.span.text
        found = self.names.calendar.parse(text)
        if found is None:
            self.report(UNKNOWN_PERIOD, node.span, period=text)
        return found

    def membership(self, node: tree.Membership) -> Expr | None:
        value = self.infer(node.value)
        if value is None:
            return None
        found = self.member(node, value)
        if found is None or not node.negated:
            return found
        return Operation(BOOL, node.span, "not", (found,))

    def member(self, node: tree.Membership, value: Expr) -> Expr | None:
        choices = node.choices
        if len(choices) == 1 and isinstance(choices[0], tree.RangeExpr):
            return self.between(node, value, choices[0])
        if value.type.kind in TIMES and all(_is_period(choice) for choice in choices):
            return self.in_periods(node, value)
        items = [self.infer(choice) for choice in choices]
        there = [item for item in items if item is not None]
        if len(there) < len(items):
            return None
        parts = self.alike((value, *there), COMPARED)
        if parts is None or not all([self.occurs(value, item) for item in there]):
            return None
        return Operation(BOOL, node.span, "in", parts)

    def in_periods(self, node: tree.Membership, value: Expr) -> Expr | None:
        inside: Expr | None = None
        for choice in node.choices:
            period = self.period(bare(choice))
            if period is None:
                return None
            one = self.against("eq", value, period, period, choice.span, node.span)
            inside = one if inside is None else Operation(BOOL, node.span, "or", (inside, one))
        return inside

    def between(self, node: tree.Membership, value: Expr, band: tree.RangeExpr) -> Expr | None:
        if value.type.kind in TIMES and _is_period(band.low) and _is_period(band.high):
            first, last = self.period(bare(band.low)), self.period(bare(band.high))
            if first is None or last is None:
                return None
            return self.against("eq", value, first, last, band.span, node.span)
        low, high = self.infer(band.low), self.infer(band.high)
        if low is None or high is None:
            return None
        above = self.comparison("ge", value, low, node.span)
        below = self.comparison("le", value, high, node.span)
        return Operation(BOOL, node.span, "and", (above, below)) if above is not None and below is not None else None

    def is_null(self, node: tree.IsNull) -> Expr | None:
        value = self.infer(node.value)
        if value is None:
            return None
        found = Operation(BOOL, node.span, "is_null", (value,))
        return Operation(BOOL, node.span, "not", (found,)) if node.negated else found

    def choice(self, node: tree.If) -> Expr | None:
        condition, then, otherwise = (self.infer(part) for part in (node.condition, node.then, node.otherwise))
        if condition is None or then is None or otherwise is None:
            return None
        if not self.needs(condition, (Kind.BOOL,), Text("The condition of `if`", "`if` 的条件")):
            return None
        parts = self.alike((then, otherwise), CHOSEN)
        if parts is None:
            return None
        return Operation(wider(parts), node.span, "if", (condition, *parts))

    # ---- literals

    def quantity(self, node: tree.QuantityExpr) -> Expr | None:
        found = units.amount(node.quantity)
        if isinstance(found, Diagnostic):
            self.reports.append(replace(found, kpi=self.kpi))
            return None
        value, unit = found
        return Literal(number(unit), node.span, value)

    def period_value(self, node: tree.PeriodExpr) -> Expr | None:
        period = self.period(node)
        if period is None:
            return None
        if period.grain == "day":
            return Literal(DATE, node.span, period.start)
        self.report(PERIOD_OUT_OF_PLACE, node.span, period=node.period.text)
        return None

    def string(self, node: tree.StringExpr) -> Expr:
        return Literal(TEXT, node.span, node.value)

    def boolean(self, node: tree.BoolExpr) -> Expr:
        return Literal(BOOL, node.span, node.value)


def unit_of(value: Expr) -> Unit:
    """The unit of a number; a plain one for what is no number."""
    return value.type.unit or PLAIN


def plain(value: Expr) -> bool:
    """Whether a number has no dimension and is shown as a bare number."""
    unit = unit_of(value)
    return unit.dimensionless and unit.form == "number"


def wider(parts: Sequence[Expr]) -> Type:
    """The type that holds each of several values made alike: a point in time among dates, else that of the first."""
    return next((part.type for part in parts if part.type.kind is Kind.DATETIME), parts[0].type)


def bare(node: tree.Expr) -> tree.Expr:
    """An expression without the brackets around it."""
    while isinstance(node, tree.Parenthesis):
        node = node.value
    return node


def _one_sided(left: Expr, right: Expr) -> Unit | None:
    """The unit of a product in which one side is a plain number: that of the other, name and all."""
    for one, other in ((left, right), (right, left)):
        if plain(other) and unit_of(other).scale == 1 and not unit_of(one).dimensionless:
            return unit_of(one)
    return None


def _seconds(length: Literal) -> Decimal:
    assert isinstance(length.value, Decimal)  # noqa: S101 - asked by the caller
    return units.in_unit(length.value, unit_of(length), SECONDS)


def _looks_like_year(node: tree.Expr) -> bool:
    node = bare(node)
    return isinstance(node, tree.QuantityExpr) and _YEAR.fullmatch(node.span.text) is not None


def _is_period(node: tree.Expr) -> bool:
    return isinstance(bare(node), tree.PeriodExpr) or _looks_like_year(node)


def _kind_mend(left: Expr, right: Expr) -> Text:
    kinds = {left.type.kind, right.type.kind}
    if Kind.TEXT in kinds and kinds & set(TIMES):
        return Text("Dates are written without quotes: 2026-01-31.", "日期不加引号：2026-01-31。")
    if kinds == {Kind.TEXT, Kind.NUMBER}:
        return Text(
            "Texts stand in quotes, numbers do not; declare the column as what it is.",
            "文本加引号，数字不加；请按实际类型声明该列。",
        )
    return NO_MEND


def _unit_mend(left: Expr, right: Expr) -> Text:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Literal) and plain(one) and not unit_of(other).dimensionless:
            word = units.named(unit_of(other)).name
            return Text(f"Say of what: `{one.value} {word}`.", f"请写明单位：`{one.value} {word}`。")
    bases = {base for value in (left, right) for base, _ in unit_of(value).dimensions}
    if len(bases) > 1 and all(base.isupper() for base in bases):
        return Text(
            "Convert one currency first, by a derived column with a declared type.",
            "请先换算货币：用声明了类型的派生列。",
        )
    return Text("Use values of one unit, or divide one by the other.", "请使用同单位的值，或者相除。")

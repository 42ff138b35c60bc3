"""Types of comparisons, choices and literals; a period compared with a date is an interval."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model import units
from kpilang.model.arithmetic import Arithmetic
from kpilang.model.calendar import Period
from kpilang.model.conversion import TIMES, bare, number, wider
from kpilang.model.expr import Column, Expr, Literal, Operation
from kpilang.model.names import as_written
from kpilang.model.nearest import hint
from kpilang.model.nouns import column_of
from kpilang.model.types import BOOL, DATE, TEXT, Kind
from kpilang.syntax import tree
from kpilang.text import Text

NOT_IN_DOMAIN = Problem(
    "E313",
    "value-never-occurs",
    Text(
        '`{column}` never is "{value}": its declaration lists what it can be',
        "`{column}` 不会是“{value}”：声明里列出了它的取值",
    ),
    why=Text("the comparison would never hold, and the count would be 0", "这个比较永远不成立，结果会是 0"),
    help=Text("{hint}", "{hint}"),
)
PERIOD_OUT_OF_PLACE = Problem(
    "E401",
    "period-out-of-place",
    Text("the period {period} can only be compared with a date", "期间 {period} 只能与日期比较"),
    help=Text("write `some_date in {period}`", "写成 `某日期 in {period}`"),
)
SET_OUT_OF_PLACE = Problem(
    "E368",
    "set-out-of-place",
    Text(
        "`in {text}` looks at a set of values, which only a filter of an aggregate in a formula can",
        "`in {text}` 判断取值集合，只能写在公式中聚合的筛选条件里",
    ),
    help=Text(
        "write it after `where` of an aggregate: `count(distinct … where … in {text})`",
        "写在聚合的 `where` 之后：`count(distinct … where … in {text})`",
    ),
)
UNKNOWN_PERIOD = Problem(
    "E402",
    "no-such-period",
    Text("there is no period {period}", "没有 {period} 这个期间"),
    help=Text(
        "periods look like 2026, 2026-H1, 2026-Q1, 2026-01, 2026-W05, 2026-01-31, FY2026-Q1",
        "期间的写法：2026、2026-H1、2026-Q1、2026-01、2026-W05、2026-01-31、FY2026-Q1",
    ),
)

COMPARED = Text("compared", "比较")
CHOSEN = Text("given by one expression", "由同一个表达式给出")
COMPARISONS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
_YEAR = re.compile(r"[0-9]{4}")
LAST_DAY = Period("day", dt.date.max, dt.date.max, dt.date.max.isoformat())
"""Often written for an end that is not known; no period holds it, since no day comes after it."""


class Comparisons(Arithmetic):
    """Typed comparisons, memberships, conditionals and literals."""

    def binary(self, node: tree.Binary) -> Expr | None:
        return self.compare(node) if node.operator in COMPARISONS else super().binary(node)

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
        return self.comparison(COMPARISONS[node.operator], left, right, node)

    def comparison(self, name: str, left: Expr, right: Expr, written: tree.Node) -> Expr | None:
        parts = self.alike((left, right), COMPARED)
        if parts is None:
            return None
        if name not in ("eq", "ne") and left.type.kind in (Kind.TEXT, Kind.BOOL):
            what = Text("a comparison of size", "大小比较")
            self.needs(left, (Kind.NUMBER, *TIMES), what)
            return None
        if not self.occurs(left, right) or not self.occurs(right, left):
            return None
        return Operation(BOOL, written, name, parts)

    def occurs(self, column: Expr, value: Expr) -> bool:
        """Whether a text that a column is compared with is one of those its declaration lists."""
        if not isinstance(column, Column) or not isinstance(value, Literal) or not isinstance(value.value, str):
            return True
        declared = column_of(self.names.sources, column)
        items = [str(item) for item in declared.items]
        if not items or value.value in items:
            return True
        place = (Mark(declared.span, Text("declared here", "在这里声明")),)
        self.report(
            NOT_IN_DOMAIN, value.span, marks=place, column=column.name, value=value.value, hint=hint(value.value, items)
        )
        return False

    def compare_period(self, node: tree.Binary, value: Expr, literal: tree.Expr, *, mirrored: bool) -> Expr | None:
        period = self.period(literal)
        if period is None:
            return None
        operator = COMPARISONS[node.operator]
        if mirrored:
            operator = _MIRRORED.get(operator, operator)
        return against(operator, value, (period.start, _end(period)), node)

    def period(self, node: tree.Expr) -> Period | None:
        """The period of a literal; None after a report."""
        text = node.period.text if isinstance(node, tree.PeriodExpr) else node.span.text
        found = LAST_DAY if text == LAST_DAY.text else self.names.calendar.parse(text)
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
        return Operation(BOOL, node, "not", (found,))

    def member(self, node: tree.Membership, value: Expr) -> Expr | None:
        choices = node.choices
        if len(choices) == 1 and isinstance(choices[0], tree.RangeExpr):
            return self.between(node, value, choices[0])
        if len(choices) == 1 and isinstance(choices[0], tree.SetExpr):
            return self.in_set(node, value, choices[0])
        if value.type.kind in TIMES and all(_is_period(choice) for choice in choices):
            return self.in_periods(node, value)
        items = [self.infer(choice) for choice in choices]
        there = [item for item in items if item is not None]
        if len(there) < len(items):
            return None
        parts = self.alike((value, *there), COMPARED)
        if parts is None or False in [self.occurs(value, item) for item in there]:
            return None
        return Operation(BOOL, node, "in", parts)

    def in_set(self, node: tree.Membership, value: Expr, written: tree.SetExpr) -> Expr | None:
        del node, value
        self.report(SET_OUT_OF_PLACE, written.span, text=as_written(written.span))
        return None

    def in_periods(self, node: tree.Membership, value: Expr) -> Expr | None:
        inside: Expr | None = None
        for choice in node.choices:
            period = self.period(bare(choice))
            if period is None:
                return None
            one = against("eq", value, (period.start, _end(period)), node)
            inside = one if inside is None else Operation(BOOL, node, "or", (inside, one))
        return inside

    def between(self, node: tree.Membership, value: Expr, band: tree.RangeExpr) -> Expr | None:
        if value.type.kind in TIMES and _is_period(band.low) and _is_period(band.high):
            first, last = self.period(bare(band.low)), self.period(bare(band.high))
            if first is None or last is None:
                return None
            return against("eq", value, (first.start, _end(last)), node)
        low, high = self.infer(band.low), self.infer(band.high)
        if low is None or high is None:
            return None
        above = self.comparison("ge", value, low, node)
        below = self.comparison("le", value, high, node)
        return Operation(BOOL, node, "and", (above, below)) if above is not None and below is not None else None

    def is_null(self, node: tree.IsNull) -> Expr | None:
        value = self.infer(node.value)
        if value is None:
            return None
        found = Operation(BOOL, node, "is_null", (value,))
        return Operation(BOOL, node, "not", (found,)) if node.negated else found

    def choice(self, node: tree.If) -> Expr | None:
        condition, then, otherwise = (self.infer(part) for part in (node.condition, node.then, node.otherwise))
        if condition is None or then is None or otherwise is None:
            return None
        if not self.needs(condition, (Kind.BOOL,), Text("the condition of `if`", "`if` 的条件")):
            return None
        parts = self.alike((then, otherwise), CHOSEN)
        if parts is None:
            return None
        return Operation(wider(parts), node, "if", (condition, *parts))

    # ---- literals

    def quantity(self, node: tree.QuantityExpr) -> Expr | None:
        found = units.amount(node.quantity)
        if isinstance(found, Diagnostic):
            self.reports.append(replace(found, kpi=self.kpi))
            return None
        value, unit = found
        return Literal(number(unit), node, value)

    def period_value(self, node: tree.PeriodExpr) -> Expr | None:
        period = self.period(node)
        if period is None:
            return None
        if period.grain == "day":
            return Literal(DATE, node, period.start)
        self.report(PERIOD_OUT_OF_PLACE, node.span, period=node.period.text)
        return None

    def string(self, node: tree.StringExpr) -> Expr:
        return Literal(TEXT, node, node.value)

    def boolean(self, node: tree.BoolExpr) -> Expr:
        return Literal(BOOL, node, node.value)


def _looks_like_year(node: tree.Expr) -> bool:
    node = bare(node)
    return isinstance(node, tree.QuantityExpr) and _YEAR.fullmatch(node.span.text) is not None


def _is_period(node: tree.Expr) -> bool:
    return isinstance(bare(node), tree.PeriodExpr) or _looks_like_year(node)


def _end(period: Period) -> dt.date | None:
    """The day after a period; None after the last day there is."""
    return None if period is LAST_DAY else period.end


def against(operator: str, value: Expr, days: tuple[dt.date, dt.date | None], written: tree.Node | None) -> Expr:
    """A date compared with a stretch of days, the end exclusive; None is no end."""

    def test(name: str, day: dt.date) -> Expr:
        return Operation(BOOL, written, name, (value, Literal(DATE, written, day)))

    start, end = days
    before_end = test("lt", end) if end is not None else test("ge", dt.date.min)
    after_end = test("ge", end) if end is not None else test("lt", dt.date.min)
    bound = {"lt": test("lt", start), "le": before_end, "gt": after_end, "ge": test("ge", start)}
    if operator in bound:
        return bound[operator]
    inside = Operation(BOOL, written, "and", (bound["ge"], before_end)) if end is not None else bound["ge"]
    return Operation(BOOL, written, "not", (inside,)) if operator == "ne" else inside

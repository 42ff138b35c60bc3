"""Targets that are computed, or meant for some members only: expressions, what sets out from another value, `where`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model import units, words
from kpilang.model.calendar import Period, at_least
from kpilang.model.conversion import convert, unit_of
from kpilang.model.expr import Column, Expr, aggregates
from kpilang.model.formulas import Formulas
from kpilang.model.hundreds import doubled
from kpilang.model.limits import too_large, weigh
from kpilang.model.names import Names, as_written
from kpilang.model.nouns import Target
from kpilang.model.scope import Sought
from kpilang.model.targets import TargetReader, grain_words
from kpilang.model.types import Kind, Type
from kpilang.record import record
from kpilang.syntax import tree
from kpilang.text import Text

NO_NUMBER = Problem(
    "E385",
    "target-no-number",
    Text("`{shown}` gives {found}, and a target is a number", "`{shown}` 的结果是{found}，而目标值必须是数字"),
    help=Text(
        "write a number, or an expression such as `sum(plan.amount)`",
        "写一个数字，或者 `sum(plan.amount)` 这样的表达式",
    ),
)
PATH_TO_FORMULA = Problem(
    "E382",
    "path-to-formula",
    Text(
        "a path leads from one number to another, and what is due in {due} is computed",
        "路径是从一个数字到另一个数字，而 {due} 到期的值是计算出来的",
    ),
    help=Text(
        "leave `from … at …` out, or write a number in place of the expression",
        "去掉 `from … at …`，或者把表达式换成数字",
    ),
)
BASE_TOO_SHORT = Problem(
    "E383",
    "base-shorter-than-period",
    Text(
        "{shown} is shorter than a {period}, so it has no value to set out from",
        "{shown} 比一个{period}短，没有可以作为起点的值",
    ),
    help=Text("name a {period} or a longer period", "写一个{period}或更长的期间"),
)
NO_BASELINE = Problem(
    "E384",
    "target-without-baseline",
    Text("`{shown}` sets out from the baseline, and `{name}` has none", "`{shown}` 以基线为起点，而 `{name}` 没有基线"),
    help=Text("say what it was: `baseline 52% for 2025`", "写出原来的值：`baseline 52% for 2025`"),
)


def is_particular(field: tree.Field) -> bool:
    """Whether a line is computed, or meant for some members only."""
    node = field.value
    return isinstance(node, tree.Target) and bool(node.formula or node.relative or node.where)


def baseline(
    reader: TargetReader, fields: tuple[tree.Field, ...]
) -> tuple[tree.Baseline, Decimal, Period | None] | None:
    """The latest baseline among these fields, with its number in the KPI's unit; None without one, or where it is wrong."""
    found = []
    for field in fields:
        if isinstance(field.value, tree.Baseline):
            value = reader.value(field.value.quantity)
            period = words.period(reader.calendar, field.value.period) if field.value.period else None
            if value is not None:
                found.append((field.value, value, period if isinstance(period, Period) else None))
    return max(found, key=lambda each: each[2].end.toordinal() if each[2] else 0, default=None)


def narrowed(names: Names, formula: Expr | None, where: tree.Expr, reports: list[Diagnostic], kpi: str) -> int | None:
    """By how many columns a condition on members narrows; None after a report. One source of the formula that has them is
    enough."""
    first: list[Diagnostic] | None = None
    for source in dict.fromkeys(part.source for part in aggregates(formula)) if formula else ():
        told: list[Diagnostic] = []
        found = Sought(names, source, told, kpi).condition(where)
        if found is not None:
            return len({part for part in found.walk() if isinstance(part, Column)})
        first = first or told
    reports.extend(first or ())
    return None if first else 0


@record
class AimReader(TargetReader):
    """Reads lines of every sort beside a KPI with this `formula` and `baseline`; `checked` tells whether an expression fits
    the KPI's period, and reports where it does not."""

    names: Names
    formula: Expr | None
    baseline: tuple[tree.Baseline, Decimal, Period | None] | None
    checked: Callable[[Expr], bool]

    def target(self, field: tree.Field) -> Target | None:
        node = field.value
        if not isinstance(node, tree.Target):
            return None
        columns = narrowed(self.names, self.formula, node.where, self.reports, self.kpi) if node.where else 0
        found = self.computed(field, node) if node.formula or node.relative else TargetReader.target(self, field)
        return replace(found, where=node.where, narrowed=columns) if found and columns is not None else None

    def computed(self, field: tree.Field, node: tree.Target) -> Target | None:
        """A line with an expression, or one that sets out from another value."""
        span, due = self.span(node), self.due(node)
        if isinstance(span, Diagnostic):
            self.reports.append(span)
        if isinstance(span, Diagnostic) or isinstance(due, Diagnostic):
            return None
        asked = node.relative or node.formula
        comparator = self.comparator(field.word, node, asked) if asked else None
        line = Target(field, comparator, span=span, due=due, total=node.in_total)
        found = self.relative(line, node.relative) if node.relative else self.by_formula(line, node.formula)
        return found if self.pathless(node) and comparator else None

    def pathless(self, node: tree.Target) -> bool:
        """Whether a line runs along no path; else a report."""
        if node.due is None or node.due.start is None:
            return True
        self.reports.append(PATH_TO_FORMULA.at(node.due.span, kpi=self.kpi, due=node.due.period.text))
        return False

    # ---- expressions

    def by_formula(self, line: Target, node: tree.Expr | None) -> Target | None:
        """A line that asks for an expression in the KPI's unit."""
        value = Formulas(self.names, self.reports, self.kpi).infer(node) if node else None
        if value is None or node is None or not self.fits(value, node) or not self.checked(value):
            return None
        if self.unit is None:
            return replace(line, formula=value)
        return replace(line, formula=replace(convert(value, self.unit), type=Type(Kind.NUMBER, self.unit)))

    def fits(self, value: Expr, node: tree.Expr) -> bool:
        """Whether an expression is a number in a unit that fits the KPI's, and not too large; else a report."""
        large = too_large(weigh(value, self.names.weights), node.span)
        if large is not None:
            self.reports.append(replace(large, kpi=self.kpi))
        elif value.type.kind is not Kind.NUMBER:
            found = units.say_type(value.type)
            self.reports.append(NO_NUMBER.at(node.span, kpi=self.kpi, shown=as_written(node.span), found=found))
        elif self.unit is not None and not unit_of(value).fits(self.unit):
            inferred, unit = units.say(unit_of(value)), units.say(self.unit)
            mend = Text(f"it is {inferred.en}: make it {unit.en}", f"它的单位是{inferred.zh}：改成{unit.zh}")
            self.unfit(node.span, mend)
        else:
            twice = (
                doubled(value, self.unit.form, self.kpi)
                if self.unit and self.unit.form in ("percent", "points")
                else None
            )
            self.reports.extend([twice] if twice else [])
            return twice is None
        return False

    # ---- what sets out from another value

    def relative(self, line: Target, node: tree.Relative) -> Target | None:
        """A line that adds to the baseline, which is a number, or to the KPI's own value in another period."""
        step = self.step(node.quantity)
        if step is None:
            return None
        if node.period is None:
            return self.on_baseline(line, node, *step)
        period = words.period(self.calendar, node.period)
        if isinstance(period, Diagnostic):
            self.reports.append(period)
            return None
        if self.period not in (None, "all") and not at_least(period.grain, self.period or "all"):
            grain = grain_words(self.period or "year")
            self.reports.append(BASE_TOO_SHORT.at(node.period.span, kpi=self.kpi, shown=period.text, period=grain))
            return None
        return replace(line, base=period, factor=step[0], step=step[1])

    def step(self, quantity: tree.Quantity) -> tuple[Decimal, Decimal] | None:
        """What the other value is multiplied by, and what is added to it."""
        if quantity.unit == "%":
            return 1 + quantity.value.scaleb(-2), Decimal(0)
        added = self.value(quantity)
        return None if added is None else (Decimal(1), added)

    def on_baseline(self, line: Target, node: tree.Relative, factor: Decimal, step: Decimal) -> Target | None:
        if self.baseline is not None:
            return replace(line, value=self.baseline[1] * factor + step)
        self.reports.append(NO_BASELINE.at(node.span, kpi=self.kpi, name=self.kpi, shown=as_written(node.span)))
        return None

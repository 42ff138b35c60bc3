"""Derived columns, worked out when first asked for, in terms of the columns of their own source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model import units
from kpilang.model.columns import type_of
from kpilang.model.conversion import TIMES, convert, unit_of
from kpilang.model.expr import Expr, Literal, Operation
from kpilang.model.names import Names
from kpilang.model.nouns import DataColumn
from kpilang.model.rows import Rows
from kpilang.model.types import NUMBER, Kind, Type
from kpilang.syntax import tree
from kpilang.text import Text

DERIVE_CYCLE = Problem(
    "E229",
    "derive-cycle",
    Text("The derived column `{name}` depends on itself: {cycle}.", "派生列 `{name}` 依赖于自身：{cycle}。"),
    help=Text("Break the circle.", "请断开循环。"),
)
DERIVED_KIND = Problem(
    "E345",
    "derived-of-other-kind",
    Text(
        "`{name}` is declared as {declared} and works out to {found}.",
        "`{name}` 声明为{declared}，计算结果却是{found}。",
    ),
    help=Text("Declare it as what it is, or leave the type out.", "请按实际类型声明，或者省略类型。"),
)


class Deriver:
    """Works out derived columns by source and name, each once, and reports circles."""

    def __init__(self, fields: Mapping[str, Mapping[str, tree.Field]], reports: list[Diagnostic]) -> None:
        self.fields = fields
        self.reports = reports
        self.done: dict[tuple[str, str], DataColumn | None] = {}
        self.open: list[tuple[str, str]] = []
        self.names: Names

    def derive(self, source: str, name: str) -> DataColumn | None:
        """The derived column; None where there is none or it is wrong."""
        place = (source, name)
        if place not in self.done:
            field = self.fields.get(source, {}).get(name)
            if field is None or not isinstance(field.value, tree.Derive):
                return None
            if place in self.open:
                self._circle(place, field)
                return None
            self.open.append(place)
            self.done.setdefault(place, self._column(source, field, field.value))
            self.open.pop()
        return self.done[place]

    def _circle(self, place: tuple[str, str], field: tree.Field) -> None:
        circle = [*self.open[self.open.index(place) :], place]
        for each in circle:
            self.done[each] = None
        marks = tuple(Mark(self.fields[at][name].span, Text("on the circle", "在循环上")) for at, name in circle[1:-1])
        shown = " → ".join(f"{at}.{name}" for at, name in circle)
        self.reports.append(DERIVE_CYCLE.at(field.span, marks=marks, name=place[1], cycle=shown))

    def _column(self, source: str, field: tree.Field, node: tree.Derive) -> DataColumn | None:
        value = Rows(self.names, source, self.reports).infer(node.value)
        if value is None:
            return None
        name = node.name.text
        if node.type is None:
            return DataColumn(name, name, _sort(value), value.type, field.span, derived=value)
        found = type_of(node.type, formatted=True)
        if isinstance(found, Diagnostic):
            self.reports.append(found)
            return None
        sort, declared, part = found
        typed = self._declared(field, node, value, declared)
        if typed is not None and part != 1 and unit_of(value).form != "percent":
            hundredth = Literal(NUMBER, value.span, Decimal("0.01"))
            typed = Operation(declared, value.span, "convert", (value, hundredth))
        return DataColumn(name, name, sort, declared, field.span, percent_of=part, derived=typed) if typed else None

    def _declared(self, field: tree.Field, node: tree.Derive, value: Expr, declared: Type) -> Expr | None:
        """The value as its declared type: converted where the units fit, else under the declared unit."""
        kinds = {value.type.kind, declared.kind}
        if len(kinds) > 1 and not kinds <= set(TIMES):
            said, found = units.say_type(declared), units.say_type(value.type)
            self.reports.append(DERIVED_KIND.at(field.span, name=node.name.text, declared=said, found=found))
            return None
        if declared.unit is not None and unit_of(value).fits(declared.unit):
            value = convert(value, declared.unit)
        return replace(value, type=declared)


def _sort(value: Expr) -> str:
    """The word for the type of a derived column."""
    unit = value.type.unit
    if value.type.kind is not Kind.NUMBER or unit is None:
        return value.type.kind.value
    if unit.form == "percent":
        return "percent"
    if unit.fits(units.known("seconds") or unit) and not unit.dimensionless:
        return "duration"
    return "money" if len(unit.dimensions) == 1 and unit.dimensions[0][0].isupper() else "number"

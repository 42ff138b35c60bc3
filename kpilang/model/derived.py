"""Derived columns, worked out in terms of the columns of their own source, each after those it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model import units
from kpilang.model.columns import type_of, wanted
from kpilang.model.conversion import TIMES, convert, unit_of
from kpilang.model.expr import Expr, Literal, Operation
from kpilang.model.limits import too_large, weigh
from kpilang.model.names import Names
from kpilang.model.nouns import DataColumn
from kpilang.model.order import ordered
from kpilang.model.origins import paths
from kpilang.model.rows import Rows
from kpilang.model.types import NUMBER, Kind, Type
from kpilang.syntax import tree
from kpilang.text import Span, Text

DERIVE_CYCLE = Problem(
    "E229",
    "derive-cycle",
    Text("the derived column `{name}` depends on itself: {cycle}", "派生列 `{name}` 依赖于自身：{cycle}"),
    help=Text("compute one of these columns without the others", "让其中一列的计算不再引用其他几列"),
)
DERIVED_KIND = Problem(
    "E345",
    "derived-of-other-kind",
    Text(
        "`{name}` is declared as {declared} and works out to {found}",
        "`{name}` 声明为{declared}，计算结果却是{found}",
    ),
    help=Text("declare the type that it works out to, or leave the type out", "按计算结果声明类型，或者省略类型"),
)


class Deriver:
    """Works out the derived columns of all sources, each after those it is made of, into the columns of its source."""

    def __init__(self, names: Names, columns: Mapping[str, dict[str, DataColumn]], reports: list[Diagnostic]) -> None:
        self.names = names
        self.columns = columns
        self.reports = reports

    def work_out(self, fields: Mapping[str, Mapping[str, tree.Field]]) -> None:
        """Fills in every derived column that is right; `fields` holds the declarations by source and name."""
        places = {
            f"{source}.{name}": (source, field) for source, held in fields.items() for name, field in held.items()
        }
        used = {place: dict(self._used(source, field, places)) for place, (source, field) in places.items()}
        order, circular = ordered(used, DERIVE_CYCLE, self.reports)
        for place in order:
            source, field = places[place]
            if place in circular or not isinstance(field.value, tree.Derive):
                continue
            column = self._column(source, field, field.value)
            if column is not None:
                self.columns[source][column.name] = column

    def _used(self, source: str, field: tree.Field, places: Mapping[str, object]) -> Iterator[tuple[str, Span]]:
        """The derived columns that a declaration names, here and behind links."""
        assert isinstance(field.value, tree.Derive)  # noqa: S101 - only those are held
        for path in paths(field.value.value):
            here, words = source, [name.text for name in path.names]
            if len(words) > 1 and words[0] == here and here not in self.names.sources[here].links:
                words = words[1:]
            for word in words[:-1]:
                link = self.names.sources[here].links.get(word) if here in self.names.sources else None
                here = link.target if link else ""
            if f"{here}.{words[-1]}" in places:
                yield f"{here}.{words[-1]}", path.span

    def _column(self, source: str, field: tree.Field, node: tree.Derive) -> DataColumn | None:
        value = Rows(self.names, source, self.reports).infer(node.value)
        large = too_large(weigh(value, {}), node.value.span) if value is not None else None
        if value is None or large is not None:
            self.reports.extend([large] if large is not None else [])
            return None
        name = node.name.text
        if node.type is None:
            return DataColumn(name, name, _sort(value), value.type, field.span, derived=value)
        by_row = isinstance(node.type.argument, tree.ByColumn)
        found = wanted(node.type) if by_row else type_of(node.type, formatted=True)
        if isinstance(found, Diagnostic):
            self.reports.append(found)
            return None
        sort, declared, part = found
        typed = self._declared(field, node, value, declared)
        if typed is not None and part != 1 and unit_of(value).form != "percent":
            hundredth = Literal(NUMBER, value.written, Decimal("0.01"))
            typed = Operation(declared, value.written, "convert", (value, hundredth))
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

"""Derived columns, worked out in terms of the columns of their own source, each after those it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model import units
from kpilang.model.calls import CLAUSES
from kpilang.model.columns import type_of, wanted
from kpilang.model.conversion import TIMES, convert, unit_of
from kpilang.model.expr import Aggregate, Column, Expr, Literal, Operation
from kpilang.model.limits import parts, too_large, weigh
from kpilang.model.made import DIFFERS, NOTHING_PER_KEY, OverKeys, WithoutKey
from kpilang.model.names import Names, as_written
from kpilang.model.nouns import DataColumn, column_of
from kpilang.model.order import ordered
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
PER_IN_GROUPS = Problem(
    "E264",
    "key-given-already",
    Text(
        "`{name}` says a key of its own, and each row of `{source}` is one already",
        "`{name}` 另写了键，而 `{source}` 的每一行就是一个键",
    ),
    help=Text("leave `per` out", "去掉 `per`"),
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
        places: dict[str, tuple[str, tree.Field | tree.Name]] = {
            f"{source}.{name}": (source, field) for source, held in fields.items() for name, field in held.items()
        }
        for name, made in self.names.sources.items():
            for key in made.declaration.grouping.keys if made.declaration.grouping is not None else ():
                places.setdefault(f"{name}.{key.text}", (name, key))
        used = {place: dict(self._used(source, said, places)) for place, (source, said) in places.items()}
        order, circular = ordered(used, DERIVE_CYCLE, self.reports)
        for place in order:
            source, said = places[place]
            if place in circular:
                continue
            column = self._key(source, said) if isinstance(said, tree.Name) else self._column(source, said)
            if column is not None:
                self.columns[source][column.name] = column

    def _used(
        self, source: str, said: tree.Field | tree.Name, places: Mapping[str, object]
    ) -> Iterator[tuple[str, Span]]:
        """The derived columns that a declaration names, here and behind links."""
        grouping = self.names.sources[source].grouping
        base = grouping.base if grouping is not None else source
        if isinstance(said, tree.Name):
            found = [(base, [said.text], said.span)]
        else:
            assert isinstance(said.value, tree.Derive)  # noqa: S101 - only those are held
            found = [
                (base if within else source, [name.text for name in path.names], path.span)
                for path, within in named(said.value.value)
            ]
            found += [(source, [key.text], key.span) for key in said.value.per]
            if grouping is not None:
                found += [(source, [key], said.span) for key in grouping.names]
        for here, words, span in found:
            place = self._end(here, words)
            if place in places:
                yield place, span

    def _end(self, here: str, words: list[str]) -> str:
        """The source and column at the end of a path, `source.column`."""
        if len(words) > 1 and words[0] == here and here not in self.names.sources[here].links:
            words = words[1:]
        for word in words[:-1]:
            link = self.names.sources[here].links.get(word) if here in self.names.sources else None
            here = link.target if link else ""
        return f"{here}.{words[-1]}"

    def _key(self, source: str, name: tree.Name) -> DataColumn | None:
        """A column of the key of a source made by grouping."""
        over = self._over(source, ())
        column = self.names.column(over.base, name.text) if over is not None else None
        if over is None or column is None:
            return None
        made = over.made(over.keys[name.text])
        return DataColumn(name.text, name.text, column.sort, column.type, name.span, made=made)

    def _over(self, source: str, per: tuple[tree.Name, ...]) -> OverKeys | None:
        """What reads the columns of a source that are worked out for each key; None where a key is wrong."""
        grouping = self.names.sources[source].grouping
        declared = self.names.sources[source].declaration.grouping
        if declared is not None and (missing := self.names.missing(declared.base, "source")) is not None:
            self.reports.append(missing)
            return None
        base = grouping.base if grouping is not None else source
        if base not in self.names.sources:
            return None
        names = declared.keys if declared is not None else per
        rows = Rows(self.names, base, self.reports)
        found = {name.text: rows.infer(tree.Path(*name.span.at, (name,))) for name in names}
        keys = {name: value for name, value in found.items() if value is not None}
        return OverKeys(self.names, source, base, keys, self.reports) if len(keys) == len(found) else None

    def _column(self, source: str, field: tree.Field) -> DataColumn | None:
        node = field.value
        assert isinstance(node, tree.Derive)  # noqa: S101 - only those are held
        if node.per and self.names.sources[source].grouping is not None:
            self.reports.append(PER_IN_GROUPS.at(field.span, name=node.name.text, source=source))
            return None
        over = self._over(source, node.per) if node.per or self.names.sources[source].grouping is not None else None
        if over is None and (node.per or self.names.sources[source].grouping is not None):
            return None
        value = (over or WithoutKey(self.names, source, self.reports)).infer(node.value)
        large = too_large(weigh(value, {}), node.value.span) if value is not None else None
        if value is None or large is not None:
            self.reports.extend([large] if large is not None else [])
            return None
        made = self._typed(field, node, value)
        return self._settled(made, node, over) if made is not None else None

    def _settled(self, column: DataColumn, node: tree.Derive, over: OverKeys | None) -> DataColumn | None:
        """A derived column, worked out row by row, or once for each key where it may be."""
        value = column.derived
        assert value is not None  # noqa: S101 - it was made of one
        over = over or self._alike(value)
        once = over.once(value) if over is not None else None
        aggregated = any(isinstance(part, Aggregate) for part in value.walk())
        if over is None or (once is None and not (aggregated or node.per)):
            return column
        if once is None:
            part = over.differing(value)
            self.reports.append(DIFFERS.at(part.span or node.value.span, name=as_written(part.span or node.value.span)))
            return None
        if node.per and not any(isinstance(part, Aggregate) for part in once.walk()):
            keys = ", ".join(name.text for name in node.per)
            self.reports.append(NOTHING_PER_KEY.at(node.span, name=node.name.text, keys=keys))
            return None
        return replace(column, derived=None, made=over.made(replace(once, written=value.written)))

    def _alike(self, value: Expr) -> OverKeys | None:
        """The keys for each of which a column is worked out, where all that it reads is worked out for the same."""
        read = [part for part in value.walk() if isinstance(part, Column)]
        made = [None if part.links else column_of(self.names.sources, part).made for part in read]
        first = made[0] if made else None
        if first is None or isinstance(value, Column) or any(each is None for each in made):
            return None
        keys = dict(zip(first.names, first.keys, strict=True))
        return OverKeys(self.names, read[0].source, first.base, keys, self.reports)

    def _typed(self, field: tree.Field, node: tree.Derive, value: Expr) -> DataColumn | None:
        """The column of a value, in the type declared, if one is."""
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


def named(node: tree.Node, *, within: bool = False) -> Iterator[tuple[tree.Path, bool]]:
    """The names in an expression, in the order written, and whether each stands within an aggregate."""
    if isinstance(node, tree.Path):
        yield node, within
        return
    inside = within or (isinstance(node, tree.Call) and node.function.text in CLAUSES)
    for part in parts(node):
        yield from named(part, within=inside)


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

"""Everything a project declares, by name, while and after it is checked: what expressions look their names up in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model.calendar import Calendar
from kpilang.model.expr import Aggregate, Column, Expr, Fold, Literal, Operation, Reach, Series, Shift, Total, Use
from kpilang.model.nearest import hint
from kpilang.model.nouns import DataColumn, DataSource, Kpi, Model, column_of
from kpilang.model.units import say_type
from kpilang.syntax import tree
from kpilang.text import Span, Text

UNKNOWN_NAME = Problem(
    "E201",
    "unknown-name",
    Text("there is no {sort} called `{name}`", "没有名为 `{name}` 的{sort}"),
    label=Text("not declared", "未声明"),
    help=Text("{hint}", "{hint}"),
)
OTHER_SORT = Problem(
    "E202",
    "wrong-sort-of-name",
    Text("`{name}` is {found}, and {sort} is needed here", "`{name}` 是{found}，而这里需要{sort}"),
    help=Text("{hint}", "{hint}"),
)
_MEASURED = Text("`{name}` is {unit}", "`{name}` 的单位是{unit}")

SORTS = {
    "owner": Text("owner", "负责人"),
    "goal": Text("goal", "目标"),
    "source": Text("source", "数据源"),
    "kpi": Text("KPI", "KPI"),
    "template": Text("template", "模板"),
}
_ONE = {
    "owner": Text("an owner", "负责人"),
    "goal": Text("a goal", "目标"),
    "source": Text("a source", "数据源"),
    "kpi": Text("a KPI", "KPI"),
    "template": Text("a template", "模板"),
}


@dataclass
class Names:
    """`declared` holds owners, goals, sources, templates and KPIs. `columns` of a source grow while derived ones are worked out;
    `written` names all that the declaration of each source writes out, wrong ones too. `kpi` gives a KPI that has been read, or None.
    `weights` says how deep and large the formulas read so far are, `hints` what was meant by names of a kind that are not declared. `trace`
    is told of each expression typed, with the source whose rows it is over. `damaged` names have lost a field to a mistake of syntax: what they seem to lack is not reported."""

    calendar: Calendar
    declared: Mapping[str, tree.Declaration]
    sources: Mapping[str, DataSource]
    kpi: Callable[[str], Kpi | None]
    written: Mapping[str, Sequence[str]] = field(default_factory=dict)
    damaged: frozenset[str] = frozenset()
    weights: dict[str, tuple[int, int]] = field(default_factory=dict)
    hints: dict[tuple[str, str], Text] = field(default_factory=dict)
    trace: Callable[[tree.Expr, Expr, str | None], None] | None = None

    @classmethod
    def of(cls, model: Model) -> Names:
        """The names of a checked model."""
        declared = {
            declaration.name.text: declaration
            for parsed in model.trees
            for declaration in parsed.declarations
            if declaration.name is not None
        }
        damaged = frozenset(name for parsed in model.trees for name in parsed.damaged)
        written = {name: written_columns(source.declaration) for name, source in model.sources.items()}
        return cls(model.calendar, declared, model.sources, model.kpis.get, written, damaged)

    def of_kind(self, kind: str) -> list[str]:
        """The declared names of one kind."""
        return [name for name, declaration in self.declared.items() if declaration.kind == kind]

    def meant(self, name: str, kind: str) -> Text:
        """A hint at what a name that is not declared may mean; looked for once, since many may say the same."""
        if (name, kind) not in self.hints:
            self.hints[name, kind] = hint(name, self.of_kind(kind))
        return self.hints[name, kind]

    def has_column(self, source: str, name: str) -> bool:
        """Whether a source declares a column of this name, derived or not, right or wrong."""
        return name in self.sources[source].columns or name in self.written.get(source, ())

    def column_names(self, source: str) -> list[str]:
        """The columns of a source, derived ones too."""
        return list(dict.fromkeys([*self.sources[source].columns, *self.written.get(source, ())]))

    def column(self, source: str, name: str) -> DataColumn | None:
        """A column of a source; None where it is wrong."""
        return self.sources[source].columns.get(name)

    def missing(self, name: tree.Name, kind: str, kpi: str | None = None) -> Diagnostic | None:
        """The report on a name that should be declared as a kind of thing; None where it is, or was lost to a mistake."""
        there = self.declared.get(name.text)
        if (there is not None and there.kind == kind) or (there is None and name.text in self.damaged):
            return None
        wanted = self.meant(name.text, kind)
        if there is None:
            return UNKNOWN_NAME.at(name.span, kpi=kpi, sort=SORTS[kind], name=name.text, hint=wanted)
        return OTHER_SORT.at(
            name.span,
            kpi=kpi,
            marks=(declared_at(there),),
            name=name.text,
            found=_ONE[there.kind],
            sort=_ONE[kind],
            hint=wanted,
        )


def written_columns(source: tree.Declaration) -> tuple[str, ...]:
    """The names of the columns that a source writes out, derived or not, right or wrong."""
    nodes = (field.value for field in source.fields)
    keys = [key.text for key in source.grouping.keys] if source.grouping is not None else []
    declared = (node.name.text for node in nodes if isinstance(node, tree.Column | tree.Derive))
    return tuple(dict.fromkeys([*keys, *declared]))


def declared_at(declaration: tree.Declaration) -> Mark:
    """The place where a name is declared."""
    return Mark(declaration.head, Text("declared here", "在这里声明"))


def as_written(span: Span) -> str:
    """The text of a span on one line, without comments."""
    text = span.text
    if "#" in text:
        text = _without_comments(text)
    return " ".join(text.split())


def _without_comments(text: str) -> str:
    out, quoted, skipping, escaped = [], False, False, False
    for sign in text:
        if skipping:
            skipping = sign not in "\r\n"
        elif sign == "#" and not quoted:
            skipping = True
        elif sign == '"' and not escaped:
            quoted = not quoted
        escaped = quoted and sign == "\\" and not escaped
        if not skipping:
            out.append(sign)
    return "".join(out)


def origin(names: Names, value: Expr) -> tuple[Span, Text] | None:
    """Where the type of a value comes from: the place, and words that say so; None where it has no single place."""
    match value:
        case Column():
            column = column_of(names.sources, value)
            words = say_type(value.type)
            return column.span, _MEASURED.fill(name=column.name, unit=words)
        case Use():
            return _kpi_origin(names, value)
        case Aggregate(arguments=(argument, *_)) if value.function != "count":
            return origin(names, argument)
        case Operation(
            name="convert" | "add" | "subtract" | "negate" | "abs" | "round" | "coalesce" | "greatest" | "least"
        ):
            return origin(names, value.arguments[0])
        case Operation(name="if"):
            return origin(names, value.arguments[1])
        case Shift() | Reach() | Total():
            return origin(names, value.value)
        case Fold() | Series() if value.function not in ("count", "irr"):
            return origin(names, value.value)
        case Operation(name="multiply" | "divide") | Literal():
            return _single(names, value)
    return None


def _single(names: Names, value: Expr) -> tuple[Span, Text] | None:
    """The one operand of a product that has a dimension."""
    if not isinstance(value, Operation):
        return None
    with_unit = [part for part in value.arguments if part.type.unit is not None and not part.type.unit.dimensionless]
    return origin(names, with_unit[0]) if len(with_unit) == 1 else None


def _kpi_origin(names: Names, value: Use) -> tuple[Span, Text] | None:
    kpi = names.kpi(value.kpi)
    if kpi is None:
        return None
    unit, words = kpi.first("unit"), say_type(value.type)
    place = unit.span if unit is not None else kpi.declaration.head
    return place, _MEASURED.fill(name=kpi.name, unit=words)

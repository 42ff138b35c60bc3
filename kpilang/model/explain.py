"""The trace that `kpi explain` shows: each part of a formula as written, with the type and unit inferred for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kpilang.diagnostics import Diagnostic
from kpilang.model import units
from kpilang.model.expr import Column, Expr, Literal, Operation, Use
from kpilang.model.formulas import Formulas
from kpilang.model.names import Names, as_written
from kpilang.model.nouns import DataColumn, Kpi, Model
from kpilang.model.types import Type
from kpilang.syntax import tree
from kpilang.text import Text

_CONVERTED = Text("`{text}` converted from {before} to {after}", "`{text}` 由{before}换算为{after}")

_RATED = {
    "day": Text(
        "by the rates of `{rates}`, the latest not after the row's own day", "用 `{rates}` 中不晚于该行当天的最近汇率"
    ),
    "closing": Text(
        "by the rates of `{rates}`, the last before the window ends", "用 `{rates}` 中窗口结束前的最后汇率"
    ),
    "average": Text("by the rates of `{rates}`, their mean in the window", "用 `{rates}` 在窗口内的平均汇率"),
}


@dataclass(frozen=True)
class Step:
    """One part of a formula: as written, its type, and what happened on the way (a link read, a unit converted)."""

    text: str
    type: Type
    note: Text | None = None

    @property
    def words(self) -> Text:
        """Type and note in one sentence."""
        said = units.say_type(self.type)
        if self.note is None:
            return said
        return Text(f"{said.en}; {self.note.en}", f"{said.zh}；{self.note.zh}")


def steps(model: Model, kpi: Kpi) -> tuple[Step, ...]:
    """The parts of a KPI's formula, innermost first, the whole in its declared unit last, then those of the expressions in
    its targets that are not among them; none for an unsound KPI."""
    field = kpi.first("formula")
    if field is None or not isinstance(field.value, tree.Expr) or kpi.formula is None:
        return ()
    found: dict[tuple[str, Type], Step] = {}

    def listen(node: tree.Expr, value: Expr, source: str | None) -> None:
        if isinstance(node, tree.Parenthesis) or _is_bare_literal(value):
            return
        text = as_written(node.span)
        step = Step(text, value.type, _joined(list(_notes(model, node, value, source))))
        found.setdefault((text, value.type), step)

    names = replace(Names.of(model), trace=listen)
    reports: list[Diagnostic] = []
    Formulas(names, reports, kpi.name).infer(field.value)
    own = list(found.values())
    last = _declared(kpi, field.value, own)
    told = own if last is None else [*(each for each in own if each.text != last.text), last]
    for line in (*kpi.targets, *kpi.accepts, *kpi.stretches):
        if isinstance(line.node.value, tree.Target) and line.node.value.formula is not None:
            Formulas(names, reports, kpi.name).infer(line.node.value.formula)
    return (*told, *list(found.values())[len(own) :])


def _is_bare_literal(value: Expr) -> bool:
    return isinstance(value, Literal) and (value.type.unit is None or value.type.unit.dimensionless)


def _notes(model: Model, node: tree.Expr, value: Expr, source: str | None) -> Iterator[Text]:
    if isinstance(node, tree.Path) and source is not None:
        yield from _column_notes(model, value, node, source)
    if isinstance(value, Use):
        yield Text(f"the KPI `{value.kpi}`", f"KPI `{value.kpi}`")
    if isinstance(value, Operation) and value.name == "exchange":
        rates, _, rule = (str(part.value) for part in value.arguments[2:] if isinstance(part, Literal))
        yield _RATED[rule].fill(rates=rates)
    for part in value.children:
        if isinstance(part, Operation) and part.name in ("convert", "divide") and part.span and _converts(part):
            before, after = units.say_type(part.arguments[0].type), units.say_type(part.type)
            text = as_written(part.span)
            yield _CONVERTED.fill(text=text, before=before, after=after)


def _converts(part: Operation) -> bool:
    """Whether an operation was put in to convert its first operand, and stands where that stands."""
    first = part.arguments[0]
    return first.span == part.span and isinstance(part.arguments[1], Literal)


def _column_notes(model: Model, value: Expr, node: tree.Path, source: str) -> Iterator[Text]:
    columns = [part for part in value.walk() if isinstance(part, Column)]
    for links in dict.fromkeys(part.links for part in columns if part.links):
        way = " → ".join((source, *links))
        yield Text(f"read along {way}", f"沿 {way} 读取")
    column = _named(model, source, [name.text for name in node.names])
    if column is not None and not column.in_file and column.span.text:
        yield Text(f"derived: {as_written(column.span)}", f"派生：{as_written(column.span)}")
        if _is_typed(model, column):
            yield Text("its declared type sets the unit", "单位由声明的类型决定")


def _named(model: Model, source: str, words: list[str]) -> DataColumn | None:
    """The column that a path names, seen from the rows of a source."""
    here = model.sources[source]
    if len(words) > 1 and words[0] == source and source not in here.links:
        words = words[1:]
    for word in words[:-1]:
        if word not in here.links or here.links[word].target not in model.sources:
            return None
        here = model.sources[here.links[word].target]
    return here.columns.get(words[-1])


def _is_typed(model: Model, column: DataColumn) -> bool:
    """Whether a derived column was declared with a type."""
    fields = (field for source in model.sources.values() for field in source.declaration.all("derive"))
    return any(field.span == column.span and _type_of(field.value) is not None for field in fields)


def _type_of(value: object) -> tree.ColumnType | None:
    return value.type if isinstance(value, tree.Derive) else None


def _joined(notes: list[Text]) -> Text | None:
    if not notes:
        return None
    return Text("; ".join(note.en for note in notes), "；".join(note.zh for note in notes))


def _declared(kpi: Kpi, formula: tree.Expr, before: list[Step]) -> Step | None:
    """The last step, where the KPI declares a unit: the whole formula in it, in place of the formula as inferred."""
    if kpi.first("unit") is None or kpi.formula is None:
        return None
    note = Text("as declared by `unit`", "由 `unit` 声明")
    inferred = before[-1].type.unit if before else None
    if inferred is not None and kpi.unit is not None and inferred.scale != kpi.unit.scale:
        said = units.say(inferred)
        note = Text(f"{note.en}, converted from {said.en}", f"{note.zh}，由{said.zh}换算")
    text = as_written(formula.span)
    earlier = [each.note for each in before if each.text == text and each.note is not None]
    return Step(text, kpi.formula.type, _joined([*earlier, note]))

"""KPI declarations: fields in force, formula and unit, targets, and the names they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from kpilang.diagnostics import Diagnostic, Mark, Problem, Severity
from kpilang.model import units, words
from kpilang.model.aims import AimReader, baseline, is_particular, narrowed
from kpilang.model.conversion import convert, unit_of
from kpilang.model.degrees import keeps_target
from kpilang.model.expr import Expr, Use, direct, read_by, with_sets
from kpilang.model.fields import Fields
from kpilang.model.formulas import Formulas
from kpilang.model.hundreds import doubled
from kpilang.model.life import LENGTH_ALONE, without_source
from kpilang.model.limits import too_large, weigh
from kpilang.model.looks import by_period, too_short
from kpilang.model.names import Names
from kpilang.model.nearest import hint
from kpilang.model.nouns import FilledIn, Kpi, Target
from kpilang.model.owners import owner_reports
from kpilang.model.sorts import Sorts
from kpilang.model.targets import TargetReader
from kpilang.model.types import Kind, Type, Unit
from kpilang.syntax import tree
from kpilang.text import Text

UNIT_MISMATCH = Problem(
    "E306",
    "unit-mismatch",
    Text(
        "the formula gives {inferred}, and `unit` says {declared}",
        "公式的结果是{inferred}，而 `unit` 写的是{declared}",
    ),
    label=Text("declared as {declared}", "声明为{declared}"),
    help=Text("change `unit` or the formula until they agree", "修改 `unit` 或公式，使两者一致"),
)
NOT_A_NUMBER = Problem(
    "E307",
    "formula-not-a-number",
    Text("the formula gives {found}, and a KPI is a number", "公式的结果是{found}，而 KPI 必须是数字"),
    help=Text("{mend}", "{mend}"),
)
UNKNOWN_FIELD = Problem(
    "E230",
    "unknown-own-field",
    Text("the project declares no field `{name}`", "项目没有声明字段 `{name}`"),
    help=Text("fields of your own are declared in kpi.yaml; {hint}", "自定义字段在 kpi.yaml 中声明；{hint}"),
)
OWN_FIELD_KIND = Problem(
    "E231",
    "own-field-kind",
    Text("the field `{name}` holds {wanted}", "字段 `{name}` 应为{wanted}"),
    help=Text("write {form}", "写{form}"),
)
_OWN_KINDS = {
    "text": (
        tree.String,
        Text("a text", "文本"),
        Text('a text in quotes: `field {name} "…"`', '带引号的文本：`field {name} "…"`'),
    ),
    "name": (tree.Name, Text("a name", "名称"), Text("a name: `field {name} word`", "名称：`field {name} word`")),
    "number": (tree.Quantity, Text("a number", "数字"), Text("a number: `field {name} 5`", "数字：`field {name} 5`")),
}
_NONE = frozenset[str]()
_DATED = (tree.Review, tree.Baseline, tree.Period)
_LINES = ("target", "accept", "stretch")
_REFERENCES = {"goal": "goal", "parent": "kpi", "guard": "kpi"}


class KpiReader:
    """Reads one KPI whose used KPIs have been read before."""

    def __init__(
        self,
        names: Names,
        own_fields: Mapping[str, str],
        declaration: tree.Declaration,
        fields: Fields,
        filled: FilledIn | None = None,
    ) -> None:
        assert declaration.name is not None  # noqa: S101 - the grammar names every KPI
        self.names = names
        self.own_fields = own_fields
        self.declaration = declaration
        self.name = declaration.name.text
        self.fields = fields
        self.filled = filled
        self.label = declaration.label or (filled.template.label if filled else None)
        self.reports: list[Diagnostic] = []
        self.uses = _NONE
        self.whole = True

    def read(self) -> Kpi:
        """The KPI; `sound` is false where something in it was reported, or where a part it uses is not sound."""
        direction, period, state = self.word("direction"), self.period(), self.state()
        owners, goals = self.owners(), self.references()
        for word in ("level", "indicator", "nature", "perspective"):
            self.word(word)
        self.dates()
        self.own()
        value, unit = self.formula(period)
        self.owners_of_members(value)
        targets = self.targets(unit, direction, period)
        wrong = any(report.severity is Severity.ERROR for report in self.reports)
        open_ = self.declaration.filled is not None and self.filled is None
        hollow = open_ or (value is None and "formula" in self.fields)
        return Kpi(
            self.name,
            self.label,
            self.declaration,
            self.fields,
            formula=value,
            unit=unit,
            direction=direction,
            period=period,
            targets=targets["target"],
            accepts=targets["accept"],
            stretches=targets["stretch"],
            owners=owners,
            goals=goals,
            state=state,
            uses=self.uses if value else _NONE,
            sources=_one(part.source for part in with_sets(read_by(value))) if value else _NONE,
            keeps_target=value is not None and keeps_target(value),
            filled=self.filled,
            sound=not wrong and not hollow and self.name not in self.names.damaged,
        )

    def first(self, word: str) -> tree.Field | None:
        found = self.fields.all(word)
        return found[0] if found else None

    def taken(self, found: str | Diagnostic) -> str | None:
        """A word, or None after passing its report on."""
        if isinstance(found, Diagnostic):
            self.reports.append(replace(found, kpi=self.name))
            return None
        return found

    def word(self, field: str) -> str | None:
        item = self.first(field)
        return self.taken(words.word(item.value, field)) if item and isinstance(item.value, tree.Name) else None

    def period(self) -> str | None:
        item = self.first("period")
        if item is not None and isinstance(item.value, tree.Spaced):
            return self.taken(words.weeks(self.names.calendar, item.value))
        return (
            self.taken(words.grain(item.value, with_all=True)) if item and isinstance(item.value, tree.Grain) else None
        )

    def state(self) -> str:
        item = self.first("state")
        if item is None or not isinstance(item.value, tree.State):
            return "active"
        if item.value.replaced_by is not None:
            self.missing(item.value.replaced_by, "kpi")
            return "replaced"
        return self.taken(words.word(item.value.word, "state")) or "active"

    # ---- names

    def missing(self, name: tree.Name, kind: str) -> bool:
        report = self.names.missing(name, kind, self.name)
        if report is not None:
            self.reports.append(report)
        return report is not None

    def owners(self) -> tuple[tree.Name | tree.String, ...]:
        item = self.first("owner")
        if item is None or not isinstance(item.value, tree.References):
            return ()
        self.reports.extend(owner_reports(self.names, item.value, self.name))
        return item.value.items

    def owners_of_members(self, formula: Expr | None) -> None:
        """Reports on owners of some members that are not declared, and on conditions that are about nothing."""
        for item in self.fields.all(tree.OWNER_WHERE):
            if isinstance(item.value, tree.References) and item.value.where is not None:
                self.reports.extend(owner_reports(self.names, item.value, self.name))
                narrowed(self.names, formula, item.value.where, self.reports, self.name)

    def references(self) -> tuple[str, ...]:
        """The goals it serves; goals, parents and guards that are not declared are reported."""
        goals: tuple[str, ...] = ()
        for word, kind in _REFERENCES.items():
            there = [
                name.text
                for item in self.fields.all(word)
                for name in _names(item.value)
                if not self.missing(name, kind)
            ]
            goals = tuple(there) if word == "goal" else goals
        return goals

    def dates(self) -> None:
        """Periods and grains that no stage reads yet are checked all the same."""
        for value in (item.value for item in self.fields.lines if isinstance(item.value, _DATED)):
            period: tree.Period | None = None
            if isinstance(value, tree.Review):
                self.taken(words.grain(value.every))
                period = value.last
            elif isinstance(value, tree.Baseline):
                period = value.period
            elif isinstance(value, tree.Period):
                period = value
            found = words.period(self.names.calendar, period) if period is not None else None
            if isinstance(found, Diagnostic):
                self.taken(found)
        for report in words.notes(self.names.calendar, self.fields.all("accepted")):
            self.taken(report)

    def own(self) -> None:
        for item in self.fields.all("field"):
            if isinstance(item.value, tree.OwnField):
                self.own_field(item.value)

    def own_field(self, node: tree.OwnField) -> None:
        name, kind = node.name.text, self.own_fields.get(node.name.text)
        if kind is None:
            told = hint(name, self.own_fields)
            self.reports.append(UNKNOWN_FIELD.at(node.name.span, kpi=self.name, name=name, hint=told))
            return
        wanted_type, wanted, form = _OWN_KINDS[kind]
        if not isinstance(node.value, wanted_type):
            report = OWN_FIELD_KIND.at(
                node.value.span, kpi=self.name, name=name, wanted=wanted, form=form.fill(name=name)
            )
            self.reports.append(report)

    # ---- formula and unit

    def formula(self, period: str | None) -> tuple[Expr | None, Unit | None]:
        """The formula in its unit, and the unit; without a sound formula the declared one."""
        unit = self.unit()
        item = self.first("formula")
        if item is None or not isinstance(item.value, tree.Expr):
            return None, unit
        value = self.typed(item.value)
        self.uses = _one(part.kpi for part in direct(value) if isinstance(part, Use)) if value is not None else _NONE
        if value is None or not self.looks_back(period, value):
            return None, unit
        value = self.in_unit(value, item, unit)
        return value, unit if value is None else value.type.unit

    def typed(self, node: tree.Expr) -> Expr | None:
        """The formula as written, typed; None after a report, also where it is too large."""
        value = self.inferred(node)
        if value is None:
            return None
        weight = weigh(value, self.names.weights)
        large = too_large(weight, node.span)
        if large is not None:
            self.reports.append(replace(large, kpi=self.name))
            return None
        self.names.weights[self.name] = weight
        alone = without_source(value)
        if alone is not None:
            self.reports.append(LENGTH_ALONE.at(alone.span, kpi=self.name))
        return value if alone is None else None

    def inferred(self, node: tree.Expr) -> Expr | None:
        """The formula typed; where a template was given things of a wrong sort, the reports are on these alone."""
        if self.filled is None:
            return Formulas(self.names, self.reports, self.name).infer(node)
        sorts, reports = Sorts(self.filled, self.name), list[Diagnostic]()
        value = Formulas(replace(self.names, trace=sorts.listen), reports, self.name).infer(node)
        self.reports.extend(sorts.reports.values() or reports)
        return None if sorts.reports else value

    def unit(self) -> Unit | None:
        item = self.first("unit")
        if item is None or not isinstance(item.value, tree.UnitSpec):
            return None
        found = units.declared(item.value)
        if isinstance(found, Diagnostic):
            self.reports.append(replace(found, kpi=self.name))
            return None
        return found

    def in_unit(self, value: Expr, item: tree.Field, unit: Unit | None) -> Expr | None:
        """The formula in the declared unit, or in its own under a name."""
        if value.type.kind is not Kind.NUMBER:
            mend = Text(
                "make it a number by an aggregate, such as `count(…)` or `sum(…)`",
                "用聚合把它变成数字，例如 `count(…)` 或 `sum(…)`",
            )
            if value.type.kind is Kind.BOOL:
                mend = Text("write `if … then 1 else 0`", "写 `if … then 1 else 0`")
            span = item.value.span if isinstance(item.value, tree.Expr) else item.span
            self.reports.append(NOT_A_NUMBER.at(span, kpi=self.name, found=units.say_type(value.type), mend=mend))
            return None
        inferred = unit_of(value)
        if unit is None:
            return replace(value, type=Type(Kind.NUMBER, units.named(inferred)))
        if not inferred.fits(unit):
            self.mismatch(value, inferred, unit)
            return None
        twice = doubled(value, unit.form, self.name) if unit.form in ("percent", "points") else None
        if twice is not None:
            self.reports.append(twice)
            return None
        counted = unit if unit.counted == inferred.counted else replace(unit, counted=inferred.counted)
        return replace(convert(value, unit), type=Type(Kind.NUMBER, counted))

    def mismatch(self, value: Expr, inferred: Unit, unit: Unit) -> None:
        item = self.first("unit")
        assert item is not None  # noqa: S101 - the unit came from there
        words_ = units.say(inferred)
        marks = [Mark(value.span, Text("this is {unit}", "这里是{unit}").fill(unit=words_))] if value.span else []
        marks.extend(Formulas(self.names, self.reports, self.name).marks(value))
        said = units.say(unit)
        report = UNIT_MISMATCH.at(item.span, kpi=self.name, marks=tuple(marks), inferred=words_, declared=said)
        self.reports.append(report)

    def looks_back(self, period: str | None, value: Expr) -> bool:
        """Whether every look at another window in an expression is by the KPI's period or longer; else a report."""
        report = next((found for part in by_period(value) if (found := too_short(part, period or "all"))), None)
        if report is not None:
            self.reports.append(replace(report, kpi=self.name))
        return report is None

    # ---- targets

    def targets(self, unit: Unit | None, direction: str | None, period: str | None) -> dict[str, tuple[Target, ...]]:
        """The lines of `target`, `accept` and `stretch`, none where some wait for `aimed`; baseline and benchmark are held
        against the unit too."""
        place = self.first("unit") or self.first("formula")
        reader = TargetReader(self.names.calendar, self.name, unit, place, direction, period, self.reports)
        for word in ("baseline", "benchmark"):
            for field in self.fields.all(word):
                if isinstance(field.value, tree.Baseline | tree.Benchmark):
                    reader.value(field.value.quantity)
        return dict.fromkeys(_LINES, ()) if self.waits else self.lines(reader)

    @property
    def waits(self) -> bool:
        """Whether some lines are read only when all formulas are: those that are computed may name any KPI."""
        return any(is_particular(field) for word in _LINES for field in self.fields.all(word))

    def lines(self, reader: TargetReader) -> dict[str, tuple[Target, ...]]:
        read = {word: [reader.target(field) for field in self.fields.all(word)] for word in _LINES}
        self.whole = all(None not in lines for lines in read.values())
        return {word: tuple(line for line in lines if line is not None) for word, lines in read.items()}

    def aimed(self, kpi: Kpi) -> Kpi:
        """The KPI as it was read, with its lines of `target`, `accept` and `stretch`."""
        self.reports, place = [], self.first("unit") or self.first("formula")
        about = (self.names.calendar, self.name, kpi.unit, place, kpi.direction, kpi.period)
        known = baseline(TargetReader(*about, []), self.fields.all("baseline"))
        reader = AimReader(*about, self.reports, self.names, kpi.formula, known, partial(self.looks_back, kpi.period))
        lines = self.lines(reader)
        targets, accepts, stretches = (lines[word] for word in _LINES)
        return replace(kpi, targets=targets, accepts=accepts, stretches=stretches, sound=kpi.sound and self.whole)


def _names(value: object) -> Sequence[tree.Name]:
    if isinstance(value, tree.Name):
        return (value,)
    if isinstance(value, tree.References):
        return [item for item in value.items if isinstance(item, tree.Name)]
    return ()


def _one(names: Iterable[str]) -> frozenset[str]:
    """A set of names, one and the same for all KPIs that use the same: sets are large."""
    return _shared(frozenset(names))


@lru_cache(maxsize=1000)
def _shared(names: frozenset[str]) -> frozenset[str]:
    return names

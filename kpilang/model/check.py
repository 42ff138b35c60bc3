"""Trees to model: every name resolved, every type and unit inferred, every mistake reported once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model import words
from kpilang.model.declare import Declared, collect
from kpilang.model.derived import Deriver
from kpilang.model.fields import Fields, in_force
from kpilang.model.grouped import GroupReader
from kpilang.model.groups import stand
from kpilang.model.kpis import KpiReader
from kpilang.model.links import links_led, times_along_links
from kpilang.model.names import UNKNOWN_NAME, Names, written_columns
from kpilang.model.nouns import DataSource, FilledIn, Goal, Kpi, Model, Owner
from kpilang.model.order import KPI_CYCLE, ordered, uses
from kpilang.model.owners import owner_reports
from kpilang.model.rates import told_once
from kpilang.model.rows import UNKNOWN_COLUMN, UNKNOWN_LINK
from kpilang.model.settled import Settled
from kpilang.model.soundness import flawed, stands
from kpilang.model.sources import SourceReader
from kpilang.model.templates import OF_TEMPLATES, Filler, read_templates
from kpilang.syntax import tree
from kpilang.text import Span, Text

GOAL_CYCLE = Problem(
    "E208",
    "goal-cycle",
    Text("the goal `{name}` is above itself: {cycle}", "目标 `{name}` 是自身的上级：{cycle}"),
    help=Text("take `parent` away from one of these goals", "去掉其中一个目标的 `parent`"),
)
PARENT_CYCLE = Problem(
    "E232",
    "parent-cycle",
    Text("the KPI `{name}` is above itself: {cycle}", "KPI `{name}` 是自身的上级：{cycle}"),
    help=Text("take `parent` away from one of these KPIs", "去掉其中一个 KPI 的 `parent`"),
)
HERE_TOO = Text("here too", "这里也是")
HERE_AND = Text("here too; further places: {count}", "这里也是；另有 {count} 处")
MARKED = 4
"""How many further places of a name that is not declared are marked."""

_UNDECLARED = frozenset(problem.code for problem in (UNKNOWN_NAME, UNKNOWN_COLUMN, UNKNOWN_LINK))
_Parents = Mapping[str, tuple[str | None, Span | None]]


def check(trees: Sequence[tree.Tree], own_fields: Mapping[str, str] | None = None) -> Model:
    """The model of a project. `own_fields` are the fields declared in kpi.yaml: name to text, name or number."""
    reports: list[Diagnostic] = []
    declared = collect(trees, reports)
    names = _with_sources(declared, reports)
    owners = {owner.name: owner for owner in (_owner(each, reports) for each in declared.of_kind("owner"))}
    goals = {goal.name: goal for goal in (_goal(names, each, reports) for each in declared.of_kind("goal"))}
    _circles(
        {name: (goal.parent, _place(goal.declaration.first("parent"))) for name, goal in goals.items()},
        GOAL_CYCLE,
        reports,
    )
    templates = read_templates(declared.of_kind("template"), declared.calendar, reports)
    filler = Filler(names, templates, reports)
    filled = {each.name.text: filler.fill(each) for each in declared.of_kind("kpi") if each.name is not None}
    kpis = _kpis(names, declared, filled, own_fields or {}, reports)
    _circles({name: _above(kpi) for name, kpi in kpis.items()}, PARENT_CYCLE, reports)
    settled = Settled(filled)
    found = [report for parsed in trees for report in parsed.diagnostics] + [settled.told(each) for each in reports]
    diagnostics = tuple(_once(found))
    return Model(declared.calendar, owners, goals, names.sources, kpis, tuple(trees), diagnostics, templates)


def _once(reports: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Reports in reading order, each once: a mistake in a file's defaults is met by every KPI."""
    seen: dict[object, Diagnostic] = {}
    for report in reports:
        place = (report.code, report.span.source.path, report.span.start) if report.span else (report.code,)
        seen.setdefault((place, report.message), report)
    return list(_gathered(sorted(seen.values(), key=lambda report: report.order)))


def _gathered(reports: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """A name that a KPI, or else a file, uses again and again and nothing declares: reported at its first place, with
    the others marked."""
    groups: dict[object, list[Diagnostic]] = {}
    for number, report in enumerate(reports):
        again = report.code in _UNDECLARED and report.span is not None
        key = (report.code, report.message, report.kpi, report.span.source.path) if again and report.span else number
        groups.setdefault(key, []).append(report)
    for first, *others in groups.values():
        places = [report.span for report in others if report.span is not None]
        marks = [Mark(place, HERE_TOO) for place in places[:MARKED]]
        if len(places) > MARKED:
            marks[-1] = Mark(places[MARKED - 1], HERE_AND.fill(count=len(places) - MARKED))
        yield replace(first, marks=(*first.marks, *marks)) if marks else first


def _with_sources(declared: Declared, reports: list[Diagnostic]) -> Names:
    """The names of the project, with every source read and every derived column worked out."""
    sources: dict[str, DataSource] = {}
    derives: dict[str, dict[str, tree.Field]] = {}
    readers = [
        (SourceReader if each.grouping is None else GroupReader)(each, declared.calendar, reports)
        for each in declared.of_kind("source")
    ]
    for reader in readers:
        sources[reader.name] = reader.read(sound=reader.name not in declared.unsound)
        derives[reader.name] = reader.derived()
    told_once(sources, reports)
    written = {reader.name: written_columns(reader.declaration) for reader in readers}
    names = Names(declared.calendar, declared.names, sources, lambda _: None, written, declared.damaged)
    for name, source in list(sources.items()):
        sources[name] = links_led(names, source, reports)
    columns = {reader.name: reader.columns for reader in readers}
    Deriver(names, columns, reports).work_out(derives)
    for reader in readers:
        if isinstance(reader, GroupReader):
            sources[reader.name] = reader.settled(sources[reader.name])
    for name, source in list(sources.items()):
        sources[name] = times_along_links(names, source, reports)
    stand(names, sources, columns, reports)
    return names


def _owner(declaration: tree.Declaration, reports: list[Diagnostic]) -> Owner:
    assert declaration.name is not None  # noqa: S101 - the grammar names every owner
    department, level = declaration.first("department"), declaration.first("level")
    word = words.word(level.value, "level") if level and isinstance(level.value, tree.Name) else None
    if isinstance(word, Diagnostic):
        reports.append(word)
        word = None
    address = declaration.address.value if declaration.address else None
    team = department.value.value if department and isinstance(department.value, tree.String) else None
    return Owner(declaration.name.text, declaration.label, address, team, word, declaration)


def _goal(names: Names, declaration: tree.Declaration, reports: list[Diagnostic]) -> Goal:
    assert declaration.name is not None  # noqa: S101 - the grammar names every goal
    owners: tuple[tree.Name | tree.String, ...] = ()
    parent, span = None, None
    for field in declaration.fields:
        value = field.value
        if field.word == "owner" and isinstance(value, tree.References):
            owners = value.items
            reports.extend(owner_reports(names, value))
        elif field.word == "parent" and isinstance(value, tree.Name):
            missing = names.missing(value, "goal")
            reports.extend([missing] if missing else [])
            parent = None if missing else value.text
        elif field.word == "perspective" and isinstance(value, tree.Name):
            word = words.word(value, "perspective")
            reports.extend([word] if isinstance(word, Diagnostic) else [])
        elif isinstance(value, tree.PeriodRange):
            found = words.stretch(names.calendar, value)
            reports.extend([found] if isinstance(found, Diagnostic) else [])
            span = None if isinstance(found, Diagnostic) else found
    return Goal(declaration.name.text, declaration.label, owners, parent, span, declaration)


def _above(kpi: Kpi) -> tuple[str | None, Span | None]:
    """The KPI that one breaks down, and where that is said."""
    field = kpi.first("parent")
    return (field.value.text if field and isinstance(field.value, tree.Name) else None), _place(field)


def _place(field: tree.Field | None) -> Span | None:
    return field.span if field else None


def _circles(parents: _Parents, problem: Problem, reports: list[Diagnostic]) -> None:
    """Reports each circle of things that are above themselves, once, at the first of its names."""
    settled: set[str] = set()
    for name in parents:
        trail: list[str] = []
        at: str | None = name
        while at is not None and at in parents and at not in settled and at not in trail:
            trail.append(at)
            at = parents[at][0]
        if at in trail:
            circle = [*trail[trail.index(at) :], at]
            reports.append(problem.at(parents[at][1], name=at, cycle=" → ".join(circle)))
        settled.update(trail)


def _kpis(
    names: Names,
    declared: Declared,
    filled: Mapping[str, FilledIn | None],
    own_fields: Mapping[str, str],
    reports: list[Diagnostic],
) -> dict[str, Kpi]:
    """Every KPI, in the order declared, each read after those it uses."""
    declarations = {each.name.text: each for each in declared.of_kind("kpi") if each.name is not None}
    fields = {
        name: in_force(each.fields, _taken_over(filled[name]), declared.default_fields(each))
        for name, each in declarations.items()
    }
    formulas = {name: value for name, held in fields.items() if isinstance(value := _formula(held), tree.Expr)}
    order, circular = ordered(uses(formulas), KPI_CYCLE, reports)
    done: dict[str, Kpi] = {}
    waiting: list[KpiReader] = []
    names.kpi = done.get
    for name in dict.fromkeys([*order, *declarations]):
        held = fields[name].without("formula") if name in circular else fields[name]
        reader = KpiReader(names, own_fields, declarations[name], held, filled[name])
        made = reader.read()
        reports.extend(reader.reports)
        done[name] = made if name not in circular else replace(made, fields=fields[name], sound=False)
        waiting += [reader] if reader.waits else []
    for reader in waiting:
        done[reader.name] = reader.aimed(done[reader.name])
        reports.extend(reader.reports)
    spoilt = _spoilt(names, declared, done)
    return {name: replace(done[name], sound=False) if name in spoilt else done[name] for name in declarations}


def _spoilt(names: Names, declared: Declared, kpis: Mapping[str, Kpi]) -> set[str]:
    """The KPIs, each after those it uses, that rest on a declaration which does not say what was meant.

    Their formulas are typed all the same, so that every mistake is reported at once.
    """
    whole = not flawed(names.sources.values())
    found: set[str] = set()
    for name, kpi in kpis.items():
        clear = whole or all(stands(names.sources, part) for part in (kpi.formula, *kpi.aims) if part is not None)
        if not (clear and declared.sound(kpi.declaration) and found.isdisjoint(kpi.uses)):
            found.add(name)
    return found


def _taken_over(filled: FilledIn | None) -> tuple[tree.Field, ...]:
    """The fields that a KPI has from the template it fills in."""
    return tuple(each for each in filled.fields if each.word not in OF_TEMPLATES) if filled else ()


def _formula(fields: Fields) -> object:
    found = fields.all("formula")
    return found[0].value if found else None

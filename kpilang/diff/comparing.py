"""Compares two states of a project by what they mean; a declaration whose text is the same is not looked at further."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kpilang import parts
from kpilang.diff import declared, fields, presence, targets
from kpilang.diff.accepting import accepted
from kpilang.diff.downstream import Affected
from kpilang.diff.formulas import Formulas
from kpilang.diff.nouns import Change, Comparison, Downstream, Grade, Kind
from kpilang.diff.sources import Sources, renamed
from kpilang.diff.states import Pair, State
from kpilang.model.nouns import Kpi, Model
from kpilang.syntax import tree

_GRADES = list(Grade)


def kinds() -> tuple[Kind, ...]:
    """Every kind of change, by its code."""
    found = [value for module in parts.modules("kpilang.diff") for value in vars(module).values()]
    return tuple(
        sorted({each.code: each for each in found if isinstance(each, Kind)}.values(), key=lambda each: each.code)
    )


def compare(before: Model, after: Model) -> Comparison:
    """All changes in meaning from one checked model to another, and who is downstream of them."""
    old = State(before)
    called = renamed(before, after)
    pair = Pair(old, State(after, old, called))
    pair.renamed = presence.renamed(pair)
    sources, formulas = Sources(pair, called), Formulas(pair)
    found = [*declared.calendar(pair), *declared.people(pair), *declared.goals(pair), *sources.changes()]
    found += [*_kpis(pair, formulas), *formulas.template_changes(), *declared.templates(pair)]
    touched = {**sources.touched, **formulas.templates}
    settled = [accepted(each, pair, touched, {**pair.renamed, **called}) for each in found]
    ordered = tuple(sorted(settled, key=_Places(before, after).order))
    return Comparison(ordered, _downstream(ordered, Affected(pair, touched)))


def _downstream(changes: Iterable[Change], affected: Affected) -> dict[str, tuple[Downstream, ...]]:
    found: dict[str, tuple[Downstream, ...]] = {}
    for change in changes:
        known = found.get(change.subject, ())
        more = tuple(each for each in affected.of(change) if each.name not in {known.name for known in known})
        if known or more:
            found[change.subject] = (*known, *more)
    return found


def _kpis(pair: Pair, formulas: Formulas) -> Iterator[Change]:
    """Every change of a KPI that was there and is, and those that came and went."""
    yield from presence.changes(pair)
    for old, new in pair.both():
        if not _written_alike(old, new):
            yield from formulas.changes(old, new)
            yield from targets.changes(old, new)
            yield from fields.changes(pair, old, new)


def _written_alike(old: Kpi, new: Kpi) -> bool:
    """Whether nothing that a KPI says, by itself, by default or from its template, is written otherwise."""
    if old.declaration.span.text != new.declaration.span.text or _inherited(old) != _inherited(new):
        return False
    templates = [each.filled.template.declaration for each in (old, new) if each.filled is not None]
    return len(templates) < 2 or templates[0] == templates[1]


def _inherited(kpi: Kpi) -> list[str]:
    """The fields that are not its own, as they are written."""
    if len(kpi.fields.lines) == len(kpi.declaration.fields):
        return []
    own = kpi.declaration
    return [
        each.origin.text[each.begin : each.close]
        for each in kpi.fields.lines
        if each.origin is not own.origin or not own.begin <= each.begin < own.close
    ]


class _Places:
    """The reading order of the new state: by file and line of the declaration, then by weight; what is gone last, as it
    stood in the old state."""

    def __init__(self, before: Model, after: Model) -> None:
        self.before, self.after = _declared(before), _declared(after)

    def order(self, change: Change) -> tuple[object, ...]:
        gone = change.subject not in self.after and change.sort != "calendar"
        place = (self.before if gone else self.after).get(change.subject)
        where = (place.origin.path, place.begin) if place is not None else ("", 0)
        inner = change.after or change.before
        return gone, *where, _GRADES.index(change.grade), change.kind.code, inner.start if inner else 0


def _declared(model: Model) -> dict[str, tree.Declaration]:
    found = (each for parsed in model.trees for each in parsed.declarations)
    return {each.name.text if each.name else each.kind: each for each in found}

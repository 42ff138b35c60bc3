"""`kpi diff`: two states compared as far as both are sound, and limited to what was asked about."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diff.comparing import compare
from kpilang.diff.nouns import Grade
from kpilang.project import places
from kpilang.record import record

if TYPE_CHECKING:
    from kpilang.diagnostics import Diagnostic
    from kpilang.diff.nouns import Change, Comparison, Downstream
    from kpilang.model.nouns import Model
    from kpilang.project.states import State
    from kpilang.syntax.tree import Tree
    from kpilang.text import Span

Key = tuple[str, str]
"""The sort and the name of a declaration: `("kpi", "churn")`."""


@record
class Compared:
    """Two states, what changed between them, who is downstream, and the KPIs that could not be compared for errors in
    their definitions; `asked` are the KPIs that all is limited to, None for no limit."""

    before: State
    after: State
    changes: tuple[Change, ...]
    downstream: Mapping[str, tuple[Downstream, ...]]
    left_out: tuple[str, ...]
    asked: frozenset[str] | None = None

    @property
    def formerly(self) -> dict[str, str]:
        """What KPIs of the newer state that have another name now were called in the older."""
        old, new = (state.project.model.kpis for state in (self.before, self.after))
        heads = {_at(kpi.declaration.head): name for name, kpi in old.items()}
        moved = (each for each in self.changes if each.sort == "kpi" and each.subject in new and each.before)
        return {
            each.subject: heads[_at(each.before)]
            for each in moved
            if each.subject not in old and each.before and _at(each.before) in heads
        }


def compared(before: State, after: State) -> Compared:
    """What changed in meaning, but for declarations with errors."""
    old, new = before.project.model, after.project.model
    found = compare(old, new)
    unsure = {*_flawed(old), *_flawed(new), *_lost(old, new), *_lost(new, old)}
    names = tuple(name for sort, name in sorted(unsure) if sort == "kpi")
    changes = tuple(each for each in found.changes if (each.sort, each.subject) not in unsure)
    return Compared(before, after, changes, _of(changes, found), names)


def _of(changes: Sequence[Change], found: Comparison) -> dict[str, tuple[Downstream, ...]]:
    subjects = dict.fromkeys(change.subject for change in changes)
    return {name: found.downstream[name] for name in subjects if found.downstream.get(name)}


def _at(span: Span) -> tuple[str, int]:
    return span.source.path, span.start


def _flawed(model: Model) -> Iterator[Key]:
    """The declarations of which something cannot be read or makes no sense."""
    yield from (("kpi", kpi.name) for kpi in model.kpis.values() if not kpi.sound)
    yield from (("source", source.name) for source in model.sources.values() if not source.sound)
    for tree in model.trees:
        spans = [item.span for item in tree.diagnostics if item.span]
        for declaration in tree.declarations if spans else ():
            inside = any(declaration.span.start <= span.start <= declaration.span.end for span in spans)
            if inside and declaration.name is not None:
                yield declaration.kind, declaration.name.text


def _lost(model: Model, other: Model) -> Iterator[Key]:
    """The declarations of the other model that this one may lack for a mistake of syntax in their file alone."""
    broken = {tree.source.path for tree in model.trees if tree.diagnostics}
    if not broken:
        return
    known = set(_declared(model.trees))
    yield from (
        key for key in _declared(tree for tree in other.trees if tree.source.path in broken) if key not in known
    )


def _declared(trees: Iterable[Tree]) -> Iterator[Key]:
    """What files declare by name."""
    return ((each.kind, each.name.text) for tree in trees for each in tree.declarations if each.name)


def limited(found: Compared, only: Sequence[str]) -> tuple[Compared, tuple[Diagnostic, ...]]:
    """What concerns the KPIs that are named or stand in the places named: their own changes, and those that they are
    downstream of; and in these places all other changes too. A name that neither state knows is a diagnostic."""
    if not only:
        return found, ()
    old, new = found.before.project, found.after.project
    known = {**old.model.kpis, **new.model.kpis}
    placed = [word for word in only if word not in known and places.is_place(word)]
    inside = _Inside(Path.cwd(), new.root, placed)
    named = [word for word in only if word in known]
    wrong = places.unknown([word for word in only if word not in known and word not in placed], known)
    wrong += tuple(places.NONE_THERE.at(None, place=word) for word in placed if not _held(found, inside, word))
    kpis = {*named, *(name for name, kpi in known.items() if inside.holds(kpi.declaration.head))}
    changes = tuple(each for each in found.changes if _concerns(each, kpis, inside, found.downstream))
    downstream = {each.subject: found.downstream[each.subject] for each in changes if each.subject in found.downstream}
    left_out = tuple(name for name in found.left_out if name in kpis)
    return Compared(found.before, found.after, changes, downstream, left_out, frozenset(kpis)), wrong


@record
class _Inside:
    """Places of the command line, typed in a folder, among the files of the project in `root`."""

    here: Path
    root: Path
    placed: Sequence[str]

    def holds(self, span: Span | None) -> bool:
        """Whether something stands in one of the places."""
        return span is not None and any(self.leads_to(place, span.source.path) for place in self.placed)

    def leads_to(self, place: str, path: str) -> bool:
        """Whether a file of the project, by its path from its root, is or lies in a place."""
        return (self.root / path).is_relative_to(os.path.normpath(self.here / place))


def _held(found: Compared, inside: _Inside, place: str) -> bool:
    """Whether one of the states has definitions in a place."""
    sources = (*found.before.project.definitions.sources, *found.after.project.definitions.sources)
    return any(inside.leads_to(place, source.path) for source in sources)


def _concerns(
    change: Change, kpis: set[str], inside: _Inside, downstream: Mapping[str, tuple[Downstream, ...]]
) -> bool:
    """Whether a change is one of these KPIs, stands in one of the places, or is one that they feel."""
    if (change.sort == "kpi" and change.subject in kpis) or inside.holds(change.after or change.before):
        return True
    felt = change.sort != "kpi" or change.grade is Grade.BREAKING
    return felt and any(each.sort == "kpi" and each.name in kpis for each in downstream.get(change.subject, ()))

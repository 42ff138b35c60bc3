"""A project linted again after an edit of a few KPIs: these are looked at anew, all else is as it was said before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic
from kpilang.lint.facts import facts
from kpilang.lint.linter import Since, rules
from kpilang.lint.rule import Criterion, Reach
from kpilang.lint.suppressions import Suppression, meant, read
from kpilang.syntax.parser import parse
from kpilang.text import Span

if TYPE_CHECKING:
    from kpilang.lint.linted import Linted
    from kpilang.project.again import Again
    from kpilang.project.recall import Said


def since(said: Said, again: Again) -> Since | None:
    """What still holds of what the linter said before, at its new places, and what it must look at; None where more may
    have changed than that."""
    names, before = again.touched, said.linted
    reach = {rule.code: rule.reach for rule in rules() if rule.criterion is not Criterion.EXCEPTIONS}
    ran = frozenset().union(*before.ran.values()) & reach.keys()
    now = facts(
        ((kpi, again.text(*again.where[name])) for name, kpi in again.model.kpis.items() if name in names), said.columns
    )
    same = all(name in now and said.facts.get(name) == now[name] for name in names)
    if not same or again.model.diagnostics or any(reach[code] is None for code in ran):
        return None
    holds = list[Diagnostic]()
    for each in _said(before):
        if again.told_of(each, again.then) is None:
            return None
        if reach[each.code] is Reach.DECLARATION and again.told_of(each, again.then) in names:
            continue
        if not all(_stays(place, again) for place in each.places):
            return None
        holds.append(again.moved(each))
    return Since(names, tuple(holds), tuple(_comments(before, again)))


def _said(before: Linted) -> Iterator[Diagnostic]:
    """All findings of the rules, but for those about exceptions: shown, suppressed, held back, or repeated."""
    yield from (each for each in before.findings if not each.code.startswith(("E", "X")))
    yield from before.repeats
    yield from (each for each, _ in before.taken)
    yield from before.frozen.held


def _stays(place: Span, again: Again) -> bool:
    """Whether a place lies outside the KPIs that are touched, or is the name of one that has not moved in it."""
    then = again.part(place, again.then)
    if then.name not in again.touched:
        return True
    number, now = again.where[then.name]
    name = again.model.kpis[then.name].declaration.name
    if name is None or again.sources[number] is not place.source:
        return False
    by = now.start - then.start
    return (place.start + by, place.end + by) == (name.span.start, name.span.end)


def _comments(before: Linted, again: Again) -> Iterator[Suppression]:
    """The comments that suppress findings: those of files that changed are read again."""
    for source, then, now in zip(again.sources, again.then, again.now, strict=True):
        if then is now:
            yield from (each for each in before.suppressions if each.span.source is source)
        elif meant(source.text):
            yield from read([parse(source, again.kept)])

"""Findings seen as a whole: by owner, by rule, and the few that matter most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Severity
from kpilang.lint.subjects import Subjects
from kpilang.record import record

if TYPE_CHECKING:
    from kpilang.model.nouns import Model, Owner

_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
_CRITERIA = "ESMOATRCVX"
"""The order in which findings of one severity are mended: what cannot be computed, said or owned comes before the rest."""


@record
class Group:
    """The findings that one owner has to mend; `owner` is None for what nobody declared owns."""

    owner: Owner | None
    findings: tuple[Diagnostic, ...]


def by_owner(findings: Iterable[Diagnostic], model: Model) -> tuple[Group, ...]:
    """One group an owner, in the order of their declarations; what has no owner comes last."""
    subjects = Subjects(model.trees)
    found: dict[str | None, list[Diagnostic]] = {}
    for item in findings:
        found.setdefault(_owner(item, model, subjects), []).append(item)
    named = (Group(owner, tuple(found[name])) for name, owner in model.owners.items() if name in found)
    return (*named, *([Group(None, tuple(found[None]))] if None in found else []))


def _owner(item: Diagnostic, model: Model, subjects: Subjects) -> str | None:
    """The declared owner of what a finding is about: of the KPI, of the goal, or the owner itself."""
    from kpilang.model.references import text

    kind, _, name = subjects.name(item).partition(" ")
    if kind == "owner":
        return name if name in model.owners else None
    declared = model.kpis.get(name) if kind == "kpi" else model.goals.get(name) if kind == "goal" else None
    owners = [text(each) for each in declared.owners] if declared else []
    return owners[0] if len(owners) == 1 and owners[0] in model.owners else None


@record
class Tally:
    """How often a rule or a kind of mistake was met, and how many of these a machine can mend."""

    code: str
    name: str
    severity: Severity
    count: int
    fixable: int


def tallies(findings: Sequence[Diagnostic]) -> tuple[Tally, ...]:
    """Each code with its number of findings, the most frequent first."""
    count = Counter(item.code for item in findings)
    fixable = Counter(item.code for item in findings if item.fixes)
    first = {item.code: item for item in reversed(findings)}
    found = (Tally(code, item.name, item.severity, count[code], fixable[code]) for code, item in first.items())
    return tuple(sorted(found, key=lambda item: (-item.count, item.code)))


def weightiest(findings: Sequence[Diagnostic], most: int) -> tuple[Diagnostic, ...]:
    """The findings to begin with: the weightiest, of different kinds before more of the same kind."""
    order = sorted(findings, key=lambda item: (_RANKS[item.severity], _CRITERIA.find(item.code[0]), item.order))
    turn: Counter[str] = Counter()
    ranked = []
    for item in order:
        ranked.append((_RANKS[item.severity], turn[item.code], item))
        turn[item.code] += 1
    ranked.sort(key=lambda entry: entry[:2])
    return tuple(item for *_, item in ranked[:most])

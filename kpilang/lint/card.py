"""The quality card of a KPI: which marks of a good one it has, a score from 0 to 100, and what would raise it most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from kpilang.diagnostics import Diagnostic, Severity
from kpilang.lint.linted import Linted
from kpilang.lint.relations import Relations
from kpilang.lint.rule import Criterion, Quality, Rule
from kpilang.lint.subjects import Subjects
from kpilang.model.nouns import Kpi, Model
from kpilang.model.references import text
from kpilang.text import Text

MOST = 100
COSTS = {Severity.ERROR: 25, Severity.WARNING: 8, Severity.INFO: 2}
"""What one rule takes from the score of a KPI that it flags, however often it does."""
MOST_WITH_ERROR = 49

MISTAKES = (Quality.QUANTIFIABLE, Quality.M)
"""What a KPI with a mistake of syntax, names or types fails: it cannot be computed."""


class State(Enum):
    """Whether a KPI has a mark; `UNKNOWN` where only its data could tell."""

    MET = Text("met", "具备")
    FAILED = Text("failed", "欠缺")
    UNKNOWN = Text("not known without data", "没有数据，无从判断")


@dataclass(frozen=True)
class Verdict:
    """One mark of a KPI: its state, and the codes of the rules that say so (of those that would, where unknown)."""

    state: State
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Raise:
    """A rule whose findings cost most, by code and name, and the score without them."""

    code: str
    name: str
    score: int


@dataclass(frozen=True)
class Card:
    """All that the linter has to say of one KPI. Findings that comments suppress, a baseline holds back or others stand
    before count too: they make a KPI quieter, not better."""

    kpi: str
    owner: str | None
    score: int
    marks: Mapping[Quality, Verdict]
    raised: Raise | None
    findings: tuple[Diagnostic, ...]


def cards(model: Model, linted: Linted) -> tuple[Card, ...]:
    """A card for each KPI in use or in draft, in the order of their definitions. What is wrong with the data of a source
    is so with those of every KPI that reads it."""
    subjects = Subjects(model.trees)
    by_kpi: dict[str, list[Diagnostic]] = {}
    taken = (finding for finding, _ in linted.taken)
    for item in (*model.diagnostics, *linted.findings, *linted.repeats, *taken, *linted.frozen.held):
        by_kpi.setdefault(subjects.name(item), []).append(item)
    deciding = _deciding(linted)
    of_data = frozenset(rule.code for rule in deciding if rule.needs_data)

    def findings(kpi: Kpi) -> tuple[Diagnostic, ...]:
        own = by_kpi.get(f"kpi {kpi.name}", [])
        below = (item for source in sorted(kpi.sources) for item in by_kpi.get(f"source {source}", ()))
        return (*own, *(item for item in below if item.code in of_data))

    return tuple(
        _card(kpi, findings(kpi), deciding, blind=linted.blind if kpi.name in linted.known else of_data)
        for kpi in Relations(model).living
    )


def _deciding(linted: Linted) -> list[Rule]:
    """The rules that looked, at any file, and those that would have with data."""
    ran = linted.blind.union(*linted.ran.values())
    return [rule for rule in linted.rules if rule.code in ran and rule.criterion is not Criterion.EXCEPTIONS]


def _card(kpi: Kpi, findings: tuple[Diagnostic, ...], deciding: Sequence[Rule], *, blind: frozenset[str]) -> Card:
    weighed = {item.code: item for item in sorted(findings, key=lambda item: COSTS[item.severity])}
    weighed = {code: item for code, item in weighed.items() if not code.startswith("X")}
    owner = text(kpi.owners[0]) if len(kpi.owners) == 1 else None
    marks = {quality: _verdict(quality, weighed, deciding, blind) for quality in Quality}
    return Card(kpi.name, owner, _score(weighed.values()), marks, _raised(weighed), findings)


def _score(found: Iterable[Diagnostic]) -> int:
    """What is left of a hundred; with an error in it never more than half."""
    items = list(found)
    score = MOST - sum(COSTS[item.severity] for item in items)
    wrong = any(item.severity is Severity.ERROR for item in items)
    return max(0, min(score, MOST_WITH_ERROR) if wrong else score)


def _raised(weighed: Mapping[str, Diagnostic]) -> Raise | None:
    """The one mend that would raise the score most; the first by weight and code where several would."""
    if not weighed:
        return None
    without = {
        code: _score(other for key, other in weighed.items() if key != code)
        for code in sorted(weighed, key=lambda code: (-COSTS[weighed[code].severity], code))
    }
    best = max(without, key=lambda code: without[code])
    return Raise(best, weighed[best].name, without[best])


def _verdict(
    quality: Quality, weighed: Mapping[str, Diagnostic], deciding: Sequence[Rule], blind: frozenset[str]
) -> Verdict:
    """Failed where a deciding rule found something, else unknown where another needs data and there are none."""
    mine = [rule for rule in deciding if quality in rule.decides]
    failing = [rule.code for rule in mine if rule.code in weighed]
    if quality in MISTAKES:
        failing += [code for code, item in weighed.items() if code.startswith("E") and item.severity is Severity.ERROR]
    if failing:
        return Verdict(State.FAILED, tuple(failing))
    unseen = tuple(rule.code for rule in mine if rule.code in blind)
    if unseen:
        return Verdict(State.UNKNOWN, unseen)
    return Verdict(State.MET, tuple(rule.code for rule in mine))


def overall(found: Sequence[Card]) -> int:
    """The score of a project: the mean over its KPIs, rounded down, so that 100 means that all is well.

    No cards have no mean: that raises ZeroDivisionError."""
    return sum(card.score for card in found) // len(found)

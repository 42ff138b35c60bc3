"""How well the rules do on the corpus: for each rule what it found, what it missed, and what it found by mistake."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kpilang.diagnostics import Diagnostic
from kpilang.lint import run
from kpilang.lint.subjects import Subjects
from kpilang.model.check import check
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.lint.corpus.read import AS_OF, NOT_JUDGED, Declared, Project


@dataclass
class Tally:
    """Counts of one rule: expected findings that it gave and that it missed, and findings that were not expected."""

    hits: int = 0
    misses: int = 0
    alarms: int = 0
    places: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float | None:
        """Of what it found, the part that was right."""
        return self.hits / (self.hits + self.alarms) if self.hits + self.alarms else None

    @property
    def recall(self) -> float | None:
        """Of what there was to find, the part that it found."""
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else None


def findings(project: Project) -> dict[tuple[str, str], dict[str, str]]:
    """The severities of all codes given for each declaration (kind, name) of a project; the project's own file stands for
    what belongs to none."""
    model = check([parse(Source("corpus.kpi", project.text))])
    assert model.diagnostics == (), project.file
    subjects = Subjects(model.trees)
    given: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for item in run(model, dt.date.fromisoformat(AS_OF)).findings:
        given[_subject(item, subjects, project)][item.code] = str(item.severity)
    return given


def _subject(item: Diagnostic, subjects: Subjects, project: Project) -> tuple[str, str]:
    found = subjects.of(item)
    return (found.kind, found.name.text) if found is not None and found.name else ("project", project.file)


def tallies(projects: Iterable[Project]) -> dict[str, Tally]:
    """What each rule did, by code."""
    found: dict[str, Tally] = defaultdict(Tally)
    for project in projects:
        given = findings(project)
        anywhere = {code: severity for codes in given.values() for code, severity in codes.items()}
        for declared in project.declared:
            codes = anywhere if declared.kind == "project" else given.get((declared.kind, declared.name), {})
            _count(found, project, declared, codes)
    return dict(found)


def _count(found: dict[str, Tally], project: Project, declared: Declared, codes: dict[str, str]) -> None:
    place = f"{project.file}:{declared.line} {declared.name} {declared.label}"
    for code in declared.expected & set(codes):
        found[code].hits += 1
    for code in declared.missed(codes):
        found[code].misses += 1
        found[code].places.append(f"missed {place}")
    asked = {} if declared.kind == "project" else codes
    for code in declared.surplus(asked):
        found[code].alarms += 1
        found[code].places.append(f"alarm {place}")


def total(found: dict[str, Tally]) -> Tally:
    """All rules together."""
    counts = Counter[str]()
    for code, tally in found.items():
        if not NOT_JUDGED.fullmatch(code):
            counts.update(hits=tally.hits, misses=tally.misses, alarms=tally.alarms)
    return Tally(counts["hits"], counts["misses"], counts["alarms"])

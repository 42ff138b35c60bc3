"""What the linter said of a project, kept: the same question about the same definitions loads no rule and builds no model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kpilang import cache
from kpilang.lint.baseline import Frozen
from kpilang.lint.linted import Linted
from kpilang.lint.suppressions import Named, Suppression
from kpilang.project.verdict import NOT_AS_KEPT, code_mark, diagnostic, numbered, packed, span
from kpilang.record import record

if TYPE_CHECKING:
    import datetime as dt

    from kpilang.lint.baseline import Baseline
    from kpilang.project.again import Again
    from kpilang.project.loading import Project
    from kpilang.text import Source

_ROOMS = ("lint", "lint/*", "lint/rules/*", "project", "settings")
"""The folders whose code and words decide what the linter says, beside those of the checker."""

Kpis = tuple[tuple[str, str], ...]
"""The name and file of every KPI."""


@record
class Said:
    """What the linter said, with the KPIs that there were, the facts of each and the columns of all sources (both empty
    where they were not asked for)."""

    linted: Linted
    kpis: Kpis
    facts: Mapping[str, bytes]
    columns: frozenset[str] = frozenset()


@record
class Before:
    """What the linter said before an edit, and the edit."""

    said: Said
    again: Again


class Recall:
    """What is kept of one question: a project, the last day, the baseline, and `asked`, all else that the answer
    depends on in texts."""

    def __init__(self, project: Project, as_of: dt.date, held: Baseline, asked: Iterable[str]) -> None:
        definitions, settings = project.definitions, project.settings
        self.definitions = definitions
        self.kept = (
            None if definitions.kept is None or settings.lint.plugins else cache.of_project(project.root, "lint")
        )
        own = [entry.span.source for entry in held.entries if entry.span][:1]
        self.sources = (*definitions.sources, *own)
        self.held = held
        if self.kept is not None:
            texts = (code_mark(*_ROOMS), as_of.isoformat(), repr(settings.lint), repr(settings.glossary))
            parts = (*texts, repr([source.text for source in own]), repr(held), *asked)
            self.question = cache.digest(*(part.encode("utf-8", "surrogatepass") for part in parts))

    def get(self) -> Said | None:
        """The answer that is kept."""
        mark, plain = self._known()
        return self._said(plain) if mark == self.definitions.mark else None

    def before(self) -> Before | None:
        """The answer before the edit that the definitions had since; None where none is known."""
        mark, plain = self._known()
        again = self.definitions.since(mark) if mark else None
        said = self._said(plain) if again else None
        known = self.kept.second() if self.kept and said else None
        if not (again and said and isinstance(known, tuple) and len(known) == 2 and isinstance(known[0], dict)):
            return None
        return Before(replace(said, facts=known[0], columns=frozenset(known[1])), again)

    def _known(self) -> tuple[bytes, object]:
        """The mark of the definitions that this question was last asked about, and the answer in plain values."""
        known = None if self.kept is None else self.kept.first()
        if not isinstance(known, tuple) or len(known) != 3 or known[1] != self.question:
            return b"", None
        return known[0], known[2]

    def _said(self, plain: object) -> Said | None:
        try:
            return _unpacked(plain, self.sources, self.held)
        except NOT_AS_KEPT:
            return None

    def put(self, said: Said) -> None:
        """Keeps an answer and the facts of all KPIs; one that points into settings is not kept."""
        if self.kept is not None:
            try:
                plain = _packed(said, self.sources, self.held)
            except KeyError:
                return
            self.kept.save((self.definitions.mark, self.question, plain), (said.facts, sorted(said.columns)))
            self.definitions.hold()


def _packed(said: Said, sources: Sequence[Source], held: Baseline) -> tuple[Any, ...]:
    linted, numbers = said.linted, numbered(sources)
    place = {id(item): number for number, item in enumerate(linted.suppressions)}
    entries = {id(entry): number for number, entry in enumerate(held.entries)}
    profiles = {codes: number for number, codes in enumerate(set(linted.ran.values()))}
    return (
        packed(linted.findings, numbers),
        [(packed(finding, numbers), place[id(comment)]) for finding, comment in linted.taken],
        packed(linted.suppressions, numbers),
        [tuple(sorted(codes)) for codes in profiles],
        [(path, profiles[codes]) for path, codes in linted.ran.items()],
        packed(linted.frozen.held, numbers),
        [(entries[id(entry)], left) for entry, left in linted.frozen.stale],
        sorted(linted.blind),
        said.kpis,
        packed(linted.repeats, numbers),
    )


def _unpacked(plain: Any, sources: Sequence[Source], held: Baseline) -> Said:  # noqa: ANN401 plain values, maybe foreign
    findings, taken, comments, profiles, ran, back, stale, blind, kpis, repeats = plain
    suppressions = tuple(_suppression(item, sources) for item in comments)
    codes = [frozenset(each) for each in profiles]
    shown = tuple(diagnostic(item, sources) for item in findings)
    frozen = Frozen(
        (),
        tuple(diagnostic(item, sources) for item in back),
        tuple((held.entries[number], left) for number, left in stale),
    )
    linted = Linted(
        shown,
        tuple((diagnostic(item, sources), suppressions[number]) for item, number in taken),
        suppressions,
        {path: codes[number] for path, number in ran},
        frozen,
        blind=frozenset(blind),
        repeats=tuple(diagnostic(item, sources) for item in repeats),
    )
    return Said(linted, tuple(map(tuple, kpis)), {})


def _suppression(plain: Any, sources: Sequence[Source]) -> Suppression:  # noqa: ANN401 plain values, maybe foreign
    place, rules, until, reason, scope, subject = plain
    return Suppression(
        span(place, sources),
        None if rules is None else tuple(Named(text, span(at, sources)) for text, at in rules),
        until,
        reason,
        scope and span(scope, sources),
        subject,
    )

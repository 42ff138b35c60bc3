"""Comments that take a finding away: `# kpi: ignore[missing-target] until 2027-03-31: why`, and what they take."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic
from kpilang.record import record
from kpilang.text import Span

if TYPE_CHECKING:
    from kpilang.syntax import tree

_COMMENT = re.compile(
    r"#\s*kpi:\s*ignore\s*\[(?P<rules>[^\]]*)\]\s*(?:until\s+(?P<until>[^\s:：]+))?\s*(?:[:：]\s*(?P<reason>.*))?$"
)
_MEANT = re.compile(r"#\s*kpi\s*[:：]", re.IGNORECASE)


@record
class Named:
    """A rule as a comment names it, by code or name, and the place of the word."""

    text: str
    span: Span


@record
class Suppression:
    """One comment. `rules` are None where the comment cannot be read; `scope` is the declaration or field that it is
    attached to, None where nothing follows; `subject` is the name of the declaration around it."""

    span: Span
    rules: tuple[Named, ...] | None
    until: str | None
    reason: str | None
    scope: Span | None
    subject: str | None

    @property
    def last_day(self) -> dt.date | None:
        """The day after which it takes nothing away any more; None where there is none, or none that exists."""
        try:
            return dt.date.fromisoformat(self.until) if self.until else None
        except ValueError:
            return None

    def expired(self, as_of: dt.date) -> bool:
        """Whether its time is over."""
        return self.last_day is not None and self.last_day < as_of

    def holds(self, as_of: dt.date) -> bool:
        """Whether it is whole: it can be read, has a reason, a date that exists where one is given, and time left."""
        dated = self.until is None or self.last_day is not None
        return bool(self.rules and self.reason and self.scope) and dated and not self.expired(as_of)

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Whether a finding stands in what it is attached to."""
        if self.scope is None or diagnostic.span is None or diagnostic.span.source is not self.scope.source:
            return False
        return self.scope.start <= diagnostic.span.start < max(self.scope.end, self.scope.start + 1)


@record
class Applied:
    """What suppressions did: `kept` findings, those `taken` away with the comment that did it (of several the first), and
    for the rules that look at comments `all` of them, those `used` with a rule, the codes that `ran`, and which may not be
    suppressed."""

    kept: tuple[Diagnostic, ...] = ()
    taken: tuple[tuple[Diagnostic, Suppression], ...] = ()
    all: tuple[Suppression, ...] = ()
    used: frozenset[tuple[Suppression, str]] = frozenset()
    ran: Mapping[str, frozenset[str]] = field(default_factory=dict)
    firm: frozenset[str] = frozenset()


NOTHING = Applied()


def meant(text: str) -> bool:
    """Whether a text may have such a comment."""
    return _MEANT.search(text) is not None


def read(trees: Iterable[tree.Tree]) -> Iterator[Suppression]:
    """Every comment of a project that is, or means to be, a suppression."""
    for each in trees:
        if "kpi" in each.source.text:
            meant = [comment for comment in each.comments if _MEANT.match(comment.text)]
            if meant:
                anchors = _Anchors(each)
                yield from (_suppression(comment, anchors) for comment in meant)


def _suppression(comment: tree.Comment, anchors: _Anchors) -> Suppression:
    match = _COMMENT.match(comment.text)
    scope, subject = anchors.of(comment)
    if match is None:
        return Suppression(comment.span, None, None, None, scope, subject)
    start = comment.span.start + match.start("rules")
    rules = tuple(
        Named(word[0], Span(comment.span.source, start + word.start(), start + word.end()))
        for word in re.finditer(r"[^\s,，]+", match["rules"])
    )
    return Suppression(comment.span, rules, match["until"], (match["reason"] or "").strip() or None, scope, subject)


class _Anchors:
    """Where comments of one file are attached: to the declaration or field that follows, or that they end the line of."""

    def __init__(self, each: tree.Tree) -> None:
        self.source = each.source
        self.declarations = each.declarations
        self.starts = [item.span.start for item in each.declarations]

    def of(self, comment: tree.Comment) -> tuple[Span | None, str | None]:
        """The stretch that a comment is attached to, and the name of the declaration around."""
        at = bisect_left(self.starts, comment.span.start)
        around = self.declarations[at - 1] if at and comment.span.start < self.declarations[at - 1].span.end else None
        following = self.declarations[at] if at < len(self.declarations) else None
        if not comment.own_line:
            return self._on_line(comment, self.declarations[at - 1] if at else None)
        if around is not None:
            inner = next((field for field in around.fields if field.span.start > comment.span.start), None)
            return (inner.span if inner else None), _name(around)
        return (following.span, _name(following)) if following else (None, None)

    def _on_line(self, comment: tree.Comment, declaration: tree.Declaration | None) -> tuple[Span | None, str | None]:
        """What a comment ends the line of: the field before it; in the head of a declaration or right behind its end, all
        of it."""
        if declaration is None:
            return None, None
        if comment.span.start >= declaration.span.end:
            between = self.source.text[declaration.span.end : comment.span.start]
            found = None if "\n" in between or "\r" in between else declaration.span
        else:
            beside = [item for item in declaration.fields if item.span.start < comment.span.start]
            found = beside[-1].span if beside else declaration.span
        return found, _name(declaration)


def _name(declaration: tree.Declaration) -> str | None:
    return declaration.name.text if declaration.name else None


def apply(
    findings: Sequence[Diagnostic],
    suppressions: Sequence[Suppression],
    as_of: dt.date,
    ran: Mapping[str, frozenset[str]],
    firm: frozenset[str],
) -> Applied:
    """Takes away the findings that a whole suppression covers. `ran` goes from a file to the codes of the rules that
    looked at it, `firm` holds the codes of rules that may not be suppressed."""
    by_file: dict[str, list[Suppression]] = {}
    for item in suppressions:
        if item.holds(as_of):
            by_file.setdefault(item.span.source.path, []).append(item)
    kept: list[Diagnostic] = []
    taken: list[tuple[Diagnostic, Suppression]] = []
    used: set[tuple[Suppression, str]] = set()
    for finding in findings:
        here = by_file.get(finding.span.source.path, ()) if finding.span and finding.code not in firm else ()
        covering = [item for item in here if _names(item, finding) and item.covers(finding)]
        used.update((item, word) for item in covering[:1] for word in (finding.code, finding.name))
        if covering:
            taken.append((finding, covering[0]))
        else:
            kept.append(finding)
    return Applied(tuple(kept), tuple(taken), tuple(suppressions), frozenset(used), ran, firm)


def _names(item: Suppression, finding: Diagnostic) -> bool:
    return any(rule.text in (finding.code, finding.name) for rule in item.rules or ())

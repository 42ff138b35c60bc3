"""Applies fixes until nothing is left to fix; one that would break a definition or lose a comment is not applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpilang.diagnostics import Diagnostic, Edit, Fix, Severity
from kpilang.syntax.tree import Tree
from kpilang.text import Text

MOST_ROUNDS = 50
Texts = Mapping[str, str]
"""The texts of a project's files, by path."""


@dataclass(frozen=True)
class Seen:
    """What is known of one state of the texts: the findings to mend, the trees, and every mistake of text and model."""

    findings: tuple[Diagnostic, ...]
    trees: tuple[Tree, ...]
    mistakes: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class Step:
    """A fix that was applied, or refused: of which rule, in which file, about which KPI, and what it does."""

    code: str
    name: str
    path: str
    kpi: str | None
    title: Text


@dataclass(frozen=True)
class Mended:
    """The texts after all fixes, what was applied in order, and what was refused since it would have done harm."""

    texts: Texts
    applied: tuple[Step, ...]
    refused: tuple[Step, ...]


@dataclass(frozen=True)
class _Candidate:
    step: Step
    edits: tuple[Edit, ...]


def mend(texts: Texts, see: Callable[[Texts], Seen], *, unsafe: bool) -> Mended:
    """Applies in each round the fixes that do not touch each other, and looks again.

    Ends when no fix is left, when a state comes back, or after `MOST_ROUNDS` rounds.
    """
    applied: list[Step] = []
    refused: dict[Step, None] = {}
    states = {tuple(sorted(texts.items()))}
    seen = see(texts)
    for _ in range(MOST_ROUNDS):
        chosen = _apart(item for item in _candidates(seen, texts, unsafe=unsafe) if item.step not in refused)
        if not chosen:
            break
        good, after = _tried(texts, seen, chosen, see, refused)
        state = tuple(sorted(after[0].items()))
        if state in states:
            refused |= dict.fromkeys(item.step for item in good)
            continue
        states.add(state)
        applied += [item.step for item in good]
        texts, seen = after
    return Mended(texts, tuple(applied), tuple(refused))


def _candidates(seen: Seen, texts: Texts, *, unsafe: bool) -> Iterable[_Candidate]:
    """The first fix of each finding that may be applied and stays within the project's files."""
    for item in seen.findings:
        fix = next((each for each in item.fixes if each.safe or unsafe), None)
        if fix is not None and item.span is not None and all(edit.span.source.path in texts for edit in fix.edits):
            yield _Candidate(_step(item, fix), fix.edits)


def _step(item: Diagnostic, fix: Fix) -> Step:
    path = fix.edits[0].span.source.path if fix.edits else ""
    return Step(item.code, item.name, path, item.kpi, fix.title)


def _apart(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Those whose edits do not touch an edit of one before; the others have their turn in the next round."""
    taken: dict[str, list[tuple[int, int]]] = {}
    chosen = []
    for item in candidates:
        free = all(
            edit.span.end < start or end < edit.span.start
            for edit in item.edits
            for start, end in taken.get(edit.span.source.path, ())
        )
        if free:
            chosen.append(item)
            for edit in item.edits:
                taken.setdefault(edit.span.source.path, []).append((edit.span.start, edit.span.end))
    return chosen


def _tried(
    texts: Texts, seen: Seen, chosen: list[_Candidate], see: Callable[[Texts], Seen], refused: dict[Step, None]
) -> tuple[list[_Candidate], tuple[Texts, Seen]]:
    """All of the fixes together where that does no harm, else those that do none one by one."""
    after = _applied(texts, chosen)
    found = see(after)
    if _harmless(seen, found, chosen):
        return chosen, (after, found)
    if len(chosen) == 1:
        refused[chosen[0].step] = None
        return [], (texts, seen)
    half = len(chosen) // 2
    good, state = _tried(texts, seen, chosen[:half], see, refused)
    return good, state


def _applied(texts: Texts, chosen: Sequence[_Candidate]) -> Texts:
    """The texts with the edits of all these fixes made."""
    edits: dict[str, list[Edit]] = {}
    for item in chosen:
        for edit in item.edits:
            edits.setdefault(edit.span.source.path, []).append(edit)
    found = dict(texts)
    for path, listed in edits.items():
        for edit in sorted(listed, key=lambda edit: edit.span.start, reverse=True):
            found[path] = found[path][: edit.span.start] + edit.replacement + found[path][edit.span.end :]
    return found


def _harmless(before: Seen, after: Seen, chosen: Sequence[_Candidate]) -> bool:
    """Whether no mistake came in, and no comment went that no edit was about."""
    new = Counter(item.code for item in after.mistakes if item.severity is Severity.ERROR)
    new -= Counter(item.code for item in before.mistakes if item.severity is Severity.ERROR)
    return not new and not (_comments(before, chosen) - _comments(after, ()))


def _comments(seen: Seen, chosen: Sequence[_Candidate]) -> Counter[str]:
    """Every comment but those that an edit itself takes out or changes."""
    edited: dict[str, list[Edit]] = {}
    for item in chosen:
        for edit in item.edits:
            edited.setdefault(edit.span.source.path, []).append(edit)

    def touched(path: str, start: int, end: int) -> bool:
        return any(_about(edit, start, end) for edit in edited.get(path, ()))

    return Counter(
        comment.text.strip()
        for tree in seen.trees
        for comment in tree.comments
        if not touched(tree.source.path, comment.span.start, comment.span.end)
    )


def _about(edit: Edit, start: int, end: int) -> bool:
    """Whether an edit is about a comment: it lies within it, or takes out nothing but it and the space around."""
    if start < edit.span.start and edit.span.end <= end:
        return True
    around = edit.span.source.text
    covers = edit.span.start <= start and end <= edit.span.end
    return covers and not (around[edit.span.start : start] + around[end : edit.span.end] + edit.replacement).strip()

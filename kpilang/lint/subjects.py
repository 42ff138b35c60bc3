"""Which declaration a finding is about: what baselines, cards and lists of changes go by."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic
from kpilang.text import Source

if TYPE_CHECKING:
    from kpilang.syntax import tree


class Subjects:
    """Finds the declaration around a place in any file of a project."""

    def __init__(self, trees: Iterable[tree.Tree]) -> None:
        self.trees = tuple(trees)

    @cached_property
    def _files(self) -> dict[int, tuple[list[int], tuple[tree.Declaration, ...]]]:
        return {
            id(each.source): ([item.span.start for item in each.declarations], each.declarations) for each in self.trees
        }

    def around(self, source: Source, offset: int) -> tree.Declaration | None:
        """The declaration that holds an offset; None between declarations."""
        starts, declarations = self._files.get(id(source), ([], ()))
        at = bisect_right(starts, offset) - 1
        return declarations[at] if at >= 0 and offset < declarations[at].span.end else None

    def of(self, diagnostic: Diagnostic) -> tree.Declaration | None:
        """The declaration that a finding points into."""
        span = diagnostic.span
        return self.around(span.source, span.start) if span else None

    def name(self, diagnostic: Diagnostic) -> str:
        """What a finding is about, in words that survive moves: `kpi churn`, `goal loyalty`, else the file's path."""
        if diagnostic.kpi:
            return f"kpi {diagnostic.kpi}"
        found = self.of(diagnostic)
        if found is not None and found.name is not None:
            return f"{found.kind} {found.name.text}"
        return diagnostic.span.source.path if diagnostic.span else ""


def attributed(findings: Sequence[Diagnostic], trees: Iterable[tree.Tree]) -> tuple[Diagnostic, ...]:
    """The findings with a KPI named in each mistake that stands inside one, as those of syntax do."""
    if not any(_nameless(item) for item in findings):
        return tuple(findings)
    subjects = Subjects(trees)

    def named(item: Diagnostic) -> Diagnostic:
        around = subjects.of(item) if _nameless(item) else None
        return replace(item, kpi=around.name.text) if around and around.kind == "kpi" and around.name else item

    return tuple(named(item) for item in findings)


def _nameless(item: Diagnostic) -> bool:
    return item.kpi is None and item.span is not None and item.code.startswith("E1")

"""Reports about KPIs that fill in templates, told at places that people of the project wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kpilang.diagnostics import Diagnostic, Fix, Mark
from kpilang.model.nouns import FilledIn
from kpilang.text import Span, Text


def shown(report: Diagnostic, filled: FilledIn) -> Diagnostic:
    """A report about a KPI that fills in a template: what lies in the template is told at the place that fills it in,
    with the template's line as a mark; what lies in an expression given, there. No fix changes a template so."""
    marks = tuple(replace(mark, span=filled.origin(mark.span)) for mark in report.marks)
    fixes = tuple(each for each in (_fix(fix, filled) for fix in report.fixes) if each is not None)
    if report.span is None:
        return replace(report, marks=marks, fixes=fixes)
    span = filled.origin(report.span)
    if filled.given_at(report.span) is None and filled.holds(span):
        name = filled.template.name
        here = Mark(span, Text(f"in the template `{name}`", f"在模板 `{name}` 中"))
        return replace(report, span=filled.place, marks=(here, *marks), fixes=fixes)
    return replace(report, span=span, marks=marks, fixes=fixes)


def _fix(fix: Fix, filled: FilledIn) -> Fix | None:
    """A fix at the places where its texts were written; None where it would change a template."""
    if any(filled.holds(edit.span) and filled.given_at(edit.span) is None for edit in fix.edits):
        return None
    return replace(fix, edits=tuple(replace(edit, span=filled.origin(edit.span)) for edit in fix.edits))


class Settled:
    """Tells every report of a project at places that people wrote."""

    def __init__(self, filled: Mapping[str, FilledIn | None]) -> None:
        self.by_kpi = {name: each for name, each in filled.items() if each is not None}
        self.by_source = {id(each.source): each for each in self.by_kpi.values() if each.source is not None}

    def told(self, report: Diagnostic) -> Diagnostic:
        """A report, at the place that filled in the template it lies in."""
        own = self.by_kpi.get(report.kpi or "")
        if own is None and report.span is not None:
            own = self.by_source.get(id(report.span.source))
        found = shown(report, own) if own is not None else report
        if not any(id(mark.span.source) in self.by_source for mark in found.marks):
            return found
        return replace(found, marks=tuple(replace(mark, span=self.place(mark.span)) for mark in found.marks))

    def place(self, span: Span) -> Span:
        """A place in a formula as filled in, where it was written, or where the template was filled in."""
        filled = self.by_source.get(id(span.source))
        if filled is None:
            return span
        given = filled.given_at(span)
        return filled.origin(span) if given is not None else filled.place

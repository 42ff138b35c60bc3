"""Who answers for a KPI or goal: the names that are declared as owners, and those that are not."""

from __future__ import annotations

from kpilang.diagnostics import Diagnostic
from kpilang.model import words
from kpilang.model.names import Names
from kpilang.syntax import tree


def owner_reports(names: Names, references: tree.References, kpi: str | None = None) -> list[Diagnostic]:
    """Reports on an owner that is an undeclared name; texts, lists and nobody's names are left to the linter."""
    if len(references.items) != 1:
        return []
    owner = references.items[0]
    if not isinstance(owner, tree.Name) or (words.is_nobody(owner.text) and owner.text not in names.declared):
        return []
    report = names.missing(owner, "owner", kpi)
    return [report] if report is not None else []

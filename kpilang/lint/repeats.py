"""Findings that only repeat what another rule says of the same KPI: they stand back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpilang.diagnostics import Diagnostic, Severity
from kpilang.lint.rule import Rule

_WEIGHT = {severity: weight for weight, severity in enumerate(reversed(Severity))}


def divided(
    findings: Sequence[Diagnostic], taken: Sequence[Diagnostic], every: Iterable[Rule]
) -> tuple[list[Diagnostic], tuple[Diagnostic, ...]]:
    """What is shown, and what stands back: a finding on a KPI of which all the rules speak that its own rule stands
    behind, at least one of them with as much weight; those that a comment has `taken` away speak for what repeats them
    too."""
    behind = {rule.code: rule.behind for rule in every if rule.behind}
    wanted = frozenset().union(*behind.values()) if behind else frozenset[str]()
    said = {
        (item.kpi, item.code): _WEIGHT[item.severity]
        for item in (*findings, *taken)
        if item.kpi and item.code in wanted
    }
    shown, repeats = list[Diagnostic](), list[Diagnostic]()
    for item in findings:
        others = [said.get((item.kpi or "", code)) for code in behind.get(item.code, ())]
        weights = [weight for weight in others if weight is not None]
        back = bool(others) and len(weights) == len(others) and max(weights) >= _WEIGHT[item.severity]
        (repeats if back else shown).append(item)
    return shown, tuple(repeats)

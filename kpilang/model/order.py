"""Puts KPIs in an order in which each comes after those its formula names, and reports circles."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model.origins import paths
from kpilang.syntax import tree
from kpilang.text import Span, Text

KPI_CYCLE = Problem(
    "E207",
    "kpi-cycle",
    Text("The formula of `{name}` depends on itself: {cycle}.", "`{name}` 的公式依赖于自身：{cycle}。"),
    help=Text("Break the circle.", "请断开循环。"),
)

Uses = Mapping[str, Mapping[str, Span]]


def uses(formulas: Mapping[str, tree.Expr]) -> Uses:
    """For each KPI the others its formula names, with the place of the first mention."""
    found: dict[str, dict[str, Span]] = {}
    for name, formula in formulas.items():
        named = found.setdefault(name, {})
        for path in paths(formula):
            if len(path.names) == 1 and path.text in formulas:
                named.setdefault(path.text, path.span)
    return found


def ordered(used: Uses, reports: list[Diagnostic]) -> tuple[list[str], frozenset[str]]:
    """KPI names in order, and those that stand on a circle."""
    done: dict[str, None] = {}
    circular: set[str] = set()
    for start in used:
        trail: list[str] = []
        waiting = [(start, False)]
        while waiting:
            name, left = waiting.pop()
            if left:
                trail.pop()
                done[name] = None
            elif name in trail:
                _circle(used, [*trail[trail.index(name) :], name], circular, reports)
            elif name not in done:
                trail.append(name)
                waiting.append((name, True))
                waiting.extend((other, False) for other in reversed(list(used[name])))
    return list(done), frozenset(circular)


def _circle(used: Uses, circle: list[str], circular: set[str], reports: list[Diagnostic]) -> None:
    if circular.issuperset(circle):
        return
    circular.update(circle)
    steps = list(pairwise(circle))
    marks = tuple(
        Mark(used[one][other], Text(f"`{one}` uses `{other}`", f"`{one}` 使用 `{other}`")) for one, other in steps[1:]
    )
    first, second = steps[0]
    shown = " → ".join(circle)
    reports.append(KPI_CYCLE.at(used[first][second], kpi=first, marks=marks, name=first, cycle=shown))

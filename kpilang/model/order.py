"""Puts names in an order in which each comes after those it uses, and reports circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model.calls import CLAUSES
from kpilang.model.limits import parts
from kpilang.syntax import tree
from kpilang.text import Span, Text

KPI_CYCLE = Problem(
    "E207",
    "kpi-cycle",
    Text("the formula of `{name}` depends on itself: {cycle}", "`{name}` 的公式依赖于自身：{cycle}"),
    help=Text("leave one of these KPIs out of the formula that uses it", "在引用它的公式里去掉其中一个 KPI"),
)

Uses = Mapping[str, Mapping[str, Span]]


def uses(formulas: Mapping[str, tree.Expr]) -> Uses:
    """For each KPI the others its formula names, with the place of the first mention."""
    found: dict[str, dict[str, Span]] = {}
    for name, formula in formulas.items():
        named = found.setdefault(name, {})
        for path in _named(formula):
            if len(path.names) == 1 and path.text in formulas:
                named.setdefault(path.text, path.span)
    return found


def _named(formula: tree.Expr) -> Iterator[tree.Path]:
    """The names that can stand for KPIs: those inside aggregates, filters and keys are columns."""
    waiting: list[tree.Node] = [formula]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.Path):
            yield node
        elif isinstance(node, tree.Narrow):
            waiting.append(node.value)
        elif isinstance(node, tree.Call) and node.function.text == "total":
            waiting.extend(node.arguments[:1])  # the others are columns
        elif not isinstance(node, tree.Call) or node.function.text not in CLAUSES:
            waiting.extend(reversed(list(parts(node))))
        else:
            waiting.extend(each.value for each in node.arguments if isinstance(each, tree.Per))


def ordered(used: Uses, problem: Problem, reports: list[Diagnostic]) -> tuple[list[str], frozenset[str]]:
    """Names in order, and those that stand on a circle, which is reported as the problem given."""
    done: dict[str, None] = {}
    circular: set[str] = set()
    for start in used:
        trail: dict[str, None] = {}
        waiting = [(start, False)]
        while waiting:
            name, left = waiting.pop()
            if left:
                trail.pop(name)
                done[name] = None
            elif name in trail:
                standing = list(trail)
                _circle(used, [*standing[standing.index(name) :], name], circular, problem, reports)
            elif name not in done:
                trail[name] = None
                waiting.append((name, True))
                waiting.extend((other, False) for other in reversed(list(used[name])))
    return list(done), frozenset(circular)


def _circle(used: Uses, circle: list[str], circular: set[str], problem: Problem, reports: list[Diagnostic]) -> None:
    if circular.issuperset(circle):
        return
    circular.update(circle)
    steps = list(pairwise(circle))
    marks = tuple(
        Mark(used[one][other], Text(f"`{one}` uses `{other}`", f"`{one}` 引用 `{other}`")) for one, other in steps[1:]
    )
    first, second = steps[0]
    reports.append(problem.at(used[first][second], marks=marks, name=first, cycle=" → ".join(circle)))

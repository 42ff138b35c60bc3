"""T102: a target with neither `for` nor `by`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kpilang.diagnostics import Edit, Fix, Severity
from kpilang.lint.aims import measured, shown
from kpilang.lint.look import Look
from kpilang.lint.places import at, own
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.nouns import Kpi
from kpilang.syntax import tree
from kpilang.text import Span, Text

GOAL = Text("write `{said} for {span}`, as its goal `{goal}` has it", "写成 `{said} for {span}`，与目标 `{goal}` 一致")
ADD = Text("add `for {span}`", "添加 `for {span}`")


def find(look: Look) -> Iterator[Finding]:
    """KPIs none of whose targets has an end; one line that holds between others is a fallback, and what is computed from a
    plan ends with the plan."""
    for kpi in look.living:
        lines = measured(kpi.targets)
        if lines and all(line.span is None and line.due is None and line.formula is None for line in lines):
            goal, time = _goal(look, kpi)
            fixes = _fixes(kpi, lines[0].node, time) if time and len(lines) == 1 else ()
            help = GOAL if time else None
            found = at(kpi, lines[0].node, help=help, fixes=fixes, value=shown(lines[0]), goal=goal, span=time)
            yield replace(found, severity=Severity.INFO if kpi.first("review") else None)


def _goal(look: Look, kpi: Kpi) -> tuple[str | None, str | None]:
    """The one goal and the time that it says it is for, where a period of the KPI fits into that."""
    goals = [look.model.goals[name] for name in kpi.goals]
    if len(goals) != 1 or goals[0].span_of_time is None:
        return None, None
    start, end = goals[0].span_of_time
    said = goals[0].declaration.first("for")
    whole = kpi.period in (None, "all") or any(
        start <= each.start and each.end <= end for each in look.model.calendar.touching(start, end, kpi.period)[:2]
    )
    return goals[0].name, said.value.span.text if whole and said and said.value else None


def _fixes(kpi: Kpi, line: tree.Field, span: str) -> tuple[Fix, ...]:
    """From then on other periods have no target: not safe."""
    if not own(kpi, line):
        return ()
    place = Span(line.span.source, line.span.end, line.span.end)
    return (Fix(ADD.fill(span=span), (Edit(place, f" for {span}"),), safe=False),)


RULE = Rule(
    code="T102",
    name="open-ended-target",
    criterion=Criterion.TIME_BOUND,
    severity=Severity.WARNING,
    summary=Text(
        "A target with neither `for` nor `by`; info only where `review` says how often it is looked at again.",
        "目标值没有写 `for` 或 `by`；写了 `review`（多久复盘一次）时只作提示。",
    ),
    message=Text("the target of `{kpi}`, {value}, has no end", "`{kpi}` 的目标值 {value} 没有时限"),
    label=Text("for which time, or by when?", "是哪段时间的目标，到什么时候达到？"),
    why=Text(
        "without a date a target can always be met later, and nobody notices when it is out of date",
        "没有时限，目标总可以“以后再说”，过时了也没人发现",
    ),
    help=Text(
        "write `{said} for 2027`, or `by 2027-12` if it is due on a day",
        "写成 `{said} for 2027`；到某个时点达到就写 `by 2027-12`",
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.T,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98%
  baseline   96% for 2025
  owner      support
  goal       loyalty
}
""",
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98%
  baseline   96% for 2025
  owner      support
  review     every quarter
}
""",
    ),
    good=(
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  baseline   96% for 2025
  owner      support
  goal       loyalty
}
""",
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026-H2
  target     >= 97%
  baseline   96% for 2025
  owner      support
  goal       loyalty
}
""",
    ),
)

"""A106: a target that is no better than the baseline."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Mark, Severity
from kpilang.lint.aims import Start, better, clashes, measured, numbers, sense, shown
from kpilang.lint.bounds import Limits
from kpilang.lint.look import Look
from kpilang.lint.places import at
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.nouns import Kpi, Target
from kpilang.text import Text

BEGIN = Text("it stands here already", "现在已经到了这里")


def find(look: Look) -> Iterator[Finding]:
    """KPIs none of whose targets asks for more than there is.

    Silent where nothing better exists, where some lines cannot be held against what there is, where the bar is a plan that rises by itself, and where a KPI only has to keep
    its level because it guards another.
    """
    limits = Limits(look.model)
    guards = {guard.name for kpi in look.project.living for guard in look.project.guards(kpi)}
    for kpi in look.living:
        steps = [(line, look.project.start(kpi, line)) for line in numbers(kpi.targets)]
        pairs = [(line, begin) for line, begin in steps if begin is not None]
        if len(steps) < len(measured(kpi.targets)):
            continue
        planned = any(look.model.sources[name].planned for name in kpi.sources)
        if planned or not pairs or len(pairs) < len(steps) or not all(_stands(kpi, *pair) for pair in pairs):
            continue
        line, begin = pairs[-1]
        kept = kpi.name in guards and line.value == begin.value
        if not kept and begin.value not in limits.of(kpi):
            yield at(kpi, line.node, marks=(Mark(begin.node.span, BEGIN),), value=shown(line), base=begin.text)


def _stands(kpi: Kpi, line: Target, begin: Start) -> bool:
    """Whether a line is no better than its beginning; a band and a target that clashes with the direction are not asked."""
    side = sense(line)
    if line.value is None or side not in ("higher", "lower") or clashes(kpi, line):
        return False
    return not better(line.value, begin.value, side)


RULE = Rule(
    code="A106",
    name="no-stretch-left",
    criterion=Criterion.ACHIEVABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A target that is no better than the baseline. Silent at the best value there is, such as 100 % or none at all, and "
        "where the KPI is measured against a plan.",
        "目标值并不比基线好。已经到顶（如 100% 或 0），或与计划相比的 KPI，不指出。",
    ),
    message=Text(
        "the target of `{kpi}`, {value}, is no better than its baseline of {base}",
        "`{kpi}` 的目标值 {value} 并不比基线 {base} 好",
    ),
    label=Text("no step forward", "没有进步"),
    why=Text(
        "it is met before anybody does anything, so it moves nobody",
        "什么都不做就已经达标，这样的目标推动不了任何人",
    ),
    help=Text(
        "set a target better than {base}, or correct the baseline; a level that only has to be kept is the `guard` of another KPI",
        "定一个比 {base} 更好的目标值，或者改正基线；只需守住的水平，应写成另一个 KPI 的 `guard`",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.PROGRESS, Quality.A),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 92% for 2026
  baseline   96% for 2025
  owner      support
  goal       loyalty
}
""",
        """
kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 430 for 2026
  baseline   430 for 2025
  owner      support
  goal       loyalty
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
kpi cases_reopened "Cases rated 1" {
  formula    count(cases where rating = 1)
  unit       count
  direction  lower
  period     month
  target     <= 0 for 2026
  baseline   0 for 2025
  owner      support
  goal       loyalty
}
""",
    ),
)

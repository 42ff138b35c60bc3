"""R103: a goal with more KPIs than anybody can keep in view."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.places import head
from kpilang.lint.rule import Criterion, Document, Finding, Option, Reach, Rule
from kpilang.lint.settings import LintSettings, RuleSettings
from kpilang.text import Text

LIMIT = Option[int]("limit", 5, Text("how many KPIs one goal may have", "一个目标最多可以有多少个 KPI"))


def find(look: Look) -> Iterator[Finding]:
    """Goals of more KPIs than the limit; those that break down another KPI of the goal are not counted."""
    limit = look.option(LIMIT)
    for goal in look.goals:
        serving = look.project.of_goal.get(goal.name, ())
        names = {kpi.name for kpi in serving}
        parents = [look.project.parent(kpi) for kpi in serving]
        count = sum(parent is None or parent.name not in names for parent in parents)
        if count > limit:
            yield Finding(head(goal.declaration), None, {"goal": goal.name, "count": count, "limit": limit})


RULE = Rule(
    code="R103",
    name="too-many",
    criterion=Criterion.RELEVANT,
    severity=Severity.INFO,
    summary=Text(
        "A goal with more than five KPIs, without those that break down another one of them. On KPIs of one owner see "
        "overloaded-owner.",
        "一个目标的 KPI 超过五个（分解到下级的不计）。一个负责人名下太多，见 overloaded-owner。",
    ),
    message=Text("the goal `{goal}` has {count} KPIs", "目标 `{goal}` 有 {count} 个 KPI"),
    label=Text("more than {limit}", "超过 {limit} 个"),
    why=Text(
        "who marks every sentence of a book marks none: what matters is buried among what does not",
        "把书里每一句都划上线，等于没划：重要的信息埋没在不重要的里面",
    ),
    help=Text(
        "keep the three to five that show best whether `{goal}` is reached; give the others a goal below it, a `parent`, or no goal",
        "只留下最能说明 `{goal}` 是否达成的三到五个；其余的归到下级目标，写上 `parent`，或不再作为 KPI",
    ),
    documents=(Document.GUIDE,),
    options=(LIMIT,),
    settings=LintSettings(rules={"R103": RuleSettings(options={"limit": 1})}),
    find=find,
    reach=Reach.PROJECT,
    bad=(
        """
goal service "Cases are solved at once" { owner support  for 2026 }

kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 400 for 2026
  owner      support
  goal       service
}

kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       service
}
""",
    ),
    good=(
        """
goal service "Cases are solved at once" { owner support  for 2026 }

kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       service
}

kpi solved_well "Share of cases solved and rated 4 or 5" {
  formula    share(cases where solved and rating >= 4)
  unit       percent
  direction  higher
  period     month
  target     >= 80% for 2026
  owner      support
  goal       service
  parent     solved_rate
}
""",
    ),
)

"""O104: an owner with more KPIs than one can steer."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.places import head
from kpilang.lint.rule import Criterion, Document, Finding, Option, Reach, Rule
from kpilang.lint.settings import LintSettings, RuleSettings
from kpilang.text import Text

LIMIT = Option[int]("limit", 10, Text("how many KPIs one owner may have", "一个负责人最多可以有多少个 KPI"))


def find(look: Look) -> Iterator[Finding]:
    """Owners of more KPIs, in use or drafts, than the limit."""
    limit = look.option(LIMIT)
    for owner in look.owners:
        count = len(look.project.of_owner.get(owner.name, ()))
        if count > limit:
            values = {"owner": owner.name, "count": count, "limit": limit}
            yield Finding(head(owner.declaration), None, values)


RULE = Rule(
    code="O104",
    name="overloaded-owner",
    criterion=Criterion.OWNED,
    severity=Severity.INFO,
    summary=Text("An owner of more KPIs than one can steer.", "一个负责人名下的 KPI 太多，顾不过来。"),
    message=Text("`{owner}` answers for {count} KPIs", "`{owner}` 名下有 {count} 个 KPI"),
    label=Text("more than {limit}", "超过 {limit} 个"),
    why=Text(
        "who answers for everything steers nothing: what is important drowns in what is measured",
        "什么都要管，就什么都管不好：重要的事会淹没在一大堆指标里",
    ),
    help=Text(
        "keep the few of them that decide whether the goal is reached, and give the others to those who can move them",
        "只留下真正决定目标能否达成的几个，其余的交给能够影响它们的人",
    ),
    documents=(Document.GUIDE,),
    options=(LIMIT,),
    settings=LintSettings(rules={"O104": RuleSettings(options={"limit": 1})}),
    find=find,
    reach=Reach.PROJECT,
    bad=(
        """
owner desk "Lead of the service desk" <desk@example.com>

kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 400 for 2026
  owner      desk
  goal       loyalty
}

kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      desk
  goal       loyalty
}
""",
    ),
    good=(
        """
owner desk "Lead of the service desk" <desk@example.com>

kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 400 for 2026
  owner      desk
  goal       loyalty
}

kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      desk
  goal       loyalty
  state      deprecated
}
""",
    ),
)

"""R102: a goal that nothing measures."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.places import head
from kpilang.lint.rule import Criterion, Document, Finding, Reach, Rule
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Goals that no KPI serves, nor any goal below them; a KPI that could not be read may do so."""
    if look.adrift:
        return
    for goal in look.goals:
        if not look.project.measuring(goal.name):
            yield Finding(head(goal.declaration), None, {"goal": goal.name})


RULE = Rule(
    code="R102",
    name="goal-without-kpi",
    criterion=Criterion.RELEVANT,
    severity=Severity.WARNING,
    summary=Text("A goal that no KPI serves, nor any goal below it.", "没有任何 KPI 对应的目标，其下级目标也没有。"),
    message=Text("nothing measures the goal `{goal}`", "目标 `{goal}` 没有任何 KPI 来衡量"),
    label=Text("how will anybody know that it is reached?", "怎么知道它达成了没有？"),
    why=Text(
        "a goal without a measure breaks off on the way down: nobody knows what to do for it, or whether it was reached",
        "没有指标的目标会“落地断层”：谁也不知道该做什么，也不知道是否达成",
    ),
    help=Text(
        "add `goal {goal}` to the KPIs that show whether it is reached, three to five of them, or take the goal out",
        "在能说明它是否达成的三到五个 KPI 中添加 `goal {goal}`，或者删去这个目标",
    ),
    documents=(Document.SELECTION,),
    find=find,
    reach=Reach.PROJECT,
    bad=(
        """
goal punctual "Deliveries arrive on the day promised" { owner sales  for 2026 }
""",
        """
goal punctual "按承诺的日期送达" { owner sales  for 2026 }

kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      sales
  goal       punctual
  state      deprecated
}
""",
    ),
    good=(
        """
goal growth "A tenth more revenue in 2026" { owner sales  for 2026 }
goal web "The web shop brings half of it" { owner sales  for 2026  parent growth }

kpi revenue "Revenue" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 1200000 CNY for 2026
  owner      sales
  goal       web
}
""",
    ),
)

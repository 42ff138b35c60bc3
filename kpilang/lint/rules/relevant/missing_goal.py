"""R101: a KPI that serves no goal."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.mend import listed
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.text import Text

DECLARED = Text(
    "add `goal NAME` to `{kpi}`; declared goals: {names}", "在 `{kpi}` 中添加 `goal 名称`；已声明的目标：{names}"
)


def find(look: Look) -> Iterator[Finding]:
    """KPIs without goal."""
    names = list(look.model.goals)
    for kpi in look.kpis:
        if look.lacks(kpi, "goal"):
            yield Finding.of(kpi, help=DECLARED if names else None, names=listed(names))


RULE = Rule(
    code="R101",
    name="missing-goal",
    criterion=Criterion.RELEVANT,
    severity=Severity.WARNING,
    summary=Text("A KPI that serves no declared goal.", "KPI 没有对应任何已声明的目标。"),
    message=Text("`{kpi}` serves no goal", "`{kpi}` 没有对应的目标"),
    label=Text("what is it for?", "它服务于哪个目标？"),
    why=Text(
        "a KPI that no goal needs costs attention and steers people away from what matters",
        "与业务目标脱节的 KPI 只会变成“作秀”，还会带偏努力的方向",
    ),
    help=Text(
        'declare what the business wants, `goal NAME "…" {{ owner …  for 2026 }}`, and add `goal NAME` to `{kpi}`',
        '先声明业务目标：`goal 名称 "…" {{ owner …  for 2026 }}`，再在 `{kpi}` 中添加 `goal 名称`',
    ),
    documents=(Document.SELECTION, Document.GUIDE),
    decides=(Quality.R,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      sales
}
""",
    ),
    good=(
        """
kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 5000 for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
)

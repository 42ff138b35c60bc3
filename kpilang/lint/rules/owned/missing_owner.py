"""O101: a KPI without owner."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.mend import listed
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.text import Text

DECLARED = Text("add `owner NAME`; declared owners: {names}", "添加 `owner 名称`；已声明的负责人：{names}")


def find(look: Look) -> Iterator[Finding]:
    """KPIs without owner, their own or their file's."""
    names = list(look.model.owners)
    for kpi in look.kpis:
        if look.lacks(kpi, "owner"):
            yield Finding.of(kpi, help=DECLARED if names else None, names=listed(names))


RULE = Rule(
    code="O101",
    name="missing-owner",
    criterion=Criterion.OWNED,
    severity=Severity.ERROR,
    summary=Text("A KPI that names no owner.", "KPI 没有写明负责人。"),
    message=Text("`{kpi}` has no owner", "`{kpi}` 没有负责人"),
    label=Text("nobody is named as owner", "没有写明由谁负责"),
    why=Text("a KPI nobody owns is not acted on when it goes red", "没有人负责的 KPI，亮红灯时也没有人行动"),
    help=Text(
        'declare who answers for it, `owner NAME "Title" <address>`, and add `owner NAME` to `{kpi}`',
        '先声明由谁负责：`owner 名称 "职务" <邮箱>`，再在 `{kpi}` 中添加 `owner 名称`',
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.CONTROLLABLE,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 400 for 2026
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 400 for 2026
  owner      support
  goal       loyalty
}
""",
        """
defaults { owner support  period month }

kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  target     <= 400 for 2026
  goal       loyalty
}
""",
    ),
)

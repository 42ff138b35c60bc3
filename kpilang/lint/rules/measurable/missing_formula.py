"""M101: a KPI without formula."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.mend import listed
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.text import Text

DECLARED = Text(
    "add `formula …` to `{kpi}`, for instance `formula count({first})`; declared sources: {names}",
    "在 `{kpi}` 中添加 `formula …`，例如 `formula count({first})`；已声明的数据源：{names}",
)


def find(look: Look) -> Iterator[Finding]:
    """KPIs without formula; drafts weigh less."""
    names = list(look.model.sources)
    for kpi in look.kpis:
        if look.lacks(kpi, "formula"):
            draft = Severity.WARNING if kpi.state == "draft" else None
            finding = Finding.of(
                kpi, help=DECLARED if names else None, first=next(iter(names), ""), names=listed(names)
            )
            yield replace(finding, severity=draft)


RULE = Rule(
    code="M101",
    name="missing-formula",
    criterion=Criterion.MEASURABLE,
    severity=Severity.ERROR,
    summary=Text(
        "A KPI without formula; a warning while its state is draft.", "KPI 没有公式；状态为 draft 时只是警告。"
    ),
    message=Text("`{kpi}` has no formula", "`{kpi}` 没有公式"),
    label=Text("nothing says how it is computed", "没有写明怎么计算"),
    why=Text(
        "what cannot be computed cannot be verified: two people will arrive at two numbers",
        "不能计算就不能验证：两个人会得出两个数",
    ),
    help=Text(
        "declare the source of its data and add `formula …` to `{kpi}`, or say `state draft`",
        "先声明它的数据源，再在 `{kpi}` 中添加 `formula …`；尚未定稿时写 `state draft`",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.QUANTIFIABLE, Quality.VERIFIABLE, Quality.M),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi repeat_rate "Repeat purchase rate" {
  unit       percent
  direction  higher
  period     month
  target     >= 60% for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi repeat_rate "Repeat purchase rate" {
  unit       percent
  direction  higher
  period     month
  owner      sales
  goal       loyalty
  state      draft
}
""",
    ),
    good=(
        """
kpi repeat_rate "Repeat purchase rate" {
  formula    count(distinct orders.customer_id having count(orders) >= 2)
             / count(distinct orders.customer_id)
  unit       percent
  direction  higher
  period     month
  target     >= 60% for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
)

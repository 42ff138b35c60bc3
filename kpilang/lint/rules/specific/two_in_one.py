"""S105: a label that joins two measures."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule
from kpilang.lint.said import titles
from kpilang.lint.wording.joined import joined
from kpilang.text import Text

ALLOW = Option[tuple[str, ...]](
    "allow", (), Text("labels that name one measure here", "在本项目中确实只表示一个指标的标题")
)


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use whose label, or a translation of it, joins two measures."""
    allowed = {label.lower() for label in look.option(ALLOW)}
    for kpi in look.living:
        for said in titles(kpi.declaration):
            found = joined(said.text) if said.text.lower() not in allowed else None
            if found:
                left, right, start, end = found
                values = {"kpi": kpi.name, "said": said.text, "left": left, "right": right}
                yield Finding(said.span(start, end), kpi.name, values)
                break


RULE = Rule(
    code="S105",
    name="two-in-one",
    criterion=Criterion.SPECIFIC,
    severity=Severity.WARNING,
    summary=Text(
        "A label that joins two measures: customer loyalty and retention, complaints and resolution rate.",
        "标题把两个指标合在一起：客户忠诚度和保留率、客户投诉和解决率。",
    ),
    message=Text("“{said}” joins two measures in one KPI", "“{said}”把两个指标合在了一个 KPI 里"),
    label=Text("which of the two is it?", "到底是哪一个？"),
    why=Text(
        "when one of the two rises and the other falls, one number cannot say so, and nobody knows which to act on",
        "两个指标一升一降时，一个数说不清楚，也不知道该对哪一个采取行动",
    ),
    help=Text(
        "keep `{kpi}` for one of them, and declare a KPI of its own for the other: “{left}”, “{right}”",
        "`{kpi}` 只保留其中一个，另一个单独声明为 KPI：“{left}”、“{right}”",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.UNDERSTANDABLE, Quality.S),
    find=find,
    reach=Reach.DECLARATION,
    options=(ALLOW,),
    bad=(
        """
kpi loyal "Customer loyalty and retention" {
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
        """
kpi complaints "客户投诉和解决率" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi earnings "Earnings before interest and taxes" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi urgent "Priority 1 and priority 2 incidents" zh "优先级1和优先级2事件数" {
  formula    count(cases where rating <= 2)
  unit       count
  direction  lower
  period     month
  target     <= 20 for 2026
  owner      support
  goal       loyalty
}
""",
    ),
)

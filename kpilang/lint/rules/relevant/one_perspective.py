"""R108: a project that looks from one perspective alone."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.places import head, own
from kpilang.lint.rule import Criterion, Document, Finding, Option, Reach, Rule
from kpilang.lint.settings import LintSettings, RuleSettings
from kpilang.model.references import word
from kpilang.text import Text

LEAST = Option[int](
    "least", 5, Text("how many KPIs a project has at least before it is asked", "项目至少有多少个 KPI 才检查")
)


def find(look: Look) -> Iterator[Finding]:
    """The first KPI of a project all of whose KPIs say the same perspective; where one says none, nothing is known."""
    kpis = look.project.living
    said = {word(kpi, "perspective") for kpi in kpis}
    if len(kpis) < look.option(LEAST) or len(said) != 1 or None in said:
        return
    first, line = kpis[0], kpis[0].first("perspective")
    if line is not None and first.declaration.span.source.path in look.paths:
        span = line.span if own(first, line) else head(first.declaration)
        yield Finding(span, None, {"word": next(iter(said)), "count": len(kpis)})


RULE = Rule(
    code="R108",
    name="one-perspective",
    criterion=Criterion.RELEVANT,
    severity=Severity.INFO,
    summary=Text(
        "A project of some size all of whose KPIs have one perspective; silent where a KPI says none.",
        "有一定规模的项目，所有 KPI 都出自同一个角度（`perspective`）；有 KPI 没写时不指出。",
    ),
    message=Text("all {count} KPIs of the project are {word} ones", "项目的 {count} 个 KPI 全都是 {word} 角度"),
    label=Text("nobody looks from another side", "没有从别的角度看"),
    why=Text(
        "one perspective shows one side: profit can rise for a year on what customers and staff lose",
        "只看一个角度就看不到另一面：利润上升一年，代价可能是客户和员工的流失",
    ),
    help=Text(
        "add KPIs from the others of `financial`, `customer`, `process` and `growth`, as a balanced scorecard does",
        "按平衡计分卡的做法，补上 `financial`、`customer`、`process`、`growth` 中其他角度的 KPI",
    ),
    documents=(Document.GUIDE,),
    options=(LEAST,),
    settings=LintSettings(rules={"R108": RuleSettings(options={"least": 2})}),
    find=find,
    reach=Reach.PROJECT,
    bad=(
        """
kpi revenue "Revenue" {
  formula      sum(orders.amount)
  unit         CNY
  direction    higher
  period       month
  target       >= 1200000 CNY for 2026
  owner        sales
  goal         loyalty
  perspective  financial
}

kpi order_value "Value per order" {
  formula      sum(orders.amount) / count(orders)
  unit         CNY
  direction    higher
  period       month
  target       >= 240 CNY for 2026
  owner        sales
  goal         loyalty
  perspective  financial
}
""",
    ),
    good=(
        """
kpi revenue "Revenue" {
  formula      sum(orders.amount)
  unit         CNY
  direction    higher
  period       month
  target       >= 1200000 CNY for 2026
  owner        sales
  goal         loyalty
  perspective  financial
}

kpi rating "Average rating" {
  formula      avg(cases.rating)
  unit         score 1..5
  direction    higher
  period       month
  target       >= 4.4 for 2026
  owner        support
  goal         loyalty
  perspective  customer
}
""",
    ),
)

"""C107: a project with more KPIs than anybody can follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpilang.diagnostics import Severity
from kpilang.lint.history_pairs import Pair, together
from kpilang.lint.look import Look
from kpilang.lint.places import head
from kpilang.lint.rule import Criterion, Document, Finding, Option, Reach, Rule
from kpilang.lint.settings import LintSettings, RuleSettings
from kpilang.text import Text

ALIKE = Text(
    "one of each two that move together tells little: {pairs}; set `state deprecated` on the other, and on those that lead to no action",
    "同涨同跌的两个指标，留一个就够：{pairs}；把另一个以及不会带来行动的标为 `state deprecated`",
)
_SHOWN = 5
LIMIT = Option[int]("limit", 120, Text("how many KPIs a project may have", "一个项目最多有多少个 KPI"))


def find(look: Look) -> Iterator[Finding]:
    """The first KPI in use beyond the limit."""
    kpis, limit = look.project.living, look.option(LIMIT)
    if len(kpis) > limit:
        beyond = kpis[limit]
        if beyond.declaration.span.source.path in look.paths:
            found = together(look.history.courses.values()) if look.history is not None else ()
            values = {"count": len(kpis), "limit": limit, "pairs": _listed(found)}
            yield Finding(head(beyond.declaration), None, values, help=ALIKE if found else None)


def _listed(pairs: Sequence[Pair]) -> Text:
    """The first few pairs of KPIs that move together, with their correlation."""
    named = [f"`{pair.one.kpi.name}` / `{pair.other.kpi.name}` ({pair.correlation:+.2f})" for pair in pairs[:_SHOWN]]
    more = Text(f" and {len(pairs) - _SHOWN} more", f" 等 {len(pairs)} 对") if len(pairs) > _SHOWN else Text("", "")
    return Text(", ".join(named) + more.en, "、".join(named) + more.zh)


RULE = Rule(
    code="C107",
    name="too-many-kpis",
    criterion=Criterion.CONSISTENT,
    severity=Severity.INFO,
    summary=Text(
        "A project with more KPIs in use than its limit; found at the first one beyond it.",
        "项目在用的 KPI 超过上限；在第一个超出的 KPI 处指出。",
    ),
    message=Text(
        "the project has {count} KPIs in use, and {limit} are its limit",
        "项目有 {count} 个在用的 KPI，上限是 {limit} 个",
    ),
    label=Text("the first beyond the limit", "从这里开始超出上限"),
    why=Text(
        "where everything is a key figure nothing is: a company that cut 300 to 120 acted faster",
        "什么都是关键指标，就没有关键指标：有企业把 300 多个精简到 120 个，反应反而更快",
    ),
    help=Text(
        "set `state deprecated` on those that lead to no action, or set the rule's option `limit`",
        "把不会带来行动的标为 `state deprecated`，或调整规则的 `limit` 选项",
    ),
    documents=(Document.SELECTION,),
    options=(LIMIT,),
    asks_data=True,
    settings=LintSettings(rules={"C107": RuleSettings(options={"limit": 1})}),
    find=find,
    reach=Reach.PROJECT,
    bad=(
        """
kpi revenue "Revenue" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
}
kpi order_count "Orders taken" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 700 for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi revenue "Revenue" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
}
kpi old_revenue "Revenue of the old shop" {
  formula    sum(orders.amount where amount > 0 CNY)
  unit       CNY
  direction  higher
  period     month
  state      deprecated
}
""",
    ),
)

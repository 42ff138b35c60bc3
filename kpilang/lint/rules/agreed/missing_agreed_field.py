"""P101: a KPI without a field that the project requires."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.agreements import Agreement, Agreements, has
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Finding, Reach, Rule
from kpilang.lint.settings import LintSettings
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use that an entry under `require:` is about and that lack its field."""
    for kpi in look.living:
        for entry in look.agreements.required:
            if entry.holds(kpi) and not has(kpi, entry.field) and not look.unread(kpi):
                yield Finding.of(kpi, field=entry.field, why=entry.reason)


RULE = Rule(
    code="P101",
    name="missing-agreed-field",
    criterion=Criterion.AGREED,
    severity=Severity.ERROR,
    summary=Text(
        "A KPI without a field that `lint: require:` in kpi.yaml asks for.",
        "KPI 缺少 kpi.yaml 的 `lint: require:` 所要求的字段。",
    ),
    message=Text("`{kpi}` has no `{field}`", "`{kpi}` 没有 `{field}`"),
    label=Text("the project requires it", "项目要求填写"),
    why=Text("{why}", "{why}"),
    help=Text("add `{field} …` to `{kpi}`", "在 `{kpi}` 中添加 `{field} …`"),
    find=find,
    reach=Reach.DECLARATION,
    settings=LintSettings(agreements=Agreements(required=(Agreement("benchmark", when={"level": ("company",)}),))),
    bad=(
        """
kpi revenue "Revenue" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 500000 CNY for 2026
  owner      sales
  goal       loyalty
  level      company
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
  target     >= 500000 CNY for 2026
  benchmark  "trade survey 2025" 480000 CNY
  owner      sales
  goal       loyalty
  level      company
}
""",
        """
kpi team_revenue "Revenue of the team" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 500000 CNY for 2026
  owner      sales
  goal       loyalty
  level      team
}
""",
    ),
)

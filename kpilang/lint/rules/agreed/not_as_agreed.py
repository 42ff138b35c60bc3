"""P103: a name or a text that is not written as the project asks."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.agreements import Agreement, Agreements, spoken
from kpilang.lint.look import Look
from kpilang.lint.patterns import Pattern
from kpilang.lint.rule import Criterion, Finding, Reach, Rule
from kpilang.lint.settings import LintSettings
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Names and texts of KPIs that an entry under `patterns:` does not match from end to end."""
    for kpi in look.living:
        for entry in look.agreements.patterns:
            if entry.like is not None and entry.holds(kpi):
                for text, place in spoken(kpi, entry.field):
                    if not entry.like.matches(text):
                        values = {"field": entry.field, "text": text, "like": entry.like.text, "why": entry.reason}
                        yield Finding(place, kpi.name, values)


RULE = Rule(
    code="P103",
    name="not-as-agreed",
    criterion=Criterion.AGREED,
    severity=Severity.WARNING,
    summary=Text(
        "A name or a text that does not look as `lint: patterns:` in kpi.yaml asks.",
        "名称或文本不符合 kpi.yaml 的 `lint: patterns:` 所要求的写法。",
    ),
    message=Text("{field} `{text}` is not written as agreed", "{field} `{text}` 不符合约定的写法"),
    label=Text("does not match `{like}`", "与 `{like}` 不符"),
    why=Text("{why}", "{why}"),
    help=Text("write it so that it matches `{like}` from end to end", "改成完整匹配 `{like}` 的写法"),
    find=find,
    reach=Reach.DECLARATION,
    settings=LintSettings(agreements=Agreements(patterns=(Agreement("name", like=Pattern("[a-z][a-z0-9_]*")),))),
    bad=(
        """
kpi NetRevenue "Net revenue" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 500000 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi net_revenue "Net revenue" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 500000 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
)

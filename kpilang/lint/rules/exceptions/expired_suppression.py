"""X105: a suppression whose time is over."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Finding, Rule
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Suppressions until a day that lies before the as-of date."""
    for item in look.suppressions:
        if item.rules and item.expired(look.as_of):
            yield Finding(
                item.span, item.subject, {"until": item.until, "rules": ", ".join(rule.text for rule in item.rules)}
            )


RULE = Rule(
    code="X105",
    name="expired-suppression",
    criterion=Criterion.EXCEPTIONS,
    severity=Severity.WARNING,
    summary=Text("A suppression whose day has passed.", "已过期的忽略说明。"),
    message=Text("the suppression of {rules} ended on {until}", "对 {rules} 的忽略已于 {until} 到期"),
    label=Text("holds nothing back any more", "已不再起作用"),
    why=Text(
        "somebody promised to have mended it by then",
        "当初说好到那时会改好",
    ),
    help=Text(
        "mend what it was about and take it out, or give a later day with a reason that holds now",
        "改好所指的问题并删掉它；或写一个更晚的日期，并写明现在成立的原因",
    ),
    find=find,
    bad=(
        """
# kpi: ignore[missing-direction] until 2026-03-31: the pilot decides whether fewer cases are wanted
kpi cases_opened "Support cases opened" {
  formula  count(cases)
  unit     count
  period   month
  target   <= 400 for 2026
  owner    support
  goal     loyalty
}
""",
    ),
    good=(
        """
# kpi: ignore[missing-direction] until 2027-03-31: the pilot decides whether fewer cases are wanted
kpi cases_opened "Support cases opened" {
  formula  count(cases)
  unit     count
  period   month
  target   <= 400 for 2026
  owner    support
  goal     loyalty
}
""",
    ),
)

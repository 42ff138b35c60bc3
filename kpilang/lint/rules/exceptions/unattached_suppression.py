"""X106: a suppression with nothing behind it."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Finding, Rule
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Suppressions after the last declaration of a file, or after the last field of a declaration."""
    for item in look.suppressions:
        if item.rules and item.scope is None:
            yield Finding(item.span, item.subject)


RULE = Rule(
    code="X106",
    name="unattached-suppression",
    criterion=Criterion.EXCEPTIONS,
    severity=Severity.ERROR,
    summary=Text("A suppression that no declaration or field follows.", "后面没有声明或字段的忽略说明。"),
    message=Text("this suppression is attached to nothing", "这条忽略说明没有对应的对象"),
    label=Text("nothing follows", "后面没有内容"),
    why=Text("it suppresses nothing, and its writer believes that it does", "它不起作用，而写的人以为起作用"),
    help=Text(
        "put it on the line before the declaration or field that it is about, or at the end of that line",
        "放到所指声明或字段的前一行，或那一行的末尾",
    ),
    find=find,
    bad=(
        """
kpi cases_opened "Support cases opened" {
  formula  count(cases)
  unit     count
  period   month
  target   <= 400 for 2026
  owner    support
  goal     loyalty
  # kpi: ignore[missing-direction]: the pilot decides whether fewer cases are wanted
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

"""X103: a suppression that gives no reason."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Finding, Rule
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Suppressions that can be read and end before the reason."""
    for item in look.suppressions:
        if item.rules and not item.reason:
            yield Finding(item.span, item.subject, {"written": item.span.text.rstrip(" :：")})


RULE = Rule(
    code="X103",
    name="suppression-without-reason",
    criterion=Criterion.EXCEPTIONS,
    severity=Severity.ERROR,
    summary=Text("A suppression that does not say why.", "没有写明原因的忽略说明。"),
    message=Text("this suppression gives no reason, and so holds nothing back", "这条忽略说明没有写原因，因此不起作用"),
    label=Text("why?", "为什么？"),
    why=Text(
        "in a year nobody knows whether the exception still holds, and so nobody dares to take it out",
        "一年以后没人知道这个例外是否还成立，也就没人敢删",
    ),
    help=Text("go on with the reason: `{written}: …`", "接着写原因：`{written}: ……`"),
    find=find,
    bad=(
        """
# kpi: ignore[missing-direction] until 2027-03-31
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

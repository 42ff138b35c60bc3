"""X101: a comment that means to suppress a finding and cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Finding, Rule
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Comments that begin like a suppression and go on in another way, or have a date that does not exist."""
    for item in look.suppressions:
        if not item.rules:
            yield Finding(item.span)
        elif item.until is not None and item.last_day is None:
            yield Finding(item.span, help=NO_DAY, values={"until": item.until})


NO_DAY = Text("`{until}` is no day: write it like 2027-03-31", "`{until}` 不是日期，应写成 2027-03-31 这样")

RULE = Rule(
    code="X101",
    name="unreadable-suppression",
    criterion=Criterion.EXCEPTIONS,
    severity=Severity.ERROR,
    summary=Text(
        "A comment that begins with `# kpi:` and is no suppression that can be read.",
        "以 `# kpi:` 开头、却读不懂的注释。",
    ),
    message=Text("this comment suppresses nothing: it cannot be read", "这条注释无法识别，不起任何作用"),
    label=Text("begins like a suppression", "开头像是一条忽略说明"),
    why=Text(
        "its writer believes that a finding is taken care of, and nobody is told otherwise",
        "写的人以为这个问题已有交代，其实没有",
    ),
    help=Text(
        "write `# kpi: ignore[RULE] until 2027-03-31: reason`; the date may be left out",
        "写成 `# kpi: ignore[规则] until 2027-03-31: 原因`；日期可省略",
    ),
    find=find,
    bad=(
        """
# kpi: ignore missing-direction: the pilot decides whether fewer cases are wanted
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

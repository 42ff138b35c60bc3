"""X107: a suppression of a rule that the project lets nobody suppress."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Finding, Rule
from kpilang.lint.settings import LintSettings
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Words in the brackets that name a rule under `not-suppressible:`."""
    for item in look.suppressions:
        for named in item.rules or ():
            if look.words.get(named.text) in look.applied.firm:
                yield Finding(named.span, item.subject, {"rule": named.text})


RULE = Rule(
    code="X107",
    name="not-suppressible",
    criterion=Criterion.EXCEPTIONS,
    severity=Severity.ERROR,
    summary=Text(
        "A suppression of a rule that `lint: not-suppressible:` in kpi.yaml names.",
        "所忽略的规则列在 kpi.yaml 的 `lint: not-suppressible:` 里。",
    ),
    message=Text("this project lets nobody suppress `{rule}`", "本项目不允许忽略 `{rule}`"),
    label=Text("has no effect", "不起作用"),
    why=Text("the team has agreed that this rule has no exceptions", "团队约定这条规则没有例外"),
    help=Text(
        "mend what it is about, or ask the team to take the rule out of `not-suppressible:`",
        "改好所指的问题；或请团队把这条规则从 `not-suppressible:` 中去掉",
    ),
    find=find,
    bad=(
        """
# kpi: ignore[O102]: the whole team answers for it
kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 400 for 2026
  owner      "everyone"
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 400 for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    settings=LintSettings(not_suppressible=("O102",)),
)

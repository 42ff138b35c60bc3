"""X104: a suppression that takes no finding away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpilang.diagnostics import Edit, Fix, Severity
from kpilang.lint.look import Look
from kpilang.lint.mend import without
from kpilang.lint.rule import Criterion, Finding, Rule
from kpilang.lint.suppressions import Named, Suppression
from kpilang.text import Span, Text


def find(look: Look) -> Iterator[Finding]:
    """Names of rules in whole suppressions under which the rule, which did look, has nothing to say."""
    for item in look.suppressions:
        if not item.holds(look.as_of):
            continue
        idle = [named for named in item.rules or () if _idle(look, item, named)]
        for named in idle:
            alone = len(idle) == len(item.rules or ())
            edit = without(item.span) if alone else Edit(_with_comma(named.span), "")
            yield Finding(named.span, item.subject, {"rule": named.text}, fixes=(Fix(DELETE, (edit,), safe=True),))


def _idle(look: Look, item: Suppression, named: Named) -> bool:
    code = look.words.get(named.text)
    ran = look.applied.ran.get(item.span.source.path, frozenset())
    return code in ran and code not in look.applied.firm and (item, named.text) not in look.applied.used


def _with_comma(word: Span) -> Span:
    """A word of a list with the comma that parts it from its neighbour."""
    text = word.source.text
    after = re.match(r"\s*[,，]\s*", text[word.end :])
    if after:
        return Span(word.source, word.start, word.end + after.end())
    before = re.search(r"\s*[,，]\s*$", text[: word.start])
    return Span(word.source, before.start() if before else word.start, word.end)


DELETE = Text("take the suppression out", "删除这条忽略说明")

RULE = Rule(
    code="X104",
    name="unused-suppression",
    criterion=Criterion.EXCEPTIONS,
    severity=Severity.WARNING,
    summary=Text("A suppression of a finding that is not there any more.", "所忽略的问题已经不存在。"),
    message=Text("`{rule}` has nothing to say here", "`{rule}` 在这里没有要报告的问题"),
    label=Text("suppresses nothing", "没有忽略任何问题"),
    why=Text(
        "it would hide the next finding of this rule, which nobody has agreed to",
        "它会把这条规则以后报告的问题也藏起来，而那并没有人同意过",
    ),
    help=Text(
        "take it out, or move it to the declaration or field that it is about", "把它删掉，或移到所指的声明或字段之前"
    ),
    find=find,
    bad=(
        """
# kpi: ignore[missing-owner]: the pilot decides who answers for it
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

"""X102: a suppression of a rule that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Edit, Fix, Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Finding, Rule
from kpilang.model.nearest import hint, nearest
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Words in the brackets that are neither code nor name of a rule."""
    for item in look.suppressions:
        for named in item.rules or ():
            if named.text not in look.words:
                near = nearest(named.text, look.words)
                fixes = (Fix(RENAME.fill(name=near), (Edit(named.span, near),), safe=True),) if near else ()
                help = Text(f"{{hint}}; {GIVE.en}", f"{{hint}}；{GIVE.zh}") if near else GIVE
                yield Finding(
                    named.span,
                    item.subject,
                    {"rule": named.text, "hint": hint(named.text, look.words)},
                    help=help,
                    fixes=fixes,
                )


RENAME = Text("write `{name}`", "写成 `{name}`")
GIVE = Text("give the code or the name of a rule, as a finding shows them", "写规则的代码或名称，与报告中显示的一致")

RULE = Rule(
    code="X102",
    name="unknown-suppression",
    criterion=Criterion.EXCEPTIONS,
    severity=Severity.ERROR,
    summary=Text("A suppression that names no rule there is.", "忽略说明里写了不存在的规则。"),
    message=Text("no rule is called `{rule}`", "没有名为 `{rule}` 的规则"),
    label=Text("not a rule", "不是规则"),
    why=Text(
        "it suppresses nothing, and would begin to should a rule ever get this name",
        "它现在不起作用，而将来若有规则取了这个名称，又会突然生效",
    ),
    help=GIVE,
    find=find,
    bad=(
        """
# kpi: ignore[missing-directon]: the pilot decides whether fewer cases are wanted
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

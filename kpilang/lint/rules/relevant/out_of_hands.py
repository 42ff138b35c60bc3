"""R109: a KPI whose owner cannot move it."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Mark, Severity
from kpilang.lint.look import Look
from kpilang.lint.places import at
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.references import text, word
from kpilang.text import Text

OWNER = Text("one person", "这是一个人")


def find(look: Look) -> Iterator[Finding]:
    """Figures of the company that a single person's role answers for."""
    for kpi in look.living:
        line = kpi.first("owner")
        if word(kpi, "level") == "company" and look.project.owner_level(kpi) == "individual" and line is not None:
            owner = look.model.owners[text(kpi.owners[0])]
            marks = (Mark(owner.declaration.head, OWNER),)
            yield at(kpi, line, marks=marks, owner=owner.name)


RULE = Rule(
    code="R109",
    name="out-of-hands",
    criterion=Criterion.RELEVANT,
    severity=Severity.WARNING,
    summary=Text(
        "A KPI whose owner's level cannot move it: a figure of the company owned by an individual.",
        "KPI 超出负责人的掌控范围：公司级的指标由个人负责。",
    ),
    message=Text(
        "`{kpi}` is a figure of the company, and `{owner}` is one individual",
        "`{kpi}` 是公司级指标，而 `{owner}` 只是个人",
    ),
    label=Text("what can one person do about it?", "一个人能左右它吗？"),
    why=Text(
        "people answer for what they can control and influence; for anything else they find excuses, or give up",
        "只有自己能够掌控和影响的事，人才会负责；否则只剩借口或放弃",
    ),
    help=Text(
        "give `{kpi}` an owner of level company or department, and `{owner}` the part of it that is in those hands, with `parent {kpi}`",
        "改由公司或部门层级的负责人负责 `{kpi}`，把 `{owner}` 能左右的那一部分另设 KPI，写 `parent {kpi}`",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.CONTROLLABLE,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
owner anna "Account executive Anna" <anna@example.com> { department "Sales"  level individual }

kpi revenue "Revenue of the company" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 1200000 CNY for 2026
  owner      anna
  goal       loyalty
  level      company
}
""",
    ),
    good=(
        """
owner chief "Chief executive" <ceo@example.com> { department "Board"  level company }

kpi revenue "Revenue of the company" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 1200000 CNY for 2026
  owner      chief
  goal       loyalty
  level      company
}
""",
    ),
)

"""R111: a KPI for which nobody says what is done when it is missed."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.kinds import is_silence
from kpilang.lint.look import Look
from kpilang.lint.places import at
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.syntax import tree
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use without `action`, or with one that says that there is none yet."""
    for kpi in look.kpis:
        line = kpi.first("action")
        if kpi.state != "active":
            continue
        if look.lacks(kpi, "action"):
            yield Finding.of(kpi, side=_side(kpi.direction))
        elif line is not None and isinstance(line.value, tree.Label) and is_silence(line.value.text.value):
            yield at(kpi, line, side=_side(kpi.direction))


def _side(direction: str | None) -> Text:
    """The side on which it is missed."""
    if direction == "lower":
        return Text("Above", "高于")
    return Text("Outside", "超出") if direction == "within" else Text("Below", "低于")


RULE = Rule(
    code="R111",
    name="no-action",
    criterion=Criterion.RELEVANT,
    severity=Severity.WARNING,
    summary=Text(
        "A KPI in use for which nobody says what is done when it is missed.", "在用的 KPI 没有写明未达标时怎么办。"
    ),
    message=Text("nobody says what is done when `{kpi}` is missed", "没有写明 `{kpi}` 未达标时怎么办"),
    label=Text("and then, what happens?", "然后呢？"),
    why=Text(
        "a number that leads to no decision is a show: it is reported every month and changes nothing",
        "不能引导决策的数字只是摆设：每个月都汇报，什么也不会改变",
    ),
    help=Text(
        'add to `{kpi}` a threshold and a deed, `action "{side} …: …"`: what is done, by whom, how soon',
        '在 `{kpi}` 中写上界限和做法：`action "{side} …：…"`，做什么、谁来做、多快做到',
    ),
    documents=(Document.GUIDE, Document.SELECTION),
    decides=(Quality.INFORMS,),
    find=find,
    behind=("A101",),
    reach=Reach.DECLARATION,
    bad=(
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi solved_rate "问题解决率" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       loyalty
  action     "待定"
}
""",
    ),
    good=(
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       loyalty
  action     "Below 95 %: the head of support reads the 20 oldest cases the same week."
}
""",
    ),
)

"""S104: a KPI without `why`."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.lint.said import texts
from kpilang.lint.wording.restated import missing
from kpilang.syntax import tree
from kpilang.text import Text

_TURNS = {
    "higher": Text("when it falls", "一旦下降"),
    "lower": Text("when it rises", "一旦上升"),
    "within": Text("when it leaves the band", "一旦超出区间"),
}
_MOVES = Text("when it moves", "一旦变化")


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use that give no reason, or one still to be written."""
    for kpi in look.living:
        field = kpi.first("why")
        said = texts(field.value) if field and isinstance(field.value, tree.Label) else ()
        if look.lacks(kpi, "why") or (said and all(missing(each.text) for each in said)):
            yield Finding.of(kpi, turn=_TURNS.get(kpi.direction or "", _MOVES))


RULE = Rule(
    code="S104",
    name="missing-why",
    criterion=Criterion.SPECIFIC,
    severity=Severity.INFO,
    summary=Text("A KPI that does not say why it is tracked.", "KPI 没有写明为什么要跟踪它。"),
    message=Text("`{kpi}` does not say why it is tracked", "`{kpi}` 没有说明为什么要跟踪它"),
    label=Text("why should anybody care?", "为什么值得关注？"),
    why=Text(
        "whoever knows what a figure is for can tell when it has served its time, and what to do about it",
        "知道一个指标是为了什么，才知道它变了该怎么办，什么时候可以不再跟踪",
    ),
    help=Text(
        'add `why "…"` to `{kpi}`: what it tells, and what goes wrong {turn}',
        '在 `{kpi}` 中添加 `why "…"`：它说明什么，{turn}会带来什么后果',
    ),
    documents=(Document.HUNDRED,),
    decides=(Quality.INFORMS,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi solved_rate "Share of cases solved" {
  what       "Cases closed with an answer the customer accepted, out of all opened."
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
  what       "客户认可答复后关闭的工单占全部新建工单的比例。"
  why        "待补充"
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi solved_rate "Share of cases solved" {
  what       "Cases closed with an answer the customer accepted, out of all opened."
  why        "Who has to ask again leaves."
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       loyalty
}
""",
    ),
)

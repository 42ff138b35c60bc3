"""R104: a goal, an owner or a level that counts only what people do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpilang.diagnostics import Severity
from kpilang.lint.kinds import Kinds
from kpilang.lint.look import Look
from kpilang.lint.mend import listed
from kpilang.lint.places import head
from kpilang.lint.rule import Criterion, Document, Finding, Reach, Rule
from kpilang.model.nouns import Kpi
from kpilang.model.words import LEVELS
from kpilang.syntax import tree
from kpilang.text import Span, Text

GOAL = Text("the goal `{name}`", "目标 `{name}`")
OWNER = Text("the owner `{name}`", "负责人 `{name}`")
LEVEL = Text("the level {name}", "层级 {name}")
SEVERAL = 2


def find(look: Look) -> Iterator[Finding]:
    """Goals first; an owner or a level only where that is not the same said again, and with several KPIs at least."""
    kinds = Kinds(look.model, look.project)
    told: set[str] = set()
    for goal in look.model.goals.values():
        kpis = look.project.measuring(goal.name)
        if _only_activity(kpis, kinds):
            told |= {kpi.name for kpi in kpis}
            if _is_asked(look, goal.declaration):
                yield _finding(head(goal.declaration), GOAL, goal.name, kpis)
    for owner in look.model.owners.values():
        kpis = look.project.of_owner.get(owner.name, ())
        if len(kpis) >= SEVERAL and _only_activity(kpis, kinds) and not told.issuperset(kpi.name for kpi in kpis):
            told |= {kpi.name for kpi in kpis}
            if _is_asked(look, owner.declaration):
                yield _finding(head(owner.declaration), OWNER, owner.name, kpis)
    for level in LEVELS:
        kpis = tuple(kpi for kpi in look.project.living if look.project.level(kpi) == level)
        news = len(kpis) >= SEVERAL and not told.issuperset(kpi.name for kpi in kpis)
        if news and _only_activity(kpis, kinds) and _is_asked(look, kpis[0].declaration):
            yield _finding(head(kpis[0].declaration), LEVEL, level, kpis)


def _is_asked(look: Look, declaration: tree.Declaration) -> bool:
    return declaration.span.source.path in look.paths


def _only_activity(kpis: Sequence[Kpi], kinds: Kinds) -> bool:
    return bool(kpis) and all(map(kinds.activity, kpis))


def _finding(span: Span, text: Text, name: str, kpis: Sequence[Kpi]) -> Finding:
    names = listed([kpi.name for kpi in kpis])
    return Finding(span, None, {"subject": text.fill(name=name), "kpis": names})


RULE = Rule(
    code="R104",
    name="activity-only",
    criterion=Criterion.RELEVANT,
    severity=Severity.INFO,
    summary=Text(
        "A goal, an owner or a level measured by counts of activity alone (calls, visits, posts). Silent on the KPI of a "
        "team or a person whose parent is an outcome.",
        "一个目标、负责人或层级只用活动次数（电话、拜访、发帖）来衡量。上级 KPI 是结果指标的小组或个人 KPI 不算。",
    ),
    message=Text("{subject} is measured by activity alone", "{subject}只用过程指标来衡量"),
    label=Text("only {kpis}", "只有 {kpis}"),
    why=Text(
        "people deliver what is counted: many calls and no contract, many posts and no reader",
        "考核什么就得到什么：电话打了很多却没有签约，帖子发了很多却没有人看",
    ),
    help=Text(
        "add a KPI of what is to come of it, such as contracts signed or cases solved, and make it the `parent` of {kpis}",
        "增加一个结果指标（例如签约率、解决率），并作为 {kpis} 的 `parent`",
    ),
    documents=(Document.SELECTION,),
    find=find,
    reach=Reach.PROJECT,
    bad=(
        """
goal contact "Customers hear from us" { owner sales  for 2026 }

source calls from "calls.csv" {
  key       call
  time      made_on
  collected "Telephone system" every day
}

kpi calls_made "Calls made" {
  formula    count(calls)
  unit       count
  direction  higher
  period     month
  target     >= 900 for 2026
  baseline   820 for 2025
  owner      sales
  goal       contact
}
""",
        """
owner 销售员 "销售代表李明" <liming@example.com> { level individual }

source calls from "calls.csv" {
  key       call
  time      made_on
  column    visit : bool
  collected "客户管理系统" every day
}

kpi visits "拜访客户次数" {
  formula    count(calls where visit)
  unit       count
  direction  higher
  period     month
  target     >= 40 for 2026
  owner      销售员
}

kpi phone "外呼次数" {
  formula    count(calls where not visit)
  unit       count
  direction  higher
  period     month
  target     >= 400 for 2026
  owner      销售员
}
""",
    ),
    good=(
        """
goal contact "Customers hear from us and buy" { owner sales  for 2026 }

source calls from "calls.csv" {
  key       call
  time      made_on
  column    sold : bool
  collected "Telephone system" every day
}

kpi calls_made "Calls made" {
  formula    count(calls)
  unit       count
  direction  higher
  period     month
  target     >= 900 for 2026
  baseline   820 for 2025
  owner      sales
  goal       contact
}

kpi sold_rate "Share of calls that sold" {
  formula    share(calls where sold)
  unit       percent
  direction  higher
  period     month
  target     >= 12% for 2026
  baseline   10% for 2025
  owner      sales
  goal       contact
}
""",
        """
owner anna "Agent Anna" <anna@example.com> { level individual }

kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       loyalty
}

kpi replies "Replies of Anna" {
  formula    count(cases)
  unit       count
  direction  higher
  period     month
  target     >= 400 for 2026
  owner      anna
  parent     solved_rate
}

kpi calls "Calls of Anna" {
  formula    count(cases where not solved)
  unit       count
  direction  higher
  period     month
  target     >= 40 for 2026
  owner      anna
  parent     solved_rate
}
""",
    ),
)

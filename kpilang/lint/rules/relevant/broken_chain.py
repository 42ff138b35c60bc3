"""R106: a KPI of a team or a person that hangs from nothing, or from the wrong one."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Mark, Severity
from kpilang.lint.look import Look
from kpilang.lint.mend import listed
from kpilang.lint.places import at
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.nouns import Kpi
from kpilang.model.words import LEVELS
from kpilang.syntax import tree
from kpilang.text import Text

NONE = Text("of the level {level}, and nothing above it", "层级是 {level}，上面却没有 KPI")
SKIPS = Text("from {level} straight to {above}", "从 {level} 直接跳到 {above}")
BELOW = Text("{above} is not above {level}", "{above} 不在 {level} 之上")
GOAL = Text("it serves another goal, {goals}", "它对应的是另一个目标：{goals}")
PARENT = Text("the parent", "上级 KPI")
CHOOSE = Text(
    "add `parent …` to `{kpi}`; above it, for the same goal: {names}",
    "在 `{kpi}` 中添加 `parent …`；同一目标的上级 KPI：{names}",
)
STEP = Text(
    "put a KPI of the level between, and let `{kpi}` be part of that one",
    "在中间的层级补一个 KPI，让 `{kpi}` 归属于它",
)
TURN = Text(
    "let `{parent}` have `{kpi}` as its parent, or correct the level of one of them",
    "改由 `{parent}` 以 `{kpi}` 为 `parent`，或者改正其中一个的层级",
)
SAME = Text(
    "let both serve one goal, or the child a goal below that of `{parent}`; otherwise choose a parent of its own goal",
    "让两者对应同一个目标，或让下级对应 `{parent}` 的目标之下的目标；否则另选同一目标的上级 KPI",
)
FARTHEST = 2


def find(look: Look) -> Iterator[Finding]:
    """KPIs whose way up to the company's goal is broken; cycles are mistakes that the checker reports."""
    tops = _Tops(look)
    for kpi in look.living:
        parent = look.project.parent(kpi)
        level = look.project.level(kpi)
        if parent is not None:
            yield from _parted(look, kpi, parent, level)
        elif level in ("team", "individual") and look.lacks(kpi, "parent") and tops.above(level):
            names = tops.serving(kpi, level)
            yield Finding(
                Finding.of(kpi).span,
                kpi.name,
                {"kpi": kpi.name, "level": level, "names": listed(names)},
                label=NONE,
                help=CHOOSE if names else None,
            )


class _Tops:
    """Which KPIs a KPI could be part of."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.levels = {kpi.name: _rank(look.project.level(kpi)) for kpi in look.project.living}
        self.highest = min(self.levels.values(), default=0)

    def above(self, level: str) -> bool:
        """Whether the project has any KPI above a level: one of a team alone has no other to hang from."""
        return self.highest < _rank(level)

    def serving(self, kpi: Kpi, level: str) -> list[str]:
        """KPIs of the same goals one or two levels up."""
        near = range(max(0, _rank(level) - FARTHEST), _rank(level))
        beside = (each for goal in kpi.goals for each in self.look.project.of_goal.get(goal, ())[:LONGEST])
        return list(dict.fromkeys(each.name for each in beside if self.levels.get(each.name) in near))


LONGEST = 50


def _rank(level: str | None) -> int:
    """0 for the company; what says no level may stand anywhere above."""
    return LEVELS.index(level) if level in LEVELS else -1


def _parted(look: Look, kpi: Kpi, parent: Kpi, level: str | None) -> Iterator[Finding]:
    """What is wrong between a KPI and its parent, one thing at most."""
    line = kpi.first("parent")
    above = look.project.level(parent)
    if line is None:
        return
    label = help = None
    if level is not None and above is not None and _rank(level) - _rank(above) > FARTHEST:
        label, help = SKIPS, STEP
    elif level is not None and above is not None and _rank(level) < _rank(above):
        label, help = BELOW, TURN
    elif kpi.goals and parent.goals and not _one_way(look, kpi, parent):
        label, help = GOAL, SAME
    if label is not None:
        yield _finding(kpi, line, parent, label, help, level, above)


def _finding(
    kpi: Kpi, line: tree.Field, parent: Kpi, label: Text, help: Text | None, level: str | None, above: str | None
) -> Finding:
    marks = (Mark(parent.declaration.head, PARENT),)
    goals = listed(list(parent.goals))
    return at(kpi, line, label=label, help=help, marks=marks, parent=parent.name, level=level, above=above, goals=goals)


def _one_way(look: Look, kpi: Kpi, parent: Kpi) -> bool:
    """Whether a goal of the KPI is one of its parent's, or lies below one of these."""
    lines = [look.project.goal_line(name) for name in kpi.goals]
    return any(set(line) & set(parent.goals) for line in lines)


RULE = Rule(
    code="R106",
    name="broken-chain",
    criterion=Criterion.RELEVANT,
    severity=Severity.WARNING,
    summary=Text(
        "A KPI of a team or a person without parent; a parent that skips levels, stands below, or serves another goal. "
        "Silent where the project has nothing above.",
        "小组或个人的 KPI 没有上级 KPI；或上级跨层、倒挂、对应别的目标。项目里没有更高层级的 KPI 时不指出。",
    ),
    message=Text("the chain from `{kpi}` up to a goal is broken", "`{kpi}` 与上级目标之间断了层"),
    why=Text(
        "only a goal broken down step by step steers what people do: a KPI beside the chain is met and moves nothing above",
        "目标要逐级分解才能指导每个岗位：脱了节的 KPI 即使达标，上级目标也不会动",
    ),
    help=Text(
        "add `parent …` to `{kpi}`: the KPI of the department or team that gets better when this one does",
        "在 `{kpi}` 中添加 `parent …`：写上它变好时随之变好的部门或小组 KPI",
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.R,),
    find=find,
    reach=Reach.PROJECT,
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
  level      department
}

kpi solved_night "Share of badly rated cases solved" {
  formula    share(cases where solved among rating <= 2)
  unit       percent
  direction  higher
  period     month
  target     >= 95% for 2026
  owner      support
  goal       loyalty
  level      team
}
""",
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       loyalty
  level      company
}

kpi solved_anna "Share of badly rated cases solved" {
  formula    share(cases where solved among rating <= 2)
  unit       percent
  direction  higher
  period     month
  target     >= 95% for 2026
  owner      support
  goal       loyalty
  level      individual
  parent     solved_rate
}
""",
        """
goal growth "A tenth more revenue in 2026" { owner sales  for 2026 }

kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       loyalty
  level      department
}

kpi solved_night "Share of badly rated cases solved" {
  formula    share(cases where solved among rating <= 2)
  unit       percent
  direction  higher
  period     month
  target     >= 95% for 2026
  owner      support
  goal       growth
  level      team
  parent     solved_rate
}
""",
    ),
    good=(
        """
goal night "Night customers too" { owner support  for 2026  parent loyalty }

kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       loyalty
  level      department
}

kpi solved_night "Share of badly rated cases solved" {
  formula    share(cases where solved among rating <= 2)
  unit       percent
  direction  higher
  period     month
  target     >= 95% for 2026
  owner      support
  goal       night
  level      individual
  parent     solved_rate
}
""",
        """
kpi solved_night "Share of badly rated cases solved" {
  formula    share(cases where solved among rating <= 2)
  unit       percent
  direction  higher
  period     month
  target     >= 95% for 2026
  owner      support
  goal       loyalty
  level      team
}
""",
    ),
)

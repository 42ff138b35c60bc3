"""R112: a KPI of speed or volume that nothing holds against quality."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.kinds import Kinds, speed, volume
from kpilang.lint.look import Look
from kpilang.lint.mend import listed
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.nouns import Kpi
from kpilang.text import Text

FAST = Text("speed", "速度")
MUCH = Text("volume", "数量")
THERE = Text(
    "add `guard …` to `{kpi}`, the KPI that must not suffer for it, such as {names}, or put one of quality on its goal",
    "在 `{kpi}` 中添加 `guard …`，写上不能因此变差的 KPI，例如 {names}；或在同一目标下加一个质量 KPI",
)
SHOWN = 3


def find(look: Look) -> Iterator[Finding]:
    """KPIs of speed or volume that serve a goal without guard and without a KPI of quality beside them."""
    kinds = Kinds(look.model, look.project)
    balanced: dict[str, bool] = {}
    names: list[str] | None = None
    for kpi in look.living:
        fast = speed(kpi)
        if not kpi.goals or not look.lacks(kpi, "guard") or not (fast or volume(kpi)) or kinds.quality(kpi):
            continue
        if not any(_balanced(goal, look, kinds, balanced) for goal in kpi.goals):
            if names is None:
                names = [each.name for each in _some_of_quality(look, kinds)]
            help = THERE if names else None
            yield Finding.of(kpi, help=help, what=FAST if fast else MUCH, names=listed(names))


def _balanced(goal: str, look: Look, kinds: Kinds, known: dict[str, bool]) -> bool:
    """Whether a goal has a KPI of quality."""
    if goal not in known:
        known[goal] = any(map(kinds.quality, look.project.of_goal.get(goal, ())))
    return known[goal]


def _some_of_quality(look: Look, kinds: Kinds) -> Iterator[Kpi]:
    count = 0
    for kpi in look.project.living:
        if kinds.quality(kpi):
            yield kpi
            count += 1
            if count == SHOWN:
                return


RULE = Rule(
    code="R112",
    name="no-counterweight",
    criterion=Criterion.RELEVANT,
    severity=Severity.WARNING,
    summary=Text(
        "A KPI of speed or volume on a goal with neither a KPI of quality beside it nor a `guard`. Money is neither.",
        "衡量速度或数量的 KPI，同一目标下没有质量 KPI，也没有写 `guard`。金额不算。",
    ),
    message=Text(
        "nothing keeps the {what} of `{kpi}` from costing quality", "`{kpi}` 追求{what}，却没有质量指标与它平衡"
    ),
    label=Text("fast or many, at what price?", "求快求多，代价是什么？"),
    why=Text(
        "people can reach it by working badly: cases closed unsolved, calls cut short, pages filled with nothing",
        "只看效率，人就会以牺牲质量来达标：问题没解决就结单，电话草草挂断，内容敷衍了事",
    ),
    help=Text(
        "put a KPI of quality beside it, such as the share solved at first contact or the rating of customers, and name it in `guard …`",
        "在旁边放一个质量 KPI，例如首次解决率或客户评分，并写进 `guard …`",
    ),
    documents=(Document.SERVICES, Document.GUIDE),
    decides=(Quality.R,),
    find=find,
    reach=Reach.PROJECT,
    bad=(
        """
kpi cases_solved "Cases solved" {
  formula    count(cases where solved)
  unit       count
  direction  higher
  period     month
  target     >= 400 for 2026
  owner      support
  goal       loyalty
}
""",
        """
source calls from "calls.csv" {
  key       call
  time      started_on
  column    waited : duration(seconds)
  collected "Telephone system" every day
}

kpi service_level "服务水平" {
  formula    share(calls where waited <= 15 seconds)
  unit       percent
  direction  higher
  period     month
  target     >= 95% for 2026
  owner      support
  goal       loyalty
}
""",
        """
source calls from "calls.csv" {
  key       call
  time      started_on
  column    talked : duration(seconds)
  collected "Telephone system" every day
}

kpi handling_time "Average handling time" {
  formula    avg(calls.talked)
  unit       minutes
  direction  lower
  period     month
  target     <= 6 minutes for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi cases_solved "Cases solved" {
  formula    count(cases where solved)
  unit       count
  direction  higher
  period     month
  target     >= 400 for 2026
  owner      support
  goal       loyalty
}

kpi rating "Average rating" {
  formula    avg(cases.rating)
  unit       score 1..5
  direction  higher
  period     month
  target     >= 4.4 for 2026
  owner      support
  goal       loyalty
}
""",
        """
goal service "Cases are solved at once" { owner support  for 2026 }

kpi rating "Average rating" {
  formula    avg(cases.rating)
  unit       score 1..5
  direction  higher
  period     month
  target     >= 4.4 for 2026
  owner      support
  goal       loyalty
}

kpi cases_solved "Cases solved" {
  formula    count(cases where solved)
  unit       count
  direction  higher
  period     month
  target     >= 400 for 2026
  owner      support
  goal       service
  guard      rating
}
""",
    ),
)

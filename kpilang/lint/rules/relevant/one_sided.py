"""R105: a goal with only lagging or only leading KPIs."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.places import head
from kpilang.lint.rule import Criterion, Document, Finding, Reach, Rule
from kpilang.model.references import word
from kpilang.text import Text

LATE = Text("only what has happened already", "只看已经发生的结果")
EARLY = Text("only what may come of it", "只看先行的征兆")
LEAD = Text(
    "add a leading KPI to `{goal}`, which moves before {first} does: what has to go well first?",
    "给 `{goal}` 加一个先行（leading）KPI：{first} 变化之前，什么事必须先做好？",
)
LAG = Text(
    "add a lagging KPI to `{goal}`, which shows whether {first} and the like came true",
    "给 `{goal}` 加一个滞后（lagging）KPI，看 {first} 等预示的结果是否真的出现",
)


def find(look: Look) -> Iterator[Finding]:
    """Goals all of whose KPIs say the same `indicator`; where one says none, nothing is known."""
    for goal in look.goals:
        kpis = look.project.measuring(goal.name)
        said = {word(kpi, "indicator") for kpi in kpis}
        if len(said) == 1 and None not in said:
            (kind,) = said
            late = kind == "lagging"
            values = {"goal": goal.name, "kind": kind, "first": f"`{kpis[0].name}`"}
            yield Finding(
                head(goal.declaration), None, values, label=LATE if late else EARLY, help=LEAD if late else LAG
            )


RULE = Rule(
    code="R105",
    name="one-sided",
    criterion=Criterion.RELEVANT,
    severity=Severity.INFO,
    summary=Text(
        "A goal with only lagging or only leading KPIs; silent where one of them does not say which it is.",
        "一个目标只有滞后指标，或只有先行指标；其中有 KPI 没写 `indicator` 时不指出。",
    ),
    message=Text("the goal `{goal}` has only {kind} KPIs", "目标 `{goal}` 只有 {kind} 的 KPI"),
    why=Text(
        "lagging KPIs tell too late that something must be done, and leading ones never tell whether it helped",
        "只看滞后指标，发现问题已经太晚；只看先行指标，又不知道是否真的见效",
    ),
    help=Text("balance `{goal}` with a KPI of the other kind", "给 `{goal}` 补上另一类 KPI"),
    documents=(Document.GUIDE,),
    find=find,
    reach=Reach.PROJECT,
    bad=(
        """
goal service "Cases are solved at once" { owner support  for 2026 }

kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       service
  indicator  lagging
}
""",
    ),
    good=(
        """
goal service "Cases are solved at once" { owner support  for 2026 }

kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       service
  indicator  leading
}

kpi rating "Average rating" {
  formula    avg(cases.rating)
  unit       score 1..5
  direction  higher
  period     month
  target     >= 4.4 for 2026
  owner      support
  goal       service
  indicator  lagging
}
""",
    ),
)

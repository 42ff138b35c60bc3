"""C101: two KPIs that compute the same."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Mark, Severity
from kpilang.lint.formula import whole
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Reach, Rule
from kpilang.model.nouns import Kpi
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Each KPI in use whose formula computes, in periods of the same length, what one declared before it does."""
    first: dict[tuple[int, str | None], Kpi] = {}
    here = {kpi.name for kpi in look.living}
    for kpi in look.project.living:
        number = look.project.computed.get(kpi.name)
        if number is None:
            continue
        other = first.setdefault((number, kpi.period), kpi)
        if other is not kpi and kpi.name in here:
            mark = Mark(whole(other), Text(f"`{other.name}`", f"`{other.name}`"))
            yield Finding(whole(kpi), kpi.name, {"kpi": kpi.name, "other": other.name}, marks=(mark,))


RULE = Rule(
    code="C101",
    name="same-formula",
    criterion=Criterion.CONSISTENT,
    severity=Severity.WARNING,
    summary=Text(
        "Two KPIs whose formulas compute the same, however they are written, in periods of the same length. What a filter, a time column, a window or a link changes makes two formulas of one.",
        "两个 KPI 的公式写法不同但算的是同一个数，统计周期也相同。筛选条件、时间列、时间窗或关联不同，就是不同的公式。",
    ),
    message=Text("`{kpi}` computes the same as `{other}`", "`{kpi}` 与 `{other}` 算的是同一个数"),
    label=Text("the same, written otherwise", "同一公式的另一种写法"),
    why=Text(
        "two names for one number are counted twice, and drift apart when only one of them is mended",
        "一个数有两个名字就会重复计算，以后只改其中一个，口径便会分叉",
    ),
    help=Text(
        "keep one of them and take the other away, or say in the formula what sets `{kpi}` apart",
        "只保留一个，删去另一个；或者在公式中写出 `{kpi}` 的不同之处",
    ),
    documents=(Document.SELECTION,),
    find=find,
    reach=Reach.PROJECT,
    bad=(
        """
kpi solved "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 80% for 2026
  owner      support
  goal       loyalty
}
kpi success "Case success rate" {
  formula    count(cases where solved = true) / count(cases)
  unit       percent
  direction  higher
  period     month
  target     >= 80% for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi low_ratings "低分工单数" {
  formula    count(cases where rating = 1 or rating = 2)
  unit       count
  direction  lower
  period     month
  target     <= 20 for 2026
  owner      support
  goal       loyalty
}
kpi bad_ratings "差评工单数" {
  formula    count(cases where rating in (2, 1))
  unit       count
  direction  lower
  period     month
  target     <= 20 for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi low_ratings "Cases rated low" {
  formula    count(cases where rating <= 2)
  unit       count
  direction  lower
  period     month
  target     <= 20 for 2026
  owner      support
  goal       loyalty
}
kpi low_unsolved "Cases rated low and not solved" {
  formula    count(cases where rating <= 2 and not solved)
  unit       count
  direction  lower
  period     month
  target     <= 5 for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi monthly_buyers "Monthly buyers" zh "月购买客户数" {
  formula    count(distinct orders.customer_id)
  unit       count
  direction  higher
  period     month
  target     >= 900 for 2026
  owner      sales
  goal       loyalty
}
kpi weekly_buyers "Weekly buyers" zh "周购买客户数" {
  formula    count(distinct orders.customer_id)
  unit       count
  direction  higher
  period     week
  target     >= 300 for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
)

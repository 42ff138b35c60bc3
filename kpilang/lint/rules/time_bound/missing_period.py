"""T101: a KPI without period."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """KPIs without period."""
    for kpi in look.kpis:
        if look.lacks(kpi, "period"):
            yield Finding.of(kpi)


RULE = Rule(
    code="T101",
    name="missing-period",
    criterion=Criterion.TIME_BOUND,
    severity=Severity.ERROR,
    summary=Text("A KPI that does not say how often it is computed.", "KPI 没有写明统计周期。"),
    message=Text("`{kpi}` has no period", "`{kpi}` 没有统计周期"),
    label=Text("per week, per month, per year?", "按周、按月还是按年？"),
    why=Text(
        "without a period it is one number over all time, which shows no progress and can be missed at no date",
        "没有统计周期，它就只是自始至终的一个数：看不出进展，也没有考核的时点",
    ),
    help=Text(
        "add `period month` to `{kpi}` (or day, week, quarter, half, year; `period all` if one number over all time is meant)",
        "在 `{kpi}` 中添加 `period month`（也可用 day、week、quarter、half、year；确实只要一个总数时写 `period all`）",
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.T,),
    find=find,
    behind=("A101", "M101"),
    reach=Reach.DECLARATION,
    bad=(
        """
kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  target     <= 400 for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     week
  target     <= 100 for 2026
  owner      support
  goal       loyalty
}
""",
    ),
)

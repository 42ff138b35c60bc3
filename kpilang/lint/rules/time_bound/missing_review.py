"""T104: a KPI that nobody looks at again, or not when it was promised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.places import at
from kpilang.lint.rule import Criterion, Document, Finding, Reach, Rule
from kpilang.model import words
from kpilang.model.calendar import Calendar, Period
from kpilang.syntax import tree
from kpilang.text import Text

OVERDUE = Text("the next review was due by {due}", "下一次复盘本应不晚于 {due}")
HOLD = Text(
    "look at the definition of `{kpi}` with its owner, then write `{new}`",
    "与负责人一起复盘 `{kpi}` 的定义，然后写成 `{new}`",
)


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use without review, or with one that is overdue."""
    for kpi in look.living:
        if kpi.state != "active":
            continue
        line = kpi.first("review")
        if look.lacks(kpi, "review"):
            yield Finding.of(kpi)
        elif line is not None and isinstance(line.value, tree.Review):
            due = _due(look.model.calendar, line.value)
            if due is not None and due < look.as_of:
                new = f"review every {line.value.every.span.text} last {look.as_of}"
                yield at(kpi, line, label=OVERDUE, help=HOLD, due=due, new=new)


def _due(calendar: Calendar, review: tree.Review) -> dt.date | None:
    """The last day of the period after the one in which it was last looked at."""
    grain = words.grain(review.every)
    last = words.period(calendar, review.last) if review.last else None
    if not isinstance(grain, str) or not isinstance(last, Period):
        return None
    held = calendar.containing(last.end - dt.timedelta(days=1), grain)
    return calendar.containing(held.end, grain).end - dt.timedelta(days=1)


RULE = Rule(
    code="T104",
    name="missing-review",
    criterion=Criterion.TIME_BOUND,
    severity=Severity.INFO,
    summary=Text(
        "A KPI in use without `review`, or whose review is overdue: the period after the one of its `last` date is over.",
        "在用的 KPI 没有写 `review`，或复盘已逾期：`last` 所在期间的下一个期间已经结束。",
    ),
    message=Text("no review of `{kpi}` is in sight", "`{kpi}` 没有安排复盘，或复盘已逾期"),
    label=Text("when is it looked at again?", "多久复盘一次？"),
    why=Text(
        "the business changes and the KPI stays: without a regular look it goes on rewarding what no longer matters",
        "业务在变，KPI 却一成不变：不定期复盘，它就会继续奖励已经不重要的事",
    ),
    help=Text(
        "add `review every quarter` to `{kpi}`, and `last` with the day when it was last done",
        "在 `{kpi}` 中添加 `review every quarter`，并用 `last` 写明上次复盘的日期",
    ),
    documents=(Document.SELECTION,),
    find=find,
    behind=("A101", "M101"),
    reach=Reach.DECLARATION,
    bad=(
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  baseline   96% for 2025
  owner      support
  goal       loyalty
}
""",
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  baseline   96% for 2025
  owner      support
  goal       loyalty
  review     every quarter last 2025-12-15
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
  baseline   96% for 2025
  owner      support
  goal       loyalty
  review     every quarter last 2026-01-15
}
""",
    ),
)

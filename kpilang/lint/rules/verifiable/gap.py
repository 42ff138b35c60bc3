"""V105: periods without data in the midst of a history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.history import named
from kpilang.lint.history_gaps import gaps, zero_rows
from kpilang.lint.look import Look
from kpilang.lint.places import head
from kpilang.lint.rule import Criterion, Finding, Option, Quality, Rule, WithData
from kpilang.lint.stage_data import TAKINGS, takings
from kpilang.text import Text

DAYS = Option[int]("days", 731, Text("how many days back gaps are looked for", "往前多少天之内寻找缺期"))
RUN = Option[int](
    "run",
    4,
    Text("from how many days in a row on a KPI by day has a gap", "按天统计的 KPI，连续多少天没有数据才算缺期"),
)

ZEROS = Text("everything it is computed from is 0 there", "用来计算的各项在这些期间都是 0")
EMPTY = Text("there is no value between periods that have one", "前后都有数值，其间没有")


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use with periods in which nothing was recorded, though it was before and after."""
    border = look.as_of - dt.timedelta(days=look.option(DAYS))
    for course in look.courses:
        least = look.option(RUN) if course.daily else 1
        runs = [run for run in gaps(course) if len(run) >= least]
        rows = [row for run in runs for row in run if row.end is not None and row.end > border]
        if rows:
            zeros = zero_rows(course)
            yield Finding(
                head(course.kpi.declaration),
                course.kpi.name,
                {"kpi": course.kpi.name, "periods": named(rows), "first": rows[0].period},
                label=ZEROS if all(id(row) in zeros for row in rows) else EMPTY,
            )


RULE = Rule(
    code="V105",
    name="gap",
    criterion=Criterion.VERIFIABLE,
    severity=Severity.WARNING,
    summary=Text(
        "Periods without data between others that have some: without a value, or with nothing but zeros where all others are large.",
        "前后都有数据、唯独其间缺失的期间：没有数值，或在其他各期都很大时全部为 0。",
    ),
    message=Text("`{kpi}` has no data for {periods}", "`{kpi}` 缺少 {periods} 的数据"),
    why=Text(
        "a period that was never recorded is read as one in which nothing happened, and every comparison with it is wrong",
        "没有记录的期间会被当成什么也没发生，与它的任何比较都是错的",
    ),
    help=Text(
        "bring the rows of {first} in from the system they come from; where nothing did happen, say so beside the KPI: `# kpi: ignore[gap]: why`",
        "从来源系统补上 {first} 的数据；如果确实什么也没发生，在 KPI 旁注明：`# kpi: ignore[gap]: 原因`",
    ),
    documents=(),
    decides=(Quality.VERIFIABLE,),
    needs_data=True,
    find=find,
    options=(DAYS, RUN),
    bad=(
        WithData(
            TAKINGS.replace("sum(", "avg("),
            {
                "takings.csv": "month,amount\n2025-11-01,110\n2025-12-01,130\n2026-02-01,120\n2026-03-01,140\n2026-04-01,115\n2026-05-01,130\n"
            },
        ),
        WithData(TAKINGS, takings("2026-05", [110, 130, 120, 140, 135, 125, 0, 130, 140, 125, 120])),
    ),
    good=(
        WithData(TAKINGS, takings("2026-05", [110, 130, 120, 140, 135, 125, 115, 130, 140, 125, 120])),
        WithData(TAKINGS, takings("2026-05", [110, 10, 0, 140, 35, 125, 0, 130, 20, 125, 120])),
    ),
)

"""V103: a KPI that has not moved for many periods."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpilang.diagnostics import Severity
from kpilang.lint.history import Course, days
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Rule, WithData
from kpilang.lint.stage_data import TAKINGS, takings
from kpilang.result import Row
from kpilang.text import Text

PERIODS = Option[int](
    "periods", 6, Text("over how many periods at least a value stays the same", "数值至少连续多少期不变")
)
DAYS = Option[int]("days", 180, Text("how many days these periods reach over at least", "这些期间至少跨越多少天"))


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use whose last values are all the same."""
    for course in look.courses:
        rows = _still(course) if course.periodic else ()
        value = rows[-1].value if rows else None
        if value is None or len(rows) < look.option(PERIODS) or days(rows) < look.option(DAYS):
            continue
        if not _as_good_as_can_be(course, value):
            yield Finding.of(course.kpi, value=course.said(value), count=len(rows), period=rows[0].period)


def _still(course: Course) -> tuple[Row, ...]:
    """The last whole periods that all have the value of the newest."""
    rows = course.whole
    first = len(rows)
    while first and rows[first - 1].value is not None and rows[first - 1].value == rows[-1].value:
        first -= 1
    return rows[first:]


def _as_good_as_can_be(course: Course, value: Decimal) -> bool:
    """Whether no better value can be thought of: none of what should be few, all of what should be many."""
    kpi = course.kpi
    if kpi.direction == "lower":
        return value == 0
    percent = kpi.unit is not None and kpi.unit.form == "percent"
    return kpi.direction == "higher" and percent and value == 1


RULE = Rule(
    code="V103",
    name="flat",
    criterion=Criterion.VERIFIABLE,
    severity=Severity.WARNING,
    summary=Text("A KPI whose value has not moved for many periods.", "数值多期没有变化的 KPI。"),
    message=Text("`{kpi}` has been {value} in each of the last {count} periods", "`{kpi}` 最近 {count} 期都是 {value}"),
    label=Text("has not moved since {period}", "自 {period} 起没有变过"),
    why=Text(
        "a KPI must respond to change: one that stands still shows neither progress nor trouble, and may be a copied figure",
        "KPI 要能反映变化；一直不动的数值既看不出进展也看不出问题，还可能是照抄的",
    ),
    help=Text(
        "see whether the figures are recorded anew each time; if they are, measure what moves, or look at `{kpi}` less often",
        "确认数据是否每期重新采集；若是，改为衡量会变化的量，或延长 `{kpi}` 的统计周期",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.RESPONSIVE,),
    needs_data=True,
    find=find,
    options=(PERIODS, DAYS),
    bad=(WithData(TAKINGS, takings("2026-06", [110, 130, 120, 120, 120, 120, 120, 120, 120])),),
    good=(
        WithData(TAKINGS, takings("2026-06", [110, 130, 120, 120, 120, 120, 120, 120, 121])),
        WithData(
            TAKINGS.replace("higher", "lower").replace(">= 100", "<= 5"),
            takings("2026-06", [3, 1, 0, 0, 0, 0, 0, 0, 0]),
        ),
    ),
)

"""V102: a KPI whose newest data are older than its period and some grace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.history import IDLE, ONE_DAY, Course, History
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Rule, WithData
from kpilang.lint.stage_data import TAKINGS, takings
from kpilang.model.calendar import at_least
from kpilang.model.expr import aggregates, with_sets
from kpilang.text import Text

GRACE = Option[int](
    "grace",
    10,
    Text("how many days after the end of a period its data may come", "一期结束后，数据最迟可以晚多少天到"),
)


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use that rest on a source that ended a period and its grace ago."""
    for course in look.courses:
        if look.history is None or course.spoiled or not course.periodic or not course.rows:
            continue
        found = _oldest(course, look.history)
        if found is None or look.history.idle(course, IDLE):
            continue
        source, end = found
        age, allowed = (look.history.now - end).days, _length(course, source, look) + look.option(GRACE)
        if age > allowed:
            last = end - ONE_DAY
            yield Finding.of(course.kpi, source=source, last=last, age=age, allowed=allowed)


def _oldest(course: Course, history: History) -> tuple[str, dt.date] | None:
    """The source of the formula that ends first, and the day after its last; those of plans end where they like."""
    formula = course.kpi.formula
    names = {item.source for item in with_sets(aggregates(formula))} if formula is not None else set()
    ends = [(history.covers[name][1], name) for name in names if name in history.covers and name not in history.planned]
    return (min(ends)[1], min(ends)[0]) if ends else None


def _length(course: Course, source: str, look: Look) -> int:
    """The days of the longer of the KPI's period and that in which the source is collected."""
    grain, every = str(course.kpi.period), look.model.sources[source].every
    longer = every if every is not None and at_least(every, grain) else grain
    period = look.model.calendar.containing(look.as_of, longer)
    return (period.end - period.start).days


RULE = Rule(
    code="V102",
    name="stale",
    criterion=Criterion.VERIFIABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A KPI whose newest data are older than its period (or that in which its source is collected) and some grace.",
        "最新数据的距今天数超过统计周期（或数据源的采集周期）加宽限期的 KPI。",
    ),
    message=Text(
        "the data of `{kpi}` are {age} days old: `{source}` ends on {last}",
        "`{kpi}` 的数据已有 {age} 天：`{source}` 止于 {last}",
    ),
    label=Text("at most {allowed} days are in order", "最多允许 {allowed} 天"),
    why=Text(
        "a KPI that arrives too late reports what can no longer be changed, and looks like news",
        "来得太晚的 KPI 说的是已无法改变的事，却被当成新情况",
    ),
    help=Text(
        "export `{source}` again; where nothing new had to come, say until when it is known: `covers A .. B` in the source",
        "重新导出 `{source}`；如果确实没有新数据，在数据源中写明已知到何时：`covers A .. B`",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.VERIFIABLE,),
    needs_data=True,
    find=find,
    options=(GRACE,),
    bad=(WithData(TAKINGS, takings("2026-04", [110, 130, 120, 140])),),
    good=(
        WithData(TAKINGS, takings("2026-05", [110, 130, 120, 140])),
        WithData(
            TAKINGS.replace("every month", "every quarter").replace("period     month", "period     quarter"),
            takings("2026-03", [110, 130, 120, 140, 130, 120]),
        ),
    ),
)

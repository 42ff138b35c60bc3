"""V101: a KPI without a value in the last periods."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.history import IDLE, Course
from kpilang.lint.history_gaps import zero_rows
from kpilang.lint.look import Look
from kpilang.lint.places import head
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Rule, WithData
from kpilang.lint.stage_data import TAKINGS, takings
from kpilang.text import Text

PERIODS = Option[int](
    "periods",
    IDLE,
    Text(
        "in how many of the last periods (and in two weeks at least) there is nothing",
        "最近多少期（且至少两周）没有数据",
    ),
)

NEVER = Text("no period has a value: {reason}", "没有一期有数值：{reason}")
LAST = Text("the last value is that of {period}", "最后一个数值是 {period} 的")
ALWAYS = Text("", "")
AFTER = Text(" after {period}", "在 {period} 之后")
BUT_ZEROS = Text(" but zeros since {period}", "自 {period} 起除 0 以外")
ZEROS = Text("nothing but zeros since {period}", "自 {period} 起全部为 0")


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use for which the data hold nothing, or nothing any more."""
    for course in look.courses:
        silence = _silence(course, look)
        if silence is not None:
            label, since, values = silence
            values = {"kpi": course.kpi.name, "since": since.fill(**values), **values}
            yield Finding(head(course.kpi.declaration), course.kpi.name, values, label=label)


def _silence(course: Course, look: Look) -> tuple[Text, Text, dict[str, object]] | None:
    """Why there is nothing, and since when; None where there is something, or the data are bad, which is told elsewhere."""
    if course.spoiled or look.history is None:
        return None
    newest = next((row for row in reversed(course.rows) if row.value is not None), None)
    if newest is None:
        reason = next((row.reason.text for row in reversed(course.rows) if row.reason), Text("", ""))
        return NEVER, ALWAYS, {"reason": reason}
    periods = look.option(PERIODS)
    if course.periodic and look.history.idle(course, periods):
        return LAST, AFTER, {"period": newest.period}
    zeros, last = zero_rows(course), course.whole[-periods:]
    if len(last) == periods and all(id(row) in zeros for row in last):
        first = next(
            place for place, row in enumerate(course.whole) if {id(item) for item in course.whole[place:]} <= zeros
        )
        return ZEROS, BUT_ZEROS, {"period": course.whole[first].period}
    return None


RULE = Rule(
    code="V101",
    name="no-data",
    criterion=Criterion.VERIFIABLE,
    severity=Severity.WARNING,
    summary=Text("A KPI for which the data hold nothing in the last periods.", "最近几期没有数据的 KPI。"),
    message=Text("there are no data for `{kpi}`{since}", "`{kpi}` {since}没有数据"),
    why=Text(
        "a KPI that nobody can compute steers nothing, and its silence is taken for good news",
        "算不出来的 KPI 起不到任何作用，没有消息还会被当成好消息",
    ),
    help=Text(
        "see what is read with `kpi check --data`, and bring the data up to date; if `{kpi}` is no longer measured, write `state deprecated`",
        "用 `kpi check --data` 查看读到了什么，补齐数据；如果 `{kpi}` 已不再统计，写 `state deprecated`",
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.VERIFIABLE,),
    needs_data=True,
    find=find,
    options=(PERIODS,),
    bad=(
        WithData(TAKINGS, takings("2026-02", [110, 130, 120, 140])),
        WithData(
            TAKINGS.replace("sum(takings.amount)", "avg(takings.amount where amount > 500 CNY)"),
            takings("2026-05", [90, 95]),
        ),
    ),
    good=(
        WithData(TAKINGS, takings("2026-05", [110, 130, 120, 140])),
        WithData(TAKINGS, takings("2026-06", [110, 130, 120, 140])),
    ),
)

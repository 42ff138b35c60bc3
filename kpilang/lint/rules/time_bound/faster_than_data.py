"""T105: a KPI computed more often than its data come."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Edit, Fix, Mark, Severity
from kpilang.lint.look import Look
from kpilang.lint.places import at, own
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.calendar import at_least
from kpilang.model.nouns import DataSource, Kpi
from kpilang.syntax import tree
from kpilang.text import Text

COMES = Text("it comes only every {every}", "它每 {every} 才有一次")
REPLACE = Text("write `period {every}`", "写成 `period {every}`")


def find(look: Look) -> Iterator[Finding]:
    """KPIs with a period shorter than a source of their formula comes in. A plan is known beforehand, and what has no
    time is the same in every period."""
    for kpi in look.living:
        line = kpi.first("period")
        if kpi.period is None or line is None:
            continue
        for name in sorted(kpi.sources):
            source = look.model.sources[name]
            every = _every(source)
            if every is not None and not at_least(kpi.period, every) and not (source.planned or source.timeless):
                yield _finding(kpi, line, source, every)
                break


def _every(source: DataSource) -> str | None:
    """The grain of a source's data: how often they are collected, or what its rows stand for, whichever is longer."""
    if source.every is None or source.each is None:
        return source.every or source.each
    return source.every if at_least(source.every, source.each) else source.each


def _finding(kpi: Kpi, line: tree.Field, source: DataSource, every: str) -> Finding:
    said = source.declaration.first("collected" if source.every == every else "time")
    marks = (Mark(said.span, COMES.fill(every=every)),) if said else ()
    fixes: tuple[Fix, ...] = ()
    if own(kpi, line) and line.value is not None:
        fixes = (Fix(REPLACE.fill(every=every), (Edit(line.value.span, every),), safe=False),)
    return at(kpi, line, marks=marks, fixes=fixes, period=kpi.period, source=source.name, every=every)


RULE = Rule(
    code="T105",
    name="faster-than-data",
    criterion=Criterion.TIME_BOUND,
    severity=Severity.WARNING,
    summary=Text(
        "A period shorter than the data of the formula are collected (`collected … every`). Plans and reference data are "
        "let alone.",
        "统计周期比公式所用数据的采集周期（`collected … every`）还短。计划表和参考数据不算。",
    ),
    message=Text(
        "`{kpi}` is computed every {period}, and `{source}` comes every {every}",
        "`{kpi}` 每 {period} 计算一次，而 `{source}` 每 {every} 才有一次数据",
    ),
    label=Text("shorter than its data come in", "比数据来得还勤"),
    why=Text(
        "most periods have no value, or the value of the last delivery again, which looks like standing still",
        "多数期间没有数值，或只是重复上一次的数据，看上去像停滞不前",
    ),
    help=Text(
        "write `period {every}` in `{kpi}`, or have `{source}` collected more often",
        "在 `{kpi}` 中写 `period {every}`，或者让 `{source}` 更勤地采集",
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.RESPONSIVE,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
source survey "Brand survey" from "survey.csv" {
  key       respondent
  time      asked_on
  column    aware : bool
  collected "Research institute" every quarter
}

kpi awareness "Brand awareness" {
  formula    share(survey where aware)
  unit       percent
  direction  higher
  period     week
  target     >= 35% for 2026
  baseline   33% for 2025
  owner      sales
  goal       loyalty
}
""",
    ),
    good=(
        """
source survey "Brand survey" from "survey.csv" {
  key       respondent
  time      asked_on
  column    aware : bool
  collected "Research institute" every quarter
}

kpi awareness "Brand awareness" {
  formula    share(survey where aware)
  unit       percent
  direction  higher
  period     quarter
  target     >= 35% for 2026
  baseline   33% for 2025
  owner      sales
  goal       loyalty
}
""",
        """
source plan "Sales plan" from "plan.csv" {
  key       month
  time      month each month
  planned
  column    month  : date
  column    amount : money(CNY)
  collected "Finance" every year
}

kpi attainment "Sales plan attainment" {
  formula    sum(orders.amount) / sum(plan.amount)
  unit       percent
  direction  higher
  period     month
  target     >= 105% for 2026
  baseline   97% for 2025
  owner      sales
  goal       loyalty
}
""",
    ),
)

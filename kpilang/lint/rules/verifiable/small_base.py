"""V107: a ratio over too few cases to mean anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from kpilang.diagnostics import Severity
from kpilang.lint.formula import place
from kpilang.lint.history import Course
from kpilang.lint.look import Look
from kpilang.lint.part_of_whole import bare, part_of, quotient, terms
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Rule, WithData
from kpilang.lint.stage_data import months, table
from kpilang.lint.statistics import median
from kpilang.model.expr import Aggregate, Expr
from kpilang.model.nouns import DataSource
from kpilang.text import Text

CASES = Option[int]("cases", 20, Text("how many cases a ratio rests on at least", "比率至少要有多少个样本"))
PERIODS = Option[int]("periods", 12, Text("over how many of the last periods that is looked at", "看最近多少期"))
_FEWEST = 3
"""In fewer periods than these what is usual cannot be told."""

SHARE = Text("one case more or less moves it by {step} points", "多一个或少一个样本就变动 {step} 个百分点")
MEAN = Text("a single case twice as large as usual moves it by {step} %", "单个样本翻一倍就变动 {step} %")


def find(look: Look) -> Iterator[Finding]:
    """Shares and means of KPIs in use that mostly rest on few cases."""
    for course in look.courses:
        parts = quotient(course.kpi.formula) if course.kpi.formula is not None else None
        if parts is None or not _is_count(parts[1]):
            continue
        share = part_of(*parts, look.model.sources)
        if share or _is_mean(*parts, look.model.sources):
            base = _usual(course, parts[1], look.option(PERIODS))
            if base is not None and 1 <= base < look.option(CASES):
                cases, step = f"{base:g}", f"{100 / base:.1f}"
                values = {"kpi": course.kpi.name, "cases": cases, "step": step}
                label = SHARE if share else MEAN
                yield Finding(place(course.kpi, parts[1]), course.kpi.name, values, label=label)


def _is_count(value: Expr) -> bool:
    """Whether a value is a number of cases, or a sum of such; what is there at an instant is no case but all there is."""
    return all(isinstance(each, Aggregate) and each.function == "count" and not each.at for each in terms(value))


def _is_mean(above: Expr, below: Expr, sources: Mapping[str, DataSource]) -> bool:
    """Whether what is added up are values of just the rows that are counted."""
    total, count = bare(above), bare(below)
    if not isinstance(total, Aggregate) or not isinstance(count, Aggregate) or total.at is not None:
        return False
    alike = (total.source, total.where, total.on, total.at) == (count.source, count.where, count.on, count.at)
    return alike and total.function == "sum" and not count.distinct and not sources[total.source].each


def _usual(course: Course, count: Expr, periods: int) -> float | None:
    """The number of cases in the middle of the last periods."""
    found = [course.part(row, count) for row in course.whole[-periods:]]
    cases = [float(each) for each in found if isinstance(each, Decimal)]
    return median(cases) if len(cases) >= _FEWEST else None


_OFFERS = """
source offers "Offers" from "offers.csv" {
  key       offer_id
  time      made_on
  column    won : bool
  collected "CRM" every day
}

kpi win_rate "Win rate" {
  formula    share(offers where won)
  unit       percent
  direction  higher
  period     month
  target     >= 30% for 2026
  owner      sales
  goal       loyalty
}
"""


def _offers(each: int) -> dict[str, str]:
    """So many offers in each of three months, every third of them won."""
    days = [day[:8] + f"{number % 28 + 1:02}" for day in months("2026-05", 3) for number in range(each)]
    won = ["yes" if number % 3 == 0 else "no" for number in range(len(days))]
    ends = ["2026-03-01", *days, "2026-05-31"]
    return {"offers.csv": table("offer_id,made_on,won", range(len(ends)), ends, ["no", *won, "no"])}


RULE = Rule(
    code="V107",
    name="small-base",
    criterion=Criterion.VERIFIABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A share or mean that rests on too few cases in most periods to mean anything.",
        "多数期间样本太少、没有意义的占比或平均值。",
    ),
    message=Text("`{kpi}` rests on {cases} cases in an ordinary period", "`{kpi}` 通常每期只有 {cases} 个样本"),
    why=Text(
        "with few cases chance moves the figure more than any work does, and people explain what was only luck",
        "样本太少时，偶然因素比任何努力的影响都大，人们却会为运气寻找理由",
    ),
    help=Text(
        "choose a longer `period` for `{kpi}`, or report the count itself beside it",
        "为 `{kpi}` 选用更长的 `period`，或同时报告样本数",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.VERIFIABLE,),
    needs_data=True,
    find=find,
    options=(CASES, PERIODS),
    bad=(WithData(_OFFERS, _offers(6)),),
    good=(WithData(_OFFERS, _offers(24)),),
)

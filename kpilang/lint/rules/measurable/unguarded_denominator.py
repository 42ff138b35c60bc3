"""M109: a denominator that is likely to be 0, with nothing said for that case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpilang.diagnostics import Severity
from kpilang.lint.denominators import denominators
from kpilang.lint.formula import place
from kpilang.lint.history import Course, named
from kpilang.lint.history_gaps import zero_rows
from kpilang.lint.implication import conjuncts
from kpilang.lint.look import Look
from kpilang.lint.part_of_whole import bare, terms
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule, WithData
from kpilang.lint.stage_data import months, table
from kpilang.model.calendar import at_least
from kpilang.model.expr import Aggregate, Column, Expr, Literal, Operation
from kpilang.model.nouns import DataSource, Kpi, reached
from kpilang.text import Text

CONDITIONS = Option[int](
    "conditions",
    4,
    Text(
        "from how many conditions joined by `and` a filter is narrow; one less for periods under a month",
        "用 `and` 连接的条件达到几个就算过窄；统计周期不足一个月时少一个",
    ),
)

PERIODS = Option[int](
    "periods",
    6,
    Text(
        "with data: from how many periods with a value on they decide, instead of the conditions",
        "有数据时：有数值的期间达到几个，就以数据而不以条件为准",
    ),
)

WAS = Text("it was 0 in {periods}", "在 {periods} 为 0")
NARROW = Text("{count} conditions at once leave few rows, or none", "{count} 个条件同时成立的行很少，甚至没有")
ONE = Text("this leaves the rows of one {thing}, or none", "这里只剩一个 {thing} 的行，甚至没有")
_PICKS = ("eq", "lt", "le", "gt", "ge", "contains", "starts with")


def find(look: Look) -> Iterator[Finding]:
    """Denominators of KPIs in use that were 0 in the data, or that a narrow filter makes likely to be; what was never 0
    over many periods is not."""
    courses = {course.kpi.name: course for course in look.courses}
    for kpi in look.living:
        course = courses.get(kpi.name)
        if course is not None and len(course.valued) >= look.option(PERIODS):
            yield from _zeros(course)
        elif kpi.formula is not None:
            yield from _narrow_filters(kpi, look)


def _zeros(course: Course) -> Iterator[Finding]:
    """The first denominator that was 0 in some periods, apart from those in which nothing was recorded."""
    kpi, silent = course.kpi, zero_rows(course)
    for each in denominators(kpi.formula) if kpi.formula is not None else ():
        zeros = [row for row in course.whole if id(row) not in silent and course.part(row, each.value) == 0]
        if zeros and not each.guarded:
            text = " ".join(place(kpi, each.value).text.split())
            values = {"kpi": kpi.name, "denominator": text, "periods": named(zeros)}
            yield Finding(place(kpi, each.value), kpi.name, values, label=WAS)
            return


def _narrow_filters(kpi: Kpi, look: Look) -> Iterator[Finding]:
    """The first denominator all of whose terms have a narrow filter."""
    limit = look.option(CONDITIONS)
    if kpi.period not in (None, "all") and not at_least(str(kpi.period), "month"):
        limit -= 1
    for each in denominators(kpi.formula) if kpi.formula is not None else ():
        if each.guarded:
            continue
        narrow = [_narrowness(bare(part), look.model.sources) for part in terms(each.value)]
        if all(count >= limit or thing for count, thing in narrow):
            count, thing = narrow[0]
            text = " ".join(place(kpi, each.value).text.split())
            values = {"kpi": kpi.name, "denominator": text, "count": count, "thing": thing}
            yield Finding(place(kpi, each.value), kpi.name, values, label=ONE if thing else NARROW)
            return


def _narrowness(value: Expr, sources: Mapping[str, DataSource]) -> tuple[int, str]:
    """How many conditions narrow an aggregate, and the key that one of them pins down."""
    if not isinstance(value, Aggregate) or value.function not in ("count", "sum"):
        return 0, ""
    joined = list(conjuncts(value.where))
    pinned = [found for each in joined if (found := _pinned(each)) is not None]
    names = {each.name for each in pinned if not each.links}
    key = set(sources[value.source].key)
    behind = next((each.name for each in pinned if each.links and _is_key(each, sources)), "")
    thing = ", ".join(sorted(key)) if key and key <= names else behind
    return sum(map(_narrows, joined)), thing


def _pinned(condition: Expr) -> Column | None:
    """The column that a condition holds to one value."""
    if not isinstance(condition, Operation) or condition.name not in ("eq", "in") or len(condition.arguments) != 2:
        return None
    column, value = condition.arguments
    return column if isinstance(column, Column) and isinstance(value, Literal) and value.value is not None else None


def _narrows(condition: Expr) -> bool:
    """Whether a condition picks rows out: one value, a bound, a flag; `not` and lists leave most of them in."""
    return isinstance(condition, Column) or (isinstance(condition, Operation) and condition.name in _PICKS)


def _is_key(column: Column, sources: Mapping[str, DataSource]) -> bool:
    return reached(sources, column.source, column.links).key == (column.name,)


_SOLVED = """
source tickets "Tickets" from "tickets.csv" {
  time      month each month
  column    reopened : integer required
  column    solved : integer required
  collected "Desk" every month
}

kpi reopened_rate "Share of tickets reopened" {
  formula    sum(tickets.reopened) / sum(tickets.solved)
  unit       percent
  direction  lower
  period     month
  target     <= 5% for 2026
  owner      support
  goal       loyalty
}
"""


def _tickets(solved: list[int]) -> dict[str, str]:
    reopened = [number // 10 for number in solved]
    return {"tickets.csv": table("month,reopened,solved", months("2026-05", len(solved)), reopened, solved)}


RULE = Rule(
    code="M109",
    name="unguarded-denominator",
    criterion=Criterion.MEASURABLE,
    severity=Severity.INFO,
    summary=Text(
        "A denominator that was 0 in ordinary periods, or that a narrow filter makes likely to be 0, with nothing said for that case.",
        "分母在平常期间出现过 0，或者条件过窄、很可能为 0，而公式没有交代这种情况。",
    ),
    message=Text("`{denominator}` in `{kpi}` may well be 0", "`{kpi}` 的分母 `{denominator}` 很可能为 0"),
    why=Text(
        "dividing by zero has no answer, so that the KPI has no value in just those periods, and a jumpy one around them",
        "除以零没有结果，KPI 恰恰在这些期间没有值，前后的值也会大起大落",
    ),
    help=Text(
        "choose a longer `period`, or fewer conditions; where it stays so, say what holds then: `if … > 0 then … else …`",
        "改用更长的 `period` 或减少条件；确实如此时，写明这种情况下取什么值：`if … > 0 then … else …`",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.VERIFIABLE,),
    find=find,
    reach=Reach.DECLARATION,
    options=(CONDITIONS, PERIODS),
    asks_data=True,
    bad=(
        """
source visits from "visits.csv" {
  key       visit_id
  time      visited_on
  column    channel : text
  column    country : text
  column    browser : text
  column    bought : bool
  column    returning : bool
  collected "Web analytics" every day
}

kpi niche "Buying visits by mail from Iceland" {
  formula    count(visits where channel = "mail" and country = "IS" and bought) / count(visits where channel = "mail" and country = "IS" and browser = "Opera" and returning)
  unit       percent
  direction  higher
  period     month
  target     >= 5% for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi one_customer "客户 A17 的大额订单占比" {
  formula    share(orders where amount > 500 CNY among customer_id = "A17" and order_id = "7")
  unit       percent
  direction  higher
  period     week
  target     >= 5% for 2026
  owner      sales
  goal       loyalty
}
""",
        WithData(_SOLVED, _tickets([30, 0, 20, 40, 0, 10, 30, 20])),
    ),
    good=(
        """
kpi large_share "Share of large orders" {
  formula    share(orders where amount > 500 CNY among amount > 50 CNY and customer_id != "test")
  unit       percent
  direction  higher
  period     month
  target     >= 30% for 2026
  owner      sales
  goal       loyalty
}
""",
        """
source visits from "visits.csv" {
  key       visit_id
  time      visited_on
  column    channel : text
  column    country : text
  column    browser : text
  column    bought : bool
  column    returning : bool
  collected "Web analytics" every day
}

kpi niche "Buying visits by mail from Iceland" {
  formula    if count(visits where channel = "mail" and country = "IS" and browser = "Opera" and returning) > 0
             then count(visits where channel = "mail" and country = "IS" and browser = "Opera" and returning and bought)
                  / count(visits where channel = "mail" and country = "IS" and browser = "Opera" and returning)
             else 0
  unit       percent
  direction  higher
  period     month
  target     >= 5% for 2026
  owner      sales
  goal       loyalty
}
""",
        WithData(_SOLVED, _tickets([30, 10, 20, 40, 20, 10, 30, 20])),
    ),
)

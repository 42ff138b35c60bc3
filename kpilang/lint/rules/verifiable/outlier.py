"""V104: a period far outside the history of its KPI."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import log, sqrt

from kpilang.diagnostics import Severity
from kpilang.lint.history import Course, named
from kpilang.lint.history_gaps import zero_rows
from kpilang.lint.look import Look
from kpilang.lint.part_of_whole import bare, quotient
from kpilang.lint.places import head
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Rule, WithData
from kpilang.lint.stage_data import TAKINGS, takings
from kpilang.lint.statistics import SEASONS, Series, median, outliers
from kpilang.model.expr import Aggregate
from kpilang.result import Row
from kpilang.text import Text

PERIODS = Option[int]("periods", 12, Text("over how many periods at least a history reaches", "历史至少要有多少期"))
DISTANCE = Option[int](
    "distance",
    8,
    Text(
        "how many typical distances from trend and season are far (short histories: 6 / n more of it)",
        "偏离趋势和季节多少倍的常见偏差算远（历史短时再放宽 6 / n）",
    ),
)
DAYS = Option[int]("days", 366, Text("how many days back such periods are looked for", "往前多少天之内寻找这样的期间"))

PER_YEAR = {"day": 7, "week": 52, "month": 12, "quarter": 4, "half": 2}
"""The length of a season, in periods; for days it is the week."""
_FEWEST = 4
_RARE = 33
"""What comes more often than once in so many periods is the way of the KPI, or a new level."""
RANGE = Text("else {low} to {high}", "其余在 {low} 至 {high} 之间")
SEASONAL = Text("far from trend and season", "远离趋势和季节规律")


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use with a value of late that no trend and no season makes expected."""
    border = look.as_of - dt.timedelta(days=look.option(DAYS))
    for course in look.courses:
        rows = _recorded(course)
        if not course.periodic or sum(row is not None for row in rows) < max(look.option(PERIODS), _FEWEST):
            continue
        far = set(_far(course, rows, look.option(DISTANCE)))
        if len(far) > max(1, len(course.whole) // _RARE):
            continue
        odd = [row for place, row in enumerate(rows) if place in far and row and row.end and row.end > border]
        if odd:
            yield _finding(course, odd, [row for place, row in enumerate(rows) if row and place not in far])


def _recorded(course: Course) -> list[Row | None]:
    """The rows of whole periods; None for those without a value, or with zeros where nothing was recorded."""
    zeros = zero_rows(course)
    return [None if row.value is None or id(row) in zeros else row for row in course.whole]


def _far(course: Course, rows: Sequence[Row | None], distance: int) -> Iterator[int]:
    """The places of values that are far out; where none is below 0, as ratios too, so that what grows by leaps is not."""
    values = [None if row is None or row.value is None else float(row.value) for row in rows]
    season = PER_YEAR.get(str(course.kpi.period).removeprefix("fiscal "), 1)
    places = {each.place for each in outliers(values, season, distance, least=_chance(course))}
    known = [value for value in values if value is not None]
    if places and min(known) >= 0:
        little = median(known) / 10 or max(known) / 100
        logs: Series = [None if value is None else log(value + little) for value in values]
        places &= {each.place for each in outliers(logs, season, distance)}
    yield from sorted(places)


def _chance(course: Course) -> float:
    """How far values lie apart by chance alone, as standard deviation: of a count, or of a share of a count."""
    formula = bare(course.kpi.formula) if course.kpi.formula is not None else None
    usual = median([float(row.value) for row in course.valued if row.value is not None])
    if isinstance(formula, Aggregate) and formula.function == "count":
        return sqrt(max(usual, 1.0))
    parts = quotient(formula) if formula is not None else None
    if parts is None or not all(isinstance(bare(part), Aggregate) for part in parts) or not 0 <= usual <= 1:
        return 0.0
    whole = bare(parts[1])
    cases = [course.part(row, whole) for row in course.valued] if _counts(whole) and _counts(bare(parts[0])) else []
    base = median([float(case) for case in cases if case is not None]) if any(cases) else 0.0
    share = max(usual, 1 / base) if base > 1 else usual
    return sqrt(share * (1 - min(share, 1 - 1 / base)) / base) if base > 1 else 0.0


def _counts(value: object) -> bool:
    return isinstance(value, Aggregate) and value.function == "count"


def _finding(course: Course, odd: Sequence[Row], others: Sequence[Row]) -> Finding:
    farthest = max(odd, key=lambda row: abs((row.value or Decimal(0)) - _middle(others)))
    value = farthest.value or Decimal(0)
    rest = sorted(row.value for row in others if row.value is not None)
    values = {"kpi": course.kpi.name, "periods": named(odd), "period": farthest.period, "value": course.said(value)}
    values |= {"low": course.said(rest[0]), "high": course.said(rest[-1])}
    span = head(course.kpi.declaration)
    inside = rest[0] <= value <= rest[-1]
    return Finding(span, course.kpi.name, values, label=SEASONAL if inside else RANGE)


def _middle(rows: Sequence[Row]) -> Decimal:
    return Decimal(median([float(row.value) for row in rows if row.value is not None]))


RULE = Rule(
    code="V104",
    name="outlier",
    criterion=Criterion.VERIFIABLE,
    severity=Severity.WARNING,
    summary=Text(
        f"A period of the last year whose value lies far from the trend, and from the season once there are {SEASONS} of them.",
        f"最近一年中远离趋势的期间；历史满 {SEASONS} 个季节周期后也考虑季节规律。",
    ),
    message=Text(
        "`{kpi}` was {value} in {period}, far outside its history", "`{kpi}` 在 {period} 为 {value}，远超历史范围"
    ),
    why=Text(
        "such a value is often a mistake in the data: a file loaded twice, a lost unit, a test order; if it is real, its cause is worth more than the figure",
        "这样的数值往往是数据出错：文件重复载入、单位写错、测试订单；如果属实，原因比数值更重要",
    ),
    help=Text(
        "look into {periods}: `kpi eval {kpi} --period {period} --by …`; where the value is right, write down why: `# kpi: ignore[outlier] until …: why`",
        "查看 {periods}：`kpi eval {kpi} --period {period} --by …`；如果数值无误，写明原因：`# kpi: ignore[outlier] until …: 原因`",
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.VERIFIABLE,),
    needs_data=True,
    find=find,
    options=(PERIODS, DISTANCE, DAYS),
    bad=(
        WithData(TAKINGS, takings("2026-05", [110, 130, 120, 140, 135, 125, 115, 1300, 140, 125, 120, 130])),
        WithData(
            TAKINGS, takings("2026-05", [1250, 1300, 1270, 1340, 1235, 1400, 1315, 1300, 1440, 1325, 14.10, 1430, 1450])
        ),
    ),
    good=(
        WithData(TAKINGS, takings("2026-05", [110, 130, 120, 140, 135, 125, 115, 170, 140, 125, 120, 130])),
        WithData(TAKINGS, takings("2026-05", [2**n for n in range(14)])),
        WithData(TAKINGS, takings("2026-05", [100, 110, 90, 105, 95, 107, 900, 101, 108, 93, 111, 99] * 2)),
    ),
)

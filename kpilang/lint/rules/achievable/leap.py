"""A107: a target that lies too far from where one stands."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpilang.diagnostics import Mark, Severity
from kpilang.lint.aims import Start, better, clashes, end, numbers, sense, shown
from kpilang.lint.history import Course
from kpilang.lint.look import Look
from kpilang.lint.places import at
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule, WithData
from kpilang.lint.stage_data import TAKINGS, takings
from kpilang.model.nouns import Kpi, Target
from kpilang.text import Text

LIMIT = Option[int](
    "limit",
    100,
    Text(
        "how far a target may lie from the baseline for each year between them, in percent of the smaller value",
        "目标值与基线之间每相隔一年，最多可以相差多少，以较小的那个数的百分之几计",
    ),
)
PERIODS = Option[int](
    "periods", 12, Text("with data: how many periods a history has at least", "有数据时：历史至少要有多少期")
)
BEGIN = Text("it stands here", "现在在这里")
BASELINE = Text("its baseline of {base}", "基线 {base}")
BEST = Text("the best of {count} periods, {best} in {period}", "{count} 期中最好的一期（{period}，{best}）")
UNSEEN = Text("further from the best period than that is from the worst", "与最好一期的差距，超过最好与最差之差")
LEAST_STEP = Decimal("0.25")
RATIO_STEP, COUNT_STEP = Decimal("0.05"), Decimal(5)
YEAR = 365


def find(look: Look) -> Iterator[Finding]:
    """Targets too far from the baseline, or from all that the data hold."""
    courses = {course.kpi.name: course for course in look.courses}
    for kpi in look.living:
        found = list(_beyond_baseline(look, kpi))
        if not found and kpi.name in courses:
            found = list(_beyond_history(look, courses[kpi.name]))
        yield from found


def _beyond_baseline(look: Look, kpi: Kpi) -> Iterator[Finding]:
    """The first line whose value is further from its beginning than the limit allows in the time there is."""
    for line in numbers(kpi.targets):
        begin = look.project.start(kpi, line)
        if begin is not None and line.value is not None and _is_leap(kpi, line, begin, look.option(LIMIT)):
            base = BASELINE.fill(base=begin.text)
            yield at(kpi, line.node, marks=(Mark(begin.node.span, BEGIN),), value=shown(line), base=base)
            return


def _beyond_history(look: Look, course: Course) -> Iterator[Finding]:
    """The first line, among those that hold now or later, whose value is further from the best period than that is from
    the worst, for each year there is."""
    kpi, rows = course.kpi, course.valued
    values = [row.value for row in rows if row.value is not None]
    if len(values) < max(look.option(PERIODS), 1):
        return
    for line in numbers(kpi.targets):
        side, until = sense(line), end(line)
        over = until is not None and until <= course.now
        if line.value is None or side not in ("higher", "lower") or clashes(kpi, line) or over:
            continue
        best = max(values) if side == "higher" else min(values)
        years = max(1, round((until - course.now).days / YEAR)) if until is not None else 1
        step = max((max(values) - min(values)) * years, _small(kpi), abs(best) * LEAST_STEP)
        if better(line.value, best, side) and abs(line.value - best) > step:
            period = next(row.period for row in rows if row.value == best)
            base = BEST.fill(best=course.said(best), period=period, count=len(values))
            yield at(kpi, line.node, label=UNSEEN, value=shown(line), base=base)
            return


def _is_leap(kpi: Kpi, line: Target, begin: Start, limit: int) -> bool:
    """Whether the larger value is more than the allowed multiple of the smaller one. A change of sign has no multiple;
    a step of a few points or pieces is no leap, whatever its multiple."""
    side, value, base = sense(line), line.value, begin.value
    if value is None or side not in ("higher", "lower") or clashes(kpi, line) or not better(value, base, side):
        return False
    if abs(value - base) <= _small(kpi) or value * base < 0 or base == 0:
        return False
    allowed = (1 + Decimal(limit) / 100) ** _years(line, begin)
    return max(abs(value), abs(base)) > min(abs(value), abs(base)) * allowed


def _small(kpi: Kpi) -> Decimal:
    """A step that is never a leap: 5 points of a percentage, 5 pieces of a count."""
    if kpi.unit is None or not kpi.unit.dimensionless:
        return Decimal(0)
    if kpi.unit.form in ("percent", "points") or kpi.unit.name == "ratio":
        return RATIO_STEP
    return COUNT_STEP if kpi.unit.name == "count" or kpi.unit.counted else Decimal(0)


def _years(line: Target, begin: Start) -> int:
    """How many years there are, at least one, from the baseline to the target."""
    until = end(line)
    if until is None or begin.period is None:
        return 1
    return max(1, round((until - begin.period.end).days / YEAR))


RULE = Rule(
    code="A107",
    name="leap",
    criterion=Criterion.ACHIEVABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A target further from the baseline than the limit: more than double or less than half of it for each year "
        "between them; with data also one that lies further from the best period than that does from the worst. "
        "Steps of up to 5 points or 5 pieces are let alone.",
        "目标值与基线的差距超过限度：每相隔一年，超过两倍或不到一半；有数据时，与最好一期的差距超过最好与最差之差的也算。"
        "5 个百分点或 5 个以内的差距不指出。",
    ),
    message=Text("the target of `{kpi}`, {value}, is a leap from {base}", "`{kpi}` 的目标值 {value} 与{base}相差太远"),
    label=Text("too far in one go", "一步跨得太远"),
    why=Text(
        "a target far beyond what was ever reached is not believed: people give up on it, or find ways around it",
        "目标远高于历史水平，员工只会受挫、消极应付，或者想办法绕过去",
    ),
    help=Text(
        "set a step that can be reached, or a path over more years, `target … by … from {base} at …`; check the unit of both values too",
        "定一个够得着的目标，或用几年走完的路径：`target … by … from {base} at …`；也请核对两个数的单位",
    ),
    documents=(Document.SELECTION,),
    options=(LIMIT, PERIODS),
    asks_data=True,
    decides=(Quality.A,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 90% for 2026
  baseline   12% for 2025
  owner      support
  goal       loyalty
}
""",
        """
kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 40 for 2026
  baseline   430 for 2025
  owner      support
  goal       loyalty
}
""",
        WithData(
            TAKINGS.replace(">= 100", ">= 250"),
            takings("2026-06", [110, 130, 120, 140, 135, 125, 115, 130, 140, 125, 120, 130]),
        ),
    ),
    good=(
        """
kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 300 for 2026
  baseline   430 for 2025
  owner      support
  goal       loyalty
}
""",
        """
kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 15000 by 2028-12 from 5000 at 2025-12
  owner      sales
  goal       loyalty
}
""",
        """
kpi rated_low "Share of cases rated 1" {
  formula    share(cases where rating = 1)
  unit       percent
  direction  lower
  period     month
  target     <= 0.1% for 2026
  baseline   0.5% for 2025
  owner      support
  goal       loyalty
}
""",
        WithData(
            TAKINGS.replace(">= 100", ">= 160"),
            takings("2026-06", [110, 130, 120, 140, 135, 125, 115, 130, 140, 125, 120, 130]),
        ),
    ),
)

"""A104: a target that no value can be."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpilang.diagnostics import Severity
from kpilang.lint.aims import shown, valued
from kpilang.lint.bounds import ONE, Bounds, Limits
from kpilang.lint.look import Look
from kpilang.lint.places import at
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.nouns import Kpi, Target
from kpilang.text import Text

WHOLE = Text("a part is never more than its whole", "部分不会超过整体")
NEGATIVE = Text("it is never below {bound}", "它不会低于 {bound}")
SCALE = Text("the scale goes from {low} to {high}", "量表只从 {low} 到 {high}")
ENDS = Text("its values lie within {low} .. {high}", "它的值只在 {low} .. {high} 之间")
ABOVE = Text("it is never above {bound}", "它不会高于 {bound}")


def find(look: Look) -> Iterator[Finding]:
    """Each line of target, accept or stretch with a value that the formula or the scale rules out."""
    limits = Limits(look.model)
    for kpi in look.living:
        lines = valued((*kpi.targets, *kpi.accepts, *kpi.stretches))
        bounds = limits.of(kpi) if lines else (None, None)
        for line in lines:
            bound = _crossed(line, bounds)
            if bound is not None:
                yield _finding(kpi, line, bounds, bound)


def _crossed(line: Target, bounds: Bounds) -> Decimal | None:
    """The bound that a value of a line lies beyond; a strict comparison does not reach the bound itself."""
    low, high = bounds
    values = [value for value in (line.value, line.low, line.high) if value is not None]
    if high is not None and (max(values) > high or (line.comparator == ">" and line.value == high)):
        return high
    if low is not None and (min(values) < low or (line.comparator == "<" and line.value == low)):
        return low
    return None


def _finding(kpi: Kpi, line: Target, bounds: Bounds, bound: Decimal) -> Finding:
    low, high = (None if end is None else _say(kpi, end) for end in bounds)
    label, bound_said = _label(kpi, bounds, bound), _say(kpi, bound)
    return at(kpi, line.node, label=label, value=shown(line), bound=bound_said, low=low, high=high)


def _label(kpi: Kpi, bounds: Bounds, bound: Decimal) -> Text:
    low, high = bounds
    if kpi.unit is not None and kpi.unit.low is not None:
        return SCALE
    if bound == high:
        return WHOLE if high == ONE else ENDS if low is not None else ABOVE
    return NEGATIVE


def _say(kpi: Kpi, number: Decimal) -> str:
    """A number as it is written beside the KPI's unit."""
    percent = kpi.unit is not None and kpi.unit.form in ("percent", "points")
    return f"{(number * 100 if percent else number).normalize():f}" + ("%" if percent else "")


RULE = Rule(
    code="A104",
    name="impossible-target",
    criterion=Criterion.ACHIEVABLE,
    severity=Severity.ERROR,
    summary=Text(
        "A target, `accept` or `stretch` that no value can be: a share over 100 %, a count below 0, a score outside its "
        "scale.",
        "任何数值都达不到的目标值、`accept` 或 `stretch`：占比超过 100%，个数小于 0，评分超出量表。",
    ),
    message=Text("`{kpi}` can never be {value}", "`{kpi}` 永远不可能是 {value}"),
    why=Text(
        "a target that cannot be reached discourages those who try, and one that cannot be missed asks for nothing",
        "达不到的目标让人灰心，永远达标的目标等于没有要求",
    ),
    help=Text(
        "correct `{said}`: the bound is {bound}; if more is possible, the formula is not the one that is meant",
        "改正 `{said}`：界限是 {bound}；如果实际可以超过，说明公式写的不是本意",
    ),
    documents=(Document.SELECTION,),
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
  target     >= 120% for 2026
  baseline   96% for 2025
  owner      support
  goal       loyalty
}
""",
        """
kpi rating "Average rating" {
  formula    avg(cases.rating)
  unit       score 1..5
  direction  higher
  period     month
  target     >= 5.5 for 2026
  baseline   4.2 for 2025
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
  target     <= -10 for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi solved_ratio "Cases solved out of all cases" {
  formula    count(cases where solved and rating >= 4) / count(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 95% for 2026
  stretch    > 100%
  baseline   92% for 2025
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi spend_growth "Growth of revenue per order" {
  formula    growth(sum(orders.amount) / count(orders))
  unit       percent
  direction  higher
  period     month
  target     >= 120% for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 100% for 2026
  baseline   96% for 2025
  owner      support
  goal       loyalty
}
""",
        """
kpi orders_per_case "Orders over support cases" {
  formula    count(orders) / count(cases)
  unit       percent
  direction  higher
  period     month
  target     >= 300% for 2026
  baseline   270% for 2025
  owner      sales
  goal       loyalty
}
""",
    ),
)

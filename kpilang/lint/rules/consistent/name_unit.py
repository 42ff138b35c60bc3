"""C103: a label that promises another unit than the KPI has."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.naming import titles
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule
from kpilang.lint.wording.promises import LENGTH, SORTS, promise
from kpilang.model import units
from kpilang.model.currencies import CURRENCIES
from kpilang.model.nouns import Kpi
from kpilang.model.types import Unit
from kpilang.text import Text

ALLOW = Option[tuple[str, ...]](
    "allow",
    (),
    Text("words in a label that are let alone, such as `occupancy rate`", "标题中含有这些词时不检查，例如 `入住率`"),
)
_FITS = {**{sort: (sort,) for sort in SORTS}, LENGTH: ("time", "count")}
_SAID = {
    "rate": Text("a rate", "比率"),
    "money": Text("an amount of money", "金额"),
    "time": Text("a length of time", "时长"),
    "count": Text("a number of things", "数量"),
    LENGTH: Text("a length of time", "时长"),
}
_UNIT = {
    "rate": Text("`unit percent`", "`unit percent`"),
    "money": Text("a currency, such as `unit CNY`", "币种，例如 `unit CNY`"),
    "time": Text("a duration, such as `unit hours`", "时长，例如 `unit hours`"),
    "count": Text("`unit count`", "`unit count`"),
    LENGTH: Text("a duration, such as `unit hours`", "时长，例如 `unit hours`"),
}


def find(look: Look) -> Iterator[Finding]:
    """Each KPI in use whose label promises a rate, money, time or a number, and whose declared unit is another of these."""
    allowed = tuple(word.lower() for word in look.option(ALLOW))
    for kpi in look.living:
        sort = _sort(kpi)
        for said in titles(kpi) if sort is not None else ():
            promised = promise(said.text)
            if promised is None or sort in _FITS[promised[0]] or any(word in said.text.lower() for word in allowed):
                continue
            start = max(said.text.lower().rfind(promised[1]), 0)
            unit = units.say(kpi.unit) if kpi.unit else Text("", "")
            values = {"kpi": kpi.name, "word": promised[1], "promised": _SAID[promised[0]], "unit": unit}
            span = said.span(start, start + len(promised[1]))
            yield Finding(span, kpi.name, {**values, "right": _UNIT[promised[0]]})
            break


def _sort(kpi: Kpi) -> str | None:
    """What the unit that a KPI declares counts; None where it declares none, or one that may fit anything."""
    if kpi.first("unit") is None or kpi.unit is None or kpi.unit.form not in ("number", "percent", "points"):
        return None
    return _counted(kpi.unit)


def _counted(unit: Unit) -> str | None:
    if unit.form in ("percent", "points") or unit.name == units.RATIO.name:
        return "rate"
    if not unit.dimensions:
        return "count" if unit.name == units.COUNT.name else None
    base, exponent = unit.dimensions[0]
    if len(unit.dimensions) > 1 or exponent != 1 or " per " in unit.name:
        return None
    return "time" if base == "time" else "money" if base in CURRENCIES else None


RULE = Rule(
    code="C103",
    name="name-unit",
    criterion=Criterion.CONSISTENT,
    severity=Severity.WARNING,
    summary=Text(
        "A label that says rate, cost, time or number, and a `unit` of another of these sorts.",
        "标题说的是比率、成本、时间或数量，`unit` 却是另一种。",
    ),
    message=Text(
        "the label of `{kpi}` promises {promised}, and its unit is {unit}",
        "`{kpi}` 的标题说的是{promised}，单位却是{unit}",
    ),
    label=Text("`{word}` says {promised}", "“{word}”指{promised}"),
    why=Text(
        "readers take a number for what the label says, and compare it with others of that sort",
        "读者按标题理解数字，还会拿它与同类指标比较",
    ),
    help=Text("write {right}, or rename the KPI after what it counts", "写成 {right}，或按实际统计的内容改标题"),
    documents=(Document.FUNCTIONS,),
    decides=(Quality.UNDERSTANDABLE,),
    options=(ALLOW,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi solved "Resolution time" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 80% for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi solved "工单解决率" {
  formula    count(cases where solved)
  unit       count
  direction  higher
  period     month
  target     >= 800 for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi spent "Number of orders" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi solved "Resolution rate" zh "解决率" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 80% for 2026
  owner      support
  goal       loyalty
}
kpi run_rate "Revenue run rate" zh "烧钱率" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
}
kpi shared "销售知识分享率" {
  formula    count(cases) / count(orders)
  unit       "次/人"
  direction  higher
  period     month
  target     >= 2 for 2026
  owner      sales
  goal       loyalty
}
kpi part_time "Cases taken by part-time staff as a percentage" {
  formula    share(cases where solved and rating >= 2)
  unit       percent
  direction  lower
  period     month
  target     <= 20% for 2026
  owner      support
  goal       loyalty
}
""",
    ),
)

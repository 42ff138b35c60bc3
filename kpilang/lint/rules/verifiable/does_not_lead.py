"""V108: a leading KPI whose past says nothing about what it supports."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpilang.diagnostics import Severity
from kpilang.lint.history import Course, History
from kpilang.lint.look import Look
from kpilang.lint.places import head, own
from kpilang.lint.relations import Relations
from kpilang.lint.rule import Criterion, Document, Finding, Option, Rule, WithData
from kpilang.lint.stage_data import months, table
from kpilang.lint.statistics import Lead, lead, pairs_needed
from kpilang.model.nouns import Kpi
from kpilang.model.references import word
from kpilang.text import Text

LAGS = Option[int](
    "lags",
    6,
    Text(
        "by how many periods at most the KPI runs ahead; 0 to this many are tried",
        "最多提前多少期；从 0 期试到这么多期",
    ),
)
LEAST = Option[int](
    "correlation",
    50,
    Text(
        "the weakest rank correlation, in percent, that is worth having: a history too short to show it is not judged",
        "值得有的最弱秩相关（百分数）：历史太短、看不出这么强的关系时不作判断",
    ),
)
LEVEL = Option[int](
    "chance",
    10,
    Text(
        "how often, in percent, chance alone may look as strong (all lags taken together) for a relation to count",
        "关系要算数，偶然出现同样强度的可能性（各滞后期合计）最多百分之几",
    ),
)
TELL = Option[bool](
    "tell-short",
    False,
    Text("say of a history that is too short how many periods it needs", "历史太短时，说明还需要多少期"),
)

STRONGEST = Text(
    "strongest rank correlation {correlation}, {when}; chance alone gives as much in {chance} % of cases",
    "最强的秩相关为 {correlation}（{when}），仅凭偶然有 {chance} % 的可能达到",
)
MENDS = Text(
    "choose an activity that moves before `{supported}` does, or write `indicator lagging`; a `parent` says what it is to lead",
    "改用先于 `{supported}` 变化的指标，或写 `indicator lagging`；用 `parent` 写明它要带动什么",
)
SHORT = Text(
    "{pairs} changes can be compared, and {needed} would be needed", "可比较的变动有 {pairs} 次，需要 {needed} 次"
)
WAIT = Text(
    "keep the figures: after {more} more periods it can be told whether `{kpi}` leads `{supported}`",
    "继续积累数据：再过 {more} 期才能判断 `{kpi}` 能否预示 `{supported}`",
)
MOST_PERCENT = 99


def find(look: Look) -> Iterator[Finding]:
    """Leading KPIs in use none of whose relations to what they support is stronger than chance."""
    for course in look.courses:
        if word(course.kpi, "indicator") == "leading" and look.history is not None and course.periodic:
            supported = list(_supported(course, look.project, look.history))
            if supported:
                yield from _looked_at(course, supported, look)


def _supported(course: Course, project: Relations, history: History) -> Iterator[Course]:
    """What a leading KPI supports: its parent, else the lagging KPIs of its goals; by the same periods."""
    parent = project.parent(course.kpi)
    found: list[Kpi] = [] if parent is None else [parent]
    if parent is None:
        served = (kpi for goal in course.kpi.goals for kpi in project.of_goal.get(goal, ()))
        found = [kpi for kpi in served if word(kpi, "indicator") == "lagging"]
    for kpi in dict.fromkeys(kpi.name for kpi in found if kpi.name != course.kpi.name):
        other = history.courses.get(kpi)
        if other is not None and other.kpi.period == course.kpi.period:
            yield other


def _looked_at(course: Course, supported: list[Course], look: Look) -> Iterator[Finding]:
    lags, least = max(look.option(LAGS), 0), min(max(look.option(LEAST), 1), MOST_PERCENT) / 100
    level = min(max(look.option(LEVEL), 1), MOST_PERCENT) / 100
    needed = pairs_needed(least, (lags + 1) * len(supported), level)
    found: list[tuple[Course, Lead]] = []
    for other in supported:
        relation = lead(*_aligned(course, other), lags)
        if relation is None:
            return
        found.append((other, relation))
    fewest = min(found, key=lambda item: item[1].pairs)
    if fewest[1].pairs < needed:
        if look.option(TELL):
            yield _finding(course, fewest, SHORT, WAIT, needed=needed, lags=lags)
    elif all(relation.chance * len(supported) > level for _, relation in found):
        strongest = max(found, key=lambda item: abs(item[1].correlation))
        yield _finding(course, strongest, STRONGEST, MENDS, needed=needed, lags=lags)


def _aligned(course: Course, other: Course) -> tuple[list[Decimal | None], list[Decimal | None]]:
    """The values of both in the same periods, from the first that one of them has to the last."""
    sides = [{row.start: row.value for row in each.whole if row.start is not None} for each in (course, other)]
    starts = sorted(sides[0].keys() | sides[1].keys())
    return [sides[0].get(start) for start in starts], [sides[1].get(start) for start in starts]


def _finding(course: Course, found: tuple[Course, Lead], label: Text, help: Text, *, needed: int, lags: int) -> Finding:
    kpi, (other, relation) = course.kpi, found
    short = relation.pairs < needed
    values = {
        "kpi": kpi.name,
        "supported": other.kpi.name,
        "correlation": f"{relation.correlation:+.2f}".replace("-", "\N{MINUS SIGN}"),
        "when": SAME if relation.lag == 0 else AHEAD.fill(lag=relation.lag),
        "chance": "" if short else f"{relation.chance * 100:.0f}",
        "pairs": relation.pairs,
        "needed": needed,
        "more": max(needed - relation.pairs, 0),
        "verdict": (UNKNOWN if short else NOTHING).fill(supported=other.kpi.name, pairs=relation.pairs, lags=lags),
    }
    line = kpi.first("indicator")
    span = line.span if line is not None and own(kpi, line) else head(kpi.declaration)
    return Finding(span, kpi.name, values, label, help, severity=Severity.INFO if short else None)


NOTHING = Text(
    "says nothing about `{supported}`: {pairs} changes were compared, 0 to {lags} periods ahead",
    "不能预示 `{supported}`：比较了 {pairs} 次变动，提前 0 至 {lags} 期",
)
SAME, AHEAD = Text("in the same period", "同期"), Text("periods ahead: {lag}", "提前 {lag} 期")
UNKNOWN = Text(
    "is to lead `{supported}`, which its history is too short to tell", "应预示 `{supported}`，但历史太短，无法判断"
)

_FUNNEL = """
source funnel "Funnel" from "funnel.csv" {
  time      month each month
  column    visits : integer required
  column    sold : integer required
  collected "CRM" every month
}

kpi sold "Pieces sold" {
  formula    sum(funnel.sold)
  unit       count
  direction  higher
  period     month
  target     >= 100 for 2026
  indicator  lagging
  owner      sales
  goal       loyalty
}

kpi visits "Visits to customers" {
  formula    sum(funnel.visits)
  unit       count
  direction  higher
  period     month
  target     >= 30 for 2026
  parent     sold
  indicator  leading
  owner      sales
  goal       loyalty
}
"""


def _noise(count: int, factor: int) -> list[int]:
    """Whole numbers from 0 to 99 that look like chance, the same each time."""
    found = [factor]
    while len(found) < count:
        found.append((found[-1] * factor) % 2147483647)
    return [value // 8191 % 100 for value in found]


def _funnel(visits: list[int], sold: list[int]) -> dict[str, str]:
    return {"funnel.csv": table("month,visits,sold", months("2026-05", len(visits)), visits, sold)}


_VISITS, _OTHER = _noise(62, 16807), _noise(60, 48271)

RULE = Rule(
    code="V108",
    name="does-not-lead",
    criterion=Criterion.VERIFIABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A leading KPI whose changes are followed by no change of what it supports (its parent, else the lagging KPIs of its goal) at any lag; only where the history is long enough to show it.",
        "先行指标的变动之后，它所支撑的指标（上级 KPI，否则同一目标的滞后指标）在任何滞后期都没有随之变动；历史足够长时才判断。",
    ),
    message=Text("`{kpi}` {verdict}", "`{kpi}` {verdict}"),
    why=Text(
        "a lever to which nothing is tied is pushed in vain, and that the result did not follow is learned too late",
        "什么也没连着的杠杆，推了也是白推；等发现结果没有跟上时已经晚了",
    ),
    help=MENDS,
    documents=(Document.SELECTION,),
    needs_data=True,
    find=find,
    options=(LAGS, LEAST, LEVEL, TELL),
    bad=(WithData(_FUNNEL, _funnel(_VISITS[2:], _OTHER)),),
    good=(
        WithData(
            _FUNNEL, _funnel(_VISITS[2:], [before + other // 4 for before, other in zip(_VISITS, _OTHER, strict=False)])
        ),
        WithData(_FUNNEL, _funnel(_VISITS[2:14], _OTHER[:12])),
    ),
)

"""T103: a KPI whose targets all lie in the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.aims import end, measured
from kpilang.lint.look import Look
from kpilang.lint.places import at
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model import words
from kpilang.model.calendar import Period
from kpilang.model.nouns import Kpi, Model, Target
from kpilang.syntax import tree
from kpilang.text import Text

GRACE = 365


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use whose last target has ended; what is due by a day is held to for a year after it."""
    for kpi in look.living:
        lines = measured(kpi.targets)
        if lines and all(_is_past(line, look.as_of) for line in lines) and not _is_over(look.model, kpi, look.as_of):
            last = max(lines, key=lambda line: end(line) or dt.date.min)
            day = (end(last) or look.as_of) - dt.timedelta(days=1)
            yield at(kpi, last.node, word=last.node.word, day=day, now=look.as_of.year)


def _is_past(line: Target, as_of: dt.date) -> bool:
    until = end(line)
    if until is None:
        return False
    return (as_of - until).days >= (GRACE if line.due else 0)


def _is_over(model: Model, kpi: Kpi, as_of: dt.date) -> bool:
    """Whether the KPI itself is meant only for periods up to now."""
    line = kpi.first("until")
    found = words.period(model.calendar, line.value) if line and isinstance(line.value, tree.Period) else None
    return isinstance(found, Period) and found.end <= as_of


RULE = Rule(
    code="T103",
    name="expired-target",
    criterion=Criterion.TIME_BOUND,
    severity=Severity.WARNING,
    summary=Text(
        "Every target of a KPI lies in the past at the as-of date. What is due `by` a period holds after it too, and is "
        "flagged a year later.",
        "到截至日期，KPI 的所有目标值都已过期。`by` 到期的目标值之后仍然适用，一年后才指出。",
    ),
    message=Text("the last target of `{kpi}` ended on {day}", "`{kpi}` 的最后一个目标值已于 {day} 到期"),
    label=Text("nothing is asked of it since", "此后再没有要求"),
    why=Text(
        "a KPI without a target for today is neither met nor missed, and its owner has nothing to steer by",
        "当下没有目标值的 KPI 谈不上达标与否，负责人也无从把握",
    ),
    help=Text(
        "add a line for the time now, such as `{word} … for {now}`, or say `state deprecated` if nobody uses `{kpi}` any more",
        "为当下补上一行，例如 `{word} … for {now}`；如果 `{kpi}` 已没有人使用，就写 `state deprecated`",
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.T,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 96% for 2024
  target     >= 97% for 2025
  baseline   94% for 2023
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 97% for 2025
  target     >= 98% for 2026
  baseline   94% for 2024
  owner      support
  goal       loyalty
}
""",
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% by 2026-Q1
  baseline   94% for 2024
  owner      support
  goal       loyalty
}
""",
    ),
)

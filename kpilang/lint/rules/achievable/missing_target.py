"""A101: an active KPI without target."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model import units
from kpilang.model.nouns import Kpi
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Active KPIs without target."""
    for kpi in look.kpis:
        if kpi.state == "active" and look.lacks(kpi, "target"):
            yield Finding.of(kpi, line=_line(kpi))


def _line(kpi: Kpi) -> str:
    """The target line to write, as far as direction and unit tell it."""
    number = f"…{_suffix(kpi)}"
    if kpi.direction == "within":
        return f"target {number} .. {number} for …"
    return f"target {'<=' if kpi.direction == 'lower' else '>='} {number} for …"


def _suffix(kpi: Kpi) -> str:
    """What stands after a number in the KPI's unit."""
    if kpi.unit is None:
        return ""
    if kpi.unit.form == "percent":
        return "%"
    return f" {kpi.unit.name}" if kpi.unit.form == "points" or units.known(kpi.unit.name) else ""


RULE = Rule(
    code="A101",
    name="missing-target",
    criterion=Criterion.ACHIEVABLE,
    severity=Severity.WARNING,
    summary=Text("An active KPI without target.", "状态为 active 的 KPI 没有目标值。"),
    message=Text("`{kpi}` has no target", "`{kpi}` 没有目标值"),
    label=Text("how much is enough?", "达到多少才算好？"),
    why=Text(
        "without a target a number is neither good nor bad, and nobody has to act on it",
        "没有目标值，数字无所谓好坏，也就没有人需要行动",
    ),
    help=Text(
        "add `{line}` to `{kpi}`, or say `state draft` until the target is agreed",
        "在 `{kpi}` 中添加 `{line}`；目标值商定之前可写 `state draft`",
    ),
    documents=(Document.SERVICES,),
    decides=(Quality.PROGRESS, Quality.A),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
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
  target     >= 98% for 2026
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
  owner      support
  goal       loyalty
  state      draft
}
""",
    ),
)

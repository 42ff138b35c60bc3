"""A105: a target with neither baseline nor benchmark beside it."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.aims import measured
from kpilang.lint.look import Look
from kpilang.lint.places import at
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """KPIs with a target that sets out from nothing; a path says its beginning itself, and so does what is computed."""
    for kpi in look.living:
        lines = measured(kpi.targets)
        grounded = not (look.lacks(kpi, "baseline") and look.lacks(kpi, "benchmark"))
        if (
            lines
            and not grounded
            and all(line.path_value is None and line.formula is None and line.base is None for line in lines)
        ):
            yield at(kpi, lines[0].node)


RULE = Rule(
    code="A105",
    name="groundless-target",
    criterion=Criterion.ACHIEVABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A target with neither baseline nor benchmark beside it.",
        "有目标值，却没有基线（`baseline`）也没有标杆（`benchmark`）。",
    ),
    message=Text("nothing says what the target of `{kpi}` rests on", "没有写明 `{kpi}` 的目标值以什么为依据"),
    label=Text("from where, and compared with whom?", "现在是多少？同行是多少？"),
    why=Text(
        "a target taken from the air is too easy or out of reach, and nobody can tell which before the year is over",
        "拍脑袋定的目标，不是太低就是够不着，不到年底谁也不知道是哪一种",
    ),
    help=Text(
        'add to `{kpi}` where it stands, `baseline … for …`, or how others do, `benchmark "…" …`',
        '在 `{kpi}` 中写上现在的水平 `baseline … for …`，或同行的水平 `benchmark "…" …`',
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.A,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 400 for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 400 for 2026
  baseline   430 for 2025
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
  target     <= 400 by 2026-12 from 430 at 2025-12
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
  target     >= 98% for 2026
  benchmark  "industry median" 95%
  owner      support
  goal       loyalty
}
""",
    ),
)

"""M103: a KPI without direction."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Fix, Severity
from kpilang.lint.look import Look
from kpilang.lint.mend import ADD, add_field
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.nouns import Kpi
from kpilang.syntax import tree
from kpilang.text import Text

TOLD = Text(
    "add `direction {direction}` to `{kpi}`, as its target has it",
    "在 `{kpi}` 中添加 `direction {direction}`，与目标值一致",
)
_BY_COMPARATOR = {">=": "higher", ">": "higher", "<=": "lower", "<": "lower"}


def find(look: Look) -> Iterator[Finding]:
    """KPIs without direction."""
    for kpi in look.kpis:
        if look.lacks(kpi, "direction"):
            word = _told(kpi)
            yield Finding.of(kpi, direction=word, help=TOLD if word else None, fixes=_fixes(kpi, word))


def _told(kpi: Kpi) -> str | None:
    """The direction that all targets agree on."""
    said = {_direction(line.value) for line in kpi.all("target") if isinstance(line.value, tree.Target)}
    return said.pop() if len(said) == 1 else None


def _direction(target: tree.Target) -> str | None:
    return "within" if target.band else _BY_COMPARATOR.get(target.comparator or "")


def _fixes(kpi: Kpi, word: str | None) -> tuple[Fix, ...]:
    """Without direction the comparator judges, so writing down what it says changes nothing."""
    if word is None:
        return ()
    field = f"direction {word}"
    return (Fix(ADD.fill(field=field), (add_field(kpi, field),), safe=True),)


RULE = Rule(
    code="M103",
    name="missing-direction",
    criterion=Criterion.MEASURABLE,
    severity=Severity.ERROR,
    summary=Text("A KPI that does not say whether up is good.", "KPI 没有写明越高越好还是越低越好。"),
    message=Text("`{kpi}` has no direction", "`{kpi}` 没有方向"),
    label=Text("is more better, or less?", "越高越好，还是越低越好？"),
    why=Text(
        "a KPI must show progress, and without direction nobody knows whether a rise is progress",
        "KPI 要能显示进展；没有方向，谁也不知道上升算不算进展",
    ),
    help=Text(
        "add `direction higher`, `direction lower` or `direction within` to `{kpi}`",
        "在 `{kpi}` 中添加 `direction higher`（越高越好）、`direction lower`（越低越好）或 `direction within`（区间内为好）",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.PROGRESS, Quality.M),
    find=find,
    behind=("A101", "M101"),
    reach=Reach.DECLARATION,
    bad=(
        """
kpi cases_opened "Support cases opened" {
  formula  count(cases)
  unit     count
  period   month
  target   <= 400 for 2026
  owner    support
  goal     loyalty
}
""",
        """
kpi cases_opened "Support cases opened" {
  formula  count(cases)
  unit     count
  period   month
  owner    support
  goal     loyalty
  state    draft
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
  owner      support
  goal       loyalty
}
""",
    ),
)

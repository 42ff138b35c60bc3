"""X108: an entry of the baseline whose findings are mended."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.baseline import Baseline, Entry
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Finding, Rule
from kpilang.lint.settings import LintSettings
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Entries that hold back more findings than there are; said once, whatever the settings of paths."""
    if look.first:
        for entry, left in look.stale:
            values = {
                "rule": f"{entry.code} {entry.name}",
                "subject": entry.subject,
                "count": entry.count,
                "left": left,
            }
            yield Finding(entry.span, None, values)


RULE = Rule(
    code="X108",
    name="stale-baseline",
    criterion=Criterion.EXCEPTIONS,
    severity=Severity.WARNING,
    summary=Text(
        "An entry of the baseline that holds back more findings than there are.", "基线里的条目比实际的问题还多。"
    ),
    message=Text(
        "the baseline holds back {count} of {rule} about `{subject}`, and {left} are left",
        "基线为 `{subject}` 保留了 {count} 条 {rule}，现在只剩 {left} 条",
    ),
    label=Text("mended", "已改好"),
    why=Text(
        "what is mended could come back unseen, and a baseline may only become smaller",
        "已改好的问题可能再次出现而无人察觉；基线只能越来越小",
    ),
    help=Text("run `kpi lint --prune-baseline`", "运行 `kpi lint --prune-baseline`"),
    find=find,
    settings=LintSettings(baseline=Baseline((Entry("M103", "missing-direction", "kpi cases_opened", 1),))),
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
  formula  count(cases)
  unit     count
  period   month
  target   <= 400 for 2026
  owner    support
  goal     loyalty
}
""",
    ),
)

"""A108: `accept` or `stretch` on the wrong side of the target."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Edit, Fix, Mark, Severity
from kpilang.lint.aims import better, clashes, sense, shown, valued
from kpilang.lint.look import Look
from kpilang.lint.places import at, own
from kpilang.lint.rule import Criterion, Finding, Quality, Reach, Rule
from kpilang.model.nouns import Kpi, Target
from kpilang.text import Text

TARGET = Text("the target", "目标值")
HARDER = Text("harder than the target", "比目标值还难")
EASIER = Text("easier than the target", "比目标值还容易")
RENAME = Text("write `{new}`", "写成 `{new}`")
OTHER = {"accept": "stretch", "stretch": "accept"}


def find(look: Look) -> Iterator[Finding]:
    """Each accept that is harder, and each stretch that is easier, than a target that holds at the same time."""
    for kpi in look.living:
        for line in valued((*kpi.accepts, *kpi.stretches)):
            against = next((each for each in valued(kpi.targets) if _inverted(kpi, line, each)), None)
            if against is not None:
                yield _finding(kpi, line, against)


def _inverted(kpi: Kpi, line: Target, target: Target) -> bool:
    if sense(line) != sense(target) or clashes(kpi, target) or not _together(line, target):
        return False
    harder, easier = (line, target) if line.node.word == "accept" else (target, line)
    return _is_harder(harder, easier)


def _is_harder(one: Target, other: Target) -> bool:
    """Whether a line asks for more than another of the same side; the narrower band does."""
    if one.low is not None and one.high is not None and other.low is not None and other.high is not None:
        return other.low <= one.low and one.high <= other.high and (one.low, one.high) != (other.low, other.high)
    side = sense(one)
    return (
        one.value is not None and other.value is not None and side is not None and better(one.value, other.value, side)
    )


def _together(one: Target, other: Target) -> bool:
    """Whether there may be a period in which both hold for the same rows."""
    if (one.total, one.where) != (other.total, other.where):
        return False
    if one.span is None or other.span is None:
        return True
    return one.span[0] < other.span[1] and other.span[0] < one.span[1]


def _finding(kpi: Kpi, line: Target, target: Target) -> Finding:
    word = line.node.word
    new = OTHER[word]
    renames = own(kpi, line.node) and not kpi.all(new)
    edit = Edit(line.node.word_span, new)
    fixes = (Fix(RENAME.fill(new=new), (edit,), safe=False),) if renames else ()
    label = HARDER if word == "accept" else EASIER
    return at(
        kpi,
        line.node,
        label=label,
        marks=(Mark(target.node.span, TARGET),),
        fixes=fixes,
        word=word,
        new=new,
        value=shown(line),
        target=shown(target),
    )


RULE = Rule(
    code="A108",
    name="inverted-warning",
    criterion=Criterion.ACHIEVABLE,
    severity=Severity.WARNING,
    summary=Text(
        "`accept` harder than the target, or `stretch` easier than it.",
        "`accept` 比目标值还难，或 `stretch` 比目标值还容易。",
    ),
    message=Text(
        "the {word} of `{kpi}`, {value}, lies on the wrong side of its target of {target}",
        "`{kpi}` 的 {word}（{value}）落在目标值 {target} 的反侧",
    ),
    why=Text(
        "between good and bad there is no room left for “at risk”, so the warning that buys time never comes",
        "达标与未达标之间没有了“有风险”这一档，本该提前的预警就不会出现",
    ),
    help=Text(
        "`accept` is the worst value that still passes, `stretch` one better than the target: correct {value}, or write `{new}`",
        "`accept` 是勉强可以接受的值，`stretch` 是比目标更好的值：改正 {value}，或者写成 `{new}`",
    ),
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
  target     >= 96% for 2026
  accept     >= 98%
  baseline   94% for 2025
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
  target     <= 400 for 2026
  stretch    <= 420
  baseline   430 for 2025
  owner      support
  goal       loyalty
}
""",
        """
kpi order_value "Value per order" {
  formula    sum(orders.amount) / count(orders)
  unit       CNY
  direction  within
  period     month
  target     250 CNY .. 350 CNY for 2026
  accept     280 CNY .. 320 CNY
  baseline   370 CNY for 2025
  owner      sales
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
  target     >= 96% for 2026
  accept     >= 94%
  stretch    >= 98%
  baseline   94% for 2025
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
  target     <= 420 for 2026-H1
  target     <= 400 for 2026-H2
  accept     <= 425 for 2026-H1
  accept     <= 410 for 2026-H2
  baseline   430 for 2025
  owner      support
  goal       loyalty
}
""",
    ),
)

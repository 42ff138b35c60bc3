"""A103: a target that asks for the side that the direction calls bad."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Edit, Fix, Mark, Severity
from kpilang.lint.aims import OPPOSITE, better, clashes, sense, shown
from kpilang.lint.look import Look
from kpilang.lint.places import at, own
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.nouns import Kpi, Target
from kpilang.syntax import tree
from kpilang.text import Span, Text

SAID = Text("declared here", "在这里声明")
TURN = Text(
    "write `{word} {sign} {value}`: seen from the baseline, that is what `direction {direction}` means",
    "写成 `{word} {sign} {value}`：从基线看，这才是 `direction {direction}` 的意思",
)
OTHER = Text(
    "write `direction {other}`: the target lies on that side of the baseline",
    "写成 `direction {other}`：目标值就在基线的这一侧",
)
REPLACE = Text("write `{new}`", "写成 `{new}`")
_TURNED = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}


def find(look: Look) -> Iterator[Finding]:
    """Each line of target, accept or stretch on the wrong side."""
    for kpi in look.living:
        for line in (*kpi.targets, *kpi.accepts, *kpi.stretches):
            if clashes(kpi, line):
                yield _finding(look, kpi, line)


def _finding(look: Look, kpi: Kpi, line: Target) -> Finding:
    sign = line.comparator or ""
    said = kpi.first("direction")
    marks = (Mark(said.span, SAID),) if said else ()
    help, edit = _mend(look, kpi, line)
    fixes = (Fix(REPLACE.fill(new=edit.replacement), (edit,), safe=False),) if edit else ()
    return at(
        kpi,
        line.node,
        help=help,
        marks=marks,
        fixes=fixes,
        word=line.node.word,
        value=shown(line),
        wrong=sign,
        sign=_TURNED[sign],
        direction=kpi.direction,
        other=sense(line),
    )


def _mend(look: Look, kpi: Kpi, line: Target) -> tuple[Text | None, Edit | None]:
    """Which of the two is wrong, as the baseline tells it: a target is meant to be better than where one stands."""
    base = look.project.baseline(kpi)
    assert kpi.direction is not None  # noqa: S101 - it clashes
    if base is None or line.value is None or line.value == base.value:
        return None, None
    if better(line.value, base.value, kpi.direction):
        sign = _sign(line)
        return TURN, Edit(sign, _TURNED[sign.text]) if sign and own(kpi, line.node) else None
    field = kpi.first("direction")
    if field is None or not isinstance(field.value, tree.Name) or not own(kpi, field):
        return OTHER, None
    return OTHER, Edit(field.value.span, OPPOSITE[kpi.direction])


def _sign(line: Target) -> Span | None:
    """Where the comparator stands."""
    whole = line.node.span
    found = whole.text.find(line.comparator or " ", len(line.node.word))
    start = whole.start + found
    return Span(whole.source, start, start + len(line.comparator or "")) if found > 0 else None


RULE = Rule(
    code="A103",
    name="target-against-direction",
    criterion=Criterion.ACHIEVABLE,
    severity=Severity.ERROR,
    summary=Text(
        "A target, `accept` or `stretch` that asks for the opposite of the direction: `direction lower` with `target >=`.",
        "目标值、`accept` 或 `stretch` 与方向相反：`direction lower` 却写 `target >=`。",
    ),
    message=Text(
        "`{kpi}` is better the {direction}, and its {word} asks for {wrong} {value}",
        "`{kpi}` 的方向是 {direction}，{word} 却要求 {wrong} {value}",
    ),
    label=Text("this asks for the other side", "这里要求的是相反的一侧"),
    why=Text(
        "the worst value would be shown as met, and every step forward as a step away from the target",
        "最差的数会显示为达标，而每一步进展都显示为远离目标",
    ),
    help=Text(
        "write `{word} {sign} {value}`, or `direction {other}` if that is what is meant",
        "写成 `{word} {sign} {value}`；如果本意相反，就写 `direction {other}`",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.PROGRESS, Quality.A),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi cases_opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     >= 400 for 2026
  baseline   430 for 2025
  owner      support
  goal       loyalty
}
""",
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  lower
  period     month
  target     >= 98% for 2026
  baseline   96% for 2025
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
    ),
)

"""S101: a word that asks for betterment without a measure, in label, what or target."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint import wording
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule
from kpilang.lint.said import Said, texts, titles
from kpilang.lint.wording import Wish
from kpilang.model.nouns import Goal, Kpi
from kpilang.syntax import tree
from kpilang.text import Text

WORDS = Option[tuple[str, ...]]("words", (), Text("further words that ask for betterment", "另外一些只要求“变好”的词"))
ALLOW = Option[tuple[str, ...]]("allow", (), Text("words and phrases that are let alone", "不必指出的词和短语"))

MEASURED = Text(
    "formula and target are there: let the label name the quantity that they measure, and drop “{word}”",
    "公式和目标值已经有了：标题直接写它们计量的是什么，去掉“{word}”",
)
SERVED = Text(
    "let a KPI with a target serve `{owner}`, or say instead: `{subject} from {start} to {end} by {date}`",
    "让一个有目标值的 KPI 服务于 `{owner}`，或改写为：`{subject}从 {start} 到 {end}，截至 {date}`",
)
OPEN = "…"
_COMMA = re.compile(r"[，；;。]|,(?!\d)")
LONG = 60


def find(look: Look) -> Iterator[Finding]:
    """Wishes in KPIs, and in goals that no KPI with a target measures."""
    for kpi in look.kpis:
        yield from _in_label(kpi, look)
        yield from _in_what(kpi, look)
        yield from _in_targets(kpi, look)
    for goal in look.goals:
        yield from _in_goal(goal, look)


def _in_label(kpi: Kpi, look: Look) -> Iterator[Finding]:
    """The first title that is a wish."""
    for said in titles(kpi.declaration):
        wish = wording.wish(said.text, look.option(WORDS), look.option(ALLOW))
        if wish and not _is_measured(wish, kpi, look):
            help = MEASURED if _backed(kpi, look) and wish.subject else None
            yield _finding(said, wish, kpi.name, _path(kpi), kpi=kpi.name, help=help)
            return


def _in_what(kpi: Kpi, look: Look) -> Iterator[Finding]:
    """A sentence is a wish when it begins as one; elsewhere it may tell what the KPI is for."""
    for field in kpi.declaration.all("what"):
        for said in texts(field.value) if isinstance(field.value, tree.Label) else ():
            wish = wording.command(said.text, look.option(WORDS), look.option(ALLOW))
            if wish and not _is_measured(wish, kpi, look):
                yield _finding(said, wish, kpi.name, _path(kpi), kpi=kpi.name)
                return


def _in_targets(kpi: Kpi, look: Look) -> Iterator[Finding]:
    """A target in words that has no number either."""
    for field in kpi.declaration.all("target"):
        if isinstance(field.value, tree.Target) and field.value.words:
            said = Said(field.value.words.value, field.value.words)
            wish = wording.wish(said.text, look.option(WORDS), look.option(ALLOW))
            if wish:
                yield _finding(said, wish, kpi.name, _path(kpi), kpi=kpi.name)


def _in_goal(goal: Goal, look: Look) -> Iterator[Finding]:
    if _served(goal, look):
        return
    for said in titles(goal.declaration):
        wish = wording.wish(said.text, look.option(WORDS), look.option(ALLOW))
        if wish:
            span = goal.declaration.first("for")
            until = span.value.last.text if span and isinstance(span.value, tree.PeriodRange) else OPEN
            yield _finding(said, wish, goal.name, (OPEN, OPEN, until), help=SERVED)
            return


def _is_measured(wish: Wish, kpi: Kpi, look: Look) -> bool:
    """Whether formula, unit and target say how much of a quantity is wanted; a bare quality is no quantity."""
    return _backed(kpi, look) and bool(wish.subject) and wording.quality(wish.subject) is None


def _backed(kpi: Kpi, look: Look) -> bool:
    return not look.lacks(kpi, "formula") and not look.lacks(kpi, "unit") and look.measures(kpi)


def _served(goal: Goal, look: Look) -> bool:
    """Whether a KPI with a target serves a goal or one below it; one that could not be read may do so."""
    seen, waiting = {goal.name}, [goal.name]
    while waiting:
        name = waiting.pop()
        if any(look.measures(kpi) for kpi in look.project.of_goal.get(name, ())):
            return True
        below = {each.name for each in look.project.goal_children.get(name, ())} - seen
        seen |= below
        waiting += below
    return look.adrift


def _path(kpi: Kpi) -> tuple[str, str, str]:
    """From where, to where and until when, in the KPI's own words as far as it says so."""
    fields = (kpi.first("baseline"), kpi.first("target"))
    baseline, target = (field.value if field else None for field in fields)
    start = baseline.quantity.span.text if isinstance(baseline, tree.Baseline) else OPEN
    if not isinstance(target, tree.Target):
        return start, OPEN, OPEN
    if target.due:
        start = target.due.start.span.text if target.due.start else start
    until = target.due.period if target.due else target.span_of_time.last if target.span_of_time else None
    return start, target.quantity.span.text if target.quantity else OPEN, until.text if until else OPEN


def _finding(
    said: Said, wish: Wish, owner: str, path: tuple[str, str, str], *, kpi: str | None = None, help: Text | None = None
) -> Finding:
    text = said.text if len(said.text) <= LONG else f"{said.text[:LONG]}…"
    values = {
        "said": text,
        "word": said.text[wish.start : wish.end],
        "owner": owner,
        "subject": _clause(wish.subject) or OPEN,
        **dict(zip(("start", "end", "date"), path, strict=True)),
    }
    return Finding(said.span(wish.start, wish.end), kpi, values, help=help)


def _clause(subject: str) -> str:
    """The first clause of what is left of a text, for a sentence to be made of it."""
    return next((part.strip() for part in _COMMA.split(subject) if part.strip()), "")


RULE = Rule(
    code="S101",
    name="vague-wording",
    criterion=Criterion.SPECIFIC,
    severity=Severity.ERROR,
    summary=Text(
        "A word that asks for betterment without a measure (improve, increase, optimise …) in label, what or target; "
        "on a goal only when no KPI with a target measures it.",
        "标题、释义或目标值里用“提升、增加、优化”之类的词，却没有可衡量的数；用在目标上时，只在没有带目标值的 KPI 衡量它时才指出。",
    ),
    message=Text("“{said}” asks for betterment and gives no measure", "“{said}”只要求变好，没有可衡量的数"),
    label=Text("by how much, until when?", "多少？到什么时候？"),
    why=Text(
        "a wish cannot be missed: nobody can say afterwards whether it came true, so it steers nothing",
        "“提升、优化”这类词无法量化，事后谁也说不清是否做到，考核就没有效果",
    ),
    help=Text(
        "say instead: `{subject} from {start} to {end} by {date}`",
        "改写为：`{subject}从 {start} 到 {end}，截至 {date}`",
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.QUANTIFIABLE, Quality.S),
    find=find,
    reach=Reach.DECLARATION,
    options=(WORDS, ALLOW),
    bad=(
        """
kpi service_quality "Improve service quality" {
  formula    share(cases where rating >= 4)
  unit       percent
  direction  higher
  period     month
  target     >= 80% for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi service_quality "好评率" {
  what       "提升服务质量。"
  formula    share(cases where rating >= 4)
  unit       percent
  direction  higher
  period     month
  target     >= 80% for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi orders_placed "Orders placed" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     "increase steadily"
  owner      sales
  goal       loyalty
}
""",
        """
goal service "提升服务质量" { owner support  for 2026 }
""",
    ),
    good=(
        """
kpi order_value "客单价提升" {
  formula    sum(orders.amount) / count(orders)
  unit       CNY
  direction  higher
  period     quarter
  target     >= 300 CNY by 2026-Q1
  owner      sales
  goal       loyalty
}
""",
        """
goal service "Improve service quality" { owner support  for 2026 }

kpi rated_well "Share of cases rated 4 or 5" {
  formula    share(cases where rating >= 4)
  unit       percent
  direction  higher
  period     month
  target     >= 80% for 2026
  owner      support
  goal       service
}
""",
        """
goal recommended "Improve NPS from 38 to 45 by 2026-Q4" { owner support  for 2026 }
""",
    ),
)

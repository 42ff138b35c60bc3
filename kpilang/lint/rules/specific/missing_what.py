"""S103: a KPI without `what`, or with one that only says the label again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.lint.said import Said, texts, titles
from kpilang.lint.wording.restated import missing, restates
from kpilang.model.nouns import Kpi
from kpilang.syntax import tree
from kpilang.text import Text

BLANK = Text("nothing is said here yet", "这里还没有写内容")
AGAIN = Text("the label says this already", "标题已经说过了")
IN_WORDS = Text(
    'put the formula of `{kpi}` into words: `what "…"` tells which rows `{formula}` takes, and which it leaves out',
    '把 `{kpi}` 的公式写成一句话：`what "…"` 说明 `{formula}` 包括哪些记录、不包括哪些',
)
LONG = 60


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use whose `what` is missing, blank, or no more than the label."""
    for kpi in look.living:
        if look.lacks(kpi, "what"):
            yield _finding(kpi)
        elif (idle := _idle(kpi)) is not None:
            label = BLANK if missing(idle.text) else AGAIN
            yield replace(_finding(kpi), span=idle.node.span, label=label)


def _finding(kpi: Kpi) -> Finding:
    """The finding at the KPI's name, with its formula to put into words where that is short."""
    formula = _formula(kpi)
    return Finding.of(kpi, help=IN_WORDS if formula else None, formula=formula)


def _idle(kpi: Kpi) -> Said | None:
    """The first text of `what` that tells no more than a title does."""
    field = kpi.first("what")
    said = texts(field.value) if field and isinstance(field.value, tree.Label) else ()
    names = titles(kpi.declaration)
    return next(
        (each for each in said if missing(each.text) or any(restates(each.text, title.text) for title in names)), None
    )


def _formula(kpi: Kpi) -> str:
    """The formula on one line, or nothing where it is long or missing."""
    field = kpi.first("formula")
    text = " ".join(field.value.span.text.split()) if field and isinstance(field.value, tree.Expr) else ""
    return text if len(text) <= LONG else ""


RULE = Rule(
    code="S103",
    name="missing-what",
    criterion=Criterion.SPECIFIC,
    severity=Severity.WARNING,
    summary=Text(
        "A KPI without `what`, or with one that only says the label again.",
        "KPI 没有 `what`，或者 `what` 只是把标题又说了一遍。",
    ),
    message=Text("`{kpi}` does not say what it measures", "`{kpi}` 没有说明它衡量的是什么"),
    label=Text("what is counted, and what is not?", "算什么，不算什么？"),
    why=Text(
        "a label is read in as many ways as it has readers; one sentence settles what is counted and what is left out",
        "同一个标题，每个人理解都不一样；用一句话说清楚哪些算、哪些不算，口径才能统一",
    ),
    help=Text(
        'add `what "…"` to `{kpi}`: one sentence that tells what is counted, and out of what',
        '在 `{kpi}` 中添加 `what "…"`：用一句话说明统计的是什么、以什么为基数',
    ),
    documents=(Document.HUNDRED, Document.SERVICES),
    decides=(Quality.UNDERSTANDABLE, Quality.S),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi solved_rate "Share of cases solved" {
  why        "Who has to ask again leaves."
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
kpi solved_rate "Case solution rate" zh "问题解决率" {
  what       "The solution rate of our cases." zh "反映问题解决率的指标。"
  why        "Who has to ask again leaves."
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi solved_rate "Case solution rate" zh "问题解决率" {
  what       "Cases closed with an answer the customer accepted, out of all opened."
             zh "客户认可答复后关闭的工单占全部新建工单的比例。"
  why        "Who has to ask again leaves."
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 98% for 2026
  owner      support
  goal       loyalty
}
""",
    ),
)

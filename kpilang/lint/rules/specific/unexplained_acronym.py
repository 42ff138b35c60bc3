"""S106: an acronym in a label that nothing explains."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Edit, Fix, Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule
from kpilang.lint.said import Said, texts, titles
from kpilang.lint.wording import is_chinese
from kpilang.lint.wording.acronyms import acronyms, bracketed, explains, names, spelled
from kpilang.model.nouns import Kpi
from kpilang.syntax import tree
from kpilang.text import Span, Text

COMMON = Option[tuple[str, ...]](
    "common", (), Text("further acronyms that everybody here knows", "另外一些本项目人人都懂的缩写")
)

SPELLED = Text(
    "spell it out where it is read: `{whole}`; or give its meaning in kpi.yaml: `glossary: {{ {acronym}: … }}`",
    "在标题中写出全称：`{whole}`；或者在 kpi.yaml 中说明：`glossary: {{ {acronym}: … }}`",
)
SPELL = Text("write `{whole}`", "写成 `{whole}`")


def find(look: Look) -> Iterator[Finding]:
    """Acronyms in the labels of KPIs in use, the first of each KPI that its reader is not told about."""
    known = {each.upper() for each in (*look.glossary, *look.option(COMMON))}
    for kpi in look.living:
        if kpi.label is not None and (found := _unknown(kpi, known)):
            yield found


def _unknown(kpi: Kpi, known: set[str]) -> Finding | None:
    labels = titles(kpi.declaration)
    for said in labels:
        for acronym, start, end in acronyms(said.text):
            if acronym.upper() not in known and not _told(acronym, kpi, labels):
                return _finding(kpi, said, acronym, said.span(start, end))
    return None


def _told(acronym: str, kpi: Kpi, labels: tuple[Said, ...]) -> bool:
    """Whether the labels or `what` say what an acronym stands for; a label in the other language that does without it
    says so too."""
    if any(bracketed(acronym, said.text) or spelled(said.text, acronym) for said in labels):
        return True
    if any(acronym.lower() not in said.text.lower() and is_chinese(said.text) for said in labels):
        return True
    field = kpi.first("what")
    whats = texts(field.value) if field and isinstance(field.value, tree.Label) else ()
    return any(explains(said.text, acronym) for said in whats)


def _finding(kpi: Kpi, said: Said, acronym: str, span: Span) -> Finding:
    """The finding; where the full name is known it is put before the acronym."""
    values = {"kpi": kpi.name, "acronym": acronym}
    chinese = is_chinese(said.text)
    full = next((name for name in names(acronym) if is_chinese(name) == chinese), None)
    if full is None or span.text != acronym:
        return Finding(span, kpi.name, values)
    if not chinese and span.start == said.node.span.start + 1:
        full = full[0].upper() + full[1:]
    whole = f"{full}（{acronym}）" if chinese else f"{full} ({acronym})"
    title = SPELL.fill(whole=whole)
    fix = Fix(title, (Edit(span, whole),), safe=False)
    return Finding(span, kpi.name, {**values, "whole": whole}, help=SPELLED, fixes=(fix,))


RULE = Rule(
    code="S106",
    name="unexplained-acronym",
    criterion=Criterion.SPECIFIC,
    severity=Severity.INFO,
    summary=Text(
        "An acronym in a label that neither label, `what` nor the glossary in `kpi.yaml` expands.",
        "标题里的缩写，在标题、`what` 和 `kpi.yaml` 的词汇表里都没有写出全称。",
    ),
    message=Text(
        "nothing says what {acronym} in the label of `{kpi}` stands for", "`{kpi}` 标题中的 {acronym} 没有写出全称"
    ),
    label=Text("what does it stand for?", "是什么的缩写？"),
    why=Text(
        "an acronym is easy for those who made it up; others read another one into it, or skip the figure",
        "缩写只有定的人才懂；别人要么理解成另一个指标，要么干脆不看",
    ),
    help=Text(
        "spell it out in the label or in `what`, or give its meaning in kpi.yaml: `glossary: {{ {acronym}: … }}`",
        "在标题或 `what` 中写出全称，或者在 kpi.yaml 中说明：`glossary: {{ {acronym}: … }}`",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.UNDERSTANDABLE,),
    find=find,
    reach=Reach.DECLARATION,
    options=(COMMON,),
    bad=(
        """
kpi recommended "NPS" {
  what       "Those who would recommend us, less those who would not."
  formula    share(cases where rating = 5) - share(cases where rating <= 3)
  unit       points
  direction  higher
  period     month
  target     >= 45 points for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi first_answers "ZFQ 达标率" {
  what       "评分为四分及以上的工单占全部工单的比例。"
  formula    share(cases where rating >= 4)
  unit       percent
  direction  higher
  period     month
  target     >= 90% for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi recommended "Net promoter score (NPS)" zh "净推荐值（NPS）" {
  what       "Those who would recommend us, less those who would not."
  formula    share(cases where rating = 5) - share(cases where rating <= 3)
  unit       points
  direction  higher
  period     month
  target     >= 45 points for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi within_sla "Cases answered within SLA" {
  what       "Cases answered as fast as the service level agreement says, out of all cases."
  formula    share(cases where rating >= 3)
  unit       percent
  direction  higher
  period     month
  target     >= 90% for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi revenue "B2B revenue per KPI owner, CNY" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
)

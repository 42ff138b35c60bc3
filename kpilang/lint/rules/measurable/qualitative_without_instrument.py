"""M105: a qualitative KPI with no survey, scale or count behind it."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint import words
from kpilang.lint.formula import place
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.lint.said import texts, titles
from kpilang.model.expr import Aggregate, Column, Expr, aggregates
from kpilang.model.nouns import DataColumn, Kpi, column_of
from kpilang.model.references import word
from kpilang.syntax import tree
from kpilang.text import Text

NUMBER = Text("a bare number: on which scale, given by whom?", "只是一个数：什么量表，谁来打分？")


def find(look: Look) -> Iterator[Finding]:
    """KPIs in use with `nature qualitative` that come from nothing that asks, rates or counts."""
    for kpi in look.living:
        field = kpi.first("nature")
        if word(kpi, "nature") != "qualitative" or field is None or look.unread(kpi) or _has_instrument(kpi, look):
            continue
        if kpi.formula is not None:
            yield Finding(place(kpi, kpi.formula), kpi.name, {"kpi": kpi.name}, label=NUMBER)
        else:
            yield Finding.of(kpi)


def _has_instrument(kpi: Kpi, look: Look) -> bool:
    """Whether the unit, the formula or the words of a KPI name an instrument; a formula that is wrong may do so."""
    if kpi.unit is not None and (kpi.unit.form == "score" or not kpi.unit.dimensionless):
        return True
    if kpi.formula is not None:
        return any(_measures(part, look) for part in aggregates(kpi.formula)) or _says(_words(kpi))
    return kpi.first("formula") is not None or _says(_words(kpi))


def _measures(part: Aggregate, look: Look) -> bool:
    """Whether an aggregate counts, or reads a column with a scale."""
    if part.function == "count":
        return True
    columns = [column_of(look.model.sources, each) for each in _columns(part)]
    return any(_is_scale(column) for column in columns)


def _columns(part: Expr) -> Iterator[Column]:
    return (each for each in part.walk() if isinstance(each, Column))


def _is_scale(column: DataColumn) -> bool:
    """Whether a column's declaration says which answers there may be."""
    return bool(column.items) or column.high is not None or column.sort in ("percent", "bool") or _says(column.name)


def _words(kpi: Kpi) -> str:
    """What label and `what` say."""
    field = kpi.first("what")
    what = texts(field.value) if field and isinstance(field.value, tree.Label) else ()
    return " ".join(each.text for each in (*titles(kpi.declaration), *what))


def _says(text: str) -> bool:
    english = words.pattern(words.group("instruments", "en"), whole_words=True)
    return bool(english.search(text.replace("_", " ")) or words.pattern(words.group("instruments", "zh")).search(text))


RULE = Rule(
    code="M105",
    name="qualitative-without-instrument",
    criterion=Criterion.MEASURABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A KPI of `nature qualitative` with no survey, scale or count behind it.",
        "定性 KPI（`nature qualitative`）背后没有问卷、量表或计数。",
    ),
    message=Text(
        "`{kpi}` is qualitative, and no survey, scale or count is behind it",
        "`{kpi}` 是定性指标，背后却没有问卷、量表或计数",
    ),
    label=Text("who is asked, and how do they answer?", "问谁？怎么回答？"),
    why=Text(
        "a goal may be about morale, a KPI must find a way to count it: otherwise the figure is the mood of whoever enters it",
        "目标可以是“士气”，KPI 则必须找到量化它的办法，否则数字只反映填表人的心情",
    ),
    help=Text(
        "put an instrument behind `{kpi}`: a survey column with its scale (`column answer : integer in 1..5`), or something counted that shows it, such as complaints or early leavers",
        "给 `{kpi}` 配上度量手段：带量表的调查列（`column 评分 : integer in 1..5`），或者能反映它的计数，例如投诉数、新员工离职数",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.QUANTIFIABLE, Quality.M),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi morale "Employee morale" {
  what       "How people feel about working here."
  nature     qualitative
  unit       percent
  direction  higher
  period     quarter
  owner      support
  goal       loyalty
  state      draft
}
""",
        """
source 员工 from "staff.csv" {
  key       工号
  time      登记日期
  column    士气 : number
  collected "人事系统" every month
}

kpi 士气 "员工士气" {
  what       "主管对团队状态的判断。"
  formula    avg(员工.士气)
  nature     qualitative
  unit       "级"
  direction  higher
  period     quarter
  target     >= 4 for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi attitude "Service attitude score" {
  what       "What customers give our agents after a case."
  formula    avg(cases.rating)
  nature     qualitative
  unit       score 1..5
  direction  higher
  period     month
  target     >= 4.5 for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi complaints "Complaints about tone" {
  what       "Cases rated 1, which is where customers complain about the tone."
  formula    count(cases where rating = 1)
  nature     qualitative
  unit       count
  direction  lower
  period     month
  target     <= 10 for 2026
  owner      support
  goal       loyalty
}
""",
    ),
)

"""C104: a KPI with the name of a standard one and a formula of another shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpilang.diagnostics import Mark, Severity
from kpilang.lint import standard, words
from kpilang.lint.formula import whole
from kpilang.lint.look import Look
from kpilang.lint.naming import acronyms, titles
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule
from kpilang.lint.said import Said
from kpilang.lint.shapes import Shapes
from kpilang.lint.wording.script import is_chinese
from kpilang.model.expr import Column, Expr, Use
from kpilang.model.nouns import Kpi, Template
from kpilang.model.units import RATIO
from kpilang.text import Text

ALLOW = Option[tuple[str, ...]](
    "allow",
    (),
    Text(
        "standard KPIs that the project defines in its own way, such as `std.finance.roi`",
        "项目自有口径的标准 KPI，例如 `std.finance.roi`",
    ),
)
_UNDIVIDED = Text("it divides by nothing", "它没有除以任何数")
_NOTHING_OFF = Text("it takes nothing off", "它没有减去任何项")
_TAKEN_OFF = Text("it divides by what it takes off", "它除以的是减去的那一项")
_TAKEN_FROM = Text("it divides by what something is taken from", "它除以的是被减的那一项")
_WORD = r"[A-Za-z]+|[㐀-鿿]+"
_RATES = ("rate", "ratio", "percentage", "率")


def find(look: Look) -> Iterator[Finding]:
    """Each KPI in use called like one of the library whose formula is certainly of another shape."""
    allowed, shapes = look.option(ALLOW), Shapes(look.project.normal)
    for kpi in look.living:
        if kpi.formula is None or not kpi.sound:
            continue
        found = _called(kpi)
        if found is None or found[2].name in allowed or (kpi.filled and kpi.filled.template == found[2]):
            continue
        said, name, template = found
        how = _difference(kpi, kpi.formula, name, template, shapes)
        if how is not None:
            yield _finding(kpi, said, template, how)


def _called(kpi: Kpi) -> tuple[Said, str, Template] | None:
    """The text that names a KPI of the library, that name, and the library's KPI."""
    for said in titles(kpi):
        for text in (said.text, *acronyms(said.text)):
            found = standard.meant(text)
            if found is not None:
                return said, *found
    return None


def _difference(kpi: Kpi, formula: Expr, name: str, template: Template, shapes: Shapes) -> Text | None:
    """In what the formula certainly differs; None where it does not, or nothing can be said."""
    wanted = standard.shape(template.name)
    given = shapes.of(formula)
    if wanted is None or given is None:
        return None
    if wanted.divides and not given.divides:
        return _UNDIVIDED if _asks_for_quotient(kpi, name, template) else None
    if wanted.side * given.side < 0:
        return _TAKEN_OFF if given.side < 0 else _TAKEN_FROM
    if wanted.less and wanted.side <= 0 and given.divides and not given.less and not _is_net(formula, template):
        return _NOTHING_OFF
    return None


def _asks_for_quotient(kpi: Kpi, name: str, template: Template) -> bool:
    """Whether name or unit say that the KPI is no amount: gross margin in CNY is one, and the return in hours is none."""
    short = name in {each.lower() for each in standard.of_word(template, "acronym")}
    said = template.declaration.first("unit")
    own, form = kpi.first("unit"), kpi.unit.form if kpi.unit else ""
    share = own is not None and kpi.unit is not None and (form in ("percent", "points") or kpi.unit.name == RATIO.name)
    per = said is None and not share
    return short or name.endswith(_RATES) or share or per


def _is_net(formula: Expr, template: Template) -> bool:
    """Whether a name in a formula tells that something is taken off in it already, or that it holds the KPI itself."""
    known = {each.lower() for each in standard.of_word(template, "acronym")} | words.group("standard", "net")
    rates = words.group("ratios", "rates")
    for part in formula.walk():
        if isinstance(part, Column | Use):
            name = part.name if isinstance(part, Column) else part.kpi
            for word in map(str.lower, re.findall(_WORD, name)):
                if word in known or word in rates or (is_chinese(word) and any(each in word for each in known)):
                    return True
    return False


def _finding(kpi: Kpi, said: Said, template: Template, how: Text) -> Finding:
    formula = template.formula
    shown = formula.span.text if formula is not None else ""
    call = ", ".join(f"{each.name.text}: …" for each in template.declaration.parameters)
    marks = (Mark(whole(kpi), Text("the formula", "公式")),)
    values = {"kpi": kpi.name, "name": said.text, "template": template.name, "how": how, "formula": shown, "call": call}
    return Finding(said.node.span, kpi.name, values, marks=marks)


RULE = Rule(
    code="C104",
    name="differs-from-standard",
    criterion=Criterion.CONSISTENT,
    severity=Severity.WARNING,
    summary=Text(
        "The label, translation or acronym of a KPI of the standard library, with a formula that is certainly of another shape: return on investment without the cost taken off. Silent where nothing can be said.",
        "标题、译名或缩写与标准库中的 KPI 相同，公式却肯定是另一种形式：例如投资回报率没有减去成本。无法断定时不指出。",
    ),
    message=Text("`{kpi}` bears the name of `{template}`, and {how}", "`{kpi}` 用了 `{template}` 的名称，但{how}"),
    label=Text("known as {formula}", "通行算法是 {formula}"),
    why=Text(
        "who knows the name reads the number as the usual one, and compares it with that of others",
        "认识这个名称的人会按通行算法理解，并拿它与别人的数比较",
    ),
    help=Text(
        "write `is {template}({call})` in place of the formula, or give the KPI another name",
        "用 `is {template}({call})` 代替公式，或换一个名称",
    ),
    documents=(Document.SERVICES,),
    decides=(Quality.UNDERSTANDABLE,),
    options=(ALLOW,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
source campaigns from "campaigns.csv" {
  key       campaign
  time      ended_on
  column    revenue : money(CNY)
  column    cost    : money(CNY)
  collected "Marketing system" every month
}
kpi campaign_roi "ROI of campaigns" {
  what       "What campaigns bring in for what they cost."
  formula    sum(campaigns.revenue) / sum(campaigns.cost)
  unit       percent
  direction  higher
  period     quarter
  target     >= 300% for 2026
  owner      sales
  goal       loyalty
}
""",
        """
source campaigns "营销活动" from "campaigns.csv" {
  key       campaign
  time      ended_on
  column    revenue : money(CNY)
  column    cost    : money(CNY)
  collected "营销系统" every month
}
kpi campaign_roi "营销活动 ROI" {
  what       "营销活动的收入与投入之比。"
  formula    sum(campaigns.revenue) / sum(campaigns.cost)
  unit       percent
  direction  higher
  period     quarter
  target     >= 300% for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi recommended "Net promoter score" {
  formula    avg(cases.rating)
  unit       points
  direction  higher
  period     month
  target     >= 40 points for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
source campaigns from "campaigns.csv" {
  key       campaign
  time      ended_on
  column    revenue : money(CNY)
  column    cost    : money(CNY)
  column    profit  : money(CNY)
  collected "Marketing system" every month
}
kpi campaign_roi "ROI of campaigns" {
  formula    sum(campaigns.revenue) / sum(campaigns.cost) - 1
  unit       percent
  direction  higher
  period     quarter
  target     >= 200% for 2026
  owner      sales
  goal       loyalty
}
kpi brand_roi "ROI of brand campaigns" {
  formula    sum(campaigns.profit) / sum(campaigns.cost)
  unit       percent
  direction  higher
  period     quarter
  target     >= 200% for 2026
  owner      sales
  goal       loyalty
}
kpi all_roi "ROI of all campaigns" is std.finance.roi(gain: sum(campaigns.revenue), cost: sum(campaigns.cost)) {
  period     quarter
  target     >= 200% for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi recommended "Net promoter score (NPS)" {
  formula    share(cases where rating = 5) - share(cases where rating <= 3)
  unit       points
  direction  higher
  period     month
  target     >= 30 points for 2026
  owner      support
  goal       loyalty
}
kpi answered "Number of NPS surveys" {
  formula    count(cases where rating is not null)
  unit       count
  direction  higher
  period     month
  target     >= 300 for 2026
  owner      support
  goal       loyalty
}
""",
    ),
)

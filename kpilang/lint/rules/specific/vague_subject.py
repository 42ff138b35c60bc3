"""S102: a label that names a quality and no quantity."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint import wording
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule
from kpilang.lint.said import titles
from kpilang.text import Text

QUALITIES = Option[tuple[str, ...]](
    "qualities", (), Text("further words that name a quality", "另外一些只表示“好坏”的词")
)
QUANTITIES = Option[tuple[str, ...]](
    "quantities", (), Text("further words that name a quantity", "另外一些表示可计量的数的词")
)
ALLOW = Option[tuple[str, ...]](
    "allow", (), Text("labels that are understood here as they are", "在本项目中含义明确、可以照用的标题")
)


def find(look: Look) -> Iterator[Finding]:
    """KPIs whose label, or a translation of it, names only a quality; a wish for it is S101's."""
    allowed = {label.lower() for label in look.option(ALLOW)}
    for kpi in look.kpis:
        for said in titles(kpi.declaration):
            spot = wording.quality(said.text, look.option(QUALITIES), look.option(QUANTITIES))
            if spot and said.text.lower() not in allowed and wording.wish(said.text) is None:
                values = {"kpi": kpi.name, "said": said.text, "score": _score(said.text, spot[1])}
                yield Finding(said.span(*spot), kpi.name, values)
                break


def _score(label: str, end: int) -> Text:
    """The label as that of a score; what follows the quality stays behind it."""
    english = f"{label} score" if end == len(label) else f"score for {label}"
    return Text(english, f"{label}评分" if wording.is_chinese(label) else english)


RULE = Rule(
    code="S102",
    name="vague-subject",
    criterion=Criterion.SPECIFIC,
    severity=Severity.ERROR,
    summary=Text(
        "A label that names a quality and no quantity: service quality, customer loyalty, brand strength.",
        "标题只说了一种“好坏”，没有说计量的是什么：服务质量、品牌信誉、新员工素质。",
    ),
    message=Text("“{said}” names a quality, not a quantity", "“{said}”说的是一种好坏，不是一个数"),
    label=Text("how would you count or measure this?", "这怎么数、怎么量？"),
    why=Text(
        "two readers will think of two different numbers, and each can claim to have reached the target",
        "两个人会想到两个不同的数，各自都能说自己达标了",
    ),
    help=Text(
        "let the label of `{kpi}` say what is counted, such as `{score}`, `share of … with …`, `number of …`",
        "让 `{kpi}` 的标题说出计量的是什么，例如 `{score}`、`……的比例`、`……的数量`",
    ),
    documents=(Document.SELECTION, Document.FUNCTIONS),
    decides=(Quality.QUANTIFIABLE, Quality.UNDERSTANDABLE, Quality.S),
    find=find,
    reach=Reach.DECLARATION,
    options=(QUALITIES, QUANTITIES, ALLOW),
    bad=(
        """
kpi service_quality "Service quality" {
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
kpi repeat_rate "Share of buyers who buy again" zh "客户忠诚" {
  formula    count(distinct orders.customer_id having count(orders) >= 2)
             / count(distinct orders.customer_id)
  unit       percent
  direction  higher
  period     month
  target     >= 60% for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi rated_well "Share of cases rated 4 or 5" zh "好评率" {
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
kpi service_quality "Service quality score" zh "服务质量评分" {
  formula    avg(cases.rating)
  unit       score 1..5
  direction  higher
  period     month
  target     >= 4.2 for 2026
  owner      support
  goal       loyalty
}
""",
    ),
)

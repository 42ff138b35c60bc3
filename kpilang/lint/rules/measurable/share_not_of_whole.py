"""M107: a share whose numerator is not shown to be part of its denominator."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Mark, Severity
from kpilang.lint.formula import place
from kpilang.lint.look import Look
from kpilang.lint.part_of_whole import bare, part_of, quotient
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule
from kpilang.lint.said import titles
from kpilang.lint.wording import shares
from kpilang.model.expr import Aggregate, Expr
from kpilang.model.nouns import Kpi
from kpilang.text import Text

ALLOW = Option[tuple[str, ...]](
    "allow", (), Text("labels of shares whose whole is known to hold the part", "确知分子包含于分母的占比标题")
)

WHOLE = Text("the whole it is held against", "用作分母的总体")
ROWS = Text(
    "count the part among the rows of the whole: `share({source} where …)`; otherwise name it by what it is, such as `… per {thing}`",
    "在总体的行里数部分：`share({source} where …)`；否则按实际含义命名，例如“每个{thing}的……”",
)


def find(look: Look) -> Iterator[Finding]:
    """Percents of KPIs in use that are called a share and whose two sides are not shown to be part and whole."""
    allowed = {label.lower() for label in look.option(ALLOW)}
    for kpi in look.living:
        word = _called(kpi, allowed)
        found = quotient(kpi.formula) if word and kpi.formula is not None else None
        if found is not None and not part_of(*found, look.model.sources):
            yield _finding(kpi, str(word), *found)


def _called(kpi: Kpi, allowed: set[str]) -> str | None:
    """The word in a title that says it is a part of a whole, where the unit agrees and no title says otherwise."""
    if kpi.unit is None or not kpi.unit.dimensionless or (kpi.unit.form != "percent" and kpi.unit.name != "ratio"):
        return None
    said = [title.text for title in titles(kpi.declaration)]
    if any(text.lower() in allowed for text in said):
        return None
    return next((word for text in said if (word := shares.part(text))), None)


def _finding(kpi: Kpi, word: str, above: Expr, below: Expr) -> Finding:
    span, under = place(kpi, above), place(kpi, below)
    marks = (Mark(under, WHOLE),) if under not in (span, place(kpi, kpi.formula or above)) else ()
    whole = bare(below)
    values: dict[str, object] = {
        "kpi": kpi.name,
        "word": word.lower().removesuffix(" of"),
        "part": _one_line(span.text),
        "whole": _one_line(under.text),
    }
    if isinstance(whole, Aggregate) and whole.function == "count" and not (whole.distinct or whole.at or whole.on):
        values |= {"source": whole.source, "thing": whole.source}
        return Finding(span, kpi.name, values, help=ROWS, marks=marks)
    return Finding(span, kpi.name, values, marks=marks)


def _one_line(text: str) -> str:
    return " ".join(text.split())


RULE = Rule(
    code="M107",
    name="share-not-of-whole",
    criterion=Criterion.MEASURABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A percent that is called a share, a portion or a conversion, and whose numerator is not provably part of its denominator.",
        "名为占比、转化率的百分比，其分子不能证明是分母的一部分。",
    ),
    message=Text(
        "`{kpi}` is called a {word}, and nothing shows that `{part}` is part of `{whole}`",
        "`{kpi}` 名为“{word}”，但看不出 `{part}` 是 `{whole}` 的一部分",
    ),
    label=Text("part of which whole?", "是哪个总体的一部分？"),
    why=Text(
        "such a share may pass 100 %, and moves with either side: orders of last month's visitors count against this month's",
        "这样的占比可能超过 100%，而且分子、分母各变各的：上月访客的订单会算到本月的访问头上",
    ),
    help=Text(
        "take both sides from the same rows, with the same filter and time, and narrow only the upper one: `{part}` by `where …`",
        "分子、分母取自相同的行、条件和时间，只在分子上用 `where …` 收窄：`{part}`",
    ),
    documents=(Document.SERVICES,),
    decides=(Quality.VERIFIABLE,),
    find=find,
    reach=Reach.DECLARATION,
    options=(ALLOW,),
    bad=(
        """
source visits from "visits.csv" {
  key       visit_id
  time      visited_on
  collected "Web analytics" every day
}

kpi conversion "Order conversion rate" zh "订单转化率" {
  formula    count(orders) / count(visits)
  unit       percent
  direction  higher
  period     month
  target     >= 5% for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi large_share "大额订单占比" {
  formula    sum(orders.amount where amount > 500 CNY) / sum(orders.amount where amount > 50 CNY and customer_id != "test")
  unit       percent
  direction  higher
  period     month
  target     >= 30% for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi large_share "Share of large orders" zh "大额订单占比" {
  formula    count(orders where amount > 500 CNY) / count(orders where amount > 50 CNY)
  unit       percent
  direction  higher
  period     month
  target     >= 30% for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi conversion "Conversion of buyers to repeat buyers" {
  formula    count(distinct orders.customer_id having count(orders) >= 2) / count(distinct orders.customer_id)
  unit       percent
  direction  higher
  period     month
  target     >= 30% for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi plan_attainment "Plan attainment" {
  formula    sum(orders.amount) / 90000 CNY
  unit       percent
  direction  higher
  period     month
  target     >= 100% for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
)

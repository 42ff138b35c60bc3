"""M102: a KPI without unit."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Fix, Severity
from kpilang.lint.look import Look
from kpilang.lint.mend import ADD, add_field
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model import units
from kpilang.model.nouns import Kpi
from kpilang.text import Text

INFERRED = Text(
    "add `unit {unit}` to `{kpi}`: that is what its formula gives",
    "在 `{kpi}` 中添加 `unit {unit}`：公式算出来的就是它",
)
PLAIN = Text(
    "its formula gives a number without dimension: add `unit percent`, `unit ratio`, `unit points` or `unit index` to `{kpi}`",
    "公式算出来的数没有量纲：在 `{kpi}` 中添加 `unit percent`、`unit ratio`、`unit points` 或 `unit index`",
)


def find(look: Look) -> Iterator[Finding]:
    """KPIs without unit."""
    for kpi in look.kpis:
        if look.lacks(kpi, "unit"):
            word = _inferred(kpi)
            yield Finding.of(kpi, unit=word, help=_help(kpi, word), fixes=_fixes(kpi, word))


def _help(kpi: Kpi, word: str | None) -> Text | None:
    if word is not None:
        return INFERRED
    return PLAIN if kpi.unit is not None and kpi.unit.dimensionless else None


def _inferred(kpi: Kpi) -> str | None:
    """The unit that the formula gives, where there is one word for it and no choice."""
    if kpi.unit is None:
        return None
    if kpi.unit.counted and kpi.unit.dimensionless:
        return "count"
    word = units.named(kpi.unit).name
    return word if units.known(word) else None


def _fixes(kpi: Kpi, word: str | None) -> tuple[Fix, ...]:
    """The field is what the KPI is computed in anyway, so nothing changes."""
    if word is None:
        return ()
    field = f"unit {word}"
    return (Fix(ADD.fill(field=field), (add_field(kpi, field),), safe=True),)


RULE = Rule(
    code="M102",
    name="missing-unit",
    criterion=Criterion.MEASURABLE,
    severity=Severity.ERROR,
    summary=Text("A KPI that does not say in which unit it is.", "KPI 没有写明单位。"),
    message=Text("`{kpi}` has no unit", "`{kpi}` 没有单位"),
    label=Text("in what is it measured?", "用什么单位计量？"),
    why=Text(
        "a number without unit is read as percent by one and as pieces by another, and no target can be checked against it",
        "没有单位的数字，有人读成百分比，有人读成个数，目标值也无从核对",
    ),
    help=Text(
        "add `unit …` to `{kpi}`: percent, ratio, count, a currency such as CNY, a duration such as hours, `score 1..5`, or a text of your own",
        "在 `{kpi}` 中添加 `unit …`：percent、ratio、count、CNY 等币种、hours 等时长、`score 1..5`，或自定义文本",
    ),
    documents=(Document.SERVICES,),
    decides=(Quality.QUANTIFIABLE, Quality.M),
    find=find,
    behind=("A101", "M101"),
    reach=Reach.DECLARATION,
    bad=(
        """
kpi revenue "Revenue" {
  formula    sum(orders.amount)
  direction  higher
  period     month
  target     >= 1200000 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi solved_rate "Share of cases solved" {
  formula    share(cases where solved)
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
kpi revenue "Revenue" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 1200000 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
)

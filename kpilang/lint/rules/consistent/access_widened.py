"""C108: a KPI that more people may see than one it is made of."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Mark, Severity
from kpilang.lint.formula import place, results
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Reach, Rule
from kpilang.model.expr import Use
from kpilang.model.nouns import Kpi
from kpilang.model.references import text
from kpilang.syntax import tree
from kpilang.text import Text


def find(look: Look) -> Iterator[Finding]:
    """Each KPI in use whose formula names one that fewer may see."""
    for kpi in look.living:
        readers = _readers(kpi)
        for part in results(kpi.formula) if kpi.uses and kpi.formula is not None else ():
            if not isinstance(part, Use) or part.kpi not in look.model.kpis:
                continue
            narrow = look.model.kpis[part.kpi]
            allowed = _readers(narrow)
            if allowed is not None and (readers is None or not readers <= allowed):
                yield _finding(kpi, part, narrow, readers, allowed)
                break


def _readers(kpi: Kpi) -> frozenset[str] | None:
    """Who may see a KPI; None is anyone."""
    field = kpi.first("access")
    return frozenset(map(text, field.value.items)) if field and isinstance(field.value, tree.References) else None


def _finding(kpi: Kpi, part: Use, narrow: Kpi, readers: frozenset[str] | None, allowed: frozenset[str]) -> Finding:
    anyone = Text("anyone", "任何人")
    more = sorted((readers or frozenset()) - allowed)
    who = Text(", ".join(more), "、".join(more)) if readers is not None else anyone
    field = narrow.first("access")
    marks = (Mark(field.span, Text(f"who may see `{narrow.name}`", f"`{narrow.name}` 的可见范围")),) if field else ()
    values = {"kpi": kpi.name, "narrow": narrow.name, "who": who, "access": ", ".join(sorted(allowed))}
    return Finding(place(kpi, part), kpi.name, values, marks=marks)


RULE = Rule(
    code="C108",
    name="access-widened",
    criterion=Criterion.CONSISTENT,
    severity=Severity.WARNING,
    summary=Text(
        "A KPI that anyone may see, or more people, built from one with narrower `access`.",
        "KPI 的可见范围（`access`）比它所引用的 KPI 更宽。",
    ),
    message=Text(
        "`{kpi}` shows {who} what `{narrow}` keeps to {access}",
        "`{kpi}` 让{who}看到了 `{narrow}` 只对 {access} 开放的数据",
    ),
    label=Text("fewer may see this", "这一项的可见范围更窄"),
    why=Text(
        "whoever sees the result can work back to the number that was to be kept from them",
        "看到结果的人可以反推出本不该看到的数",
    ),
    help=Text(
        "write `access {access}` in `{kpi}`, or widen that of `{narrow}`",
        "在 `{kpi}` 中写 `access {access}`，或放宽 `{narrow}` 的可见范围",
    ),
    documents=(Document.SELECTION,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi takings "Takings" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
  access     sales
}
kpi order_value "Takings per order" {
  formula    takings / count(orders)
  unit       CNY
  direction  higher
  period     month
  target     >= 120 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi takings "营业额" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
  access     sales
}
kpi order_value "平均每单营业额" {
  formula    takings / count(orders)
  unit       CNY
  direction  higher
  period     month
  target     >= 120 CNY for 2026
  owner      sales
  goal       loyalty
  access     sales, support
}
""",
    ),
    good=(
        """
kpi takings "Takings" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
  access     sales, support
}
kpi order_value "Takings per order" {
  formula    takings / count(orders)
  unit       CNY
  direction  higher
  period     month
  target     >= 120 CNY for 2026
  owner      sales
  goal       loyalty
  access     sales
}
kpi order_count "Orders taken" {
  formula    count(orders)
  unit       count
  direction  higher
  period     month
  target     >= 700 for 2026
  owner      sales
  goal       loyalty
  guard      takings
}
""",
    ),
)

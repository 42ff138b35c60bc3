"""C105: a KPI that rests on one that is out of use."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Edit, Fix, Severity
from kpilang.lint.formula import place, results
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.expr import Use
from kpilang.model.nouns import Kpi
from kpilang.model.references import LIVING
from kpilang.syntax import tree
from kpilang.text import Span, Text

_FIELDS = ("parent", "guard")


def find(look: Look) -> Iterator[Finding]:
    """Each KPI in use that names one that is deprecated or replaced, in its formula, as its parent or as its guard."""
    kpis = look.model.kpis
    gone = {name for name, kpi in kpis.items() if kpi.state not in LIVING}
    for kpi in look.living if gone else ():
        for name, span in _references(kpi):
            if name in gone:
                yield _finding(kpi, kpis[name], span)
                break


def _references(kpi: Kpi) -> Iterator[tuple[str, Span]]:
    if kpi.uses and kpi.formula is not None:
        for part in results(kpi.formula):
            if isinstance(part, Use):
                yield part.kpi, place(kpi, part)
    for word in _FIELDS:
        for field in kpi.all(word):
            items = field.value.items if isinstance(field.value, tree.References) else (field.value,)
            yield from ((item.text, item.span) for item in items if isinstance(item, tree.Name))


def _finding(kpi: Kpi, gone: Kpi, span: Span) -> Finding:
    field = gone.first("state")
    instead = field.value.replaced_by if field is not None and isinstance(field.value, tree.State) else None
    values = {"kpi": kpi.name, "gone": gone.name}
    if instead is None:
        return Finding(span, kpi.name, values)
    fix = Fix(Text(f"write `{instead.text}`", f"写成 `{instead.text}`"), (Edit(span, instead.text),), safe=False)
    help = Text("use `{instead}`, which replaces it", "改用取代它的 `{instead}`")
    fixes = (fix,) if span.text == gone.name and instead.text != kpi.name else ()
    return Finding(span, kpi.name, {**values, "instead": instead.text}, help=help, fixes=fixes)


RULE = Rule(
    code="C105",
    name="deprecated-reference",
    criterion=Criterion.CONSISTENT,
    severity=Severity.WARNING,
    summary=Text(
        "A KPI in use whose formula, parent or guard is one that is deprecated or replaced.",
        "在用的 KPI，公式、上级或制衡指标引用了已弃用或已被取代的 KPI。",
    ),
    message=Text("`{kpi}` rests on `{gone}`, which is out of use", "`{kpi}` 引用了已停用的 `{gone}`"),
    label=Text("out of use", "已停用"),
    why=Text(
        "nobody looks after a KPI out of use: its data may end any day, and with them this KPI",
        "停用的 KPI 没人维护，数据随时可能中断，引用它的 KPI 也会跟着中断",
    ),
    help=Text(
        "use the KPI that took its place, or the aggregates it is made of",
        "改用接替它的 KPI，或直接写出它所用的聚合",
    ),
    documents=(Document.SELECTION,),
    decides=(Quality.VERIFIABLE,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi old_revenue "Revenue of the old shop" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  state      deprecated
}
kpi order_value "Revenue per order" {
  formula    old_revenue / count(orders)
  unit       CNY
  direction  higher
  period     month
  target     >= 120 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi old_revenue "旧商城收入" {
  formula    sum(orders.amount)
  unit       CNY
  direction  higher
  period     month
  state      replaced by shop_revenue
}
kpi shop_revenue "商城收入" {
  formula    sum(orders.amount where amount > 0 CNY)
  unit       CNY
  direction  higher
  period     month
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
}
kpi order_value "平均每单收入" {
  formula    old_revenue / count(orders)
  unit       CNY
  direction  higher
  period     month
  target     >= 120 CNY for 2026
  owner      sales
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
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
}
kpi order_value "Revenue per order" {
  formula    revenue / count(orders)
  unit       CNY
  direction  higher
  period     month
  target     >= 120 CNY for 2026
  owner      sales
  goal       loyalty
}
kpi old_order_value "Revenue per order in the old shop" {
  formula    revenue / count(orders)
  unit       CNY
  direction  higher
  period     month
  state      deprecated
}
""",
    ),
)

"""M110: a `round` inside a formula that later divides or compares."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.diagnostics import Edit, Fix, Mark, Severity
from kpilang.lint.formula import place
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.expr import Aggregate, Column, Expr, Literal, Operation, Use
from kpilang.model.nouns import Kpi
from kpilang.text import Text

_COMPARES = ("eq", "ne", "lt", "le", "gt", "ge", "in")
_FINER = ("divide", "growth", *_COMPARES)
_SAME = ("convert", "negate", "abs", "coalesce")
DROP = Text("leave the rounding out: `{mend}`", "去掉取整：`{mend}`")
USED = Text("`{used}` is rounded where it is defined", "`{used}` 在它的定义里已经取整")
USED_HELP = Text(
    "leave `round` out of the formula of `{used}`: values are shown with few digits anyway",
    "去掉 `{used}` 公式里的 `round`：显示时本来就会保留适当位数",
)
THERE = Text("rounded here", "在这里取整")


def find(look: Look) -> Iterator[Finding]:
    """Rounded values in formulas of KPIs in use that are then divided, or compared, the first of each."""
    for kpi in look.living:
        found = next(_rounded(kpi), None) if kpi.formula is not None else None
        if found is not None:
            yield found


def _rounded(kpi: Kpi) -> Iterator[Finding]:
    """Each rounded value with a quotient or comparison around it; inside an aggregate what is around that is no matter,
    since cents are rounded row by row with good reason."""
    waiting: list[tuple[Expr, bool]] = [(kpi.formula, False)] if kpi.formula is not None else []
    while waiting:
        part, goes_on = waiting.pop()
        if isinstance(part, Literal | Column):
            continue
        if goes_on and isinstance(part, Use) and _is_rounded(part.value):
            yield _used(kpi, part)
        elif goes_on and _is_round(part):
            yield _own(kpi, part)
        elif isinstance(part, Aggregate):
            waiting += [(each, False) for each in part.children]
        elif not isinstance(part, Use):
            waiting += [(each, goes_on or _needs_digits(part)) for each in reversed(part.children)]


def _needs_digits(part: Expr) -> bool:
    return isinstance(part, Operation) and part.name in _FINER


def _is_round(part: Expr) -> bool:
    return isinstance(part, Operation) and part.name == "round" and not isinstance(part.arguments[0], Literal)


def _is_rounded(value: Expr) -> bool:
    """Whether a KPI's value is a rounded one."""
    while (isinstance(value, Operation) and value.name in _SAME) or isinstance(value, Use):
        value = value.value if isinstance(value, Use) else value.arguments[0]
    return _is_round(value)


def _own(kpi: Kpi, part: Expr) -> Finding:
    span, inner = place(kpi, part), part.children[0]
    values = {"kpi": kpi.name, "text": " ".join(span.text.split())}
    here = part.span is not None and inner.span is not None and span == part.span
    if not here or inner.span is None or not span.start <= inner.span.start <= inner.span.end <= span.end:
        return Finding(span, kpi.name, values)
    mend = " ".join(inner.span.text.split())
    mend = mend if isinstance(inner, Aggregate | Column | Use) else f"({mend})"
    fix = Fix(DROP.fill(mend=mend), (Edit(span, mend),), safe=False)
    return Finding(span, kpi.name, {**values, "mend": mend}, help=DROP, fixes=(fix,))


def _used(kpi: Kpi, part: Use) -> Finding:
    span = place(kpi, part)
    values = {"kpi": kpi.name, "text": " ".join(span.text.split()), "used": part.kpi}
    marks = (Mark(part.value.span, THERE),) if part.value.span is not None else ()
    return Finding(span, kpi.name, values, label=USED, help=USED_HELP, marks=marks)


RULE = Rule(
    code="M110",
    name="unused-precision",
    criterion=Criterion.MEASURABLE,
    severity=Severity.WARNING,
    summary=Text("A `round` inside a formula that later divides or compares.", "公式在相除或比较之前先用了 `round`。"),
    message=Text("`{kpi}` rounds `{text}` before it divides or compares", "`{kpi}` 在相除或比较之前先对 `{text}` 取整"),
    label=Text("digits are lost here", "精度在这里丢失"),
    why=Text(
        "the lost digits come back enlarged: 0.4 rounds to 0, and a value of 94.96 % passes for 95 %",
        "丢掉的精度会被放大：0.4 取整成 0，94.96% 会被当成 95%",
    ),
    help=Text(
        "round last, or not at all: values are shown with few digits anyway",
        "最后再取整，或者不取整：显示时本来就会保留适当位数",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.VERIFIABLE,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
kpi order_value "Average order value" {
  formula    round(sum(orders.amount), 0) / count(orders)
  unit       CNY
  direction  higher
  period     month
  target     >= 300 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi good_month "评分达标" {
  formula    if round(avg(cases.rating), 1) >= 4.5 then 1 else 0
  unit       count
  direction  higher
  period     month
  target     >= 1 for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi revenue "Revenue" {
  formula    round(sum(orders.amount), -3)
  unit       CNY
  direction  higher
  period     month
  target     >= 90000 CNY for 2026
  owner      sales
  goal       loyalty
}

kpi order_value "Average order value" {
  formula    revenue / count(orders)
  unit       CNY
  direction  higher
  period     month
  target     >= 300 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
    good=(
        """
kpi order_value "Average order value" {
  formula    round(sum(orders.amount) / count(orders), 2)
  unit       CNY
  direction  higher
  period     month
  target     >= 300 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi tax_rate "Tax on orders" {
  formula    sum(round(orders.amount * 0.13, 2)) / sum(orders.amount)
  unit       percent
  direction  within
  period     month
  target     12% .. 14% for 2026
  owner      sales
  goal       loyalty
}
""",
    ),
)

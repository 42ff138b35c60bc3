"""S107: a formula with more aggregates, or nested deeper, than a reader can follow."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpilang.diagnostics import Severity
from kpilang.lint.look import Look
from kpilang.lint.rule import Criterion, Document, Finding, Option, Quality, Reach, Rule
from kpilang.model.calls import CLAUSES
from kpilang.model.limits import parts
from kpilang.syntax import tree
from kpilang.text import Text

AGGREGATES = Option[int]("aggregates", 6, Text("how many aggregates a formula may have", "公式里最多几个聚合"))
DEPTH = Option[int]("depth", 4, Text("how deep calls, brackets and `if` may nest", "函数、括号和 `if` 最多嵌套几层"))

MANY = Text("{count} aggregates, where {limit} can be followed", "{count} 个聚合，超过了便于理解的 {limit} 个")
DEEP = Text("nested {count} levels deep, where {limit} can be followed", "嵌套 {count} 层，超过了便于理解的 {limit} 层")
_BRACKET = re.compile(r"[()]")
_NESTING = (tree.Call, tree.Parenthesis, tree.If, tree.Narrow)


def find(look: Look) -> Iterator[Finding]:
    """Formulas of KPIs in use that are over a limit; what the KPIs they use hold is not counted."""
    most, deepest = look.option(AGGREGATES), look.option(DEPTH)
    for kpi in look.living:
        field = kpi.first("formula")
        if field is None or not isinstance(field.value, tree.Expr) or _is_short(field.value.span.text, most, deepest):
            continue
        count, depth = _size(field.value)
        if count > most or depth > deepest:
            number, limit, label = (count, most, MANY) if count > most else (depth, deepest, DEEP)
            values = {"kpi": kpi.name, "count": number, "limit": limit}
            yield Finding(field.value.span, kpi.name, values, label=label)


def _is_short(text: str, most: int, deepest: int) -> bool:
    """Whether a look at the brackets tells that a formula is under both limits: each aggregate opens one, and nothing
    nests without one but `if`."""
    depth, highest = 0, 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket == "(" else -1
        highest = max(highest, depth)
    return text.count("(") <= most and highest + text.count("if") <= deepest


def _size(formula: tree.Expr) -> tuple[int, int]:
    """How many aggregates a formula has, those inside `having` left out, and how deep it nests."""
    count, deepest = 0, 0
    waiting: list[tuple[tree.Node, int, bool]] = [(formula, 0, False)]
    while waiting:
        node, depth, inside = waiting.pop()
        aggregate = isinstance(node, tree.Call) and node.function.text in CLAUSES
        count += aggregate and not inside
        depth += isinstance(node, _NESTING)
        deepest = max(deepest, depth)
        waiting += [(part, depth, inside or aggregate) for part in parts(node)]
    return count, deepest


RULE = Rule(
    code="S107",
    name="hard-to-read",
    criterion=Criterion.SPECIFIC,
    severity=Severity.INFO,
    summary=Text(
        "A formula with more aggregates, or nested deeper, than the limits.", "公式的聚合数或嵌套层数超过限度。"
    ),
    message=Text("the formula of `{kpi}` is hard to read", "`{kpi}` 的公式很难读懂"),
    why=Text(
        "who cannot follow a figure to its parts cannot tell why it moved, and stops trusting it",
        "看不懂一个数是怎么来的，就说不清它为什么变了，也就不会再相信它",
    ),
    help=Text(
        "give the parts of `{kpi}` names: make each a KPI of its own, or a `derive` in its source, and build the formula from these",
        "给 `{kpi}` 的各部分起名字：分别声明为 KPI，或在数据源里写成 `derive`，再用它们组成公式",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.UNDERSTANDABLE,),
    find=find,
    reach=Reach.DECLARATION,
    options=(AGGREGATES, DEPTH),
    bad=(
        """
kpi health "Shop health index" {
  formula    100 * share(cases where solved) + 20 * avg(cases.rating) - count(cases) / count(orders)
             + count(orders where amount > 500 CNY) / count(orders)
             + count(distinct orders.customer_id) / count(orders)
  unit       index
  direction  higher
  period     month
  target     >= 150 for 2026
  owner      support
  goal       loyalty
}
""",
        """
kpi average_order "平均订单金额" {
  formula    round((sum(orders.amount) / (count(orders) - (count(orders where (amount = 0 CNY))))), 2)
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
kpi solved "Share of cases solved" {
  formula    share(cases where solved)
  unit       percent
  direction  higher
  period     month
  target     >= 95% for 2026
  owner      support
  goal       loyalty
}

kpi rated "Average rating" {
  formula    avg(cases.rating)
  unit       score 1..5
  direction  higher
  period     month
  target     >= 4.2 for 2026
  owner      support
  goal       loyalty
}

kpi health "Service health index" {
  formula    50 * solved + 10 * rated
  unit       index
  direction  higher
  period     month
  target     >= 90 for 2026
  owner      support
  goal       loyalty
}
""",
    ),
)

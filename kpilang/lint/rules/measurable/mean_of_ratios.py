"""M108: an average of ratios where the sums should be divided."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from kpilang.diagnostics import Edit, Fix, Severity
from kpilang.lint import words
from kpilang.lint.formula import place, results
from kpilang.lint.look import Look
from kpilang.lint.part_of_whole import bare, terms
from kpilang.lint.rule import Criterion, Document, Finding, Quality, Reach, Rule
from kpilang.model.degrees import degree
from kpilang.model.expr import Aggregate, Column, Expr, Literal, Operation, Shift, Use
from kpilang.model.nouns import Kpi, column_of, reached
from kpilang.text import Text

OVER_ROWS = Text("each row weighs the same here, however small it is", "这里每一行的权重都一样，无论它多小")
OVER_PERIODS = Text(
    "each period weighs the same here, however few its cases", "这里每个期间的权重都一样，无论其中有多少笔"
)
STORED = Text("`{column}` is a ratio of two amounts, one for each {each}", "`{column}` 是两个量之比，每{each}一个")
DIVIDE = Text("divide the sums: `{mend}`", "先分别求和再相除：`{mend}`")
LOAD = Text(
    "load what `{column}` was computed from, and divide the sums; or weigh the average: `avg({source}.{column} weight …)`",
    "把算出 `{column}` 的分子、分母也作为列导入，求和后再相除；或者加权平均：`avg({source}.{column} weight …)`",
)
LONGER = Text(
    "ask for `{kpi}` at the longer period: make it one quotient of sums, whose parts are summed over all its days",
    "直接按更长的统计周期计算 `{kpi}`：写成两个合计之商，各部分会在整个期间内求和",
)
_WORD = re.compile(r"[A-Za-z]+")
_EACH = {
    "day": Text("day", "天"),
    "week": Text("week", "周"),
    "month": Text("month", "月"),
    "quarter": Text("quarter", "季度"),
}
_ROW = Text("row", "行")


def find(look: Look) -> Iterator[Finding]:
    """Averages over ratios in formulas of KPIs in use, the first of each."""
    for kpi in look.living:
        found = next(_averages(kpi, look), None) if kpi.formula is not None else None
        if found is not None:
            yield found


def _averages(kpi: Kpi, look: Look) -> Iterator[Finding]:
    for part in results(kpi.formula) if kpi.formula is not None else ():
        if isinstance(part, Aggregate) and part.function == "avg" and part.weight is None:
            yield from _over_rows(kpi, part, look)
        elif isinstance(part, Operation) and _is_mean_over_periods(part):
            yield Finding(place(kpi, part), kpi.name, {"kpi": kpi.name}, label=OVER_PERIODS, help=LONGER)


# ---------------------------------------------------------------- over rows


def _over_rows(kpi: Kpi, part: Aggregate, look: Look) -> Iterator[Finding]:
    value = part.arguments[0]
    if isinstance(value, Operation) and value.name == "divide" and _is_ratio(value, look):
        mend = _divided(part, value)
        if mend and kpi.formula is not None and place(kpi, part) != place(kpi, kpi.formula):
            mend = f"({mend})"
        fixes = (Fix(DIVIDE.fill(mend=mend), (Edit(place(kpi, part), mend),), safe=False),) if mend else ()
        values: dict[str, object] = {"kpi": kpi.name, "mend": mend}
        help = DIVIDE if mend else None
        yield Finding(place(kpi, part), kpi.name, values, label=OVER_ROWS, help=help, fixes=fixes)
    elif isinstance(value, Column) and _holds_ratio(value, look):
        each = _EACH.get(reached(look.model.sources, value.source, value.links).each or "", _ROW)
        values = {"kpi": kpi.name, "column": value.name, "source": value.source, "each": each}
        yield Finding(place(kpi, part), kpi.name, values, label=STORED, help=LOAD)


def _is_ratio(value: Operation, look: Look) -> bool:
    """Whether both sides are amounts of the row; an exchange rate, or a constant looked up along a link, is none."""
    sides = [[each for each in side.walk() if isinstance(each, Column)] for side in value.arguments]
    below = sides[1]
    return all(sides) and not any(each.links or _is_price(each.name) for each in below) and not _is_times(below, look)


def _is_times(columns: list[Column], look: Look) -> bool:
    """Whether the divisor is a date's part or the like, and no amount."""
    return any(
        column_of(look.model.sources, each).sort not in ("number", "integer", "money", "duration") for each in columns
    )


def _is_price(name: str) -> bool:
    english = {word.lower() for word in _WORD.findall(name)}
    chinese, other = (tuple(words.group("ratios", kind)) for kind in ("prices_zh", "not_prices_zh"))
    return bool(english & words.group("ratios", "prices")) or (name.endswith(chinese) and not name.endswith(other))


def _holds_ratio(value: Column, look: Look) -> bool:
    """Whether a column of percents holds a quotient of amounts: its name says so, or its rows stand for periods."""
    column = column_of(look.model.sources, value)
    if column.sort != "percent" or _is_price(value.name):
        return False
    english = {word.lower() for word in _WORD.findall(value.name)}
    named = english & words.group("ratios", "rates") or value.name.endswith(tuple(words.group("ratios", "rates_zh")))
    return bool(named) or reached(look.model.sources, value.source, value.links).each is not None


def _divided(part: Aggregate, value: Operation) -> str:
    """The quotient of two sums, from the user's own words; empty where they do not stand there side by side."""
    above, below = value.arguments
    if part.span is None or value.span is None or above.span is None or below.span is None:
        return ""
    texts = [" ".join(side.span.text.split()) for side in (above, below) if side.span is not None]
    inside = all(
        part.span.start < side.span.start and side.span.end <= part.span.end for side in (above, below) if side.span
    )
    plain = all(
        isinstance(side, Column) and text.startswith(f"{part.source}.")
        for side, text in zip(value.arguments, texts, strict=True)
    )
    if not inside or not plain:
        return ""
    rest = " ".join(part.span.source.text[value.span.end : part.span.end - 1].split())
    clauses = f" {rest}" if rest else ""
    return f"sum({texts[0]}{clauses}) / sum({texts[1]}{clauses})"


# ---------------------------------------------------------------- over periods


def _is_mean_over_periods(part: Operation) -> bool:
    """Whether a formula adds a ratio of several periods and divides by their number."""
    if part.name != "divide" or not isinstance(part.arguments[1], Literal):
        return False
    added, number = _spread(part.arguments[0]), part.arguments[1].value
    same = {_of_period(each) for each in added}
    return len(added) > 1 and number == Decimal(len(added)) and len(same) == 1 and _quotient(bare(same.pop()))


def _spread(value: Expr) -> list[Expr]:
    """What a sum adds up, each KPI as it is named."""
    if isinstance(value, Operation) and value.name == "add":
        return [each for side in value.arguments for each in _spread(side)]
    return [value] if isinstance(value, Use | Shift | Aggregate) else terms(value)


def _of_period(value: Expr) -> Expr:
    return value.value if isinstance(value, Shift) else value


def _quotient(value: Expr) -> bool:
    return isinstance(value, Operation) and value.name == "divide" and degree(value) == 0


RULE = Rule(
    code="M108",
    name="mean-of-ratios",
    criterion=Criterion.MEASURABLE,
    severity=Severity.WARNING,
    summary=Text(
        "A formula that averages a ratio over rows or periods instead of dividing the sums.",
        "公式对各行或各期的比率求平均，而不是用合计相除。",
    ),
    message=Text("`{kpi}` averages ratios instead of dividing the sums", "`{kpi}` 对比率求平均，而没有用合计相除"),
    why=Text(
        "a day with two orders counts as much as one with two thousand, so the average can rise while every total falls",
        "只有两笔订单的一天和有两千笔的一天权重相同，平均值上升时总体可能反而下降",
    ),
    help=Text(
        "divide the sum of the upper side by the sum of the lower one, over the same rows",
        "在相同的行上，用分子的合计除以分母的合计",
    ),
    documents=(Document.GUIDE,),
    decides=(Quality.VERIFIABLE,),
    find=find,
    reach=Reach.DECLARATION,
    bad=(
        """
source lines from "lines.csv" {
  key       line_id
  time      ordered_on
  column    amount : money(CNY)
  column    pieces : integer
  collected "Shop" every day
}

kpi unit_price "Average price per piece" {
  formula    avg(lines.amount / lines.pieces where pieces > 0)
  unit       CNY
  direction  higher
  period     month
  target     >= 30 CNY for 2026
  owner      sales
  goal       loyalty
}
""",
        """
source 广告日报 from "ads.csv" {
  time      日期 each day
  column    点击率 : percent(0..100)
  collected "广告平台" every day
}

kpi 点击率 "广告点击率" {
  formula    avg(广告日报.点击率)
  unit       percent
  direction  higher
  period     month
  target     >= 3% for 2026
  owner      sales
  goal       loyalty
}
""",
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

kpi solved_lately "Share of cases solved, over two months" {
  formula    (solved + previous(solved)) / 2
  unit       percent
  direction  higher
  period     month
  target     >= 95% for 2026
  owner      support
  goal       loyalty
}
""",
    ),
    good=(
        """
source lines from "lines.csv" {
  key       line_id
  time      ordered_on
  column    amount : money(CNY)
  column    pieces : integer
  column    discount_rate : percent(0..100)
  collected "Shop" every day
}

kpi unit_price "Average price per piece" {
  formula    sum(lines.amount) / sum(lines.pieces)
  unit       CNY
  direction  higher
  period     month
  target     >= 30 CNY for 2026
  owner      sales
  goal       loyalty
}

kpi discount "Average price discount" {
  formula    avg(lines.discount_rate)
  unit       percent
  direction  lower
  period     month
  target     <= 5% for 2026
  owner      sales
  goal       loyalty
}
""",
        """
kpi rating "Average rating" {
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

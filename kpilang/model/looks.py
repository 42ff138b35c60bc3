"""Expressions over other rows than those of the period and member: `previous`, `growth`, `cagr`, `trailing`, `todate`,
`cumulative`, `total`."""

from __future__ import annotations

from decimal import Decimal

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model import words
from kpilang.model.calendar import GRAINS, at_least, spaced
from kpilang.model.calls import MANY
from kpilang.model.conversion import number
from kpilang.model.expr import Aggregate, Expr, Literal, Operation, Reach, Series, Shift, Total, Use, aggregates
from kpilang.model.lengths import length
from kpilang.model.names import as_written
from kpilang.model.scalars import CLAUSE_OUT_OF_PLACE, Scalars
from kpilang.model.scope import Sought
from kpilang.model.types import NUMBER, PLAIN, Kind
from kpilang.syntax import tree
from kpilang.text import Text

LAG = Problem(
    "E420",
    "period-length",
    Text("`{name}` takes a length of time such as `{length}`", "`{name}` 需要一个时间长度，例如 `{length}`"),
    help=Text("write `{name}({value}, {length})`", "写成 `{name}({value}, {length})`"),
)
GRAIN = Problem(
    "E435",
    "grain-to-date",
    Text(
        "`{name}` takes the period that is counted from its beginning, such as `year`",
        "`{name}` 需要一个从其开头算起的期间，例如 `year`",
    ),
    help=Text("write `{name}({value}, year)`; or {others}", "写成 `{name}({value}, year)`；或用 {others}"),
)
LONGER_IN_LONGER = Problem(
    "E436",
    "longer-window-inside-another",
    Text("`{name}` stands inside `{outer}`: one window only", "`{name}` 写在 `{outer}` 里：只能有一个窗口"),
    help=Text("leave out one of the two", "去掉其中一个"),
)
FINER_LAG = Problem(
    "E433",
    "lag-shorter-than-period",
    Text(
        "`{text}` looks back by a {lag}, and the KPI's period is a {period}",
        "`{text}` 按 {lag} 回溯，而 KPI 的统计周期是 {period}",
    ),
    help=Text("look back by a {period} or longer", "按 {period} 或更长的粒度回溯"),
)
SHORTER_WINDOW = Problem(
    "E437",
    "window-shorter-than-period",
    Text(
        "`{text}` looks at a window that never holds a whole {period}, the KPI's period",
        "`{text}` 的窗口装不下完整的统计周期 {period}",
    ),
    help=Text(
        "look at a {period} or longer, or compute the KPI by a shorter period",
        "窗口至少取一个 {period}，或把统计周期改短",
    ),
)
LONGER_THAN_PERIOD = Problem(
    "E441",
    "grain-longer-than-period",
    Text(
        "`{text}` looks at each {grain}, and the KPI's period is a {period}",
        "`{text}` 逐 {grain} 计算，而 KPI 的统计周期是 {period}",
    ),
    help=Text("look at periods that the {period} holds", "改用 {period} 之内的期间"),
)
NOTHING_TO_TOTAL = Problem(
    "E438",
    "nothing-to-total",
    Text("`{text}` is the same for all members: it has no aggregate", "`{text}` 对所有成员都一样：里面没有聚合"),
    help=Text("leave out `total`", "去掉 `total`"),
)
TOTAL_COLUMN = Problem(
    "E439",
    "total-without-column",
    Text("`{text}` is no column that a breakdown could have", "`{text}` 不是可用于细分的列"),
    help=Text("name columns, such as `total(x, region)`, or none", "写列名，例如 `total(x, region)`，或不写"),
)
SHOWN = {"previous": "1 year", "growth": "1 year", "cagr": "3 years", "trailing": "3 months"}
SHOWN_WAYS = {"trailing": "trailing(x, 3 months)", "todate": "todate(x, year)", "cumulative": "cumulative(x)"}
TO_DATE = tuple(grain for grain in GRAINS if grain not in ("day", "all"))
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_DAYS = {"day": (1, 1), "week": (7, 7), "month": (28, 31), "quarter": (90, 92), "half": (181, 184), "year": (365, 366)}
"""The least and the most days of a period."""


class Looks(Scalars):
    """Typed expressions that are computed in another window than the period."""

    def looked(self, node: tree.Call) -> Expr | None:
        """A call of one of the functions that look at other windows."""
        name = node.function.text
        if node.distinct or node.clauses:
            clause = node.clauses[0].word if node.clauses else "distinct"
            mend = Text("put it inside the aggregate", "写进聚合里")
            self.report(CLAUSE_OUT_OF_PLACE, (node.clauses or (node,))[0].span, clause=clause, name=name, mend=mend)
            return None
        if name == "total":
            return self.total(node)
        return self.reached(node) if name in SHOWN_WAYS else self.compared(node)

    # ---- earlier periods

    def compared(self, node: tree.Call) -> Expr | None:
        name = node.function.text
        least = 2 if name == "cagr" else 1
        if not self.counted(node, least, 2, f"{name}(x, {SHOWN[name]})"):
            return None
        value = self.infer(node.arguments[0])
        lag = self.length(node) if len(node.arguments) > 1 else (1, None)
        if value is None or lag is None:
            return None
        earlier = Shift(value.type, node, value, *lag)
        if name == "previous":
            return earlier
        if not self.needs(value, (Kind.NUMBER,), Text(f"`{name}`", f"`{name}`")):
            return None
        months = () if name == "growth" else self.months(node, *lag)
        return None if months is None else Operation(number(PLAIN), node, name, (value, earlier, *months))

    def months(self, node: tree.Call, count: int, grain: str | None) -> tuple[Literal] | None:
        """How many months a length has; None after a report."""
        if grain in _MONTHS:
            return (Literal(NUMBER, node.arguments[1], Decimal(count * _MONTHS[grain])),)
        self.misread(node)
        return None

    def length(self, node: tree.Call) -> tuple[int, str] | None:
        """How many periods of which grain; None after a report."""
        found = length(node.arguments[1])
        if found is None:
            self.misread(node)
        return found

    def misread(self, node: tree.Call) -> None:
        """Reports that the second argument is no length that the function takes."""
        name, value = node.function.text, as_written(node.arguments[0].span)
        self.report(LAG, node.arguments[1].span, name=name, value=value, length=SHOWN[name])

    # ---- longer windows

    def reached(self, node: tree.Call) -> Expr | None:
        """A value computed once more over a longer window."""
        way = node.function.text
        if not self.counted(node, *((1, 1) if way == "cumulative" else (2, 2)), SHOWN_WAYS[way]):
            return None
        value = self.infer(node.arguments[0])
        found: tuple[int, str | None] | None = (0, None)
        if way == "trailing":
            found = self.length(node)
        elif way == "todate":
            found = self.to_date(node)
        if value is None or found is None:
            return None
        inner = next((part for part in value.walk() if isinstance(part, Reach)), None)
        if inner is not None:
            self.report(LONGER_IN_LONGER, node.arguments[0].span, name=inner.way, outer=way)
            return None
        return Reach(value.type, node, value, way, *found)

    # ---- without the breakdown

    def total(self, node: tree.Call) -> Expr | None:
        """A value without the breakdown, or without some columns of it, each a column of every source that is read."""
        if not self.counted(node, 1, MANY, "total(x)"):
            return None
        value, columns = self.infer(node.arguments[0]), node.arguments[1:]
        if value is None:
            return None
        read = dict.fromkeys(item.source for item in aggregates(value))
        if not read:
            self.report(NOTHING_TO_TOTAL, node.arguments[0].span, text=as_written(node.arguments[0].span))
            return None
        paths = tuple(column for column in columns if isinstance(column, tree.Path))
        for column in columns:
            if not isinstance(column, tree.Path):
                self.report(TOTAL_COLUMN, column.span, text=as_written(column.span))
                return None
            if any(Sought(self.names, source, self.reports, self.kpi).infer(column) is None for source in read):
                return None
        return Total(value.type, node, value, paths)

    def to_date(self, node: tree.Call) -> tuple[int, str] | None:
        """The grain to count from the beginning of; None after a report."""
        argument = node.arguments[1]
        said = words.grain(argument.grain) if isinstance(argument, tree.GrainExpr) else None
        if isinstance(said, str) and said in TO_DATE:
            return 1, said
        name, value = node.function.text, as_written(node.arguments[0].span)
        others = ", ".join(f"`{grain}`" for grain in TO_DATE if grain != "year")
        self.report(GRAIN, node.arguments[1].span, name=name, value=value, others=others)
        return None


def holds(reach: Reach, period: str) -> bool:
    """Whether a longer window can hold a whole period of a grain."""
    if reach.way == "cumulative" or reach.grain is None or period == "all":
        return True
    if reach.way == "todate":
        return reach.grain in ("week", "year") if period == "week" else at_least(reach.grain, period)
    period = period.removeprefix("fiscal ")
    if reach.grain in _MONTHS and period in _MONTHS:
        return reach.count * _MONTHS[reach.grain] >= _MONTHS[period]
    weeks = spaced(period)
    return reach.count * _DAYS[reach.grain][1] >= (7 * weeks[0] if weeks is not None else _DAYS[period][0])


def by_period(value: Expr) -> list[Expr]:
    """The parts of a formula that are computed in the KPI's own periods, those of used KPIs left out."""
    return _apart(value, Series, Use)


def _apart(value: Expr, *ends: type[Expr]) -> list[Expr]:
    found, waiting = [], [value]
    while waiting:
        part = waiting.pop()
        found.append(part)
        if not isinstance(part, ends) or (isinstance(part, Series) and part.function == "slope"):
            waiting += part.children
    return found


def too_short(part: Expr, period: str) -> Diagnostic | None:
    """A report where a part of a formula looks back by less than a KPI's period, or at a window that cannot hold one; of
    another KPI that it uses wherever in it."""
    if period == "all":
        return None
    for moved in _apart(part, Series) if isinstance(part, Use) else (part,):
        if isinstance(moved, Series) and moved.function != "slope":
            if not at_least(period, moved.grain):
                text = as_written(part.span) if part.span else ""
                return LONGER_THAN_PERIOD.at(part.span, text=text, grain=moved.grain, period=period)
            return next(
                (found for each in _apart(moved.value, Series) if (found := too_short(each, moved.grain))), None
            )
        lag = _lag(moved)
        if lag is not None and not at_least(lag, period):
            text = part.span.text if part.span else ""
            return FINER_LAG.at(part.span, text=text, lag=lag, period=period)
        if isinstance(moved, Reach) and not holds(moved, period):
            return SHORTER_WINDOW.at(part.span, text=as_written(part.span) if part.span else "", period=period)
    return None


def _lag(part: Expr) -> str | None:
    """The grain that a part of a formula looks back by, where it names one."""
    if isinstance(part, Shift):
        return part.grain
    return part.lag[1] if isinstance(part, Aggregate) and part.lag is not None else None

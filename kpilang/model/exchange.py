"""`convert`: an amount of a row in another currency, by the rates of a source."""

from __future__ import annotations

from kpilang.diagnostics import Problem
from kpilang.model.calls import CONVERT, ENTITIES
from kpilang.model.conversion import bare, number, unit_of
from kpilang.model.currencies import CURRENCIES
from kpilang.model.expr import Aggregate, Column, Expr, InSet, Literal, Operation
from kpilang.model.names import Names, as_written
from kpilang.model.nearest import hint
from kpilang.model.nouns import DataSource, column_of
from kpilang.model.scalars import CLAUSE_OUT_OF_PLACE, Scalars
from kpilang.model.types import TEXT, Kind, Unit
from kpilang.syntax import everyday, tree
from kpilang.text import Text

MIXED = Problem(
    "E461",
    "mixed-currencies",
    Text(
        "each row of `{name}` is in the currency that `{currency}` names, so its values have no unit in common",
        "`{name}` 每行的币种由 `{currency}` 写明，各行没有共同的单位",
    ),
    help=Text("convert it: `convert({name}, CNY)`", "先换算：`convert({name}, CNY)`"),
)
NOT_MONEY = Problem(
    "E462",
    "convert-not-money",
    Text("`convert` takes an amount of money, and `{text}` is {found}", "`convert` 需要金额，而 `{text}` 是{found}"),
    help=Text(
        "name a column of money, such as `column amount : money(by currency)`",
        "写一个金额列，例如 `column amount : money(by currency)`",
    ),
)
NO_CURRENCY = Problem(
    "E463",
    "convert-to-what",
    Text("`{text}` is no currency to convert to", "`{text}` 不是可以换算成的币种"),
    help=Text("{hint}", "{hint}"),
)
NO_RULE = Problem(
    "E464",
    "convert-by-what",
    Text("`{text}` does not say which rate is taken", "`{text}` 没有说明用哪个汇率"),
    help=Text(
        "leave it out for the rate of the row's own day, or write `closing` or `average`",
        "去掉它表示用该行当天的汇率，或者写 `closing`、`average`",
    ),
)
NO_RATES = Problem(
    "E465",
    "no-rates",
    Text("no source holds the rates to convert to {to} by", "没有数据源给出换算成 {to} 所用的汇率"),
    help=Text(
        "give a source of rates a field such as `rates currency to {to} by rate`",
        "在汇率数据源里加上 `rates currency to {to} by rate` 这样的字段",
    ),
)
TWO_CURRENCIES = Problem(
    "E466",
    "amounts-in-several-currencies",
    Text("the amounts in `{text}` are not in one currency", "`{text}` 里的金额不是同一币种"),
    help=Text(
        "convert each by itself: `convert(x, {to}) + convert(y, {to})`",
        "分别换算：`convert(x, {to}) + convert(y, {to})`",
    ),
)
OUT_OF_PLACE = Problem(
    "E467",
    "convert-out-of-place",
    Text("`convert` works on rows, and here there are none", "`convert` 按行换算，而这里没有行"),
    help=Text(
        "put it into the aggregate: `sum(convert(orders.amount, CNY))`",
        "写进聚合里：`sum(convert(orders.amount, CNY))`",
    ),
)
NO_MOMENT = Problem(
    "E468",
    "rate-without-moment",
    Text("here nothing says of which {what} the rate is", "这里没有说明是哪个{what}的汇率"),
    help=Text("{mend}", "{mend}"),
)
UNTOLD = Problem(
    "E469",
    "convert-untold",
    Text(
        "`{text}` rests on rates, and here a row without one could not be told",
        "`{text}` 依赖汇率，而这里无法指出缺少汇率的行",
    ),
    help=Text("convert in an aggregate that stands by itself", "在单独的聚合里换算"),
)
_RULES = ("closing", "average")
_DAY, _PERIOD = Text("day", "日期"), Text("period", "期间")
_TIME = Text(
    "give the source a `time`, or the aggregate `on` a column", "给数据源加上 `time`，或在聚合里用 `on` 指定列"
)
_INSIDE = Text("write it in an aggregate over the rows of a period", "写在对某个期间各行的聚合里")


def mixed(scope: Scalars, node: tree.Path, name: str, currency: str) -> None:
    """Reports an amount of rows in many currencies that is not converted."""
    scope.report(MIXED, node.span, name=name, currency=currency)


def convert(scope: Scalars, node: tree.Call, moment: str | None) -> Expr | None:
    """An amount in another currency; `moment` is that of the aggregate around, None where there is none."""
    if node.distinct or node.clauses:
        word = node.clauses[0].word if node.clauses else "distinct"
        mend = Text("put it into the aggregate around", "写进外层聚合里")
        scope.report(CLAUSE_OUT_OF_PLACE, (node.clauses or (node,))[0].span, clause=word, name=CONVERT, mend=mend)
        return None
    if not scope.counted(node, 2, 3, "convert(amount, CNY)"):
        return None
    to, rule = _target(scope, node), _rule(scope, node, moment)
    with scope.converting():
        value = scope.infer(node.arguments[0])
    if value is None or to is None or rule is None:
        return None
    return _exchanged(scope, node, value, to, rule)


def _target(scope: Scalars, node: tree.Call) -> str | None:
    argument = bare(node.arguments[1])
    text = as_written(argument.span)
    if isinstance(argument, tree.Path) and text in CURRENCIES:
        return text
    scope.report(NO_CURRENCY, argument.span, text=text, hint=hint(text, CURRENCIES, everyday.UNITS))
    return None


def _rule(scope: Scalars, node: tree.Call, moment: str | None) -> str | None:
    """Which rate is taken: of the row's own `day`, the `closing` or the `average` one of the window."""
    if len(node.arguments) < 3:
        return "day"
    argument = bare(node.arguments[2])
    text = as_written(argument.span)
    if text not in _RULES:
        scope.report(NO_RULE, argument.span, text=text)
    elif moment is None or (text == "average" and moment != "period"):
        scope.report(NO_MOMENT, argument.span, what=_PERIOD, mend=_INSIDE)
    else:
        return text
    return None


def _exchanged(scope: Scalars, node: tree.Call, value: Expr, to: str, rule: str) -> Expr | None:
    text = as_written(node.arguments[0].span)
    dimensions = unit_of(value).dimensions
    base = dimensions[0][0] if len(dimensions) == 1 and dimensions[0][1] == 1 else ""
    if value.type.kind is not Kind.NUMBER or not (base in CURRENCIES or base.startswith("by ")):
        from kpilang.model.units import say_type

        scope.report(NOT_MONEY, node.arguments[0].span, text=text, found=say_type(value.type))
        return None
    currencies = {base} if base in CURRENCIES else _named(scope.names, value)
    if len(currencies) != 1:
        scope.report(TWO_CURRENCIES, node.arguments[0].span, text=text, to=to)
        return None
    currency = currencies.pop()
    if currency == to:
        return value
    rates = _rates(scope.names, currency, to)
    if rates is None:
        scope.report(NO_RATES, node.span, to=to)
        return None
    own = Literal(TEXT, node, currency) if isinstance(currency, str) else currency
    said = (Literal(TEXT, node, word) for word in (rates.name, to, rule))
    return Operation(number(Unit(((to, 1),), name=to)), node, "exchange", (value, own, *said))


def _named(names: Names, value: Expr) -> set[Expr | str]:
    """The columns that name the currencies of the amounts in an expression."""
    found: set[Expr | str] = set()
    for part in value.walk():
        if isinstance(part, Column):
            by = column_of(names.sources, part).currency
            if by is not None:
                found.add(Column(TEXT, part.written, part.source, part.links, by))
    return found


def _rates(names: Names, currency: Expr | str, to: str) -> DataSource | None:
    """The source of rates by which one currency becomes another: to that itself, from it, or by way of the only base."""
    by_base = {source.rates.base: source for source in names.sources.values() if source.rates is not None}
    if to in by_base:
        return by_base[to]
    if isinstance(currency, str) and currency in by_base:
        return by_base[currency]
    return next(iter(by_base.values())) if len(by_base) == 1 else None


def converted(value: Expr) -> Operation | None:
    """The first conversion in an expression."""
    return next((part for part in value.walk() if isinstance(part, Operation) and part.name == "exchange"), None)


def untold(scope: Scalars, part: Operation) -> None:
    """Reports a conversion where rows without a rate could not be told."""
    scope.report(UNTOLD, part.span, text=as_written(part.span) if part.span else "convert")


def timed(scope: Scalars, made: Aggregate, *, placed: bool) -> bool:
    """Whether rows that are converted have a day, and their window an end where its rate is asked for; else a report."""
    for part in made.walk():
        if isinstance(part, Operation) and part.name == "exchange":
            if made.function in ENTITIES or any(isinstance(each, InSet) for each in made.walk()):
                untold(scope, part)
                return False
            rule = part.arguments[-1]
            windowed = isinstance(rule, Literal) and rule.value != "day"
            if not placed and made.at is None:
                scope.report(NO_MOMENT, part.span or made.span, what=_DAY, mend=_TIME)
                return False
            if windowed and made.at == "during":
                scope.report(NO_MOMENT, part.span or made.span, what=_PERIOD, mend=_INSIDE)
                return False
    return True

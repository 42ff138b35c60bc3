"""Amounts in many currencies: which column names the currency of a row, and what sources tell of rates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.model import units
from kpilang.model.currencies import CURRENCIES
from kpilang.model.nearest import hint
from kpilang.model.nouns import DataColumn, DataSource, Rates
from kpilang.model.types import Kind
from kpilang.syntax import everyday, tree
from kpilang.text import Text

NOT_TEXT = Problem(
    "E386",
    "currency-not-text",
    Text("`{name}` is to name currencies, and it is no text", "`{name}` 应当写明币种，但它不是文本列"),
    help=Text("name a column that holds codes such as CNY", "写一个存放 CNY 等币种代码的列"),
)
NO_RATE = Problem(
    "E387",
    "rate-not-a-number",
    Text("`{name}` is to be a rate, and it is no plain number", "`{name}` 应当是汇率，但它不是普通数字"),
    help=Text("declare it: `column {name} : number`", "这样声明：`column {name} : number`"),
)
RATES_WITHOUT_TIME = Problem(
    "E388",
    "rates-without-time",
    Text("`{source}` does not say of which day its rates are", "`{source}` 没有说明汇率属于哪一天"),
    help=Text("add a field such as `time day`", "加上 `time day` 这样的字段"),
)
RATES_TWICE = Problem(
    "E389",
    "rates-twice",
    Text("`{source}` and `{other}` both hold rates to {base}", "`{source}` 和 `{other}` 都是折算为 {base} 的汇率"),
    help=Text("put them into one source", "合并为一个数据源"),
)
CARRIED_DAYS = Problem(
    "E390",
    "rate-carried",
    Text("a rate is carried for whole days, such as `7 days`", "汇率按整天沿用，例如 `7 days`"),
    help=Text("write `carried at most 7 days`", "写成 `carried at most 7 days`"),
)


def rated(
    made: DataSource, declaration: tree.Declaration, columns: Mapping[str, DataColumn], reports: list[Diagnostic]
) -> Rates | None:
    """What a source tells of currencies; None where it tells nothing, or after a report."""
    for column in columns.values():
        named = columns.get(column.currency) if column.currency is not None else None
        if column.currency is not None and (named is None or named.type.kind is not Kind.TEXT):
            reports.append(NOT_TEXT.at(column.span, name=column.currency))
    field = declaration.first("rates")
    if field is None or not isinstance(field.value, tree.Rates):
        return None
    node, before = field.value, len(reports)
    if node.base.text not in CURRENCIES:
        known = hint(node.base.text, CURRENCIES, everyday.UNITS)
        reports.append(units.UNKNOWN_UNIT.at(node.base.span, help=known, word=node.base.text))
    if made.time is None or made.time.links or made.stock:
        reports.append(RATES_WITHOUT_TIME.at(node.span, source=made.name))
    is_text(node.currency, columns, reports)
    rate = columns.get(node.rate.text)
    if rate is None or rate.sort not in ("number", "integer") or not (rate.type.unit and rate.type.unit.dimensionless):
        reports.append(NO_RATE.at(node.rate.span, name=node.rate.text))
    carried = _days(node.carried) if node.carried is not None else None
    if node.carried is not None and carried is None:
        reports.append(CARRIED_DAYS.at(node.carried.span))
    if len(reports) > before:
        return None
    return Rates(node.currency.text, node.base.text, node.rate.text, carried, field.span)


def is_text(name: tree.Name, columns: Mapping[str, DataColumn], reports: list[Diagnostic]) -> bool:
    """Whether a column is there that may name currencies; else a report."""
    found = columns.get(name.text)
    if found is None or found.type.kind is not Kind.TEXT:
        reports.append(NOT_TEXT.at(name.span, name=name.text))
        return False
    return True


def _days(quantity: tree.Quantity) -> int | None:
    """So many whole days, at least one; None for another length."""
    found = units.amount(quantity)
    if isinstance(found, Diagnostic) or found[1].dimensions != (("time", 1),):
        return None
    days = found[0] * found[1].scale.numerator / found[1].scale.denominator / 86400
    return int(days) if days >= 1 and days == days.to_integral_value() and days < dt.timedelta.max.days else None


def told_once(sources: dict[str, DataSource], reports: list[Diagnostic]) -> None:
    """Reports sources that hold rates to the same currency; of these the first alone is used."""
    first: dict[str, DataSource] = {}
    for name, source in sources.items():
        if source.rates is None:
            continue
        other = first.setdefault(source.rates.base, source)
        if other is not source and other.rates is not None:
            mark = Mark(other.rates.span, Text("the other is here", "另一个在这里"))
            base = source.rates.base
            reports.append(RATES_TWICE.at(source.rates.span, marks=(mark,), source=name, other=other.name, base=base))
            sources[name] = replace(source, rates=None, sound=False)

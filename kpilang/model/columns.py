"""Column declarations: types with their units, domains, and the options that say how cells are read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model import units
from kpilang.model.currencies import CURRENCIES
from kpilang.model.formats import fault
from kpilang.model.nearest import hint
from kpilang.model.nouns import DataColumn
from kpilang.model.types import BOOL, DATE, DATETIME, NUMBER, SECONDS, TEXT, Kind, Type
from kpilang.syntax import everyday, tree
from kpilang.text import Span, Text

SORTS = {"text": TEXT, "number": NUMBER, "integer": NUMBER, "bool": BOOL, "date": DATE, "datetime": DATETIME}
ARGUED = ("duration", "money", "percent")

UNKNOWN_TYPE = Problem(
    "E340",
    "unknown-type",
    Text("there is no type `{word}`", "没有类型 `{word}`"),
    help=Text("{hint}", "{hint}"),
)
TYPE_ARGUMENT = Problem(
    "E341",
    "type-argument",
    Text("the type `{word}` needs {wanted}", "类型 `{word}` 需要{wanted}"),
    help=Text("write `{form}`", "写成 `{form}`"),
)
OPTION_OUT_OF_PLACE = Problem(
    "E342",
    "option-out-of-place",
    Text("a column of type {type} takes no `{option}`", "{type} 类型的列不能用 `{option}`"),
    help=Text("{mend}", "{mend}"),
)
OPTION_TWICE = Problem(
    "E343",
    "option-given-twice",
    Text("`{option}` stands twice in column `{column}`", "列 `{column}` 里写了两个 `{option}`"),
    help=Text("leave one of them out", "去掉其中一个"),
)
DOMAIN_KIND = Problem(
    "E344",
    "domain-of-other-kind",
    Text("{item} is no value of a column of type {type}", "{item} 不是 {type} 类型的值"),
    help=Text("list values of the column's own type", "列出该列类型的值"),
)

BAD_FORMAT = Problem(
    "E346",
    "unreadable-format",
    Text("`{format}` is no format for a {sort}: {fault}", "`{format}` 不是 {sort} 的格式：{fault}"),
    help=Text(
        'write it as `format "%Y-%m-%d"`, `format "%d.%m.%Y %H:%M"`, for a duration `format "%H:%M:%S"`, for a number `format "1.234,56"`',
        '写法如 `format "%Y-%m-%d"`、`format "%d.%m.%Y %H:%M"`，时长写 `format "%H:%M:%S"`，数字写 `format "1.234,56"`',
    ),
)

_WANTED = {
    "money": (Text("a currency", "币种"), "money(CNY)"),
    "duration": (Text("a unit of time", "时间单位"), "duration(hours)"),
    "percent": (Text("the scale of its cells", "单元格的标度"), "percent(0..100)"),
    "number": (Text("a unit", "单位"), "number(kWh)"),
}


def type_of(node: tree.ColumnType, *, formatted: bool = False) -> tuple[str, Type, int] | Diagnostic:
    """Sort, type, and what a percent's cells are a part of (1 or 100). A duration with a format may leave its unit out."""
    word, argument = node.word.text, node.argument
    if word == "percent":
        return _percent(node)
    if argument is None and word in SORTS:
        return word, SORTS[word], 1
    if word == "duration" and argument is None and formatted:
        return word, Type(Kind.NUMBER, SECONDS), 1
    if word not in ARGUED and word not in SORTS:
        return UNKNOWN_TYPE.at(node.word.span, word=word, hint=hint(word, (*SORTS, *ARGUED), everyday.TYPES))
    if word not in _WANTED:
        return TYPE_ARGUMENT.at(node.span, word=word, wanted=Text("nothing in brackets", "去掉括号"), form=word)
    if isinstance(argument, tree.ByColumn) and word == "money":
        return word, Type(Kind.NUMBER, units.by_row(argument.column.text)), 1
    if not isinstance(argument, tree.Name):
        return wanted(node)
    return _measured(node, argument)


def wanted(node: tree.ColumnType) -> Diagnostic:
    """The report on a type that lacks what stands in its brackets, or has something else there."""
    what, form = _WANTED[node.word.text]
    return TYPE_ARGUMENT.at(node.span, word=node.word.text, wanted=what, form=form)


def _measured(node: tree.ColumnType, argument: tree.Name) -> tuple[str, Type, int] | Diagnostic:
    """`money(CNY)`, `duration(hours)`, `number(kWh)`."""
    word, unit = node.word.text, units.known(argument.text)
    if word == "money" and argument.text not in CURRENCIES:
        known = hint(argument.text, CURRENCIES, everyday.UNITS)
        return units.UNKNOWN_UNIT.at(argument.span, help=known, word=argument.text)
    if unit is None:
        return units.unknown(argument.text, argument.span, own=False)
    if word == "duration" and not unit.fits(SECONDS):
        return wanted(node)
    return word, Type(Kind.NUMBER, unit), 1


def _percent(node: tree.ColumnType) -> tuple[str, Type, int] | Diagnostic:
    band = node.argument
    if not isinstance(band, tree.Band) or band.low.value != 0 or band.high.value not in (1, 100):
        return wanted(node)
    return "percent", Type(Kind.NUMBER, units.PERCENT), int(band.high.value)


def undeclared(name: tree.Name, sort: str = "text") -> DataColumn:
    """A column that is named by a key, link or time clause and needs no declaration of its own."""
    return DataColumn(name.text, name.text, sort, SORTS[sort], name.span)


def column(node: tree.Column, span: Span, reports: list[Diagnostic]) -> DataColumn | None:
    """A declared column; None when its type is wrong. Wrong options are reported and left out, and it is not sound."""
    before = len(reports)
    options = _options(node, reports)
    found = type_of(node.type, formatted="format" in options)
    if isinstance(found, Diagnostic):
        reports.append(found)
        return None
    sort, type_, part = found
    by = node.type.argument.column.text if isinstance(node.type.argument, tree.ByColumn) else None
    made = DataColumn(node.name.text, node.name.text, sort, type_, span, percent_of=part, currency=by)
    for option in options.values():
        made = _with(made, option, reports)
    return replace(made, sound=len(reports) == before)


def _options(node: tree.Column, reports: list[Diagnostic]) -> dict[str, tree.ColumnOption]:
    options: dict[str, tree.ColumnOption] = {}
    for option in node.options:
        if option.word in options:
            reports.append(OPTION_TWICE.at(option.span, option=option.word, column=node.name.text))
        options.setdefault(option.word, option)
    return options


def _with(made: DataColumn, option: tree.ColumnOption, reports: list[Diagnostic]) -> DataColumn:
    """The column with one option more."""
    texts = tuple(item.value for item in option.items if isinstance(item, tree.String))
    if option.word == "required":
        return replace(made, required=True)
    if option.word == "null":
        return replace(made, nulls=texts)
    if option.word == "from":
        return replace(made, cell=texts[0])
    if option.word == "format":
        if made.sort not in ("text", "bool"):
            wrong = fault(texts[0], made.sort)
            if wrong is not None:
                reports.append(BAD_FORMAT.at(option.span, format=texts[0], sort=made.sort, fault=wrong))
            return replace(made, format=texts[0])
        mend = Text(
            "only numbers, dates, datetimes and durations have a format", "只有数字、日期、日期时间和时长有格式"
        )
    elif option.word == "stock":
        if made.type.kind is Kind.NUMBER:
            return replace(made, stock=True)
        mend = Text("only a quantity can be a stock", "只有数量才能是存量")
    else:
        return _domain(made, option, reports)
    reports.append(OPTION_OUT_OF_PLACE.at(option.span, type=made.sort, option=option.word, mend=mend))
    return made


def _domain(made: DataColumn, option: tree.ColumnOption, reports: list[Diagnostic]) -> DataColumn:
    """`in (…)` and `in a .. b`, in the column's own unit."""
    band = option.band
    if made.type.kind not in (Kind.TEXT, Kind.NUMBER) or (band is not None and made.type.kind is not Kind.NUMBER):
        mend = Text(
            "a list of values is for texts and numbers, a range for numbers only",
            "取值列表用于文本和数字，区间只用于数字",
        )
        reports.append(OPTION_OUT_OF_PLACE.at(option.span, type=made.sort, option="in", mend=mend))
        return made
    if band is None:
        items = [_item(made, item, reports) for item in option.items]
        return replace(made, items=tuple(item for item in items if item is not None))
    low, high = (_item(made, end, reports) for end in (band.low, band.high))
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        if low > high:
            reports.append(units.BAND_REVERSED.at(option.span, low=band.low.value, high=band.high.value))
        return replace(made, low=low, high=high)
    return made


def _item(made: DataColumn, item: tree.String | tree.Quantity, reports: list[Diagnostic]) -> str | Decimal | None:
    """One value of a domain; a bare number in a percent column is as its cells are."""
    if isinstance(item, tree.String):
        if made.type.kind is Kind.TEXT:
            return item.value
    elif made.type.unit is not None:
        found = units.amount(item)
        if isinstance(found, Diagnostic):
            reports.append(found)
            return None
        value, unit = found
        if item.unit is None:
            return value / made.percent_of
        if unit.fits(made.type.unit):
            return units.in_unit(value, unit, made.type.unit)
    reports.append(DOMAIN_KIND.at(item.span, item=item.span.text, type=made.sort))
    return None

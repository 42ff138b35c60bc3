"""Unit words, quantities and unit declarations turned into units and numbers, and units put into words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.currencies import CURRENCIES
from kpilang.model.nearest import hint
from kpilang.model.types import PLAIN, Kind, Type, Unit
from kpilang.syntax import everyday, tree
from kpilang.text import Span, Text

SCALES: dict[str, tuple[str, Fraction]] = {
    "milliseconds": ("time", Fraction(1, 1000)),
    "seconds": ("time", Fraction(1)),
    "minutes": ("time", Fraction(60)),
    "hours": ("time", Fraction(3600)),
    "days": ("time", Fraction(86400)),
    "weeks": ("time", Fraction(604800)),
    "bytes": ("data", Fraction(1)),
    "kB": ("data", Fraction(10**3)),
    "MB": ("data", Fraction(10**6)),
    "GB": ("data", Fraction(10**9)),
    "TB": ("data", Fraction(10**12)),
    "Wh": ("energy", Fraction(1)),
    "kWh": ("energy", Fraction(10**3)),
    "MWh": ("energy", Fraction(10**6)),
    "m": ("length", Fraction(1)),
    "km": ("length", Fraction(10**3)),
    "g": ("mass", Fraction(1)),
    "kg": ("mass", Fraction(10**3)),
    "t": ("mass", Fraction(10**6)),
}
DURATIONS = tuple(word for word, (base, _) in SCALES.items() if base == "time")
PERIOD_WORDS = ("months", "quarters", "halves", "years")
PERCENT = Unit(form="percent", name="percent")
POINTS = Unit(form="points", name="points")
RATIO = Unit(name="ratio")
COUNT = Unit(name="count")
INDEX = Unit(form="index", name="index")
WORDS = {"percent": PERCENT, "points": POINTS, "ratio": RATIO, "count": COUNT, "index": INDEX}
SYMBOLS = {"%": PERCENT, "points": POINTS}

UNKNOWN_UNIT = Problem(
    "E301",
    "unknown-unit",
    Text("`{word}` is not a unit", "`{word}` 不是单位"),
    label=Text("not a known unit", "未知单位"),
    help=Text(
        'a unit of your own is written as a text, `unit "{word}"`; {hint}',
        '自定义单位写成文本 `unit "{word}"`；{hint}',
    ),
)
LENGTHLESS_UNIT = Problem(
    "E302",
    "no-fixed-length",
    Text("`{word}` has no fixed length, so nothing can be counted in it", "`{word}` 的长度不固定，不能用作计量单位"),
    why=Text("a month has 28 to 31 days and a year 365 or 366", "一个月有 28 到 31 天，一年有 365 或 366 天"),
    help=Text(
        "count in days or weeks; periods of this length belong in `previous(x, 1 {one})`",
        "用天或周计量；这种长度只用于 `previous(x, 1 {one})`",
    ),
)
SCALE_WITHOUT_ENDS = Problem(
    "E303",
    "score-without-scale",
    Text("a score needs the ends of its scale", "评分需要写明分值范围的两端"),
    help=Text("write `unit score 1..5`", "写成 `unit score 1..5`"),
)
SCALE_OUT_OF_PLACE = Problem(
    "E304",
    "scale-out-of-place",
    Text("only a score has a scale, `{word}` has none", "只有评分才有分值范围，`{word}` 没有"),
    help=Text("write `unit {word}` or `unit score {band}`", "写成 `unit {word}` 或 `unit score {band}`"),
)
BAND_REVERSED = Problem(
    "E305",
    "band-reversed",
    Text("the band runs from {low} down to {high}", "区间从 {low} 到 {high}，上下颠倒"),
    help=Text("write the smaller end first", "把较小的一端写在前面"),
)

_BASE_WORDS = {"time": "seconds", "data": "bytes", "energy": "Wh", "length": "m", "mass": "g"}
_BY_SCALE = {unit: word for word, unit in SCALES.items()}
_CHINESE = {
    "milliseconds": "毫秒",
    "seconds": "秒",
    "minutes": "分钟",
    "hours": "小时",
    "days": "天",
    "weeks": "周",
    "bytes": "字节",
    "percent": "百分比",
    "points": "百分点",
    "ratio": "比率",
    "count": "个数",
    "index": "指数",
    "score": "评分",
}


def by_row(column: str) -> Unit:
    """The unit of amounts each in the currency that its own row names: they have none in common."""
    return Unit(((f"by {column}", 1),), name=f"money by {column}")


def singular(word: str) -> str:
    """`hours` without its plural ending."""
    if word == "halves":
        return "half"
    return word[:-1] if word.endswith("s") and len(word) > 2 else word


def known(word: str) -> Unit | None:
    """The unit of a word that has a dimension: a currency code, or a word such as `hour`, `hours`, `kWh`."""
    if word in CURRENCIES:
        return Unit(((word, 1),), name=word)
    full = word if word in SCALES else word + "s"
    if full not in SCALES or (full != word and full not in _CHINESE):
        return None
    base, scale = SCALES[full]
    return Unit(((base, 1),), scale, name=full)


def unit_words() -> tuple[str, ...]:
    """Every word that may be written as a unit, currencies aside."""
    return (*WORDS, "score", *SCALES)


def unknown(word: str, span: Span, *, own: bool = True) -> Diagnostic:
    """The report on a word that is no unit, where a unit of one's `own` might be meant or could not stand."""
    meant = everyday.DECLARED.get(word.lower(), word)
    plural = meant if meant.endswith("s") else meant + "s"
    if plural in PERIOD_WORDS or word == "half":
        return LENGTHLESS_UNIT.at(span, word=word, one=singular(plural))
    code = meant in CURRENCIES or (word.isalpha() and len(word) == 3)
    known = hint(word, (*unit_words(), *CURRENCIES) if code else unit_words(), everyday.DECLARED)
    return UNKNOWN_UNIT.at(span, help=None if own else known, word=word, hint=known)


def amount(quantity: tree.Quantity) -> tuple[Decimal, Unit] | Diagnostic:
    """The number of a quantity in its unit; percent and points as ratios (60% is 0.6)."""
    word = quantity.unit
    if word is None:
        return quantity.value, PLAIN
    if word in SYMBOLS:
        return quantity.value.scaleb(-2), SYMBOLS[word]
    unit = known(word)
    return (quantity.value, unit) if unit is not None else unknown(word, quantity.span)


def declared(spec: tree.UnitSpec) -> Unit | Diagnostic:
    """The unit that a KPI declares."""
    if spec.own is not None:
        return Unit(form="own", name=spec.own.value)
    assert spec.word is not None  # noqa: S101 - the grammar gives a word or a text
    word = spec.word.text
    if spec.band is not None:
        return (
            _score(spec, spec.band)
            if word == "score"
            else SCALE_OUT_OF_PLACE.at(spec.span, word=word, band=spec.band.span.text)
        )
    if word == "score":
        return SCALE_WITHOUT_ENDS.at(spec.span)
    unit = WORDS.get(word) or known(word)
    if unit is None:
        return unknown(word, spec.word.span)
    return unit if spec.per is None else _per(unit, spec.per.text)


def _score(spec: tree.UnitSpec, band: tree.Band) -> Unit | Diagnostic:
    low, high = band.low.value, band.high.value
    if low >= high:
        return BAND_REVERSED.at(spec.span, low=low, high=high)
    return Unit(form="score", name="score", low=Fraction(low), high=Fraction(high))


def _per(unit: Unit, per: str) -> Unit:
    """`CNY per hour` divides; a thing (`CNY per customer`) is a note in the name."""
    name = f"{unit.name} per {per}"
    below = known(per)
    return (unit.over(below) if below is not None else replace(unit, form="number")).named(name)


def exact(ratio: Fraction) -> Decimal | None:
    """A ratio as a decimal number, or None where it has no end."""
    rest = ratio.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return Decimal(ratio.numerator) / Decimal(ratio.denominator) if rest == 1 else None


def in_unit(value: Decimal, unit: Unit, wanted: Unit) -> Decimal:
    """A number of one unit in another of the same dimension; rounded only where decimals do not end."""
    if unit.scale == wanted.scale:
        return value
    ratio = unit.scale / wanted.scale
    return value * ratio.numerator / ratio.denominator


def named(unit: Unit) -> Unit:
    """A unit that came out of a calculation, under the word for it where there is one."""
    if unit.name or unit.dimensionless:
        return unit
    return replace(unit, name=_composed(unit))


def _composed(unit: Unit) -> str:
    """`hours`, `CNY`, `CNY per hour`, or the dimensions with their exponents."""
    if len(unit.dimensions) == 1 and unit.dimensions[0][1] == 1:
        return _word(unit.dimensions[0][0], unit.scale)
    above = [base for base, exponent in unit.dimensions if exponent == 1]
    below = [base for base, exponent in unit.dimensions if exponent == -1]
    if len(unit.dimensions) == len(above) + len(below) and len(above) < 2 and len(below) == 1:
        plain = above[0] not in _BASE_WORDS if above else True
        top = (above[0] if plain else _BASE_WORDS[above[0]]) if above else "count"
        return f"{top} per {singular(_word(below[0], 1 / unit.scale))}"
    return " × ".join(base if exponent == 1 else f"{base}^{exponent}" for base, exponent in unit.dimensions)


def _word(base: str, scale: Fraction) -> str:
    if (base, scale) in _BY_SCALE:
        return _BY_SCALE[base, scale]
    return _BASE_WORDS.get(base, base)


def say(unit: Unit) -> Text:
    """A unit in words."""
    if unit.form == "own":
        return Text(f'"{unit.name}"', f"“{unit.name}”")
    if unit.counted and not unit.name:
        return Text(f"a count of {unit.counted}", f"{unit.counted} 的个数")
    if unit.dimensions and unit.dimensions[0][0].startswith("by "):
        column = unit.dimensions[0][0].removeprefix("by ")
        return Text(f"money by {column}", f"币种由 {column} 写明的金额")
    name = named(unit).name
    if not name:
        return Text("a plain number", "纯数字")
    return Text(name, _CHINESE.get(name, name))


_KINDS = {
    Kind.NUMBER: Text("a number", "数字"),
    Kind.TEXT: Text("text", "文本"),
    Kind.BOOL: Text("true or false", "真假值"),
    Kind.DATE: Text("a date", "日期"),
    Kind.DATETIME: Text("a date and time", "日期时间"),
}


def say_type(type_: Type) -> Text:
    """A type in words: the unit of a number, the kind of anything else."""
    return say(type_.unit) if type_.unit is not None else _KINDS[type_.kind]

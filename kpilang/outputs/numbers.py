"""Numbers as people read them, in their unit and language, and as text files hold them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from kpilang.model.currencies import CURRENCIES
from kpilang.model.types import Unit
from kpilang.model.units import DURATIONS, SCALES, named
from kpilang.text import Text

# A symbol stands for one currency only, whatever the language: ¥ is CNY, $ is USD; all others go by their code.
SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "INR": "₹", "KRW": "₩"}

# Decimal places by ISO 4217, where they are not 2.
PLACES = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    "CLF": 4,
}

# Units of time from long to short, in seconds; each is shown with the next one.
CLOCK = (
    ("weeks", 604800, Text("wk", "周")),
    ("days", 86400, Text("d", "天")),
    ("hours", 3600, Text("h", "小时")),
    ("minutes", 60, Text("min", "分钟")),
    ("seconds", 1, Text("s", "秒")),
)
LABELS = {name: label for name, _, label in CLOCK} | {"milliseconds": Text("ms", "毫秒")}
POINTS = Text("points", "个百分点")
CHINESE = {"bytes": "字节", "week": "周", "day": "天", "hour": "小时", "minute": "分钟", "second": "秒"}

_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)
_HUGE, _TINY = Decimal("1e18"), Decimal("1e-9")
_SIGNIFICANT = 3
_MOST_WRITTEN = 4


def show(value: Decimal, unit: Unit | None, language: str, places: int | None = None) -> str:
    """A value in its unit for people: `12.4 %`, `¥1,203.50`, `3 h 20 min`, `$12.30 per customer`, `12 bags`.

    Rounded half away from zero to three significant digits or to its usual places, whichever keeps more, so that
    nothing but 0 is shown as 0. Percent and points have one decimal, below 1 two significant digits. A percent close
    to 100 keeps the digits that tell it from 100. Durations are shown in two units, the longer at most hours, or the
    unit's own. `places` are the decimals of its column, from `even`; a value that would seem 0 there keeps its own.
    """
    size = _sized(abs(value), unit, language, places)
    return f"-{size}" if value < 0 else size


def show_change(value: Decimal, unit: Unit | None, language: str, places: int | None = None) -> str:
    """A difference of two values, always with its sign unless it is 0; of two percents it is in points."""
    if unit is not None and unit.form == "percent":
        unit = replace(unit, form="points", name="points")
    text = show(value, unit, language, places)
    return f"+{text}" if value > 0 else text


def show_written(value: Decimal, unit: Unit | None, language: str) -> str:
    """A number that somebody wrote, such as a target, with the decimals it has: `80 %`, `¥12,000,000`, `$4.50`."""
    digits = abs(value).scaleb(2, _WIDE) if unit is not None and unit.form in ("percent", "points") else abs(value)
    exponent = digits.normalize(_WIDE).as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    if decimals > _MOST_WRITTEN:
        return show(value, unit, language)
    return show(value, unit, language, 0 if decimals <= 0 else max(decimals, _usual(unit)))


def even(values: Iterable[Decimal], unit: Unit | None) -> int | None:
    """The decimals that make a column of values in one unit look even; None where it has none, as for durations.

    As many as the largest value is shown with, and not more than the values have.
    """
    if unit is not None and unit.form not in ("percent", "points", "own") and _word(unit) in DURATIONS:
        return None
    percents = unit is not None and unit.form in ("percent", "points")
    scaled = (abs(value).scaleb(2, _WIDE) if percents else abs(value) for value in values)
    sizes = [size for size in scaled if _TINY <= size < _HUGE]
    if not sizes:
        return None
    least = 1 if percents else _usual(unit)
    significant = 2 if percents or least else _SIGNIFICANT
    if not least and any(size != size.to_integral_value() for size in sizes):
        least = 1
    most = max(least, significant - 1 - max(sizes).adjusted())
    return max(least, *(_decimals(size, most) for size in sizes)) if least else 0


def _decimals(size: Decimal, most: int) -> int:
    """How many decimals of a size are left once it is rounded to so many."""
    exponent = _rounded(size, most).normalize(_WIDE).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _word(unit: Unit) -> str:
    return named(unit).name.partition(" per ")[0]


def _usual(unit: Unit | None) -> int:
    """The decimals of a currency; 0 for all else."""
    if unit is None or unit.form == "own":
        return 0
    word = _word(unit)
    return PLACES.get(word, 2) if word in CURRENCIES else 0


def show_exact(value: Decimal) -> str:
    """A number for JSON, CSV and other files: every digit that it has, never an exponent, no sign on a zero."""
    return format(value or abs(value), "f")


def _sized(size: Decimal, unit: Unit | None, language: str, fixed: int | None) -> str:
    if unit is None:
        return _plain(size, fixed)
    if unit.form == "percent":
        return f"{_percent(size.scaleb(2, _WIDE), fixed)} %"
    if unit.form == "points":
        return f"{_digits(size.scaleb(2, _WIDE), 1, significant=2, fixed=fixed)} {POINTS.say(language)}"
    if unit.form == "own":
        return f"{_plain(size, fixed)} {unit.name}"
    word, _, per = named(unit).name.partition(" per ")
    text = _in_word(size, word, language, fixed)
    return text if not per else Text(f"{text} per {per}", f"{text}/{CHINESE.get(per, per)}").say(language)


def _in_word(size: Decimal, word: str, language: str, fixed: int | None) -> str:
    """A size in a unit of one word: a currency, a duration, a count, or any other word set after the number."""
    if word in CURRENCIES:
        symbol = SYMBOLS.get(word, f"{word} ")
        return symbol + _digits(size, PLACES.get(word, 2), significant=2, fixed=fixed)
    if word in DURATIONS:
        return _duration(size, word, language)
    if word in ("", "count", "ratio", "score", "index"):
        return _plain(size, fixed)
    return f"{_plain(size, fixed)} {Text(word, CHINESE.get(word, word)).say(language)}"


def _plain(size: Decimal, fixed: int | None) -> str:
    """A number without unit: whole numbers whole, others with one decimal or more."""
    return _digits(size, 0 if size == size.to_integral_value() else 1, fixed=fixed)


def _percent(size: Decimal, fixed: int | None) -> str:
    """A number of percents, with two digits of its distance from 100 where that is small."""
    distance = abs(size - 100)
    if fixed is not None and distance and _rounded(size, fixed) == 100:
        fixed = None
    return _digits(size, 1, significant=2, places=1 - distance.adjusted() if distance else 1, fixed=fixed)


def _digits(
    size: Decimal, least: int, *, significant: int = _SIGNIFICANT, places: int = 0, fixed: int | None = None
) -> str:
    """A size with thousands separators, rounded to `least` decimals, or more where `significant` digits or `places`
    ask for them; zeros at the end are cut down to `least` decimals. Just the `fixed` ones where they are given and
    something is left. Very large and small sizes have an exponent."""
    if size and not _TINY <= size < _HUGE:
        return f"{size:.{significant - 1}e}"
    if fixed is not None and (not size or _rounded(size, fixed)):
        return f"{_rounded(size, fixed):,f}"
    if size:
        places = max(places, significant - 1 - size.adjusted())
    whole, _, decimals = f"{_rounded(size, max(places, least)):,f}".partition(".")
    kept = decimals.rstrip("0").ljust(least, "0")
    return f"{whole}.{kept}" if kept else whole


def _rounded(size: Decimal, places: int) -> Decimal:
    return size.quantize(Decimal(1).scaleb(-places), context=_WIDE)


def _duration(size: Decimal, word: str, language: str) -> str:
    """A duration in two neighbouring units: `2 d 4 h` of days, `36 h` of hours, `45.5 s`, `350 ms`."""
    seconds = Fraction(size) * SCALES[word][1]
    if not seconds:
        return f"0 {LABELS[word].say(language)}"
    longest = min(DURATIONS[::-1].index(word), 2)  # weeks, days, hours; shorter units are shown in hours too
    lengths = [length for _, length, _ in CLOCK] + [Fraction(1, 10)]
    for place in range(longest, len(CLOCK) - 1):
        if _round(seconds, lengths[place + 2]) >= lengths[place]:  # as the shorter pair would show it
            return _pair(seconds, place, language)
    if _round(seconds, Fraction(1, 1000)) >= 1:
        return f"{_digits(_decimal(seconds), 0)} {LABELS['seconds'].say(language)}"
    return f"{_digits(_decimal(seconds * 1000), 0)} {LABELS['milliseconds'].say(language)}"


def _pair(seconds: Fraction, place: int, language: str) -> str:
    """A duration in a unit of the clock and, where something is left, the next one."""
    (_, long, label), (_, short, next_label) = CLOCK[place : place + 2]
    whole, rest = divmod(_round(seconds, short), long)
    first = f"{int(whole):,} {label.say(language)}"
    return f"{first} {int(rest) // short} {next_label.say(language)}" if rest else first


def _round(seconds: Fraction, step: Fraction | int) -> Fraction:
    return (seconds / step + Fraction(1, 2)) // 1 * Fraction(step)


def _decimal(number: Fraction) -> Decimal:
    return _WIDE.divide(Decimal(number.numerator), Decimal(number.denominator))

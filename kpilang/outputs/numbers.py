"""Numbers as people read them, in their unit and language, and as text files hold them."""

from __future__ import annotations

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


def show(value: Decimal, unit: Unit | None, language: str) -> str:
    """A value in its unit for people: `12.4 %`, `¥1,203.50`, `3 h 20 min`, `$12.30 per customer`, `12 bags`.

    Rounded half away from zero to three significant digits or to its usual places, whichever keeps more, so that
    nothing but 0 is shown as 0. Percent and points have at least one decimal. A percent close to 100 keeps the
    digits that tell it from 100. Durations are shown in two units, the longer at most hours, or the unit's own.
    """
    size = _sized(abs(value), unit, language)
    return f"-{size}" if value < 0 else size


def show_change(value: Decimal, unit: Unit | None, language: str) -> str:
    """A difference of two values, always with its sign unless it is 0; of two percents it is in points."""
    if unit is not None and unit.form == "percent":
        unit = replace(unit, form="points", name="points")
    text = show(value, unit, language)
    return f"+{text}" if value > 0 else text


def show_exact(value: Decimal) -> str:
    """A number for JSON, CSV and other files: every digit that it has, never an exponent, no sign on a zero."""
    return format(value or abs(value), "f")


def _sized(size: Decimal, unit: Unit | None, language: str) -> str:
    if unit is None:
        return _plain(size)
    if unit.form == "percent":
        return f"{_percent(size.scaleb(2, _WIDE))} %"
    if unit.form == "points":
        return f"{_digits(size.scaleb(2, _WIDE), 1)} {POINTS.say(language)}"
    if unit.form == "own":
        return f"{_plain(size)} {unit.name}"
    word, _, per = named(unit).name.partition(" per ")
    text = _in_word(size, word, language)
    return text if not per else Text(f"{text} per {per}", f"{text}/{CHINESE.get(per, per)}").say(language)


def _in_word(size: Decimal, word: str, language: str) -> str:
    """A size in a unit of one word: a currency, a duration, a count, or any other word set after the number."""
    if word in CURRENCIES:
        symbol = SYMBOLS.get(word, f"{word} ")
        return symbol + _digits(size, PLACES.get(word, 2), significant=2)
    if word in DURATIONS:
        return _duration(size, word, language)
    if word in ("", "count", "ratio", "score", "index"):
        return _plain(size)
    return f"{_plain(size)} {Text(word, CHINESE.get(word, word)).say(language)}"


def _plain(size: Decimal) -> str:
    """A number without unit: whole numbers whole, others with one decimal or more."""
    return _digits(size, 0 if size == size.to_integral_value() else 1)


def _percent(size: Decimal) -> str:
    """A number of percents, with two digits of its distance from 100 where that is small."""
    distance = abs(size - 100)
    return _digits(size, 1, places=1 - distance.adjusted() if distance else 1)


def _digits(size: Decimal, least: int, *, significant: int = _SIGNIFICANT, places: int = 0) -> str:
    """A size with thousands separators, rounded to `least` decimals, or more where `significant` digits or `places`
    ask for them; zeros at the end are cut down to `least` decimals. Very large and small ones have an exponent."""
    if size and not _TINY <= size < _HUGE:
        return f"{size:.{significant - 1}e}"
    if size:
        places = max(places, significant - 1 - size.adjusted())
    rounded = size.quantize(Decimal(1).scaleb(-max(places, least)), context=_WIDE)
    whole, _, decimals = f"{rounded:,f}".partition(".")
    kept = decimals.rstrip("0").ljust(least, "0")
    return f"{whole}.{kept}" if kept else whole


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

"""Mends numbers, units and periods that are written as people write them elsewhere."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from kpilang.diagnostics import Problem
from kpilang.syntax import everyday, words
from kpilang.syntax.reading import Mend, Reading, accepted, fixed
from kpilang.text import Text

GROUPED_NUMBER = Problem(
    "E111",
    "grouped-number",
    Text("`{found}` is not read as one number", "`{found}` 不能作为一个数字读取"),
    why=Text("signs between thousands mean different things in different countries", "千位分隔符在不同国家含义不同"),
    help=Text("write `{right}`", "写成 `{right}`"),
)
NUMBER_FORM = Problem(
    "E118",
    "number-form",
    Text("`{found}` is not how a number is written", "`{found}` 不是数字的写法"),
    help=Text("write `{right}`", "写成 `{right}`"),
)
PERIOD_FORM = Problem(
    "E119",
    "period-form",
    Text("`{found}` is not how a period is written", "`{found}` 不是期间的写法"),
    help=Text("write `{right}`", "写成 `{right}`"),
)
UNKNOWN_UNIT = Problem(
    "E110",
    "unknown-quantity-unit",
    Text("`{found}` is not a unit", "`{found}` 不是单位"),
    help=Text("write `{right}`", "写成 `{right}`"),
)

MONEY = {"$": "USD", "＄": "USD", "¥": "CNY", "￥": "CNY", "€": "EUR", "£": "GBP"}
SIGNS_OF_UNITS = {**MONEY, "%": "percent", "％": "percent"}

GROUPED = re.compile(r"[0-9]{1,3}(?:[,，_'’\u00a0\u202f ][0-9]{3})+(?:\.[0-9]+)?(?!\w)")
GLUED = re.compile(r"([0-9]+(?:\.[0-9]+)?)([^\W\d]\w*)")
SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}(?!\w)")
BARE_FRACTION = re.compile(r"\.[0-9]+(?!\w)")
WIDE_NUMBER = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?(?!\w)")
PERIODISH = re.compile(
    r"(?P<year>[0-9]{4})\s?[-/.年]?\s?(?:(?P<part>[QHqh][1-4]|[Ww][0-9]{1,2})|(?P<month>[0-9]{1,2})月?(?:[-/.]?(?P<day>[0-9]{1,2})日?)?)(?!\w)"
)


def grouped(reading: Reading, text: str, offset: int) -> Mend | None:
    """`12,000` and `1 203`: one number."""
    previous = reading.previous
    for start in ({previous.start_pos or 0} if previous is not None else set()) | {offset}:
        match = GROUPED.match(text, start, reading.end)
        if match is None or match.end() <= offset:
            continue
        if start != offset and (
            previous is None or previous.type not in ("NUMBER", "YEAR") or reading.take_back() is None
        ):
            continue
        if "NUMBER" not in reading.accepts:
            continue
        right = re.sub(r"[^0-9.]", "", match.group())
        reading.feed("NUMBER", right, start, match.end())
        return fixed(GROUPED_NUMBER, reading.span(start, match.end()), right)
    return None


def period(reading: Reading, text: str, offset: int) -> Mend | None:
    """`2026/1`, `2026Q1`, `2026年3月`: periods as people write them."""
    back = next((count for count in range(1, 5) if [each.type for each in reading.tokens[-count:]][:1] == ["YEAR"]), 0)
    start = reading.tokens[-back].start_pos or 0 if back else offset
    match = PERIODISH.match(text, start, reading.end)
    if match is None or match.end() < (reading.previous.end_pos or 0 if back > 1 and reading.previous else offset + 1):
        return None
    year, part, month, day = match.group("year", "part", "month", "day")
    right = f"{year}-{part.upper() if part else f'{int(month):02}' + (f'-{int(day):02}' if day else '')}"
    if part and part[0] in "Ww":
        right = f"{year}-W{int(part[1:]):02}"
    if right == match.group() or not all(reading.take_back() for _ in range(back)) or "PERIOD" not in reading.accepts:
        return None
    reading.feed("PERIOD", right, start, match.end())
    return fixed(PERIOD_FORM, reading.span(start, match.end()), right)


def number(reading: Reading, text: str, offset: int) -> Mend | None:
    """`.5`, `1e6` and digits of full width."""
    if "NUMBER" not in reading.accepts:
        return None
    for pattern in (SCIENTIFIC, BARE_FRACTION, WIDE_NUMBER):
        match = pattern.match(text, offset, reading.end)
        if match is not None:
            plain = unicodedata.normalize("NFKC", match.group())
            right = f"{Decimal(plain):f}"
            if right == match.group():
                return None
            reading.feed("NUMBER", right, offset, match.end())
            return fixed(NUMBER_FORM, reading.span(offset, match.end()), right)
    return None


def glued(reading: Reading, text: str, offset: int) -> Mend | None:
    """`24h`, `300CNY`: a unit stands apart from its number."""
    match = GLUED.match(text, offset, reading.end)
    if match is None or "NUMBER" not in reading.accepts:
        return None
    digits, letters = match.groups()
    code = re.fullmatch("[A-Z]{3}", letters) and letters.lower() not in everyday.UNITS
    unit = letters if code else words.unit_meant(letters)
    reading.feed("NUMBER", digits, offset, match.end())
    span = reading.span(offset, match.end())
    if unit is None:
        return Mend(
            UNKNOWN_UNIT.at(reading.span(match.start(2), match.end()), found=letters, help=HELP_UNITS), sure=False
        )
    terminal = terminal_of_unit(unit)
    if terminal in reading.accepts:
        reading.feed(terminal, unit, match.end(), match.end())
    return fixed(NUMBER_FORM, span, f"{digits}%" if unit == "%" else f"{digits} {unit}", safe=unit == letters)


HELP_UNITS = Text(
    "after a number stand `%`, `points`, a currency such as `USD`, or a unit such as `hours`, `days`, `GB`, `kWh`, `km`, `kg`",
    "数字后面可以写 `%`、`points`、币种（如 `USD`）或单位（如 `hours`、`days`、`GB`、`kWh`、`km`、`kg`）",
)


def terminal_of_unit(unit: str) -> str:
    """The terminal that a unit is read as."""
    if unit == "%":
        return "PERCENT"
    return "UNIT" if unit in words.units() else "CURRENCY"


def unit_word(reading: Reading, text: str, offset: int) -> Mend | None:
    """`24 hrs`, `60 percent`: a unit that is written otherwise, or none that is known."""
    previous, failure = reading.previous, reading.failure
    if previous is None or previous.type not in ("NUMBER", "YEAR") or failure is None or failure.token is None:
        return None
    if failure.token.type != "NAME" or "UNIT" not in reading.accepts or starts_line(text, offset):
        return None
    if accepted([str(failure.token)], reading.accepts):
        return None
    span, unit = reading.span(offset, failure.end), words.unit_meant(str(failure.token))
    if unit is not None:
        reading.feed(terminal_of_unit(unit), unit, offset, failure.end)
        return fixed(UNKNOWN_UNIT, span, unit, safe=False)
    if any(words.near(str(failure.token), word) for word in reading.keywords):
        return None
    reading.jump(failure.end)
    return Mend(UNKNOWN_UNIT.at(span, found=span.text, help=HELP_UNITS), sure=False)


def unit_sign(reading: Reading, text: str, offset: int) -> Mend | None:
    """`unit %`, `unit ¥`: a sign where the word for the unit stands."""
    previous, right = reading.previous, SIGNS_OF_UNITS.get(text[offset : offset + 1])
    if previous is None or str(previous) != "unit" or right is None or "NAME" not in reading.accepts:
        return None
    reading.feed("NAME", right, offset, offset + 1)
    return fixed(UNKNOWN_UNIT, reading.span(offset, offset + 1), right, safe=False)


def starts_line(text: str, offset: int) -> bool:
    """Whether only white space stands before a place on its line."""
    before = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return not text[before:offset].strip()

"""What tokens mean: which of them say something, units in one spelling, texts without their escapes."""

from __future__ import annotations

MEANING = frozenset({
    "NAME", "STRING", "NUMBER", "YEAR", "PERIOD", "UNIT", "CURRENCY", "PERCENT", "ADDRESS", "LANGUAGE", "CLOCK", "PATTERN", "UNTIL", "THROUGH",
    "OPTIONAL", "FISCAL", "DISTINCT", "AND", "OR", "NOT", "CONTAINS", "STARTS_WITH", "FISCAL_GRAIN", "EQUAL", "UNEQUAL", "LESS",
    "AT_MOST", "GREATER", "AT_LEAST", "PLUS", "MINUS", "TIMES", "DIVIDE",
})  # fmt: skip
"""The terminals that methods are given; all others only mark where a rule begins and ends."""

ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\t": "\t"}


def plural(unit: str) -> str:
    """One spelling for `hour` and `hours`; symbols such as `kWh` and `m` stay."""
    words = ("point", "second", "minute", "hour", "day", "week", "month", "quarter", "year", "millisecond", "byte")
    return unit + "s" if unit in words else unit


def unescape(text: str) -> str:
    """The value of a quoted text without its quotes: `\\"`, `\\\\`, `\\n` and `\\t` are the escapes."""
    if "\\" not in text:
        return text
    out, at = [], 0
    while at < len(text):
        pair = text[at : at + 2]
        out.append(ESCAPES.get(pair, text[at]))
        at += 2 if pair in ESCAPES else 1
    return "".join(out)

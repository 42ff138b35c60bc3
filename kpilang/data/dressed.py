"""Numbers as people and Excel write them: `1,203.50`, `1.203,50`, `¥12`, `(123)`, `3.5万`, full-width digits; undressed by SQL."""

from __future__ import annotations

import re

from kpilang.data.shapes import fits
from kpilang.model.nouns import DataColumn
from kpilang.sql import quote

POINT, COMMA, INDIAN = ".", ",", "lakh"
"""How a column marks its fractions and groups: `INDIAN` has a point, and groups of two digits but for the last one."""

FORMATS = {POINT: "1,234.56", COMMA: "1.234,56", INDIAN: "12,34,567.89"}
LARGE = {"万": 4, "亿": 8}
SIGNS = {
    "CNY": ("CN¥", "¥", "RMB", "人民币"), "JPY": ("JP¥", "¥"), "USD": ("US$", "$"), "EUR": ("€",), "GBP": ("£",),
    "INR": ("₹", "Rs"), "KRW": ("₩",), "HKD": ("HK$", "$"), "TWD": ("NT$", "$"), "SGD": ("S$", "$"), "AUD": ("A$", "$"),
    "CAD": ("C$", "$"), "BRL": ("R$",), "RUB": ("₽",), "VND": ("₫",), "THB": ("฿",), "CHF": ("Fr.",), "MXN": ("$",),
}  # fmt: skip
AFTER = {"CNY": ("元", "圆"), "JPY": ("円",), "EUR": ("€",), "KRW": ("원",), "RUB": ("₽",), "VND": ("₫",)}
_WIDE = "０１２３４５６７８９．，－＋％（）￥−　'’\u00a0\u202f\u2009"
_PLAIN = "0123456789.,-+%()¥- ''   "
_FORMAT = re.compile(r"1([,. '’]?)234([.,])56")


def mark_of(format: str | None) -> str | None:
    """The mark of a format such as `1.234,56`; None where it is no format of a dressed number."""
    if format == FORMATS[INDIAN]:
        return INDIAN
    found = _FORMAT.fullmatch(format or "")
    return found[2] if found and found[1] != found[2] else None


def undressed(column: DataColumn, text: str, mark: str) -> str:
    """SQL for digits, sign, point and `%` alone, maybe with 万 or 亿 at the end; NULL where a text is no number with this
    mark."""
    ascii_text = f"trim(translate({text}, {quote.text(_WIDE)}, {quote.text(_PLAIN)}))"
    bare = _replaced(ascii_text, r"^\((.*)\)$", r"-\1")
    before, after = _currency(column)
    bare = _replaced(bare, rf"^([+-]?) ?(?:{before})? ?([+-]?)", r"\1\2")
    bare = _replaced(bare, rf" ?(万|亿)? ?(?:{after})?$", r"\1") if after else bare
    bare = _replaced(bare, r"^([^-]+[0-9])-$", r"-\1")
    group, decimal = (r"\.", COMMA) if mark == COMMA else (",", r"\.")
    groups = "|".join(rf"[0-9]{{1,3}}(?:{separator}[0-9]{{3}})+" for separator in (group, "'", " "))
    if mark == INDIAN:
        groups = "[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}"
    form = rf"[+-]?(?:(?:{groups}|[0-9]+)(?:{decimal}[0-9]*)?|{decimal}[0-9]+)(?: ?%| ?[万亿])?"
    digits = f"regexp_replace({bare}, {quote.text(rf'[{group} {chr(39)}]')}, '', 'g')"
    if mark == COMMA:
        digits = f"replace({digits}, ',', '.')"
    return f"CASE WHEN {fits(bare, form)} THEN {digits} END"


def _replaced(text: str, pattern: str, replacement: str) -> str:
    return f"regexp_replace({text}, {quote.text(pattern)}, {quote.text(replacement)})"


def _currency(column: DataColumn) -> tuple[str, str]:
    """Signs that may stand before and after an amount, as alternatives of a pattern."""
    unit = column.type.unit
    code = (
        unit.dimensions[0][0]
        if column.sort == "money" and not column.currency and unit is not None and unit.dimensions
        else None
    )
    if code is None:
        return r"[^\s\S]", ""
    before = sorted((*SIGNS.get(code, ()), code), key=len, reverse=True)
    return "|".join(map(re.escape, before)), "|".join(map(re.escape, (*AFTER.get(code, ()), code)))

"""Formats of numbers, dates, datetimes and durations in files: which there are, and what one must say."""

from __future__ import annotations

import re

from kpilang.text import Text

_DATE = frozenset("%" + letter for letter in "abcdfghjmnpuwxyzABGHIMSTUVWXYZ%")
_UNPADDED = frozenset("%-" + letter for letter in "djmyHIMS")
_DURATION = frozenset(start + letter for start in ("%", "%-") for letter in "dHMS") | {"%%"}
_YEARS = frozenset("YyGcx")
_PIECE = re.compile(r"%-?.?", re.DOTALL)


NUMBERS = (
    *("1,234.56", "1.234,56", "1234.56", "1234,56", "1 234,56", "1 234.56", "1'234.56", "1’234.56"),
    "12,34,567.89",
)
NUMERIC = ("number", "integer", "money", "percent")


def fault(form: str, sort: str) -> Text | None:
    """What is wrong with the format of a column of numbers, dates, datetimes or durations; None where it can be read by."""
    if sort in NUMERIC:
        wrong = Text(
            "numbers are written `1,234.56`, `1.234,56` or `12,34,567.89`",
            "数字写作 `1,234.56`、`1.234,56` 或 `12,34,567.89`",
        )
        return None if form in NUMBERS else wrong
    pieces = _PIECE.findall(form)
    known = _DURATION if sort == "duration" else _DATE | _UNPADDED
    unknown = next((piece for piece in pieces if piece not in known), None)
    if unknown is not None:
        return Text(f"`{unknown}` means nothing there", f"`{unknown}` 在其中没有意义")
    letters = [piece[-1] for piece in pieces if piece != "%%"]
    if sort != "duration":
        return None if _YEARS & set(letters) else Text("it has no year", "其中没有年份")
    if not letters:
        return Text("it has no length of time", "其中没有时间长度")
    twice = next((letter for letter in letters if letters.count(letter) > 1), None)
    return Text(f"`%{twice}` stands twice", f"`%{twice}` 写了两次") if twice else None

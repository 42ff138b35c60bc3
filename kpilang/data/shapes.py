"""Forms of texts as patterns: of formatted dates, so that a year has four digits wherever it is guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpilang.sql import quote

YEAR_FIRST = ("%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%d")
DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y")
NAMED = ("%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y")
SHORT = (
    *("%d/%m/%y", "%m/%d/%y", "%y/%m/%d"),
    *("%d-%m-%y", "%m-%d-%y", "%y-%m-%d"),
    *("%d.%m.%y", "%y.%m.%d", "%y年%m月%d日", "%d-%b-%y", "%d %b %y"),
)
CLOCKS = (
    *("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p"),
    *(" %p%I:%M", " %p%I:%M:%S", " %p %I:%M", " %p %I:%M:%S"),
)
HALVES = {"上午": "AM", "下午": "PM"}
"""How Chinese says the halves of a day, before the hour."""
OTHER = {"%d/%m/%Y": "%m/%d/%Y", "%d-%m-%Y": "%m-%d-%Y"}
_PARTS = {
    "%Y": "[0-9]{4}",
    "%y": "[0-9]{2}",
    "%p": f"(?:[AaPp][Mm]|{'|'.join(HALVES)})",
    "%b": "(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)",
    "%B": "(?i:January|February|March|April|May|June|July|August|September|October|November|December)",
}


def fits(text: str, pattern: str) -> str:
    """Whether all of a text has the form of a pattern."""
    return f"regexp_full_match({text}, {quote.text(pattern)})"


def shape(format: str) -> str:
    """The pattern of texts written in a format: years of as many digits as it says, all other numbers of one or two."""
    if format.startswith("%Y%m%d"):
        return "[0-9]{8}" + shape(format.removeprefix("%Y%m%d")) if format != "%Y%m%d" else "[0-9]{8}"
    pieces = re.findall("%.|[^%]+", format)
    return "".join(_PARTS.get(piece, "[0-9]{1,2}") if piece.startswith("%") else re.escape(piece) for piece in pieces)


def other_order(format: str) -> str | None:
    """The same format with day and month in the other order, where that is written alike."""
    day, space, clock = format.partition(" ")
    return OTHER[day] + space + clock if day in OTHER else None


def guesses(texts: list[str], *, clocks: bool) -> list[str]:
    """The formats that some of these texts have; of two that look alike, the one with the day first."""
    found = _fitting((*YEAR_FIRST, *DAY_FIRST, *NAMED), texts, clocks=clocks)
    return [each for each in found if each != "%Y-%m-%d"]


def short_guesses(texts: list[str], *, clocks: bool) -> list[str]:
    """The formats with a year of two digits that some of these texts have."""
    return _fitting(SHORT, texts, clocks=clocks)


def _fitting(days: Sequence[str], texts: list[str], *, clocks: bool) -> list[str]:
    formats = [day + clock for day in days for clock in CLOCKS]
    found = [each for each in formats if any(re.fullmatch(shape(each), text.strip()) for text in texts)]
    return [each for each in found if clocks or each in days or "%H:%M" in each]

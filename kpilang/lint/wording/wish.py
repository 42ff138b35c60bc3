"""What both languages share: a wish as found, numbers that make it a measure, and taking its words out of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kpilang.record import record

_PERIOD = re.compile(
    r"\d+\s*(?:年|月|季度|日)|\bFY ?\d{2,4}\b|\b[QH][1-4]\b"
    r"|\b(?:19|20)\d{2}(?:-(?:H[12]|Q[1-4]|W?\d{1,2}(?:-\d{1,2})?))?(?!\d)",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"[$€£¥]\s?\d|\d\s*(?:%|percent|points?\b|个?百分点|倍|成|万|亿|元|天|小时|分钟|秒|次|人|分)"
    r"|(?:\b(?:to|by|from|than|least|most|above|below|under|over|reach(?:es)?|of)|[<>=≥≤到至达于过升高加降少短])\s*\d"
    r"|[一二两三四五六七八九十百半几]{1,8}\s*(?:倍|成|个百分点|番)|翻番|减半|一半|百分之"
    r"|\b(?:double|doubled|triple|tripled|halve|halved|twice|(?:by|in) half)\b",
    re.IGNORECASE,
)


@record
class Wish:
    """Words of betterment in a text: where the first stands (offsets), what is left of the text without them and
    without years, and whether the text begins with them."""

    start: int
    end: int
    subject: str
    leading: bool


def measured(text: str) -> bool:
    """Whether a text gives a number to reach; years, quarters and the like are none."""
    return _MEASURE.search(_PERIOD.sub(" ", text)) is not None


def taken_out(text: str, spots: Iterable[tuple[int, int]]) -> str:
    """The text without some stretches, in order, and without years and the like."""
    for start, end in reversed(list(spots)):
        text = text[:start] + text[end:]
    return " ".join(_PERIOD.sub(" ", text).split()).strip(" .。!！")


def blanked(text: str, pattern: re.Pattern[str]) -> str:
    """The text with what matches replaced by spaces, so that offsets stay."""
    return pattern.sub(lambda match: " " * len(match.group()), text)

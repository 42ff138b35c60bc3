"""How many columns of a terminal a text takes: Chinese counts two, what joins or combines counts none."""

from __future__ import annotations

from unicodedata import category, east_asian_width

_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
TAB = 4


def width(text: str) -> int:
    """Columns taken by a text without tabs and control characters."""
    if text.isascii():
        return len(text)
    total, before, last = 0, "", 0
    for character in text:
        last = _advance(character, before, last)
        total += last
        before = character
    return total


def _advance(character: str, before: str, last: int) -> int:
    """Columns that a character adds after the one before it, which took `last`."""
    if before == _JOINER or (ord(character) in _SKIN_TONES and last):
        return 0
    if character == _EMOJI_STYLE:
        return 1 if last == 1 else 0
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def flat(text: str, start: int = 0) -> str:
    """The text as it can be shown in one line: tabs widened from column `start` on, control characters made visible."""
    if text.isprintable():
        return text
    shown: list[str] = []
    column = start
    for character in text:
        piece = " " * (TAB - column % TAB) if character == "\t" else _visible(character)
        shown.append(piece)
        column += width(piece)
    return "".join(shown)


def _visible(character: str) -> str:
    code = ord(character)
    if category(character) not in ("Cc", "Cs", "Zl", "Zp") and not _turns_direction(code):
        return character
    if code < 0x20:
        return chr(0x2400 + code)
    return "\ufffd"


def _turns_direction(code: int) -> bool:
    """Whether a character makes the text after it run the other way, which can hide what a line says."""
    return 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069


def left(text: str, columns: int) -> str:
    """The text with blanks after it."""
    return text + " " * (columns - width(text))


def right(text: str, columns: int) -> str:
    """The text with blanks before it."""
    return " " * (columns - width(text)) + text

"""Which of the two languages a text is read as."""

from __future__ import annotations


def is_chinese(text: str) -> bool:
    """Whether a text has any Chinese letter; every other is read as English."""
    return not text.isascii() and any("\u3400" <= letter <= "\u9fff" for letter in text)

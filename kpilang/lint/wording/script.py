"""Which of the two languages a text is read as."""

from __future__ import annotations

import re

_HAN = re.compile(r"[㐀-鿿]")


def is_chinese(text: str) -> bool:
    """Whether a text has any Chinese letter; every other is read as English."""
    return _HAN.search(text) is not None

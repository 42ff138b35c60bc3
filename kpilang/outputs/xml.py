"""Texts that XML can hold."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def plain(text: str) -> str:
    """The text, each character that XML cannot hold shown as one that says so."""
    return _FORBIDDEN.sub("\ufffd", text)

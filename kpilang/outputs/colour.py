"""Colours for terminals: whether a stream wants them, and the few styles that are used."""

from __future__ import annotations

import os
from typing import TextIO

from kpilang.record import record

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "frame": "34",
}


@record
class Palette:
    """Paints text, or leaves it alone where no colour is wanted."""

    on: bool

    def paint(self, text: str, style: str) -> str:
        """The text in a style: bold, dim, a colour, a severity, `frame`."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.on and text else text


PLAIN = Palette(on=False)


def palette(stream: TextIO) -> Palette:
    """The palette for a stream: NO_COLOR and FORCE_COLOR are obeyed, else only terminals have colours."""
    if os.environ.get("NO_COLOR"):
        return PLAIN
    if os.environ.get("FORCE_COLOR"):
        return Palette(on=True)
    return Palette(on=stream.isatty() and os.environ.get("TERM") != "dumb")

"""A Markdown table, for pages and comments on changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from kpilang.outputs.footnotes import footnotes
from kpilang.outputs.grid import grid
from kpilang.outputs.shown import Shown

_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\|`*_[]<>"})


def write(shown: Shown, stream: TextIO) -> None:
    """Writes the table and its notes as a list; nothing when there are no rows."""
    table = grid(shown)
    if not table.rows:
        return
    stream.write(_line(column.head for column in table.columns))
    stream.write(_row("---:" if column.right else "---" for column in table.columns))
    stream.writelines(_line(cells) for cells in table.rows)
    notes = [f"- {note.translate(_SPECIAL)}\n" for note in footnotes(shown)]
    stream.write("".join(["\n", *notes]) if notes else "")


def _line(cells: Iterable[str]) -> str:
    return _row(cell.translate(_SPECIAL) for cell in cells)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"

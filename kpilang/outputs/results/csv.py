"""Comma-separated values with a heading, one line a row; numbers keep every digit, an empty cell is no value."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TextIO

from kpilang.outputs import flat_rows
from kpilang.outputs.numbers import show_exact
from kpilang.outputs.shown import Shown
from kpilang.width import flat


def write(shown: Shown, stream: TextIO) -> None:
    """Writes row by row; quotes as RFC 4180 says, lines end in a line feed.

    A file gets every character as it is; on a terminal those that would steer it are made visible.
    """
    writer = csv.writer(stream, lineterminator="\n")
    seen = flat if stream.isatty() else str
    writer.writerow(seen(field.name) for field in flat_rows.fields(shown))
    for record in flat_rows.records(shown):
        writer.writerow([seen(_cell(cell)) for cell in record])


def _cell(cell: flat_rows.Cell) -> str:
    if isinstance(cell, Decimal):
        return show_exact(cell)
    return "" if cell is None else str(cell)

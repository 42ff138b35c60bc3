"""A table for people: aligned, coloured by status on a terminal, with what there is to know below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from kpilang.outputs import words
from kpilang.outputs.footnotes import footnotes
from kpilang.outputs.grid import Column, Grid, grid
from kpilang.outputs.shown import Shown
from kpilang.width import left, right, width

if TYPE_CHECKING:
    from kpilang.result import Row

_GAP = "  "


def write(shown: Shown, stream: TextIO) -> None:
    """Writes the table and its notes; nothing when there are no rows."""
    table = grid(shown)
    if not table.rows:
        return
    widths = _widths(table)
    paint = shown.palette.paint
    heads = tuple(column.head for column in table.columns)
    stream.write(paint(_line(heads, table.columns, widths).rstrip(), "bold") + "\n")
    stream.writelines(
        _styled(cells, row, table.columns, widths, shown) + "\n"
        for cells, row in zip(table.rows, shown.result.rows, strict=True)
    )
    notes = list(footnotes(shown))
    if notes:
        stream.write("\n" + "".join(f"{paint('-', 'dim')} {note}\n" for note in notes))


def _widths(table: Grid) -> tuple[int, ...]:
    heads = (tuple(column.head for column in table.columns),)
    return tuple(max(map(width, column)) for column in zip(*heads, *table.rows, strict=True))


def _line(cells: tuple[str, ...], columns: tuple[Column, ...], widths: tuple[int, ...]) -> str:
    placed = (
        (right if column.right else left)(cell, size) for cell, column, size in zip(cells, columns, widths, strict=True)
    )
    return _GAP.join(placed)


def _styled(
    cells: tuple[str, ...], row: Row, columns: tuple[Column, ...], widths: tuple[int, ...], shown: Shown
) -> str:
    if not shown.palette.on:
        return _line(cells, columns, widths).rstrip()
    placed = []
    for cell, column, size in zip(cells, columns, widths, strict=True):
        style = _style(column, row)
        painted = shown.palette.paint(cell, style) if style else cell
        blanks = " " * (size - width(cell))
        placed.append(blanks + painted if column.right else painted + blanks)
    return _GAP.join(placed).rstrip()


def _style(column: Column, row: Row) -> str:
    if column.role == "status":
        return words.STYLE[row.status] if row.status else "dim"
    if column.role == "remark" or (column.role == "value" and row.value is None):
        return "dim"
    return ""

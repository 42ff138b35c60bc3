"""Sheets of a workbook, each read in one pass: stored values, formulas that have none, and which cells are merged."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

# What openpyxl and the modules below it raise where a workbook is damaged.
DAMAGES = (
    BadZipFile,
    ParseError,
    zlib.error,
    struct.error,
    NotImplementedError,
    AttributeError,
    LookupError,
    ValueError,
    TypeError,
    EOFError,
)
UNSAVED, ERROR = "unsaved", "e"


def opened(path: Path) -> Workbook:
    """A workbook, of which nothing but the list of sheets is read so far. Raises OSError where it is none."""
    # It warns of styles and extensions that it passes over, which hold no data.
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    try:
        return load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, *DAMAGES) as error:
        raise OSError(f"no Excel workbook: {error}") from error


def visible(book: Workbook) -> list[str]:
    """The sheets that people see."""
    return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


class _Parser(WorkSheetParser):
    """Tells a formula whose value was never saved from an empty cell: one with a text for its value, maybe of no
    character, has been computed."""

    def parse_cell(self, element: Any) -> dict[str, Any]:  # noqa: ANN401 - as openpyxl gives it
        cell: dict[str, Any] = super().parse_cell(element)
        formula = element.find(FORMULA_TAG) if cell["value"] is None and element.get("t") != "str" else None
        if formula is not None:
            cell["value"], cell["data_type"] = f"={formula.text or ''}", UNSAVED
        return cell


class Sheet:
    """One sheet; `merged` are the ranges of merged cells, as first row, first column, last row, last column (from 1),
    known when all rows are read."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.page: Any = book[name]
        self.book: Any = book
        self.merged: list[tuple[int, int, int, int]] = []

    def rows(self) -> Iterator[tuple[int, dict[int, ReadOnlyCell]]]:
        """Each row that is stored: its number, and its cells by place (from 0). Raises OSError where it is damaged."""
        known = {name: getattr(self.book, f"_{name}") for name in ("date_formats", "timedelta_formats")}
        page, strings = self.page, vars(self.page)["_shared_strings"]
        try:
            with self.book._archive.open(page._worksheet_path) as source:  # noqa: SLF001 - no public way in one pass
                parser = _Parser(source, strings, data_only=True, epoch=self.book.epoch, **known)
                for number, row in parser.parse():
                    yield number, {cell["column"] - 1: ReadOnlyCell(page, **cell) for cell in row}
                found = parser.merged_cells.mergeCell if parser.merged_cells else ()
                self.merged = [(each.min_row, each.min_col, each.max_row, each.max_col) for each in found]
        except DAMAGES as error:
            raise OSError(f"the sheet is damaged: {error}") from error

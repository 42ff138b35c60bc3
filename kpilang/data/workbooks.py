"""Excel workbooks: a sheet as a grid, its values as they were stored when it was saved."""

from __future__ import annotations

import datetime as dt
import struct
import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from kpilang.data import findings, formats
from kpilang.data.grid import Grid, UnusableError, letters
from kpilang.data.opening import tidy
from kpilang.model.nouns import DataColumn

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

LATEST_SERIAL = 2958466
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
NO_CELLS: tuple[Any, Any] = (None, None)


def read(
    path: Path, sheet: str | None, header: int | None, columns: Sequence[DataColumn], wanted: Sequence[str] | None
) -> Grid:
    """The rows below the headings of a sheet, as the columns are written; `wanted` are the headings to take along (None: all).

    Raises UnusableError, and OSError where the file is no workbook.
    """
    values, formulas = _open(path, values=True), _open(path, values=False)
    rows = _numbered(values, _named(values, sheet), formulas)
    _, first = _header(rows, header)
    headings = [tidy(_plain(cell)) for cell, _ in first]
    if not any(headings):
        raise UnusableError(findings.EMPTY_FILE)
    by_name = {tidy(column.cell): column for column in columns}
    taken = [place for place, heading in enumerate(headings) if heading and (wanted is None or heading in wanted)]
    grid = Grid(tuple(headings[place] for place in taken), (), "cell")
    grid.letters = tuple(letters(place) for place in taken)
    grid.others = [heading for place, heading in enumerate(headings) if heading and place not in taken]
    grid.rows = _rows(rows, taken, [by_name.get(heading) for heading in grid.headings], grid, values.epoch)
    return grid


def _open(path: Path, *, values: bool) -> Workbook:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return load_workbook(path, read_only=True, data_only=values)
    except (InvalidFileException, *DAMAGES) as error:
        raise OSError(f"no Excel workbook: {error}") from error


def _named(book: Workbook, sheet: str | None) -> str:
    names = [each.title for each in book.worksheets]
    if sheet is None and len(names) == 1:
        return names[0]
    if sheet is None:
        raise UnusableError(formats.WHICH_TABLE, kind=formats.SHEET, word="sheet", found=findings.listed(names))
    if sheet not in names:
        raise UnusableError(formats.NO_TABLE, kind=formats.SHEET, name=sheet, found=findings.listed(names))
    return sheet


def _numbered(values: Workbook, sheet: str, formulas: Workbook) -> Iterator[tuple[int, list[tuple[Any, Any]]]]:
    """Each row with its number, cells as (cell with its stored value, the same cell with its formula)."""
    pairs = [book[sheet] for book in (values, formulas)]
    for page in pairs:
        page.reset_dimensions()
    try:
        for number, (row, other) in enumerate(zip(*(page.iter_rows() for page in pairs), strict=True), 1):
            yield number, list(zip(row, other, strict=True))
    except DAMAGES as error:
        raise OSError(f"the sheet is damaged: {error}") from error


def _header(rows: Iterator[tuple[int, list[tuple[Any, Any]]]], header: int | None) -> tuple[int, list[tuple[Any, Any]]]:
    """The row of headings: the one named, else the first that is not blank."""
    for number, row in rows:
        if number == header or (header is None and any(_plain(cell) for cell, _ in row)):
            return number, row
    raise UnusableError(findings.EMPTY_FILE)


def _rows(
    rows: Iterator[tuple[int, list[tuple[Any, Any]]]],
    taken: Sequence[int],
    columns: Sequence[DataColumn | None],
    grid: Grid,
    epoch: dt.datetime,
) -> Iterator[tuple[str, list[str]]]:
    for number, row in rows:
        cells: list[str] = []
        for place, column in zip(taken, columns, strict=True):
            cell, formula = row[place] if place < len(row) else NO_CELLS
            text = written(cell, column, epoch)
            unknown = cell is not None and cell.value is None and formula.value is not None
            if unknown or (
                text.startswith("#") and cell.data_type == "e" and text not in (column.nulls if column else ())
            ):
                what = f"{formula.value}" if unknown else text
                grid.flaws.append((grid.headings[len(cells)], f"{letters(place)}{number}", what))
            cells.append(text)
        if any(cell.strip() for cell in cells):
            yield f"{number}", cells


def _flaw(cell: Any, formula: Any, text: str) -> str | None:  # noqa: ANN401 - as openpyxl gives them
    """What a cell holds in the place of a value: a formula that was never computed, or an error."""
    if cell is None:
        return None
    if cell.value is None:
        return None if formula.value is None else str(formula.value)
    return text if cell.data_type == "e" else None


def _plain(cell: Any) -> str:  # noqa: ANN401 - as openpyxl gives it
    return written(cell, None, dt.datetime(1899, 12, 30))  # noqa: DTZ001 - serial dates know no zone


def written(cell: Any, column: DataColumn | None, epoch: dt.datetime) -> str:  # noqa: ANN401 - as openpyxl gives it
    """The text of a cell, as a column of its type is written."""
    value = cell.value if cell is not None else None
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "", column, epoch)
    if isinstance(value, dt.timedelta | dt.time):
        return _length(value, column)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value).replace("\0", "\ufffd")


def _number(value: float, shown_as: str, column: DataColumn | None, epoch: dt.datetime) -> str:
    sort = column.sort if column else ""
    if sort in ("date", "datetime") and column is not None and column.format is None and 1 <= value < LATEST_SERIAL:
        from openpyxl.utils.datetime import from_excel

        moment = from_excel(value, epoch)
        return moment.isoformat(sep=" ") if isinstance(moment, dt.datetime) else str(value)
    if sort == "percent" and "%" in shown_as:
        return f"{(Decimal(repr(value)) * 100).normalize():f}%"
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
    return str(int(value)) if whole else repr(value)


def _length(value: dt.timedelta | dt.time, column: DataColumn | None) -> str:
    """A length of time as its column is written: by its format, else a number in its unit."""
    if isinstance(value, dt.time):
        value = dt.datetime.combine(dt.date.min, value) - dt.datetime.min  # noqa: DTZ901 - a length knows no zone
    seconds = Decimal(value // dt.timedelta(microseconds=1)) / 1_000_000
    if column is None or column.sort != "duration" or column.format is not None:
        minutes, rest = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return (
            f"{hours:02f}:{minutes:02f}:{rest:02f}" if rest % 1 else f"{int(hours):02}:{int(minutes):02}:{int(rest):02}"
        )
    scale = column.type.unit.scale if column.type.unit else 1
    return f"{seconds * Decimal(getattr(scale, 'denominator', 1)) / Decimal(getattr(scale, 'numerator', 1)):f}"

"""Excel workbooks: a sheet as a grid, its values as they were stored when it was saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpilang.data import findings, formats, unpivot
from kpilang.data.grid import Grid, UnusableError, letters
from kpilang.data.intake import Intake
from kpilang.data.opening import tidy
from kpilang.model.nouns import DataColumn

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from kpilang.data.sheets import Sheet

LATEST_SERIAL = 2958466
BEGINNING = 30
"""Headings are looked for in so many rows, to say where they stand."""

Row = tuple[int, dict[int, Any]]


def read(path: Path, intake: Intake, wanted: Sequence[str] | None) -> Grid:
    """The rows below the headings of a sheet, as the columns are written; `wanted` are the headings to take along (None: all).

    Raises UnusableError, and OSError where the file is no workbook.
    """
    from kpilang.data import sheets

    book = sheets.opened(path)
    sheet = sheets.Sheet(book, _named(book, sheets.visible(book), intake.sheet))
    rows = sheet.rows()
    begin = list(islice(rows, BEGINNING))
    place = _header(begin, intake)
    number, first = begin[place]
    headings = [tidy(_plain(first.get(column))) for column in range(max(first) + 1)]
    taken = [place for place, heading in enumerate(headings) if heading and (wanted is None or heading in wanted)]
    grid = Grid(tuple(headings[place] for place in taken), (), "cell")
    grid.letters = tuple(letters(place) for place in taken)
    grid.others = [heading for place, heading in enumerate(headings) if heading and place not in taken]
    columns = _columns(grid.headings, intake)
    reading = _Reading(sheet, number, tuple(taken), tuple(columns.get(heading) for heading in grid.headings), grid)
    grid.rows = reading.texts(chain(begin[place + 1 :], rows), book.epoch)
    return grid


def _columns(headings: Sequence[str], intake: Intake) -> Mapping[str, DataColumn]:
    """The column that each heading's cells belong to; those that become rows all belong to one."""
    found = {tidy(column.cell): column for column in intake.columns}
    if intake.source.unpivot is not None:
        turn = unpivot.turn(headings, intake.source, intake.calendar)
        value = found.get(turn.value)
        wide = headings[turn.low : turn.high + 1]
        return {**found, **(dict.fromkeys(wide, value) if value else {})}
    return found


def _named(book: Workbook, visible: Sequence[str], sheet: str | None) -> str:
    """The sheet that is asked for, else the only one that people see."""
    names = [each.title for each in book.worksheets]
    if sheet is None and len(visible) == 1:
        return visible[0]
    if sheet is None:
        found = findings.listed(visible or names)
        raise UnusableError(formats.WHICH_TABLE, kind=formats.SHEET, word="sheet", found=found)
    if sheet not in names:
        raise UnusableError(formats.NO_TABLE, kind=formats.SHEET, name=sheet, found=findings.listed(names))
    return sheet


def _header(begin: Sequence[Row], intake: Intake) -> int:
    """Which of the first rows has the headings: the one named, else the first that is not blank; UnusableError where
    another has more of those that are declared."""
    known = [sum(tidy(_plain(cell)) in _sought(intake) for cell in row.values()) for _, row in begin]
    place = next((place for place, row in enumerate(begin) if _is_header(row, intake.header)), None)
    if place is None:
        raise UnusableError(findings.EMPTY_FILE)
    best = known.index(max(known))
    if known[best] > known[place]:
        about = {"row": begin[place][0], "few": known[place], "other": begin[best][0], "more": known[best]}
        raise UnusableError(formats.HEADINGS_ELSEWHERE, **about)
    return place


def _sought(intake: Intake) -> set[str]:
    return {tidy(heading) for heading in [*intake.wanted, *intake.pivoted]}


def _is_header(row: Row, header: int | None) -> bool:
    return any(_plain(cell) for cell in row[1].values()) and header in (None, row[0])


@dataclass(frozen=True)
class _Reading:
    """The reading of a sheet below the row of its headings: which places are taken, the columns they belong to, and the
    grid that is told what is amiss."""

    sheet: Sheet
    header: int
    taken: tuple[int, ...]
    columns: tuple[DataColumn | None, ...]
    grid: Grid

    def texts(self, rows: Iterator[Row], epoch: dt.datetime) -> Iterator[tuple[str, list[str]]]:
        """Each row that is not blank, with its number, its cells as their columns are written."""
        for number, row in rows:
            cells = [
                written(row.get(place), column, epoch) for place, column in zip(self.taken, self.columns, strict=True)
            ]
            if any(cell.strip() for cell in cells):
                self._look(number, row, cells)
                yield f"{number}", cells
        self._look_at_merged()

    def _look(self, number: int, row: Mapping[int, Any], cells: list[str]) -> None:
        """Notes formulas without a value, and errors where any text would do; the former are emptied."""
        from kpilang.data.sheets import ERROR, UNSAVED

        for at, (place, column) in enumerate(zip(self.taken, self.columns, strict=True)):
            kind = row[place].data_type if place in row else None
            error = kind == ERROR and column is not None and column.sort == "text" and cells[at] not in column.nulls
            if kind == UNSAVED or error:
                self.grid.flaws.append((self._heading(at), f"{letters(place)}{number}", cells[at]))
                cells[at] = ""

    def _look_at_merged(self) -> None:
        """Notes where cells below the headings are merged: only the first of them has the value."""
        for top, left, bottom, right in self.sheet.merged:
            for at, place in enumerate(self.taken):
                below = bottom - max(top - 1, self.header)  # rows of it
                own = top > self.header and place == left - 1
                if left - 1 <= place < right and below > own:
                    span = f"{letters(left - 1)}{top}:{letters(right - 1)}{bottom}"
                    self.grid.merged.append((self._heading(at), span))

    def _heading(self, at: int) -> str:
        column = self.columns[at]
        return tidy(column.cell) if column is not None else self.grid.headings[at]


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
        if column is not None and column.format is not None and column.sort in ("date", "datetime"):
            return value.strftime(column.format)
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

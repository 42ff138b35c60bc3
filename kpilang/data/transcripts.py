"""Files that the engine does not read by itself: their rows copied as CSV, so that all go through the same checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kpilang.data import census, decoding, documents, findings, formats, sqlite, unpivot, workbooks
from kpilang.data.decoding import DecodingError
from kpilang.data.delimited import Delimited, prepared
from kpilang.data.grid import Grid, UnusableError, write
from kpilang.data.intake import Intake
from kpilang.data.opening import open_text, records, tidy
from kpilang.data.staging import Runner
from kpilang.text import Text

FEW = 3


def examine(runner: Runner, intake: Intake, format: str, path: Path, name: str, copy: Path) -> Delimited | None:
    """Copy a file's rows to `copy`; None, with a finding, where it holds no such table. Raises OSError."""
    about: dict[str, Any] = {"file": name, "source": intake.source.name}
    try:
        grid = READERS[format](runner, intake, path, name, copy)
        if intake.source.unpivot is not None:
            grid = unpivot.turned(grid, intake.source, intake.calendar)
        copied = write(grid, copy)
    except UnusableError as error:
        head = intake.source.declaration.head
        if error.problem is findings.EMPTY_FILE:
            about["expected"] = findings.listed(intake.wanted)
        intake.refuse(error.problem.at(head, **about, **error.values))
        return None
    except DecodingError as error:
        intake.refuse(findings.not_text(intake.source, name, error.byte))
        return None
    _tell_flaws(intake, name, grid)
    wanted, found = {tidy(cell) for cell in intake.wanted}, [heading for heading in copied.opening.headings if heading]
    if wanted and not wanted & set(found):
        listed = findings.listed([*found, *copied.opening.others])
        expected = findings.listed(intake.wanted)
        intake.refuse(findings.WRONG_SHAPE.at(intake.source.declaration.head, expected=expected, found=listed, **about))
        return None
    letters = dict(zip(grid.headings, grid.letters, strict=True)) if grid.letters else {}
    return Delimited(intake, copy, name, copied.opening, copied.census, kind=grid.kind, letters=letters)


def _tell_flaws(intake: Intake, name: str, grid: Grid) -> None:
    """Say which columns cannot be used for cells that hold no value, or share one."""
    for column in intake.columns:
        flaws = [(cell, what) for heading, cell, what in grid.flaws if heading == tidy(column.cell)]
        shown = [(_same(cell), _same(f"`{findings.shown(what)}`")) for cell, what in flaws[:FEW]]
        about: dict[str, Any] = {"file": name, "source": intake.source.name, "column": column.name}
        if flaws:
            cells = findings.many(len(flaws), "cell", "cells", "个单元格")
            where = findings.places(shown, len(flaws))
            intake.lack(column, formats.NO_VALUE.at(column.span, cells=cells, where=where, **about))
        merged = [span for heading, span in grid.merged if heading == tidy(column.cell)]
        if merged:
            intake.lack(column, formats.MERGED.at(column.span, where=findings.listed(merged), **about))


def _same(text: str) -> Text:
    return Text(text, text)


def _wanted(intake: Intake) -> list[str] | None:
    """The headings to take along; None for all, where columns are to become rows."""
    return None if intake.source.unpivot is not None else [tidy(cell) for cell in intake.wanted]


def _json(runner: Runner, intake: Intake, path: Path, name: str, copy: Path) -> Grid:  # noqa: ARG001 - one signature
    text, encoding = decoding.text_of(path, copy)
    intake.decoded(name, encoding)
    return documents.read_json(text, intake.table, _wanted(intake))


def _lines(runner: Runner, intake: Intake, path: Path, name: str, copy: Path) -> Grid:  # noqa: ARG001 - one signature
    plain, _ = _decoded(intake, path, name, copy.with_suffix(".lines"))
    return documents.read_lines(_each(plain), _wanted(intake))


def _decoded(intake: Intake, path: Path, name: str, copy: Path) -> tuple[Path, int]:
    """A text file as UTF-8, all of it, as in `prepared`."""
    plain, above = prepared(intake, path, name, copy)
    bad_byte = census.count(plain, ",").bad_byte
    if bad_byte is None:
        return plain, above
    if not decoding.chinese(plain):
        raise DecodingError(bad_byte)
    return prepared(intake, path, name, copy, decoding.GB18030)


def _each(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig") as lines:
        yield from lines


def _text(runner: Runner, intake: Intake, path: Path, name: str, copy: Path) -> Grid:  # noqa: ARG001 - one signature
    """A delimited text whose columns are to become rows."""
    plain, offset = _decoded(intake, path, name, copy.with_suffix(".text"))
    opening = open_text(plain, [*intake.wanted, *intake.pivoted])
    if not opening.headings:
        raise UnusableError(findings.EMPTY_FILE)

    def rows() -> Iterator[tuple[str, list[str]]]:
        with plain.open(encoding="utf-8-sig", newline="") as lines:
            for row, record in enumerate(records(lines, opening.delimiter), 1):
                if row > opening.skip + 1 and record:
                    if len(record) != len(opening.headings):
                        raise UnusableError(formats.RAGGED, row=row + offset)
                    yield str(row + offset), record

    return Grid(opening.headings, rows())


def _book(runner: Runner, intake: Intake, path: Path, name: str, copy: Path) -> Grid:  # noqa: ARG001 - one signature
    return workbooks.read(path, intake, _wanted(intake))


def _database(runner: Runner, intake: Intake, path: Path, name: str, copy: Path) -> Grid:  # noqa: ARG001 - one signature
    return sqlite.read(path, intake.table, _wanted(intake))


READERS: dict[str, Callable[[Runner, Intake, Path, str, Path], Grid]] = {
    "csv": _text,
    "json": _json,
    "ndjson": _lines,
    "excel": _book,
    "sqlite": _database,
}

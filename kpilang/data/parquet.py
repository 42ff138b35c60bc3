"""Parquet files: columns keep their types where these fit; what needs no check is never copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

from kpilang.data import findings, unpivot
from kpilang.data.casts import Cast
from kpilang.data.delimited import escaped
from kpilang.data.grid import UnusableError
from kpilang.data.intake import Intake
from kpilang.data.natives import CANONICAL, Native, native_cast, native_key
from kpilang.data.opening import tidy
from kpilang.data.staging import RAW, Cell, Runner, typed
from kpilang.model.nouns import DataColumn
from kpilang.sql import quote
from kpilang.text import Text

NUMBER = "file_row_number"  # what DuckDB calls the number of a row, and refuses to call anything else


@dataclass(frozen=True)
class Shape:
    """The columns of a file: their names as `reading` gives them, by tidied heading, and the types of those names.
    Where columns become rows, `turn` says which, `taken` how the columns stand in the file that are called h0, h1, …,
    and `marks` which headings each row of the file is told apart by."""

    names: Mapping[str, str]
    types: Mapping[str, str]
    turn: str = ""
    taken: str = ""
    marks: tuple[str, ...] = ("",)


@dataclass(frozen=True)
class Parquet:
    """One Parquet file that can be read: where, under which name people know it, its columns, how many rows it has, and
    behind which number the last one lies."""

    intake: Intake
    path: Path
    name: str
    shape: Shape
    rows: int
    width: int

    @property
    def names(self) -> Mapping[str, str]:
        return self.shape.names

    def cells(self) -> list[Cell]:
        """Each column's place in the file, and its cast; a finding for each that is not there or does not fit."""
        return [self._cell(column) for column in self.intake.columns]

    def _cell(self, column: DataColumn) -> Cell:
        nothing = Cast("NULL", CANONICAL.get(column.sort, "DOUBLE"), checked=False)
        about: dict[str, Any] = {"file": self.name, "source": self.intake.source.name, "cell": column.cell}
        heading = self.names.get(tidy(column.cell))
        if heading is None:
            found, hint = findings.listed(list(self.names)), findings.nearest_heading(column.cell, list(self.names))
            self.intake.lack(column, findings.MISSING_COLUMN.at(column.span, found=found, hint=hint, **about))
            return Cell(column, None, nothing)
        native = Native(self.shape.types[heading])
        form, zone = self.intake.form(column), self.intake.zone
        cast = native_key(native, RAW) if self.intake.is_key(column) else None
        cast = cast or native_cast(column, native, RAW, zone, form)
        if cast is None:
            expected = findings.expected(column)
            finding = findings.WRONG_TYPE.at(
                column.span, found=native.type, sort=column.sort, expected=expected, **about
            )
            self.intake.lack(column, finding)
            return Cell(column, None, nothing)
        return Cell(column, quote.identifier(heading), cast, textual=native.textual)

    def reading(self) -> str:
        """What stands after FROM, with each row's number."""
        if not self.shape.turn:
            return self.stored()
        place, count = "turned.place", len(self.shape.marks)
        rows = f"SELECT {self.shape.taken}{NUMBER}, unnest([{self.shape.turn}]) AS turned FROM {self.stored()}"
        return f"(SELECT * REPLACE ({NUMBER} * {count} + {place} AS {NUMBER}), turned.label, turned.cell FROM ({rows}))"

    def stored(self) -> str:
        """The call that reads the file as it is."""
        return f"read_parquet({self.listed()}, file_row_number=true, hive_partitioning=false)"

    def listed(self) -> str:
        """The file as a list in SQL."""
        return f"[{quote.text(escaped(self.path))}]"

    def finite(self) -> str | None:
        """A SELECT of one truth: no cell is bad. None where more must be asked of a cell than whether it is finite.

        First and last times are in the statistics of the file; these pass over what is no number, so numbers are read.
        """
        checked = [cell for cell in self.cells() if cell.checked]
        if self.shape.turn or not all(cell.cast.infinite and not cell.demanding for cell in checked):
            return None
        times = [cell.place for cell in checked if cell.cast.type != "DOUBLE"]
        ends = " AND ".join(f"isfinite(min({time})) AND isfinite(max({time}))" for time in times)
        numbers = " AND ".join(f"isfinite({cell.place})" for cell in checked if cell.cast.type == "DOUBLE")
        found = [f"(SELECT COALESCE({ends}, TRUE) FROM {self.stored()})"] if ends else []
        found += [f"(SELECT count(*) = 0 FROM {self.stored()} WHERE NOT ({numbers}))"] if numbers else []
        return f"SELECT {' AND '.join(found)}"

    def shown(self, runner: Runner) -> list[Cell]:
        """The cells as a view reads them: as they are in columns of texts whose statistics tell that none is blank."""
        cells, look = self.cells(), self.lettered()
        texts = {cell.place for cell in cells if cell.place is not None and self._as_it_is(cell)}
        if look is None or not texts or runner.attempt(f"CREATE OR REPLACE TEMP TABLE lettered AS {look}") is not None:
            return cells
        told = [(str(name), found) for name, found in runner.rows("SELECT name, told FROM lettered")]
        if len({name.lower() for name, _ in told}) < len(told):  # then columns go by other names than in the file
            return cells
        known = texts & {quote.identifier(name) for name, found in told if found}
        return [replace(cell, cast=replace(cell.cast, clean=RAW)) if cell.place in known else cell for cell in cells]

    def _as_it_is(self, cell: Cell) -> bool:
        """Whether a column holds texts that are only looked at for whether they are blank."""
        heading = self.names[tidy(cell.column.cell)]
        return self.shape.types[heading] == "VARCHAR" and cell.cast.type == "VARCHAR" and not cell.cast.checked

    def lettered(self) -> str | None:
        """A SELECT of the columns and whether their least and greatest texts, and so all, begin with a visible ASCII
        character; None where columns stand otherwise than in the file. A bound with a backslash may stand for bytes."""
        if self.shape.turn:
            return None
        least, most = "stats_min_value", "stats_max_value"
        ends = f"{least} >= '!' AND {most} < '\x7f' AND {least} NOT LIKE '\\%' AND {most} NOT LIKE '\\%'"
        told = f"bool_and(COALESCE({ends}, stats_null_count = num_values, FALSE))"
        return f"SELECT path_in_schema AS name, {told} AS told FROM parquet_metadata({self.listed()}) GROUP BY ALL"

    def append(self, runner: Runner, table: str, bits: Mapping[str, int]) -> int | None:
        """Append the file to the table; how many rows came."""
        said = runner.attempt(f"INSERT INTO {table} {typed(self.cells(), bits, self.reading())}")
        if said is None:
            return runner.appended()
        self.intake.refuse(findings.unreadable(self.intake.source, self.name, said))
        return None

    def texts(self, runner: Runner, column: DataColumn, wanted: Sequence[int]) -> list[tuple[Text, str]]:
        """Row (from 1) and text of some cells, by their places among the rows."""
        cell, listed = quote.identifier(self.names[tidy(column.cell)]), ", ".join(str(place) for place in wanted)
        found = runner.rows(
            f"SELECT file_row_number, CAST({cell} AS VARCHAR) FROM {self.reading()} "
            f"WHERE file_row_number IN ({listed}) ORDER BY 1"
        )
        return [(self._named(int(str(row))), "" if text is None else str(text)) for row, text in found]

    def _named(self, number: int) -> Text:
        row, place = divmod(number, len(self.shape.marks))
        return findings.row_named(row + 1, self.shape.marks[place])


@dataclass(frozen=True)
class Together(Parquet):
    """Parquet files of one shape, read by one call; the rows of each are numbered behind those of the files before it."""

    paths: tuple[Path, ...] = ()
    starts: tuple[int, ...] = ()

    def stored(self) -> str:
        """The call that reads the files as they are."""
        start = f"list_extract({list(self.starts)}, CAST(file_index AS BIGINT) + 1)"
        return f"(SELECT * REPLACE ({NUMBER} + {start} AS {NUMBER}) FROM {super().stored()})"

    def listed(self) -> str:
        """The files as a list in SQL."""
        return f"[{', '.join(quote.text(escaped(path)) for path in self.paths)}]"


def together(files: Sequence[Parquet]) -> list[Parquet]:
    """The files, neighbours of one shape as one."""
    found: list[Parquet] = []
    for shape, alike in groupby(files, lambda file: file.shape if type(file) is Parquet else None):
        each = list(alike)
        found += [_joined(each)] if shape is not None and len(each) > 1 else each
    return found


def _joined(files: Sequence[Parquet]) -> Together:
    first, widths, rows = files[0], [file.width for file in files], sum(file.rows for file in files)
    ends = [end // len(first.shape.marks) for end in accumulate(widths)]
    paths, starts = tuple(file.path for file in files), (0, *ends[:-1])
    return Together(first.intake, first.path, first.name, first.shape, rows, sum(widths), paths, starts)


def examine(runner: Runner, intake: Intake, path: Path, name: str) -> Parquet | None:
    """Look at a file's columns; None, with a finding, where it is no Parquet file or has none of the columns."""
    whole = f"read_parquet([{quote.text(escaped(path))}])"
    shape = described(runner, intake, name, whole)
    if shape is None:
        return None
    said = runner.attempt(f"SELECT count(*) FROM {whole}")
    if said is not None:
        intake.refuse(findings.unreadable(intake.source, name, said))
        return None
    rows = runner.appended() * len(shape.marks)
    return Parquet(intake, path, name, shape, rows, rows)


def described(runner: Runner, intake: Intake, name: str, whole: str) -> Shape | None:
    """The columns of what stands after FROM; None, with a finding, where it cannot be used."""
    head = intake.source.declaration.head
    about: dict[str, Any] = {"file": name, "source": intake.source.name}
    said = runner.attempt(f"DESCRIBE SELECT * FROM {whole}")
    if said is not None:
        intake.refuse(findings.unreadable(intake.source, name, said))
        return None
    types = {str(row[0]): str(row[1]) for row in runner.rows(f"DESCRIBE SELECT * FROM {whole}")}
    if NUMBER in map(str.lower, types):
        intake.refuse(findings.unreadable(intake.source, name, f"a column is called {NUMBER}"))
        return None
    try:
        shape = _shape(intake, types)
    except UnusableError as error:
        intake.refuse(error.problem.at(head, **about, **error.values))
        return None
    wanted = {tidy(cell) for cell in intake.wanted}
    if wanted and not wanted & set(shape.names):
        expected, found = findings.listed(intake.wanted), findings.listed(list(types))
        intake.refuse(findings.WRONG_SHAPE.at(head, expected=expected, found=found, **about))
        return None
    return shape


def _shape(intake: Intake, types: Mapping[str, str]) -> Shape:
    """The columns as they are, or as `unpivot` makes them."""
    names = list(types)
    headings = [tidy(heading) for heading in names]
    if intake.source.unpivot is None:
        return Shape(dict(zip(headings, names, strict=True)), types)
    turn = unpivot.turn(headings, intake.source, intake.calendar)
    rest, wide = turn.rest(names), names[turn.low : turn.high + 1]
    held, label = _held([types[name] for name in wide]), "DATE" if turn.dated else "VARCHAR"
    cells = ", ".join(
        f"{{'place': {place}, 'label': CAST({quote.text(each)} AS {label}), "
        f"'cell': CAST({quote.identifier(name)} AS {held})}}"
        for place, (each, name) in enumerate(zip(turn.labels, wide, strict=True))
    )
    called = {tidy(name): f"h{number}" for number, name in enumerate(rest)}
    own = {f"h{number}": types[name] for number, name in enumerate(rest)}
    taken = "".join(f"{quote.identifier(name)} AS h{number}, " for number, name in enumerate(rest))
    return Shape(
        {**called, turn.name: "label", turn.value: "cell"},
        {**own, "label": label, "cell": held},
        cells,
        taken,
        tuple(headings[turn.low : turn.high + 1]),
    )


def _held(types: Sequence[str]) -> str:
    """The type of one column for the cells of several: their own where it is the same, else text, which is then read."""
    return types[0] if len(set(types)) == 1 else "VARCHAR"

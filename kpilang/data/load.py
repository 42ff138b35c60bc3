"""Loads the sources that a question needs: each file into one relation a source, with all that was wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, groupby
from pathlib import Path
from typing import cast

from kpilang.data import (
    attached,
    contents,
    delimited,
    findings,
    formats,
    numerals,
    parquet,
    report,
    staging,
    transcripts,
)
from kpilang.data.absent import absent
from kpilang.data.delimited import Delimited
from kpilang.data.files import Bound
from kpilang.data.fingerprint import Stamp, stamp
from kpilang.data.intake import Intake
from kpilang.data.locating import Places, Stretch
from kpilang.data.natives import CANONICAL, Native
from kpilang.data.numerals import NUMERIC, Form, likely
from kpilang.data.opening import SAMPLE, tidy
from kpilang.data.parquet import Parquet
from kpilang.data.settling import reads_all, settled
from kpilang.data.staging import Runner, typed
from kpilang.data.table import Table
from kpilang.data.trials import File, Trials
from kpilang.model.nouns import DataColumn, DataSource, Model
from kpilang.model.types import TEXT
from kpilang.result import LeftOut
from kpilang.sql import quote
from kpilang.text import Text

FIRST_FEW = 3
# A column is settled at most so often: first how wide its numbers are, then how they are written.
SETTLINGS = 2
MOST_DIGITS = 38
# From so many rows at least each file shows how it is written.
FEWEST = 20


def load(
    runner: Runner,
    bound: Mapping[str, Bound],
    needs: Mapping[str, frozenset[str]],
    model: Model,
    *,
    skip_bad: bool,
    unbound: Mapping[str, Text] | None = None,
) -> dict[str, Table]:
    """A table for each source of `needs` that is bound, or `unbound` for a reason, with the columns named there (derived
    ones are passed over)."""
    tables = {}
    for number, (name, wanted) in enumerate(sorted(needs.items())):
        if name not in model.sources:
            continue
        intake = _intake(model, model.sources[name], wanted, skip_bad=skip_bad)
        if name in bound:
            tables[name] = _table(_Loading(runner, intake, f"{number}_{name}"), bound[name])
        elif unbound and name in unbound:
            tables[name] = absent(runner, name, _absent_types(intake), unbound[name])
    return tables


def _table(loading: _Loading, bound: Bound) -> Table:
    """The table of a source; of one whose files turn out to be damaged, or find no room, an empty one."""
    intake = loading.intake
    try:
        return loading.table(bound)
    except OSError as error:
        loading.runner.attempt("ROLLBACK")  # of a copy that broke off
        why = intake.refuse(findings.unreadable(intake.source, intake.file, error.strerror or str(error)))
        return absent(loading.runner, bound.source, _absent_types(intake), why, tuple(intake.diagnostics))


def _absent_types(intake: Intake) -> dict[str, str]:
    """The SQL types of columns that no file has."""
    return {column.name: common_type(column, ()) for column in intake.columns}


def _intake(model: Model, source: DataSource, wanted: Iterable[str], *, skip_bad: bool) -> Intake:
    columns = (_column(source, name) for name in sorted(wanted))
    return Intake(source, [column for column in columns if column.in_file], model.calendar, skip_bad)


def _column(source: DataSource, name: str) -> DataColumn:
    """A declared column; a column of a key or link that is not declared is text."""
    found = source.columns.get(name)
    return found or DataColumn(name, name, "text", TEXT, source.declaration.head)


@dataclass(frozen=True)
class _BadCells:
    """The bad cells of one column in one file: how many, and the places of the first few among the file's rows."""

    column: DataColumn
    file: File
    count: int
    places: tuple[int, ...]


class _Loading:
    """The loading of one source; `name` tells its relation from all others."""

    def __init__(self, runner: Runner, intake: Intake, name: str) -> None:
        self.runner, self.intake, self.name = runner, intake, name
        self.trials = Trials(runner, intake)
        self.relation, self.staged = quote.identifier(f"source_{name}"), quote.identifier(f"rows_{name}")
        self.columns: dict[str, str] = {}
        self.stretches: list[Stretch] = []
        self.parts: list[tuple[str, str]] = []
        self.bits: dict[str, int] = {}
        self.stamps: dict[str, Stamp | None] = {}
        self.paths: dict[str, Path] = {}

    def table(self, bound: Bound) -> Table:
        """Read the files; make the relation; say what was wrong."""
        files = self._examined(bound)
        self.intake.forms.update(self._likely(files))
        cells = [file.cells() for file in files]
        checked = {cell.column.name for row in cells for cell in row if cell.checked}
        bits = {column.name: number for number, column in enumerate(self.intake.columns) if column.name in checked}
        bits = {column: number for number, column in enumerate(bits)}
        parquets = [file for file in files if isinstance(file, Parquet)]
        # A view reads texts anew for every question: they are copied.
        parsed = any(cell.textual and cell.column.sort != "text" for row in cells for cell in row if cell.place)
        if parquets and not parsed and not any(self._suspicious(file, bits) for file in parquet.together(parquets)):
            return self._finish(self._view(parquets, self._types(files)), [])
        return self._finish(*self._stage(files, bits))

    def _examined(self, bound: Bound) -> list[File]:
        names = bound.names or tuple(map(str, bound.files))
        self.stamps = dict(zip(names, map(self._stamp, bound.files), strict=True))
        self.paths = dict(zip(names, bound.files, strict=True))
        looked = (self._look(bound, *file) for file in zip(bound.files, names, count(), strict=False))
        return [file for file in looked if file is not None]

    def _stamp(self, path: Path) -> Stamp | None:
        try:
            return stamp(path)
        except OSError:
            return None

    def _unchanged(self) -> None:
        """Refuse files that were written while they were read."""
        for name, before in self.stamps.items():
            self.intake.file = name
            if self._stamp(self.paths[name]) != before:
                head, source = self.intake.source.declaration.head, self.intake.source.name
                self.intake.refuse(formats.CHANGED.at(head, file=name, source=source))

    def _look(self, bound: Bound, path: Path, name: str, number: int) -> File | None:
        copy = self.runner.workshop / f"{self.name}.{number}.csv"
        self.intake.file = name
        try:
            kind = contents.disguised(path, bound.format)
            if kind is not None:
                head, source = self.intake.source.declaration.head, self.intake.source.name
                self.intake.refuse(formats.DISGUISED.at(head, file=name, source=source, kind=kind))
                return None
            if bound.format in ("parquet", "duckdb"):
                look = attached.examine if bound.format == "duckdb" else parquet.examine
                return look(self.runner, self.intake, path, name)
            if bound.format == "csv" and self.intake.source.unpivot is None:
                return delimited.examine(self.intake, path, name, copy)
            return transcripts.examine(self.runner, self.intake, bound.format, path, name, copy)
        except OSError as error:
            self.intake.refuse(findings.unreadable(self.intake.source, name, error.strerror or str(error)))
            return None

    def _types(self, files: Sequence[File]) -> dict[str, str]:
        """The SQL type of each column: that of the files, where they agree; nothing wide enough is ever narrowed."""
        types = {}
        rows = [file.cells() for file in files]
        for number, column in enumerate(self.intake.columns):
            found = {row[number].cast.type for row in rows if row[number].place is not None}
            types[column.name] = (
                found.pop() if len(found) == 1 else common_type(column, found, key=self.intake.is_key(column))
            )
        return types

    def _likely(self, files: Sequence[File]) -> dict[str, Form]:
        """How columns of text files are written, to judge by their first rows; wrong guesses are found and mended."""
        openings = [file.opening for file in files if isinstance(file, Delimited)]
        forms, most = {}, max(SAMPLE // max(len(openings), 1), FEWEST)
        for column in self.intake.columns if openings else ():
            heading, key = tidy(column.cell), self.intake.is_key(column)
            if key or column.sort in NUMERIC:
                texts = [
                    text for opening in openings if heading in opening.headings for text in opening.cells(heading, most)
                ]
                forms[column.name] = likely(column, (text for text in texts if text not in column.nulls), key=key)
        return forms

    def _suspicious(self, file: Parquet, bits: Mapping[str, int]) -> bool:
        """Whether a Parquet file has a bad cell."""
        if not bits or self._finite(file):
            return False
        ored = ", ".join(f"bit_or(b{word}) AS b{word}" for word in range(staging.words(len(bits))))
        self.intake.file = file.name
        look = f"SELECT {ored} FROM ({typed(file.cells(), bits, file.reading())})"
        # A table, since only `attempt` tells of a damaged file; copying such a file tells it to the user.
        if self.runner.attempt(f"CREATE OR REPLACE TEMP TABLE suspicion AS {look}") is not None:
            return True
        return any(self.runner.rows("SELECT * FROM suspicion")[0])

    def _finite(self, file: Parquet) -> bool:
        """Whether statistics and a glance at numbers prove that no cell is bad."""
        look = file.finite()
        if look is None or self.runner.attempt(f"CREATE OR REPLACE TEMP TABLE suspicion AS {look}") is not None:
            return False
        return bool(self.runner.rows("SELECT * FROM suspicion")[0][0])

    def _view(self, files: Sequence[Parquet], types: Mapping[str, str]) -> int:
        """Make the relation a view over the files, in which no cell is bad; how many rows it has."""
        numbered, selects = 0, []
        for file in parquet.together(files):
            selects.append(
                staging.clean(file.shown(self.runner), types, file.reading(), f"file_row_number + {numbered}")
            )
            numbered += file.width
        low = 0
        for file in files:
            number = f"file_row_number + {low}"
            self.parts.append((file.name, staging.clean(file.cells(), types, file.reading(), number)))
            self.stretches.append(Stretch(file, low, low + file.width))
            low += file.width
        self.columns = dict(types)
        self.runner.run(f"CREATE OR REPLACE VIEW {self.relation} AS {' UNION ALL '.join(selects)}")
        return sum(file.rows for file in files)

    def _stage(self, files: Sequence[File], bits: Mapping[str, int]) -> tuple[int, list[_BadCells]]:
        """Copy the files' typed rows into a table, again where a column is written otherwise."""
        stretches = self._copy(files, bits)
        bad = self._bad(stretches, bits)
        for _ in range(SETTLINGS):
            if not self._settle(bad, files):
                break
            stretches = self._copy(files, bits)
            bad = self._bad(stretches, bits)
        self.bits = staging.public_bits(list(dict.fromkeys(cells.column.name for cells in bad)))
        self.runner.run(staging.view(self.relation, self.staged, self.columns, bits, self.bits))
        return stretches[-1].high if stretches else 0, bad

    def _copy(self, files: Sequence[File], bits: Mapping[str, int]) -> list[Stretch]:
        self.columns = self._types(files)
        spares = {cell.column.name: cell.spare.type for cell in files[0].cells() if cell.spare} if files else {}
        self.runner.run(staging.create(self.staged, self.columns, spares, len(bits)))
        stretches, low = [], 0
        for _, alike in groupby(files, lambda file: file.layout if isinstance(file, Delimited) else file.path):
            batch = list(alike)
            for file, rows in zip(batch, self._append(batch, bits), strict=True):
                stretches.append(Stretch(file, low, low + rows))
                low += rows
        self.stretches = stretches
        for column, sql_type in spares.items():
            self._choose(column, sql_type, bits[column])
        return stretches

    def _append(self, files: Sequence[File], bits: Mapping[str, int]) -> list[int]:
        """Append files to the table, in one statement where that goes; how many rows came of each."""
        texts = [file for file in files if isinstance(file, Delimited)]
        self.intake.file = files[0].name
        rows = delimited.append_all(self.runner, self.staged, bits, texts) if len(texts) > 1 else None
        if rows is None:
            rows = []
            for file in files:
                self.intake.file = file.name
                rows.append(file.append(self.runner, self.staged, bits) or 0)
        return rows

    def _choose(self, column: str, sql_type: str, bit: int) -> None:
        """Keep the spare values of a column where only they hold all its cells, else the others."""
        first, spare, word = staging.name(column), staging.spare_name(column), f"b{bit // staging.BITS_A_WORD}"
        only = f"{first} IS NULL AND {spare} IS NOT NULL"
        ((found,),) = self.runner.rows(f"SELECT count(*) FROM {self.staged} WHERE {only}")
        if not found:
            self.runner.run(f"ALTER TABLE {self.staged} DROP COLUMN {spare}")
            return
        mask = 1 << bit % staging.BITS_A_WORD
        self.runner.run(f"UPDATE {self.staged} SET {word} = {word} & ~CAST({mask} AS BIGINT) WHERE {only}")
        self.runner.run(f"ALTER TABLE {self.staged} DROP COLUMN {first}")
        self.runner.run(f"ALTER TABLE {self.staged} RENAME COLUMN {spare} TO {first}")
        self.columns[column] = sql_type
        self.intake.forms[column] = replace(self.intake.forms[column], width=None)

    def _bad(self, stretches: Sequence[Stretch], bits: Mapping[str, int]) -> list[_BadCells]:
        """The bad cells by column and file, in this order."""
        count = staging.words(len(bits))
        ored = self.runner.rows(
            f"SELECT {', '.join(f'bit_or(b{word})' for word in range(count)) or '0'} FROM {self.staged}"
        )
        found = []
        for column in self.intake.columns:
            word, place = divmod(bits.get(column.name, 0), staging.BITS_A_WORD)
            if column.name in bits and (int(str(ored[0][word] or 0)) >> place) & 1:
                found += self._bad_in(column, f"(b{word} >> {place}) & 1 = 1", stretches)
        return found

    def _bad_in(self, column: DataColumn, bad: str, stretches: Sequence[Stretch]) -> list[_BadCells]:
        spans = ", ".join(f"({number}, {part.low}, {part.high})" for number, part in enumerate(stretches))
        rows = self.runner.rows(
            f"SELECT file, count(*), min(id, {FIRST_FEW}) FROM (SELECT rowid AS id FROM {self.staged} WHERE {bad}) "
            f"JOIN (VALUES {spans}) AS spans(file, low, high) ON id >= low AND id < high GROUP BY file ORDER BY file"
        )
        cells = []
        for number, found, ids in rows:
            part = stretches[int(str(number))]
            places = tuple(sorted(int(number) - part.low for number in cast("list[int]", ids)))
            cells.append(_BadCells(column, part.file, int(str(found)), places))
        return cells

    def _settle(self, bad: Sequence[_BadCells], files: Sequence[File]) -> bool:
        """Settle how the columns with bad cells are written; whether any is written otherwise than it was read."""
        changed = False
        for column in dict.fromkeys(cells.column for cells in bad):
            form = self.intake.form(column)
            texts = [text for cells in bad if cells.column is column for text in self._texts(cells)]
            found = settled(column, form, texts, partial(self.trials.count, files), partial(self.trials.compare, files))
            if found.either is not None:
                self.intake.unsettled[column.name] = found.either
                self.intake.missing.add(column.name)  # not to be skipped: what it holds is not known
            if found.guessed is not None:
                names = ", ".join(file.name for file in files)
                self.intake.tell(report.guessed(self.intake, column, found.guessed, names))
            self.intake.forms[column.name] = found.form
            changed = changed or found.form != form
        return changed

    def _texts(self, cells: _BadCells) -> list[str]:
        return [text for _, text in cells.file.texts(self.runner, cells.column, cells.places)]

    def _reading(self, column: DataColumn, bad: Sequence[_BadCells]) -> Callable[[str], bool]:
        """Tells of a format whether it would read all cells of a column."""
        count = partial(self.trials.count, [part.file for part in self.stretches])
        number = sum(cells.count for cells in bad if cells.column is column)
        return partial(reads_all, column, self.intake.form(column), number, count)

    def _finish(self, rows: int, bad: Sequence[_BadCells]) -> Table:
        """The table, with its findings; where bad rows are skipped they are counts instead."""
        intake, left_out = self.intake, []
        self._unchanged()
        for cells in bad:
            told = report.cells(
                self.runner,
                intake,
                cells.column,
                cells.file,
                cells.count,
                cells.places,
                self._reading(cells.column, bad),
            )
            left_out += [told] if isinstance(told, LeftOut) else []
            intake.diagnostics += [] if isinstance(told, LeftOut) else [told]
        for file, lines in intake.rejected.items():
            line = report.lines(intake, file, lines)
            left_out += [line] if isinstance(line, LeftOut) else []
            intake.diagnostics += [] if isinstance(line, LeftOut) else [line]
        broken = intake.why is not None or (bool(intake.rejected) and not intake.skip_bad)
        return Table(
            source=intake.source.name,
            relation=self.relation,
            columns=self.columns,
            rows=rows,
            bad=self.bits,
            left_out=tuple(left_out),
            diagnostics=tuple(intake.diagnostics),
            missing=frozenset(intake.missing),
            broken=broken,
            why=intake.why,
            parts=tuple(self.parts),
            places=Places(self.runner, self.stretches),
        )


def common_type(column: DataColumn, found: Iterable[str], *, key: bool = False) -> str:
    """The type that holds what several files hold in different ones, and of a column that no file has."""
    types = [Native(sql_type) for sql_type in found]
    if key and types and all(native.whole for native in types):
        return "BIGINT"
    if column.sort not in NUMERIC:
        return CANONICAL[column.sort]
    if not types:
        return numerals.sql_type(column, numerals.PLAIN)
    scale = max(native.scale for native in types)
    exact = (
        not any(native.floating for native in types) and max(native.before for native in types) + scale <= MOST_DIGITS
    )
    return f"DECIMAL({MOST_DIGITS}, {scale})" if exact or column.sort == "money" else "DOUBLE"

"""CSV files: every cell read as text, every line accounted for."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from kpilang.data import census, decoding, findings, numerals
from kpilang.data.casts import cell_cast
from kpilang.data.census import Census
from kpilang.data.decoding import GB18030, UTF8, DecodingError
from kpilang.data.intake import Intake
from kpilang.data.opening import Opening, open_text, records, tidy
from kpilang.data.staging import RAW, Cell, Runner, typed
from kpilang.diagnostics import Diagnostic
from kpilang.model.nouns import DataColumn
from kpilang.sql import quote
from kpilang.text import Text


@dataclass(frozen=True)
class Delimited:
    """One CSV file that can be read: where, under which name people know it, how it begins, what it holds.
    `path` is what is read: the file, or its copy with line ends of one kind, whose first row was row `offset` + 1 of the
    file. A copy of rows from another format has their places in its first column: `kind` and `letters` are as in Grid."""

    intake: Intake
    path: Path
    name: str
    opening: Opening
    census: Census
    offset: int = 0
    kind: str | None = None
    letters: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def counted(self) -> Census:
        """The census, a rough one taken again."""
        return census.count(self.path, self.opening.delimiter) if self.census.rough else self.census

    @cached_property
    def recounted(self) -> Census:
        """The census once more, with care."""
        return census.recount(self.path, self.opening.delimiter)

    def rows_of(self, held: Census) -> int:
        """How many records follow the header; in a file of one column a blank line is one with an empty cell."""
        return held.records - 1 + (held.blanks - self.opening.skip if len(self.opening.headings) == 1 else 0)

    def _all_came(self, came: int, rejected: Container[int]) -> bool:
        """Whether rows and rejected lines are all that the file holds."""
        if not rejected and (came == self.rows_of(self.census) or came == self.rows_of(self.counted)):
            return True
        return self.recounted.open_quote is None and came == self.rows_of(self.recounted)

    def cells(self) -> list[Cell]:
        """Where each column stands in the file, and its cast; a finding for each that is not there just once."""
        return [self._cell(column) for column in self.intake.columns]

    def _cell(self, column: DataColumn) -> Cell:
        zone, form = self.intake.zone, self.intake.form(column)
        other = numerals.spare(column, form)
        spare = cell_cast(column, RAW, zone, other) if other else None
        return Cell(column, self._place(column), cell_cast(column, RAW, zone, form), spare=spare)

    def _place(self, column: DataColumn) -> str | None:
        headings, cell = self.opening.headings, tidy(column.cell)
        if headings.count(cell) == 1:
            return f"h{headings.index(cell)}"
        about: dict[str, Any] = {"file": self.name, "source": self.intake.source.name, "cell": column.cell}
        if cell in headings:
            self.intake.lack(column, findings.DOUBLE_HEADING.at(column.span, count=headings.count(cell), **about))
        else:
            known = [*filter(None, headings), *self.opening.others]
            found, hint = findings.listed(known), findings.nearest_heading(cell, known)
            self.intake.lack(column, findings.MISSING_COLUMN.at(column.span, found=found, hint=hint, **about))
        return None

    def append(self, runner: Runner, table: str, bits: Mapping[str, int]) -> int | None:
        """Append the file to the table; how many rows came.

        Rows and rejected lines must make the number that the census found, and that the careful count finds where
        lines were rejected: a quote out of place may swallow others. A parallel reading that misses it is taken back
        and done again in one piece; if that fails too the source is broken and nothing of the file is kept (None).
        """
        cells, told = self.cells(), ""
        for parallel in (False,) if self.census.breaks else (True, False):
            runner.run("BEGIN TRANSACTION")
            said = runner.attempt(f"INSERT INTO {table} {typed(cells, bits, self.reading(parallel=parallel))}")
            if said is None:
                rows, rejected = runner.appended(), _rejected(runner, self.offset)
                if self._all_came(rows + len(rejected), rejected):
                    runner.run("COMMIT")
                    self.intake.rejected.update({self.name: rejected} if rejected else {})
                    return rows
            told = said or f"{rows + len(rejected)} of {self.rows_of(self.recounted)} rows could be told apart"
            runner.run("ROLLBACK")
        finding = _miscounted(self.intake, self.name, self.recounted)
        self.intake.refuse(finding or findings.unreadable(self.intake.source, self.name, told))
        return None

    def reading(self, *, parallel: bool = False, more: Sequence[Delimited] = ()) -> str:
        """The call that reads the cells as text, `h0`, `h1`, … by place, of this file and of more like it; lines that do
        not fit go to the rejects."""
        paths = ", ".join(quote.text(escaped(file.path)) for file in (self, *more))
        columns = ", ".join(f"h{number}: 'VARCHAR'" for number in range(len(self.opening.headings)))
        return (
            f"read_csv([{paths}], auto_detect=false, header=true, "
            f"skip={self.opening.skip}, delim={quote.text(self.opening.delimiter)}, quote='\"', escape='\"', "
            f"columns={{{columns}}}, store_rejects=true, hive_partitioning=false, parallel={str(parallel).lower()})"
        )

    @property
    def layout(self) -> tuple[object, ...]:
        """Files of the same layout, one after the other, may be read by one statement: their lines are their rows."""
        plain = self.census.rough and self.kind is None
        return (self.opening.headings, self.opening.delimiter, self.opening.skip, None if plain else self.path)

    def texts(self, runner: Runner, column: DataColumn, wanted: Sequence[int]) -> list[tuple[Text, str]]:  # noqa: ARG002 - as parquet
        """Place (the header is row 1, blank lines count) and text of some cells, by their places among the rows."""
        delimiter, position = self.opening.delimiter, self.opening.headings.index(tidy(column.cell))
        lone, skip = len(self.opening.headings) == 1, self.opening.skip
        rejected = self.intake.rejected.get(self.name, {})
        with self.path.open(encoding="utf-8-sig", newline="") as lines:
            # Without quotes a line is a record, and only those that are wanted are taken apart.
            data = (
                (row, line)
                for row, line in enumerate(lines if self.census.rough else records(lines, delimiter), 1)
                if row > skip + 1 and (lone or line not in ([], "\n")) and row + self.offset not in rejected
            )
            chosen = set(wanted)
            pairs = [pair for place, pair in enumerate(islice(data, max(chosen) + 1)) if place in chosen]
        found = [(row, line.rstrip("\n").split(delimiter) if isinstance(line, str) else line) for row, line in pairs]
        return [(self._named(row, record, column), record[position] if record else "") for row, record in found]

    def _named(self, row: int, record: Sequence[str], column: DataColumn) -> Text:
        """How people find a cell: by row, by item, or by letters and number."""
        if self.kind is None:
            return findings.row_named(row + self.offset)
        place, _, mark = record[0].partition("\t")
        if self.kind == "cell":
            cell = f"{mark or self.letters.get(tidy(column.cell), '')}{place}"
            return Text(cell, cell)
        return findings.row_named(int(place), mark, item=self.kind == "item")


def append_all(runner: Runner, table: str, bits: Mapping[str, int], files: Sequence[Delimited]) -> list[int] | None:
    """Append files of one layout to the table in one statement; how many rows came of each.

    None, and nothing is kept, where some line is no row, or rows are fewer or more than the files hold: then each file
    has to be read by itself.
    """
    first, *more = files
    runner.run("BEGIN TRANSACTION")
    said = runner.attempt(f"INSERT INTO {table} {typed(first.cells(), bits, first.reading(parallel=True, more=more))}")
    if said is None:
        came, rejected = runner.appended(), _rejected(runner, 0)
        rows = [file.rows_of(file.census) for file in files]
        if came != sum(rows):
            rows = [file.rows_of(file.counted) for file in files]
        if not rejected and came == sum(rows):
            runner.run("COMMIT")
            return rows
    runner.run("ROLLBACK")
    return None


def prepared(intake: Intake, path: Path, name: str, copy: Path, encoding: str | None = None) -> tuple[Path, int]:
    """A text file as UTF-8, without the rows above its headings, and how many these are: itself, or a copy.

    Without `encoding` UTF-8 is believed, unless the first bytes speak against it. Raises OSError, and DecodingError where
    the file is not in the encoding.
    """
    plain = decoding.unpacked(path, copy.with_suffix(".plain"))
    if encoding is None:
        with plain.open("rb") as file:
            encoding = decoding.encoding_of(file.read(decoding.HEAD))
    if encoding != UTF8:
        decoding.recode(plain, copy.with_suffix(".utf8"), encoding)
        intake.decoded(name, encoding)
        plain = copy.with_suffix(".utf8")
    above = (intake.header or 1) - 1
    if not above:
        return plain, 0
    with plain.open(encoding="utf-8-sig", newline="") as lines, copy.open("w", encoding="utf-8", newline="") as written:
        written.writelines(islice(lines, above, None))
    return copy, above


def examine(intake: Intake, path: Path, name: str, copy: Path, encoding: str | None = None) -> Delimited | None:
    """Look at a file before it is read; None, with a finding, where its shape is wrong.

    A file that is no plain UTF-8, or whose lines end in different ways, is read from a copy that is.
    """
    try:
        plain, offset = prepared(intake, path, name, copy, encoding)
    except DecodingError:
        intake.refuse(findings.not_text(intake.source, name, census.count(path, ",").bad_byte))
        return None
    opening = open_text(plain, intake.wanted)
    bad_byte = opening.bad_byte
    finding = _misshapen(intake, name, opening) if bad_byte is None else None
    held = Census(0) if finding or bad_byte is not None else census.take(plain, opening)
    bad_byte = held.bad_byte if bad_byte is None else bad_byte
    if bad_byte is not None:
        if encoding is None and decoding.chinese(plain):
            return examine(intake, path, name, copy, GB18030)
        finding = findings.not_text(intake.source, name, bad_byte)
    finding = finding or _miscounted(intake, name, held)
    if finding:
        intake.refuse(finding)
        return None
    if held.mixed:
        even = copy.with_suffix(".even")
        with plain.open(encoding="utf-8-sig") as lines, even.open("w", encoding="utf-8", newline="\n") as written:
            written.writelines(lines)
        plain = even
    return Delimited(intake, plain, name, opening, held, offset)


def _misshapen(intake: Intake, name: str, opening: Opening) -> Diagnostic | None:
    head, wanted = intake.source.declaration.head, {tidy(cell) for cell in intake.wanted}
    about: dict[str, Any] = {"file": name, "source": intake.source.name, "expected": findings.listed(intake.wanted)}
    if not opening.headings:
        return findings.EMPTY_FILE.at(head, **about)
    if wanted and not wanted & set(opening.headings):
        return findings.WRONG_SHAPE.at(head, found=findings.listed(opening.headings), **about)
    return None


def _miscounted(intake: Intake, name: str, held: Census) -> Diagnostic | None:
    head = intake.source.declaration.head
    about: dict[str, Any] = {"file": name, "source": intake.source.name}
    if held.bad_byte is not None:
        return findings.not_text(intake.source, name, held.bad_byte)
    if held.open_quote is not None:
        return findings.OPEN_QUOTE.at(head, row=held.open_quote, **about)
    return None


def escaped(path: Path) -> str:
    """A path as DuckDB wants it, which reads every name as a pattern: no character is a wildcard."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in str(path))


def _rejected(runner: Runner, offset: int) -> dict[int, Text]:
    """The lines that did not fit, by record number (the first line of the file is 1), and why; then they are cleared."""
    found = runner.rows("SELECT line, min(CAST(error_type AS VARCHAR)) FROM reject_errors GROUP BY line ORDER BY line")
    runner.run("DROP TABLE reject_errors")
    runner.run("DROP TABLE reject_scans")
    return {int(str(line)) + offset: findings.reason(str(error)) for line, error in found}

"""CSV files: every cell read as text, every line accounted for."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from kpilang.data import census, findings
from kpilang.data.casts import cell_cast
from kpilang.data.census import Census
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
    `path` is what is read: the file, or its copy with line ends of one kind."""

    intake: Intake
    path: Path
    name: str
    opening: Opening
    census: Census

    @cached_property
    def recounted(self) -> Census:
        """The census once more, with care."""
        return census.recount(self.path, self.opening.delimiter)

    def _rows(self, held: Census) -> int:
        """How many records follow the header; in a file of one column a blank line is one with an empty cell."""
        return held.records - 1 + (held.blanks - self.opening.skip if len(self.opening.headings) == 1 else 0)

    def _all_came(self, came: int, rejected: Container[int]) -> bool:
        """Whether rows and rejected lines are all that the file holds."""
        if not rejected and came == self._rows(self.census):
            return True
        return self.recounted.open_quote is None and came == self._rows(self.recounted)

    def cells(self) -> list[Cell]:
        """Where each column stands in the file, and its cast; a finding for each that is not there just once."""
        zone, form = self.intake.zone, self.intake.form
        return [
            Cell(column, self._place(column), cell_cast(column, RAW, zone, form(column)))
            for column in self.intake.columns
        ]

    def _place(self, column: DataColumn) -> str | None:
        headings, cell = self.opening.headings, tidy(column.cell)
        if column.name in self.intake.unreadable:
            return None
        if headings.count(cell) == 1:
            return f"h{headings.index(cell)}"
        about: dict[str, Any] = {"file": self.name, "source": self.intake.source.name, "cell": column.cell}
        if cell in headings:
            self.intake.lack(column, findings.DOUBLE_HEADING.at(column.span, count=headings.count(cell), **about))
        else:
            found, hint = findings.listed(headings), findings.nearest_heading(cell, headings)
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
                rows, rejected = runner.appended(), _rejected(runner)
                if self._all_came(rows + len(rejected), rejected):
                    runner.run("COMMIT")
                    self.intake.rejected.update({self.name: rejected} if rejected else {})
                    return rows
            told = said or f"{rows + len(rejected)} of {self._rows(self.recounted)} rows could be told apart"
            runner.run("ROLLBACK")
        finding = _miscounted(self.intake, self.name, self.recounted)
        self.intake.refuse(finding or findings.unreadable(self.intake.source, self.name, told))
        return None

    def reading(self, *, parallel: bool = False) -> str:
        """The call that reads the cells as text, `h0`, `h1`, … by place; lines that do not fit go to the rejects."""
        columns = ", ".join(f"h{number}: 'VARCHAR'" for number in range(len(self.opening.headings)))
        return (
            f"read_csv([{quote.text(escaped(self.path))}], auto_detect=false, header=true, "
            f"skip={self.opening.skip}, delim={quote.text(self.opening.delimiter)}, quote='\"', escape='\"', "
            f"columns={{{columns}}}, store_rejects=true, hive_partitioning=false, parallel={str(parallel).lower()})"
        )

    def texts(self, runner: Runner, column: DataColumn, wanted: Sequence[int]) -> list[tuple[int, str]]:  # noqa: ARG002 - as parquet
        """Row (the header is row 1, blank lines count) and text of some cells, by their places among the rows."""
        position, lone = self.opening.headings.index(tidy(column.cell)), len(self.opening.headings) == 1
        rejected = self.intake.rejected.get(self.name, {})
        with self.path.open(encoding="utf-8-sig", newline="") as lines:
            data = (
                (row, record)
                for row, record in enumerate(records(lines, self.opening.delimiter), 1)
                if row > self.opening.skip + 1 and (record or lone) and row not in rejected
            )
            chosen = set(wanted)
            found = [pair for place, pair in enumerate(islice(data, max(chosen) + 1)) if place in chosen]
        return [(row, record[position] if record else "") for row, record in found]


def examine(intake: Intake, path: Path, name: str, copy: Path) -> Delimited | None:
    """Look at a file before it is read; None, with a finding, where its shape is wrong.

    A file whose lines end in different ways is read from a copy, made at `copy`, where all end in one.
    """
    opening = open_text(path, intake.wanted)
    finding = _misshapen(intake, name, opening)
    held = Census(0) if finding else census.count(path, opening.delimiter)
    finding = finding or _miscounted(intake, name, held)
    if finding:
        intake.refuse(finding)
        return None
    if held.mixed:
        with path.open(encoding="utf-8-sig") as lines, copy.open("w", encoding="utf-8", newline="\n") as written:
            written.writelines(lines)
    return Delimited(intake, copy if held.mixed else path, name, opening, held)


def _misshapen(intake: Intake, name: str, opening: Opening) -> Diagnostic | None:
    head, wanted = intake.source.declaration.head, {tidy(cell) for cell in intake.wanted}
    about: dict[str, Any] = {"file": name, "source": intake.source.name, "expected": findings.listed(intake.wanted)}
    if opening.bad_byte is not None:
        return findings.NOT_UTF8.at(head, byte=opening.bad_byte + 1, **about)
    if not opening.headings:
        return findings.EMPTY_FILE.at(head, **about)
    if wanted and not wanted & set(opening.headings):
        return findings.WRONG_SHAPE.at(head, found=findings.listed(opening.headings), **about)
    return None


def _miscounted(intake: Intake, name: str, held: Census) -> Diagnostic | None:
    head = intake.source.declaration.head
    about: dict[str, Any] = {"file": name, "source": intake.source.name}
    if held.bad_byte is not None:
        return findings.NOT_UTF8.at(head, byte=held.bad_byte + 1, **about)
    if held.open_quote is not None:
        return findings.OPEN_QUOTE.at(head, row=held.open_quote, **about)
    return None


def escaped(path: Path) -> str:
    """A path as DuckDB wants it, which reads every name as a pattern: no character is a wildcard."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in str(path))


def _rejected(runner: Runner) -> dict[int, Text]:
    """The lines that did not fit, by record number (the first line of the file is 1), and why; then they are cleared."""
    found = runner.rows("SELECT line, min(CAST(error_type AS VARCHAR)) FROM reject_errors GROUP BY line ORDER BY line")
    runner.run("DROP TABLE reject_errors")
    runner.run("DROP TABLE reject_scans")
    return {int(str(line)): findings.reason(str(error)) for line, error in found}

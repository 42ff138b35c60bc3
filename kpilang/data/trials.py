"""How many cells of files can be read in a form: what settles how a column is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpilang.data import staging
from kpilang.data.delimited import Delimited
from kpilang.data.intake import Intake
from kpilang.data.numerals import Form
from kpilang.data.parquet import Parquet
from kpilang.data.settling import Pair
from kpilang.data.staging import Runner, typed
from kpilang.model.nouns import DataColumn

File = Delimited | Parquet


class Trials:
    """Reads the columns of an intake in one form and another, and counts what fits."""

    def __init__(self, runner: Runner, intake: Intake) -> None:
        self.runner, self.intake = runner, intake

    def _values(self, file: File, column: DataColumn, forms: Sequence[Form], beyond: Form | None = None) -> str:
        """A SELECT of a column's cells read in each form: c0, c1, …, whatever its domain; of those that do not fit
        `beyond` alone."""
        free = replace(column, items=(), low=None, high=None, required=False)
        cells = [replace(file, intake=self._told(free, form)).cells()[0] for form in (*forms, *filter(None, [beyond]))]
        rows = file.reading()
        if beyond is not None and (last := cells.pop()).place is not None:
            rows = f"(SELECT * FROM {rows} WHERE {last.cast.value.replace(staging.RAW, last.place)} IS NULL)"
        return typed(cells, {}, rows)

    def count(
        self, files: Sequence[File], column: DataColumn, forms: Sequence[Form], beyond: Form | None = None
    ) -> list[int]:
        """How many cells fit each form, among all or those that do not fit one."""
        counts = ", ".join(f"count(c{number})" for number in range(len(forms)))
        values = (self._values(file, column, forms, beyond) for file in files)
        found = [self.runner.rows(f"SELECT {counts} FROM ({value})")[0] for value in values]
        return [sum(int(str(row[number])) for row in found) for number in range(len(forms))]

    def compare(self, files: Sequence[File], column: DataColumn, first: Form, second: Form) -> Pair:
        """How many cells fit either of two forms, both, and how many then differ."""
        counts = (
            "count(c0), count(c1), count(CASE WHEN c0 IS NOT NULL THEN c1 END), count(CASE WHEN c0 <> c1 THEN 1 END)"
        )
        rows = [
            self.runner.rows(f"SELECT {counts} FROM ({self._values(file, column, [first, second])})")[0]
            for file in files
        ]
        return Pair(*(sum(int(str(row[number])) for row in rows) for number in range(4)))

    def _told(self, column: DataColumn, form: Form) -> Intake:
        """An intake of one column, written in a form."""
        return replace(self.intake, columns=[column], forms={column.name: form})

"""Where the rows of a relation stand in its files, as people find them there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpilang.data.delimited import Delimited
from kpilang.data.parquet import Parquet
from kpilang.data.staging import Runner
from kpilang.text import Text

FAR = 500_000
"""Rows of a text file behind so many others are not looked for: the way there is read line by line."""

NAMED = Text("{file} {place}", "{file} {place}")


@dataclass(frozen=True)
class Stretch:
    """The rows of one file in a relation: from number `low` to before `high`."""

    file: Delimited | Parquet
    low: int
    high: int


@dataclass(frozen=True)
class Places:
    """Finds rows in the files of a source."""

    runner: Runner
    stretches: Sequence[Stretch]

    def __call__(self, rows: Sequence[int]) -> dict[int, Text]:
        """The place of each row that is found, by its number; with its file where there are several."""
        found: dict[int, Text] = {}
        for part in self.stretches:
            wanted = sorted({row for row in rows if part.low <= row < part.high})
            told = self._in(part, wanted) if wanted else []
            if len(told) == len(wanted):
                found.update(zip(wanted, told, strict=True))
        return found

    def _in(self, part: Stretch, rows: Sequence[int]) -> list[Text]:
        column = next((cell.column for cell in part.file.cells() if cell.place is not None), None)
        places = [row - part.low for row in rows]
        if column is None or (isinstance(part.file, Delimited) and places[-1] >= FAR):
            return []
        try:
            told = [place for place, _ in part.file.texts(self.runner, column, places)]
        except OSError:  # it is gone since it was read
            return []
        if len(self.stretches) == 1:
            return told
        return [NAMED.fill(file=part.file.name, place=place) for place in told]

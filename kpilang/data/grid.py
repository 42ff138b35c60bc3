"""Rows of cells as texts, whatever the file they come from, and their copy as CSV, which is then read like any other."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kpilang.data.census import Census
from kpilang.data.opening import SAMPLE, Opening, tidy
from kpilang.diagnostics import Problem
from kpilang.text import Text


class UnusableError(Exception):
    """A file that holds no table as asked for; carries what to tell the user and never leaves the room of data."""

    def __init__(self, problem: Problem, **values: str | Text | int) -> None:
        super().__init__(problem.name)
        self.problem, self.values = problem, dict[str, Any](values)


@dataclass
class Grid:
    """`headings` and under them `rows`, each with its place in the file: a number. `kind` says how a place is named:
    `row`, `item` or `cell`, and then `letters` are those of the columns. `others` are headings whose columns were not taken along; `lacking` those, of what was asked
    for, that no row had, known when all rows are read. `flaws` are cells without a usable value: heading, cell, what it holds; `merged` are spans of merged
    cells, each with a heading.
    """

    headings: tuple[str, ...]
    rows: Iterable[tuple[str, Sequence[str]]]
    kind: str = "row"
    others: list[str] = field(default_factory=list)
    lacking: set[str] = field(default_factory=set)
    letters: tuple[str, ...] = ()
    flaws: list[tuple[str, str, str]] = field(default_factory=list)
    merged: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Copied:
    """What a copy holds."""

    opening: Opening
    census: Census


def write(grid: Grid, copy: Path) -> Copied:
    """Write a grid as CSV, each row's place in its first column."""
    count, breaks, sample = 0, False, []
    with copy.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(("", *(f"h{number}" for number in range(len(grid.headings)))))
        for place, cells in grid.rows:
            record = (place, *cells)
            writer.writerow(record)
            count += 1
            breaks = breaks or any("\n" in cell or "\r" in cell for cell in cells)
            if count <= SAMPLE:
                sample.append(record)
    names = ("" if heading in grid.lacking else tidy(heading) for heading in grid.headings)
    opening = Opening(",", ("", *names), 0, sample=tuple(sample), others=tuple(grid.others))
    return Copied(opening, Census(count + 1, breaks=breaks))


def letters(column: int) -> str:
    """The letters of a workbook's column, counted from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name

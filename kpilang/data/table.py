"""A source as loaded: the relation that holds its typed rows, and what was wrong with its data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kpilang.diagnostics import Diagnostic
from kpilang.result import LeftOut
from kpilang.text import Text

MOST_BITS = 63


def nowhere(_rows: Sequence[int]) -> dict[int, Text]:
    """The places of rows of which nobody knows where they stand."""
    return {}


@dataclass(frozen=True)
class Table:
    """One loaded source.

    `relation` is a quoted SQL identifier; it has the columns "row" BIGINT (unique, in the order of the files),
    "bad" BIGINT, and "c_NAME" for each column that was asked for, with the SQL type in `columns`.
    `bad` maps a column to its bit in "bad" (0 the lowest), for columns with a bad cell: the cell's value is NULL.
    `missing` holds columns that a file lacks, or holds in a type that does not fit: aggregates that use one have
    bad data, whether bad rows are skipped or not. `broken`: rows could not be read, so every aggregate over the source has bad data, and `why` tells the
    cause where it is that of a whole file. `parts` gives the name of each file and the SELECT that reads it, where files
    are read for each statement anew, so that damage shows late. `places` tells where rows stand in the files, by the numbers in "row"; those
    it does not find are left out. `unsettled` are columns made of a first or last row that cannot be told, each with the
    aggregate as written.
    """

    source: str
    relation: str
    columns: Mapping[str, str]
    rows: int
    bad: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    missing: frozenset[str] = frozenset()
    broken: bool = False
    why: Text | None = None
    parts: tuple[tuple[str, str], ...] = ()
    unsettled: Mapping[str, str] = field(default_factory=dict)
    places: Callable[[Sequence[int]], dict[int, Text]] = field(default=nowhere, compare=False, repr=False)

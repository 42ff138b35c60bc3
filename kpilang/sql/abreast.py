"""Groups of several tables side by side: one row for each group in each combination of windows that sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpilang.plan.moments import Window
from kpilang.result import Reason
from kpilang.sql.readers import Table

# What one look sees: in each combination a window, or why there is none.
Seen = tuple[Window | Reason, ...]


@dataclass(frozen=True)
class Groups:
    """A query with the number of a combination as `n`, members, the key, and more columns; each group once."""

    query: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """What members and keys are called; `texts` where keys of several sources are stored in different types."""

    members: Sequence[str]
    keys: Sequence[str]
    texts: bool = False

    @property
    def all(self) -> tuple[str, ...]:
        return ("n", *self.members, *self.keys)

    @property
    def listed(self) -> str:
        """All of them, keys made alike."""
        keys = (f"CAST({key} AS VARCHAR) AS {key}" if self.texts else key for key in self.keys)
        return ", ".join(["n", *self.members, *keys])


def looked_at(table: Table, name: str, seen: Seen, look: int, names: Names) -> Groups:
    """The groups of a table, called `name`, in each combination in which a look sees them; where a window has several
    slots, these are put together."""
    rows = [(number, *table.stretches[window]) for number, window in enumerate(seen) if not isinstance(window, Reason)]
    columns = tuple(f"l{look}{cell}" for cell in table.cells)
    if all(first == last for _, first, last in rows):
        values = ", ".join(f"({number}, {slot})" for number, slot, _ in rows)
        cells = "".join(f", {cell} AS l{look}{cell}" for cell in table.cells)
        return Groups(f"SELECT {names.listed}{cells} FROM {name} JOIN (VALUES {values}) AS s(n, w) USING (w)", columns)
    values = ", ".join(f"({number}, {first}, {last})" for number, first, last in rows)
    slots = f"(SELECT n, unnest(range(first, last + 1)) AS w FROM (VALUES {values}) AS s(n, first, last))"
    cells = "".join(f", {cell.fold}({text}) AS l{look}{text}" for text, cell in table.cells.items())
    query = f"SELECT {names.listed}{cells} FROM {name} JOIN {slots} AS s USING (w) GROUP BY {', '.join(names.all)}"
    return Groups(query, columns)


def abreast(all_groups: Sequence[Groups], names: Names, *, first_only: bool) -> str:
    """All groups side by side: those that any has, or only those of the first."""
    found, *rest = all_groups
    for groups in rest:
        found = beside(found, groups, names, "LEFT" if first_only else "FULL")
    return found.query


def beside(left: Groups, right: Groups, names: Names, way: str) -> Groups:
    """Two of them joined; a member may be none."""
    tests = [f"x.{name} = y.{name}" for name in ("n", *names.keys)]
    tests += [f"x.{name} IS NOT DISTINCT FROM y.{name}" for name in names.members]
    both = (f"COALESCE(x.{name}, y.{name}) AS {name}" for name in names.all)
    columns = (*left.columns, *right.columns)
    joined = f"({left.query}) AS x {way} JOIN ({right.query}) AS y ON {' AND '.join(tests)}"
    return Groups(f"SELECT {', '.join([*both, *columns])} FROM {joined}", columns)

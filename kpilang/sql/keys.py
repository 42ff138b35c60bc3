"""Keys that contradict themselves: how many there are, and the first few with the rows they stand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kpilang.model.nouns import DataSource
from kpilang.plan.facts import Loaded
from kpilang.sql.base import Base, cell
from kpilang.sql.profile import FIRST_FEW
from kpilang.sql.scalars import Scalars


@dataclass(frozen=True)
class Contradictions:
    """Two statements: `count` gives how many, `examples` for the first few the two rows' numbers, then the key as text."""

    count: str
    examples: str


Write = Callable[[DataSource, Loaded, Base], Contradictions]


def duplicates(source: DataSource, table: Loaded, base: Base) -> Contradictions:
    """Keys of a source that stand on more than one row that is there."""
    return _repeated(source, table, base, source.key)


def ties(source: DataSource, table: Loaded, base: Base) -> Contradictions:
    """Times at which a key has two readings, among those that are there."""
    assert source.snapshot is not None
    return _repeated(source, table, base, (*source.key, source.snapshot.name))


def _repeated(source: DataSource, table: Loaded, base: Base, columns: tuple[str, ...]) -> Contradictions:
    """Values of columns, all of them filled, that stand on more than one row that is there."""
    cells = [cell("r", table, name).text for name in columns]
    present = " AND ".join([*(f"{each} IS NOT NULL" for each in cells), *base.begun(source, "r")])
    grouped = f"FROM {table.relation} AS r WHERE {present} GROUP BY {', '.join(cells)} HAVING COUNT(*) > 1"
    keys = ", ".join(f"CAST({each} AS VARCHAR)" for each in cells[: len(source.key)])
    return Contradictions(
        f"SELECT COUNT(*) FROM (SELECT 1 {grouped})",
        f'SELECT list_extract(min(r."row", 2), 1), list_extract(min(r."row", 2), 2), {keys} {grouped} '
        f"ORDER BY 1 LIMIT {FIRST_FEW}",
    )


def overlaps(source: DataSource, table: Loaded, base: Base) -> Contradictions:
    """Rows of a source that lives which begin before the row of the same key before them has ended."""
    start, end = base.life(source, "r")
    keys = [cell("r", table, name).text for name in source.key]
    begun = f"{start.text} IS NOT NULL" if source.planned else f"{start.text} < {base.moment(start, base.now)}"
    present = " AND ".join([*(f"{key} IS NOT NULL" for key in keys), begun])
    first, last = Scalars(lambda _: start, base.model.calendar).alike(start, end)
    present = f"{present} AND ({end.text} IS NULL OR {last.text} > {first.text})"
    window = f"OVER (PARTITION BY {', '.join(keys)} ORDER BY {first.text}"
    beside, next_row = f"lead({first.text}) {window})", f'lead(r."row") {window}, r."row")'
    found = "WHERE beside IS NOT NULL AND (until IS NULL OR beside < until)"
    columns = f"{last.text} AS until, {beside} AS beside"
    texts = ", ".join(f"CAST({key} AS VARCHAR) AS k{number}" for number, key in enumerate(keys))
    shown = ", ".join(f"k{number}" for number in range(len(keys)))
    origin = f"FROM {table.relation} AS r WHERE {present}"
    return Contradictions(
        f"SELECT COUNT(*) FROM (SELECT {columns} {origin}) {found}",
        f'SELECT one, other, {shown} FROM (SELECT r."row" AS one, {next_row} AS other, {columns}, {texts} {origin}) '
        f"{found} ORDER BY 1 LIMIT {FIRST_FEW}",
    )

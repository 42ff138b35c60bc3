"""Typed rows out of raw ones: the statement that casts, checks domains, and marks bad cells bit by bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from kpilang.data.casts import Cast, blank
from kpilang.data.natives import FLOATING
from kpilang.data.table import MOST_BITS
from kpilang.model.nouns import DataColumn
from kpilang.sql import quote

BITS_A_WORD = 60


class Runner(Protocol):
    """What loading needs of an engine."""

    def rows(self, sql: str) -> list[tuple[object, ...]]: ...

    def run(self, sql: str) -> None: ...

    def attempt(self, sql: str) -> str | None:
        """Run a statement; what the engine said when it refused, else None."""

    def appended(self) -> int:
        """How many rows the last INSERT brought, or what a count found, that was attempted last."""

    def database(self, path: Path) -> str | OSError:
        """The name by which a DuckDB file is attached, or why it is not."""

    @property
    def workshop(self) -> Path:
        """A folder of this run's own, which the engine may read."""


@dataclass(frozen=True)
class Cell:
    """One column of a file on its way: its place in the file as SQL (None: the file lacks it), its cast of `raw`,
    whether `raw` is a text, so that a blank one is empty, and another cast, kept beside the first until it is known
    whether any cell needs it."""

    column: DataColumn
    place: str | None
    cast: Cast
    textual: bool = True
    spare: Cast | None = None

    @property
    def checked(self) -> bool:
        """Whether a cell may be bad."""
        return self.place is not None and (self.cast.checked or self.demanding)

    @property
    def demanding(self) -> bool:
        """Whether more is asked of a cell than that it fits the type."""
        return self.column.required or restricted(self.column)


def restricted(column: DataColumn) -> bool:
    """Whether a column has a domain."""
    return bool(column.items) or column.low is not None or column.high is not None


def name(column: str) -> str:
    """The SQL name of a column in a relation."""
    return quote.identifier(f"c_{column}")


def spare_name(column: str) -> str:
    """The SQL name of the column with the spare values."""
    return quote.identifier(f"d_{column}")


def words(checked: int) -> int:
    """How many BIGINT columns hold the bits of so many checked columns."""
    return -(-checked // BITS_A_WORD)


def create(table: str, types: Mapping[str, str], spares: Mapping[str, str], checked: int) -> str:
    """The statement that makes the empty table; one without columns gets one, since a table must have one."""
    columns = [f"{name(column)} {sql_type}" for column, sql_type in types.items()]
    columns += [f"{spare_name(column)} {sql_type}" for column, sql_type in spares.items()]
    columns += [f"b{word} BIGINT" for word in range(words(checked))]
    return f"CREATE OR REPLACE TABLE {table} ({', '.join(columns or ['n BOOLEAN'])})"


def typed(cells: Sequence[Cell], bits: Mapping[str, int], rows: str) -> str:
    """A SELECT of the typed columns c0, c1, …, the spare ones and the words of bits b0, b1, … of a file's rows; `rows` is
    SQL that can stand after FROM.

    Four layers, so that nothing is computed twice: the raw cells, their values, the values inside their domain,
    and the bits of those that are bad.
    """
    raw, value, kept = [], [], []
    for number, cell in enumerate(cells):
        raw.append(f"{_emptied(cell)} AS r{number}")
        value.append(f"{_value(cell, cell.cast, number)} AS v{number}")
        kept.append(f"{_in_domain(cell, cell.cast, f'v{number}')} AS c{number}")
        if cell.spare is not None:
            value.append(f"{_value(cell, cell.spare, number)} AS w{number}")
            kept.append(f"{_in_domain(cell, cell.spare, f'w{number}')} AS d{number}")
    keep = [f"r{number}" for number in range(len(cells))]
    final = [f"c{number}" for number in range(len(cells))]
    final += [f"d{number}" for number, cell in enumerate(cells) if cell.spare is not None]
    final += [f"{_word(cells, bits, word)} AS b{word}" for word in range(words(len(bits)))]
    return (
        f"SELECT {', '.join(final or ['NULL AS n'])} FROM "
        f"(SELECT {', '.join([*keep, *kept]) or 'NULL'} FROM (SELECT {', '.join([*keep, *value]) or 'NULL'} FROM "
        f"(SELECT {', '.join(raw) or 'NULL'} FROM {rows})))"
    )


RAW = "\x01raw"


def _emptied(cell: Cell) -> str:
    """The raw cell, NULL where the file lacks the column or the text is one that stands for an empty value."""
    if cell.place is None:
        return "CAST(NULL AS VARCHAR)"
    if not cell.column.nulls or not cell.textual:
        return cell.place
    listed = ", ".join(quote.text(word) for word in cell.column.nulls)
    return f"CASE WHEN {cell.place} IN ({listed}) OR trim({cell.place}) IN ({listed}) THEN NULL ELSE {cell.place} END"


def _value(cell: Cell, cast: Cast, number: int) -> str:
    return f"CAST(NULL AS {cast.type})" if cell.place is None else cast.value.replace(RAW, f"r{number}")


def _in_domain(cell: Cell, cast: Cast, value: str) -> str:
    finite = [f"isfinite({value})"] if cast.type == "DOUBLE" and cast.checked else []
    tests = finite + domain(cell.column, value, cast.type)
    return f"CASE WHEN {' AND '.join(tests)} THEN {value} END" if tests else value


def domain(column: DataColumn, value: str, sql_type: str) -> list[str]:
    """Tests that hold for a value inside its column's domain."""
    exact = quote.double if sql_type in FLOATING else _exact
    tests = []
    if column.items:
        listed = ", ".join(quote.text(item) if isinstance(item, str) else exact(item) for item in column.items)
        tests.append(f"{value} IN ({listed})")
    if column.low is not None:
        tests.append(f"{value} >= {exact(column.low)}")
    if column.high is not None:
        tests.append(f"{value} <= {exact(column.high)}")
    return tests


def _exact(value: Decimal) -> str:
    try:
        return quote.decimal(value)
    except ValueError:  # more digits than any cell has
        return quote.double(value)


def _word(cells: Sequence[Cell], bits: Mapping[str, int], word: int) -> str:
    """The sum of the bits of one BIGINT."""
    terms, there = [], []
    for number, cell in enumerate(cells):
        bit = bits.get(cell.column.name)
        if bit is not None and bit // BITS_A_WORD == word and cell.checked:
            terms.append(_bit(cell, number, 1 << bit % BITS_A_WORD))
            there.append(f"c{number} IS NOT NULL")
    return f"CASE WHEN {' AND '.join(there)} THEN 0 ELSE {' + '.join(terms)} END" if terms else "0"


def _bit(cell: Cell, number: int, bit: int) -> str:
    empty = f"CAST({bit if cell.column.required else 0} AS BIGINT)"
    blanks = f"WHEN {blank(f'r{number}')} THEN {empty} " if cell.textual else ""
    return f"CASE WHEN c{number} IS NOT NULL THEN 0 WHEN r{number} IS NULL THEN {empty} {blanks}ELSE {bit} END"


def clean(cells: Sequence[Cell], types: Mapping[str, str], rows: str, number: str) -> str:
    """A SELECT of the relation's columns from a file in which no cell is bad; `number` is SQL of a row's number."""
    raw = [f"{_emptied(cell)} AS r{place}" for place, cell in enumerate(cells)]
    columns = [f'{number} AS "row"', 'CAST(0 AS BIGINT) AS "bad"']
    for place, cell in enumerate(cells):
        sql_type = types[cell.column.name]
        value = "NULL" if cell.place is None else (cell.cast.clean or cell.cast.value).replace(RAW, f"r{place}")
        same = cell.place is not None and cell.cast.type == sql_type
        columns.append(f"{value if same else f'CAST({value} AS {sql_type})'} AS {name(cell.column.name)}")
    return f"SELECT {', '.join(columns)} FROM (SELECT {', '.join([*raw, 'file_row_number'])} FROM {rows})"


def view(
    relation: str, table: str, types: Mapping[str, str], internal: Mapping[str, int], shown: Mapping[str, int]
) -> str:
    """The statement that makes the relation over a table: its rows numbered, its bits put where `shown` says."""
    terms = []
    for column, bit in shown.items():
        word, place = divmod(internal[column], BITS_A_WORD)
        terms.append(f"(((b{word} >> {place}) & 1) << {bit})")
    bad = " | ".join(terms) or "CAST(0 AS BIGINT)"
    listed = ", ".join(['rowid AS "row"', f'{bad} AS "bad"', *(name(column) for column in types)])
    return f"CREATE OR REPLACE VIEW {relation} AS SELECT {listed} FROM {table}"


def public_bits(columns: Sequence[str]) -> dict[str, int]:
    """A bit for each column with bad cells; where there are too many, the last ones share one (and spoil more)."""
    return {column: min(number, MOST_BITS - 1) for number, column in enumerate(columns)}

"""A result as a grid of texts for people: a heading, and for each row what is in its cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpilang.outputs import words
from kpilang.outputs.numbers import even
from kpilang.outputs.shown import Shown
from kpilang.width import flat

if TYPE_CHECKING:
    from decimal import Decimal

    from kpilang.model.types import Unit
    from kpilang.result import Row


@dataclass(frozen=True)
class Column:
    """A heading, and whether its cells stand at the right as numbers do. `role` tells what is in them."""

    role: str
    head: str
    right: bool = False


@dataclass(frozen=True)
class Grid:
    """Columns that have something in them, and the cells of each row in their order."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def grid(shown: Shown) -> Grid:
    """The grid of a result; columns in which nothing stands are left out, but for the KPI and its value."""
    columns = _columns(shown)
    rows = tuple(_rows(shown))
    kept = [
        number
        for number, column in enumerate(columns)
        if column.role in ("kpi", "period", "value", "member") or any(row[number] for row in rows)
    ]
    return Grid(tuple(columns[number] for number in kept), tuple(tuple(row[number] for number in kept) for row in rows))


def _columns(shown: Shown) -> tuple[Column, ...]:
    heads = {role: text.say(shown.language) for role, text in words.HEADS.items()}
    return (
        Column("kpi", heads["kpi"]),
        Column("period", heads["period"]),
        *(Column("member", flat(name)) for name in shown.members),
        Column("value", heads["value"], right=True),
        Column("change", heads["change"], right=True),
        Column("target", heads["target"], right=True),
        Column("status", heads["status"]),
        Column("remark", heads["remark"]),
    )


def _rows(shown: Shown) -> Iterator[tuple[str, ...]]:
    language, members = shown.language, shown.members
    titles = {name: flat(kpi.title(language)) for name, kpi in shown.model.kpis.items()}
    places = _places(shown.result.rows)
    for row in shown.result.rows:
        yield (
            titles[row.kpi],
            row.period,
            *(_members(row, members, language)),
            flat(words.value(row, language, places[row.kpi, row.unit])),
            flat(words.change(row, language, places[row.kpi, row.unit])),
            flat(words.target(row.target, row.unit, language)),
            words.status(row, language),
            words.remark(row, language),
        )


def _places(rows: Iterable[Row]) -> dict[tuple[str, Unit | None], int | None]:
    """The decimals that make the values of each KPI, and their changes, look even below one another."""
    columns: dict[tuple[str, Unit | None], list[Decimal]] = {}
    for row in rows:
        columns.setdefault((row.kpi, row.unit), []).extend([] if row.value is None else [row.value])
    return {(kpi, unit): even(numbers, unit) for (kpi, unit), numbers in columns.items()}


def _members(row: Row, columns: tuple[str, ...], language: str) -> Iterator[str]:
    by = dict(row.by)
    return (words.member(by[column], language) if column in by else words.ALL.say(language) for column in columns)

"""Rows of a result as flat records, for formats that have columns: the same columns in the same order everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kpilang.outputs.shown import Shown, unit_name

if TYPE_CHECKING:
    from kpilang.result import Row

Cell = str | Decimal | dt.date | None


@dataclass(frozen=True)
class Field:
    """A column of the output: its name, and what its cells are: text, number or date."""

    name: str
    kind: str


_BEFORE = (("kpi", "text"), ("label", "text"), ("period", "text"), ("start", "date"), ("end", "date"))
_TOTAL = ("total", "text")
_AFTER = (
    ("value", "number"),
    ("reason", "text"),
    ("reason_text", "text"),
    ("unit", "text"),
    ("target_comparator", "text"),
    ("target", "number"),
    ("target_low", "number"),
    ("target_high", "number"),
    ("target_words", "text"),
    ("attainment", "number"),
    ("status", "text"),
    ("previous", "number"),
    ("change", "number"),
    ("partial_start", "date"),
    ("partial_end", "date"),
    ("notes", "text"),
)


def fields(shown: Shown) -> tuple[Field, ...]:
    """The columns; each of the breakdown is called `by_` and its name, so that none hides another. Where there are rows
    for all members together, `total` tells them from those of the member "none"."""
    members = ((f"by_{column}", "text") for column in shown.members)
    total = (_TOTAL,) if shown.totals else ()
    return tuple(Field(name, kind) for name, kind in (*_BEFORE, *members, *total, *_AFTER))


def records(shown: Shown) -> Iterator[tuple[Cell, ...]]:
    """The cells of each row, in the order of the columns."""
    titles = {name: kpi.title(shown.language) for name, kpi in shown.model.kpis.items()}
    members, totals = shown.members, shown.totals
    for row in shown.result.rows:
        by = dict(row.by)
        before = (row.kpi, titles[row.kpi], row.period, row.start, row.end)
        total = (str(not row.sheet.columns).lower(),) if totals else ()
        yield (*before, *(by.get(column) for column in members), *total, *_after(row, shown.language))


def _after(row: Row, language: str) -> tuple[Cell, ...]:
    reason, target, partial = row.reason, row.target, row.partial
    return (
        row.value,
        str(reason.why) if reason else None,
        reason.text.say(language) if reason else None,
        unit_name(row.unit),
        target.comparator if target else None,
        target.value if target else None,
        target.low if target else None,
        target.high if target else None,
        target.words if target else None,
        row.attainment,
        str(row.status) if row.status else None,
        row.previous,
        row.change,
        partial.start if partial else None,
        partial.end if partial else None,
        "; ".join(note.text.say(language) for note in row.notes) or None,
    )

"""Texts of CSV cells as typed values, by the declared type of their column and the rules of docs/time.md."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from kpilang.model.nouns import DataColumn, DataSource, Model
from tests.reference.almanac import almanac
from tests.reference.known import BAD

TRUE, FALSE = ("true", "yes", "1"), ("false", "no", "0")


def tables(model: Model, texts: Mapping[str, str]) -> dict[str, list[dict[str, object]]]:
    """The rows of each source from its CSV text; a source without text has no rows."""
    return {name: rows(model, source, texts.get(name, "")) for name, source in model.sources.items()}


def rows(model: Model, source: DataSource, text: str) -> list[dict[str, object]]:
    columns = [column for column in source.columns.values() if column.in_file]
    return [
        {column.name: cell(model, column, record.get(column.cell) or "") for column in columns}
        for record in csv.DictReader(io.StringIO(text), skipinitialspace=True)
    ]


def cell(model: Model, column: DataColumn, text: str) -> object:
    """One cell: None when empty, BAD when it does not fit."""
    if not text.strip() or text in column.nulls:
        return None
    try:
        return read(model, column, text)
    except (ValueError, InvalidOperation):
        return BAD


def read(model: Model, column: DataColumn, text: str) -> object:
    if column.sort == "text":
        return text
    if column.sort == "integer":
        return int(text)
    if column.sort == "bool":
        return truth(text.lower())
    if column.sort == "date":
        return day(column, text)
    if column.sort == "datetime":
        return instant(model, text)
    if column.sort == "percent":
        return Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else column.percent_of)
    return Decimal(text)


def day(column: DataColumn, text: str) -> dt.date:
    if column.format is None:
        return dt.date.fromisoformat(text)
    return dt.datetime.strptime(text, column.format).replace(tzinfo=dt.UTC).date()


def truth(text: str) -> bool:
    if text not in TRUE + FALSE:
        raise ValueError(text)
    return text in TRUE


def instant(model: Model, text: str) -> dt.datetime:
    """A date, a clock time in the project's zone, or one with its own offset, as a naive UTC instant."""
    if len(text) == len("2026-01-31"):
        return almanac(model.calendar).instant(dt.date.fromisoformat(text))
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return moment.astimezone(dt.UTC).replace(tzinfo=None)
    return almanac(model.calendar).to_instant(moment)

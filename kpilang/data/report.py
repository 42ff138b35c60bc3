"""Says what was wrong with cells and lines: as findings, or as counts where bad rows are skipped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kpilang.data import findings
from kpilang.data.delimited import Delimited
from kpilang.data.dressed import COMMA, POINT, mark_of
from kpilang.data.intake import Intake
from kpilang.data.parquet import Parquet
from kpilang.data.shapes import HALVES
from kpilang.data.staging import Runner
from kpilang.diagnostics import Diagnostic
from kpilang.model.nouns import DataColumn
from kpilang.result import LeftOut
from kpilang.text import Text

FIRST_LINES = 3


def cells(
    runner: Runner,
    intake: Intake,
    column: DataColumn,
    file: Delimited | Parquet,
    count: int,
    places: Sequence[int],
    reads_all: Callable[[str], bool],
) -> Diagnostic | LeftOut:
    """The bad cells of one column in one file, the first few read again to be shown; `reads_all` tells of a format
    whether it would read every cell of the column."""
    texts = file.texts(runner, column, places)
    where = findings.places([(place, _cell(text)) for place, text in texts], count)
    about: dict[str, Any] = {
        "cells": findings.many(count, "cell", "cells", "个单元格"),
        "source": intake.source.name,
        "column": column.name,
        "file": file.name,
        "where": where,
        "expected": findings.expected(column),
        "form": findings.form_hint(column, [text for _, text in texts], reads_all),
    }
    either = intake.unsettled.get(column.name)
    if either is not None:
        short = any("%y" in format for format in either)
        about |= {"where": _open(column, texts, count, either), "formats": findings.alternatives(either)}
        return (findings.SHORT_YEAR if short else findings.AMBIGUOUS).at(column.span, **about)
    if intake.skip_bad:
        return LeftOut("bad-cell", count, findings.SKIPPED_CELLS.fill(**about))
    return findings.BAD_CELLS.at(column.span, **about)


def _open(column: DataColumn, texts: Sequence[tuple[Text, str]], count: int, formats: Sequence[str]) -> Text:
    """The cells that may mean several things; where none of the few at hand does, those."""
    readings = [(place, text, _readings(column, text, formats)) for place, text in texts]
    several = [each for each in readings if len(each[2]) >= min(2, len(formats))]
    if not several:
        return findings.places([(place, _cell(text)) for place, text in texts], count)
    read = [(place, _all_readings(text, found)) for place, text, found in several]
    return findings.places(read, count - (len(texts) - len(several)))


def _readings(column: DataColumn, text: str, formats: Sequence[str]) -> list[str]:
    """All that a cell may mean."""
    return list(dict.fromkeys(filter(None, (reading(column, text, format) for format in formats))))


def _all_readings(text: str, several: Sequence[str]) -> Text:
    """A cell with all that it may mean."""
    shown = findings.shown(text)
    listed = findings.alternatives(several, prefix="")
    return Text(f"`{shown}` ({listed.en})", f"`{shown}`（{listed.zh}）")


def reading(column: DataColumn, text: str, format: str) -> str | None:
    """What a text means in a format: a date, or a number."""
    if column.sort in ("date", "datetime"):
        for word, half in HALVES.items():
            text = text.replace(word, half)
        try:
            return dt.datetime.strptime(text.strip(), format).date().isoformat()  # noqa: DTZ007 - only the day is shown
        except ValueError:
            return None
    mark = COMMA if mark_of(format) == COMMA else POINT
    digits = "".join(character for character in text if character.isdecimal() or character in f"{mark}-%万亿")
    return digits.replace(mark, ".")


def guessed(intake: Intake, column: DataColumn, format: str, file: str) -> Diagnostic:
    """That a column is written in a form nobody declared."""
    return findings.GUESSED.at(column.span, source=intake.source.name, column=column.name, file=file, format=format)


def _cell(text: str) -> Text:
    if not text.strip():
        return Text("is empty", "为空")
    return Text(f"`{findings.shown(text)}`", f"`{findings.shown(text)}`")


def lines(intake: Intake, file: str, rejected: Mapping[int, Text]) -> Diagnostic | LeftOut:
    """The lines of a file that are no rows."""
    first = [
        (findings.row_named(row), Text(f"({why.en})", f"（{why.zh}）"))
        for row, why in sorted(rejected.items())[:FIRST_LINES]
    ]
    about: dict[str, Any] = {
        "lines": findings.many(len(rejected), "line", "lines", "行"),
        "source": intake.source.name,
        "file": file,
        "where": findings.places(first, len(rejected)),
    }
    if intake.skip_bad:
        return LeftOut("bad-line", len(rejected), findings.SKIPPED_LINES.fill(**about))
    return findings.BAD_LINES.at(intake.source.declaration.head, **about)

"""Says what was wrong with cells and lines: as findings, or as counts where bad rows are skipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpilang.data import findings
from kpilang.data.delimited import Delimited
from kpilang.data.intake import Intake
from kpilang.data.parquet import Parquet
from kpilang.data.staging import Runner
from kpilang.diagnostics import Diagnostic
from kpilang.model.nouns import DataColumn
from kpilang.result import LeftOut
from kpilang.text import Text

FIRST_LINES = 3


def cells(
    runner: Runner, intake: Intake, column: DataColumn, file: Delimited | Parquet, count: int, places: Sequence[int]
) -> Diagnostic | LeftOut:
    """The bad cells of one column in one file, the first few read again to be shown."""
    texts = file.texts(runner, column, places)
    where = findings.places([(place, _cell(text)) for place, text in texts], count)
    about: dict[str, Any] = {
        "cells": findings.many(count, "cell", "cells", "个单元格"),
        "source": intake.source.name,
        "column": column.name,
        "file": file.name,
        "where": where,
        "expected": findings.expected(column),
        "form": findings.form_hint(column, [text for _, text in texts]),
    }
    if intake.skip_bad:
        return LeftOut("bad-cell", count, findings.SKIPPED_CELLS.fill(**about))
    return findings.BAD_CELLS.at(column.span, **about)


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

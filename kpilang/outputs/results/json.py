"""One JSON object: version, as-of date, sources, and the rows, each on a line of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from kpilang.outputs import objects
from kpilang.outputs.exact_json import dumps
from kpilang.outputs.shown import Shown


def write(shown: Shown, stream: TextIO) -> None:
    """Writes row by row, so that many rows need little memory."""
    result = shown.result
    sources = (objects.source(report, shown.language) for report in result.sources)
    stream.write(f'{{\n"version": {objects.VERSION},\n"as_of": {dumps(result.as_of)},\n"sources": [')
    _lines(stream, (dumps(item, ascii_only=shown.ascii_only) for item in sources))
    stream.write('],\n"rows": [')
    _lines(stream, (dumps(item, ascii_only=shown.ascii_only) for item in objects.rows(shown)))
    stream.write("]\n}\n")


def _lines(stream: TextIO, items: Iterable[str]) -> None:
    end = ""
    for number, item in enumerate(items):
        stream.write(",\n" if number else "\n")
        stream.write(item)
        end = "\n"
    stream.write(end)

"""The rows alone, one JSON object a line."""

from __future__ import annotations

from typing import TextIO

from kpilang.outputs import objects
from kpilang.outputs.exact_json import dumps
from kpilang.outputs.shown import Shown


def write(shown: Shown, stream: TextIO) -> None:
    """Writes row by row."""
    stream.writelines(dumps(row, ascii_only=shown.ascii_only) + "\n" for row in objects.rows(shown))

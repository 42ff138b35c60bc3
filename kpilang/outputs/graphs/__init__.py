"""Graphs drawn: one module for each format, with a `render(sketch)` in it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpilang.outputs.sketch import Sketch

FORMATS = ("text", "mermaid", "markdown", "dot", "svg")
ENDINGS = {
    ".txt": "text",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".md": "markdown",
    ".dot": "dot",
    ".gv": "dot",
    ".svg": "svg",
}
"""The format that the ending of a file means."""


def render(form: str, sketch: Sketch) -> str:
    """A graph in one of `FORMATS`, with a line break at its end."""
    written: str = import_module(f"{__name__}.{form}").render(sketch)
    return written

"""A graph for a page of Markdown: the Mermaid picture in its fence."""

from __future__ import annotations

from kpilang.outputs.graphs import mermaid
from kpilang.outputs.sketch import Sketch


def render(sketch: Sketch) -> str:
    """A fenced block; nothing in the picture can close the fence, for it holds no backtick."""
    return f"```mermaid\n{mermaid.render(sketch)}```\n"

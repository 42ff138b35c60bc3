"""A graph in the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.graph.nouns import Edge, Node, Sort, Tie
from kpilang.outputs.graphs.mermaid import look
from kpilang.outputs.sketch import TOLD_APART, Sketch

_SHAPES = {
    Sort.FILE: "note",
    Sort.SOURCE: "cylinder",
    Sort.LINK: "hexagon",
    Sort.DERIVED: "box",
    Sort.KPI: "box",
    Sort.GOAL: "oval",
    Sort.OWNER: "house",
    Sort.TEMPLATE: "component",
}
_LINES = {
    Tie.FORMULA: {"style": "dashed"},
    Tie.GUARD: {"style": "dotted", "arrowhead": "odot"},
}
_LOOKS = {
    "error": {"color": "#c62828", "penwidth": "2"},
    "marked": {"color": "#b26a00", "style": "dashed"},
    "faded": {"color": "#888888", "fontcolor": "#888888"},
}


def render(sketch: Sketch) -> str:
    """A directed graph from left to right."""
    return "\n".join(_lines(sketch)) + "\n"


def _lines(sketch: Sketch) -> Iterator[str]:
    yield f"digraph {sketch.view} {{"
    yield '  graph [rankdir="LR", charset="UTF-8"]'
    yield '  node [fontname="sans-serif", fontsize="11"]'
    yield '  edge [fontname="sans-serif", fontsize="9"]'
    for key, node in sketch.graph.nodes.items():
        yield f"  {sketch.ids[key]} {_attributes(_of_node(sketch, node))}"
    for edge in sketch.graph.edges:
        given = _of_edge(sketch, edge)
        yield f"  {sketch.ids[edge.start]} -> {sketch.ids[edge.end]}{' ' + _attributes(given) if given else ''}"
    yield "}"


def _of_node(sketch: Sketch, node: Node) -> dict[str, str]:
    label = "\n".join(sketch.lines(node))
    return {"label": label, "shape": _SHAPES[node.sort], **(_LOOKS[look(node)] if node.marks else {})}


def _of_edge(sketch: Sketch, edge: Edge) -> dict[str, str]:
    return {"label": sketch.tie(edge.tie), **_LINES[edge.tie]} if edge.tie in TOLD_APART else {}


def _attributes(given: dict[str, str]) -> str:
    return "[" + ", ".join(f"{name}={quoted(value)}" for name, value in given.items()) + "]"


def quoted(text: str) -> str:
    """A text that Graphviz shows as it is, in quotes: neither escapes nor entities are left in it."""
    shown = text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;").replace("\n", "\\n")
    return f'"{shown}"'

"""A graph in Mermaid's language, which GitHub and GitLab draw inside Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpilang.graph.nouns import Edge, Mark, Node, Sort, Tie
from kpilang.outputs.sketch import TOLD_APART, Sketch

_SHAPES = {
    Sort.FILE: ("[/", "/]"),
    Sort.SOURCE: ("[(", ")]"),
    Sort.LINK: ("{{", "}}"),
    Sort.DERIVED: ("(", ")"),
    Sort.KPI: ("[", "]"),
    Sort.GOAL: ("([", "])"),
    Sort.OWNER: ("[[", "]]"),
    Sort.TEMPLATE: ("[\\", "\\]"),
}
_ARROWS = {Tie.FORMULA: "-.->", Tie.GUARD: "--o"}
_CLASSES = {
    "error": "stroke:#c62828,stroke-width:2px",
    "marked": "stroke:#b26a00,stroke-dasharray:5 3",
    "faded": "opacity:0.6",
}
_UNSAFE = re.compile(r"[^A-Za-z0-9_ ,.()/=+\-?!']|(?<!\w)_|_(?!\w)|^\W|(?<=\d)[.)]")
_OWN = "\ufb02"
"""What Mermaid itself puts in place of the marks of an entity."""


def render(sketch: Sketch) -> str:
    """A flowchart from left to right."""
    return "\n".join(_lines(sketch)) + "\n"


def _lines(sketch: Sketch) -> Iterator[str]:
    yield "flowchart LR"
    for key, node in sketch.graph.nodes.items():
        before, behind = _SHAPES[node.sort]
        label = "<br/>".join(map(text, sketch.lines(node)))
        yield f'  {sketch.ids[key]}{before}"{label}"{behind}'
    for edge in sketch.graph.edges:
        yield f"  {sketch.ids[edge.start]} {_arrow(sketch, edge)} {sketch.ids[edge.end]}"
    yield from _classes(sketch)


def _arrow(sketch: Sketch, edge: Edge) -> str:
    arrow = _ARROWS.get(edge.tie, "-->")
    return f"{arrow}|{text(sketch.tie(edge.tie))}|" if edge.tie in TOLD_APART else arrow


def _classes(sketch: Sketch) -> Iterator[str]:
    marked: dict[str, list[str]] = {}
    for key, node in sketch.graph.nodes.items():
        if node.marks:
            marked.setdefault(look(node), []).append(sketch.ids[key])
    for name, ids in marked.items():
        yield f"  classDef {name} {_CLASSES[name]}"
        yield f"  class {','.join(ids)} {name}"


def look(node: Node) -> str:
    """The one look of a node with marks: an error before all, then what is out of place, then what is not in use."""
    if Mark.UNSOUND in node.marks:
        return "error"
    states = (Mark.DRAFT, Mark.DEPRECATED, Mark.REPLACED)
    return "faded" if all(mark in states for mark in node.marks) else "marked"


def text(said: str) -> str:
    """A text that Mermaid shows as it is: no tag, directive, link or Markdown is left in it. Of ASCII only letters, digits
    and what is harmless here stands as it is; all else is written by its number."""
    parted = said.replace("$$", "$\u200b$").replace("\\n", "\\\u200bn")  # a formula and a line break, however written
    return _UNSAFE.sub(lambda match: match[0] if _plain(match[0]) else f"#{ord(match[0])};", parted)


def _plain(character: str) -> bool:
    return not character.isascii() and character.isprintable() and character != _OWN

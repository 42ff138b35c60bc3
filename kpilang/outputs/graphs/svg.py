"""A graph as a picture (SVG) that needs nothing from elsewhere, light or dark as its reader has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kpilang.graph.forest import forest
from kpilang.graph.layout import ACROSS, Box, Drawing, Point, layout
from kpilang.graph.nouns import Edge, Graph, Mark, Node, Sort, Tie
from kpilang.outputs.looks import css
from kpilang.outputs.sketch import SORTS, TOLD_APART, Sketch
from kpilang.outputs.xml import plain
from kpilang.width import width

EDGE, HEAD, LINE = 20.0, 58.0, 16.0
"""The margin around the drawing, the height of its title, the height of a line of text."""
LABEL, SMALL = 7.65, 7.0
"""The width of a column of a label at 12 pixels and of a small line at 11: fonts of systems differ, so that these are for
the wider ones."""
_WIDE = {**dict.fromkeys("Wm@%", 0.58), **dict.fromkeys("Mw#+=<>~", 0.4)}
"""How many columns more than one a character takes where letters differ in width."""
_CAPITAL = 0.28
INSIDE, LONGEST, MOST_LINES = 10.0, 34, 4
_TIED = {Tie.FORMULA: "formula", Tie.GUARD: "guard"}
_ROUND = {Sort.GOAL: 14, Sort.OWNER: 14, Sort.FILE: 0, Sort.SOURCE: 2}


def render(sketch: Sketch) -> str:
    """Layers of boxes from left to right, with a legend."""
    graph = sketch.graph
    texts = {key: _texts(sketch, node) for key, node in graph.nodes.items()}
    edges = _arranged(graph)
    roots = forest(graph).roots
    order = [*roots, *(key for key in graph.nodes if key not in set(roots))]
    drawing = layout({key: _size(texts[key]) for key in order}, [(edge.start, edge.end) for edge in edges])
    root = _canvas(sketch, drawing)
    lines = SubElement(root, "g", {"class": "edges", "transform": f"translate({EDGE:g} {HEAD:g})"})
    for edge, points in zip(edges, drawing.lines, strict=True):
        kind = _TIED.get(edge.tie, "plain")
        SubElement(lines, "path", {"class": kind, "d": _path(points), "marker-end": f"url(#kpi-graph-{kind})"})
    boxes = SubElement(root, "g", {"class": "nodes", "transform": f"translate({EDGE:g} {HEAD:g})"})
    for key, node in graph.nodes.items():
        _node(boxes, sketch, node, drawing.boxes[key], texts[key])
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _arranged(graph: Graph) -> list[Edge]:
    """The edges that hold trees together first: where there is a circle, one of the others leads back."""
    return sorted(graph.edges, key=lambda edge: edge.tie in TOLD_APART)


def _canvas(sketch: Sketch, drawing: Drawing) -> Element:
    """The picture without its graph: title, description, styles, arrow heads, legend."""
    legend = list(_legend(sketch))
    head = [(sketch.title, "head", 15.0, 9.4), (sketch.summary, "small", 11.0, SMALL)]
    needed = max(columns(text) * step for text, _, _, step in head)
    wide = max(drawing.width, needed, sum(size for *_, size in legend)) + 2 * EDGE + ACROSS / 3
    high = HEAD + drawing.height + (2.5 * LINE if legend else 0) + EDGE
    size = {"width": f"{wide:g}", "height": f"{high:g}", "viewBox": f"0 0 {wide:g} {high:g}"}
    names = {"role": "img", "aria-labelledby": "kpi-graph-title kpi-graph-desc", "lang": sketch.language}
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "kpi-graph", **size, **names})
    SubElement(root, "title", id="kpi-graph-title").text = plain(sketch.title)
    SubElement(root, "desc", id="kpi-graph-desc").text = plain("; ".join(_told(sketch)))
    SubElement(root, "style").text = css()
    _arrow_heads(root)
    SubElement(root, "rect", {"class": "ground", "width": f"{wide:g}", "height": f"{high:g}"})
    _text(root, head[0][0], EDGE, 26, "head")
    _text(root, head[1][0], EDGE, 44, "small")
    x = EDGE
    for kind, said, step in legend:
        _sample(root, kind, said, x, HEAD + drawing.height + 1.75 * LINE)
        x += step
    return root


def _told(sketch: Sketch) -> Iterator[str]:
    """The graph in words, for those who cannot see it."""
    yield sketch.summary
    nodes = sketch.graph.nodes
    for edge in sketch.graph.edges:
        yield f"{sketch.name(nodes[edge.start])} - {sketch.tie(edge.tie)}: {sketch.name(nodes[edge.end])}"


def _arrow_heads(root: Element) -> None:
    defs = SubElement(root, "defs")
    for kind in ("plain", *_TIED.values()):
        given = {"viewBox": "0 0 10 10", "refX": "9", "refY": "5", "markerWidth": "7", "markerHeight": "7"}
        marker = SubElement(defs, "marker", {"id": f"kpi-graph-{kind}", "orient": "auto", **given})
        shape = {"d": "M1 5a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z" if kind == "guard" else "M0 0L10 5L0 10z"}
        SubElement(marker, "path", {"class": f"tip-{kind}", **shape})


def _legend(sketch: Sketch) -> Iterator[tuple[str, str, float]]:
    """What each kind of box and line stands for, with the width that this takes; only what is drawn."""
    sorts = {node.sort for node in sketch.graph.nodes.values()}
    ties = {edge.tie for edge in sketch.graph.edges}
    said = [(str(sort), SORTS[sort].say(sketch.language)) for sort in Sort if sort in sorts and len(sorts) > 1]
    said += [(_TIED[tie], sketch.tie(tie)) for tie in TOLD_APART if tie in ties]
    held = next((tie for tie in Tie if tie in ties and tie not in TOLD_APART), None)
    if held is not None and any(tie in ties for tie in TOLD_APART):
        said.append(("plain", sketch.tie(held)))
    return ((kind, text, 44 + columns(text) * SMALL) for kind, text in said)


def _sample(root: Element, kind: str, said: str, x: float, y: float) -> None:
    if kind in ("plain", *_TIED.values()):
        way = {"d": f"M{x:g} {y:g}h22", "marker-end": f"url(#kpi-graph-{kind})", "class": kind}
        SubElement(SubElement(root, "g", {"class": "edges"}), "path", way)
    else:
        group = SubElement(root, "g", {"class": f"node {kind}"})
        place = {"x": f"{x:g}", "y": f"{y - 7:g}", "width": "20", "height": "14", "rx": "3"}
        SubElement(group, "rect", place)
    _text(root, said, x + 28, y + 4, "small")


def _texts(sketch: Sketch, node: Node) -> list[tuple[str, str]]:
    """The lines in a box, each with its class: a label in several where it is long."""
    label, *rest = sketch.lines(node)
    found = [("label", line) for line in wrapped(label)]
    remarks = [rest.pop()] if node.marks else []
    found += [("small", line) for each in rest for line in wrapped(each)]
    return found + [("remark", line) for each in remarks for line in wrapped(each)]


def wrapped(text: str) -> list[str]:
    """A text in lines of a bounded width, broken at blanks where there are some; what is too long for the box ends with a
    mark."""
    lines = [""]
    for word in text.split():
        for piece in _pieces(word):
            joined = f"{lines[-1]} {piece}" if lines[-1] else piece
            if columns(joined) <= LONGEST:
                lines[-1] = joined
            else:
                lines.append(piece)
    lines = [line for line in lines if line]
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1] + " …"]


def _pieces(word: str) -> Iterator[str]:
    """A word, cut where it is wider than a line."""
    piece, used = "", 0.0
    for character in word:
        wide = columns(character)
        if used + wide > LONGEST:
            yield piece
            piece, used = "", 0.0
        piece, used = piece + character, used + wide
    yield piece


def columns(text: str) -> float:
    """The columns that a text takes where letters differ in width: wide ones and capitals take more than one, and so do
    those of scripts that are neither Latin nor as wide as two columns."""
    return width(text) + sum(map(_more, text))


def _more(character: str) -> float:
    if character.isascii():
        return _WIDE.get(character, _CAPITAL if character.isupper() else 0.0)
    return 0.4 if width(character) == 1 else 0.0


def _size(texts: Sequence[tuple[str, str]]) -> tuple[float, float]:
    widest = max(columns(text) * (LABEL if kind == "label" else SMALL) for kind, text in texts)
    return widest + 2 * INSIDE, len(texts) * LINE + INSIDE


def _node(parent: Element, sketch: Sketch, node: Node, box: Box, texts: Sequence[tuple[str, str]]) -> None:
    looks = " ".join(str(mark) for mark in node.marks)
    group = SubElement(parent, "g", {"class": f"node {node.sort} {looks}".rstrip()})
    SubElement(group, "title").text = plain("\n".join([SORTS[node.sort].say(sketch.language), *sketch.lines(node)]))
    place = {"x": f"{box.x:.1f}", "y": f"{box.y:.1f}", "width": f"{box.width:.1f}", "height": f"{box.height:.1f}"}
    SubElement(group, "rect", {**place, "rx": str(_ROUND.get(node.sort, 5))})
    if Mark.UNSOUND in node.marks:
        cross = f"M{box.x + box.width - 9:.1f} {box.y + 4:.1f}l5 5m0 -5l-5 5"
        SubElement(group, "path", {"class": "cross", "d": cross})
    for number, (kind, text) in enumerate(texts):
        _text(group, text, box.x + INSIDE, box.y + INSIDE / 2 + LINE * (number + 0.75), kind)


def _text(parent: Element, said: str, x: float, y: float, kind: str) -> None:
    SubElement(parent, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": kind}).text = plain(said)


def _path(points: Sequence[Point]) -> str:
    """A line that leaves and reaches each of its points level."""
    (x, y), *rest = points
    drawn = [f"M{x:.1f} {y:.1f}"]
    for there, down in rest:
        if down == y and there != x:
            drawn.append(f"H{there:.1f}")
            x = there
            continue
        bend = x + ACROSS / 3 if there == x else (x + there) / 2
        drawn.append(f"C{bend:.1f} {y:.1f} {bend:.1f} {down:.1f} {there:.1f} {down:.1f}")
        x, y = there, down
    return "".join(drawn)

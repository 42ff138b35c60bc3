"""A graph as a tree of lines, for terminals."""

from __future__ import annotations

from collections.abc import Iterator

from kpilang.graph.forest import Forest, forest
from kpilang.graph.nouns import Edge, Mark, Node
from kpilang.outputs.sketch import MARKS, STYLES, TOLD_APART, Sketch
from kpilang.record import record
from kpilang.text import Text

_ELSEWHERE = Text("{mark} in full elsewhere in the tree", "{mark} 表示详见树中别处")
_NOTHING = Text("nothing to draw", "没有可画的内容")


@record
class _Signs:
    """The pieces that lines are drawn with."""

    branch: str
    last: str
    trunk: str
    blank: str
    elsewhere: str


_BOX = _Signs("├─ ", "└─ ", "│  ", "   ", "…")
_ASCII = _Signs("|- ", "`- ", "|  ", "   ", "...")


def render(sketch: Sketch) -> str:
    """Each node on a line of its own in one place, with what hangs beneath it indented. Elsewhere it is only named, with a
    mark; what formulas name and what guards is told by a word."""
    signs = _ASCII if sketch.ascii_only else _BOX
    lines = list(_tree(sketch, forest(sketch.graph), signs))
    again = any(line.endswith(sketch.palette.paint(signs.elsewhere, "dim")) for line in lines)
    if again:
        lines += ["", sketch.palette.paint(_ELSEWHERE.fill(mark=signs.elsewhere).say(sketch.language), "dim")]
    return "\n".join(lines or [_NOTHING.say(sketch.language)]) + "\n"


def _tree(sketch: Sketch, trees: Forest, signs: _Signs) -> Iterator[str]:
    """The lines, trees parted by nothing; without recursion, since a chain of KPIs may be long."""
    waiting: list[tuple[str, str, Edge | None, str]] = [("", "", None, root) for root in reversed(trees.roots)]
    while waiting:
        margin, sign, edge, key = waiting.pop()
        node = sketch.graph.nodes[key]
        word = f"{sketch.tie(edge.tie)}: " if edge is not None and edge.tie in TOLD_APART else ""
        head = sketch.palette.paint(margin + sign, "frame") + sketch.palette.paint(word, "dim")
        if edge is not None and trees.hangs.get(key) is not edge:
            yield f"{head}{sketch.name(node)} {sketch.palette.paint(signs.elsewhere, 'dim')}"
            continue
        yield head + _said(sketch, node)
        beneath = sketch.graph.leaving.get(key, ())
        if edge is not None:
            margin += signs.blank if sign == signs.last else signs.trunk
        for number, each in enumerate(reversed(beneath)):
            waiting.append((margin, signs.branch if number else signs.last, each, each.end))


def _said(sketch: Sketch, node: Node) -> str:
    """Name, label, what it does, who answers for it, its marks."""
    palette = sketch.palette
    said = [
        palette.paint(sketch.name(node), "bold"),
        sketch.label(node),
        palette.paint(sketch.note(node), "dim"),
    ]
    if owners := sketch.owners(node):
        said.append(palette.paint(f"[{owners}]", "dim"))
    said += [palette.paint(f"({MARKS[mark].say(sketch.language)})", _style(mark)) for mark in node.marks]
    return "  ".join(part for part in said if part)


def _style(mark: Mark) -> str:
    return STYLES.get(mark, "yellow")

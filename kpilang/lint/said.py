"""The texts that a declaration says to people, each with its place."""

from __future__ import annotations

from kpilang.record import record
from kpilang.syntax import tree
from kpilang.text import Span


@record
class Said:
    """A text as a reader sees it, and the node that holds it."""

    text: str
    node: tree.String | tree.Name

    def span(self, start: int, end: int) -> Span:
        """Where a stretch of the text stands; the whole of it where escapes shift the places."""
        outer = self.node.span
        if isinstance(self.node, tree.Name):
            return Span(outer.source, outer.start + start, outer.start + end)
        if outer.text[1:-1] != self.text:
            return outer
        return Span(outer.source, outer.start + 1 + start, outer.start + 1 + end)


def texts(label: tree.Label) -> tuple[Said, ...]:
    """A label and its translations."""
    own = label.text
    if not label.translations:
        return (Said(own.value, own),)
    return (Said(own.value, own), *[Said(each.text.value, each.text) for each in label.translations])


def titles(declaration: tree.Declaration) -> tuple[Said, ...]:
    """What a declaration is called: its label and translations, or its name with the underscores as spaces."""
    if declaration.label is not None:
        return texts(declaration.label)
    name = declaration.name
    return (Said(name.text.replace("_", " "), name),) if name else ()

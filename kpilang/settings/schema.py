"""Checks that take a document's tree apart: which keys there may be, and which values each may have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.nearest import hint
from kpilang.settings.document import Items, Node, Scalar, Table
from kpilang.text import Span, Text

UNKNOWN_KEY = Problem(
    "E604",
    "unknown-key",
    Text(en="there is no setting `{key}` {place}", zh="{place}没有 `{key}` 这项设置"),
    label=Text(en="not known", zh="未知的设置"),
    why=Text(
        en="a setting that nobody reads would seem to hold and does not", zh="没人读取的设置看似生效，其实并不生效"
    ),
)
WRONG_VALUE = Problem(
    "E605",
    "wrong-setting",
    Text(en="`{key}` must be {wanted}", zh="`{key}` 必须是{wanted}"),
    label=Text(en="found this", zh="实际写的是这个"),
)

_TABLE = Text(en="a list of `name: value`", zh="若干 `名称: 值`")
_TEXT = Text(en="a text", zh="一段文本")
_TEXTS = Text(en="a list of texts, such as `[a, b]`", zh="文本列表，例如 `[a, b]`")
_DATE = Text(en="a date such as 2026-06-30", zh="日期，例如 2026-06-30")


class Checker:
    """Reads values of the wanted shape, and keeps a diagnostic for each that has another."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def wrong(self, span: Span, key: str, wanted: Text) -> None:
        self.diagnostics.append(WRONG_VALUE.at(span, key=key, wanted=wanted))

    def table(self, node: Node | None, key: str, wanted: Text = _TABLE) -> tuple[tuple[Scalar, Node], ...]:
        """The entries of a mapping; none for a key without value."""
        if isinstance(node, Table):
            return node.entries
        if node is not None and not is_empty(node):
            self.wrong(node.span, key, wanted)
        return ()

    def known(
        self, node: Node | None, key: str, known: Iterable[str], place: Text, wanted: Text = _TABLE
    ) -> dict[str, Node]:
        """The entries of a mapping whose keys are fixed, by key; unknown ones are diagnostics."""
        names = tuple(known)
        found: dict[str, Node] = {}
        for name, value in self.table(node, key, wanted):
            if name.text in names:
                found[name.text] = value
            else:
                help = hint(name.text, names)
                self.diagnostics.append(UNKNOWN_KEY.at(name.span, help=help, key=name.text, place=place))
        return found

    def text(self, node: Node | None, key: str, wanted: Text = _TEXT) -> Scalar | None:
        """A single value; one with a zero character in it, which no file, name or date can have, is none."""
        if node is None:
            return None
        if isinstance(node, Scalar) and not is_empty(node) and "\0" not in node.text:
            return node
        self.wrong(node.span, key, wanted)
        return None

    def texts(self, node: Node | None, key: str) -> tuple[Scalar, ...]:
        """A list of texts; one text alone is a list of one."""
        if node is None or is_empty(node):
            return ()
        items: tuple[Node, ...] = node.items if isinstance(node, Items) else (node,)
        return tuple(item for item in (self.text(item, key, _TEXTS) for item in items) if item is not None)

    def items(self, node: Node | None, key: str, wanted: Text) -> tuple[Node, ...]:
        """The items of a list; none for a key without value."""
        if isinstance(node, Items):
            return node.items
        if node is not None and not is_empty(node):
            self.wrong(node.span, key, wanted)
        return ()

    def named_texts(self, node: Node | None, key: str) -> Mapping[str, tuple[Scalar, Scalar]]:
        """A mapping of any names to texts: for each name itself and its text."""
        pairs = ((name, self.text(value, f"{key}: {name.text}")) for name, value in self.table(node, key))
        return {name.text: (name, value) for name, value in pairs if value is not None}

    def date(self, node: Node | None, key: str) -> dt.date | None:
        value = self.text(node, key, _DATE)
        found = parse_date(value.text) if value else None
        if value and found is None:
            self.wrong(value.span, key, _DATE)
        return found


def parse_date(text: str) -> dt.date | None:
    """`2026-06-30` as a date; None for anything else."""
    if len(text) != len("2026-06-30") or not text.isascii() or not text.replace("-", "").isdigit():
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def is_empty(node: Node) -> bool:
    """Whether a key stands there without a value."""
    return isinstance(node, Scalar) and node.kind == "null"

"""YAML read safely into a small tree with places: no objects are built, no key may come twice, aliases stay small."""

from __future__ import annotations

from dataclasses import field

import yaml

from kpilang.diagnostics import Diagnostic, Mark, Problem
from kpilang.record import record
from kpilang.text import Source, Span, Text

LARGEST = 20_000
_DEEPEST = 50

NOT_YAML = Problem(
    "E601",
    "not-yaml",
    Text(en="`{path}` is not well-formed YAML: {problem}", zh="`{path}` 不是合法的 YAML：{problem}"),
)
DUPLICATE_KEY = Problem(
    "E602",
    "duplicate-key",
    Text(en="`{key}` is set twice", zh="`{key}` 设置了两次"),
    label=Text(en="set again here", zh="在这里又设置了一次"),
    why=Text(
        en="only one of the two could hold, and which one is not said", zh="两个只能有一个生效，而文件没有说明是哪一个"
    ),
    help=Text(en="keep one of the two", zh="只保留其中一个"),
)
TOO_LARGE = Problem(
    "E603",
    "settings-too-large",
    Text(
        en="`{path}` unfolds to more than {limit} values, or nests too deeply",
        zh="`{path}` 展开后超过 {limit} 个值，或嵌套过深",
    ),
    help=Text(en="write settings without aliases that repeat one another", zh="不要使用层层引用的别名"),
)
_FIRST = Text(en="first set here", zh="第一次设置在这里")


@record
class Scalar:
    """A single value: its text as written (quotes resolved), and what YAML takes it for."""

    span: Span = field(repr=False)
    text: str
    kind: str


@record
class Items:
    span: Span = field(repr=False)
    items: tuple[Node, ...]


@record
class Table:
    span: Span = field(repr=False)
    entries: tuple[tuple[Scalar, Node], ...]


Node = Scalar | Items | Table


class _UnfitError(Exception):
    """The document is larger or deeper than settings can be."""


class _Reader:
    """Turns YAML's nodes into ours, counting them, since an alias repeats all it stands for."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.count = 0
        self.diagnostics: list[Diagnostic] = []

    def node(self, node: yaml.Node, depth: int = 0) -> Node:
        self.count += 1
        if self.count > LARGEST or depth > _DEEPEST:
            raise _UnfitError
        span = Span(self.source, node.start_mark.index, node.end_mark.index)
        if isinstance(node, yaml.SequenceNode):
            return Items(span, tuple(self.node(item, depth + 1) for item in node.value))
        if isinstance(node, yaml.MappingNode):
            return Table(span, self.entries(node, depth))
        return Scalar(span, node.value, node.tag.rpartition(":")[2])

    def entries(self, node: yaml.MappingNode, depth: int) -> tuple[tuple[Scalar, Node], ...]:
        first: dict[str, Scalar] = {}
        entries: list[tuple[Scalar, Node]] = []
        for key_node, value_node in node.value:
            key = self.node(key_node, depth + 1)
            value = self.node(value_node, depth + 1)
            if not isinstance(key, Scalar):
                said = Text(en="a key must be a plain word", zh="键必须是一个普通的词")
                self.diagnostics.append(NOT_YAML.at(key.span, path=self.source.path, problem=said))
            elif key.text in first:
                marks = (Mark(first[key.text].span, _FIRST),)
                self.diagnostics.append(DUPLICATE_KEY.at(key.span, marks=marks, key=key.text))
            else:
                first[key.text] = key
                entries.append((key, value))
        return tuple(entries)


def compose(source: Source) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The document's tree, None when it is empty or broken, and what is wrong with its text."""
    reader = _Reader(source)
    try:
        root = yaml.compose(source.text, Loader=yaml.SafeLoader)
        node = None if root is None else reader.node(root)
    except (_UnfitError, RecursionError):
        return None, (TOO_LARGE.at(Span(source, 0, 0), path=source.path, limit=LARGEST),)
    except yaml.MarkedYAMLError as error:
        at = min(error.problem_mark.index if error.problem_mark else 0, len(source.text))
        return None, (NOT_YAML.at(Span(source, at, at), path=source.path, problem=error.problem or error.context),)
    except yaml.reader.ReaderError as error:
        at = min(int(error.position), len(source.text))
        return None, (NOT_YAML.at(Span(source, at, at), path=source.path, problem=error.reason),)
    return node, tuple(reader.diagnostics)

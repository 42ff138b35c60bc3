"""Edits that rules share."""

from __future__ import annotations

import re

from kpilang.diagnostics import Edit
from kpilang.model.nouns import Kpi
from kpilang.text import Span, Text

ADD = Text("add `{field}`", "添加 `{field}`")


def add_field(kpi: Kpi, field: str) -> Edit:
    """Puts a field at the end of a KPI: on a line of its own, or on the same line where the KPI has but one."""
    declaration = kpi.declaration
    source, close = declaration.span.source, declaration.span.end - 1
    if not declaration.fields:
        return Edit(Span(source, close, close), f" {field} ")
    last = declaration.fields[-1].span
    number, _ = source.position(last.end)
    line_end = source.line_starts[number - 1] + len(source.line(number))
    if close < line_end:
        return Edit(Span(source, last.end, last.end), f" {field}")
    first_line = source.line(source.position(last.start)[0])
    indent = first_line[: len(first_line) - len(first_line.lstrip())]
    written = _aligned(field, first_line.lstrip())
    return Edit(Span(source, line_end, line_end), f"{_line_break(source.text)}{indent}{written}")


def _aligned(field: str, neighbour: str) -> str:
    """A field whose value begins where that of the line before does, if its keyword leaves room."""
    beside = re.match(r"\w+ {2,}", neighbour)
    word, space, value = field.partition(" ")
    return f"{word.ljust(beside.end() - 1)}{space}{value}" if beside and space else field


def without(comment: Span) -> Edit:
    """Takes a comment out: with its line where nothing else stands there, else with the spaces before it."""
    source = comment.source
    number, _ = source.position(comment.start)
    start = source.line_starts[number - 1]
    before = source.text[start : comment.start]
    if before.strip():
        return Edit(Span(source, start + len(before.rstrip()), comment.end), "")
    end = source.line_starts[number] if number < len(source.line_starts) else len(source.text)
    return Edit(Span(source, start, end), "")


def _line_break(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def listed(names: list[str]) -> Text:
    """Declared names for a help line, all of them when they are few."""
    shown, chinese = (comma.join(f"`{name}`" for name in names[:8]) for comma in (", ", "、"))
    return Text(f"{shown} …", f"{chinese} 等") if len(names) > 8 else Text(shown, chinese)

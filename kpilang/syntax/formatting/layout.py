"""How expressions and other values break where they do not fit into one line: before operators of the lowest rank first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kpilang.syntax.formatting.parts import Part, Word, close
from kpilang.syntax.formatting.writer import Writer

STEP = 2


def write(out: Writer, part: Part, tail: int = 0) -> None:
    """A part, in one line where it fits with `tail` columns behind it."""
    if out.room(part, tail):
        out.put(part.flat or "")
        out.endnote(part.last)
    elif isinstance(part, Word):
        out.word(part)
    else:
        WAYS.get(part.rule, in_a_row)(out, part, tail)


def row(out: Writer, parent: str, items: Sequence[Part], tail: int = 0) -> None:
    """Parts one behind another."""
    for number, item in enumerate(items):
        if number and not close(parent, items[number - 1], item):
            out.space()
        write(out, item, tail if item is items[-1] else 0)


def in_a_row(out: Writer, part: Part, tail: int) -> None:
    """All of a part, one behind another."""
    row(out, part.rule, part.items, tail)


def chain(part: Part) -> list[Part]:
    """Operands and operators of one rank, in order."""
    found: list[Part] = []
    left = part
    while left.rule == "binary" and left.origin == part.origin:
        first, operator, right = left.items
        found += (right, operator)
        left = first
    return [left, *reversed(found)]


def operators(out: Writer, part: Part, tail: int) -> None:
    """Each operator begins a line, below the first operand."""
    first, *rest = chain(part)
    base = out.at
    with out.indented(base):
        write(out, first)
    for operator, operand in zip(rest[::2], rest[1::2], strict=True):
        with out.indented(base):
            out.end()
            write(out, operator)
        out.space()
        with out.indented(base + STEP):
            write(out, operand, tail if operand is rest[-1] else 0)


def listed(out: Writer, part: Part, tail: int) -> None:
    """Items with commas between them, as many in a line as fit, each line below the first item."""
    with out.indented(out.at):
        for number, item in enumerate(part.items):
            if number and item.last.text != ",":
                out.space()
                if not out.room(item, 1):
                    out.end()
            write(out, item, tail if item is part.items[-1] else 1)


def lead(out: Writer, part: Part, tail: int) -> None:
    """A word, and a list behind it."""
    out.word(part.first)
    out.space()
    listed(out, Part("", "", part.items[1:], None), tail)


def stacked(out: Writer, items: Sequence[Part]) -> None:
    """Items with commas between them, each on a line of its own."""
    for number, item in enumerate(items):
        if number and item.last.text != ",":
            out.end()
        write(out, item, 1)


def below(out: Writer, part: Part, tail: int) -> None:
    """Every item below the first."""
    with out.indented(out.at):
        for number, item in enumerate(part.items):
            if number:
                out.end()
            write(out, item, tail if item is part.items[-1] else 0)


def location(out: Writer, part: Part, tail: int) -> None:
    """The file, and behind it as many of the other words as fit, the rest below."""
    with out.indented(out.at):
        row(out, part.rule, part.items[:2], tail if len(part.items) == 2 else 0)
        for item in part.items[2:]:
            room = tail if item is part.items[-1] else 0
            out.space()
            if not out.room(item, room):
                out.end()
            write(out, item, room)


def bracketed(out: Writer, part: Part, rows: Callable[[Writer, Sequence[Part]], None]) -> None:
    """Up to the bracket in this line, what is in it further in on lines of its own, and the closing bracket below."""
    base = out.indent
    opening = next(number for number, item in enumerate(part.items) if item.last.text == "(") + 1
    row(out, part.rule, part.items[:opening])
    *inner, closing = part.items[opening:]
    with out.indented(base + STEP):
        out.end()
        rows(out, inner)
        out.remarks(closing.first.before)
    with out.indented(base):
        out.end()
        out.put(closing.first.text)
    out.endnote(closing.first)


def call(out: Writer, part: Part, tail: int) -> None:
    """The arguments in one line, or each on one; each clause on a line of its own."""
    del tail

    def rows(out: Writer, inner: Sequence[Part]) -> None:
        arguments = [item for item in inner if not item.rule.endswith("_clause")]
        row(out, part.rule, arguments)
        for clause in inner[len(arguments) :]:
            out.end()
            write(out, clause)

    bracketed(out, part, rows)


def parenthesis(out: Writer, part: Part, tail: int) -> None:
    """What is in brackets; `where` begins a line."""
    del tail

    def rows(out: Writer, inner: Sequence[Part]) -> None:
        write(out, inner[0])
        if len(inner) > 1:
            out.end()
            row(out, part.rule, inner[1:])

    bracketed(out, part, rows)


def choices(out: Writer, part: Part, tail: int) -> None:
    """A list in brackets, as many in a line as fit."""
    del tail
    bracketed(out, part, lambda out, inner: listed(out, Part("", "", inner, None), 0))


def filled(out: Writer, part: Part, tail: int) -> None:
    """What a template is filled with, each on a line of its own."""
    del tail
    bracketed(out, part, stacked)


def arguments(out: Writer, part: Part, tail: int) -> None:
    """Arguments, each on a line of its own."""
    del tail
    stacked(out, part.items)


def conditional(out: Writer, part: Part, tail: int) -> None:
    """A line for each branch: `if` or `else if` with its `then`, which goes further in on the next where it is too wide."""
    with out.indented(out.at):
        while part.rule == "conditional":
            if_word, condition, then_word, value, else_word, rest = part.items
            lines = len(out.lines)
            row(out, part.rule, (if_word, condition))
            out.space()
            with out.indented(out.indent + STEP):
                if len(out.lines) > lines or not out.room(value, len("then ")):
                    out.end()
                row(out, part.rule, (then_word, value))
            out.end()
            write(out, else_word)
            out.space()
            part = rest
        write(out, part, tail)


WAYS: dict[str, Callable[[Writer, Part, int], None]] = {
    "binary": operators,
    "call": call,
    "distinct_call": call,
    "parenthesis": parenthesis,
    "narrow": parenthesis,
    "choices": choices,
    "in_items": choices,
    "fillings": filled,
    "parameters": filled,
    "arguments": arguments,
    "conditional": conditional,
    "label": below,
    "location": location,
    "references": listed,
    "null_option": lead,
}

"""A file as the formatter sees it: the grammar's rules with all their words, each word with the comments beside it."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kpilang.syntax.comments import comment
from kpilang.syntax.quick import NOTHING
from kpilang.syntax.tables import Tables
from kpilang.text import Source
from kpilang.width import width

TIGHT = frozenset({"path", "negative"})
"""Rules whose words stand side by side."""
BEFORE_BRACKET = frozenset({"call", "distinct_call", "column_type"})
"""Rules whose bracket stands right behind a name."""
BRACKETED = frozenset({"fillings", "parameters", "sort"})
"""Rules that stand right behind what is before them."""
BLOCKS = frozenset({
    "calendar_fields", "owner_fields", "goal_fields", "source_fields", "kpi_fields", "template_fields",
})  # fmt: skip
TALL = frozenset({"start", "kpi", "source", "template"})
"""Rules that never stand in one line."""
RANGES = frozenset({"band", "range_choice"})
"""Rules whose ends stand beside the dots where both are plain numbers."""
CLOSING = frozenset({",", ")", "%"})
LIMIT = 100
"""Columns of a line, where it can be broken; a Chinese character takes two."""
BLANK = " \t\r\n\f\v\u00a0\u3000\ufeff"


class Remark(NamedTuple):
    """A comment: its text, and whether an empty line stands above it."""

    text: str
    apart: bool


class Part:
    """What a rule of the grammar holds.

    `rule` is the rule or its alias, `origin` the rule that it is a way of, both empty for a word. `items` are the parts
    in order, none for a word. `flat` is the text in one line, None where it takes several or is wider than any. `first`
    and `last` are the outermost words.
    """

    __slots__ = ("first", "flat", "items", "last", "origin", "rule")

    def __init__(self, rule: str, origin: str, items: Sequence[Part], flat: str | None) -> None:
        self.rule, self.origin, self.items, self.flat = rule, origin, items, flat
        self.first: Word = items[0].first
        self.last: Word = items[-1].last


class Word(Part):
    """One word, number, text or sign: what it says, where it stands, the comments on lines of their own before it, and
    the comment that ends its line."""

    __slots__ = ("after", "before", "start", "text")

    def __init__(self, text: str, start: int) -> None:
        self.rule, self.origin, self.items = "", "", ()
        self.flat, self.first, self.last = text, self, self
        self.text, self.start = text, start
        self.before: tuple[Remark, ...] = ()
        self.after = ""


class File(NamedTuple):
    """A file: its declarations, the comments behind them, where the words stand that have comments, and how many parts
    were open at once where it is nested deepest."""

    text: str
    declarations: Sequence[Part]
    tail: tuple[Remark, ...]
    remarked: Sequence[int]
    depth: int


def read(source: Source, made: Tables, steps: array[int]) -> File:
    """The parts of a file by the steps that it was read by; see `quick.Read`."""
    end = steps.index(NOTHING)
    remarked, tail = beside(source, steps, end)
    found, depth = gather(made, source.text, steps[:end], remarked)
    return File(source.text, found, tail, sorted(remarked), depth)


def gather(made: Tables, text: str, steps: Sequence[int], remarked: dict[int, Word]) -> tuple[Sequence[Part], int]:
    """The declarations that these steps build, and the most parts that were open at once; `remarked` are the words with
    comments, by place."""
    values: list[Part | list[Part]] = []
    rules, step, depth = made.rules, iter(steps), 0
    for one in step:
        if one >= 0:
            end = next(step)
            values.append(remarked.get(one) or Word(said(text[one:end]), one))
            depth = max(depth, len(values))
            continue
        origin, size, name, _, _ = rules[~one]
        if size == 1 and name not in BLOCKS and name != "start":
            continue
        taken = values[len(values) - size :]
        del values[len(values) - size :]
        opening = taken[0] if taken else None
        items: list[Part] = opening if isinstance(opening, list) else []  # grown in place: copies would take the square
        for value in taken:
            if value is not items:
                items += value if isinstance(value, list) else (value,)
        if name.startswith("_") or not items or name == "start":
            values.append(items)
        else:
            values.append(Part(name, origin, items, None if name in TALL else flat(name, items)))
    (whole,) = values
    return whole if isinstance(whole, list) else [whole], depth


def said(text: str) -> str:
    """A word as it is written: of two words that are one, with one blank."""
    return text if text[0] == '"' else " ".join(text.split())


def close(parent: str, left: Part, right: Part) -> bool:
    """Whether two neighbours in a rule stand side by side, without a blank between them."""
    begins = right.first.text
    return (
        begins in CLOSING
        or left.last.text == "("
        or parent in TIGHT
        or right.rule in BRACKETED
        or (begins == "(" and parent in BEFORE_BRACKET)
        or (begins == "}" and left.last.text == "{")
        or (begins == ":" and parent == "filling")
        or (parent == "unary" and left.last.text == "-")
    )


def flat(parent: str, items: Sequence[Part]) -> str | None:
    """The parts in one line; None where one of them takes several, or the line would be wider than any. Fields stand two
    blanks apart."""
    left = items[0]
    line = left.flat
    if line is None:
        return None
    if parent in RANGES and all(is_number(item) for item in items[::2]):
        return "".join(item.flat or "" for item in items)
    between = "  " if parent in BLOCKS else " "
    for right in items[1:]:
        if right.flat is None:
            return None
        line += right.flat if close(parent, left, right) else between + right.flat
        left = right
    return line if width(line) <= LIMIT else None


def is_number(part: Part) -> bool:
    """Whether this is a number without a unit."""
    text = part.last.text
    return text[:1].isdecimal() and "-" not in text and (not part.items or part.rule == "negative")


def beside(source: Source, steps: Sequence[int], end: int) -> tuple[dict[int, Word], tuple[Remark, ...]]:
    """The words that have comments, by place, and the comments that no word follows."""
    text = source.text
    comments = [
        comment(source, start, stop) for start, stop in zip(steps[end + 1 :: 2], steps[end + 2 :: 2], strict=True)
    ]
    if not comments:
        return {}, ()
    spans = list(_spans(steps[:end]))
    starts = [start for start, _ in spans]
    found: dict[int, Word] = {}
    above: dict[int, list[Remark]] = {}

    def word(index: int) -> Word:
        start, stop = spans[index]
        return found.setdefault(start, Word(said(text[start:stop]), start))

    for each in comments:
        following = bisect_right(starts, each.span.start)
        remark = Remark(each.text.rstrip(BLANK), apart(text, each.span.start))
        if each.own_line:
            above.setdefault(following, []).append(remark)
        else:
            word(following - 1).after = remark.text
    tail = tuple(above.pop(len(spans), ()))
    for index, remarks in above.items():
        word(index).before = tuple(remarks)
    return found, tail


def _spans(steps: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends."""
    step = iter(steps)
    for one in step:
        if one >= 0:
            yield one, next(step)


def apart(text: str, start: int) -> bool:
    """Whether an empty line stands above a place."""
    begin = start
    while begin and text[begin - 1] in BLANK:
        begin -= 1
    return len(text[begin:start].replace("\r\n", "\n").replace("\r", "\n").split("\n")) > 2


def derivation(text: str, steps: array[int]) -> Iterator[str | int]:
    """All that a text says: its words and the rules they are read by, then its comments."""
    step, comments = iter(steps), False
    for one in step:
        if one == NOTHING:
            comments = True
        elif one < 0:
            yield one
        else:
            found = text[one : next(step)]
            yield found.rstrip(BLANK) if comments else said(found)

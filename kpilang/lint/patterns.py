"""Regular expressions that a project writes, matched in one pass over a text: none of them can hang the linter.

They are read as Python writes them, but for what no single pass can decide: looking ahead or back, back references,
word boundaries, and groups that give nothing back.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import field
from functools import cached_property
from typing import NoReturn

from kpilang.record import record
from kpilang.text import Text

LARGEST = 2000
"""Most single characters that an expression may have, written out."""
_DEEPEST = 50

_GROUP = re.compile(r"\((?:\?:|\?P<\w+>|(?!\?))")
_FLAGS = re.compile(r"\(\?([aisu]+)\)")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:x..|u....|U.{8}|N\{[^}]*\}|0[0-7]{0,2}|[^1-9bBAZ])", re.DOTALL)
_TIMES = re.compile(r"([*+?])|\{(?!\})(\d*)(,?)(\d*)\}")
_ANCHORS = {"^": "start", "\\A": "start", "$": "end", "\\Z": "end"}

_NOT_READ = Text(en="`{part}` needs more than one look at the text", zh="`{part}` 需要对文本反复查找")
_TOO_LARGE = Text(en="it is too large", zh="它太大了")


class UnfitError(ValueError):
    """An expression that Python reads and this module does not; `why` says what is in the way."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


@record
class _Single:
    """One character, as Python's own expression for it tells; `anchor` is `start` or `end` where it is a place instead."""

    expression: re.Pattern[str] | None = None
    anchor: str = ""


@record
class _Join:
    parts: tuple[_Node, ...]


@record
class _Either:
    parts: tuple[_Node, ...]


@record
class _Repeat:
    """`part` so many times; `most` None for any number."""

    part: _Node
    least: int
    most: int | None


_Node = _Single | _Join | _Either | _Repeat


class Pattern:
    """An expression that texts are matched against from end to end; `text` is how it is written. `re.error` or
    OverflowError where it is none, UnfitError where one pass cannot decide it."""

    def __init__(self, text: str) -> None:
        self.text = text
        if text.count("(") > _DEEPEST:
            raise UnfitError(_TOO_LARGE)
        with warnings.catch_warnings(action="ignore"):
            re.compile(text)
        node = _Reader(text).whole()
        if _size(node) > LARGEST:
            raise UnfitError(_TOO_LARGE)
        self._states = _States()
        self._first = self._states.of(node, self._states.add())

    def matches(self, text: str) -> bool:
        """Whether the whole text is as the expression says."""
        now = self._begin
        for letter in text:
            now = self._states.after(now, letter)
        return 0 in self._states.reached(now, ("start", "end") if not text else ("end",))

    @cached_property
    def _begin(self) -> frozenset[int]:
        return self._states.reached((self._first,), ("start",))


class _Reader:
    """Reads an expression that Python's own reader has found well made."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.flags = text, 0, 0

    def whole(self) -> _Node:
        flags = self.take(_FLAGS)
        for letter in flags[1] if flags else "":
            self.flags |= getattr(re, letter.upper())
        return self.either()

    def either(self) -> _Node:
        parts = [self.joined()]
        while self.text.startswith("|", self.at):
            self.at += 1
            parts.append(self.joined())
        return _Either(tuple(parts))

    def joined(self) -> _Node:
        parts: list[_Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self.repeated(self.single()))
        return _Join(tuple(parts))

    def repeated(self, part: _Node) -> _Node:
        times = self.take(_TIMES)
        if times is None:
            return part
        if self.text.startswith("+", self.at):
            self.refuse(times[0] + "+")
        self.at += self.text.startswith("?", self.at)
        sign, least, comma, most = times.groups()
        if sign:
            return _Repeat(part, int(sign == "+"), 1 if sign == "?" else None)
        return _Repeat(part, int(least or 0), (int(most) if most else None) if comma else int(least))

    def single(self) -> _Node:
        if self.text[self.at] == "(":
            return self.group()
        for anchor, place in _ANCHORS.items():
            if self.text.startswith(anchor, self.at):
                self.at += len(anchor)
                return _Single(anchor=place)
        escaped = self.text[self.at] == "\\"
        written = self.take(_ESCAPE) if escaped else self.take(_CLASS) or self.take(_ANY)
        if written is None:
            self.refuse(self.text[self.at : self.at + 2])
        return _Single(re.compile(written[0], self.flags))

    def group(self) -> _Node:
        if not self.take(_GROUP):
            self.refuse(self.text[self.at : self.at + (4 if self.text.startswith("(?<", self.at) else 3)])
        inside = self.either()
        self.at += 1
        return inside

    def take(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found

    def refuse(self, part: str) -> NoReturn:
        raise UnfitError(_NOT_READ.fill(part=part))


_ANY = re.compile(".", re.DOTALL)


def _size(node: _Node) -> int:
    """How many single characters a node has, written out."""
    if isinstance(node, _Single):
        return 1
    if isinstance(node, _Repeat):
        return 1 + _size(node.part) * max(node.least + (node.most is None), node.most or 0)
    return 1 + sum(_size(part) for part in node.parts)


@record
class _States:
    """The places in an expression: for each the character or anchor that leads on from it, if any, and to where; 0 is
    its end. What follows which letter is found once."""

    by: list[_Single | None] = field(default_factory=list)
    to: list[tuple[int, ...]] = field(default_factory=list)
    known: dict[tuple[frozenset[int], str], frozenset[int]] = field(default_factory=dict)

    def add(self, by: _Single | None = None, to: Iterable[int] = ()) -> int:
        self.by.append(by)
        self.to.append(tuple(to))
        return len(self.by) - 1

    def of(self, node: _Node, after: int) -> int:
        """The place before a node that the place `after` follows."""
        if isinstance(node, _Single):
            return self.add(node, (after,))
        if isinstance(node, _Either):
            return self.add(None, [self.of(part, after) for part in node.parts])
        if isinstance(node, _Join):
            for part in reversed(node.parts):
                after = self.of(part, after)
            return after
        if node.most is None:
            loop = self.add()
            self.to[loop] = (self.of(node.part, loop), after)
            after = loop
        else:
            end = after
            for _ in range(node.most - node.least):
                after = self.add(None, (self.of(node.part, after), end))
        for _ in range(node.least):
            after = self.of(node.part, after)
        return after

    def reached(self, places: Iterable[int], anchors: Iterable[str] = ()) -> frozenset[int]:
        """Places with all that are reached from them without a letter, where these anchors hold."""
        found, left = set[int](), list(places)
        while left:
            place = left.pop()
            if place not in found:
                found.add(place)
                by = self.by[place]
                if by is None or by.anchor in anchors:
                    left += self.to[place]
        return frozenset(found)

    def after(self, places: frozenset[int], letter: str) -> frozenset[int]:
        """The places reached by one more letter."""
        key = (places, letter)
        if key not in self.known:
            steps = ((self.by[place], self.to[place]) for place in places)
            fits = (to for by, to in steps if by and by.expression and by.expression.fullmatch(letter))
            self.known[key] = self.reached(place for to in fits for place in to)
        return self.known[key]

"""Reads a file that has mistakes: cut into declarations and fields, each mistake reported once, what is sound kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kpilang.diagnostics import Diagnostic, Edit, Fix, Problem
from kpilang.syntax import words
from kpilang.syntax.block import Block
from kpilang.syntax.comments import comment
from kpilang.syntax.engine import at_once
from kpilang.syntax.mend import MISSPELLED, STRAY_BRACE, mend
from kpilang.syntax.quick import quick
from kpilang.syntax.reading import Reading
from kpilang.syntax.report import UNEXPECTED, report
from kpilang.syntax.scan import Item, Piece, begins, closing_brace, pieces, scan
from kpilang.syntax.tree import Comment, Declaration, Tree
from kpilang.text import Source, Span, Text

UNKNOWN_DECLARATION = Problem(
    "E104",
    "unknown-declaration",
    Text("`{found}` is not a declaration", "`{found}` 不是一种声明"),
)
OUTSIDE = Problem(
    "E114",
    "outside-declaration",
    Text("`{found}` stands outside of every declaration", "`{found}` 不在任何声明之内"),
    help=Text("put it between the `{{` and the `}}` of a declaration", "把它放进某个声明的 `{{` 和 `}}` 之间"),
)

APART = ("kpi", "source", "template")
"""What never stands inside another declaration, not even as a field."""

NEAR = 3
"""How many tokens behind a guessed word a failure is taken to come of the guess."""


@dataclass
class Recovery:
    """What is gathered from a file with mistakes."""

    source: Source
    declarations: list[Declaration] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    damaged: set[str] = field(default_factory=set)

    def read(self, rule: str, start: int, end: int, closing: Sequence[str] = ()) -> Reading:
        return Reading(self.source, rule, start, end, closing).run(mend)

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    def items(self, start: int, end: int) -> list[Item]:
        """The things in a stretch, comments left out."""
        return [item for item in scan(self.source.text, start, end) if item.kind != "comment"]

    def mended(self, reading: Reading) -> bool:
        """Note what was mended in a reading that counts, and say whether anything was."""
        self.diagnostics += (each.diagnostic for each in reading.mends if each.sure)
        self.diagnostics += [each.diagnostic for each in reading.mends if not each.sure][:1]
        return bool(reading.mends)

    def failed(self, reading: Reading, kind: str | None) -> Diagnostic | None:
        """Report a reading that stopped, unless something before it in the stretch was already uncertain."""
        self.mended(reading)
        if not all(each.sure for each in reading.mends) or self.follows_a_guess(reading):
            return None
        found = report(reading, kind)
        self.diagnostics.append(found)
        return found

    def follows_a_guess(self, reading: Reading) -> bool:
        """Whether reading stopped right behind a word that was guessed, and so likely because of it."""
        if not reading.mends or reading.failure is None:
            return False
        last = reading.mends[-1].diagnostic
        behind = (
            sum(token.start_pos is not None and token.start_pos > last.span.start for token in reading.tokens[-NEAR:])
            if last.span
            else 0
        )
        return last.name == MISSPELLED.name and behind < NEAR

    # ---- pieces

    def file(self) -> None:
        """Read the whole source."""
        found = pieces(self.source.text)
        at = 0
        while at < len(found):
            at = self.piece(found, at)

    def piece(self, found: list[Piece], at: int) -> int:
        """Read a piece, or it and those after it that turn out to be its own; the index of the next one."""
        start = found[at].start
        quickly = quick().read(self.source, "start", start, found[at].end)
        made = quickly.value if quickly else at_once(self.source, "start", start, found[at].end)
        if made is not None:
            self.declarations += made
            return at + 1
        for last in range(at, min(at + 4, len(found))):
            if last > at and found[last].firm and self.source.text.startswith(APART, found[last].start):
                break
            reading = self.read("start", start, found[last].end)
            if reading.failure is None and all(each.sure for each in reading.mends):
                self.whole(reading)
                return last + 1
            if reading.failure is None or not reading.failure.at_end:
                break
        self.broken(start, found[at].end)
        return at + 1

    def whole(self, reading: Reading) -> None:
        """Keep the declarations of a stretch that was read to its end, maybe mended."""
        self.declarations += reading.value
        if self.mended(reading):
            self.damaged |= {each.name.text if each.name else each.kind for each in reading.value}

    def broken(self, start: int, end: int) -> None:
        """Read a stretch with a mistake in it, one seeming declaration after the other."""
        items = self.items(start, end)
        at = 0
        while at < len(items):
            first, left = items[at], items[at:]
            if first.kind == "}":
                fix = Fix(Text("remove it", "删除"), (Edit(self.span(first.start, first.end), ""),), safe=False)
                self.diagnostics.append(STRAY_BRACE.at(self.span(first.start, first.end), fixes=(fix,)))
                start = first.end
            elif first.kind == "word" and first.text in words.declarations():
                start = Block(self, first.text, first, left, end).read()
            else:
                start = self.junk(first, left, end)
            at = max(bisect_left(items, start, key=lambda each: each.start), at + 1)

    def junk(self, first: Item, left: list[Item], end: int) -> int:
        """Report what begins no declaration; where to go on."""
        span = self.span(first.start, first.end)
        fields = {word for kind in words.KINDS for word in words.fields(kind)}
        if first.kind == "word" and first.text not in fields:
            near = words.nearest(first.text, words.declarations())
            said = words.alternatives([Text(f"`{each}`", f"`{each}`") for each in words.declarations()])
            help = Text(f"declarations are {said.en}", f"声明有 {said.zh}")
            fixes: tuple[Fix, ...] = ()
            if near:
                help = Text(f"did you mean `{near}`?", f"是否想写 `{near}`？")
                if first.text.lower() == near:
                    help = Text(f"keywords are written in small letters: `{near}`", f"关键字用小写：`{near}`")
                fixes = (Fix(Text(f"write `{near}`", f"写成 `{near}`"), (Edit(span, near),), safe=False),)
            self.diagnostics.append(UNKNOWN_DECLARATION.at(span, found=first.text, help=help, fixes=fixes))
            if near and any(item.kind == "{" for item in left):
                return Block(self, near, first, left, end, sound=False).read()
        elif first.kind == "word":
            self.diagnostics.append(OUTSIDE.at(span, found=first.text))
        else:
            self.diagnostics.append(UNEXPECTED.at(span, found=first.text, expected=words.DECLARATION))
        return self.skip(first, left, end)

    def declares(self, item: Item) -> bool:
        """Whether a declaration seems to begin at something that is not the first thing of a stretch."""
        keyword = item.kind == "word" and item.fresh and item.text in words.declarations()
        return keyword and (item.column == 0 or begins(self.source.text, item))

    def skip(self, first: Item, left: list[Item], end: int) -> int:
        """Where what begins no declaration ends: behind its `}`, or before a keyword that begins a line."""
        brace = closing_brace(left, next((item.end for item in left if item.kind == "{"), first.start))
        for item in left[1:]:
            if item is brace:
                return item.end
            if self.declares(item):
                return item.start
        return end


def comments(source: Source) -> tuple[Comment, ...]:
    """The comments of a text that may be wrong."""
    found = (item for item in scan(source.text, 0, len(source.text)) if item.kind == "comment")
    return tuple(comment(source, item.start, item.end) for item in found)


def recover(source: Source) -> Tree:
    """The tree of a file that has mistakes, with all of them reported."""
    recovery = Recovery(source)
    recovery.file()
    reports: dict[int, Diagnostic] = {}
    for each in sorted(recovery.diagnostics, key=lambda each: each.order[:2]):
        reports.setdefault(each.span.start if each.span else 0, each)
    return Tree(
        source,
        tuple(recovery.declarations),
        comments(source),
        tuple(reports.values()),
        frozenset(recovery.damaged),
    )


def recover_alone(source: Source, rule: str) -> tuple[Any, tuple[Diagnostic, ...]]:
    """What a text of one expression or path says, mended; None when a mistake is left; and all mistakes."""
    recovery = Recovery(source)
    reading = recovery.read(rule, 0, len(source.text))
    if reading.failure is not None:
        recovery.failed(reading, None)
        return None, tuple(recovery.diagnostics)
    recovery.mended(reading)
    return reading.value, tuple(recovery.diagnostics)

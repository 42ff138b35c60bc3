"""Reads a file that has mistakes: cut into declarations and fields, each mistake reported once, what is sound kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kpilang.diagnostics import Diagnostic, Edit, Fix, Mark, Problem
from kpilang.syntax import words
from kpilang.syntax.engine import at_once, comment
from kpilang.syntax.mend import MISSPELLED, STRAY_BRACE, mend
from kpilang.syntax.reading import Reading
from kpilang.syntax.report import BAD_NAME, MISSING_NAME, UNEXPECTED, UNKNOWN_FIELD, report
from kpilang.syntax.scan import Item, Piece, begins, pieces, scan
from kpilang.syntax.tree import Comment, Declaration, Field, Tree
from kpilang.text import Source, Span, Text

UNKNOWN_DECLARATION = Problem(
    "E104",
    "unknown-declaration",
    Text("`{found}` is not a declaration", "`{found}` 不是一种声明"),
)
UNCLOSED_BRACE = Problem(
    "E105",
    "unclosed-brace",
    Text("the `{{` of this {kind} is never closed", "这个 {kind} 的 `{{` 没有对应的 `}}`"),
    help=Text("insert `}}` where the {kind} ends", "在 {kind} 结束处插入 `}}`"),
)
MISSING_BRACE = Problem(
    "E124",
    "missing-brace",
    Text("this {kind} has no `{{` before its fields", "这个 {kind} 的字段前缺少 `{{`"),
    label=Text("expected `{{` after this", "后面应有 `{{`"),
    help=Text("insert `{{`", "插入 `{{`"),
)
OUTSIDE = Problem(
    "E114",
    "outside-declaration",
    Text("`{found}` stands outside of every declaration", "`{found}` 不在任何声明之内"),
    help=Text("put it between the `{{` and the `}}` of a declaration", "把它放进某个声明的 `{{` 和 `}}` 之间"),
)

TRIES = 8
"""How many keywords of a broken stretch are tried as the place from which, or up to which, it is sound."""

NEAR = 3
"""How many tokens behind a guessed word a failure is taken to come of the guess."""

GOES_ON = frozenset(("+", "-", "*", "/", ",", "(", "=", "!=", "<", "<=", ">", ">=", "..", "->", ":", "."))
"""What, at the end of a line, says that the next line belongs to it."""


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
        made = at_once(self.source, "start", start, found[at].end)
        if made is not None:
            self.declarations += made
            return at + 1
        for last in range(at, min(at + 4, len(found))):
            if last > at and found[last].firm and self.source.text[found[last].start :].startswith(("kpi", "source")):
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
                help = Text(f"did you mean `{near}`?", f"是不是 `{near}`？")
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


def closing_brace(items: list[Item], inside: int) -> Item | None:
    """The `}` for a `{` that ends at a place: the one that matches, else the last one."""
    depth, last = 1, None
    for item in items:
        if item.start >= inside and item.kind in "{}":
            depth += 1 if item.kind == "{" else -1
            last = item if item.kind == "}" else last
            if not depth:
                break
    return last


@dataclass
class Block:
    """One declaration with a mistake somewhere: its head, then its fields."""

    recovery: Recovery
    kind: str
    first: Item
    items: list[Item]
    end: int
    sound: bool = True
    fields: list[Field] = field(default_factory=list)
    hurt: bool = False
    headless: bool = False

    def read(self) -> int:
        """Read it, keep what is sound; where it ends."""
        opening, inside, missing = self.opening()
        closing = self.closing(inside)
        before = len(self.recovery.diagnostics)
        head = self.head(opening, missing)
        self.headless = head is None and self.sound
        if opening is None and not missing:
            self.keep(head, None, inside)
            return inside
        if missing and head is not None and self.sound:
            self.no_brace(inside)
        body_end = closing.start if closing else self.end
        if opening is not None and closing is None:
            self.unclosed(opening)
        Body(self, inside, body_end).read()
        self.hurt = self.hurt or len(self.recovery.diagnostics) > before
        stop = closing.end if closing else self.end
        self.keep(head, stop, inside)
        return stop

    def closing(self, inside: int) -> Item | None:
        """The `}` of this declaration. Where another `}` follows with no `{` or declaration between, it is that one:
        what stands between the two are fields."""
        found = closing_brace(self.items, inside)
        after = [item for item in self.items if found is not None and item.start > found.start]
        if not after or after[0].kind == "}":
            return found
        for item in after:
            if item.kind == "{" or self.recovery.declares(item):
                return found
            if item.kind == "}":
                return item
        return found

    def opening(self) -> tuple[Item | None, int, bool]:
        """The `{`, where the fields begin, and whether a `{` is missing before fields."""
        names = words.fields(self.kind)
        brace = next((item for item in self.items if item.kind == "{"), None)
        fresh = next(
            (item for item in self.items[1:] if item.fresh and item.kind == "word" and item.text in names), None
        )
        if brace is not None and (fresh is None or brace.start < fresh.start):
            return brace, brace.end, False
        if fresh is not None:
            return None, fresh.start, True
        return None, self.end, False

    def head(self, opening: Item | None, missing: bool) -> Declaration | None:
        """The declaration without fields; None when its head is broken, which is reported."""
        recovery = self.recovery
        if not self.sound:
            return None
        stop = (
            opening.end
            if opening
            else next((i.end for i in reversed(self.items) if i.end <= self.opening()[1]), self.end)
        )
        stop = max(stop, self.first.end)
        closing = ("RBRACE",) if opening else ("LBRACE", "RBRACE") if missing else ()
        reading = recovery.read("start", self.first.start, stop, closing)
        if reading.failure is None:
            self.hurt = recovery.mended(reading)
            made: Declaration = reading.value[0]
            return made
        self.hurt = True
        if not self.bad_name(reading):
            recovery.failed(reading, None)
        return None

    def bad_name(self, reading: Reading) -> bool:
        """Report a head whose name is missing or no name."""
        failure, recovery = reading.failure, self.recovery
        if failure is None or reading.mends or self.kind in ("calendar", "defaults") or len(reading.tokens) > 2:
            return False
        found = recovery.source.text[failure.offset : failure.end]
        if len(reading.tokens) == 1 and (found in ('"', "{") or found.startswith('"')):
            recovery.diagnostics.append(
                MISSING_NAME.at(recovery.span(self.first.start, self.first.end), kind=self.kind)
            )
            return True
        run = self.items[1:]
        taken = {words.literals().get(each) for each in reading.accepts}
        ends = (n for n, i in enumerate(run) if i.kind not in ("word", "other") or (n and (i.fresh or i.text in taken)))
        stop = next(ends, len(run))
        run = run[:stop]
        right = "_".join(item.text for item in run if item.kind == "word" or item.text.isalnum())
        if (
            len(run) < 2
            or not right.isidentifier()
            or any(item.text not in "-. " and item.kind != "word" for item in run)
        ):
            return False
        span = recovery.span(run[0].start, run[-1].end)
        fix = Fix(Text(f"write `{right}`", f"写成 `{right}`"), (Edit(span, right),), safe=False)
        recovery.diagnostics.append(BAD_NAME.at(span, found=span.text, right=right, fixes=(fix,)))
        return True

    def no_brace(self, inside: int) -> None:
        """Report the `{` that is missing."""
        last = next(item for item in reversed(self.items) if item.end <= inside)
        place = self.recovery.span(last.end, last.end)
        fix = Fix(Text("insert `{`", "插入 `{`"), (Edit(place, " {"),), safe=False)
        span = self.recovery.span(last.start, last.end)
        self.recovery.diagnostics.append(MISSING_BRACE.at(span, kind=f"`{self.kind}`", fixes=(fix,)))

    def unclosed(self, opening: Item) -> None:
        """Report the `}` that is missing."""
        last = self.items[-1].end
        place = self.recovery.span(last, last)
        marks = (Mark(place, Text("`}` is missing here", "这里缺少 `}`")),)
        fix = Fix(Text("insert `}`", "插入 `}`"), (Edit(place, "\n}"),), safe=False)
        span = self.recovery.span(opening.start, opening.end)
        self.recovery.diagnostics.append(UNCLOSED_BRACE.at(span, kind=f"`{self.kind}`", marks=marks, fixes=(fix,)))

    def keep(self, head: Declaration | None, stop: int | None, inside: int) -> None:
        """Add the declaration to the tree, if its head is sound, and its name to the damaged ones."""
        name = head.name.text if head and head.name else self.name_seen()
        if head is None or self.hurt:
            self.recovery.damaged.add(name)
        if head is not None:
            span = self.recovery.span(head.span.start, stop if stop is not None else min(head.span.end, inside))
            fields = {each.span.start: each for each in self.fields}
            self.recovery.declarations.append(replace(head, span=span, fields=tuple(fields.values())))

    def name_seen(self) -> str:
        """The word after the keyword, which is likely the name; else the keyword."""
        follows = self.items[1] if len(self.items) > 1 else None
        return follows.text if follows is not None and follows.kind == "word" else self.kind


@dataclass
class Body:
    """The fields of a declaration: cut at lines that begin with a field's keyword, each stretch read by itself."""

    block: Block
    start: int
    end: int

    def __post_init__(self) -> None:
        self.recovery, self.kind = self.block.recovery, self.block.kind
        self.names = words.fields(self.kind)
        self.rule = f"{words.rule_of(self.kind)}_fields"
        self.items = self.recovery.items(self.start, self.end)
        self.starts = [item.start for item in self.items]
        self.fresh = [item for item in self.items if item.fresh and item.kind == "word" and item.text in self.names]

    def read(self) -> None:
        """Read every stretch."""
        bounds = [self.start, *(item.start for item in self.fresh if item.start > self.start), self.end]
        at = 0
        while at < len(bounds) - 1:
            at = self.stretch(bounds, at)

    def attempt(self, start: int, end: int) -> Reading:
        return self.recovery.read(self.rule, start, end)

    def stretch(self, bounds: list[int], at: int) -> int:
        """Read one stretch, or it and those after it that turn out to be its own; the index of the next one."""
        first: Reading | None = None
        for last in range(at + 1, min(at + 5, len(bounds))):
            reading = self.attempt(bounds[at], bounds[last])
            first = first or reading
            if reading.failure is None:
                self.keep(reading)
                return last
            if not reading.failure.at_end:
                break
        while first is not None:
            first = self.mistake(first)
        return at + 1

    def keep(self, reading: Reading) -> None:
        """Take over the fields of a reading that came to its end."""
        self.block.fields += reading.value
        self.block.hurt = self.recovery.mended(reading) or self.block.hurt

    def mistake(self, reading: Reading) -> Reading | None:
        """Report a stretch that stopped and keep the sound fields before and after; the reading of what is left that
        stopped too, from a line on that looks like a field of its own."""
        failure = reading.failure
        assert failure is not None  # noqa: S101 only a reading that stopped comes here
        self.block.hurt = True
        headless = self.block.headless and reading.start == self.start
        found = None if headless else self.recovery.failed(reading, self.kind)
        self.sound_before(reading.start, failure.offset)
        unknown = found is not None and found.name == UNKNOWN_FIELD.name
        onward = self.resume(reading, failure.offset, past=unknown)
        if onward is None:
            self.sound_after(failure.end, reading.end)
            return None
        left = self.attempt(onward, reading.end)
        if left.failure is not None:
            return left
        self.keep(left)
        return None

    def keywords(self, start: int, end: int) -> list[Item]:
        found = self.items[bisect_left(self.starts, start) : bisect_left(self.starts, end)]
        return [item for item in found if item.text in self.names]

    def sound_before(self, start: int, stop: int) -> None:
        """Keep the fields that come before a mistake."""
        places = [stop, *(item.start for item in reversed(self.keywords(start, stop)))]
        for place in places[:TRIES]:
            reading = self.attempt(start, place)
            if reading.failure is None:
                self.block.fields += reading.value
                return

    def sound_after(self, start: int, stop: int) -> None:
        """Keep the fields that come after a mistake on the same lines."""
        for item in self.keywords(start, stop)[:TRIES]:
            reading = self.attempt(item.start, stop)
            if reading.failure is None:
                self.block.fields += reading.value
                return

    def resume(self, reading: Reading, offset: int, *, past: bool) -> int | None:
        """The next line that looks like a field, though its first word is none."""
        column = self.fresh[0].column if self.fresh else None
        first = bisect_left(self.starts, offset)
        before = self.items[first - 1] if first else None
        for item in self.items[first:]:
            if item.start >= reading.end:
                return None
            later = item.start > offset or (item.start == offset and not past and offset > reading.start)
            fits = column is None or item.column == column
            if later and item.fresh and item.kind == "word" and fits and self.begins(before, item):
                return item.start
            before = item
        return None

    def begins(self, before: Item | None, item: Item) -> bool:
        """Whether a line begins something of its own: the line before is done, and its word goes on with nothing."""
        done = before is None or before.text not in GOES_ON
        return done and (item.text not in words.keywords() or item.text in self.names)


def comments(source: Source) -> tuple[Comment, ...]:
    """The comments of a text that may be wrong."""
    found = (item for item in scan(source.text, 0, len(source.text)) if item.kind == "comment")
    return tuple(comment(source, item.start, item.end) for item in found)


def recover(source: Source) -> Tree:
    """The tree of a file that has mistakes, with all of them reported."""
    recovery = Recovery(source)
    recovery.file()
    reports: dict[int, Diagnostic] = {}
    for each in sorted(recovery.diagnostics, key=lambda each: each.order):
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

"""Reads one declaration with a mistake in it: its head, then its fields, each by itself."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kpilang.diagnostics import Edit, Fix, Mark, Problem
from kpilang.syntax import words
from kpilang.syntax.reading import Reading
from kpilang.syntax.report import BAD_NAME, MISSING_NAME, UNKNOWN_FIELD
from kpilang.syntax.scan import Item, closing_brace
from kpilang.syntax.tree import Declaration, Field
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.syntax.recover import Recovery

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

TRIES = 8
"""How many keywords of a broken stretch are tried as the place from which, or up to which, it is sound."""

GOES_ON = frozenset(("+", "-", "*", "/", ",", "(", "=", "!=", "<", "<=", ">", ">=", "..", "->", ":", "."))
"""What, at the end of a line, says that the next line belongs to it."""


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
        fresh = next((item for item in self.outside() if item.fresh and item.text in names), None)
        if brace is not None and (fresh is None or brace.start < fresh.start):
            return brace, brace.end, False
        if fresh is not None:
            return None, fresh.start, True
        return None, self.end, False

    def outside(self) -> Iterator[Item]:
        """The words behind the keyword that stand in no brackets: in brackets they may name parameters."""
        depth = 0
        for item in self.items[1:]:
            if item.kind == "other":
                depth = max(depth + item.text.count("(") - item.text.count(")"), 0)
            elif item.kind == "word" and not depth:
                yield item

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
            close = stop if stop is not None else min(head.close, inside)
            fields = {each.begin: each for each in self.fields}
            self.recovery.declarations.append(replace(head, close=close, fields=tuple(fields.values())))

    def name_seen(self) -> str:
        """The word after the keyword, which is likely the name; else, and where none belongs, the keyword."""
        follows = self.items[1] if len(self.items) > 1 and self.kind not in ("calendar", "defaults") else None
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

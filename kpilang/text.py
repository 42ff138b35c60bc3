"""Source texts, places in them, and text in two languages: the ground every other room stands on."""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate, count
from operator import add

from kpilang.record import record


@dataclass(frozen=True, eq=False)
class Source:
    """One text that was read: a `.kpi` file, an option of the command line.

    `path` is for people: relative to the project, with forward slashes, or `<--where>` and the like.
    `text` holds the characters as read, without a byte order mark; line ends are kept as they are.
    """

    path: str
    text: str

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which lines begin; `\\n`, `\\r\\n` and a lone `\\r` end a line."""
        if "\r" in self.text:
            return (0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", self.text)))
        before = accumulate(map(len, self.text.split("\n")[:-1]))
        return (0, *map(add, before, count(1)))  # each line before has one more character, its end

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; a column counts characters (code points)."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its end."""
        starts = self.line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def utf16_column(self, offset: int) -> int:
        """Column of an offset in UTF-16 code units from 0, as editors count by default."""
        line, _ = self.position(offset)
        before = self.text[self.line_starts[line - 1] : offset]
        return len(before.encode("utf-16-le")) // 2


At = tuple[Source, int, int]
"""A source, where a stretch of it starts, and where it ends: what a span is made of."""


@record
class Span:
    """A stretch of a source: offsets in characters, `end` exclusive."""

    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def at(self) -> At:
        """The three as they are."""
        return self.source, self.start, self.end

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """The stretch from the start of this one to the end of the other."""
        return Span(self.source, self.start, other.end)

    def __str__(self) -> str:
        line, column = self.source.position(self.start)
        return f"{self.source.path}:{line}:{column}"


_LATIN = frozenset(string.ascii_letters + string.digits)
_INTO = (_LATIN | {"`"}, _LATIN | {"%"})
_OUT = (_LATIN, _LATIN | {"`", "%"})
"""What a Chinese character is parted from, behind it and before it, where a value begins and where it ends: a backtick of
the value's own is Latin, one of the template's is not."""


def _chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


@cache
def _tight(template: str) -> bool:
    """Whether a place to fill in touches a Chinese character."""
    before, behind = template.split("{")[:-1], template.split("}")[1:]
    return any(_chinese(each[-1:]) for each in before) or any(_chinese(each[:1]) for each in behind)


def _spaced(template: str, values: Mapping[str, object]) -> str:
    """A Chinese template filled; a space parts a Latin word or a number from the Chinese character that it comes to touch."""
    filled = ""
    formatter = string.Formatter()
    for literal, name, form, _ in formatter.parse(template):
        value = format(formatter.get_field(name, (), values)[0], form or "") if name is not None else ""
        for piece, (behind, before) in ((literal, _OUT), (value, _INTO)):
            one, other = filled[-1:], piece[:1]
            parted = (_chinese(one) and other in behind) or (one in before and _chinese(other))
            filled += f" {piece}" if parted else piece
    return filled


@record
class Text:
    """One sentence for people, in English and Chinese; `{name}` marks a place to fill in."""

    en: str
    zh: str

    def fill(self, **values: object) -> Text:
        """Both sentences with their places filled; a value that is a `Text` goes in language by language."""
        if "{" not in self.en and "{" not in self.zh and "}" not in self.en and "}" not in self.zh:
            return self

        def side(template: str, language: str) -> str:
            chosen = {key: value.say(language) if isinstance(value, Text) else value for key, value in values.items()}
            if language == "zh" and _tight(template):
                return _spaced(template, chosen)
            return template.format(**chosen)

        return Text(side(self.en, "en"), side(self.zh, "zh"))

    def say(self, language: str) -> str:
        """The sentence in a language: Chinese for `zh` and its variants, English for all else."""
        return self.zh if language.lower().startswith("zh") else self.en

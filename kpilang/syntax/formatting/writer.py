"""Lines as they are written: words with blanks between them, comments at the ends of lines and on lines of their own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kpilang.syntax.formatting.parts import LIMIT, Part, Remark, Word
from kpilang.width import width


class Writer:
    """Writes words one after another. `indent` is where the next line begins; a comment ends the line it stands on."""

    def __init__(self, remarked: Sequence[int]) -> None:
        self.remarked = remarked
        self.lines: list[str] = []
        self.comments: dict[int, str] = {}
        self.line = ""
        self.column = self.indent = 0
        self.gap = ""

    @property
    def at(self) -> int:
        """The column where the next word goes."""
        return self.column + len(self.gap) if self.line else self.indent

    def room(self, part: Part, tail: int = 0) -> bool:
        """Whether a part fits into the rest of the line, with `tail` columns behind it and no comment in its midst."""
        return (
            part.flat is not None
            and self.fits(part.flat, tail)
            and not (self.remarked and self.interrupted(part.first.start, part.last))
        )

    def fits(self, text: str, tail: int) -> bool:
        """Whether a text fits into the rest of the line, with `tail` columns behind it."""
        return self.at + width(text) + tail <= LIMIT

    def interrupted(self, start: int, last: Word) -> bool:
        """Whether a comment stands in a stretch, but behind its last word."""
        at = bisect_left(self.remarked, start)
        found = self.remarked[at] if at < len(self.remarked) else last.start + 1
        return found < last.start or (found == last.start and bool(last.before))

    @contextmanager
    def indented(self, column: int) -> Iterator[None]:
        """Within, lines begin at this column."""
        before, self.indent = self.indent, column
        yield
        self.indent = before

    def put(self, text: str) -> None:
        """Words, in this line."""
        self.gap = self.gap if self.line else " " * self.indent
        self.column = width(self.gap) + width(text) + (self.column if self.line else 0)
        self.line += self.gap + text
        self.gap = ""

    def space(self, columns: int = 1) -> None:
        """A blank before the next word, unless it begins a line."""
        self.gap = " " * columns

    def end(self) -> None:
        """The end of the line, if there is anything in it."""
        if self.line:
            self.lines.append(self.line)
        self.line = self.gap = ""

    def blank(self) -> None:
        """An empty line, unless there is one."""
        self.end()
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def word(self, word: Word) -> None:
        """A word with its comments."""
        self.remarks(word.before)
        self.plain(word)

    def plain(self, word: Word) -> None:
        """A word whose comments before it are written."""
        self.put(word.text)
        self.endnote(word)

    def endnote(self, word: Word) -> None:
        """The comment that ends the line of a word."""
        if word.after:
            self.comments[len(self.lines)] = word.after
            self.end()

    def remarks(self, remarks: tuple[Remark, ...], *, apart: bool = False) -> None:
        """Comments on lines of their own; with empty lines between them where `apart`."""
        for remark in remarks:
            self.end()
            if apart and remark.apart:
                self.blank()
            self.put(remark.text)
            self.end()

    def text(self) -> str:
        """All lines, the comments at the ends of lines that follow each other in one column; those of fields apart from
        those of the head and the end around them."""
        self.end()
        lines, run = list(self.lines), list[int]()
        for number in [*sorted(self.comments), -1]:
            if run and (number != run[-1] + 1 or (lines[number][0] == " ") != (lines[run[-1]][0] == " ")):
                column = max(width(lines[each]) for each in run) + 2
                for each in run:
                    lines[each] += " " * (column - width(lines[each])) + self.comments[each]
                run = []
            run.append(number)
        return "\n".join([*lines, ""]) if lines else ""

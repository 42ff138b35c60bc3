"""A command line as it was typed, up to the cursor: its words without quotes, and where a shell thinks the last begins."""

from __future__ import annotations

from kpilang.record import record

_QUOTES = "'\""
_ESCAPABLE = '"\\$`'


@record
class Line:
    """The whole words before the cursor, the one at the cursor as far as it is typed, how much of that stands before
    the place from which the shell replaces it, and the quote that is open."""

    words: tuple[str, ...]
    last: str
    kept: int
    quote: str


class _Reader:
    """Reads a line letter by letter, as a shell does; a quote may still be open at the end."""

    def __init__(self, breaks: str) -> None:
        self.breaks = breaks
        self.words: list[str] = []
        self.word, self.begun, self.kept, self.quote, self.escaped = "", False, 0, "", False

    def read(self, letter: str) -> None:
        if self.escaped:
            self.take(letter if self.quote != '"' or letter in _ESCAPABLE else f"\\{letter}")
            self.escaped = False
        elif letter == "\\" and self.quote != "'":
            self.escaped = self.begun = True
        elif self.quote:
            self.in_quotes(letter)
        elif letter in _QUOTES:
            self.quote, self.begun = letter, True
            self.mark(letter)
        elif letter.isspace():
            self.end()
        else:
            self.take(letter)
            self.mark(letter)

    def in_quotes(self, letter: str) -> None:
        if letter == self.quote:
            self.quote = ""
        else:
            self.take(letter)

    def take(self, letter: str) -> None:
        self.word, self.begun = self.word + letter, True

    def mark(self, letter: str) -> None:
        """After a letter at which the shell breaks words, it replaces only what follows."""
        if letter in self.breaks:
            self.kept = len(self.word)

    def end(self) -> None:
        if self.begun:
            self.words.append(self.word)
        self.word, self.begun, self.kept = "", False, 0


def read(text: str, breaks: str = "") -> Line:
    """Takes a line apart; `breaks` are the letters at which the shell breaks words beside white space."""
    reader = _Reader(breaks)
    for letter in text:
        reader.read(letter)
    return Line(tuple(reader.words), reader.word, reader.kept, reader.quote)

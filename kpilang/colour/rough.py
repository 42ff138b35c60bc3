"""The kinds of things in a stretch that is wrong: by the words before, by lines, and by how a word is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kpilang.colour.exact import PUNCTUATION, Token, parts
from kpilang.colour.kinds import Kind
from kpilang.colour.words import dated, followers, leading, table, terminals
from kpilang.syntax import words
from kpilang.syntax.quick import quick
from kpilang.syntax.quotes import text_end
from kpilang.syntax.scan import PIECE

_FIXED = {
    "COMMENT": Kind.COMMENT,
    "STRING": Kind.TEXT,
    "ADDRESS": Kind.ADDRESS,
    "PERIOD": Kind.PERIOD,
    "YEAR": Kind.NUMBER,
    "NUMBER": Kind.NUMBER,
}
"""What is told by its writing alone, in the order in which it is looked for."""
_ODD = r"(?P<odd>[0-9]\w*|[^\s\ufeff])"
_PHRASES = {"STARTS_WITH": Kind.LOGIC, "FOLLOWED_BY": Kind.CLAUSE, "LANGUAGE": Kind.LANGUAGE}
_QUOTES = frozenset("\"'“”„")


@cache
def _lexeme() -> re.Pattern[str]:
    """What finds the next thing: its group is the terminal, or `word`, `sign`, `odd`."""
    made = quick().made
    signs = "|".join(map(re.escape, sorted(made.signs, key=len, reverse=True)))
    groups = [f"(?P<{name}>{made.patterns[name]})" for name in (*_FIXED, "STARTS_WITH", "FOLLOWED_BY", "LANGUAGE")]
    groups += [f"(?P<word>{made.patterns['NAME']})", f"(?P<sign>{signs})", _ODD]
    blank = "|".join(made.patterns[name] for name in made.ignored if name != "COMMENT")
    return re.compile(f"(?>{blank})*(?:{'|'.join(groups)})")


def _word_end(text: str, begin: int, end: int) -> int:
    """Where the letters end that a word begins with."""
    return next((at for at in range(begin, end) if not text[at].isalpha()), end)


@dataclass
class Rough:
    """A look at one stretch. `kind` is the declaration that it stands in, "" outside of all and in heads; `wrong` is where
    reading stopped; `before` is the terminal of what stands before."""

    text: str
    kind: str
    wrong: int = -1
    before: str = ""
    last: Kind | None = None
    field: str = ""
    end: int = 0

    def read(self, start: int, end: int) -> Iterator[Token]:
        """The tokens of the stretch."""
        self.end = end
        at, self.wrong = start, self.wrong if self.wrong >= start else -1
        while (found := _lexeme().match(self.text, at, end)) is not None:
            group = found.lastgroup or "odd"
            begin, at = found.span(group)
            if group == "odd":
                at = self.odd(begin, at)
                self.wrong = -1
                yield from parts(self.text, Token(begin, at, self.last or Kind.ERROR))
                continue
            if group == "LANGUAGE" and (self.before != "STRING" or found[group] in words.keywords()):
                group, at = "word", _word_end(self.text, begin, end)
            token = Token(begin, at, self.of(group, begin, at, found.start()))
            if 0 <= self.wrong <= begin and group != "COMMENT":
                token, self.wrong = token._replace(kind=Kind.ERROR), -1
            yield from parts(self.text, token)
            if group != "COMMENT":
                self.last = token.kind

    def odd(self, begin: int, end: int) -> int:
        """Where something ends that the language does not know: a foreign quote, a text without end, a sign, a number."""
        self.before, self.last = "STRING", Kind.ERROR
        if self.text[begin] not in _QUOTES:
            return end
        found = PIECE.match(self.text, begin, self.end)
        if found is None or found.lastgroup == "open":
            return max(text_end(self.text, begin, self.end), begin + 1)
        if self.text[begin] == '"':
            self.last = Kind.TEXT
        return found.end() if found.lastgroup == "text" else end

    def of(self, group: str, begin: int, end: int, blank: int) -> Kind:
        """What a thing is, with where the blanks before it begin; `before` becomes its terminal."""
        if group == "COMMENT":
            return Kind.COMMENT
        before, said = self.before, self.text[begin:end]
        if group == "word":
            return self.of_word(said, end, self.text[blank:begin])
        if group == "sign":
            self.before = quick().made.signs[said]
            percent = said == "%" and self.last is Kind.NUMBER
            return Kind.UNIT if percent else Kind.PUNCTUATION if said in PUNCTUATION else Kind.OPERATOR
        self.before = group
        if group in _PHRASES:
            return _PHRASES[group]
        return Kind.PERIOD if group == "YEAR" and dated(before) else _FIXED[group]

    def of_word(self, said: str, end: int, blank: str) -> Kind:
        """What a word is, with the blanks before it."""
        before, last, self.before = self.before, self.last, "NAME"
        fresh = len(blank) > 1 or "\n" in blank or before in ("", "LBRACE", "RBRACE")
        behind = self.text[end : end + 2]
        if before == "DOT" or (behind[:1] == "." and behind != ".."):
            return Kind.NAME
        if last is Kind.NUMBER and (said in words.units() or (len(said) == 3 and said.isupper())):
            self.before = "UNIT"
            return Kind.UNIT
        terminal = terminals().get(said)
        if terminal and (not before or said in followers().get(before, ())):
            kind = self.of_keyword(said, fresh=fresh)
            if kind is not None:
                self.before = terminal
                return kind
        if self.text[end : end + 1] == "(" and said in table()[Kind.FUNCTION]:
            return Kind.FUNCTION
        if last is Kind.DECLARATION:
            return Kind.DECLARED
        if last is Kind.FIELD:
            return next(
                (kind for kind in (Kind.VALUE, Kind.MEMBER, Kind.UNIT) if self.field in leading(kind)), Kind.NAME
            )
        return Kind.NAME

    def of_keyword(self, said: str, *, fresh: bool) -> Kind | None:
        """What a word of the grammar is where it may stand; None where it is more likely a name."""
        if self.kind and said in words.fields(self.kind) and fresh:
            self.field = said
            return Kind.FIELD
        if not self.kind and said in words.declarations() and fresh:
            return Kind.DECLARATION
        return next((kind for kind in (Kind.LOGIC, Kind.CLAUSE, Kind.VALUE) if said in table()[kind]), None)

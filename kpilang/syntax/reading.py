"""Reads a stretch of a text by one rule of the grammar, and mends on the way what can only have been meant one way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lark import Token, UnexpectedInput
from lark.parsers.lalr_analysis import Shift
from lark.utils import TextSlice

from kpilang.diagnostics import Diagnostic, Edit, Fix, Problem
from kpilang.syntax import words
from kpilang.syntax.engine import engine
from kpilang.text import Source, Span, Text

if TYPE_CHECKING:
    from lark.parsers.lalr_interactive_parser import InteractiveParser

END = "$END"
DEEP = 500
MENDS = 100
"""How many mends one stretch may take: beyond that the text is something else."""


@dataclass(frozen=True)
class Failure:
    """Where reading stopped: at a token, or at a place where no token begins (`token` is None)."""

    offset: int
    end: int
    token: Token | None

    @property
    def at_end(self) -> bool:
        return self.token is not None and self.token.type == END


@dataclass(frozen=True)
class Mend:
    """What was reported and mended; an unsure one silences what fails after it in the same stretch."""

    diagnostic: Diagnostic
    sure: bool = True


@dataclass
class Reading:
    """One attempt to read `source.text[start:end]` by the grammar's rule `rule`.

    After `run`, either `failure` is None and `value` is what the rule built, or `failure` says where it stopped.
    """

    source: Source
    rule: str
    start: int
    end: int
    closing: Sequence[str] = ()
    value: Any = None
    failure: Failure | None = None
    tokens: list[Token] = field(default_factory=list)
    mends: list[Mend] = field(default_factory=list)
    parser: InteractiveParser = field(init=False)
    known: frozenset[str] | None = None
    before: deque[tuple[list[Any], list[Any]]] = field(default_factory=lambda: deque(maxlen=4))

    def __post_init__(self) -> None:
        self.parser = engine().lark.parse_interactive(TextSlice(self.source.text, self.start, self.end), self.rule)

    def run(self, mend: Callable[[Reading], Mend | None]) -> Reading:
        """Read to the end; where reading stops, `mend` may set it going again."""
        while True:
            self.failure = self._advance()
            if self.failure is None or len(self.mends) >= MENDS:
                return self
            self.known = None
            found = mend(self)
            if found is None:
                return self
            self.mends.append(found)

    def _advance(self) -> Failure | None:
        thread, state = self.parser.lexer_thread, self.parser.parser_state
        try:
            for token in thread.lex(state):  # type: ignore[no-untyped-call]
                if not self.fits(token.type):
                    return self._failed(token, token.start_pos)
                self._remember()
                self.parser.feed_token(token)
                self.tokens.append(token)
            for terminal in (*self.closing, END):
                token = Token(terminal, words.literals().get(terminal, ""), self.end, end_pos=self.end)
                if not self.fits(terminal):
                    return self._failed(token, self.end)
                self.value = self.parser.feed_token(token)
        except UnexpectedInput as error:
            return self._failed(getattr(error, "token", None), error.pos_in_stream)
        return None

    def fits(self, terminal: str) -> bool:
        """Whether a terminal may come next; asked before it is fed, since feeding builds nodes before it fails."""
        state = self.parser.parser_state
        table, below, over = state.parse_conf.states, len(state.state_stack), list[int]()
        while True:
            action, rule = table[over[-1] if over else state.state_stack[below - 1]].get(terminal, (None, None))
            if action is None or action is Shift:
                return action is Shift
            size = len(rule.expansion)
            below -= max(size - len(over), 0)
            del over[max(len(over) - size, 0) :]
            over.append(table[over[-1] if over else state.state_stack[below - 1]][rule.origin.name][1])
            if terminal == END and over[-1] == state.parse_conf.end_state:
                return True

    def _remember(self) -> None:
        """Keep the parser's stacks, so that a token can be taken back; not where they are very deep."""
        state = self.parser.parser_state
        if len(state.state_stack) > DEEP:
            self.before.clear()
        else:
            self.before.append((state.state_stack.copy(), state.value_stack.copy()))

    def _bare(self) -> InteractiveParser:
        """A copy of the parser that builds nothing."""
        made: InteractiveParser = self.parser.copy(deepcopy_values=False)  # type: ignore[no-untyped-call]
        made.parser_state.parse_conf = copy(made.parser_state.parse_conf)
        made.parser_state.parse_conf.callbacks = {}
        return made

    def _failed(self, token: Token | None, offset: int | None) -> Failure:
        if token is None or token.start_pos is None or token.end_pos is None:
            place = self.end if offset is None else offset
            return Failure(place, min(place + 1, self.end), None)
        if token.start_pos >= self.end:
            token = Token(END, "", self.end, end_pos=self.end)
        return Failure(token.start_pos or 0, token.end_pos or 0, token)

    @property
    def previous(self) -> Token | None:
        """The last token that was taken."""
        return self.tokens[-1] if self.tokens else None

    @property
    def accepts(self) -> frozenset[str]:
        """The terminals that may stand where reading stopped."""
        if self.known is None:
            here = self.parser.parser_state.parse_conf.states[self.parser.parser_state.position]
            self.known = frozenset(each for each in here if each.isupper() and self.fits(each))
        return self.known

    @property
    def keywords(self) -> list[str]:
        """The words of the language that may stand where reading stopped."""
        literals = words.literals()
        return sorted(literals[each] for each in self.accepts if literals.get(each, "").isalpha())

    @property
    def unclosed(self) -> Token | None:
        """The innermost `(` so far that no `)` closes."""
        open_ones: list[Token] = []
        for token in self.tokens:
            if token.type == "LPAR":
                open_ones.append(token)
            elif token.type == "RPAR" and open_ones:
                open_ones.pop()
        return open_ones[-1] if open_ones else None

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    def feed(self, terminal: str, text: str, start: int, end: int) -> None:
        """Take a token in place of the text from start to end, and read on behind it."""
        token = Token(terminal, text, start, end_pos=end)
        self.parser.feed_token(token)
        self.tokens.append(token)
        self.before.clear()
        self.jump(end)

    def jump(self, offset: int) -> None:
        """Read on from an offset."""
        state = self.parser.lexer_thread.state
        assert state is not None  # noqa: S101 a reading always has a text
        state.line_ctr.char_pos = offset
        self.known = None

    def take_back(self) -> Token | None:
        """Undo the last token; None when it was put in by a mend, or none was taken."""
        if not self.tokens or not self.before:
            return None
        state = self.parser.parser_state
        state.state_stack[:], state.value_stack[:] = self.before.pop()
        self.known = None
        return self.tokens.pop()

    def would_finish(self, terminals: Sequence[str], offset: int) -> bool:
        """Whether the stretch reads to its end with these tokens put in, going on at an offset."""
        return self._trial(terminals, offset, None)

    def would_take(self, terminal: str | None, offset: int) -> bool:
        """Whether a token (or none) may be put in, and the next one after an offset stands rightly behind it."""
        return self._trial([terminal] if terminal else [], offset, 1)

    def lacks(self, terminal: str) -> bool:
        """Whether what reading stopped at would stand rightly behind a token put in before it."""
        return self.failure is not None and self._trial([terminal], self.failure.offset, 1)

    def _trial(self, terminals: Sequence[str], offset: int, ahead: int | None) -> bool:
        trial = self._bare()
        state = trial.lexer_thread.state
        assert state is not None  # noqa: S101 a reading always has a text
        state.line_ctr.char_pos = offset
        try:
            for terminal in terminals:
                trial.feed_token(Token(terminal, ""))
            tokens = trial.lexer_thread.lex(trial.parser_state)  # type: ignore[no-untyped-call]
            for count, token in enumerate(tokens, start=1):
                trial.feed_token(token)
                if count == ahead:
                    return True
            for terminal in (*self.closing, END):
                trial.feed_token(Token(terminal, ""))
        except UnexpectedInput:
            return ahead is not None and self._ends_after(offset)
        return True

    def _ends_after(self, offset: int) -> bool:
        """Whether only white space stands between an offset and the end."""
        return not self.source.text[offset : self.end].strip()


def accepted(texts: Collection[str], accepts: Collection[str]) -> str | None:
    """The first of some fixed texts whose terminal may stand here, as its terminal."""
    for text in texts:
        for terminal, literal in words.literals().items():
            if literal == text and terminal in accepts:
                return terminal
    return None


def fixed(problem: Problem, span: Span, right: str, *, safe: bool = True) -> Mend:
    """A report whose mend is to put `right` in place of the span."""
    title = Text(f"write `{right}`", f"写成 `{right}`") if right else Text("remove it", "删除")
    fix = Fix(title, (Edit(span, right),), safe=safe)
    return Mend(problem.at(span, found=span.text, right=right, fixes=(fix,)))

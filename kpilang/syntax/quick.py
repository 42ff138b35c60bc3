"""Reads a text that has no mistakes, by the tables alone: twice as fast as Lark, which is asked when this finds none.

The reader takes only what Lark would take in the same way: wherever it is in doubt it gives up, and says nothing of why.
While reading it notes its steps; a text that was read once is read again by its steps, without looking for them.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from sys import intern
from typing import Any, NamedTuple

from kpilang.syntax.build import Builder
from kpilang.syntax.comments import comment
from kpilang.syntax.tables import END, NAME, STRING, Tables, expression, tables
from kpilang.syntax.tree import Comment
from kpilang.text import At, Source

WORD, TEXT, SIGN, COMMENT, DIGIT = 1, 2, 3, 4, 5
"""The groups of `tables.expression`."""

LEADS = {
    "PERIOD": f"F{digits}",
    "YEAR": digits,
    "CLOCK": digits,
    "PATTERN": "45",
    "NUMBER": digits,
    "UNIT": ascii_letters,
    "CURRENCY": ascii_uppercase,
    "LANGUAGE": ascii_lowercase,
    "STARTS_WITH": "s",
    "FOLLOWED_BY": "f",
    "FISCAL_GRAIN": "f",
    "ADDRESS": "<",
}
"""The characters that a terminal which goes before plain words and numbers can begin with."""

NOTHING = -0x8000
"""No step is this one, since there are fewer rules: it stands between the steps and the comments."""

SHARED = 1 << 16
"""Offsets below are one and the same number in all places of all files: as numbers of their own they would take as much
memory as the places."""
SHORT = 24
"""Texts shorter than this are mostly names and words, and the same ones again and again."""


@cache
def _offsets() -> Sequence[int]:
    return tuple(range(SHARED))


Match = Callable[[str, int, int], "re.Match[str] | None"]


class Read(NamedTuple):
    """What a stretch says, its comments, and the steps by which it was read.

    A step that is not negative is where a token begins, the next one where it ends, both from the start of the
    stretch; `~number` reduces by a rule. Behind `NOTHING` stand begin and end of each comment.
    """

    value: Any
    comments: tuple[Comment, ...]
    steps: array[int]


class Quick:
    """A reader made of tables; its `builder` makes the nodes."""

    def __init__(self, made: Tables) -> None:
        self.made = made
        self.builder = Builder()
        self.match = expression(made.patterns, made.ignored, made.signs).match
        one = {name: re.compile(pattern).match for name, pattern in made.patterns.items()}
        ways = {names: _ways(names, one) for names in set(made.special)}
        self.special = [ways[names] for names in made.special]
        self.ladders: dict[tuple[int, int, str], tuple[tuple[int, ...], int, int | None]] = {}
        self.sizes = [size for _, size, _, _, _ in made.rules]
        self.methods: list[Callable[[At, list[Any]], Any] | None] = [
            getattr(self.builder, name, None) for _, _, name, _, _ in made.rules
        ]
        self.items = [items for _, _, _, _, items in made.rules]
        self.plain: list[slice | int | None] = [_plain(items) for items in self.items]
        for number, places in enumerate(self.plain):
            if isinstance(places, slice) and getattr(self.methods[number], "is_given", False):
                self.plain[number], self.methods[number] = places.start, None

    def read(self, source: Source, rule: str, start: int, end: int) -> Read | None:
        """What a stretch says by a rule; None when Lark must be asked."""
        steps = self.steps(source.text, rule, start, end)
        return None if steps is None else self.replay(source, start, steps)

    def steps(  # noqa: C901, PLR0912 one loop, and the time goes here
        self, text: str, rule: str, start: int, end: int, stopped: list[int] | None = None
    ) -> array[int] | None:
        """The steps by which a stretch is read; None when Lark must be asked: `stopped` is then told at which place."""
        actions, gotos, rules = self.made.actions, self.made.gotos, self.made.rules
        words, signs, special = self.made.words, self.made.signs, self.special
        steps, comments, stack, at, last = list[int](), list[int](), [self.made.begins[rule]], start, -1
        match, ladders = self.match, self.ladders
        while (found := match(text, at, end)) is not None:
            kind, state = found.lastindex, stack[-1]
            if kind is None:
                terminal, begin, last = END, at, self.made.ends[rule]
            else:
                begin, at = found.span(kind)
                if kind == WORD:
                    terminal = words[state].get(found[kind], NAME)
                elif kind == TEXT:
                    terminal = STRING
                elif kind == SIGN:
                    terminal = signs[found[kind]]
                elif kind == COMMENT:
                    comments += (begin - start, at - start)
                    continue
                else:
                    terminal = ""
                for special_match, name in special[state].get(text[begin], ()):
                    other = special_match(text, begin, end)
                    if other is not None:
                        terminal, at = name, other.end()
                        break
            action = actions[state].get(terminal)
            while action is not None and action < 0 and state != last:
                origin, size, _, passes, _ = rules[~action]
                if size == 1 and last < 0:
                    way = stack[-2], state, terminal
                    more, state, action = ladders.get(way) or self.climb(*way)
                    steps += more
                    stack[-1] = state
                    continue
                if not passes:
                    steps.append(action)
                if size:
                    del stack[-size:]
                state = gotos[stack[-1]][origin]
                stack.append(state)
                action = actions[state].get(terminal)
            if state == last:
                return array(sort_of_steps(end - start), [*steps, NOTHING, *comments])
            if action is None or kind is None:
                at = end if kind is None else begin
                break
            stack.append(action)
            steps += (begin - start, at - start)
        if stopped is not None:
            stopped.append(at)
        return None

    def climb(self, below: int, state: int, terminal: str) -> tuple[tuple[int, ...], int, int | None]:
        """Where one symbol becomes another, and that another: the steps, the state that this ends in, the action there. A
        number becomes an expression over ten of these, whatever it is."""
        way, steps = (below, state, terminal), list[int]()
        action = self.made.actions[state].get(terminal)
        while action is not None and action < 0 and self.sizes[~action] == 1:
            origin, _, _, passes, _ = self.made.rules[~action]
            steps += () if passes else (action,)
            state = self.made.gotos[below][origin]
            action = self.made.actions[state].get(terminal)
        found = self.ladders[way] = tuple(steps), state, action
        return found

    def replay(self, source: Source, start: int, steps: array[int]) -> Read:
        """What a stretch says that begins at `start` and is read by these steps; an exception where they are not its own."""
        self.builder.origin = source
        text, sizes, plain, items, methods = source.text, self.sizes, self.plain, self.items, self.methods
        values, begins, ends, last = list[Any](), list[int](), list[int](), steps.index(NOTHING)
        offsets = _offsets() if len(text) < SHARED else range(len(text) + 1)
        taken: list[Any]
        step = iter(steps[:last])
        for one in step:
            if one < 0:
                number = ~one
                size, method, places = sizes[number], methods[number], plain[number]
                if size == 1:
                    taken = values[-1:]
                    children = _spread(taken, items[number]) if places is None else taken[places]
                    values[-1] = method((source, begins[-1], ends[-1]), children) if method else children
                    continue
                begin, close, taken = start, start, []
                if size:
                    taken, begin, close = values[-size:], begins[-size], ends[-1]
                    del values[-size:], begins[-size:], ends[-size:]
                children = _spread(taken, items[number]) if places is None else taken[places]
                values.append(method((source, begin, close), children) if method else children)
            else:
                begin, close = offsets[start + one], offsets[start + next(step)]
                said = text[begin:close]
                values.append(intern(said) if close - begin < SHORT else said)
            begins.append(begin)
            ends.append(close)
        rest = iter(steps[last + 1 :])
        comments = tuple(comment(source, start + begin, start + close) for begin, close in zip(rest, rest, strict=True))
        (value,) = values
        return Read(value, comments, steps)


def sort_of_steps(size: int) -> str:
    """The sort of numbers that the steps of a stretch of this size fit in: of most they take half the memory."""
    return "h" if size < -NOTHING else "i"


def _ways(names: Sequence[str], one: Mapping[str, Match]) -> dict[str, tuple[tuple[Match, str], ...]]:
    """What finds each of these terminals, by the character that it begins with."""
    leads = {lead for name in names for lead in LEADS[name]}
    return {lead: tuple((one[name], name) for name in names if lead in LEADS[name]) for lead in leads}


def _plain(items: Sequence[tuple[int, bool, int, bool]]) -> slice | None:
    """The stretch of the children that mean something, where they are one, and nothing is to be spread out or empty."""
    places = [index for index, _, _, kept in items if kept]
    odd = any(spread or empty for _, spread, empty, _ in items)
    if odd or not places or places != list(range(places[0], places[-1] + 1)):
        return None
    return slice(places[0], places[-1] + 1)


def _spread(taken: list[Any], items: Iterable[tuple[int, bool, int, bool]]) -> list[Any]:
    """The children of a node: lists spread out, a None for each empty place."""
    found: list[Any] = []
    for index, spread, empty, kept in items:
        if empty:
            found += [None] * empty
        if spread:
            found += taken[index]
        elif kept:
            found.append(taken[index])
    return found


@cache
def quick() -> Quick:
    """The reader of this process."""
    return Quick(tables())

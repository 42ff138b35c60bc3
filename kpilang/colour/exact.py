"""The kinds of things in a text without mistakes: each word is what the rule says that it is read by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import NamedTuple

from kpilang.colour.kinds import EXPRESSION, FUNCTIONS, ROLES, Kind
from kpilang.syntax.quick import NOTHING, quick
from kpilang.syntax.words import KINDS

SILENT = frozenset({"name", "references", "name_list", "path"})
"""Rules that say nothing of what their names are: the rule around them does."""
CALLS = frozenset({"call", "distinct_call"})
SUPPRESSION = re.compile(r"#\s*kpi\s*:\s*ignore\s*(?:\[[^\]]*\])?")
ESCAPE = re.compile(r'(?P<good>\\["\\nt])|\\[^\r\n]')
OWN = {"period": Kind.PERIOD, "address": Kind.ADDRESS, "translation": Kind.LANGUAGE}
"""Rules with a kind of word of their own."""
PUNCTUATION = frozenset("{}(),:.")


class Token(NamedTuple):
    """A stretch of a text and what it is; blanks stand between tokens."""

    start: int
    end: int
    kind: Kind


def exact(text: str, rule: str, start: int, end: int, stopped: list[int] | None = None) -> list[Token] | None:
    """The tokens of a stretch by a rule of the grammar; None where it cannot be read: `stopped` then tells at which place."""
    steps = quick().steps(text, rule, start, end, stopped)
    if steps is None:
        return None
    border = steps.index(NOTHING)
    rest = iter(steps[border + 1 :])
    said = sorted([
        *_words(text, start, steps[:border]),
        *(Token(start + begin, start + close, Kind.COMMENT) for begin, close in zip(rest, rest, strict=True)),
    ])  # fmt: skip
    return [part for token in said for part in parts(text, token)]


def _words(text: str, start: int, steps: Sequence[int]) -> Iterator[Token]:
    """Each word when the rule is known that it belongs to. A value waits on the stack: a word as its place, names that no
    rule has told anything of yet as a tuple of places, all else as an empty one."""
    rules, step = quick().made.rules, iter(steps)
    ends, values = dict[int, int](), list[int | tuple[int, ...]]()
    for one in step:
        if one >= 0:
            values.append(start + one)
            ends[start + one] = start + next(step)
            continue
        origin, size, name, _, _ = rules[~one]
        taken = values[len(values) - size :]
        del values[len(values) - size :]
        names = tuple(place for value in taken if isinstance(value, tuple) for place in value)
        for index, value in enumerate(taken):
            if isinstance(value, int) and name == "name":
                names = (value,)
            elif isinstance(value, int):
                yield Token(value, ends[value], of_word(text[value : ends[value]], name, origin, index))
        if name in SILENT or name.startswith("_"):
            values.append(names)
            continue
        values.append(())
        unknown = name in CALLS and text[names[0] : ends[names[0]]] not in FUNCTIONS
        kinds = chain(() if unknown else ROLES.get(name, ()), repeat(Kind.NAME))
        yield from (Token(place, ends[place], kind) for place, kind in zip(names, kinds, strict=False))
    yield from (Token(place, ends[place], Kind.NAME) for value in values if isinstance(value, tuple) for place in value)


def of_word(said: str, rule: str, origin: str, index: int) -> Kind:
    """What a word, number, text or sign is that is no name, by its rule and its place in it."""
    if said[0] == '"':
        return Kind.TEXT
    if rule in OWN:
        return OWN[rule]
    if said[0].isdigit():
        return Kind.NUMBER
    if rule in ("positive", "quantity"):
        return Kind.UNIT
    if not said[0].isalpha():
        return Kind.PUNCTUATION if said in PUNCTUATION else Kind.OPERATOR
    if rule in ("true", "false", "grain", "grain_expr") or (rule == "is_null" and said == "null"):
        return Kind.VALUE
    if rule in EXPRESSION:
        return Kind.LOGIC
    if index == 0 and rule in KINDS:
        return Kind.DECLARATION
    return Kind.FIELD if index == 0 and origin.endswith("_field") else Kind.CLAUSE


def parts(text: str, token: Token) -> Iterator[Token]:
    """A text cut at its escapes, a comment at what takes a finding away; all else as it is."""
    start, end, kind = token
    if kind is Kind.COMMENT:
        found = SUPPRESSION.match(text, start, end)
        if found is not None:
            yield Token(start, found.end(), Kind.SUPPRESSION)
            start = found.end()
    elif kind is Kind.TEXT and text.find("\\", start, end) >= 0:
        for found in ESCAPE.finditer(text, start, end):
            if start < found.start():
                yield Token(start, found.start(), kind)
            yield Token(found.start(), found.end(), Kind.ESCAPE if found["good"] else Kind.ERROR)
            start = found.end()
    if start < end:
        yield Token(start, end, kind)

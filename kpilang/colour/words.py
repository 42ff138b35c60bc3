"""The words of the language by what they are: read off the grammar and off what the checker knows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import chain

from kpilang.colour.exact import of_word
from kpilang.colour.kinds import FUNCTIONS, ROLES, Kind
from kpilang.model import columns, sorts, stocks, units
from kpilang.model.calendar import GRAINS
from kpilang.model.words import DAYS, MONTHS, WORDS
from kpilang.syntax import words
from kpilang.syntax.engine import engine
from kpilang.syntax.quick import quick


@cache
def table() -> Mapping[Kind, tuple[str, ...]]:
    """The words of each kind, sorted. A word may be of several kinds: `period` is a field, and `level` of two declarations
    is one word."""
    found: dict[Kind, set[str]] = {
        Kind.VALUE: {*chain(*WORDS.values()), *(each.split()[-1] for each in GRAINS), *stocks.MOMENTS, *MONTHS, *DAYS},
        Kind.TYPE: {*columns.SORTS, *columns.ARGUED, *sorts.WORDS},
        Kind.FUNCTION: set(FUNCTIONS),
        Kind.UNIT: {*words.units(), *units.WORDS},
    }
    for rule in engine().lark.rules:
        for index, symbol in enumerate(rule.expansion):
            said = written(symbol.name)
            if said is not None:
                kind = of_word(said, str(rule.alias or rule.origin.name), str(rule.origin.name), index)
                found.setdefault(kind, set()).add(said)
    return {kind: tuple(sorted(listed)) for kind, listed in found.items()}


def written(terminal: str) -> str | None:
    """How a terminal is written that is always the same words or signs; None for all others."""
    return {"STARTS_WITH": "starts with", "FOLLOWED_BY": "followed by"}.get(terminal) or words.literals().get(terminal)


@cache
def leading(kind: Kind) -> tuple[str, ...]:
    """The words behind which, maybe after one more word, stands a word of a kind: `direction higher`, `as customer`."""
    rules = [(str(rule.alias or rule.origin.name), rule) for rule in engine().lark.rules]
    named = {name for name, _ in rules if ROLES.get(name, ())[:1] == (kind,)}
    of_value = {str(rule.origin.name) for name, rule in rules if name in named and not rule.expansion[0].is_term}
    found = (
        words.literals()[rule.expansion[0].name]
        for name, rule in rules
        if len(rule.expansion) > 1
        and rule.expansion[0].name in terminals().values()
        and (name in named or {each.name for each in rule.expansion[1:]} & of_value & {"grain", "unit"})
        and name not in words.KINDS
    )
    return tuple(dict.fromkeys(found))


@cache
def accepted(terminal: str) -> frozenset[str]:
    """The terminals that may stand behind one, wherever it stands."""
    actions = quick().made.actions
    return frozenset(after for row in actions if row.get(terminal, -1) >= 0 for after in actions[row[terminal]])


def dated(terminal: str) -> bool:
    """Whether four digits behind a terminal are a year, and no number."""
    return "PERIOD" in accepted(terminal) and "NUMBER" not in accepted(terminal)


@cache
def terminals() -> Mapping[str, str]:
    """The words of the grammar with their terminals."""
    return {said: terminal for terminal, said in words.literals().items() if said.isalpha()}


@cache
def followers() -> Mapping[str, frozenset[str]]:
    """The words of the grammar that may stand behind a terminal; any other word there is a name."""
    made, found = quick().made, dict[str, set[str]]()
    for row in made.actions:
        for terminal, target in row.items():
            if target >= 0:
                found.setdefault(terminal, set()).update(made.words[target])
    return {terminal: frozenset(listed) for terminal, listed in found.items()}

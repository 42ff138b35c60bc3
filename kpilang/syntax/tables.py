"""What Lark makes out of the grammar, as plain tables: states, rules, words; kept on disk, so that Lark stays unloaded."""

from __future__ import annotations

import hashlib
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from kpilang import __version__, resources
from kpilang import cache as kept
from kpilang.record import record
from kpilang.syntax.literals import MEANING

if TYPE_CHECKING:
    from lark import Lark
    from lark.grammar import Rule

FORM = 2
"""Raise it when the tables, or the steps by which texts are read, take another form."""

NAME, STRING, END = "NAME", "STRING", "$END"


@record
class Tables:
    """A parser without code.

    `actions[state][terminal]` is the state to go to, or `~number` of the rule to reduce by; `gotos[state][origin]` the
    state after a reduction; `rules[number]` is `(origin, size, builder's method, passes, items)`, where `passes` says
    that the one child is the value, and each item `(index, spread, empty, kept)`: a child, whether it is a list to be
    spread out, how many empty places stand before it, whether it means something (an index of -1: places at the end).
    `words[state]` maps keywords to terminals; `special[state]` names the terminals that go before plain words and
    numbers there. `begins` and `ends` are the first and last states of each rule that can be asked for. `mark` tells
    these rules from all others.
    """

    mark: str
    actions: list[dict[str, int]]
    gotos: list[dict[str, int]]
    rules: list[tuple[str, int, str, bool, tuple[tuple[int, bool, int, bool], ...]]]
    words: list[dict[str, str]]
    special: list[tuple[str, ...]]
    signs: dict[str, str]
    patterns: dict[str, str]
    ignored: tuple[str, ...]
    begins: dict[str, int]
    ends: dict[str, int]


@cache
def grammar_mark() -> str:
    """The digest of the grammar and of all else that the tables are made of."""
    return hashlib.sha256(f"{FORM}\0{sorted(MEANING)}\0{resources.grammar()}".encode()).hexdigest()


@cache
def tables() -> Tables:
    """The tables of this grammar: from the user's cache, else made by Lark and kept there."""
    mark = hashlib.sha256(f"{grammar_mark()}\0{sys.version}".encode()).hexdigest()
    path = kept.place("grammar", mark)
    found = kept.read(path)
    if found is not None:
        return Tables(**found)
    from kpilang.syntax.engine import engine

    made = make(engine().lark)
    kept.write(path, {name: getattr(made, name) for name in Tables.__dataclass_fields__})
    return made


def make(lark: Lark) -> Tables:
    """The tables of a parser that Lark made."""
    frontend: Any = lark.parser
    table = frontend.parser._parse_table  # noqa: SLF001 Lark gives its tables to nobody
    rules = list(lark.rules)
    numbers = {rule: number for number, rule in enumerate(rules)}
    rows = {state: _row(row, numbers) for state, row in table.states.items()}
    states = range(max(rows) + 1)
    fixed = {each.name: each.pattern.value for each in lark.terminals if each.pattern.type == "str"}
    ignored = tuple(str(each) for each in lark.lexer_conf.ignore)
    patterns = {each.name: each.pattern.to_regexp() for each in lark.terminals if each.name not in fixed}
    before = sorted(
        (each for each in lark.terminals if each.name in patterns and each.name not in (NAME, STRING, *ignored)),
        key=lambda each: (-each.priority, -each.pattern.max_width, -len(each.pattern.value), each.name),
    )
    actions = [rows.get(state, ({}, {}))[0] for state in states]
    plain = [_rule(rule) for rule in rules]
    return Tables(
        mark=hashlib.sha256(f"{__version__}\0{grammar_mark()}\0{plain}".encode()).hexdigest(),
        actions=actions,
        gotos=[rows.get(state, ({}, {}))[1] for state in states],
        rules=plain,
        words=[{fixed[each]: each for each in row if fixed.get(each, "").isalpha()} for row in actions],
        special=[tuple(each.name for each in before if each.name in row) for row in actions],
        signs={text: name for name, text in fixed.items() if not text.isalpha()},
        patterns=patterns,
        ignored=ignored,
        begins=dict(table.start_states),
        ends=dict(table.end_states),
    )


def _row(row: dict[str, Any], numbers: dict[Rule, int]) -> tuple[dict[str, int], dict[str, int]]:
    """What a state does at each terminal, and where it goes after each rule."""
    from lark.parsers.lalr_analysis import Shift

    actions, gotos = {}, {}
    for name, (action, target) in row.items():
        if action is not Shift:
            actions[name] = ~numbers[target]
        elif name.isupper() or name == END:
            actions[name] = target
        else:
            gotos[name] = target
    return actions, gotos


def _rule(rule: Rule) -> tuple[str, int, str, bool, tuple[tuple[int, bool, int, bool], ...]]:
    """A rule as the quick reader wants it; see `Tables`."""
    marks = rule.options.empty_indices or (False,) * len(rule.expansion)
    items: list[tuple[int, bool, int, bool]] = []
    empty = index = 0
    for missing in marks:
        if missing:
            empty += 1
            continue
        symbol = rule.expansion[index]
        spread = not symbol.is_term and symbol.name.startswith("_")
        items.append((index, spread, empty, not symbol.is_term or symbol.name in MEANING))
        index, empty = index + 1, 0
    if empty:
        items.append((-1, False, empty, False))
    single = len(items) == 1 and items[0][0] == 0 and not items[0][1] and not items[0][2]
    passes = bool(rule.options.expand1 and not rule.alias and single)
    name = str(rule.alias or rule.options.template_source or rule.origin.name)
    return str(rule.origin.name), len(rule.expansion), name, passes, tuple(items)


def expression(patterns: dict[str, str], ignored: tuple[str, ...], signs: dict[str, str]) -> re.Pattern[str]:
    """What finds the next thing in a text: its group tells a word, a text, a sign, a comment or a digit; none, the end."""
    longest = sorted(signs, key=len, reverse=True)
    comment = next(name for name in ignored if "#" in patterns[name])
    blank = "|".join(patterns[name] for name in ignored if name != comment)
    found = [patterns[NAME], patterns[STRING], "|".join(map(re.escape, longest)), patterns[comment], "[0-9]"]
    ahead = (
        f"(?>{blank})*"  # blanks are taken whole: else an odd sign behind many would be looked for in every cut of them
    )
    return re.compile(f"{ahead}(?:{'|'.join(f'({each})' for each in found)}|\\Z)")

"""A small reader of TextMate grammars: what of them editors/kpilang.tmLanguage.json uses, line by line, as editors do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

Rule = dict[str, Any]
KNOWN = {"match", "name", "captures", "begin", "end", "beginCaptures", "endCaptures", "patterns", "include"}


class Piece(NamedTuple):
    """A stretch of a text with its innermost scope, "" where none is named."""

    start: int
    end: int
    scope: str


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, made once."""
    return re.compile(pattern)


class Reader:
    """Reads texts by a grammar; `stack` holds the rules that are open."""

    def __init__(self, grammar: Rule) -> None:
        self.grammar, self.stack = grammar, list[Rule]()

    def read(self, text: str) -> Iterator[Piece]:
        """The named pieces of a text."""
        self.stack, at = [], 0
        for line in text.splitlines(keepends=True):
            yield from (Piece(at + start, at + end, scope) for start, end, scope in self.line(line) if start < end)
            at += len(line)

    def rules(self, given: list[Rule]) -> Iterator[Rule]:
        """Rules with all that they include, in order."""
        for rule in given:
            assert set(rule) <= KNOWN, rule
            if "include" in rule:
                yield from self.rules([self.grammar["repository"][rule["include"].removeprefix("#")]])
            elif "match" in rule or "begin" in rule:
                yield rule
            else:
                yield from self.rules(rule["patterns"])

    def line(self, line: str) -> Iterator[Piece]:
        """The pieces of one line: always what matches first, the end of the open rule before all others."""
        at = 0
        while at <= len(line):
            top = self.stack[-1] if self.stack else None
            tried = [(compiled(top["end"]).search(line, at), None)] if top else []
            inner = self.rules(top.get("patterns", []) if top else self.grammar["patterns"])
            tried += [(compiled(rule.get("match") or rule["begin"]).search(line, at), rule) for rule in inner]
            found = [(match, rule) for match, rule in tried if match is not None]
            scope = top.get("name", "") if top else ""
            if not found:
                yield Piece(at, len(line), scope)
                return
            match, rule = min(found, key=lambda each: each[0].start())
            yield Piece(at, match.start(), scope)
            if rule is None:
                assert top is not None
                self.stack.pop()
                yield from captured(match, top.get("endCaptures", {}), scope)
            elif "begin" in rule:
                self.stack.append(rule)
                yield from captured(match, rule.get("beginCaptures", {}), rule.get("name", scope))
            else:
                yield from captured(match, rule.get("captures", {}), rule.get("name", scope))
            assert match.end() > at or rule is None or "begin" in rule, f"{rule} matches nothing"
            at = match.end()
            if at == len(line):
                return


def captured(match: re.Match[str], captures: Rule, scope: str) -> Iterator[Piece]:
    """What a rule matched, cut at its groups."""
    at = match.start()
    for number in sorted(map(int, captures)):
        start, end = match.span(number)
        if start < at or start == end:
            continue
        yield Piece(at, start, scope)
        yield Piece(start, end, captures[str(number)]["name"])
        at = end
    yield Piece(at, match.end(), scope)

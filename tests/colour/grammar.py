"""Writes editors/kpilang.tmLanguage.json, the grammar for editors, from the same table of words as the lexer.

python -m tests.colour.grammar        # writes the file as it reads today, and what it says of traps.kpi

Regular expressions see one line and few characters back, so a word is told by what stands before it: `leading`, `accepted`
and `followers` of `kpilang.colour.words` say what the grammar lets stand there. All that is used is read alike by Oniguruma
and by Python's `re`, by which the tests read the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kpilang.colour.exact import SUPPRESSION
from kpilang.colour.kinds import Kind
from kpilang.colour.words import accepted, dated, followers, leading, table, terminals
from kpilang.model import columns
from kpilang.syntax import words
from kpilang.syntax.quick import quick
from tests.colour.reader import Reader

FILE = Path(__file__).parents[2] / "editors" / "kpilang.tmLanguage.json"
TRAPS = Path(__file__).with_name("traps.kpi")
SCOPES = TRAPS.with_suffix(".scopes")
NAME = r"[^\W\d]\w*"
BEGIN = r"(?<![\w.])"
END = r"(?!\w)"
CALLED = r"(?!\s*\()"
FIELD_BEGIN = r"(?:^\s*|(?<=\{)\s*|(?<=\s\s))"
Rule = dict[str, Any]


def grammar() -> Rule:
    """The whole grammar."""
    return {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "kpilang",
        "scopeName": "source.kpi",
        "fileTypes": ["kpi"],
        "patterns": [include("comment"), *map(include, words.KINDS), include("expression")],
        "repository": {
            "comment": {"patterns": list(_comments())},
            "text": _text(),
            "expression": {"patterns": [include("comment"), include("text"), *_expression()]},
            **{kind: _declaration(kind) for kind in words.KINDS},
        },
    }


def include(name: str) -> Rule:
    """What another rule matches."""
    return {"include": f"#{name}"}


def either(found: Iterable[str]) -> str:
    """One of these words or signs, the longest first."""
    return "|".join(
        re.escape(each).replace(r"\ ", r"\s+") for each in sorted(found, key=lambda each: (-len(each), each))
    )


def match(pattern: str, *kinds: Kind | None) -> Rule:
    """A match, with what each group of it is; of none, the whole."""
    groups = re.compile(pattern).groups
    if not groups:
        return {"match": pattern, "name": kinds[0].value.scope if kinds[0] else ""}
    named = {str(number): {"name": kind.value.scope} for number, kind in enumerate(kinds[:groups], 1) if kind}
    return {"match": pattern, "captures": named}


def _comments() -> Iterator[Rule]:
    yield match(f"({SUPPRESSION.pattern})(.*)$", Kind.SUPPRESSION, Kind.COMMENT)
    yield match("#.*$", Kind.COMMENT)


def _text() -> Rule:
    return {
        "begin": '"',
        "end": '"|$',
        "name": Kind.TEXT.value.scope,
        "patterns": [match(r'\\["\\nt]', Kind.ESCAPE), match(r"\\.", Kind.ERROR)],
    }


def _declaration(kind: str) -> Rule:
    """A declaration of a kind: its head, and a block with its own fields only."""
    named = "NAME" in accepted(terminals()[kind])
    begin = rf"(?:^|(?<=\}}))\s*({kind}){END}" + (rf"(?:\s+({NAME})|(?=\s*(?:#|$)))" if named else r"(?=\s*(?:\{|#|$))")
    next_one = either(words.declarations())
    return {
        "begin": begin,
        "beginCaptures": match(begin, Kind.DECLARATION, Kind.DECLARED)["captures"],
        "end": rf"(?<=\}})|(?=^(?:{next_one}){END})",
        "patterns": [
            include("comment"),
            {
                "begin": r"\{",
                "end": r"\}",
                "beginCaptures": {"0": {"name": Kind.PUNCTUATION.value.scope}},
                "endCaptures": {"0": {"name": Kind.PUNCTUATION.value.scope}},
                "patterns": [include("comment"), *_fields(kind), *_types(kind), include("expression")],
            },
            match(quick().made.patterns["ADDRESS"], Kind.ADDRESS),
            *_head(kind),
            include("expression"),
        ],
    }


def _head(kind: str) -> Iterator[Rule]:
    """Parameters of templates, and what fills them in."""
    if kind == "template":
        yield match(rf"([(,])\s*({NAME})", Kind.PUNCTUATION, Kind.MEMBER)
        yield match(rf"(:)\s*({NAME})", Kind.PUNCTUATION, Kind.TYPE)
    if kind == "kpi":
        yield match(rf"([(,])\s*({NAME})\s*(:)", Kind.PUNCTUATION, Kind.MEMBER, Kind.PUNCTUATION)
        yield match(rf"{BEGIN}({NAME})\s*(:)", Kind.MEMBER, Kind.PUNCTUATION)
        yield match(rf"{BEGIN}is{END}", Kind.CLAUSE)


def _types(kind: str) -> Iterator[Rule]:
    """Types of columns and what else only sources have; there nothing else stands behind a colon."""
    if kind == "source":
        listed = either([*columns.SORTS, *columns.ARGUED])
        yield match(r"null(?=\s*\")", Kind.CLAUSE)
        yield match(
            rf"{BEGIN}(into)\s+({NAME})\s*(,)\s*({NAME})", Kind.CLAUSE, Kind.MEMBER, Kind.PUNCTUATION, Kind.MEMBER
        )
        unit = rf"(?:\s*(\()\s*({NAME})\s*(\)))?"
        yield match(
            rf"(:)\s*({listed}){END}{unit}", Kind.PUNCTUATION, Kind.TYPE, Kind.PUNCTUATION, Kind.UNIT, Kind.PUNCTUATION
        )


def _fields(kind: str) -> Iterator[Rule]:
    """The fields of a declaration: where a line or a block begins, or behind two blanks, if what follows may follow."""
    for word in words.fields(kind):
        yield from _valued(word)
    alike: dict[str, list[str]] = {}
    for word in words.fields(kind):
        alike.setdefault(_behind(word), []).append(word)
    for behind, listed in alike.items():
        found = (Kind.PERIOD, Kind.OPERATOR, Kind.PERIOD) if _years() in behind else (Kind.NAME,)
        yield match(rf"{FIELD_BEGIN}({either(listed)}){END}{behind}", Kind.FIELD, *found)


def _behind(word: str) -> str:
    """What must stand behind a field's word, and with it a word that would be a keyword elsewhere."""
    after = accepted(terminals()[word])
    if "RBRACE" in after:
        return r"(?=\s|\}|$)"
    signs = either(sign for sign, name in quick().made.signs.items() if name in after) or "(?!)"
    later = r"|\s*$" if "LPAR" in after or ("STRING" in after and "NAME" not in after) else ""
    rest = rf"(?:{_years()})?" if dated(terminals()[word]) else _soft(word, after)
    return rf"(?=\s+(?:[\"\w#]|{signs}){later}){rest}"


def _years() -> str:
    """A year, or one to another."""
    year = rf"((?:{quick().made.patterns['YEAR']})(?!-))"
    return rf"\s+{year}(?:\s*(\.\.)\s*{year})?"


def _soft(word: str, after: frozenset[str]) -> str:
    """A word behind that would be a keyword elsewhere, and is a name here."""
    if "NAME" not in after:
        return ""
    taken = (words.keywords() | set(table()[Kind.FIELD])) - followers()[terminals()[word]]
    return rf"(?:\s+({either(taken)}){END}{CALLED})?"


def _valued(word: str) -> Iterator[Rule]:
    """A field with the one word that is its value."""
    kind = next((each for each in (Kind.VALUE, Kind.MEMBER, Kind.UNIT) if word in leading(each)), None)
    if kind is None or (kind is Kind.MEMBER and "NAME" not in accepted(terminals()[word])):
        return
    before, barred = _between(word)
    first = rf"(?:\s+({before}){END})?" if before else "()"
    last = rf"(?:\s+(per)\s+({NAME}))?" if kind is Kind.UNIT else ""
    between = Kind.VALUE if "fiscal" in before else Kind.CLAUSE
    yield match(
        rf"{FIELD_BEGIN}({word}){END}{first}\s+(?!(?:{barred or '(?!)'}){END})({NAME}){last}",
        Kind.FIELD, between, kind, Kind.CLAUSE, Kind.UNIT,
    )  # fmt: skip


def _between(word: str) -> tuple[str, str]:
    """The words that may stand between a word and its value, and those that stand instead of one."""
    follow = followers()[terminals()[word]]
    before = [each for each in follow if accepted(terminals()[each]) == {"NAME"}]
    return either(before), either(follow - set(before))


def _expression() -> Iterator[Rule]:
    """All that may stand in heads and in values of fields."""
    patterns = quick().made.patterns
    short = [each for each in words.keywords() if len(each) == 2]
    yield match(rf"{BEGIN}(?!(?:{either(short)}){END})(?:{patterns['LANGUAGE']})", Kind.LANGUAGE)
    led = [each for each in words.keywords() if dated(terminals()[each])]
    yield match(rf"{BEGIN}({either(led)}){_years()}", Kind.CLAUSE, Kind.PERIOD, Kind.OPERATOR, Kind.PERIOD)
    yield match(rf"{BEGIN}(in)\s+({patterns['YEAR']})(?!-|\s*\.\.)", Kind.LOGIC, Kind.PERIOD)
    yield match(rf"(?:{patterns['PERIOD']})", Kind.PERIOD)
    unit = rf"(%|(?:{patterns['UNIT']})|(?:{patterns['CURRENCY']}))"
    yield match(rf"({patterns['NUMBER']})(?:\s*{unit})?", Kind.NUMBER, Kind.UNIT)
    yield match(rf"({patterns['YEAR']})(?:\s*{unit})?", Kind.NUMBER, Kind.UNIT)
    yield match(rf"(\.)\s*({NAME})", Kind.PUNCTUATION, Kind.NAME)
    yield match(rf"{NAME}(?=\s*\.(?!\.))", Kind.NAME)
    yield from _led()
    yield from _behind_signs()
    yield match(rf"{BEGIN}(?:{either(table()[Kind.FUNCTION])})(?=\s*\()", Kind.FUNCTION)
    for kind in (Kind.LOGIC, Kind.VALUE, Kind.CLAUSE):
        listed = [each for each in table()[kind] if each in words.keywords() or " " in each]
        yield match(rf"{BEGIN}(?:{either(listed)}){END}", kind)
    yield match(NAME, Kind.NAME)
    for kind in (Kind.OPERATOR, Kind.PUNCTUATION):
        yield match(either(sign for sign in table()[kind] if sign not in "{}"), kind)


def _led() -> Iterator[Rule]:
    """Clauses with the one word behind them: `every fiscal month`, `as customer`, `at closing`."""
    for kind in (Kind.VALUE, Kind.MEMBER, Kind.UNIT):
        for word in leading(kind):
            if word not in table()[Kind.CLAUSE] or word in table()[Kind.FIELD]:
                continue
            before, barred = _between(word)
            first = rf"(?:\s+({before}){END})?" if before else "()"
            yield match(
                rf"{BEGIN}({word}){END}{first}\s+(?!(?:{barred or '(?!)'}){END})({NAME})",
                Kind.CLAUSE, Kind.VALUE, kind,
            )  # fmt: skip


def _behind_signs() -> Iterator[Rule]:
    """A word behind a sign or clause that would be a keyword elsewhere, and is a name here."""
    alike: dict[tuple[Kind, str], list[str]] = {}
    spelled = {**terminals(), **{sign: name for sign, name in quick().made.signs.items() if sign not in "{})."}}
    for kind in (Kind.OPERATOR, Kind.PUNCTUATION, Kind.LOGIC, Kind.CLAUSE):
        for said in table()[kind]:
            if "NAME" in accepted(spelled.get(said, "")):
                taken = words.keywords() - followers()[spelled[said]]
                alike.setdefault((kind, either(taken)), []).append(said)
    for (kind, taken), listed in alike.items():
        begin = rf"{BEGIN}({either(listed)})\s+" if listed[0].isalpha() else rf"({either(listed)})\s*"
        yield match(rf"{begin}({taken}){END}{CALLED}", kind, Kind.NAME)


def scopes(found: Rule) -> str:
    """What the grammar says of the file of traps: each line, below it each word with its scope."""
    text, told = TRAPS.read_text(encoding="utf-8"), list[str]()
    pieces = [piece for piece in Reader(found).read(text) if piece.scope and text[piece.start : piece.end].strip()]
    at = 0
    for line in text.splitlines(keepends=True):
        inside = [piece for piece in pieces if at <= piece.start < at + len(line)]
        said = [f"    {text[piece.start : piece.end].strip()}  {piece.scope.removesuffix('.kpi')}" for piece in inside]
        told += [line.rstrip(), *said]
        at += len(line)
    return "\n".join(told) + "\n"


def packed(found: Rule) -> str:
    """The grammar as its file has it."""
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(packed(grammar()), encoding="utf-8", newline="\n")
    SCOPES.write_text(scopes(grammar()), encoding="utf-8", newline="\n")

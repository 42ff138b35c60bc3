"""The words of the language, read off the grammar, and what each terminal is called when a person is told of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from kpilang.syntax import everyday
from kpilang.syntax.engine import engine
from kpilang.text import Text

KINDS = ("calendar", "defaults", "owner", "goal", "source", "template", "kpi")

NAMES: Mapping[str, Text] = {
    "NAME": Text("a name", "名称"),
    "STRING": Text('a text in "…"', '"…" 中的文本'),
    "NUMBER": Text("a number", "数字"),
    "YEAR": Text("a year", "年份"),
    "PERIOD": Text("a period such as 2026-01", "期间（如 2026-01）"),
    "PATTERN": Text("`4-4-5`, `4-5-4` or `5-4-4`", "`4-4-5`、`4-5-4` 或 `5-4-4`"),
    "CLOCK": Text("a time such as 09:00", "时刻（如 09:00）"),
    "UNIT": Text("a unit such as `hours`", "单位（如 `hours`）"),
    "CURRENCY": Text("a currency such as `USD`", "币种（如 `USD`）"),
    "ADDRESS": Text("an address in <…>", "<…> 中的邮箱地址"),
    "LANGUAGE": Text("a translation", "译文"),
    "STARTS_WITH": Text("`starts with`", "`starts with`"),
    "FOLLOWED_BY": Text("`followed by`", "`followed by`"),
    "FISCAL_GRAIN": Text("a grain such as `fiscal year`", "粒度（如 `fiscal year`）"),
    "$END": Text("the end of the text", "文本结尾"),
}

VALUE = Text("a value", "一个值")
FIELD = Text("the next field", "下一个字段")
COMPARISON = Text("a comparison", "比较符号")
OPERATOR = Text("an operator", "运算符")
DECLARATION = Text("a declaration", "一个声明")
QUANTITY = Text("a number", "数字")
PERIOD = Text("a period such as 2026-01", "期间（如 2026-01）")


@cache
def literals() -> Mapping[str, str]:
    """Terminals that are one fixed text, with that text."""
    return {each.name: each.pattern.value for each in engine().lark.terminals if each.pattern.type == "str"}


@cache
def keywords() -> frozenset[str]:
    """Every fixed text of the grammar that is a word."""
    return frozenset(text for text in literals().values() if text.isalpha())


@cache
def declarations() -> tuple[str, ...]:
    """The keywords that begin a declaration."""
    firsts = {rule.origin.name: rule.expansion[0].name for rule in engine().lark.rules if rule.origin.name in KINDS}
    return tuple(literals()[terminal] for terminal in firsts.values())


@cache
def fields(kind: str) -> tuple[str, ...]:
    """The keywords that begin a field of a declaration; `defaults` has those of `kpi`."""
    origin, found = f"{rule_of(kind)}_field", list[str]()
    for rule in engine().lark.rules:
        if rule.origin.name == origin:
            first = rule.expansion[0].name
            found += [literals()[first]] if first in literals() else fields(first.removesuffix("_field"))
    return tuple(dict.fromkeys(found))


def rule_of(kind: str) -> str:
    """The kind of declaration whose fields this kind has."""
    return "kpi" if kind == "defaults" else kind


def owners_of(word: str) -> tuple[str, ...]:
    """The kinds of declaration that have a field with this keyword."""
    return tuple(kind for kind in KINDS if word in fields(kind))


@cache
def units() -> tuple[str, ...]:
    """The unit words that may follow a number, singular and plural."""
    pattern = next(each.pattern.value for each in engine().lark.terminals if each.name == "UNIT")
    inner = pattern.removeprefix("(?:").split(")")[0]
    forms = ((each[:-2], each[:-2] + "s") if each.endswith("s?") else (each,) for each in inner.split("|"))
    return tuple(form for pair in forms for form in pair)


def unit_meant(word: str) -> str | None:
    """The unit that a misspelled or shortened unit word means."""
    lower = word.lower()
    by_case = {unit.lower(): unit for unit in units()}
    return (
        everyday.UNITS.get(lower) or by_case.get(lower) or nearest(lower, [unit for unit in units() if len(unit) > 3])
    )


def nearest(word: str, options: Iterable[str]) -> str | None:
    """The option that a misspelled word is nearest to, if one is near."""
    return next(iter(near_ones(word, options)), None)


def near_ones(word: str, options: Iterable[str]) -> list[str]:
    """The options that a misspelled word is near to, nearest first: those with the same letters before others."""
    lower, listed = word.lower(), list(options)
    swapped = [each for each in listed if sorted(each) == sorted(lower)]
    return list(dict.fromkeys([*swapped, *difflib.get_close_matches(lower, listed, n=3, cutoff=0.7)]))


def near(word: str, option: str) -> bool:
    """Whether a word is a keyword in other letters, or misspelled."""
    return word.lower() == option or (len(word) > 3 and nearest(word, [option]) is not None)


def name(terminal: str) -> Text:
    """What a terminal is called."""
    if terminal in literals():
        return Text(f"`{literals()[terminal]}`", f"`{literals()[terminal]}`")
    return NAMES[terminal]


def terminals_of(texts: Iterable[str]) -> frozenset[str]:
    """The terminals that are these fixed texts."""
    wanted = set(texts)
    return frozenset(terminal for terminal, text in literals().items() if text in wanted)


@cache
def groups() -> tuple[tuple[frozenset[str], Text], ...]:
    """Sets of terminals that are told as one thing when all of them may stand in a place."""
    every_kind = tuple(
        (terminals_of(fields(kind)) - {"UNTIL"}, FIELD)
        for kind in ("template", "kpi", "source", "goal", "calendar", "owner")
    )
    return (
        (frozenset({"NAME", "STRING", "NUMBER", "YEAR", "LPAR"}), VALUE),
        *every_kind,
        (terminals_of(declarations()), DECLARATION),
        (terminals_of({"=", "!=", "<", "<=", ">", ">="}), COMPARISON),
        (terminals_of({"+", "-", "*", "/"}), OPERATOR),
        (frozenset({"NUMBER", "YEAR"}), QUANTITY),
        (frozenset({"PERIOD", "YEAR"}), PERIOD),
        (frozenset({"UNIT", "CURRENCY", "PERCENT"}), Text("a unit", "单位")),
    )


SWALLOWED: Mapping[Text, frozenset[str]] = {
    VALUE: frozenset({"MINUS", "NOT", "IF", "TRUE", "FALSE", "PERIOD", "DISTINCT", "FISCAL_GRAIN"}),
    FIELD: frozenset({"UNTIL", "RBRACE"}),
    COMPARISON: frozenset({"IN", "IS", "NOT", "CONTAINS", "STARTS_WITH", "AND", "OR"}),
    QUANTITY: frozenset({"MINUS"}),
}
"""What goes without saying beside a group."""


def expected(accepts: Collection[str], limit: int = 5) -> Text:
    """What may stand in a place, in words: groups first, then single terminals, at most `limit` of them."""
    left = set(accepts)
    told: list[Text] = []
    for members, title in groups():
        if members and members <= left:
            left -= members | SWALLOWED.get(title, frozenset())
            told.append(title)
    single = sorted(left - {"$END"}, key=lambda each: (each not in NAMES, name(each).en))
    told = list(dict.fromkeys([*told, *(name(each) for each in single)]))[:limit] or [NAMES["$END"]]
    return alternatives(told)


def as_is(text: Text) -> Text:
    """A text with the user's own words in it, so that filling it in leaves their braces alone."""
    return Text(text.en.replace("{", "{{").replace("}", "}}"), text.zh.replace("{", "{{").replace("}", "}}"))


@cache
def continuing() -> frozenset[str]:
    """The terminals by which an expression or a path that could end goes on."""
    signs = {
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "(",
        ".",
        "in",
        "is",
        "not",
        "contains",
        "and",
        "or",
        "%",
    }
    return terminals_of(signs) | {"STARTS_WITH", "UNIT", "CURRENCY"}


def needed(accepts: Collection[str]) -> frozenset[str]:
    """What is missing where a stretch ends too early: not what may go on for ever, if anything else may stand there."""
    rest = frozenset(accepts) - continuing()
    return rest if rest and "NAME" not in accepts else frozenset(accepts)


def alternatives(told: list[Text]) -> Text:
    """`a, b or c`."""
    if len(told) == 1:
        return told[0]
    english, chinese = ", ".join(each.en for each in told[:-1]), "、".join(each.zh for each in told[:-1])
    return Text(f"{english} or {told[-1].en}", f"{chinese}或{told[-1].zh}")


WORD = re.compile(r"[^\W\d]\w*")

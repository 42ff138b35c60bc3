"""Mistakes with one meaning only: foreign signs and quotes, numbers and periods as people write them, misspelled words.

Each is reported, and reading goes on as if it were right, so that what follows is read too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from kpilang.diagnostics import Edit, Fix, Problem
from kpilang.syntax import words
from kpilang.syntax.numbers import MONEY, glued, grouped, number, period, unit_sign, unit_word
from kpilang.syntax.quotes import quotes, straight
from kpilang.syntax.reading import Mend, Reading, accepted, fixed
from kpilang.text import Text

FOREIGN_SIGN = Problem(
    "E109",
    "foreign-sign",
    Text("`{found}` is written `{right}` here", "这里的 `{found}` 应写作 `{right}`"),
    help=Text("write `{right}`", "写成 `{right}`"),
)
NEEDLESS_SIGN = Problem(
    "E116",
    "needless-sign",
    Text("`{found}` is not needed here", "这里不需要 `{found}`"),
    help=Text("remove `{found}`", "删除 `{found}`"),
)
MISSPELLED = Problem(
    "E120",
    "misspelled-word",
    Text("`{found}` has no meaning here; did you mean `{right}`?", "这里的 `{found}` 没有意义；是否想写 `{right}`？"),
    help=Text("write `{right}`", "写成 `{right}`"),
)
ILLEGAL = Problem(
    "E108",
    "illegal-character",
    Text("{found} has no meaning in a definition", "{found} 在定义中没有意义"),
    help=Text("remove it, or put it into a text in quotes", "删除它，或放进引号中的文本里"),
)
STRAY_BRACE = Problem(
    "E106",
    "stray-brace",
    Text("this `}}` closes nothing", "这个 `}}` 没有对应的 `{{`"),
    help=Text("remove it", "删除它"),
)

SIGNS: Mapping[str, tuple[str, ...]] = {
    "==": ("=",), "<>": ("!=",), "=>": (">=", "->"), "=<": ("<=",), "&&": ("and",), "||": ("or",), "！=": ("!=",),
    "...": ("..",), "≥": (">=",), "≤": ("<=",), "≠": ("!=",), "≧": (">=",), "≦": ("<=",), "×": ("*",), "÷": ("/",),
    "−": ("-", ".."), "–": ("-", ".."), "—": ("-", ".."), "→": ("->",), "…": ("..",), "~": ("..",), "～": ("..",),
    "：": (":", ""), "，": (",", ""), "、": (",", ""), "；": ("",), ";": ("",), "。": ("",), "（": ("(",), "）": (")",),
    "｛": ("{",), "｝": ("}",), "＝": ("=", ""), "＜": ("<",), "＞": (">",), "＋": ("+",), "－": ("-",), "＊": ("*",),
    "／": ("/",), "％": ("%",), "．": (".",), "!": ("not",), "&": ("and",), "|": ("or",), "[": ("(",), "]": (")",),
    "【": ("(",), "】": (")",), "=": ("",), ":": ("",), ",": ("",), "-": ("..",), "to": ("..",), "equals": ("=",),
    "like": ("contains",),
}  # fmt: skip
"""Signs of other languages and keyboards, and what each may mean, best first; an empty text: nothing."""


def mend(reading: Reading) -> Mend | None:
    """Set a reading going again that stopped; None where nothing is sure enough."""
    failure = reading.failure
    if failure is None or failure.at_end:
        return None
    text = reading.source.text
    for attempt in ATTEMPTS:
        found = attempt(reading, text, failure.offset)
        if found is not None:
            return found
    return None


def sign(reading: Reading, text: str, offset: int) -> Mend | None:
    """A sign of another language or keyboard."""
    previous = reading.previous
    before = previous.start_pos or 0 if previous is not None and previous.end_pos == offset else offset
    word = words.WORD.match(text, offset, reading.end)
    places = [(before, offset - before + 1)] if before < offset else []
    for start, length in (*places, (offset, 3), (offset, 2), (offset, 1)):
        found = word.group() if word and start == offset else text[start : min(start + length, reading.end)]
        for right in SIGNS.get(found, ()):
            if (start == offset or len(found) > 1) and replaced(reading, start, start + len(found), right):
                problem = FOREIGN_SIGN if right else NEEDLESS_SIGN
                return fixed(problem, reading.span(start, start + len(found)), right)
    return None


def replaced(reading: Reading, start: int, end: int, right: str) -> bool:
    """Read `right` in place of a stretch, if it may stand there."""
    if not right:
        return needless(reading, end)
    taken = reading.take_back() if reading.failure is not None and start < reading.failure.offset else None
    terminal = accepted([right], reading.accepts)
    if terminal is None:
        if taken is not None:
            reading.feed(taken.type, str(taken), taken.start_pos or 0, taken.end_pos or 0)
        return False
    reading.feed(terminal, right, start, end)
    return True


def needless(reading: Reading, end: int) -> bool:
    """Pass over a sign after a field's keyword or between fields."""
    previous, fields = reading.previous, {word for kind in words.KINDS for word in words.fields(kind)}
    after_keyword = previous is not None and str(previous) in fields and previous.type != "NAME"
    between = bool(words.terminals_of(fields) & reading.accepts - {"UNTIL", "FOR"}) and not reading.unclosed
    if not (after_keyword or between) or reading.lacks("NAME") or not reading.would_take(None, end):
        return False
    reading.jump(end)
    return True


def spelling(reading: Reading, text: str, offset: int) -> Mend | None:
    """A keyword misspelled, or in capital letters."""
    match = words.WORD.match(text, offset, reading.end)
    if match is None or match.group() in reading.keywords:
        return None
    found, options = match.group(), reading.keywords
    meant = [found.lower()] if found.lower() in options else words.near_ones(found, options) if len(found) > 3 else []
    for right in meant:
        terminal = accepted([right], reading.accepts)
        if terminal is not None and reading.would_take(terminal, match.end()):
            reading.feed(terminal, right, offset, match.end())
            return fixed(MISSPELLED, reading.span(offset, match.end()), right, safe=found.lower() == right)
    return None


def stray_brace(reading: Reading, text: str, offset: int) -> Mend | None:
    """A `}` before the one that closes the declaration."""
    if text[offset] != "}" or not reading.rule.endswith("_fields"):
        return None
    reading.jump(offset + 1)
    span = reading.span(offset, offset + 1)
    return Mend(STRAY_BRACE.at(span, fixes=(Fix(Text("remove it", "删除"), (Edit(span, ""),), safe=False),)))


def is_for_equal(reading: Reading, _: str, offset: int) -> Mend | None:
    """`status is "paid"`."""
    previous = reading.previous
    if previous is None or previous.type != "IS" or reading.take_back() is None:
        return None
    if "EQUAL" not in reading.accepts:
        reading.feed(previous.type, str(previous), previous.start_pos or 0, previous.end_pos or 0)
        return None
    reading.feed("EQUAL", "=", previous.start_pos or 0, previous.end_pos or 0)
    reading.jump(offset)
    return fixed(FOREIGN_SIGN, reading.span(previous.start_pos or 0, previous.end_pos or 0), "=", safe=False)


def illegal(reading: Reading, text: str, offset: int) -> Mend | None:
    """Characters that mean nothing."""
    if reading.failure is None or reading.failure.token is not None or text[offset] in '"0123456789':
        return None
    end = offset + 1
    while (
        end < reading.end
        and not text[end].isspace()
        and unicodedata.category(text[end]) == unicodedata.category(text[offset])
    ):
        end += 1
    span = reading.span(offset, end)
    reading.jump(end)
    return Mend(ILLEGAL.at(span, found=spoken(span.text), help=help_for(text, offset)), sure=False)


def spoken(found: str) -> Text:
    """A character in backquotes, or its number where nothing would be seen."""
    if found.isprintable() and not found.isspace():
        return Text(f"`{found}`", f"`{found}`")
    code = f"U+{ord(found[0]):04X}"
    return Text(f"an invisible character ({code})", f"不可见字符（{code}）")


def help_for(text: str, offset: int) -> Text | None:
    """What is likely meant by a character that means nothing."""
    if text[offset] in MONEY:
        code = MONEY[text[offset]]
        return Text(f"write the currency after the number: `300 {code}`", f"币种写在数字后面：`300 {code}`")
    if text[offset] == "^":
        return Text("a power is written `power(a, b)`", "乘方写作 `power(a, b)`")
    return None


ATTEMPTS: tuple[Callable[[Reading, str, int], Mend | None], ...] = (
    grouped,
    period,
    sign,
    number,
    glued,
    unit_word,
    unit_sign,
    quotes,
    straight,
    stray_brace,
    is_for_equal,
    spelling,
    illegal,
)

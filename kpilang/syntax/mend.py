"""Mistakes with one meaning only: foreign signs and quotes, numbers and periods as people write them, misspelled words.

Each is reported, and reading goes on as if it were right, so that what follows is read too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal

from kpilang.diagnostics import Edit, Fix, Problem
from kpilang.syntax import words
from kpilang.syntax.reading import Mend, Reading, accepted
from kpilang.text import Span, Text

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
FOREIGN_QUOTES = Problem(
    "E117",
    "foreign-quotes",
    Text('a text stands in straight double quotes: `"…"`', '文字要放在英文双引号 `"…"` 里'),
    help=Text("write {right}", "写成 {right}"),
)
UNTERMINATED = Problem(
    "E107",
    "unterminated-text",
    Text('the text that begins here has no closing `"`', '从这里开始的文字缺少结尾的 `"`'),
    help=Text(
        'close it with `"` on the same line; a `"` inside a text is written `\\"`',
        '在同一行用 `"` 结束；文字里的 `"` 写作 `\\"`',
    ),
)
UNKNOWN_ESCAPE = Problem(
    "E112",
    "unknown-escape",
    Text("`{found}` has no meaning in a text", "文字里的 `{found}` 没有意义"),
    help=Text(
        'write `\\\\` for a backslash; the others are `\\"`, `\\n` and `\\t`',
        '反斜杠写作 `\\\\`；其他转义只有 `\\"`、`\\n`、`\\t`',
    ),
)
GROUPED_NUMBER = Problem(
    "E111",
    "grouped-number",
    Text("`{found}` is not read as one number", "`{found}` 不能作为一个数字读取"),
    why=Text("signs between thousands mean different things in different countries", "千位分隔符在不同国家含义不同"),
    help=Text("write `{right}`", "写成 `{right}`"),
)
NUMBER_FORM = Problem(
    "E118",
    "number-form",
    Text("`{found}` is not how a number is written", "`{found}` 不是数字的写法"),
    help=Text("write `{right}`", "写成 `{right}`"),
)
PERIOD_FORM = Problem(
    "E119",
    "period-form",
    Text("`{found}` is not how a period is written", "`{found}` 不是时期的写法"),
    help=Text("write `{right}`", "写成 `{right}`"),
)
UNKNOWN_UNIT = Problem(
    "E110",
    "unknown-unit",
    Text("`{found}` is not a unit", "`{found}` 不是单位"),
    help=Text("write `{right}`", "写成 `{right}`"),
)
MISSPELLED = Problem(
    "E120",
    "misspelled-word",
    Text("`{found}` has no meaning here; did you mean `{right}`?", "这里的 `{found}` 没有意义；是不是 `{right}`？"),
    help=Text("write `{right}`", "写成 `{right}`"),
)
ILLEGAL = Problem(
    "E108",
    "illegal-character",
    Text("{found} has no meaning in a definition", "{found} 在定义中没有意义"),
    help=Text("remove it, or put it into a text in quotes", "删除它，或放进引号中的文字里"),
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

CLOSING = {
    "“": '”“"',
    "”": '”“"',
    "„": '“”"',
    "‘": "’‘'",
    "’": "’‘'",
    "「": "」",
    "『": "』",
    "«": "»",
    "'": "'’",
    "`": "`'",
}
"""Quotes of other languages and keyboards, each with those that may close it, likeliest first."""
MONEY = {"$": "USD", "＄": "USD", "¥": "CNY", "￥": "CNY", "€": "EUR", "£": "GBP"}
GROUPED = re.compile(r"[0-9]{1,3}(?:[,，_'’\u00a0\u202f ][0-9]{3})+(?:\.[0-9]+)?(?!\w)")
GLUED = re.compile(r"([0-9]+(?:\.[0-9]+)?)([^\W\d]\w*)")
SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}(?!\w)")
BARE_FRACTION = re.compile(r"\.[0-9]+(?!\w)")
WIDE_NUMBER = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?(?!\w)")
PERIODISH = re.compile(
    r"(?P<year>[0-9]{4})\s?[-/.年]?\s?(?:(?P<part>[QHqh][1-4]|[Ww][0-9]{1,2})|(?P<month>[0-9]{1,2})月?(?:[-/.]?(?P<day>[0-9]{1,2})日?)?)(?!\w)"
)


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


def fixed(problem: Problem, span: Span, right: str, *, safe: bool = True) -> Mend:
    """A report whose mend is to put `right` in place of the span."""
    title = Text(f"write `{right}`", f"写成 `{right}`") if right else Text("remove it", "删除")
    fix = Fix(title, (Edit(span, right),), safe=safe)
    return Mend(problem.at(span, found=span.text, right=right, fixes=(fix,)))


def grouped(reading: Reading, text: str, offset: int) -> Mend | None:
    """`12,000` and `1 203`: one number."""
    previous = reading.previous
    for start in ({previous.start_pos or 0} if previous is not None else set()) | {offset}:
        match = GROUPED.match(text, start, reading.end)
        if match is None or match.end() <= offset:
            continue
        if start != offset and (
            previous is None or previous.type not in ("NUMBER", "YEAR") or reading.take_back() is None
        ):
            continue
        if "NUMBER" not in reading.accepts:
            continue
        right = re.sub(r"[^0-9.]", "", match.group())
        reading.feed("NUMBER", right, start, match.end())
        return fixed(GROUPED_NUMBER, reading.span(start, match.end()), right)
    return None


def period(reading: Reading, text: str, offset: int) -> Mend | None:
    """`2026/1`, `2026Q1`, `2026年3月`: periods as people write them."""
    back = next((count for count in range(1, 5) if [each.type for each in reading.tokens[-count:]][:1] == ["YEAR"]), 0)
    start = reading.tokens[-back].start_pos or 0 if back else offset
    match = PERIODISH.match(text, start, reading.end)
    if match is None or match.end() < (reading.previous.end_pos or 0 if back > 1 and reading.previous else offset + 1):
        return None
    year, part, month, day = match.group("year", "part", "month", "day")
    right = f"{year}-{part.upper() if part else f'{int(month):02}' + (f'-{int(day):02}' if day else '')}"
    if part and part[0] in "Ww":
        right = f"{year}-W{int(part[1:]):02}"
    if right == match.group() or not all(reading.take_back() for _ in range(back)) or "PERIOD" not in reading.accepts:
        return None
    reading.feed("PERIOD", right, start, match.end())
    return fixed(PERIOD_FORM, reading.span(start, match.end()), right)


def number(reading: Reading, text: str, offset: int) -> Mend | None:
    """`.5`, `1e6` and digits of full width."""
    if "NUMBER" not in reading.accepts:
        return None
    for pattern in (SCIENTIFIC, BARE_FRACTION, WIDE_NUMBER):
        match = pattern.match(text, offset, reading.end)
        if match is not None:
            plain = unicodedata.normalize("NFKC", match.group())
            right = f"{Decimal(plain):f}"
            if right == match.group():
                return None
            reading.feed("NUMBER", right, offset, match.end())
            return fixed(NUMBER_FORM, reading.span(offset, match.end()), right)
    return None


def glued(reading: Reading, text: str, offset: int) -> Mend | None:
    """`24h`, `300CNY`: a unit stands apart from its number."""
    match = GLUED.match(text, offset, reading.end)
    if match is None or "NUMBER" not in reading.accepts:
        return None
    digits, letters = match.groups()
    unit = letters if re.fullmatch("[A-Z]{3}", letters) else words.unit_meant(letters)
    reading.feed("NUMBER", digits, offset, match.end())
    span = reading.span(offset, match.end())
    if unit is None:
        return Mend(
            UNKNOWN_UNIT.at(reading.span(match.start(2), match.end()), found=letters, help=HELP_UNITS), sure=False
        )
    terminal = terminal_of_unit(unit)
    if terminal in reading.accepts:
        reading.feed(terminal, unit, match.end(), match.end())
    return fixed(NUMBER_FORM, span, f"{digits}%" if unit == "%" else f"{digits} {unit}", safe=unit == letters)


HELP_UNITS = Text(
    "after a number stand `%`, `points`, a currency such as `USD`, or a unit such as `hours`, `days`, `GB`, `kWh`, `km`, `kg`",
    "数字后面可以写 `%`、`points`、货币（如 `USD`）或单位（如 `hours`、`days`、`GB`、`kWh`、`km`、`kg`）",
)


def terminal_of_unit(unit: str) -> str:
    """The terminal that a unit is read as."""
    if unit == "%":
        return "PERCENT"
    return "UNIT" if unit in words.units() else "CURRENCY"


def unit_word(reading: Reading, text: str, offset: int) -> Mend | None:
    """`24 hrs`, `60 percent`: a unit that is written otherwise, or none that is known."""
    previous, failure = reading.previous, reading.failure
    if previous is None or previous.type not in ("NUMBER", "YEAR") or failure is None or failure.token is None:
        return None
    if failure.token.type != "NAME" or "UNIT" not in reading.accepts or starts_line(text, offset):
        return None
    if accepted([str(failure.token)], reading.accepts):
        return None
    span, unit = reading.span(offset, failure.end), words.unit_meant(str(failure.token))
    if unit is not None:
        reading.feed(terminal_of_unit(unit), unit, offset, failure.end)
        return fixed(UNKNOWN_UNIT, span, unit, safe=False)
    if any(near(str(failure.token), word) for word in words_accepted(reading)):
        return None
    reading.jump(failure.end)
    return Mend(UNKNOWN_UNIT.at(span, found=span.text, help=HELP_UNITS), sure=False)


def starts_line(text: str, offset: int) -> bool:
    """Whether only white space stands before a place on its line."""
    before = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return not text[before:offset].strip()


def quotes(reading: Reading, text: str, offset: int) -> Mend | None:
    """Texts in single or curly quotes."""
    if text[offset] not in CLOSING or "STRING" not in reading.accepts:
        return None
    stop = line_end(text, offset, reading.end)
    ends = (text.find(quote, offset + 1, stop) for quote in CLOSING[text[offset]])
    end = next((at for at in ends if at >= 0), None)
    if end is None:
        return unterminated(reading, text, offset)
    content = text[offset + 1 : end].replace("\\", "\\\\").replace('"', '\\"')
    reading.feed("STRING", f'"{content}"', offset, end + 1)
    return fixed(FOREIGN_QUOTES, reading.span(offset, end + 1), f'"{content}"')


def line_end(text: str, offset: int, limit: int) -> int:
    """Where the line ends that a place is on."""
    return min([at for at in (text.find("\n", offset, limit), text.find("\r", offset, limit)) if at >= 0] or [limit])


def text_end(text: str, offset: int, limit: int) -> int:
    """Where a text without a closing quote is taken to end: before a comment or a brace at the end of its line."""
    content = text[offset : line_end(text, offset, limit)]
    content = content.split("#", 1)[0].rstrip()
    if len(content) > 1 and content[-1] in "{}":
        content = content[:-1].rstrip()
    return offset + max(len(content), 1)


def straight(reading: Reading, text: str, offset: int) -> Mend | None:
    """A straight quote that opens no text: a backslash too many, or no end."""
    if text[offset : offset + 1] != '"':
        return None
    match = re.compile(r'"(?:[^"\\\r\n]|\\[^\r\n])*"').match(text, offset, reading.end)
    if match is None or "STRING" not in reading.accepts:
        return unterminated(reading, text, offset) if match is None else None
    wrong = next(re.compile(r'\\[^"\\nt]').finditer(text, offset, match.end()), None)
    if wrong is None:
        return None
    doubled = re.sub(r'\\(?!["\\nt])', r"\\\\", match.group())
    reading.feed("STRING", doubled, offset, match.end())
    span = reading.span(wrong.start(), wrong.end())
    fix = Fix(Text("double the backslash", "将反斜杠写两次"), (Edit(span, "\\" + wrong.group()),), safe=False)
    return Mend(UNKNOWN_ESCAPE.at(span, found=wrong.group(), fixes=(fix,)))


def unterminated(reading: Reading, text: str, offset: int) -> Mend | None:
    """A text that is not closed on its line."""
    end = text_end(text, offset, reading.end)
    span = reading.span(offset, end)
    fix = Fix(Text('insert `"`', '插入 `"`'), (Edit(reading.span(end, end), '"'),), safe=False)
    if "STRING" in reading.accepts:
        content = text[offset + 1 : end].replace("\\", "\\\\").replace('"', '\\"')
        reading.feed("STRING", f'"{content}"', offset, end)
        return Mend(UNTERMINATED.at(span, fixes=(fix,)), sure=not {"{", "}"} & set(content) and not reading.unclosed)
    reading.jump(end)
    return Mend(UNTERMINATED.at(span), sure=False)


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


def words_accepted(reading: Reading) -> list[str]:
    """The keywords that may stand where reading stopped."""
    literals = words.literals()
    return sorted(literals[each] for each in reading.accepts if literals.get(each, "").isalpha())


def near(word: str, option: str) -> bool:
    """Whether a word is a keyword in other letters, or misspelled."""
    return word.lower() == option or (len(word) > 3 and words.nearest(word, [option]) is not None)


def spelling(reading: Reading, text: str, offset: int) -> Mend | None:
    """A keyword misspelled, or in capital letters."""
    match = words.WORD.match(text, offset, reading.end)
    if match is None or match.group() in words_accepted(reading):
        return None
    found, options = match.group(), words_accepted(reading)
    right = found.lower() if found.lower() in options else words.nearest(found, options) if len(found) > 3 else None
    terminal = accepted([right], reading.accepts) if right else None
    if right is None or terminal is None or not reading.would_take(terminal, match.end()):
        return None
    reading.feed(terminal, right, offset, match.end())
    return fixed(MISSPELLED, reading.span(offset, match.end()), right, safe=found.lower() == right)


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
        return Text(f"write the currency after the number: `300 {code}`", f"货币写在数字后面：`300 {code}`")
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
    quotes,
    straight,
    stray_brace,
    is_for_equal,
    spelling,
    illegal,
)

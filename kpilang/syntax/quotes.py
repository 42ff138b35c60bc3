"""Mends texts: foreign quotes, a backslash too many, a text that is not closed."""

from __future__ import annotations

import re

from kpilang.diagnostics import Edit, Fix, Problem
from kpilang.syntax.reading import Mend, Reading, fixed
from kpilang.text import Text

FOREIGN_QUOTES = Problem(
    "E117",
    "foreign-quotes",
    Text('a text stands in straight double quotes: `"…"`', '文本要放在英文双引号 `"…"` 里'),
    help=Text("write {right}", "写成 {right}"),
)
UNTERMINATED = Problem(
    "E107",
    "unterminated-text",
    Text('the text that begins here has no closing `"`', '从这里开始的文本缺少结尾的 `"`'),
    help=Text(
        'close it with `"` on the same line; a `"` inside a text is written `\\"`',
        '在同一行用 `"` 结束；文本里的 `"` 写作 `\\"`',
    ),
)
UNKNOWN_ESCAPE = Problem(
    "E112",
    "unknown-escape",
    Text("`{found}` has no meaning in a text", "文本里的 `{found}` 没有意义"),
    help=Text(
        'write `\\\\` for a backslash; the others are `\\"`, `\\n` and `\\t`',
        '反斜杠写作 `\\\\`；其他转义只有 `\\"`、`\\n`、`\\t`',
    ),
)

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

"""One form for `.kpi` files: white space is set anew, every word and every comment stays."""

from __future__ import annotations

import re
from array import array
from itertools import zip_longest

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.record import record
from kpilang.syntax.depth import LIMIT
from kpilang.syntax.formatting.blocks import write_file
from kpilang.syntax.formatting.parts import derivation, read
from kpilang.syntax.formatting.writer import Writer
from kpilang.syntax.parser import parse
from kpilang.syntax.quick import quick
from kpilang.text import Source, Text

NOT_SURE = Problem(
    "E127",
    "form-not-sure",
    Text(
        en="`{path}` is left as it is: it is not sure that it would say the same once formatted",
        zh="`{path}` 保持原样：不能确定格式化后含义不变",
    ),
    help=Text(en="report this file: it shows a mistake of the formatter", zh="请报告这个文件：这是格式化程序的错误"),
)
_BY_WINDOWS = re.compile(r"\A[^\r\n]*\r\n")
"""Lines that end as Windows ends them, by the first."""


@record
class Formatted:
    """A file in its one form: its text, None where `diagnostics` say why there is none."""

    text: str | None
    diagnostics: tuple[Diagnostic, ...] = ()


def format_source(source: Source) -> Formatted:
    """The text of a file in its one form, unless there is a mistake in it."""
    reader = quick()
    steps = reader.steps(source.text, "start", 0, len(source.text))
    if steps is None:
        return Formatted(None, parse(source).diagnostics or (NOT_SURE.at(None, path=source.path),))
    file = read(source, reader.made, steps)
    if file.depth > LIMIT and (wrong := parse(source).diagnostics):
        return Formatted(None, wrong)
    out = Writer(file.remarked)
    write_file(out, file)
    text = out.text()
    if _BY_WINDOWS.search(source.text):
        text = text.replace("\n", "\r\n")
    if text != source.text and not same(source.text, steps, text):
        return Formatted(None, (NOT_SURE.at(None, path=source.path),))
    return Formatted(text)


def same(before: str, steps: array[int], after: str) -> bool:
    """Whether a text is read by the same rules, words and comments as the one that these are the steps of."""
    again = quick().steps(after, "start", 0, len(after))
    if again is None:
        return False
    return all(one == other for one, other in zip_longest(derivation(before, steps), derivation(after, again)))

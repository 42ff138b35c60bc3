"""Mistakes of the command line as diagnostics, with the word at fault marked."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.nearest import hint, nearest
from kpilang.text import Source, Span, Text

UNWRITABLE = Problem(
    "E620", "unwritable-file", Text(en="`{path}` cannot be written: {reason}", zh="无法写入 `{path}`：{reason}")
)
UNKNOWN_COMMAND = Problem(
    "E621", "unknown-command", Text(en="there is no command `{name}`", zh="没有 `{name}` 这个命令")
)
UNKNOWN_OPTION = Problem(
    "E622",
    "unknown-option",
    Text(en="`{command}` has no option `{name}`", zh="`{command}` 没有 `{name}` 这个选项"),
    help=Text(en="`{command} --help` lists the options", zh="`{command} --help` 列出所有选项"),
)
BAD_USAGE = Problem(
    "E623",
    "bad-usage",
    Text(en="{message}", zh="命令行有误：{message}"),
    help=Text(en="`{command} --help` says what it takes", zh="`{command} --help` 说明用法"),
)
BAD_VALUE = Problem(
    "E624",
    "bad-option",
    Text(en="`{option}`: {message}", zh="`{option}` 的写法有误：{message}"),
    help=Text(en="`{command} --help` says what it takes", zh="`{command} --help` 说明用法"),
)
BUG = Text(
    en="kpi {version} has a bug ({error}); to report it, run again with -v and send the maintainers what is printed",
    zh="kpi {version} 出现内部错误（{error}）；如需报告，加 -v 再运行一次，并把输出发给维护者",
)


def unknown_command(given: Sequence[str], name: str, known: Iterable[str]) -> Diagnostic:
    """The first word is none of the commands."""
    return UNKNOWN_COMMAND.at(_word(given, name), help=hint(name, known), name=name)


def unknown_option(given: Sequence[str], name: str, known: Iterable[str], command: str) -> Diagnostic:
    """A command has no such option."""
    names = list(known)
    help = hint(name, names) if nearest(name, names) else None
    return UNKNOWN_OPTION.at(_word(given, name), help=help, name=name, command=command)


def bad_usage(message: str, option: str | None, command: str) -> Diagnostic:
    """Anything else that the command line refuses, in its own words."""
    if option is None:
        return BAD_USAGE.at(None, message=message, command=command)
    return BAD_VALUE.at(None, option=option, message=message, command=command)


def _word(given: Sequence[str], wanted: str) -> Span | None:
    """Where a word stands in the command line."""
    offset = len("kpi ")
    text = "kpi " + shlex.join(given)
    for word in given:
        length = len(shlex.quote(word))
        if word == wanted or word.startswith(f"{wanted}="):
            return Span(Source("<command line>", text), offset, offset + length)
        offset += length + 1
    return None

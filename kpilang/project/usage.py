"""Mistakes of the command line as diagnostics, with the word at fault marked."""

from __future__ import annotations

import errno
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
NOT_A_CHOICE = Text(en="`{value}` is none of {choices}", zh="没有 `{value}`，只能是 {choices}")
NOT_IN_RANGE = Text(
    en="`{value}` is no whole number from {least} to {most}", zh="`{value}` 不是 {least} 到 {most} 之间的整数"
)
TOO_SMALL = Text(en="`{value}` is no whole number from {least} on", zh="`{value}` 不是不小于 {least} 的整数")
NOT_MEMORY = Text(
    en="`{value}` is no amount of memory: write it like 4GB or 512MB",
    zh="`{value}` 不是内存大小：应写成 4GB 或 512MB 这样",
)
MISSING = Text(en="an argument is missing: {name}", zh="缺少参数：{name}")
WITHOUT_VALUE = Text(en="a value is missing after it", zh="后面缺少值")
TAKES_NO_VALUE = Text(en="it takes no value", zh="后面不能带值")
TOO_MUCH = Text(en="there is more than it takes: `{words}`", zh="多出了参数：`{words}`")
_REASONS = {
    errno.ENOENT: Text(en="its folder does not exist", zh="所在的文件夹不存在"),
    errno.ENOTDIR: Text(en="its folder does not exist", zh="所在的文件夹不存在"),
    errno.EISDIR: Text(en="it is a folder", zh="它是一个文件夹"),
    errno.EACCES: Text(en="that is not permitted", zh="没有权限"),
    errno.EPERM: Text(en="that is not permitted", zh="没有权限"),
    errno.EROFS: Text(en="nothing can be written there", zh="那里不能写入"),
    errno.ENOSPC: Text(en="there is no space left", zh="空间不足"),
    errno.ENAMETOOLONG: Text(en="its name is too long", zh="文件名太长"),
}
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


def unwritable(path: str, error: OSError) -> Diagnostic:
    """A file that cannot be written, and why."""
    return UNWRITABLE.at(None, path=path, reason=_REASONS.get(error.errno or 0, error.strerror or error))


def bad_choice(value: str, choices: Sequence[str], option: str, command: str) -> Diagnostic:
    """A word that an option does not know."""
    help = hint(value, choices) if nearest(value, choices) else None
    message = NOT_A_CHOICE.fill(value=value, choices=", ".join(f"`{each}`" for each in choices))
    return BAD_VALUE.at(None, help=help, option=option, message=message, command=command)


def bad_number(value: str, least: float | None, most: float | None, option: str, command: str) -> Diagnostic:
    """A number that an option does not take."""
    message = (NOT_IN_RANGE if most is not None else TOO_SMALL).fill(value=value, least=least, most=most)
    return BAD_VALUE.at(None, option=option, message=message, command=command)


def bad_usage(message: str | Text, option: str | None, command: str) -> Diagnostic:
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

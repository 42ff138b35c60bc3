"""Mistakes of the command line as diagnostics, with the word at fault marked."""

from __future__ import annotations

import errno
import os
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.nearest import nearest
from kpilang.project.files import SUFFIX
from kpilang.text import Source, Span, Text

UNWRITABLE = Problem(
    "E620", "unwritable-file", Text(en="`{path}` cannot be written: {reason}", zh="无法写入 `{path}`：{reason}")
)
UNKNOWN_COMMAND = Problem(
    "E621",
    "unknown-command",
    Text(en="there is no command `{name}`", zh="没有 `{name}` 这个命令"),
    help=Text(en="`kpi --help` lists the commands", zh="`kpi --help` 列出所有命令"),
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
AT_ODDS = Problem(
    "E673",
    "options-at-odds",
    Text(en="`{one}` and `{other}` do not go together", zh="`{one}` 和 `{other}` 不能同时使用"),
    help=Text(en="leave one of them out", zh="去掉其中一个"),
)
IDLE = Problem(
    "E675",
    "idle-option",
    Text(en="`{option}` does nothing by itself", zh="单独写 `{option}` 不起作用"),
    help=Text(en="add {wanted}", zh="加上 {wanted}"),
)
NO_FOLDER = Problem(
    "E646",
    "no-such-folder",
    Text(en="`-C`: there is no folder `{folder}`", zh="`-C`：没有文件夹 `{folder}`"),
)
SHUT_FOLDER = Problem(
    "E647",
    "unusable-folder",
    Text(en="`-C`: `{folder}` cannot be worked in: {reason}", zh="`-C`：无法在 `{folder}` 中运行：{reason}"),
)
NAMELESS = Problem(
    "E648",
    "nameless-parquet",
    Text(en="`parquet` is written to a file, which needs a name", zh="`parquet` 要写入文件，需要文件名"),
    help=Text(en="add `--output FILE.parquet`", zh="加上 `--output 文件名.parquet`"),
)
IS_COMMAND = Text(en="`{name}` is a command: `kpi {name}`", zh="`{name}` 是命令：`kpi {name}`")
OF_COMMAND = Text(
    en="`{name}` belongs behind the command: `kpi {command} … {name}`",
    zh="`{name}` 应写在命令之后：`kpi {command} … {name}`",
)
IN_TWO = Text(en="a blank ends the list before it: write `{joined}`", zh="前面的列表被空格断开：写成 `{joined}`")
MEANT = Text(en="did you mean `{name}`?", zh="是否想写 `{name}`？")
_REASONS = {
    errno.ENOENT: Text(en="its folder does not exist", zh="所在的文件夹不存在"),
    errno.ENOTDIR: Text(en="its folder does not exist", zh="所在的文件夹不存在"),
    errno.ELOOP: Text(en="it is a link to itself", zh="它是指向自身的链接"),
    errno.EISDIR: Text(en="it is a folder", zh="它是一个文件夹"),
    errno.EACCES: Text(en="that is not permitted", zh="没有权限"),
    errno.EPERM: Text(en="that is not permitted", zh="没有权限"),
    errno.EROFS: Text(en="nothing can be written there", zh="那里不能写入"),
    errno.ENOSPC: Text(en="there is no space left", zh="空间不足"),
    errno.ENAMETOOLONG: Text(en="its name is too long", zh="文件名太长"),
}
_QUOTED = re.compile(r"`([^`]+)`")
BUG = Text(
    en="kpi {version} has a bug ({error}); to report it, run again with -v and send the maintainers what is printed",
    zh="kpi {version} 出现内部错误（{error}）；如需报告，加 -v 再运行一次，并把输出发给维护者",
)


def unknown_command(given: Sequence[str], name: str, known: Iterable[str]) -> Diagnostic:
    """The first word is none of the commands."""
    best = nearest(name, known)
    return UNKNOWN_COMMAND.at(_word(given, name), help=MEANT.fill(name=best) if best else None, name=name)


def unknown_option(
    given: Sequence[str],
    name: str,
    known: Iterable[str],
    command: str,
    commands: Iterable[str] = (),
    behind: str | None = None,
) -> Diagnostic:
    """A command has no such option; `commands` are all there are, `behind` the one in which such an option is known."""
    names = list(known)
    whole = next((word for word in given if word.startswith(name) and not word.startswith("--")), name)
    name = name if name in given else whole.partition("=")[0]
    bare = name.lstrip("-")
    best = nearest(f"--{bare}", names)
    help = MEANT.fill(name=best) if best else None
    if command == "kpi" and bare in commands:
        help = IS_COMMAND.fill(name=bare)
    elif behind is not None and command == "kpi":
        help = OF_COMMAND.fill(name=name, command=behind)
    return UNKNOWN_OPTION.at(_word(given, name), help=help, name=name, command=command)


def unwritable(path: str, error: OSError) -> Diagnostic:
    """A file that cannot be written, and why."""
    return UNWRITABLE.at(None, path=path, reason=_REASONS.get(error.errno or 0, error.strerror or error))


def bad_choice(value: str, choices: Sequence[str], option: str, command: str) -> Diagnostic:
    """A word that an option does not know."""
    best = nearest(value, choices)
    english, chinese = (comma.join(f"`{each}`" for each in choices) for comma in (", ", "、"))
    message = NOT_A_CHOICE.fill(value=value, choices=Text(english, chinese))
    return BAD_VALUE.at(
        None, help=MEANT.fill(name=best) if best else None, option=option, message=message, command=command
    )


def bad_number(value: str, least: float | None, most: float | None, option: str, command: str) -> Diagnostic:
    """A number that an option does not take."""
    message = (NOT_IN_RANGE if most is not None else TOO_SMALL).fill(value=value, least=least, most=most)
    return BAD_VALUE.at(None, option=option, message=message, command=command)


def bad_usage(message: str | Text, option: str | None, command: str) -> Diagnostic:
    """Anything else that the command line refuses, in its own words."""
    if option is None:
        return BAD_USAGE.at(None, message=message, command=command)
    return BAD_VALUE.at(None, option=option, message=message, command=command)


def no_folder(folder: str, error: OSError) -> Diagnostic:
    """What `-C` names is no folder that can be worked in."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return NO_FOLDER.at(None, help=near_place(Path(folder), folders=True), folder=folder)
    return SHUT_FOLDER.at(None, folder=folder, reason=_REASONS.get(error.errno or 0, error.strerror or error))


def near_place(path: Path, *, folders: bool = False) -> Text | None:
    """The file of definitions or folder that somebody most likely meant by a path that leads nowhere."""
    parent = path.parent
    try:
        with os.scandir(parent) as entries:
            names = [each.name for each in entries if each.is_dir() or not (folders or not each.name.endswith(SUFFIX))]
    except OSError:
        return None
    known = {name.removesuffix(SUFFIX): name for name in names if not name.startswith(".")}
    best = nearest(path.name.removesuffix(SUFFIX), known)
    return MEANT.fill(name=parent / known[best]) if best else None


def marked(found: Diagnostic, given: Sequence[str]) -> Diagnostic:
    """A diagnostic of the command line with the word at fault marked, where one that it names was typed so; and with the
    mend where that word was cut from a list by a blank."""
    if found.span is not None or not found.code.startswith("E6"):
        return found
    named = _QUOTED.findall(found.message.en)
    for word in sorted(named, key=lambda each: each.startswith("-")):
        span = _word(given, word)
        if span is not None:
            before = [each for each, after in pairwise(given) if after == word and each.endswith(",")]
            help = IN_TWO.fill(joined=before[-1] + word) if before else found.help
            return replace(found, span=span, help=help)
    return found


def _word(given: Sequence[str], wanted: str) -> Span | None:
    """Where a word stands in the command line, as an argument, an option, its value or a part of that; the last place."""
    offset, found = len("kpi "), None
    text = "kpi " + shlex.join(given)
    for word in given:
        shown = shlex.quote(word)
        if wanted == word or word.startswith(f"{wanted}="):
            found = (offset, offset + len(shown))
        elif wanted in re.split("[,=]", word) and shown == word:
            parts = re.split("([,=])", word)
            at = offset + len("".join(parts[: parts.index(wanted)]))
            found = (at, at + len(wanted))
        offset += len(shown) + 1
    return Span(Source("<command line>", text), *found) if found else None

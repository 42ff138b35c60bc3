"""What each shell is told: its script, and the answer to what can stand at the cursor."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import ClassVar

import click
from click.shell_completion import CompletionItem, ShellComplete

from kpilang.completion import line
from kpilang.completion.declared import Here
from kpilang.completion.words import Word, words
from kpilang.outputs.manual import say
from kpilang.run import Run
from kpilang.width import left, width

VARIABLE = "_KPI_COMPLETE"
_SAFE = re.compile(r"[\w.,:=/@%+-]*")
"""What no shell takes for anything but itself."""
_UNSAFE = re.compile(r"[^\w.,:=/@%+-]")
_COLUMNS, _NAMES = 100, 32
"""A described word takes so many columns at most, its name so many at best."""


class Shell(ShellComplete):
    """Asks click which argument or option stands at the cursor, and the project what can stand there."""

    described: ClassVar[bool] = True
    """Whether the shell shows what a word means."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the cursor without that of the program, and the one at the cursor."""
        self.line = line.read(os.environ.get("COMP_LINE", ""), os.environ.get("COMP_WORDBREAKS", ""))
        home = (os.path.expanduser(word) if word.startswith("~") else word for word in self.line.words)  # noqa: PTH111 a word need be no path
        return list(home)[1:], self.line.last

    def words(self, args: list[str], incomplete: str) -> list[Word]:
        """What can stand at the cursor, whole, without what no terminal can show."""
        from click.shell_completion import _resolve_context, _resolve_incomplete

        context = _resolve_context(self.cli, self.ctx_args, self.prog_name, args)
        asked, rest = _resolve_incomplete(context, args, incomplete)
        before = incomplete[: len(incomplete) - len(rest)] if incomplete.endswith(rest) else ""
        run = context.ensure_object(Run)
        self.here = Here(run.environment, run.config, run.language)
        metavar = asked.make_metavar(context) if isinstance(asked, click.Parameter) else ""
        found = list(words(metavar, self.here, rest)) if metavar else []
        if not found:
            found = self.own(asked, context, rest)
        return [
            Word(before + each.value, self.meaning(each), each.shown or each.value, each.open)
            for each in found
            if each.value.isprintable()
        ]

    def own(self, asked: click.Command | click.Parameter, context: click.Context, typed: str) -> list[Word]:
        """What is the same in every project: commands, options, choices."""
        if isinstance(asked, click.Group) and not typed.startswith("-"):
            names = [name for name in asked.list_commands(context) if name.startswith(typed)]
            return [Word(name, self.purpose(asked, context, name)) for name in names]
        return [Word(str(each.value), each.help or "") for each in asked.shell_complete(context, typed)]

    def purpose(self, group: click.Group, context: click.Context, name: str) -> str:
        """The first sentence of a command's help; only asked for where it is shown, since each command must be loaded."""
        found = group.get_command(context, name) if self.described else None
        return (found.help or "").partition("\n\n")[0] if found else ""

    def meaning(self, word: Word) -> str:
        """What a word means, in one line and the language of the project."""
        if not self.described:
            return ""
        text = " ".join(word.meaning.partition("\n")[0].split())
        return "".join(letter for letter in say(text, self.here.language) if letter.isprintable())

    def complete(self) -> str:
        """The answer as the script reads it."""
        return self.answer(self.words(*self.get_completion_args()))

    def answer(self, found: Sequence[Word]) -> str:
        """The lines that the script reads."""
        raise NotImplementedError

    def format_completion(self, item: CompletionItem[str]) -> str:
        """One word by itself."""
        return item.value


class Bash(Shell):
    """How bash is to put a word in, then the words from where bash replaces them.

    Bash puts in what it is told as it stands. It quotes names of files itself, if these are there; all else that might
    mean something to it is quoted here, and left out where a quote is open already.
    """

    name = "bash"
    described = False

    def get_completion_args(self) -> tuple[list[str], str]:
        """As everywhere; files are looked for where the shell is, whatever folder the line itself names."""
        self.folder = os.getcwd()  # noqa: PTH109 a text is put together
        return super().get_completion_args()

    def answer(self, found: Sequence[Word]) -> str:
        """How to put the words in, and the words."""
        values = [(each.value[self.line.kept :], each) for each in found]
        paths = [value for value, _ in values if os.path.lexists(os.path.join(self.folder, value))]  # noqa: PTH118 as above
        how = ["filenames" if paths else "plain"]
        how += ["nospace"] if any(each.open for each in found) else []
        quoted = (self.quoted(value, paths) for value, _ in values)
        return "\n".join([" ".join(how), *dict.fromkeys(value for value in quoted if value is not None)])

    def quoted(self, value: str, paths: Sequence[str]) -> str | None:
        """A word as it can be put in; None where it cannot."""
        if value in paths:
            return value.removesuffix("/")
        if _SAFE.fullmatch(value):
            return value
        return None if paths or self.line.quote else _UNSAFE.sub(r"\\\g<0>", value)


class Zsh(Shell):
    """Three lines for each word: whether it is open, the word, and what is shown."""

    name = "zsh"

    def answer(self, found: Sequence[Word]) -> str:
        """The words with what is shown of each in one column and what it means in the next."""
        names = min(max((width(each.shown) for each in found), default=0), _NAMES)
        return "\n".join(part for each in found for part in (_way(each), each.value, _shown(each, names)))


class Fish(Shell):
    """One line for each word: the word, a tab, what it means."""

    name = "fish"

    def answer(self, found: Sequence[Word]) -> str:
        """The words with what each means."""
        return "\n".join(f"{each.value}\t{each.meaning}" if each.meaning else each.value for each in found)


def _way(word: Word) -> str:
    return f"{'open' if word.open else 'whole'}-{'described' if word.meaning else 'bare'}"


def _shown(word: Word, names: int) -> str:
    if not word.meaning:
        return word.shown
    text = f"{left(word.shown, names)}  {word.meaning}"
    while width(text) > _COLUMNS:
        text = text[:-1]
    return text


SHELLS: dict[str, type[Shell]] = {each.name: each for each in (Bash, Zsh, Fish)}


def answer(group: click.Command, asked: str) -> int:
    """Answers a shell that asks by `_KPI_COMPLETE=bash_complete`; the exit code."""
    shell = SHELLS.get(asked.removesuffix("_complete"))
    if shell is None:
        return 1
    text = shell(group, {"obj": Run()}, "kpi", VARIABLE).complete()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.write(b"\n" if text else b"")
    return 0

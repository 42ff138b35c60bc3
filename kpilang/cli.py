"""The command line: finds the commands in their folder, speaks of mistakes as the language does, sets exit codes."""

# Little is imported here: saying the version should cost hardly more than starting Python.
from __future__ import annotations

import contextlib
import errno
import gc
import io
import os
import re
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from kpilang import __version__
from kpilang.commands import Command, Memory, Spoken, shared_options, told
from kpilang.run import INTERRUPTED, UNREAD, UNUSABLE, Run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from kpilang.diagnostics import Diagnostic
    from kpilang.text import Text


_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_GARBAGE = 100_000
"""New things after which garbage is looked for: hardly any is made in cycles, and each search goes through what is new."""


class Commands(Spoken, click.Group):
    """The commands found in `kpilang/commands/`, each imported when it is run."""

    def list_commands(self, _context: click.Context) -> list[str]:
        from kpilang import parts

        return [name.rpartition(".")[2] for name in parts.names("kpilang.commands")]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        from importlib import import_module

        if name not in self.list_commands(context):
            return None
        found = import_module(f"kpilang.commands.{name}").command
        return found if isinstance(found, Command) else None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section(told(ctx, "Commands")):
            formatter.write_dl(
                [(name, told(ctx, (each.help or "").partition("\n\n")[0])) for name, each in found if each]
            )

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = context.resilient_parsing or args[0] in self.list_commands(context)
        if not known and not args[0].startswith("-"):
            raise UnknownCommandError(args[0], self.list_commands(context), context)
        return super().resolve_command(context, args)


class UnknownCommandError(click.UsageError):
    """The first argument is no command."""

    def __init__(self, name: str, known: Sequence[str], context: click.Context) -> None:
        super().__init__(f"there is no command `{name}`", context)
        self.name, self.known = name, tuple(known)


@click.group(
    "kpi",
    cls=Commands,
    no_args_is_help=False,
    invoke_without_command=True,
    params=shared_options(),
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`kpi COMMAND --help` says what a command takes, with an example.",
)
@click.version_option(__version__, message="kpi %(version)s")
@click.pass_context
def group(context: click.Context) -> None:
    """Definitions of KPIs, checked, linted and computed."""
    context.ensure_object(Run)
    if context.invoked_subcommand is None:
        sys.stderr.write(context.get_help() + "\n")
        context.exit(UNUSABLE)


def entry() -> int:
    """What `kpi` is: one command line in a process of its own, in which an exception that nobody foresaw is told."""
    asked = os.environ.get("_KPI_COMPLETE")
    if asked is not None:
        from kpilang.completion.shells import answer

        return answer(group, asked)
    gc.set_threshold(_GARBAGE)
    run = Run()
    sys.excepthook = partial(bug, run)
    code = main(run=run)
    return _end(code) if run.ends_at_once else code


def _end(code: int) -> NoReturn:
    """Ends the process without taking apart, one by one, all that it holds."""
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None, run: Run | None = None) -> int:
    """Runs one command line (default: that of the process) and gives its exit code: 0, 1 or 2; 130 when interrupted, 141
    when who read what is written, on either stream, closed it before the end."""
    _write_anything()
    try:
        run, given = run or Run(), list(sys.argv[1:] if arguments is None else arguments)
        run.given = given
        return _coded(given, run)
    except BrokenPipeError:
        _write_nowhere(sys.stdout, sys.stderr)
        return UNREAD


def _coded(given: list[str], run: Run) -> int:
    """The exit code of a command, however it ended."""
    code = INTERRUPTED
    with _Interrupts():
        try:
            code = _run(given, run)
            sys.stdout.flush()
        except click.UsageError as error:
            from kpilang.project.usage import marked

            run.show((marked(_mistake(error, given), given),), sys.stderr)
            code = UNUSABLE
        except (KeyboardInterrupt, click.exceptions.Abort):
            code = INTERRUPTED
        except OSError as error:
            if error.errno not in _NO_SPACE:
                raise
            code = _full(error, run)
    return code


class _Interrupts:
    """Notes Ctrl-C: during a query it comes back from the engine as an exception of another kind, which ends here."""

    def __init__(self) -> None:
        self.met = False
        self.before: Any = None

    def __enter__(self) -> None:
        with contextlib.suppress(ValueError):  # only the main thread of a program may set this
            self.before = signal.signal(signal.SIGINT, self.interrupted)

    def interrupted(self, _number: int, _frame: object) -> NoReturn:
        self.met = True
        raise KeyboardInterrupt

    def __exit__(self, *_raised: object) -> bool:
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)
        return self.met


def _run(given: list[str], run: Run) -> int:
    """The exit code of a command that came to its end."""
    try:
        with group.make_context("kpi", list(given), obj=run) as context:
            group.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return 0


def _write_anything() -> None:
    """What a stream's encoding cannot hold is written as an escape, whatever the locale."""
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _write_nowhere(*streams: TextIO) -> None:
    """What is left to be written there, also when the process ends, goes nowhere."""
    for stream in streams:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _mistake(error: click.UsageError, given: list[str]) -> Diagnostic:
    from kpilang.project import usage

    path = error.ctx.command_path if error.ctx else "kpi"
    if path == "kpi":
        path = next((f"kpi {word}" for word in given if word in group.list_commands(click.Context(group))), path)
    if isinstance(error, UnknownCommandError):
        return usage.unknown_command(given, error.name, error.known)
    if isinstance(error, click.NoSuchOption):
        parameters = error.ctx.command.get_params(error.ctx) if error.ctx else []
        known = [name for parameter in parameters for name in parameter.opts if name.startswith("-")]
        behind = _knowing(error.option_name) if path == "kpi" else None
        commands = group.list_commands(click.Context(group))
        return usage.unknown_option(given, error.option_name, known, path, commands, behind)
    named = getattr(error, "param", None)
    value = re.match(r"'?(.*?)'? is not (?:one of|in the range|a valid integer|')", error.message)
    if isinstance(named, click.Argument) and isinstance(named.type, click.Choice) and value is not None:
        return usage.bad_choice(value[1], [str(each) for each in named.type.choices], path, path)
    if isinstance(named, click.Option) and value is not None:
        if isinstance(named.type, click.Choice):
            return usage.bad_choice(value[1], [str(each) for each in named.type.choices], named.opts[-1], path)
        if isinstance(named.type, click.IntRange):
            return usage.bad_number(value[1], named.type.min, named.type.max, named.opts[-1], path)
    option = named.opts[-1] if isinstance(named, click.Option) else getattr(error, "option_name", None)
    return usage.bad_usage(_said(error, named), option, path)


def _knowing(option: str) -> str | None:
    """The command that takes an option: `eval`, which most options are made for, else the first."""
    context = click.Context(group)
    for name in ("eval", *group.list_commands(context)):
        command = group.get_command(context, name)
        if command and any(option in each.opts for each in command.params):
            return name
    return None


def _said(error: click.UsageError, named: click.Parameter | None) -> str | Text:
    """What click has to say of a mistake, in both languages where it is one that many make."""
    from kpilang.project import usage

    message = error.message.rstrip(".") or error.format_message()
    if isinstance(error, click.MissingParameter) and named is not None:
        return usage.MISSING.fill(name=named.human_readable_name)
    if isinstance(error, click.BadOptionUsage):
        return usage.TAKES_NO_VALUE if "does not take" in message else usage.WITHOUT_VALUE
    if named is not None and isinstance(named.type, Memory):
        return usage.NOT_MEMORY.fill(value=message)
    extra = re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", message)
    return usage.TOO_MUCH.fill(words=extra[1]) if extra else message


def _full(error: OSError, run: Run) -> int:
    """What is written goes to a disk that is full: nothing more is written there."""
    from kpilang.project.usage import unwritable

    _write_nowhere(sys.stdout)
    run.show((unwritable("standard output", error),), sys.stderr)
    return UNUSABLE


def bug(run: Run, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> NoReturn:
    """Tells an exception that nobody foresaw in one line, after the traceback for those who asked for more."""
    from kpilang.project.usage import BUG
    from kpilang.width import flat

    if issubclass(kind, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    if run.verbose:
        sys.__excepthook__(kind, error, trace)
    line = flat(f"{kind.__name__}: {error}".splitlines()[0])
    sys.stderr.write(BUG.fill(error=line, version=__version__).say(run.language or "en") + "\n")
    sys.exit(UNUSABLE)

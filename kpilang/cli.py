"""The command line: finds the commands in their folder, speaks of mistakes as the language does, sets exit codes."""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from kpilang import __version__, parts
from kpilang.commands import UNUSABLE, Command, Run, shared_options
from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.nearest import hint
from kpilang.text import Source, Span, Text

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
)
BAD_USAGE = Problem(
    "E623",
    "bad-usage",
    Text(en="{message}", zh="命令行有误：{message}"),
    help=Text(en="`{command} --help` says what it takes", zh="`{command} --help` 说明用法"),
)
BUG = Text(
    en="kpi {version} has a bug ({error}); run again with -v and report what it says at {address}",
    zh="kpi {version} 出现内部错误（{error}）；请加 -v 再运行一次，并把输出报告到 {address}",
)
_REPORT = "https://github.com/kpilang/kpilang/issues"


class Commands(click.Group):
    """The commands found in `kpilang/commands/`, each imported when it is run."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return [name.rpartition(".")[2] for name in parts.names("kpilang.commands")]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        found = import_module(f"kpilang.commands.{name}").command
        return found if isinstance(found, Command) else None

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not self.list_commands(context).count(args[0]) and not args[0].startswith("-"):
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
    params=shared_options(),
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Without a command: `kpi COMMAND --help` says what each takes, with an example.",
)
@click.version_option(__version__, message="kpi %(version)s")
@click.pass_context
def group(context: click.Context) -> None:
    """Definitions of KPIs, checked, linted and computed."""
    context.ensure_object(Run)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line (default: that of the process) and gives its exit code: 0, 1 or 2; 130 when interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _write_anything()
    run = Run()
    try:
        code = _run(given, run)
        sys.stdout.flush()
    except click.UsageError as error:
        code = _usage(error, run, given)
    except (KeyboardInterrupt, click.exceptions.Abort):
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = UNUSABLE
    except Exception as error:  # noqa: BLE001 the one place where an unforeseen exception becomes an exit code
        code = _bug(error, run)
    return code


def _run(given: list[str], run: Run) -> int:
    """The exit code of a command that came to its end."""
    try:
        with group.make_context("kpi", given, obj=run) as context:
            group.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return 0


def _write_anything() -> None:
    """What a stream's encoding cannot hold is written as an escape, whatever the locale."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 it lives as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _usage(error: click.UsageError, run: Run, given: list[str]) -> int:
    """Says a mistake of the command line, with the word at fault marked."""
    diagnostic = _diagnostic(error, given)
    run.show((diagnostic,), sys.stderr)
    return UNUSABLE


def _diagnostic(error: click.UsageError, given: list[str]) -> Diagnostic:
    path = error.ctx.command_path if error.ctx else "kpi"
    if isinstance(error, UnknownCommandError):
        help = hint(error.name, error.known)
        return UNKNOWN_COMMAND.at(_word(given, error.name), help=help, name=error.name)
    if isinstance(error, click.NoSuchOption):
        known = [name for parameter in _options(error.ctx) for name in parameter.opts if name.startswith("-")]
        help = hint(error.option_name, known)
        return UNKNOWN_OPTION.at(_word(given, error.option_name), help=help, name=error.option_name, command=path)
    said = error.format_message().rstrip(".")
    return BAD_USAGE.at(None, message=said, command=path)


def _options(context: click.Context | None) -> list[click.Parameter]:
    return context.command.get_params(context) if context else []


def _word(given: list[str], wanted: str) -> Span | None:
    """Where a word stands in the command line, for marking it."""
    offset = len("kpi ")
    text = "kpi " + shlex.join(given)
    for word in given:
        if word == wanted or word.startswith(f"{wanted}="):
            return Span(Source("<command line>", text), offset, offset + len(shlex.quote(word)))
        offset += len(shlex.quote(word)) + 1
    return None


def _bug(error: Exception, run: Run) -> int:
    """An exception that nobody foresaw: one line, and the traceback for those who asked for more."""
    if run.verbose:
        import traceback  # noqa: PLC0415

        traceback.print_exception(error, file=sys.stderr)
    line = f"{type(error).__name__}: {error}".splitlines()[0]
    said = BUG.fill(error=line, version=__version__, address=_REPORT).say(run.tongue)
    click.echo(said, err=True)
    return UNUSABLE

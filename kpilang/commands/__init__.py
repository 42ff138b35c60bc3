"""What all commands share: the options everybody takes, how findings are written and weighed; one file a command."""

from __future__ import annotations

import re
import sys
from functools import wraps
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

import click

from kpilang.run import FINDINGS, SOUND, UNUSABLE, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kpilang.diagnostics import Diagnostic
    from kpilang.outputs.findings import Report, Style
    from kpilang.project import Project
    from kpilang.project.tables import Data
    from kpilang.project.written import Destination

_MEMORY = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([KMGT]i?B)", re.IGNORECASE)
MOST_THREADS = 256


def ending(diagnostics: Sequence[Diagnostic], fail_on: str = "error") -> int:
    """The exit code that findings ask for: those of the given severity and above count, `never` counts none.

    An error of settings, files or the command line (E6…) puts the run itself in doubt.
    """
    from kpilang.diagnostics import Severity

    if any(item.code.startswith("E6") and item.severity is Severity.ERROR for item in diagnostics):
        return UNUSABLE
    ranks = [str(severity) for severity in Severity]
    worst = [] if fail_on == "never" else ranks[: ranks.index(fail_on) + 1]
    return FINDINGS if any(item.severity in worst for item in diagnostics) else SOUND


def findings_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how findings are written, and where."""
    from kpilang.outputs.findings import FORMATS

    return _written(
        command,
        click.option("--format", "form", type=click.Choice(FORMATS), help="How findings are written [default: text]."),
        "Write the findings there; without FORMAT the file's ending chooses. `-` is the terminal. Repeatable.",
    )


def changes_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how changes in meaning are written, and where."""
    from kpilang.outputs.changes import FORMATS

    return _written(
        command,
        click.option("--format", "form", type=click.Choice(FORMATS), help="How changes are written [default: text]."),
        "Write the changes there; without FORMAT the file's ending chooses. `-` is the terminal. Repeatable.",
    )


def _written(
    command: Callable[..., None], form: Callable[[Callable[..., None]], Callable[..., None]], help: str
) -> Callable[..., None]:
    return form(click.option("--output", "outputs", multiple=True, metavar="[FORMAT=]FILE", help=help)(command))


def stdin_option(command: Callable[..., None]) -> Callable[..., None]:
    """The option by which an editor has the text of a file that is not saved looked at."""
    return click.option(
        "--stdin-filename",
        "typed",
        metavar="FILE",
        help="Read the text of this file from standard input, and say what concerns it.",
    )(command)


def report(run: Run, project: Project, found: Report, placed: Sequence[Destination]) -> None:
    """Writes findings where they are wanted, but not over what they were found in."""
    for destination in placed:
        run.guard(project, destination.path)
    deliver(run, project.root, found, placed)


def deliver(run: Run, root: Path, found: Report, placed: Sequence[Destination]) -> None:
    """Writes findings on files below `root` where they are wanted, and where GitHub runs this, in the ways that it shows
    them."""
    from dataclasses import replace

    from kpilang.outputs.findings import Style, render
    from kpilang.project.written import prefix

    found = replace(found, prefix=prefix(root))
    write(run, placed, lambda form, style: render(form, found, style))
    if is_shown(placed) and _on_github():
        sys.stdout.write(render("github", found, Style(run.tongue)))
        summarise(run, lambda: render("markdown", found, Style(run.tongue)))


def write(run: Run, placed: Sequence[Destination], render: Callable[[str, Style], str]) -> None:
    """Writes what is made of a format and a style where that is wanted."""
    from kpilang.outputs.colour import palette
    from kpilang.outputs.findings import Style

    for destination in placed:
        if destination.path is None:
            sys.stdout.write(render(destination.form, Style(run.tongue, palette(sys.stdout), run.ascii_only)))
        else:
            with run.writing(destination.path) as draft:
                draft.write_text(render(destination.form, Style(run.tongue)), encoding="utf-8", newline="\n")


def is_shown(placed: Sequence[Destination]) -> bool:
    """Whether standard output is there for people, so that more may be said to a service that runs this."""
    return all(destination.path is not None or destination.form == "text" for destination in placed)


def _on_github() -> bool:
    import os

    return os.environ.get("GITHUB_ACTIONS") == "true"


def summarise(run: Run, markdown: Callable[[], str]) -> None:
    """Adds to the summary of a step where GitHub runs this; a summary that cannot be written is told, and changes nothing
    else."""
    import os

    from kpilang.project.usage import unwritable

    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    try:
        if _on_github() and summary:
            with open(summary, "a", encoding="utf-8", newline="\n") as stream:  # noqa: PTH123 beside the other ways of writing
                stream.write(markdown())
    except OSError as error:
        run.show((unwritable(f"GITHUB_STEP_SUMMARY={summary}", error),), sys.stderr)


def question_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say what is asked, gathered into the parameter `ask`."""

    @click.option("--period", metavar="A..B", help="These periods: 2026-01..2026-06, 2026, FY2026-Q1, 2026-W05.")
    @click.option("--last", type=click.IntRange(min=1), metavar="N", help="The last N whole periods.")
    @click.option("--grain", "grains", metavar="GRAINS", help="In place of each KPI's period: day,week,month,all.")
    @click.option("--by", metavar="COLUMNS", help="Break down by columns or paths: region,customer.segment.")
    @click.option("--where", metavar="PREDICATE", help="""Only rows for which this holds: 'region = "EMEA"'.""")
    @click.option("--as-of", metavar="DATE", help="The last day known [default: kpi.yaml's, else yesterday].")
    @click.option("--total", is_flag=True, help="With --by: a row for all members together, too.")
    @click.option("--full", is_flag=True, help="Compare a period that is not over with the whole one before.")
    @wraps(command)
    def gathered(**given: Any) -> None:  # noqa: ANN401 click's parameters, passed on
        from dataclasses import fields

        from kpilang.project.ask import Ask

        names = [field.name for field in fields(Ask)]
        command(ask=Ask(**{name: given.pop(name) for name in names}), **given)

    return gathered


class Memory(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """An amount of memory such as `4GB` or `512 MiB`."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401
        """The amount as the engine reads it; a usage error where it is none."""
        found = _MEMORY.fullmatch(str(value).strip())
        if found is None or not float(found[1]):
            self.fail(str(value), param, ctx)
        return f"{found[1]}{found[2]}"


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say where data come from, and what the engine may use."""
    options = (
        click.option("--source", "sources", multiple=True, metavar="NAME=PATH", help="Read this source from there."),
        click.option("--allow", multiple=True, metavar="PATH", help="Files there may be read too."),
        click.option(
            "--threads", type=click.IntRange(min=1, max=MOST_THREADS), metavar="N", help="Threads for computing."
        ),
        click.option(
            "--memory",
            type=Memory(),
            metavar="SIZE",
            help="Most memory for computing, such as 4GB; the rest goes to disk.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def data_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say where data come from and how they are read."""
    bad_rows = click.option(
        "--on-bad-rows",
        type=click.Choice(["fail", "skip"]),
        default="fail",
        show_default=True,
        help="A cell that does not fit: give no value, or leave the cell out and count it.",
    )
    return bad_rows(reading_options(command))


READING = ("sources", "allow", "threads", "memory", "on_bad_rows")
"""The parameters that `data_options` gives to a command."""


def refuse_idle(reading: Mapping[str, Any], *, data: bool) -> None:
    """Ends the run where an option says how data are read, and none are."""
    idle = next((name for name, value in reading.items() if value and value != "fail" and not data), None)
    if idle is not None:
        option = {"sources": "source"}.get(idle, idle).replace("_", "-")
        from kpilang.project.usage import IDLE

        run = click.get_current_context().ensure_object(Run)
        run.refuse((IDLE.at(None, option=f"--{option}", wanted="`--data`"),))


def data_asked(run: Run, project: Project, reading: Mapping[str, Any]) -> Data:
    """The options of `data_options` as they were typed, read; ends the run where one cannot be used."""
    from kpilang.project import evaluate

    rest = {name: value for name, value in reading.items() if name != "on_bad_rows"}
    found, wrong = evaluate.data(project, **rest, skip_bad=reading["on_bad_rows"] == "skip")
    if wrong:
        run.refuse((*project.misset, *wrong))
    return found


class Spoken(click.Command):
    """Says its help in the language of the run."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), told(ctx, "Usage: "))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(told(ctx, cleandoc(self.help or "")))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from kpilang.outputs.manual import record

        groups: dict[str, list[tuple[str, str]]] = {"Options": [], "Options of every command": []}
        for each in self.get_params(ctx):
            row = each.get_help_record(ctx) if isinstance(each, click.Option) else None
            if row and isinstance(each, click.Option):
                shared = ctx.parent is not None and not each.expose_value
                head = "Options of every command" if shared else "Options"
                groups[head].append(record(row, each.help, ctx.ensure_object(Run).tongue))
        for head, rows in groups.items():
            if rows:
                with formatter.section(told(ctx, head)):
                    formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.epilog:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(told(ctx, self.epilog))


def told(context: click.Context, text: str) -> str:
    """A text of `--help` in the language of the run."""
    from kpilang.outputs.manual import say

    return say(text, context.ensure_object(Run).tongue)


class Command(Spoken):
    """A command of `kpi`: takes the shared options too, and keeps the layout of its examples in `--help`."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 click's own parameters, passed on
        super().__init__(*arguments, **named)
        self.params += shared_options()


def shared_options() -> list[click.Parameter]:
    """The options that `kpi` takes before the command and after it alike."""
    option = _shared
    return [
        click.Option(
            ["-C", "folder"],
            metavar="DIR",
            is_eager=True,
            expose_value=False,
            callback=_change_folder,
            help="Work in this folder.",
        ),
        option("--env", "environment", metavar="ENVIRONMENT", help="Use this environment of kpi.yaml."),
        option("--config", "config", metavar="FILE", help="Read settings from this file instead of kpi.yaml."),
        option(
            "--lang", "language", type=click.Choice(["en", "zh"]), is_eager=True, help="Language of everything said."
        ),
        option("--no-cache", "fresh", is_flag=True, help="Parse and check all definitions anew; keep nothing."),
        option("-q", "quiet", is_flag=True, help="Say nothing about the run itself."),
        option("-v", "verbose", is_flag=True, help="Say more about the run; show the traceback of a bug."),
    ]


def _shared(*declarations: str, **named: Any) -> click.Option:  # noqa: ANN401 click's own parameters, passed on
    return click.Option(declarations, expose_value=False, callback=_remember, **named)


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value and parameter.name:
        setattr(context.ensure_object(Run), parameter.name, value)


def _change_folder(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    import os

    if value is None:
        return
    try:
        os.chdir(value)
    except OSError as error:
        if context.resilient_parsing:
            return
        from kpilang.project.usage import no_folder

        context.ensure_object(Run).refuse((no_folder(value, error),))

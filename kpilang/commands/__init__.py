"""What all commands share: the options everybody takes, how findings are said, how a run ends; one file a command."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from kpilang.diagnostics import Diagnostic, Problem, Severity
from kpilang.outputs.colour import palette
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.project import Project

SOUND, FINDINGS, UNUSABLE = 0, 1, 2


@dataclass
class Run:
    """What the command line says to every command."""

    environment: str | None = None
    config: str | None = None
    language: str | None = None
    quiet: bool = False
    verbose: bool = False

    @property
    def tongue(self) -> str:
        """The language to speak before the settings are read, and after `speak` the one they name."""
        return self.language or "en"

    @property
    def ascii_only(self) -> bool:
        """Whether standard output cannot hold every character, so that JSON must escape."""
        return not (sys.stdout.encoding or "utf-8").lower().replace("_", "-").startswith("utf")

    def load(self, arguments: Sequence[str] = ()) -> Project:
        """The project that the places among the arguments lie in, else the one around the working folder."""
        from kpilang.project import load, places  # noqa: PLC0415 the parser is not needed to say the version

        root, wrong = places.root(Path.cwd(), arguments)
        if wrong:
            self.refuse(wrong)
        project = load(root, self.environment, Path(self.config) if self.config else None)
        self.language = self.language or project.settings.language
        self.tell(_LOADED.fill(root=root, environment=self.environment or "-", as_of=project.as_of), only_verbose=True)
        return project

    def refuse(self, diagnostics: Iterable[Diagnostic]) -> NoReturn:
        """Says what makes the run impossible, and ends it."""
        self.show(diagnostics, sys.stderr)
        raise click.exceptions.Exit(UNUSABLE)

    def show(self, diagnostics: Iterable[Diagnostic], stream: TextIO) -> None:
        """Findings as text."""
        from kpilang.outputs.findings.text import render_all  # noqa: PLC0415

        stream.write(render_all(diagnostics, self.tongue, palette(stream)))

    def tell(self, text: Text, *, only_verbose: bool = False) -> None:
        """One line about the run itself, apart from its results."""
        if self.verbose if only_verbose else not self.quiet:
            click.echo(text.say(self.tongue), err=True)

    @contextmanager
    def writing(self, output: str) -> Iterator[Path]:
        """A path to write to, which becomes the file named by `--output` when the block ends well."""
        from kpilang.outputs.files import replacing  # noqa: PLC0415

        try:
            with replacing(Path(output)) as draft:
                yield draft
        except OSError as error:
            self.refuse((UNWRITABLE.at(None, path=output, reason=error.strerror),))


UNWRITABLE = Problem(
    "E615", "unwritable-file", Text(en="`{path}` cannot be written: {reason}", zh="无法写入 `{path}`：{reason}")
)
_LOADED = Text(
    en="project {root}, environment {environment}, as of {as_of}",
    zh="项目 {root}，环境 {environment}，截至 {as_of}",
)


def unusable(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether settings, files or the command line are at fault (E6…), so that the run itself is in doubt."""
    return any(item.code.startswith("E6") and item.severity is Severity.ERROR for item in diagnostics)


def ending(diagnostics: Sequence[Diagnostic], fail_on: Severity | None = Severity.ERROR) -> int:
    """The exit code that findings ask for: those of the given severity and above count."""
    if unusable(diagnostics):
        return UNUSABLE
    ranks = list(Severity)
    worst = [] if fail_on is None else ranks[: ranks.index(fail_on) + 1]
    return FINDINGS if any(item.severity in worst for item in diagnostics) else SOUND


def report(run: Run, findings: Sequence[Diagnostic], form: str, output: str | None) -> None:
    """Findings as text or JSON, to standard output or into a file."""

    def write(stream: TextIO) -> None:
        if form == "json":
            from kpilang.outputs.findings.json import render  # noqa: PLC0415

            stream.write(render(findings, run.tongue, ascii_only=stream is sys.stdout and run.ascii_only))
        else:
            run.show(findings, stream)

    if output is None:
        write(sys.stdout)
    else:
        with run.writing(output) as draft, draft.open("w", encoding="utf-8", newline="\n") as stream:
            write(stream)


class Command(click.Command):
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
        option("--env", "environment", metavar="NAME", help="Use this environment of kpi.yaml."),
        option("--config", "config", metavar="FILE", help="Read settings from this file instead of kpi.yaml."),
        option(
            "--lang", "language", type=click.Choice(["en", "zh"]), is_eager=True, help="Language of everything said."
        ),
        option("-q", "quiet", is_flag=True, help="Say nothing about the run itself."),
        option("-v", "verbose", is_flag=True, help="Say more about the run; show the traceback of a bug."),
    ]


def _shared(*declarations: str, **named: Any) -> click.Option:  # noqa: ANN401 click's own parameters, passed on
    return click.Option(declarations, expose_value=False, callback=_remember, **named)


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value and parameter.name:
        setattr(context.ensure_object(Run), parameter.name, value)


def _change_folder(_context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    import os  # noqa: PLC0415

    if value is None:
        return
    try:
        os.chdir(value)
    except OSError as error:
        raise click.BadParameter(f"{value}: {error.strerror}", param=parameter) from error

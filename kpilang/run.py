"""One run of the program: what the command line says to every command, what it tells beside its results, how it ends."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kpilang.diagnostics import Diagnostic
    from kpilang.outputs.listing import Listing
    from kpilang.project import Project
    from kpilang.project.linting import Examined, LintAsk
    from kpilang.project.written import Destination
    from kpilang.text import Text

SOUND, FINDINGS, UNUSABLE, INTERRUPTED, UNREAD = 0, 1, 2, 130, 141
"""How a run ends; the last two as a shell tells of a command that Ctrl-C or a closed pipe has ended."""


class Run:
    """What the command line says to every command."""

    def __init__(self) -> None:
        self.given: Sequence[str] = ()
        """The command line as it was typed, without the name of the program."""
        self.environment: str | None = None
        self.config: str | None = None
        self.language: str | None = None
        self.quiet = False
        self.verbose = False
        self.fresh = False
        self.ends_at_once = False
        """Whether nothing that the command began has to be brought to an end: no engine, nobody else's code."""

    @property
    def tongue(self) -> str:
        """The language asked for, else the one that the project names, else English."""
        return self.language or self._of_project() or "en"

    def _of_project(self) -> str | None:
        """The language in the settings of the project around the working folder."""
        from pathlib import Path

        from kpilang.project.files import find_root
        from kpilang.settings import read

        root = find_root(Path.cwd())
        return read(root, self.environment, Path(self.config) if self.config else None)[0].language if root else None

    @property
    def ascii_only(self) -> bool:
        """Whether standard output cannot hold every character, so that JSON must escape."""
        return not (sys.stdout.encoding or "utf-8").lower().replace("_", "-").startswith("utf")

    def load(self, arguments: Sequence[str] = (), *, isolated: bool = False, typed: str | None = None) -> Project:
        """The project that the places among the arguments lie in, else the one around the working folder; `isolated`
        from its settings of the linter. For the file `typed` standard input holds the text, as an editor sends it."""
        import gc
        from pathlib import Path

        from kpilang.project import files, load, places
        from kpilang.project.loading import LOADED

        root, wrong = places.root(Path.cwd(), arguments if typed is None else [str(Path(typed).parent)])
        if wrong:
            self.refuse(wrong)
        text, wrong = (None, ()) if typed is None else files.typed(Path(typed), root, sys.stdin.buffer.read())
        if wrong:
            self.refuse(wrong)
        config = Path(self.config) if self.config else None
        project = load(root, self.environment, config, keep=not self.fresh, isolated=isolated, typed=text)
        gc.freeze()  # nothing loaded is garbage, and the last search for some, when the process ends, takes its time
        self.language = self.language or project.settings.language
        if self.verbose:
            self.tell(LOADED.fill(root=root, environment=self.environment or "-", as_of=project.as_of))
        return project

    def open(self, arguments: Sequence[str], *, isolated: bool = False, typed: str | None = None) -> Project:
        """The project that is loaded so; ends the run where a place or KPI among the arguments is not there."""
        from kpilang.project import places

        project = self.load(arguments, isolated=isolated, typed=typed)
        wrong = places.missing(project, (*arguments, typed) if typed else arguments)
        if wrong:
            self.refuse((*project.misset, *project.unread, *wrong))
        return project

    def examine(self, project: Project, asked: LintAsk, named: Sequence[str]) -> Examined:
        """What the linter says of a project; ends the run where something makes that impossible."""
        from kpilang.project.linting import examine

        examined = examine(project, asked, named)
        if examined.wrong:
            self.refuse(examined.wrong)
        return examined

    def refuse(self, diagnostics: Iterable[Diagnostic]) -> NoReturn:
        """Says what makes the run impossible, and ends it."""
        from kpilang.project.usage import marked

        self.show((marked(each, self.given) for each in diagnostics), sys.stderr)
        raise click.exceptions.Exit(UNUSABLE)

    def show(self, diagnostics: Iterable[Diagnostic], stream: TextIO) -> None:
        """Findings as text."""
        from kpilang.outputs.colour import palette
        from kpilang.outputs.findings.text import render_all

        stream.write(render_all(diagnostics, self.tongue, palette(stream)))

    def list(self, listing: Listing, form: str) -> None:
        """Rows of things on standard output."""
        from kpilang.outputs.listing import render

        on_terminal = sys.stdout.isatty()
        sys.stdout.write(render(listing, form, self.tongue, ascii_only=self.ascii_only, on_terminal=on_terminal))

    def destinations(self, form: str | None, outputs: Sequence[str], what: str = "findings") -> tuple[Destination, ...]:
        """Where findings go, or what else a folder of `kpilang/outputs/` has formats for, by `--format` and `--output`."""
        from importlib import import_module

        from kpilang.project.written import destinations

        offered = import_module(f"kpilang.outputs.{what}")
        placed, wrong = destinations(outputs, form, offered.FORMATS, offered.ENDINGS)
        if wrong:
            self.refuse(wrong)
        return placed

    def tell(self, text: Text) -> None:
        """One line about the run itself, apart from its results."""
        from kpilang.width import flat

        if not self.quiet:
            sys.stderr.write(flat(text.say(self.tongue)) + "\n")

    @contextmanager
    def writing(self, output: str) -> Iterator[Path]:
        """A path to write to, which becomes the file named by `--output` when the block ends well."""
        from pathlib import Path

        from kpilang.outputs.files import replacing
        from kpilang.project.usage import unwritable

        try:
            with replacing(Path(output)) as draft:
                yield draft
        except OSError as error:
            self.refuse((unwritable(output, error),))

    def guard(self, project: Project, output: str | None, **data: Any) -> None:  # noqa: ANN401 passed on
        """Refuses to write over what the project is read from; `data` are the bindings and allowed folders of a run."""
        from kpilang.project.written import protected

        wrong = protected(project, output, self.config, **data)
        if wrong:
            self.refuse(wrong)

    def form(self, form: str | None, output: str | None, endings: Mapping[str, str]) -> str:
        """The format asked for, else the one that the file's ending means; `.txt` stands for that of a terminal."""
        from kpilang.project.written import form_of

        if form is not None or output is None:
            return form or endings[".txt"]
        found, wrong = form_of(output, endings)
        if wrong:
            self.refuse(wrong)
        return found

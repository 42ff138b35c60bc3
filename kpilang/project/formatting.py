"""`kpi fmt`: the `.kpi` files of some places in their one form."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kpilang.diagnostics import Diagnostic, Edit, Fix, Problem
from kpilang.project import files
from kpilang.project.places import no_such_place
from kpilang.project.rewriting import Rewritten
from kpilang.settings import FILE
from kpilang.settings import read as read_settings
from kpilang.syntax.formatting import format_source
from kpilang.text import Source, Span, Text

NOT_FORMATTED = Problem(
    "E126",
    "not-formatted",
    Text(en="`{path}` is not in its one form", zh="`{path}` 不是统一格式"),
    label=Text(en="the first line that would change", zh="第一处会改动的行"),
    help=Text(en="run `kpi fmt {path}`", zh="运行 `kpi fmt {path}`"),
)
NO_DEFINITIONS_FILE = Problem(
    "E684",
    "no-definitions-file",
    Text(en="`{path}` is no `.kpi` file", zh="`{path}` 不是 `.kpi` 文件"),
    help=Text(en="only files of definitions have a form", zh="只有定义文件才有统一格式"),
)
_FORM = Text(en="set in its one form", zh="改成统一格式")


@dataclass(frozen=True)
class Formed:
    """Files in their one form, by path from the working folder. `sources` are those that were read; `diagnostics` say
    which could not be read, and what is wrong with the texts that have no form."""

    sources: tuple[Source, ...]
    rewritten: Rewritten
    diagnostics: tuple[Diagnostic, ...]

    @property
    def unformed(self) -> Iterator[Diagnostic]:
        """A diagnostic at the first line that would change, for each file where one would."""
        for source in self.sources:
            text = self.rewritten.after.get(source.path, source.text)
            if text != source.text:
                yield _not_formatted(source, text)


def form(sources: Iterable[Source], unread: Iterable[Diagnostic] = ()) -> Formed:
    """Texts in their one form; one with a mistake has none."""
    known, after, wrong = tuple(sources), dict[str, str](), list(unread)
    for source in known:
        found = format_source(source)
        wrong += found.diagnostics
        if found.text is not None:
            after[source.path] = found.text
    return Formed(known, Rewritten({source.path: source.text for source in known}, after), tuple(wrong))


def _not_formatted(source: Source, text: str) -> Diagnostic:
    wanted = Source(source.path, text)
    last = min(len(source.line_starts), len(wanted.line_starts))
    number = next((each for each in range(1, last) if source.line(each) != wanted.line(each)), last)
    start, line = source.line_starts[number - 1], source.line(number)
    span = Span(source, start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
    fix = Fix(_FORM, (Edit(Span(source, 0, len(source.text)), text),), safe=True)
    return NOT_FORMATTED.at(span, path=source.path, fixes=(fix,))


def gather(here: Path, places: Sequence[str], config: Path | None) -> tuple[list[Source], list[Diagnostic]]:
    """The files at or below some places, whichever project they belong to, without what their project excludes; without
    places those of the project around `here`. A file that is named is taken even where it is excluded."""
    sources: dict[Path, Source] = {}
    wrong: list[Diagnostic] = []
    for place in places or (str(files.find_root(here) or here),):
        path = Path(os.path.normpath(here / place))
        if not os.path.exists(path):  # noqa: PTH110 Path.exists raises on names that are too long
            wrong.append(no_such_place(place))
            continue
        if not path.is_dir() and path.suffix != files.SUFFIX:
            wrong.append(NO_DEFINITIONS_FILE.at(None, path=place))
            continue
        for file in _below(path, config, wrong, inner=bool(places)) if path.is_dir() else (path,):
            source, unread = files.read(file, Path(os.path.relpath(file, here)).as_posix())
            wrong += unread
            if source is not None:
                sources.setdefault(file, source)
    return list(sources.values()), wrong


def _below(folder: Path, config: Path | None, wrong: list[Diagnostic], *, inner: bool) -> Iterator[Path]:
    """The files below a folder, of the project around and, where asked for, of `inner` ones that it does not exclude."""
    around = files.find_root(folder) or folder
    settings, misset = read_settings(around, None, config)
    wrong += misset
    yield from _of_project(around, folder, settings.exclude, wrong)
    for root in _projects(folder, files.left_out(around, settings.exclude)) if inner else ():
        settings, misset = read_settings(root, None, config)
        wrong += misset
        yield from _of_project(root, folder, settings.exclude, wrong)


def _of_project(root: Path, folder: Path, exclude: Sequence[str], wrong: list[Diagnostic]) -> Iterator[Path]:
    found, unread = files.collect(root, exclude)
    wrong += unread
    return (path for path in found if path.is_relative_to(folder))


def _projects(folder: Path, left_out: Callable[[Path], bool]) -> Iterator[Path]:
    """The folders of projects below a folder."""
    for name, folders, _ in os.walk(folder):
        here = Path(name)
        folders[:] = sorted(each for each in folders if not (each.startswith(".") or left_out(here / each)))
        if here != folder and (here / FILE).is_file():
            yield here

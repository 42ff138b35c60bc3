"""Where results are written: the format that a file's ending means, and which files must not be written over."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.nearest import hint, nearest
from kpilang.record import record
from kpilang.settings import FILE
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.project.loading import Project

READ_BY_RUN = Problem(
    "E626",
    "output-is-input",
    Text(en="`{path}` is what the KPIs are computed from", zh="`{path}` 是计算 KPI 所用的文件"),
    why=Text(en="the output would take its place", zh="输出会把它覆盖掉"),
    help=Text(en="write to another file: `--output results/{name}`", zh="写入另一个文件：`--output results/{name}`"),
)
UNKNOWN_ENDING = Problem(
    "E627",
    "unknown-ending",
    Text(en="`{ending}` files cannot be written", zh="不能写 `{ending}` 文件"),
    help=Text(
        en="name the file with one of {endings}, or choose the format by `--format`",
        zh="文件名以 {endings} 之一结尾，或用 `--format` 指定格式",
    ),
)


NO_FORMAT = Problem(
    "E665",
    "unknown-format",
    Text(en="there is no format `{form}`", zh="没有 `{form}` 这种格式"),
)
WRITTEN_TWICE = Problem(
    "E679",
    "written-twice",
    Text(en="two outputs go to {place}", zh="有两个输出都写到{place}"),
    why=Text(en="one would spoil the other", zh="一个会破坏另一个"),
    help=Text(en="give each a file of its own: `--output {form}=FILE`", zh="各写一个文件：`--output {form}=文件`"),
)
_TERMINAL = Text(en="standard output", zh="标准输出")
STDOUT = "-"


@record
class Destination:
    """Where findings go: a file, None for standard output; and in which format."""

    path: str | None
    form: str


TERMINAL = (Destination(None, "text"),)


def destinations(
    outputs: Sequence[str], form: str | None, formats: Sequence[str], endings: Mapping[str, str]
) -> tuple[tuple[Destination, ...], tuple[Diagnostic, ...]]:
    """The places that `--output [FORMAT=]FILE` names, standard output where it names none; `endings` says which of the
    formats the ending of a file means."""
    found: list[Destination] = []
    wrong: list[Diagnostic] = []
    for output in outputs or (STDOUT,):
        said, equals, path = output.partition("=")
        if equals and "/" not in said and "." not in said:
            if said not in formats:
                wrong.append(NO_FORMAT.at(None, help=hint(said, formats), form=said))
            chosen: str = said
        else:
            path = output
            chosen, unknown = (form or "text", ()) if form or path == STDOUT else form_of(path, endings)
            wrong += unknown
        found.append(Destination(None if path == STDOUT else path, chosen))
    return tuple(found), (*wrong, *_twice(found))


def _twice(found: Sequence[Destination]) -> Iterator[Diagnostic]:
    """A diagnostic for each place that something goes to already."""
    seen: set[str | None] = set()
    for each in found:
        place = None if each.path is None else os.path.realpath(each.path)
        if place in seen:
            yield WRITTEN_TWICE.at(None, place=_TERMINAL if each.path is None else f"`{each.path}`", form=each.form)
        seen.add(place)


def repository(root: Path) -> Path:
    """The folder of the repository around a project, else the project's own."""
    here = Path(os.path.realpath(root))
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def prefix(root: Path) -> str:
    """The way from the folder of the repository around a project to the project: `kpis/`, empty where they are one.

    Where git left no trace, as in a container that fetched an archive, the service's own variable names that folder.
    """
    here = Path(os.path.realpath(root))
    around = repository(root)
    if not (around / ".git").exists():
        named = (os.environ.get(name) for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"))
        folders = (Path(os.path.realpath(folder)) for folder in named if folder)
        around = next((folder for folder in folders if here.is_relative_to(folder)), around)
    inner = here.relative_to(around).as_posix()
    return "" if inner == "." else f"{inner}/"


def form_of(output: str, endings: Mapping[str, str]) -> tuple[str, tuple[Diagnostic, ...]]:
    """The format that the ending of a file means; a name without ending means that of `.txt`."""
    ending = Path(output).suffix
    form = endings.get(ending.lower() or ".txt")
    if form is not None:
        return form, ()
    listed = ", ".join(f"`{each}`" for each in endings)
    help = hint(ending, endings) if nearest(ending, endings) else None
    return endings[".txt"], (UNKNOWN_ENDING.at(None, help=help, ending=ending, endings=listed),)


def protected(
    project: Project,
    output: str | None,
    config: str | None,
    bindings: Mapping[str, str] | None = None,
    allowed: Sequence[Path] = (),
) -> tuple[Diagnostic, ...]:
    """A diagnostic when an output would replace something that the project is read from."""
    if output is None or not os.path.exists(output):  # noqa: PTH110 Path.exists raises on names that are too long
        return ()
    bindings = project.settings.sources if bindings is None else bindings
    return spared(output, (*_definitions(project, config), *_data(project, bindings, allowed)))


def spared(output: str | None, read: Iterable[Path]) -> tuple[Diagnostic, ...]:
    """A diagnostic when an output would replace one of the files that are read."""
    if output is None or not any(_same(output, path) for path in read):
        return ()
    return (READ_BY_RUN.at(None, path=output, name=Path(output).name),)


def _definitions(project: Project, config: str | None) -> Iterator[Path]:
    yield project.root / FILE
    if config is not None:
        yield Path(config)
    yield from (project.root / source.path for source in project.definitions.sources)


def _data(project: Project, bindings: Mapping[str, str], allowed: Sequence[Path]) -> Iterable[Path]:
    from kpilang.data.files import bind

    bound, _ = bind(project.model, project.root, bindings, project.model.sources, allowed)
    return [file for item in bound.values() for file in item.files]


def _same(output: str, path: Path) -> bool:
    try:
        return os.path.samefile(output, path)  # noqa: PTH121 both may be missing
    except OSError:
        return False

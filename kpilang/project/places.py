"""Arguments of the command line: which are places, which are names of KPIs, and which project they mean."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem, Severity
from kpilang.model.nearest import hint
from kpilang.project.files import find_root
from kpilang.project.usage import MEANT, near_place
from kpilang.settings import FILE
from kpilang.text import Span, Text

if TYPE_CHECKING:
    from kpilang.model.nouns import Kpi
    from kpilang.project.loading import Project

NO_SUCH_PLACE = Problem(
    "E611", "no-such-place", Text(en="there is no file or folder `{place}`", zh="没有文件或文件夹 `{place}`")
)
TWO_PROJECTS = Problem(
    "E612",
    "two-projects",
    Text(en="`{first}` and `{second}` belong to different projects", zh="`{first}` 和 `{second}` 属于不同的项目"),
    help=Text(en="run once for each of them", zh="分别运行"),
)
UNKNOWN_KPI = Problem("E613", "unknown-kpi-name", Text(en="there is no KPI `{name}`", zh="没有名为 `{name}` 的 KPI"))
NO_DEFINITIONS = Problem(
    "E614",
    "no-definitions",
    Text(en="there is no {file} in `{root}`", zh="`{root}` 里没有{file}"),
    help=Text(en="go to the project's folder, or name it with `-C DIR`", zh="进入项目文件夹，或用 `-C DIR` 指定"),
)
NONE_THERE = Problem(
    "E619",
    "no-definitions-there",
    Text(en="the project reads no definitions from `{place}`", zh="项目没有从 `{place}` 读取任何定义"),
    help=Text(
        en="name a KPI, a `.kpi` file, or a folder that holds some and is not under `exclude:`",
        zh="写 KPI 名称、`.kpi` 文件，或含有 `.kpi` 文件且不在 `exclude:` 之内的文件夹",
    ),
)
_NO_FIT = Text(
    en="no file fits that pattern; a folder stands for all files in it",
    zh="没有文件符合这个模式；写文件夹即指其中所有文件",
)
_PATTERN = re.compile(r"[*?\[]")
_BLANKS = Text(en="KPIs stand apart by blanks: `{names}`", zh="各 KPI 之间用空格隔开：`{names}`")
_LABEL = Text(en="that is a label; the name is `{name}`", zh="这是标题；名称是 `{name}`")
_DASHES = "\u2012\u2013\u2014\u2015\u2212"
_FILE = Text(en="`.kpi` file", zh=" `.kpi` 文件")
_READABLE = Text(en="`.kpi` file that can be read", zh="能读取的 `.kpi` 文件")
MEND_THOSE = Text(en="mend the files that are told above", zh="先处理上面指出的文件")
INNER_PROJECTS = Text(en="there are projects below it: {inner}", zh="它的下面有项目：{inner}")
_FEW = 8


def is_place(argument: str) -> bool:
    """Whether an argument means a file or folder: it exists, ends in `.kpi`, or has a separator in it."""
    exists = os.path.exists(argument)  # noqa: PTH110 Path.exists raises on names that are too long
    return argument.endswith(".kpi") or "/" in argument or os.sep in argument or exists


def _places(project: Project, arguments: Sequence[str]) -> list[str]:
    """The places among the arguments; a bare word that names a KPI means the KPI, even beside a folder of that name."""
    return [argument for argument in arguments if is_place(argument) and argument not in project.model.kpis]


def root(here: Path, arguments: Sequence[str]) -> tuple[Path, tuple[Diagnostic, ...]]:
    """The folder of the project that all places among the arguments belong to; without places that of `here`."""
    named = [argument for argument in arguments if is_place(argument)]
    missing = tuple(no_such_place(name) for name in named if not os.path.exists(here / name))  # noqa: PTH110 as above
    if missing or not named:
        return find_root(here) or here, missing
    roots = {name: _root_of(here, here / name) for name in named}
    first, *others = roots
    clash = next((other for other in others if roots[other] != roots[first]), None)
    wrong = () if clash is None else (TWO_PROJECTS.at(None, first=first, second=clash),)
    return roots[first], wrong


def no_such_place(name: str) -> Diagnostic:
    """What is said of a place that is not there; a pattern that the shell left as it was fits no file."""
    return NO_SUCH_PLACE.at(None, help=_NO_FIT if _PATTERN.search(name) else near_place(Path(name)), place=name)


def _root_of(here: Path, place: Path) -> Path:
    folder = Path(os.path.normpath(place if os.path.isdir(place) else place.parent))  # noqa: PTH112 as above
    return find_root(folder) or (here if folder.is_relative_to(here) else folder)


def within(project: Project, arguments: Sequence[str]) -> Callable[[str], bool]:
    """Whether a file of the project, by its relative path, lies in one of the places; in any when nothing is named."""
    folders = [os.path.normpath(Path.cwd() / name) for name in _places(project, arguments)]
    return lambda path: not arguments or any((project.root / path).is_relative_to(folder) for folder in folders)


def kpis(project: Project, arguments: Sequence[str]) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """The KPIs meant, in the order of their definitions; all without arguments. Unknown names are diagnostics."""
    model, placed = project.model, within(project, arguments)
    names = named(project, arguments)
    found = tuple(name for name, kpi in model.kpis.items() if name in names or placed(kpi.declaration.head.source.path))
    return found, missing(project, arguments)


def chosen(
    project: Project, arguments: Sequence[str], known: Sequence[tuple[str, str]]
) -> tuple[tuple[tuple[str, str], ...], int]:
    """Of all `known` KPIs, each with its file, those that the arguments mean; and how many files are asked about."""
    if not arguments:
        return tuple(known), len(project.definitions.sources)
    placed, names = within(project, arguments), named(project, arguments)
    found = tuple((name, path) for name, path in known if name in names or placed(path))
    files = {path for _, path in found} | {each.path for each in project.definitions.sources if placed(each.path)}
    return found, len(files)


def asked_about(project: Project, arguments: Sequence[str]) -> tuple[tuple[tuple[str, str], ...], int]:
    """The KPIs that the arguments mean, each with its file, and how many files are asked about."""
    known = [(name, kpi.declaration.head.source.path) for name, kpi in project.model.kpis.items()]
    return chosen(project, arguments, known)


def missing(project: Project, arguments: Sequence[str]) -> tuple[Diagnostic, ...]:
    """What is asked for and not there: any definition, in the whole project or in a place, or the KPIs named."""
    if not project.verdict.files:
        return (no_definitions(project.root, unread=bool(project.unread)),)
    names = named(project, arguments)
    return (*unknown(names, project.model.kpis if names else {}), *_empty(project, arguments))


def _empty(project: Project, arguments: Sequence[str]) -> Iterator[Diagnostic]:
    """A diagnostic for each place that holds no definitions; not asked while a file could not be read."""
    for place in _places(project, arguments) if not project.unread else ():
        folder = os.path.normpath(Path.cwd() / place)
        paths = (source.path for source in project.definitions.sources)
        if not any((project.root / path).is_relative_to(folder) for path in paths):
            yield NONE_THERE.at(None, place=place)


def named(project: Project, arguments: Sequence[str]) -> dict[str, None]:
    """The arguments that are no places."""
    named = _places(project, arguments)
    return dict.fromkeys(argument for argument in arguments if argument not in named)


def no_definitions(root: Path, *, unread: bool = False) -> Diagnostic:
    """Names the projects below the folder, where there are some; where files are `unread`, those are to be mended."""
    if unread:
        return NO_DEFINITIONS.at(None, help=MEND_THOSE, file=_READABLE, root=root)
    settings = sorted((*root.glob(f"*/{FILE}"), *root.glob(f"*/*/{FILE}")))
    inner = ", ".join(f"`-C {file.parent.relative_to(root).as_posix()}`" for file in settings[:_FEW])
    return NO_DEFINITIONS.at(None, help=INNER_PROJECTS.fill(inner=inner) if inner else None, file=_FILE, root=root)


def unknown(names: Iterable[str], known: Mapping[str, Kpi]) -> tuple[Diagnostic, ...]:
    """A diagnostic for each name that is none of the KPIs known."""
    return tuple(UNKNOWN_KPI.at(None, help=_help(name, known), name=name) for name in names if name not in known)


def _help(name: str, known: Mapping[str, Kpi]) -> Text:
    """The KPI with such a label, else the nearest; for a name of the standard library the nearest there. What is no name
    but a list of some, or an option behind a dash that is no hyphen, is told as that."""
    from kpilang.model import library

    parts = [part.strip() for part in name.split(",") if part.strip()]
    if "," in name and all(part in known for part in parts):
        return _BLANKS.fill(names=" ".join(parts))
    if name[:1] in _DASHES:
        return MEANT.fill(name=f"--{name.lstrip(_DASHES)}")
    said = {kpi.title(language).casefold(): each for each, kpi in known.items() for language in ("en", "zh")}
    if name.casefold() in said:
        return _LABEL.fill(name=said[name.casefold()])
    return library.hint(name) if name.startswith(f"{library.NAMESPACE}.") else hint(name, known)


def about(project: Project, arguments: Sequence[str], findings: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings that concern the places and KPIs named; those about settings and the run always do.

    When a KPI named has an error that stands elsewhere, all findings are given.
    """
    named = [project.model.kpis[name] for name in arguments if name in project.model.kpis]
    placed = within(project, arguments)

    def concerns(item: Diagnostic) -> bool:
        span = item.span
        if span is None or item.code.startswith("E6") or any(kpi.name == item.kpi for kpi in named):
            return True
        inside = (_holds(kpi.declaration.span, span) for kpi in named)
        return any(inside) or placed(span.source.path)

    found = tuple(item for item in findings if concerns(item))
    elsewhere = not all(kpi.sound for kpi in named) and not any(item.severity is Severity.ERROR for item in found)
    return tuple(findings) if elsewhere else found


def _holds(outer: Span, inner: Span) -> bool:
    return outer.source is inner.source and outer.start <= inner.start <= outer.end

"""Reads `kpi.yaml`: every key is known, every value has its shape, paths are relative to the file."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.record import record
from kpilang.text import Source, Span, Text

if TYPE_CHECKING:
    from kpilang.settings.document import Node, Scalar

FILE = "kpi.yaml"

UNREADABLE_SETTINGS = Problem(
    "E607", "unreadable-settings", Text(en="`{path}` cannot be read: {reason}", zh="无法读取 `{path}`：{reason}")
)
OUTSIDE_SETTINGS = Problem(
    "E618",
    "settings-outside-project",
    Text(en="`{path}` is a link that leads outside the project", zh="`{path}` 是通向项目文件夹之外的链接"),
    why=Text(
        en="only the project's own files are read, so that a project from a stranger is safe to check",
        zh="只读取本项目的文件，这样检查来历不明的项目才是安全的",
    ),
    help=Text(
        en="copy the file into the project's folder, or name it yourself: `--config FILE`",
        zh="把文件复制到项目文件夹内，或用 `--config 文件` 自行指定",
    ),
)
_NOT_A_FILE = Text(en="it is not an ordinary file", zh="它不是普通文件")
_NOT_UTF8 = Text(en="it is not UTF-8 text", zh="它不是 UTF-8 文本")


@record
class Agreed:
    """One entry under `require:`, `values:` or `patterns:` as written; `kind` is that key."""

    kind: str
    field: Scalar
    when: tuple[tuple[Scalar, tuple[Scalar, ...]], ...] = ()
    words: tuple[Scalar, ...] | None = None
    codeowners: Scalar | None = None
    like: Scalar | None = None
    why: str | None = None


@record
class LintSection:
    """`lint:` as written: codes or names of rules with their places, options of rules, choices for paths.

    `extend` names files with settings over which these go; `bases` are these settings once they are read, undermost
    first, each with the way `around` from the folder of its file to the project's, such as `kpis` or `..`.
    """

    select: tuple[Scalar, ...] | None = None
    extend_select: tuple[Scalar, ...] = ()
    ignore: tuple[Scalar, ...] = ()
    rules: tuple[tuple[Scalar, Node], ...] = ()
    per_path: tuple[tuple[Scalar, LintSection], ...] = ()
    not_suppressible: tuple[Scalar, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    plugins: tuple[Scalar, ...] = ()
    extend: tuple[Scalar, ...] = ()
    bases: tuple[LintSection, ...] = ()
    around: str = ""


@record
class Settings:
    """Settings in force for one environment. `sources` maps a source's name to a path or glob, relative to the project; `exclude`
    are globs relative to the project's folder; `fields` are the project's own, by name;
    `glossary` says what its acronyms mean. `folder` is where the settings stand. `at` tells where a setting was
    written (`language`, `sources.orders`), `by_environment` which of them the environment gave."""

    folder: Path
    as_of: dt.date | None = None
    language: str = "en"
    sources: Mapping[str, str] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    glossary: Mapping[str, str] = field(default_factory=dict)
    lint: LintSection = LintSection()
    environments: tuple[str, ...] = ()
    at: Mapping[str, Span] = field(default_factory=dict)
    by_environment: frozenset[str] = frozenset()


def read(
    root: Path, environment: str | None, file: Path | None = None, *, isolated: bool = False
) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """The settings of a project for an environment; `file` takes the place of the root's `kpi.yaml`.

    A project without the file has the settings by default; `isolated` leaves those of the linter at that.
    """
    path = file or root / FILE
    shown = FILE if file is None else file.as_posix()
    here = file is not None or (os.path.lexists(path) and not os.path.isdir(path))  # noqa: PTH112 Path.is_dir may raise
    if not here and environment is None:
        return Settings(root), ()
    if file is None and not lies_in(path, root):
        return Settings(root), (OUTSIDE_SETTINGS.at(None, path=shown),)
    from kpilang.settings.parse import parse

    try:
        if here and not _is_readable(path.stat().st_mode, piped=file is not None):
            return Settings(root), (UNREADABLE_SETTINGS.at(None, path=shown, reason=_NOT_A_FILE),)
        text = path.read_bytes().decode("utf-8-sig") if here else ""
    except OSError as error:
        return Settings(root), (UNREADABLE_SETTINGS.at(None, path=shown, reason=error.strerror),)
    except UnicodeDecodeError:
        return Settings(root), (UNREADABLE_SETTINGS.at(None, path=shown, reason=_NOT_UTF8),)
    return parse(Source(shown, text), path.absolute().parent, root, environment, isolated=isolated)


def _is_readable(mode: int, *, piped: bool) -> bool:
    """Whether a file comes to an end: an ordinary one, and on the command line a pipe."""
    return stat.S_ISREG(mode) or (piped and stat.S_ISFIFO(mode))


def lies_in(path: Path, root: Path) -> bool:
    """Whether a path lies in a folder once every link is resolved."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def located(text: str, folder: Path, root: Path) -> str:
    """A path said in `folder`, as the project in `root` would say it; what is no path of a file stays as it is."""
    return text if folder == root or "://" in text or Path(text).is_absolute() else f"{folder}/{text}"

"""Reads `kpi.yaml`: every key is known, every value has its shape, paths are relative to the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.text import Source, Span, Text

if TYPE_CHECKING:
    from kpilang.settings.document import Node, Scalar

FILE = "kpi.yaml"

UNREADABLE_SETTINGS = Problem(
    "E607", "unreadable-settings", Text(en="`{path}` cannot be read: {reason}", zh="无法读取 `{path}`：{reason}")
)
_NOT_UTF8 = Text(en="it is not UTF-8 text", zh="它不是 UTF-8 文本")


@dataclass(frozen=True)
class LintSection:
    """`lint:` as written: codes or names of rules with their places, options of rules, choices for paths."""

    select: tuple[Scalar, ...] | None = None
    extend_select: tuple[Scalar, ...] = ()
    ignore: tuple[Scalar, ...] = ()
    rules: tuple[tuple[Scalar, Node], ...] = ()
    per_path: tuple[tuple[Scalar, LintSection], ...] = ()


@dataclass(frozen=True)
class Settings:
    """Settings in force for one environment. `sources` maps a source's name to a path or glob, relative to the project; `exclude`
    are globs relative to the project's folder; `fields` are the project's own, by name. `folder` is where the settings
    stand, `bound_at` where each source was bound."""

    folder: Path
    as_of: dt.date | None = None
    language: str = "en"
    sources: Mapping[str, str] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    lint: LintSection = LintSection()
    environments: tuple[str, ...] = ()
    bound_at: Mapping[str, Span] = field(default_factory=dict)


def read(root: Path, environment: str | None, file: Path | None = None) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """The settings of a project for an environment; `file` takes the place of the root's `kpi.yaml`.

    A project without the file has the settings by default.
    """
    path = file or root / FILE
    shown = FILE if file is None else file.as_posix()
    here = path.is_file() or file is not None
    if not here and environment is None:
        return Settings(root), ()
    from kpilang.settings.parse import parse  # noqa: PLC0415 a project without the file should not pay for YAML

    try:
        text = path.read_bytes().decode("utf-8-sig") if here else ""
    except OSError as error:
        return Settings(root), (UNREADABLE_SETTINGS.at(None, path=shown, reason=error.strerror),)
    except UnicodeDecodeError:
        return Settings(root), (UNREADABLE_SETTINGS.at(None, path=shown, reason=_NOT_UTF8),)
    return parse(Source(shown, text), path.absolute().parent, root, environment)


def located(text: str, folder: Path, root: Path) -> str:
    """A path said in `folder`, as the project in `root` would say it; what is no path of a file stays as it is."""
    return text if folder == root or "://" in text or Path(text).is_absolute() else f"{folder}/{text}"

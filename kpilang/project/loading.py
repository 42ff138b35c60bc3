"""Text to model: settings, files, trees and the checked model of a project."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.nearest import hint
from kpilang.project import files
from kpilang.settings import Settings
from kpilang.settings import read as read_settings
from kpilang.text import Text

if TYPE_CHECKING:
    from kpilang.model.nouns import Model

LOADED = Text(
    en="project {root}, environment {environment}, as of {as_of}",
    zh="项目 {root}，环境 {environment}，截至 {as_of}",
)
UNBOUND_NAME = Problem(
    "E610",
    "unknown-bound-source",
    Text(en="data are bound to `{name}`, which is no source", zh="`{name}` 绑定了数据，但没有这个数据源"),
    label=Text(en="no source is called so", zh="没有这个名称的数据源"),
)


@dataclass(frozen=True)
class Project:
    """A folder of definitions, checked. `misset` are findings about settings, `unread` about files; `diagnostics` is
    all there are."""

    root: Path
    settings: Settings
    model: Model
    environment: str | None = None
    misset: tuple[Diagnostic, ...] = ()
    unread: tuple[Diagnostic, ...] = ()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Findings about settings and files, then those of parser and checker in reading order."""
        return (*self.misset, *self.unread, *self.model.diagnostics)

    @property
    def as_of(self) -> dt.date:
        """The last day known: as the settings say, else yesterday in the calendar's zone."""
        return self.settings.as_of or self.model.calendar.today() - dt.timedelta(days=1)


def load(root: Path, environment: str | None = None, config: Path | None = None) -> Project:
    """Reads, parses and checks the project whose folder is `root`; what is wrong is in its diagnostics."""
    from kpilang.model.check import check  # noqa: PLC0415 the parser is not needed to say the version
    from kpilang.syntax.parser import parse  # noqa: PLC0415

    settings, misset = read_settings(root, environment, config)
    paths, unread = files.collect(root, settings.exclude)
    trees = []
    with _without_collection():
        for path in paths:
            source, wrong = files.read(path, path.relative_to(root).as_posix())
            unread += wrong
            if source is not None:
                trees.append(parse(source))
        model = check(trees, settings.fields)
    return Project(root, settings, model, environment, (*misset, *_unknown_sources(settings, model)), tuple(unread))


def _unknown_sources(settings: Settings, model: Model) -> tuple[Diagnostic, ...]:
    """Bindings of names that no source has; not asked while a declaration may be missing for its syntax."""
    if any(tree.diagnostics for tree in model.trees):
        return ()
    return tuple(
        UNBOUND_NAME.at(settings.bound_at.get(name), help=hint(name, model.sources), name=name)
        for name in settings.sources
        if name not in model.sources
    )


@contextmanager
def _without_collection() -> Iterator[None]:
    """Collecting garbage costs a third of the time of loading many definitions, and finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

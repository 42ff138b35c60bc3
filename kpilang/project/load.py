"""Text to model: settings, files, trees and the checked model of a project."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang.diagnostics import Diagnostic
from kpilang.project import files
from kpilang.settings import Settings
from kpilang.settings import read as read_settings

if TYPE_CHECKING:
    from kpilang.model.nouns import Model


@dataclass(frozen=True)
class Project:
    """A folder of definitions, checked. `found` are findings about settings and files; `diagnostics` is all."""

    root: Path
    settings: Settings
    model: Model
    environment: str | None = None
    found: tuple[Diagnostic, ...] = ()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Findings about settings and files, then those of parser and checker in reading order."""
        return (*self.found, *self.model.diagnostics)

    @property
    def as_of(self) -> dt.date:
        """The last day known: as the settings say, else yesterday in the calendar's zone."""
        return self.settings.as_of or self.model.calendar.today() - dt.timedelta(days=1)


def load(root: Path, environment: str | None = None, config: Path | None = None) -> Project:
    """Reads, parses and checks the project whose folder is `root`; what is wrong is in its diagnostics."""
    from kpilang.model.check import check  # noqa: PLC0415 the parser is not needed to say the version
    from kpilang.syntax.parser import parse  # noqa: PLC0415

    settings, found = read_settings(root, environment, config)
    paths, unreadable = files.collect(root, settings.exclude)
    found = (*found, *unreadable)
    trees = []
    with _without_collection():
        for path in paths:
            source, wrong = files.read(path, path.relative_to(root).as_posix())
            found = (*found, *wrong)
            if source is not None:
                trees.append(parse(source))
        model = check(trees, settings.fields)
    return Project(root, settings, model, environment, found)


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

"""From a folder to a project: settings, files, definitions, and what is wrong with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kpilang import cache
from kpilang.diagnostics import Diagnostic, Problem
from kpilang.model.nearest import hint
from kpilang.project import files
from kpilang.project.definitions import Definitions
from kpilang.record import record
from kpilang.settings import Settings
from kpilang.settings import read as read_settings
from kpilang.text import Source, Text

if TYPE_CHECKING:
    from kpilang.model.nouns import Model
    from kpilang.project.verdict import Verdict

BOUND_MADE = Problem(
    "E375",
    "bound-made-source",
    Text(
        en="data are bound to `{name}`, whose rows are made of another source's",
        zh="`{name}` 绑定了数据，但它的行由另一个数据源归并而成",
    ),
    help=Text(en="bind the source that it is made of", zh="绑定它所归并的数据源"),
)
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


@record
class Project:
    """A folder of definitions, checked. `misset` are findings about settings, `unread` about files; `diagnostics` is
    all there are."""

    root: Path
    settings: Settings
    definitions: Definitions
    environment: str | None = None
    misset: tuple[Diagnostic, ...] = ()
    unread: tuple[Diagnostic, ...] = ()

    @property
    def model(self) -> Model:
        """The checked model; where nothing changed since the last run, `verdict` is at hand much sooner."""
        return self.definitions.model

    @property
    def verdict(self) -> Verdict:
        """What the checker says, in sum."""
        return self.definitions.verdict

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Findings about settings and files, then those of parser and checker in reading order."""
        return (*self.misset, *self.unread, *self.verdict.diagnostics)

    @property
    def as_of(self) -> dt.date:
        """The last day known: as the settings say, else yesterday in the calendar's zone."""
        from kpilang.model.calendar import Calendar

        return self.settings.as_of or Calendar(zone=self.verdict.zone).today() - dt.timedelta(days=1)


def load(
    root: Path,
    environment: str | None = None,
    config: Path | None = None,
    *,
    keep: bool = True,
    isolated: bool = False,
    typed: Source | None = None,
) -> Project:
    """Reads and checks the project whose folder is `root`; what is wrong is in its diagnostics.

    What did not change since the last run is not checked again, a declaration that did not is not parsed again, unless
    `keep` is false. `isolated` leaves the settings of the linter at their defaults. `typed` takes the place
    of the file with its path, or is one file more.
    """
    settings, misset = read_settings(root, environment, config, isolated=isolated)
    if settings.lint.extend:
        from kpilang.project.extending import extended

        settings, unusable = extended(settings, root, config)
        misset += unusable
    paths, unread = files.collect(root, settings.exclude)
    sources = []
    if typed is not None:
        paths = [path for path in paths if path.relative_to(root).as_posix() != typed.path]
        sources.append(typed)
    for path in paths:
        source, wrong = files.read(path, path.relative_to(root).as_posix())
        unread += wrong
        if source is not None:
            sources.append(source)
    return assembled(root, settings, sources, environment, misset, unread, cache.of_project(root) if keep else None)


def assembled(
    root: Path,
    settings: Settings,
    sources: Iterable[Source],
    environment: str | None,
    misset: Sequence[Diagnostic],
    unread: Sequence[Diagnostic],
    kept: cache.Kept | None,
) -> Project:
    """The project of texts that were read, with what is wrong with settings and files; `kept` is what is known from runs
    before, None for nothing."""
    ordered = sorted(sources, key=lambda source: source.path)
    definitions = Definitions(ordered, settings.fields, kept)
    unbound = _unknown_sources(settings, definitions.verdict)
    return Project(root, settings, definitions, environment, (*misset, *unbound), tuple(unread))


def _unknown_sources(settings: Settings, verdict: Verdict) -> tuple[Diagnostic, ...]:
    """Bindings of names that no source has; not asked while a declaration may be missing for its syntax."""
    if verdict.broken:
        return ()
    made = tuple(
        BOUND_MADE.at(settings.at.get(f"sources.{name}"), name=name)
        for name in settings.sources
        if name in verdict.made
    )
    return made + tuple(
        UNBOUND_NAME.at(settings.at.get(f"sources.{name}"), help=hint(name, verdict.sources), name=name)
        for name in settings.sources
        if name not in verdict.sources
    )

"""What a rule looks at: the declarations it is asked about, the project around them, and its options."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from kpilang.lint.agreements import NONE, Agreements
from kpilang.lint.baseline import Entry
from kpilang.lint.here import Here
from kpilang.lint.relations import Relations
from kpilang.lint.rule import Option
from kpilang.lint.suppressions import NOTHING, Applied, Suppression
from kpilang.model.nouns import DataSource, Goal, Kpi, Model, Owner
from kpilang.record import record
from kpilang.syntax import tree

if TYPE_CHECKING:
    from kpilang.lint.history import Course, History

T = TypeVar("T", bool, int, tuple[str, ...])


@record
class Look:
    """A project as one rule sees it. `paths` are the files whose declarations it is asked about, with `options` for
    these, after an edit no more of them than `names`; what stands in other files is reached by `project`. `as_of` is the last day known. `applied` is what the
    comments that suppress findings did, `stale` the entries of the baseline with more findings than the number left,
    `words` the code of each rule by its code and name; only the rules about exceptions look at these, after all others.
    `agreements` are what the project has agreed on, `glossary` goes from the project's acronyms to what they mean.
    `history` is what the data say, None where they are not looked at.
    """

    model: Model
    project: Relations
    as_of: dt.date
    paths: frozenset[str]
    options: Mapping[str, object] = field(default_factory=dict)
    applied: Applied = NOTHING
    stale: tuple[tuple[Entry, int], ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    glossary: Mapping[str, str] = field(default_factory=dict)
    agreements: Agreements = NONE
    names: frozenset[str] | None = None
    history: History | None = None

    @cached_property
    def _here(self) -> Here:
        return self.project.here(self.paths, self.names)

    @property
    def kpis(self) -> tuple[Kpi, ...]:
        """The KPIs of those files, those out of use too."""
        return self._here.kpis

    @property
    def living(self) -> tuple[Kpi, ...]:
        """The KPIs of those files that are in use or drafts."""
        return self._here.living

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The goals of those files."""
        return self._here.goals

    @property
    def owners(self) -> tuple[Owner, ...]:
        """The owners of those files."""
        return self._here.owners

    @property
    def sources(self) -> tuple[DataSource, ...]:
        """The sources of those files."""
        return self._here.sources

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """What the data say of the KPIs in those files that are in use or drafts; none without data."""
        found = self.history.courses if self.history is not None else {}
        return tuple(found[kpi.name] for kpi in self.living if kpi.name in found)

    @property
    def first(self) -> bool:
        """Whether the project's first file is among those asked about: what concerns no file is said then, once."""
        return bool(self.model.trees) and self.model.trees[0].source.path in self.paths

    @cached_property
    def suppressions(self) -> tuple[Suppression, ...]:
        """The comments in those files that suppress findings, or mean to."""
        return tuple(item for item in self.applied.all if item.span.source.path in self.paths)

    def option(self, option: Option[T]) -> T:
        """What is set for an option, or its default."""
        value = option.read(self.options[option.name]) if option.name in self.options else None
        return option.default if value is None else value

    def lacks(self, kpi: Kpi, word: str) -> bool:
        """Whether a KPI has no field with this keyword; not so where the parser met something it could not read,
        which may have been that field."""
        return kpi.first(word) is None and not self.unread(kpi)

    def unread(self, kpi: Kpi) -> bool:
        """Whether something in a KPI, in the defaults of its file or in the template it fills in could not be read."""
        open_ = kpi.declaration.filled is not None and kpi.filled is None
        return open_ or kpi.name in self.project.damaged or kpi.declaration.origin.path in self.project.broken_defaults

    def broken(self, declaration: tree.Declaration) -> bool:
        """Whether something in a declaration could not be read."""
        return declaration.name is not None and declaration.name.text in self.project.damaged

    def measures(self, kpi: Kpi) -> bool:
        """Whether a KPI has a target that is a number or a band; one that could not be read is taken for such."""
        return self.unread(kpi) or any(
            isinstance(line.value, tree.Target) and line.value.words is None for line in kpi.all("target")
        )

    @cached_property
    def adrift(self) -> bool:
        """Whether there is a KPI that could not be read in full and may serve any goal for all that is known."""
        return any(self.unread(kpi) and not kpi.first("goal") for kpi in self.model.kpis.values())

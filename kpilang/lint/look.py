"""What a rule looks at: the checked model, the KPIs it is asked about, and its options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from kpilang.lint.rule import Option
from kpilang.model.nouns import Goal, Kpi, Model
from kpilang.syntax import tree

T = TypeVar("T", bool, int, tuple[str, ...])


@dataclass(frozen=True)
class Look:
    """A model as one rule sees it. `paths` are the files that the rule is asked about, with `options` for these."""

    model: Model
    paths: frozenset[str]
    options: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """The KPIs of those files."""
        return tuple(kpi for kpi in self.model.kpis.values() if kpi.declaration.span.source.path in self.paths)

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        """The goals of those files."""
        return tuple(goal for goal in self.model.goals.values() if goal.declaration.span.source.path in self.paths)

    def option(self, option: Option[T]) -> T:
        """What is set for an option, or its default."""
        value = option.read(self.options[option.name]) if option.name in self.options else None
        return option.default if value is None else value

    def lacks(self, kpi: Kpi, word: str) -> bool:
        """Whether a KPI has no field with this keyword; not so where the parser met something it could not read,
        which may have been that field."""
        return kpi.first(word) is None and not self.unread(kpi)

    def unread(self, kpi: Kpi) -> bool:
        """Whether something in a KPI, or in the defaults of its file, could not be read."""
        return kpi.name in self._damaged or kpi.declaration.span.source.path in self._broken_defaults

    def measures(self, kpi: Kpi) -> bool:
        """Whether a KPI has a target that is a number or a band; one that could not be read is taken for such."""
        return self.unread(kpi) or any(
            isinstance(line.value, tree.Target) and line.value.words is None for line in kpi.fields.get("target", ())
        )

    @cached_property
    def _damaged(self) -> frozenset[str]:
        return frozenset().union(*(each.damaged for each in self.model.trees))

    @cached_property
    def _broken_defaults(self) -> frozenset[str]:
        return frozenset(each.source.path for each in self.model.trees if "defaults" in each.damaged)

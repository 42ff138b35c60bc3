"""Folds over the same groups, gathered: what they look at together, and where they can have no value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kpilang.model.expr import Aggregate, Column, Expr, Fold, InSet, Moved, Operation, read_by
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.columns import basis, clock
from kpilang.plan.compound import Compound, Glance, Leaf, leaves
from kpilang.plan.moments import Window
from kpilang.plan.rows import Kept, Scope, Scopes
from kpilang.plan.scans import Scan
from kpilang.plan.sets import sets_of, states
from kpilang.plan.timeline import Past, Timeline
from kpilang.result import Reason
from kpilang.text import Text

# What tells which folds have the same groups: the source whose rows they are, or columns of the one source read; and the
# columns of the breakdown that split them.
Groups = tuple[str | None, tuple[tuple[str, tuple[Expr, ...]], ...], Kept]
# How a source is read: by which basis and clock, with the sets that rows are held against.
Way = tuple[str, str, Column | None, tuple[InSet, ...]]
# Why the state that an aggregate reads is not known just before a day begins; None where it is.
Unknown = Callable[[Aggregate, dt.date], Reason | None]


def groups_of(fold: Fold) -> Groups:
    """What folds with the same groups have in common."""
    return (fold.source, () if fold.source is not None else fold.keys, fold.kept)


@dataclass(frozen=True, eq=False)
class Gathering:
    """Folds over the same groups, which one statement answers. `compound` numbers what their aggregates see at once;
    `glances` are these combinations by number, with a reason too where a state is not known. `scopes` select the rows of
    each source."""

    folds: tuple[Fold, ...]
    compound: Compound
    glances: tuple[Glance, ...]
    scopes: Mapping[str, Scope]

    @property
    def model(self) -> Model:
        return self.compound.model

    @property
    def sources(self) -> tuple[str, ...]:
        """What is read."""
        return tuple(self.keys)

    @property
    def answers(self) -> tuple[Fold, ...]:
        """What is answered."""
        return self.folds

    @property
    def source(self) -> str | None:
        """The source whose rows are the groups."""
        return self.folds[0].source

    way = "groups"

    @property
    def why(self) -> Text:
        """What speaks for the way in which they are answered."""
        return WHY.fill(count=len(self.folds))

    @cached_property
    def keys(self) -> Mapping[str, tuple[Expr, ...]]:
        """For each source read, what tells the group of a row."""
        return {source: columns for fold in self.folds for source, columns in fold.keys}

    @cached_property
    def numbers(self) -> Mapping[Leaf, int]:
        """The number of each leaf."""
        return {leaf: number for number, leaf in enumerate(self.compound.leaves)}

    @cached_property
    def scans(self) -> Mapping[Way, Scan]:
        """Every way in which sources are read, with all its windows."""
        windows: dict[Way, dict[Window, None]] = {}
        for number, (_, item) in enumerate(self.compound.leaves):
            key = self.read_as(item)
            seen = (glance[number] for glance in self.glances)
            found = {window: None for each in seen if not isinstance(each, Reason) for window in each}
            windows.setdefault(key, {}).update(found)
        return {
            (source, kind, time, sets): Scan(source, kind, time, self.scopes[source], tuple(found), sets)
            for (source, kind, time, sets), found in windows.items()
            if found
        }

    def read_as(self, item: Aggregate) -> Way:
        """How an aggregate reads its source, and which sets its rows are held against."""
        return item.source, basis(self.model, item), clock(self.model, item), sets_of(item)

    # ---- where there is no value

    def known(self, unknown: Unknown) -> Gathering:
        """The same, with a reason wherever a state is not known."""
        return replace(self, glances=tuple(self.checked(glance, unknown) for glance in self.glances))

    def checked(self, glance: Glance, unknown: Unknown) -> Glance:
        """A combination with a reason for each aggregate whose state is not known."""
        found = []
        for (_, item), seen in zip(self.compound.leaves, glance, strict=True):
            windows = () if isinstance(seen, Reason) else seen
            days = (found for window in windows for found in states(self.model, item, window))
            why = next((reason for each, day in days if (reason := unknown(each, day)) is not None), None)
            found.append(seen if why is None else why)
        return tuple(found)

    def lacking(self, fold: Fold, number: int) -> Reason | None:
        """Why no group has a value in a combination, whatever the rows: a moment looked at is not there."""
        return self.lack(fold.value, (), self.glances[number])

    def lack(self, expr: Expr, looks: tuple[Moved, ...], glance: Glance) -> Reason | None:
        """Why an expression has no value in any group; None where it may have one."""
        if isinstance(expr, Aggregate):
            seen = glance[self.numbers[Leaf(looks, expr)]]
            return seen if isinstance(seen, Reason) else None
        inner = (*looks, expr) if isinstance(expr, Moved) else looks
        found = [self.lack(child, inner, glance) for child in expr.children]
        missing = [reason for reason in found if reason is not None]
        name = expr.name if isinstance(expr, Operation) else ""
        if name == "is_null" or not missing:
            return None
        if name == "coalesce":
            return reasons.first(missing) if len(missing) == len(found) else None
        if name == "if":
            return found[0] or (reasons.first(missing) if len(missing) == len(found) - 1 else None)
        return reasons.first(missing)

    def ordered(self, fold: Fold) -> Aggregate | None:
        """The first of a fold's aggregates that takes rows in order of time."""
        found = (leaf.aggregate for leaf in leaves(fold.value))
        return next((item for item in found if item.function in ("first", "last")), None)

    def unseen(self, fold: Fold, number: int) -> Reason | None:
        """Why the first of a fold's aggregates that sees nothing in a combination does so."""
        seen = (self.glances[number][self.numbers[leaf]] for leaf in leaves(fold.value))
        return next((item for item in seen if isinstance(item, Reason)), None)


class Gatherer:
    """Gathers which folds are wanted in which timelines."""

    def __init__(self, model: Model, faulty: frozenset[Aggregate]) -> None:
        self.model, self.faulty = model, faulty
        self.wanted: dict[Groups, tuple[dict[Fold, None], dict[Timeline, None]]] = {}

    def add(self, fold: Fold, timeline: Timeline) -> None:
        """A fold is wanted in the moments of a timeline; one that uses bad data is not computed."""
        if timeline.empty or any(item in self.faulty for item in read_by(fold)):
            return
        folds, timelines = self.wanted.setdefault(groups_of(fold), ({}, {}))
        folds[fold] = timelines[timeline] = None

    def gathered(self, past: Past, scopes: Scopes) -> tuple[Gathering, ...]:
        """All folds with the same groups together."""
        found = []
        for folds, timelines in self.wanted.values():
            over = dict.fromkeys(leaf for fold in folds for leaf in leaves(fold.value))
            compound = Compound(self.model, past, tuple(over))
            for timeline in timelines:
                compound.place(timeline)
            selected = {source: scopes.on(source, fold.kept) for fold in folds for source, _ in fold.keys}
            found.append(Gathering(tuple(folds), compound, compound.glances, selected))
        return tuple(found)


WHY = Text(
    "rows are grouped by the key first, and the groups put together afterwards; formulas of groups: {count}",
    "先按键分组，再合并各组；按组计算的公式：{count} 个",
)

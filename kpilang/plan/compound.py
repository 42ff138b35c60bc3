"""What several aggregates see at once: of each moment the windows of all of them, each combination with one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kpilang.model.expr import Aggregate, Answer, Expr, Moved, Series
from kpilang.model.nouns import Model
from kpilang.plan.glances import Glances
from kpilang.plan.moments import Window
from kpilang.plan.timeline import Past, Timeline
from kpilang.result import Reason

# What each of several aggregates sees in a moment: its windows (two for `at average`), or why it sees nothing.
Glance = tuple[tuple[Window, ...] | Reason, ...]


class Leaf(NamedTuple):
    """An aggregate of an expression, with the looks at other windows that it stands under, outermost first."""

    looks: tuple[Moved, ...]
    aggregate: Aggregate


class Part(NamedTuple):
    """What a formula is computed from, under the same looks: an aggregate, or a fold or series as a whole."""

    looks: tuple[Moved, ...]
    answer: Answer | Series


def leaves(expr: Expr) -> tuple[Leaf, ...]:
    """The aggregates of a formula under their looks, in the order written, each once; those inside folds and series
    too."""
    found = [Leaf((*looks, *inner), item) for looks, answer in parts_of(expr) for inner, item in inside(answer)]
    return tuple(dict.fromkeys(found))


def inside(answer: Answer | Series) -> list[Leaf]:
    """The aggregates that a part of a formula is made of."""
    if isinstance(answer, Aggregate):
        return [Leaf((), answer)]
    return [leaf for child in answer.children for leaf in leaves(child)]


def parts_of(expr: Expr, looks: tuple[Moved, ...] = ()) -> tuple[Part, ...]:
    """What a formula is computed from under looks, in the order written, each once."""
    if isinstance(expr, Answer | Series):
        return (Part(looks, expr),)
    inner = (*looks, expr) if isinstance(expr, Moved) else looks
    return tuple(dict.fromkeys(part for child in expr.children for part in parts_of(child, inner)))


class Compound:
    """Leaves that are read together. `glances` holds every combination of windows that timelines were placed on, in the
    order in which they were first seen: the number of each is its place there."""

    def __init__(self, model: Model, past: Past, over: Sequence[Leaf]) -> None:
        self.model, self.past, self.leaves = model, past, tuple(over)
        self.seen = Glances(model, past)
        self.numbers: dict[Glance, int] = {}
        self.placed: dict[Timeline, tuple[int | Reason, ...]] = {}

    @property
    def glances(self) -> tuple[Glance, ...]:
        """Every combination, by its number."""
        return tuple(self.numbers)

    def place(self, timeline: Timeline) -> tuple[int | Reason, ...]:
        """For each moment of a timeline the number of its combination, or why there is no such moment."""
        if timeline not in self.placed:
            self.placed[timeline] = tuple(
                moment if isinstance(moment, Reason) else self.number(glance)
                for moment, glance in zip(timeline.moments, self.along(timeline), strict=True)
            )
        return self.placed[timeline]

    def along(self, timeline: Timeline) -> Sequence[Glance]:
        """What the leaves see in each moment of a timeline."""
        seen = [self.seen.windows(self.behind(timeline, looks), item) for looks, item in self.leaves]
        return list(zip(*seen, strict=True))

    def behind(self, timeline: Timeline, looks: tuple[Moved, ...]) -> Timeline:
        """The moments that are seen through some looks."""
        for look in looks:
            timeline = self.past.behind(timeline, look)
        return timeline

    def number(self, glance: Glance) -> int:
        """The number of a combination, a new one where it was not seen before."""
        return self.numbers.setdefault(glance, len(self.numbers))

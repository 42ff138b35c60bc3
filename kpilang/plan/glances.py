"""Which windows an aggregate looks at in each moment: its own, and those of the sets that its rows are held against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from kpilang.model.expr import Aggregate, InSet, Moved
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.entities import Before
from kpilang.plan.moments import Joint, Moment, Plain, Sight, Window, sight
from kpilang.plan.sets import looked_through, sets_of, way_of
from kpilang.plan.timeline import Past, Timeline
from kpilang.result import Reason

Key = tuple[Timeline, Sight, tuple[InSet, ...], object]
Seen = tuple[tuple[Window, ...] | Reason, ...]


class Glances:
    """What aggregates look at, found once for all that look in the same way."""

    def __init__(self, model: Model, past: Past) -> None:
        self.model, self.past = model, past
        self.found: dict[Key, Seen] = {}

    def windows(self, timeline: Timeline, aggregate: Aggregate) -> Seen:
        """The windows of each moment of a timeline, or why there are none."""
        key = self.key(timeline, aggregate)
        if key not in self.found:
            _, look, sets, way = key
            own = timeline.windows(look)
            others = [self.of_set(timeline, item) for item in sets]
            joint = (joined(here, there, way) for here, *there in zip(own, *others, strict=True))
            self.found[key] = tuple(joint) if sets else own
        return self.found[key]

    def key(self, timeline: Timeline, aggregate: Aggregate) -> Key:
        """What those aggregates have in common that look at the same windows."""
        return timeline, sight(self.model, aggregate), sets_of(aggregate), way_of(aggregate)

    def of_set(self, timeline: Timeline, item: InSet) -> Sequence[Plain | Reason]:
        """The window of a set in each moment, or why there is none."""
        looks, base = looked_through(item.of)
        for look in looks:
            if isinstance(look, Before):
                return [moment if isinstance(moment, Reason) else before(moment) for moment in timeline.moments]
            assert isinstance(look, Moved)
            timeline = self.past.behind(timeline, look)
        return [
            seen if isinstance(seen, Reason) else single(seen) for seen in timeline.windows(sight(self.model, base))
        ]


def before(moment: Moment) -> Plain:
    """All days before the window of a moment begins."""
    return dt.date.min, moment.begin or moment.period.start


def single(seen: tuple[Window, ...]) -> Plain:
    """The one window of a set, which holds what is there at one moment and is held against no other."""
    (window,) = seen
    assert not isinstance(window, Joint)
    return window


def joined(
    own: tuple[Window, ...] | Reason, others: Sequence[Plain | Reason], way: object
) -> tuple[Window, ...] | Reason:
    """The windows of an aggregate together with those of its sets; the gravest reason where one is missing."""
    missing = [item for item in (own, *others) if isinstance(item, Reason)]
    if missing or isinstance(own, Reason):
        return reasons.first(missing)
    there = tuple(other for other in others if not isinstance(other, Reason))
    return tuple(joint(window, there, way) for window in own)


def joint(own: Window, others: tuple[Plain, ...], way: object) -> Window:
    """A window together with those of its sets."""
    assert not isinstance(own, Joint)
    return Joint(own, others, way)


def plain_windows(windows: Sequence[Window]) -> Iterator[Window]:
    """Those of some windows that are no joint ones."""
    return (window for window in windows if not isinstance(window, Joint))

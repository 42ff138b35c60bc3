"""Moments one after another, as formulas run over them, and those that lie before them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from kpilang.model.calendar import EVERYTHING
from kpilang.model.expr import Moved, Reach, Series, Total
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.moments import Coverage, Moment, Read, Sight, Window, covered_whole, earlier, reads, seen
from kpilang.plan.windows import longer, periods_of
from kpilang.result import Reason

Instant = Moment | Reason


class Timeline:
    """Moments in order, each perhaps only a reason why there is none; two timelines are the same only if they are one
    object, so that what was found for all their moments is remembered once."""

    def __init__(self, moments: Iterable[Instant]) -> None:
        self.moments = tuple(moments)
        self.looks: dict[Sight, tuple[tuple[Window, ...] | Reason, ...]] = {}

    def windows(self, look: Sight) -> tuple[tuple[Window, ...] | Reason, ...]:
        """The windows looked at in each moment, or why there are none."""
        if look not in self.looks:
            self.looks[look] = tuple(item if isinstance(item, Reason) else seen(look, item) for item in self.moments)
        return self.looks[look]

    @property
    def empty(self) -> bool:
        """Whether there is no moment at all, only reasons."""
        return all(isinstance(item, Reason) for item in self.moments)


Way = tuple[Timeline, int, str | None, tuple[Read, ...]]
Longer = tuple[Timeline, str, int, str | None, tuple[Read, ...]]


class Inside(NamedTuple):
    """Periods inside the moments of another timeline, one after another: how many in each, or why there are none."""

    timeline: Timeline
    counts: tuple[int | Reason, ...]


class Past:
    """Looks back from timelines, and remembers what it found: many KPIs look back in the same way. From periods that are
    not over it looks at as many days of those before, or at all of them (`full`)."""

    def __init__(self, model: Model, coverage: Coverage, *, full: bool = False) -> None:
        self.model, self.coverage, self.full = model, coverage, full
        self.found: dict[Way, Timeline] = {}
        self.shifted: dict[tuple[Timeline, int, str | None], Timeline] = {}
        self.reached: dict[Longer, Timeline] = {}
        self.periods: dict[tuple[Timeline, Series], Inside] = {}
        # For a timeline of longer windows that of their periods, and what made the windows of these.
        self.plain: dict[Timeline, tuple[Timeline, Reach, tuple[Read, ...]]] = {}

    def look(self, timeline: Timeline, count: int, grain: str | None, over: tuple[Read, ...]) -> Timeline:
        """The moments `count` periods of a grain before; reasons where the sources of `over` do not cover them whole."""
        way = (timeline, count, grain, over)
        if way not in self.found:
            before = self.before(timeline, count, grain)
            if count < 0 and self.full:
                before = self.up_to_known(before, over)
            self.found[way] = Timeline(
                item if isinstance(item, Reason) else covered_whole(self.model, item, over, self.coverage) or item
                for item in before.moments
            )
            if before in self.plain:
                periods, reach, inside = self.plain[before]
                pairs = zip(self.found[way].moments, periods.moments, strict=True)
                known = Timeline(item if isinstance(item, Reason) else period for item, period in pairs)
                self.plain[self.found[way]] = (known, reach, inside)
        return self.found[way]

    def before(self, timeline: Timeline, count: int, grain: str | None) -> Timeline:
        """The moments `count` periods of a grain before, covered or not."""
        way = (timeline, count, grain)
        if way not in self.shifted and timeline in self.plain:
            periods, reach, over = self.plain[timeline]
            self.shifted[way] = self.reach(self.before(periods, count, grain), reach, over)
        if way not in self.shifted:
            self.shifted[way] = Timeline(
                item
                if isinstance(item, Reason)
                else earlier(self.model, item, count, grain, full=self.full) or NOTHING_BEFORE
                for item in timeline.moments
            )
        return self.shifted[way]

    def up_to_known(self, timeline: Timeline, over: tuple[Read, ...]) -> Timeline:
        """The moments as far as sources cover them: what lies ahead of a whole period may not be over yet."""
        ends = [covers[1] for covers in (self.coverage[read] for read in over) if not isinstance(covers, Reason)]
        end = min(ends, default=EVERYTHING.end)
        return Timeline(
            item if isinstance(item, Reason) else replace(item, end=max(item.start, min(item.end, end)))
            for item in timeline.moments
        )

    def reach(self, timeline: Timeline, reach: Reach, over: tuple[Read, ...]) -> Timeline:
        """The same moments with the longer window of a value that reads `over`; reasons where there is none. What lies
        before them is the longer window of what lies before."""
        way = (timeline, reach.way, reach.count, reach.grain, over)
        if way not in self.reached:
            self.reached[way] = Timeline(
                item if isinstance(item, Reason) else longer(self.model, item, reach, over, self.coverage)
                for item in timeline.moments
            )
            self.plain[self.reached[way]] = (timeline, reach, over)
        return self.reached[way]

    def inside(self, timeline: Timeline, series: Series) -> Inside:
        """The periods that a series looks at in each moment."""
        key = (timeline, series)
        if key not in self.periods:
            over = reads(self.model, series)
            found = [
                item if isinstance(item, Reason) else periods_of(self.model, item, series, over, self.coverage)
                for item in timeline.moments
            ]
            flat = Timeline(moment for item in found if not isinstance(item, Reason) for moment in item)
            self.periods[key] = Inside(flat, tuple(item if isinstance(item, Reason) else len(item) for item in found))
        return self.periods[key]

    def behind(self, timeline: Timeline, look: Moved) -> Timeline:
        """The moments that a value under a `Shift` or `Reach` looks at, with reasons where it may not be computed."""
        if isinstance(look, Total):
            return timeline
        over = reads(self.model, look.value)
        if isinstance(look, Reach):
            return self.reach(timeline, look, over)
        return self.look(timeline, look.count, look.grain, over)


# Timeless sources tell their members whichever periods are known.
ALWAYS = Timeline([Moment(EVERYTHING, EVERYTHING.start, EVERYTHING.end)])
NOTHING_BEFORE = reasons.nothing_before()

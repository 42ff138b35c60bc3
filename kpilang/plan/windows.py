"""Longer windows: where `trailing`, `todate` and `cumulative` begin to look, and why they may not.

Written from docs/time.md.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from kpilang.model.expr import Reach
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.moments import Coverage, Moment, Read, too_fine
from kpilang.result import Reason


def longer(model: Model, moment: Moment, reach: Reach, over: tuple[Read, ...], coverage: Coverage) -> Moment | Reason:
    """The moment with the window of a `Reach`, or why the sources of its value (`over`) do not tell it."""
    if reach.way == "cumulative" and moment.period.grain == "all":
        return moment
    begin = first_covered(moment, over, coverage) if reach.way == "cumulative" else beginning(model, moment, reach)
    if isinstance(begin, Reason):
        return begin
    for read in over:
        covers = coverage[read]
        if isinstance(covers, Reason):
            return covers
        if covers[0] > begin:
            return reasons.not_covered(read.source, covers)
    return too_fine(model, (begin, moment.period.end), over) or replace(moment, begin=begin)


def first_covered(moment: Moment, over: tuple[Read, ...], coverage: Coverage) -> dt.date:
    """The first day that all sources cover; of timeless ones alone that of the period."""
    covered = [coverage[read] for read in over]
    starts = [covers[0] for covers in covered if not isinstance(covers, Reason)]
    return max(starts, default=moment.period.start)


def beginning(model: Model, moment: Moment, reach: Reach) -> dt.date | Reason:
    """Where a window of a stated length begins, or why it does not reach over the whole period."""
    period, grain = moment.period, reach.grain or ""
    if moment.start != period.start:
        return reasons.cut_at_start(moment.start)
    if reach.way == "todate":
        return model.calendar.opening(period, grain) or reasons.not_inside_one(grain)
    begin = model.calendar.begin(period, reach.count, grain)
    return (
        reasons.window_shorter(reach.count, grain)
        if begin is not None and begin > period.start
        else begin or dt.date.min
    )

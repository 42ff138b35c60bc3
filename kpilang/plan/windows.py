"""Longer windows: where `trailing`, `todate` and `cumulative` begin to look, and why they may not; periods inside them.

Written from docs/time.md.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from kpilang.model.calendar import EVERYTHING, Period
from kpilang.model.expr import Reach, Series
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.moments import Coverage, Moment, Read, aligned, too_fine
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


def periods_of(
    model: Model, moment: Moment, series: Series, over: tuple[Read, ...], coverage: Coverage
) -> tuple[Moment, ...] | Reason:
    """The periods that a series looks at in a moment, each whole; or why there are none."""
    if moment.period == EVERYTHING:
        return reasons.no_length()
    if series.function == "slope":
        found = periods_behind(model, moment, series, over, coverage)
    else:
        found = periods_within(model, moment, series.grain)
    if isinstance(found, Reason):
        return found
    fine = (too_fine(model, (period.start, period.end), over) for period in found)
    return next((reason for reason in fine if reason is not None), None) or tuple(
        Moment(period, period.start, period.end) for period in found
    )


def periods_within(model: Model, moment: Moment, grain: str) -> tuple[Period, ...] | Reason:
    """The periods of a grain that make up a window; in one that is not over those of them that are."""
    window = (moment.begin or moment.start, moment.period.end)
    if not aligned(model.calendar, window, grain):
        return reasons.not_made_of(grain)
    return tuple(period for period in model.calendar.touching(*window, grain) if period.end <= moment.end)


def periods_behind(
    model: Model, moment: Moment, series: Series, over: tuple[Read, ...], coverage: Coverage
) -> tuple[Period, ...] | Reason:
    """The periods like that of a moment that lie whole in a length of time that ends with it."""
    period = moment.period
    if moment.cut:
        return reasons.not_whole()
    reach = Reach(series.type, series.written, series.value, "trailing", series.count, series.grain)
    window = longer(model, replace(moment, begin=None), reach, over, coverage)
    if isinstance(window, Reason):
        return window
    begin = window.begin or period.start
    every = (period,) if period.grain == "all" else model.calendar.touching(begin, period.end, period.grain)
    return tuple(each for each in every if each.start >= begin)

"""Windows that are still open: something may yet follow the rows of a period that is over."""

from __future__ import annotations

import datetime as dt

from kpilang.model.expr import Expr, Followed
from kpilang.plan.compound import leaves
from kpilang.plan.moments import Moment, Read
from kpilang.plan.timeline import Past, Timeline
from kpilang.result import Reason


def still_open(past: Past, formula: Expr, timeline: Timeline) -> tuple[bool, ...]:
    """For each moment of a timeline, whether what may follow its rows is not all known yet."""
    found = [False] * len(timeline.moments)
    for looks, item in leaves(formula):
        if item.followed is not None:
            there = timeline
            for look in looks:
                there = past.behind(there, look)
            for number, moment in enumerate(there.moments):
                if isinstance(moment, Moment):
                    found[number] |= later(past, item.followed, moment)
    return tuple(found)


def later(past: Past, followed: Followed, moment: Moment) -> bool:
    """Whether the time in which something may follow goes on after what its source covers."""
    covers = past.coverage.get(Read(followed.source, "events"))
    if covers is None or isinstance(covers, Reason):
        return False
    calendar = past.model.calendar
    length = dt.timedelta(seconds=float(followed.within))
    return calendar.instant(covers[1]) - calendar.instant(moment.end) < length

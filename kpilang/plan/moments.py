"""Periods as formulas see them: which are asked for, what part of each is known, and which came before.

Written from docs/time.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpilang.model.calendar import EVERYTHING, Calendar, Period
from kpilang.model.expr import Aggregate, Expr, aggregates, with_sets
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.columns import basis, covering
from kpilang.plan.question import Question
from kpilang.result import Reason

ONE_DAY = dt.timedelta(days=1)

Stretch = tuple[dt.date, dt.date]
# What rows are looked at: events in a stretch of days, the state just before a day begins, or (None) every row.
Plain = Stretch | dt.date | None


@dataclass(frozen=True)
class Joint:
    """What an aggregate looks at whose rows are held against sets: its own window, and in the order of the sets theirs.
    `way` tells apart those who look in different ways where one statement answers them all."""

    own: Plain
    others: tuple[Plain, ...]
    way: object = None


Window = Plain | Joint


@dataclass(frozen=True)
class Moment:
    """A period, and the part of it that is known: days from `start` to `end` (exclusive).

    `elapsed` is set where the period is cut at its end only: so many days of it are known. `begin` is set where not the
    part is looked at but a longer window that begins there and ends with it.
    """

    period: Period
    start: dt.date
    end: dt.date
    elapsed: dt.timedelta | None = None
    begin: dt.date | None = None

    @property
    def cut(self) -> bool:
        """Whether the period is partial."""
        return (self.start, self.end) != (self.period.start, self.period.end)


@dataclass(frozen=True)
class Read:
    """One way in which a formula reads a source: by its events or by its states; timeless reads are left out."""

    source: str
    basis: str


# What each read covers: days from to (exclusive), or the reason why nothing is.
Coverage = Mapping[Read, Stretch | Reason]


def reads(model: Model, formula: Expr) -> tuple[Read, ...]:
    """The reads of a formula in the order written, each once; sources that cover all time bound nothing."""
    found = (Read(item.source, covering(model, item)) for item in with_sets(aggregates(formula)))
    return tuple(dict.fromkeys(read for read in found if not model.sources[read.source].timeless))


def aligned(calendar: Calendar, stretch: Stretch, each: str) -> bool:
    """Whether a stretch of days is made of whole periods of a grain."""
    first = calendar.containing(stretch[0], each)
    last = calendar.containing(reasons.last_day(stretch[1]), each)
    return (first.start, last.end) == stretch


def too_fine(model: Model, stretch: Stretch, over: Iterable[Read]) -> Reason | None:
    """The reason when a source with rows for whole periods is asked for a part of one."""
    for read in over:
        each = model.sources[read.source].each
        if each and not aligned(model.calendar, stretch, each):
            return reasons.too_fine(read.source, each)
    return None


def known(model: Model, period: Period, over: tuple[Read, ...], coverage: Coverage) -> Moment | Reason:
    """The part of a period that all sources of a formula cover, or why there is none."""
    start, end = period.start, period.end
    for read in over:
        covers = coverage[read]
        if isinstance(covers, Reason):
            return covers
        if covers[0] >= period.end or covers[1] <= period.start:
            return reasons.not_covered(read.source, covers)
        start, end = max(start, covers[0]), min(end, covers[1])
    if start >= end:
        return reasons.no_overlap([read.source for read in over])
    cut_at_end = start == period.start and end != period.end
    whole = (period.start, period.end)
    return too_fine(model, whole, over) or Moment(period, start, end, end - start if cut_at_end else None)


def earlier(model: Model, moment: Moment, count: int, grain: str | None, *, full: bool = False) -> Moment | None:
    """The moment `count` periods of a grain before, cut to the same number of days where this one is not over, unless all
    of it is asked for (`full`)."""
    period = moment.period
    if moment.start != period.start:
        return None
    before = model.calendar.shift(period, count, grain)
    if before is None:
        return None
    if full or moment.elapsed is None:
        return Moment(before, before.start, before.end)
    return Moment(before, before.start, min(before.end, before.start + moment.elapsed), moment.elapsed)


def covered_whole(model: Model, moment: Moment, over: tuple[Read, ...], coverage: Coverage) -> Reason | None:
    """Why an earlier moment may not be computed: some source does not cover it whole."""
    for read in over:
        covers = coverage[read]
        if isinstance(covers, Reason):
            return covers
        if covers[0] > min(moment.start, moment.begin or moment.start) or covers[1] < moment.end:
            return reasons.not_covered(read.source, covers)
    return too_fine(model, (moment.begin or moment.period.start, moment.period.end), over)


def shared(over: tuple[Read, ...], coverage: Coverage) -> tuple[dt.date, dt.date] | None:
    """From the latest first day to the earliest last day that sources cover; None where one has no rows."""
    stretches = [coverage[read] for read in over]
    present = [stretch for stretch in stretches if not isinstance(stretch, Reason)]
    if not present or len(present) < len(stretches):
        return None
    return max(start for start, _ in present), min(end for _, end in present)


def whole_range(question: Question, span: Stretch | None) -> tuple[Period, ...]:
    """The single period `all`: the periods named, else every day covered."""
    if question.periods is not None:
        return (Period("all", *question.periods, "all"),)
    if span is None or span[0] >= span[1]:
        return ()
    return (Period("all", *span, "all"),)


def periods(model: Model, question: Question, own: str, over: tuple[Read, ...], coverage: Coverage) -> list[Period]:
    """The periods in which a KPI is computed, over all grains asked for; `own` is its own grain.

    A KPI of timeless sources is the same in every period named, and computed once where none is.
    """
    found: list[Period] = []
    span = shared(over, coverage)
    for grain in question.grains or (own,):
        if not over and (question.periods is None or grain == "all"):
            return [EVERYTHING]
        found.extend(of_grain(model, question, grain, span))
    return found


def of_grain(model: Model, question: Question, grain: str, span: Stretch | None) -> tuple[Period, ...]:
    """The periods of one grain: those named, the last whole ones, or all that sources touch."""
    calendar = model.calendar
    if grain == "all":
        found = whole_range(question, span)
    elif question.periods is not None:
        found = calendar.touching(*question.periods, grain)
    elif span is None:
        found = ()
    else:
        found = touched(calendar, span, grain)
    if question.last is not None and grain != "all":
        now = question.as_of + ONE_DAY
        found = tuple(item for item in found if whole(item, span, now))[-question.last :]
    return found or (nothing_to_show(calendar, question, grain),)


def touched(calendar: Calendar, span: Stretch, grain: str) -> tuple[Period, ...]:
    """From the period of the latest first day to that of the earliest last day, where those follow each other."""
    first = calendar.containing(span[0], grain)
    last = calendar.containing(reasons.last_day(span[1]), grain)
    if first.start >= last.end:
        return ()
    return calendar.touching(first.start, last.end, grain)


def whole(period: Period, span: Stretch | None, now: dt.date) -> bool:
    """Whether a period is over and no coverage cuts it."""
    return span is not None and period.end <= now and span[0] <= period.start and period.end <= span[1]


def nothing_to_show(calendar: Calendar, question: Question, grain: str) -> Period:
    """The period that stands in where none qualifies, so that a KPI is never missing without a word."""
    if grain == "all":
        return Period("all", question.as_of, question.as_of + ONE_DAY, "all")
    return calendar.containing(question.as_of, grain)


@dataclass(frozen=True)
class Sight:
    """How an aggregate looks at a moment: by `basis`, at which of its ends a state is taken, and whether rows that stand
    for whole periods count whole."""

    basis: str
    at: str | None = None
    each: bool = False


def sight(model: Model, aggregate: Aggregate) -> Sight:
    """How an aggregate looks at moments."""
    kind = basis(model, aggregate)
    each = kind == "events" and model.sources[aggregate.source].each is not None
    return Sight(kind, aggregate.at if kind == "state" else None, each)


def seen(look: Sight, moment: Moment) -> tuple[Window, ...]:
    """The windows that are looked at in a moment; two for `at average`."""
    if look.basis == "timeless":
        return (None,)
    opening, closing = moment.begin or moment.period.start, moment.end
    if look.basis in ("events", "life"):
        return ((opening, moment.period.end) if look.each else (moment.begin or moment.start, closing),)
    return {"opening": (opening,), "closing": (closing,)}.get(look.at or "", (opening, closing))

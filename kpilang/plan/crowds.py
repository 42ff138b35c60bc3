"""Which members a breakdown shows for each KPI, and where its values stand with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kpilang.model.calendar import EVERYTHING
from kpilang.model.nouns import Model
from kpilang.plan.answers import Answers
from kpilang.plan.following import still_open
from kpilang.plan.grid import Grid
from kpilang.plan.layout import Layout
from kpilang.plan.moments import Moment, Sight, Window, sight
from kpilang.plan.places import Crowd, Member, Places, in_order
from kpilang.plan.question import Question
from kpilang.plan.timeline import ALWAYS, Past, Timeline
from kpilang.result import Block, Partial, Reason

Look = tuple[Grid | None, Sight, tuple[Timeline, ...]]


@dataclass(frozen=True)
class Frame:
    """The rows of KPIs that are alike: their blocks, and the moments to compute, which are those of the rows and after
    them others that `previous` looks at. `before` leads from each block to where the values before it begin."""

    blocks: tuple[Block, ...]
    timeline: Timeline
    places: Places
    before: tuple[int | None, ...]


class Frames:
    """Works out frames, each once for all KPIs that are alike."""

    def __init__(self, model: Model, question: Question, past: Past, answers: Answers) -> None:
        self.model, self.question, self.past, self.answers = model, question, past, answers
        self.everyone = Crowd([()])
        self.nobody = Crowd([(None,) * len(question.by)])
        self.crowds: dict[tuple[str, Timeline, tuple[Look, ...]], Crowd] = {}
        self.found: dict[tuple[Timeline, Timeline, tuple[Crowd, ...], tuple[bool, ...]], Frame] = {}

    def frame(self, layout: Layout) -> Frame:
        """Where the rows of a KPI stand."""
        by_grain = {grain: self.crowd(layout, grain) for grain in dict.fromkeys(item.grain for item in layout.periods)}
        crowds = tuple(by_grain[period.grain] for period in layout.periods)
        key = (
            layout.timeline,
            layout.before(self.past),
            crowds,
            still_open(self.past, layout.formula, layout.timeline),
        )
        if key not in self.found:
            self.found[key] = framed(layout, key[1], crowds, key[3])
        return self.found[key]

    def crowd(self, layout: Layout, grain: str) -> Crowd:
        """The members of a breakdown, or the one that stands for all; with bad data that hides even these, "none"."""
        if not self.question.by or layout.total:
            return self.everyone
        if not layout.tellers:
            return self.nobody
        looks = tuple(
            dict.fromkeys(
                (self.answers.telling(item), sight(self.model, item), timelines)
                for item, timelines in layout.telling(self.past)
            )
        )
        key = (grain, layout.timeline, looks)
        if key not in self.crowds:
            self.crowds[key] = Crowd(members(layout, grain, looks))
        found = self.crowds[key]
        return found if len(found) or not layout.blind else self.nobody


def members(layout: Layout, grain: str, looks: Iterable[Look]) -> Sequence[Member]:
    """The members seen in any of a KPI's periods of a grain, in order, "none" last."""
    found: list[Sequence[Member] | set[Member]] = []
    for grid, look, timelines in looks:
        if grid is not None:
            at = [
                item
                for timeline in timelines
                for number, item in enumerate(timeline.windows(look))
                if timeline is ALWAYS or layout.periods[number].grain == grain
            ]
            found.append(grid.seen(windows_of(at)))
    if len(found) == 1 and isinstance(found[0], list):
        return found[0]
    numeric = [grid.numeric for grid, *_ in looks if grid is not None]
    return in_order(set().union(*found), [all(each) for each in zip(*numeric, strict=True)])


def windows_of(items: Iterable[tuple[Window, ...] | Reason]) -> set[Window]:
    """The windows of several moments, each once."""
    return {window for item in items if isinstance(item, tuple) for window in item}


def framed(layout: Layout, before: Timeline, crowds: tuple[Crowd, ...], opens: tuple[bool, ...]) -> Frame:
    """The frame of a KPI: moments before that are no row's own moments are put behind."""
    moments, extended = list(layout.timeline.moments), list(crowds)
    known = {moment: number for number, moment in enumerate(moments) if isinstance(moment, Moment)}
    at: list[int | None] = []
    for moment, crowd in zip(before.moments, crowds, strict=True):
        if isinstance(moment, Moment) and moment not in known:
            known[moment] = len(moments)
            moments.append(moment)
            extended.append(crowd)
        at.append(known[moment] if isinstance(moment, Moment) else None)
    whole = len(moments) == len(crowds)
    places = Places(extended)
    firsts = tuple(None if number is None else places.firsts[number] for number in at)
    return Frame(blocks(layout, places, opens), layout.timeline if whole else Timeline(moments), places, firsts)


def blocks(layout: Layout, places: Places, opens: tuple[bool, ...]) -> tuple[Block, ...]:
    """What the rows of each period say before their values."""
    found = []
    for number, (period, moment) in enumerate(zip(layout.periods, layout.timeline.moments, strict=True)):
        named = period != EVERYTHING
        found.append(
            Block(
                period.text,
                period.grain,
                period.start if named else None,
                period.end if named else None,
                Partial(moment.start, moment.end) if isinstance(moment, Moment) and moment.cut else None,
                places.crowds[number].members,
                places.firsts[number],
                opens[number],
            )
        )
    return tuple(found)

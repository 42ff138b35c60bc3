"""What rows tell beyond their values: the parts they were made of, and what their readers should know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from kpilang.model.additive import adds_up
from kpilang.model.expr import Aggregate, Answer, Fold, Moved, Reach, Series, Total, answers
from kpilang.plan import reasons
from kpilang.plan.compound import leaves, parts_of
from kpilang.plan.crowds import Frame
from kpilang.plan.digits import rounded
from kpilang.plan.entities import counted
from kpilang.plan.formulas import Formulas
from kpilang.plan.layout import Layout
from kpilang.plan.moments import Joint, Moment, sight
from kpilang.plan.places import Member, Places
from kpilang.plan.timeline import Timeline
from kpilang.plan.vectors import Vector, over_values
from kpilang.result import Note, Part, Reason
from kpilang.text import Text

OLD_READING = dt.timedelta(days=1)


@dataclass(frozen=True)
class Look:
    """What a formula is computed from, what moves it to another window, the moments in which it is looked at there, and its
    values as they are shown."""

    around: tuple[Moved, ...]
    answer: Answer | Series
    timeline: Timeline
    values: Vector


class Nothing:
    """Rows without values tell no more than the reason."""

    def parts(self, block: int, place: int) -> tuple[Part, ...]:
        return ()

    def notes(self, block: int, place: int) -> tuple[Note, ...]:
        return ()


class Detailed:
    """The details of one KPI's rows, worked out when the first is asked for."""

    def __init__(self, formulas: Formulas, layout: Layout, frame: Frame) -> None:
        self.formulas, self.layout, self.frame = formulas, layout, frame
        self.model, self.answers = formulas.model, formulas.answers

    @cached_property
    def looks(self) -> list[Look]:
        """Everything that the formula is computed from with its values, in the order written."""
        size = len(self.layout.periods)
        places = Places(self.frame.places.crowds[:size])
        return [self.look(around, item, places) for around, item in parts_of(self.layout.formula)]

    def look(self, around: tuple[Moved, ...], item: Answer | Series, places: Places) -> Look:
        """An aggregate or fold with what moves it to another window."""
        timeline = self.under(around)
        vector = self.formulas.vector(item, timeline, places)
        return Look(around, item, timeline, over_values(lambda sound: as_shown(sound[0]), [vector]))

    def under(self, around: Iterable[Moved]) -> Timeline:
        """The moments in which a part of the formula is looked at."""
        timeline = self.layout.timeline
        for each in around:
            timeline = self.formulas.past.behind(timeline, each)
        return timeline

    def parts(self, block: int, place: int) -> tuple[Part, ...]:
        """The aggregates of the formula, each in the period it looks at."""
        if isinstance(self.layout.timeline.moments[block], Reason):
            return ()
        return tuple(self.part(look, block, place) for look in self.looks)

    def part(self, look: Look, block: int, place: int) -> Part:
        """One aggregate at one place."""
        value, moment, text = look.values.values[place], look.timeline.moments[block], look.answer.text
        if look.around and isinstance(moment, Moment):
            text = f"{text} [{seen_by(look.around, moment)}]"
        unit = look.answer.type.unit
        if isinstance(value, Reason):
            return Part(text, None, value, unit)
        return Part(text, value if isinstance(value, Decimal) else str(value), None, unit)

    # ---- notes

    @cached_property
    def telling(self) -> list[tuple[Aggregate, Timeline, dict[tuple[int, Member], int]]]:
        """The aggregates that there may be something to note about, in the period asked for or a longer window that ends
        with it, with the rows that an empty value decided."""
        looked = (
            (tuple(each for each in around if isinstance(each, Reach)), item)
            for around, item in leaves(self.layout.formula)
        )
        found = []
        for around, item in dict.fromkeys((around, counted(item)) for around, item in looked):
            grid = self.answers.grid(item)
            counts = grid.counted(item, "empty") if grid is not None else {}
            if counts or sight(self.model, item).basis == "state":
                found.append((item, self.under(around), counts))
        return found

    def notes(self, block: int, place: int) -> tuple[Note, ...]:
        """What the reader of a row should know, each once."""
        telling = self.telling or self.folds or self.series or self.apart or self.frame.blocks[block].open
        if not telling or isinstance(self.layout.timeline.moments[block], Reason):
            return ()
        rows = self.frame.blocks[block]
        told = self.told(block, rows.members[place - rows.first])
        return tuple(dict.fromkeys((*self.periods_left_out(place), *told)))

    @cached_property
    def series(self) -> list[Look]:
        """The series of the formula."""
        found = any(isinstance(part.answer, Series) for part in parts_of(self.layout.formula))
        return [look for look in self.looks if isinstance(look.answer, Series)] if found else []

    def periods_left_out(self, place: int) -> Iterator[Note]:
        """How many periods have no value, so that they are left out of a series."""
        for look in self.series:
            left = self.formulas.left_out.get((look.answer, look.timeline)) if isinstance(look.answer, Series) else None
            count = left[place] if left is not None else 0
            if count and not isinstance(look.values.values[place], Reason):
                text = PERIODS_LEFT_OUT.fill(count=count, text=look.answer.text)
                yield Note("left_out_groups", Decimal(count), text)

    @cached_property
    def folds(self) -> list[Fold]:
        """The folds of the formula that leave any group out."""
        folds = dict.fromkeys(item for item in answers(self.layout.formula) if isinstance(item, Fold))
        known = self.answers.folds
        return [fold for fold in folds if fold in known and known[fold].left_out(fold)]

    @cached_property
    def apart(self) -> bool:
        """Whether this is a total that the values of members need not add up to."""
        return self.layout.total and not adds_up(self.layout.formula)

    def told(self, block: int, member: Member) -> Iterator[Note]:
        """How old a reading is, for how many rows an empty value decided a filter, how many groups have no value; and
        whether a total is no sum."""
        if self.apart:
            yield NOT_A_SUM
        if self.frame.blocks[block].open:
            yield Note("window_open", None, OPEN)
        for fold in self.folds:
            left = self.answers.folds[fold].left_out_at(fold, self.layout.timeline, block, member)
            if left:
                yield Note("left_out_groups", Decimal(left), LEFT_OUT.fill(count=left, text=fold.text))
        for item, timeline, counts in self.telling:
            grid = self.answers.grid(item)
            windows = self.answers.glances.windows(timeline, item)[block]
            for window in windows if isinstance(windows, tuple) else ():
                own = window.own if isinstance(window, Joint) else window
                if isinstance(own, dt.date) and (note := self.reading_age(item, own)):
                    yield note
                count = counts.get((grid.numbers.get(window, -1), grid.own(member))) if grid is not None else None
                if count:
                    yield Note("empty-compared", Decimal(count), EMPTY.fill(count=count, text=item.text))

    def reading_age(self, item: Aggregate, day: dt.date) -> Note | None:
        """A note when the reading that a state rests on is more than a day old."""
        reading = self.answers.readings.get((item.source, day))
        if reading is None:
            return None
        calendar = self.model.calendar
        read_at = reading if isinstance(reading, dt.datetime) else calendar.instant(reading)
        age = calendar.instant(day) - read_at
        if age <= OLD_READING:
            return None
        text = AGE.fill(source=item.source, days=age.days, day=reasons.last_day(day))
        return Note("reading-age", Decimal(age.days), text)


def as_shown(vector: Vector) -> Vector:
    """Values of an aggregate as a part shows them."""
    if all(isinstance(value, Decimal) for value in vector.values):
        return Vector(rounded(vector))
    return vector


def seen_by(around: tuple[Moved, ...], moment: Moment) -> str:
    """What is looked at: a period by its name, a longer window by its days; and of which members together."""
    told = [" ".join(("total", *(path.text for path in each.columns))) for each in around if isinstance(each, Total)]
    if moment.begin is not None:
        told.append(f"{moment.begin} .. {reasons.last_day(moment.end)}")
    elif len(told) < len(around):
        told.append(moment.period.text)
    return ", ".join(told)


NOT_A_SUM = Note(
    "not_a_sum",
    None,
    Text(
        "computed from all rows; the values of its parts need not add up to it",
        "由全部行计算得出，各组成部分之和未必等于它",
    ),
)
PERIODS_LEFT_OUT = Text(
    "periods of `{text}` without a value, left out: {count}", "`{text}` 有 {count} 个期间没有值，已略去"
)
OPEN = Text(
    "the time in which something may follow is not over: the value may still grow",
    "可能有后续发生的时间还没有结束，数值仍可能增加",
)
EMPTY = Text(
    "rows of `{text}` whose filter was decided by an empty value: {count}",
    "`{text}` 有 {count} 行的筛选结果由空值决定",
)
LEFT_OUT = Text(
    "groups without a value, left out of `{text}`: {count}",
    "`{text}` 有 {count} 组没有数值，已略去",
)
AGE = Text(
    "the reading of `{source}` for {day} is {days} d old",
    "`{source}` 在 {day} 的读数已有 {days} 天",
)

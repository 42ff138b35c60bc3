"""Rows of a result: each value in its unit, with its previous one, its parts and its notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from kpilang.model.calendar import EVERYTHING, Period
from kpilang.model.expr import Aggregate, Expr, Shift, Use
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.answers import Member
from kpilang.plan.arithmetic import CONTEXT, Value, published, scaled
from kpilang.plan.columns import basis
from kpilang.plan.formulas import Compute, Formulas
from kpilang.plan.layout import Layout
from kpilang.plan.moments import Moment, earlier, of_aggregate
from kpilang.plan.question import Question
from kpilang.result import Note, Part, Partial, Reason, Row
from kpilang.text import Text

MOST_EXPONENT = 308
OLD_READING = dt.timedelta(days=1)


class Publisher:
    """Turns layouts into rows."""

    def __init__(self, model: Model, question: Question, formulas: Formulas) -> None:
        self.model, self.question, self.formulas = model, question, formulas

    def rows(self, layout: Layout) -> Iterator[Row]:
        """Every row of a KPI: period by period, member by member."""
        compute = self.formulas.ready(layout.formula)
        factor = self.factor(layout)
        parts = [(shifts, item, self.formulas.ready(item)) for shifts, item in looked_at(layout.formula)]
        telling = tuple(dict.fromkeys(item for _, item, _ in parts if self.telling(item)))
        grains = dict.fromkeys(period.grain for period, _ in layout.moments)
        members = {grain: self.members(layout, grain) for grain in grains}
        for period, known in layout.moments:
            moment = layout.fault or known
            for member in members[period.grain]:
                yield self.row(layout, period, moment, member, compute, factor, parts, telling)

    def members(self, layout: Layout, grain: str) -> list[Member]:
        """The members of a breakdown, or the one that stands for all; with bad data that hides even these, "none"."""
        if not self.question.by:
            return [()]
        found = layout.members(self.model, self.formulas.answers, grain)
        nobody: Member = (None,) * len(self.question.by)
        return found or ([nobody] if layout.fault else [])

    def factor(self, layout: Layout) -> Fraction:
        """What turns a value in the inferred unit into one in the KPI's unit."""
        inferred, unit = layout.formula.type.unit, layout.kpi.unit
        return inferred.scale / unit.scale if inferred is not None and unit is not None else Fraction(1)

    def row(
        self,
        layout: Layout,
        period: Period,
        moment: Moment | Reason,
        member: Member,
        compute: Compute,
        factor: Fraction,
        parts: list[tuple[tuple[Shift, ...], Aggregate, Compute]],
        telling: tuple[Aggregate, ...],
    ) -> Row:
        value: Decimal | Reason = moment if isinstance(moment, Reason) else self.number(compute, moment, member, factor)
        known = isinstance(moment, Moment)
        previous = self.previous(layout, moment, member, compute, factor) if isinstance(moment, Moment) else None
        present = isinstance(value, Decimal)
        everything = period == EVERYTHING
        return Row(
            kpi=layout.kpi.name,
            period=period.text,
            grain=period.grain,
            start=None if everything else period.start,
            end=None if everything else period.end,
            by=tuple(zip((path.text for path in self.question.by), member, strict=True)),
            value=value if isinstance(value, Decimal) else None,
            reason=value if isinstance(value, Reason) else None,
            unit=layout.kpi.unit,
            previous=previous,
            change=self.change(value, previous) if present else None,
            partial=Partial(moment.start, moment.end) if isinstance(moment, Moment) and moment.cut else None,
            parts=tuple(self.part(*item, moment, member) for item in parts) if known else (),
            notes=tuple(dict.fromkeys(self.notes(telling, moment, member))) if isinstance(moment, Moment) else (),
        )

    def number(self, compute: Compute, moment: Moment, member: Member, factor: Fraction) -> Decimal | Reason:
        """A value in the unit of the KPI, exact or with 12 significant digits."""
        CONTEXT.clear_flags()
        value = compute(moment, member)
        if isinstance(value, Reason):
            return value
        assert isinstance(value, Decimal), f"a KPI is a number, not {value!r}"
        value = scaled(value, factor)
        return published(value) if abs(value.adjusted()) <= MOST_EXPONENT else reasons.too_large()

    def previous(
        self, layout: Layout, moment: Moment, member: Member, compute: Compute, factor: Fraction
    ) -> Decimal | None:
        before = layout.before(moment, self.formulas.past)
        value = self.number(compute, before, member, factor) if before is not None else None
        return value if isinstance(value, Decimal) else None

    def change(self, value: Decimal | Reason, previous: Decimal | None) -> Decimal | None:
        if not isinstance(value, Decimal) or previous is None:
            return None
        return CONTEXT.subtract(value, previous).normalize(CONTEXT) + 0

    def part(
        self, shifts: tuple[Shift, ...], item: Aggregate, compute: Compute, moment: Moment | Reason, member: Member
    ) -> Part:
        """One aggregate of the formula, in the period it looks at."""
        text = item.text
        value: Value = reasons.nothing_before()
        found = moment if isinstance(moment, Moment) else None
        for shift in shifts:
            found = earlier(self.model, found, shift.count, shift.grain) if found else None
        if found is not None:
            CONTEXT.clear_flags()
            value = compute(found, member)
            text = f"{text} [{found.period.text}]" if shifts else text
        if isinstance(value, Reason):
            return Part(text, None, value, item.type.unit)
        shown = published(value) if isinstance(value, Decimal) else str(value)
        return Part(text, shown, None, item.type.unit)

    def telling(self, item: Aggregate) -> bool:
        """Whether there may be something to note about an aggregate."""
        return bool(self.formulas.answers.empty.get(item)) or basis(self.model, item) == "state"

    def notes(self, telling: tuple[Aggregate, ...], moment: Moment, member: Member) -> Iterator[Note]:
        """What the reader should know: how old a reading is, for how many rows an empty value decided a filter."""
        for item in telling:
            for window in of_aggregate(self.model, item, moment):
                if isinstance(window, dt.date) and (note := self.reading_age(item, window)):
                    yield note
                count = self.formulas.answers.empty.get(item, {}).get(window, {}).get(member)
                if count:
                    yield Note("empty-compared", Decimal(count), EMPTY.fill(count=count, text=item.text))

    def reading_age(self, item: Aggregate, day: dt.date) -> Note | None:
        """A note when the reading that a state rests on is more than a day old."""
        reading = self.formulas.answers.readings.get((item.source, day))
        if reading is None or basis(self.model, item) != "state":
            return None
        calendar = self.model.calendar
        read_at = reading if isinstance(reading, dt.datetime) else calendar.instant(reading)
        age = calendar.instant(day) - read_at
        if age <= OLD_READING:
            return None
        text = AGE.fill(source=item.source, days=age.days, day=reasons.last_day(day))
        return Note("reading-age", Decimal(age.days), text)


def looked_at(expr: Expr, shifts: tuple[Shift, ...] = ()) -> list[tuple[tuple[Shift, ...], Aggregate]]:
    """The aggregates of a formula, each with the shifts it stands under, outermost first."""
    if isinstance(expr, Aggregate):
        return [(shifts, expr)]
    inner = (*shifts, expr) if isinstance(expr, Shift) else shifts
    return list(dict.fromkeys(found for child in expr.children for found in looked_at(child, inner)))


EMPTY = Text(
    "rows of `{text}` whose filter was decided by an empty value: {count}",
    "`{text}` 有 {count} 行的筛选结果由空值决定",
)
AGE = Text(
    "the reading of `{source}` for {day} is {days} d old",
    "`{source}` 在 {day} 的读数已有 {days} 天",
)

__all__ = ["Publisher", "Use"]

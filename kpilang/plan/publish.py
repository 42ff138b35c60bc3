"""Rows of a result: each value in its unit, with its previous one, its parts and its notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from kpilang.model.calendar import EVERYTHING, Period
from kpilang.model.expr import Aggregate, Expr, Shift
from kpilang.model.nouns import Model
from kpilang.plan import reasons
from kpilang.plan.answers import Member
from kpilang.plan.arithmetic import CONTEXT, published, scaled
from kpilang.plan.columns import basis
from kpilang.plan.formulas import Compute, Formulas
from kpilang.plan.layout import Layout
from kpilang.plan.moments import Moment, earlier, of_aggregate
from kpilang.plan.question import Question
from kpilang.result import Note, Part, Partial, Reason, Row
from kpilang.text import Text

MOST_EXPONENT = 308
OLD_READING = dt.timedelta(days=1)


@dataclass(frozen=True)
class Sheet:
    """What the rows of one KPI share: its formula ready to run, the factor to its unit, its aggregates with the shifts
    they stand under, and those of them that there may be something to note about."""

    layout: Layout
    compute: Compute
    factor: Fraction
    parts: tuple[tuple[tuple[Shift, ...], Aggregate, Compute], ...]
    telling: tuple[Aggregate, ...]


class Publisher:
    """Turns layouts into rows."""

    def __init__(self, model: Model, question: Question, formulas: Formulas) -> None:
        self.model, self.question, self.formulas = model, question, formulas
        self.columns = tuple(path.text for path in question.by)

    def rows(self, layout: Layout) -> Iterator[Row]:
        """Every row of a KPI: period by period, member by member."""
        sheet = self.sheet(layout)
        grains = dict.fromkeys(period.grain for period, _ in layout.moments)
        members = {grain: self.members(layout, grain) for grain in grains}
        for period, known in layout.moments:
            for member in members[period.grain]:
                if layout.fault is None and isinstance(known, Moment):
                    yield self.computed(sheet, known, member)
                else:
                    yield Row(
                        **self.head(layout, period, member), value=None, reason=layout.fault or cast("Reason", known)
                    )

    def sheet(self, layout: Layout) -> Sheet:
        """What the rows of a KPI share."""
        parts = tuple((shifts, item, self.formulas.ready(item)) for shifts, item in looked_at(layout.formula))
        telling = tuple(dict.fromkeys(item for _, item, _ in parts if self.telling(item)))
        return Sheet(layout, self.formulas.ready(layout.formula), factor_of(layout), parts, telling)

    def members(self, layout: Layout, grain: str) -> list[Member]:
        """The members of a breakdown, or the one that stands for all; with bad data that hides even these, "none"."""
        if not self.question.by:
            return [()]
        found = layout.members(self.model, self.formulas.answers, grain)
        nobody: Member = (None,) * len(self.question.by)
        return found or ([nobody] if layout.fault else [])

    def head(self, layout: Layout, period: Period, member: Member) -> dict[str, Any]:
        """What a row says before its value."""
        everything = period == EVERYTHING
        return {
            "kpi": layout.kpi.name,
            "period": period.text,
            "grain": period.grain,
            "start": None if everything else period.start,
            "end": None if everything else period.end,
            "by": tuple(zip(self.columns, member, strict=True)),
            "unit": layout.kpi.unit,
        }

    def computed(self, sheet: Sheet, moment: Moment, member: Member) -> Row:
        """A row of a period of which some part is known."""
        value = self.number(sheet, moment, member)
        before = sheet.layout.before(moment, self.formulas.past)
        earlier_value = self.number(sheet, before, member) if before is not None else None
        previous = earlier_value if isinstance(earlier_value, Decimal) else None
        return Row(
            **self.head(sheet.layout, moment.period, member),
            value=value if isinstance(value, Decimal) else None,
            reason=value if isinstance(value, Reason) else None,
            previous=previous,
            change=difference(value, previous),
            partial=Partial(moment.start, moment.end) if moment.cut else None,
            parts=tuple(self.part(*item, moment, member) for item in sheet.parts),
            notes=tuple(dict.fromkeys(self.notes(sheet.telling, moment, member))) if sheet.telling else (),
        )

    def number(self, sheet: Sheet, moment: Moment, member: Member) -> Decimal | Reason:
        """A value in the unit of the KPI, exact or with 12 significant digits."""
        CONTEXT.clear_flags()
        value = sheet.compute(moment, member)
        if isinstance(value, Reason):
            return value
        assert isinstance(value, Decimal), f"a KPI is a number, not {value!r}"
        value = scaled(value, sheet.factor)
        return published(value) if abs(value.adjusted()) <= MOST_EXPONENT else reasons.too_large()

    def part(
        self, shifts: tuple[Shift, ...], item: Aggregate, compute: Compute, moment: Moment, member: Member
    ) -> Part:
        """One aggregate of the formula, in the period it looks at."""
        found: Moment | None = moment
        for shift in shifts:
            found = earlier(self.model, found, shift.count, shift.grain) if found else None
        if found is None:
            return Part(item.text, None, reasons.nothing_before(), item.type.unit)
        CONTEXT.clear_flags()
        value = compute(found, member)
        text = f"{item.text} [{found.period.text}]" if shifts else item.text
        if isinstance(value, Reason):
            return Part(text, None, value, item.type.unit)
        return Part(text, published(value) if isinstance(value, Decimal) else str(value), None, item.type.unit)

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


def factor_of(layout: Layout) -> Fraction:
    """What turns a value in the inferred unit into one in the KPI's unit."""
    inferred, unit = layout.formula.type.unit, layout.kpi.unit
    return inferred.scale / unit.scale if inferred is not None and unit is not None else Fraction(1)


def difference(value: Decimal | Reason, previous: Decimal | None) -> Decimal | None:
    """A value less the one before, where both are there."""
    if not isinstance(value, Decimal) or previous is None:
        return None
    return CONTEXT.subtract(value, previous).normalize(CONTEXT) + 0


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

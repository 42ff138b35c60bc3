"""What data say of the KPIs and sources of a project: made once a run, where data are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from functools import cached_property

from kpilang.diagnostics import Diagnostic
from kpilang.model.calendar import Calendar, at_least
from kpilang.model.expr import Answer, Expr, Literal, Moved, Operation, Series, Use
from kpilang.model.nouns import Kpi
from kpilang.model.types import Unit
from kpilang.record import record
from kpilang.result import EXACT, Row, SourceReport, Why
from kpilang.text import Text

Show = Callable[[Decimal, Unit | None, str], str]
"""How a value in its unit is written in a language."""
IDLE = 3
"""In how many of the last periods there is no value where a KPI has no data any more."""
ONE_DAY, TWO_WEEKS = dt.timedelta(days=1), dt.timedelta(days=14)


@record
class Course:
    """One KPI through time: `rows` are those of its own periods, oldest first, with none left out between the first and the
    last; those that coverage or `now` (the first day that is not known) cut are among them."""

    kpi: Kpi
    rows: tuple[Row, ...]
    now: dt.date
    show: Show = field(repr=False)

    @cached_property
    def whole(self) -> tuple[Row, ...]:
        """The rows of whole periods that are over."""
        return tuple(
            row
            for row in self.rows
            if row.partial is None and not row.open and (row.end is None or row.end <= self.now)
        )

    @cached_property
    def valued(self) -> tuple[Row, ...]:
        """Those of them that have a value."""
        return tuple(row for row in self.whole if row.value is not None)

    @property
    def spoiled(self) -> bool:
        """Whether the data of the KPI are bad, so that no row has a value."""
        return any(row.reason is not None and row.reason.why is Why.BAD_DATA for row in self.rows[-1:])

    @cached_property
    def periodic(self) -> bool:
        """Whether the KPI has periods, one after another."""
        return self.kpi.period not in (None, "all")

    @property
    def daily(self) -> bool:
        """Whether its periods are shorter than a week, so that weekends and holidays may well be empty."""
        return self.periodic and not at_least(str(self.kpi.period), "week")

    def said(self, value: Decimal) -> Text:
        """A value of the KPI in its unit."""
        return Text(self.show(value, self.kpi.unit, "en"), self.show(value, self.kpi.unit, "zh"))

    @cached_property
    def _places(self) -> Mapping[tuple[tuple[Moved, ...], Answer | Series], int]:
        from kpilang.plan.compound import parts_of

        return {key: place for place, key in enumerate(parts_of(self.kpi.formula))} if self.kpi.formula else {}

    @property
    def answers(self) -> tuple[Answer | Series, ...]:
        """What the parts of a row are the values of, in the same order."""
        return tuple(answer for _, answer in self._places)

    def part(self, row: Row, value: Expr) -> Decimal | None:
        """What a part of the formula was in a period: an aggregate, or a sum or difference of such; None where that has
        no value, or is made in another way."""
        if isinstance(value, Use):
            return self.part(row, value.value)
        if isinstance(value, Literal):
            return value.value if isinstance(value.value, Decimal) else None
        if isinstance(value, Operation) and value.name in _EXACTLY:
            parts = [self.part(row, each) for each in value.arguments]
            known = [part for part in parts if part is not None]
            return _EXACTLY[value.name](*known) if len(known) == len(parts) else None
        place = self._places.get(((), value)) if isinstance(value, Answer) else None
        parts_of_row = row.parts if place is not None else ()
        found = parts_of_row[place].value if place is not None and place < len(parts_of_row) else None
        return found if isinstance(found, Decimal) else None


_EXACTLY: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "add": EXACT.add,
    "subtract": EXACT.subtract,
    "convert": EXACT.multiply,
}


@record
class History:
    """What was found in data, as of a day: a course for each KPI that could be computed, by name; a report on each source,
    `flaws` of its keys and `cells` that do not fit; `covers` are the days that each source is known to cover (the end
    not included), as far as KPIs were computed from it; those of `planned` ones may lie in the future."""

    as_of: dt.date
    calendar: Calendar
    courses: Mapping[str, Course]
    reports: Mapping[str, SourceReport] = field(default_factory=dict)
    flaws: Mapping[str, Sequence[Text]] = field(default_factory=dict)
    cells: Mapping[str, Sequence[Diagnostic]] = field(default_factory=dict)
    covers: Mapping[str, tuple[dt.date, dt.date]] = field(default_factory=dict)
    planned: frozenset[str] = frozenset()

    @property
    def now(self) -> dt.date:
        """The first day that is not known."""
        return self.as_of + ONE_DAY

    @cached_property
    def known(self) -> frozenset[str]:
        """The KPIs that have a value in some whole period."""
        return frozenset(name for name, course in self.courses.items() if course.valued)

    def idle(self, course: Course, periods: int) -> bool:
        """Whether a KPI has had no value in so many periods that are over, nor since, nor in the last two weeks."""
        first = self.calendar.containing(self.now, str(course.kpi.period))
        for _ in range(periods):
            first = self.calendar.shift(first, 1) or first
        border = min(first.start, self.now - TWO_WEEKS)
        return not any(row.value is not None and row.end is not None and row.end > border for row in course.rows)


def days(rows: Sequence[Row]) -> int:
    """How many days periods reach over, from the first to the last; 0 where they have no days."""
    first, last = (rows[0].start, rows[-1].end) if rows else (None, None)
    return (last - first).days if first is not None and last is not None else 0


def named(rows: Sequence[Row], most: int = 3) -> Text:
    """The names of periods, the first few of them: `2026-01, 2026-02 and 4 more`."""
    names, more = [row.period for row in rows[:most]], len(rows) - most
    if more <= 0:
        return Text(", ".join(names), "、".join(names))
    return Text(f"{', '.join(names)} and {more} more", f"{'、'.join(names)} 等 {len(rows)} 期")

"""Targets, KPIs and rows made by hand, judged one at a time."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kpilang.model.calendar import Calendar
from kpilang.model.nouns import Kpi, Model, Target
from kpilang.result import Partial, Reason, Result, Why
from kpilang.syntax import tree
from kpilang.text import Source, Span, Text
from tests.lines import Line, sheets

TEXT = Source("a.kpi", "\n".join(f"line {number}" for number in range(40)))


def _number(value):
    return None if value is None else Decimal(value)


class Bench:
    """What the tests build with; numbers are given as texts, periods by their names."""

    def __init__(self, calendar=None):
        self.calendar = calendar or Calendar()

    def span(self, line=1):
        return Span(TEXT, TEXT.line_starts[line - 1], TEXT.line_starts[line - 1] + 4)

    def target(
        self, comparator=None, value=None, *, band=(None, None), words=None, span=None, due=None, start=None, line=1
    ):
        """A line: `span` as "A .. B", `start` as a pair of value and period."""
        days = None
        if span is not None:
            first, _, last = span.partition(" .. ")
            days = (self.calendar.parse(first).start, self.calendar.parse(last or first).end)
        return Target(
            tree.Field(*self.span(line).at, "target", None),
            comparator,
            _number(value),
            _number(band[0]),
            _number(band[1]),
            words,
            days,
            self.calendar.parse(due) if due else None,
            _number(start[0]) if start else None,
            self.calendar.parse(start[1]) if start else None,
        )

    def kpi(self, *targets, accepts=(), direction=None, period="month", keeps=False, name="x"):
        declaration = tree.Declaration(*self.span().at, "kpi", tree.Name(*self.span().at, name), None, ())
        return Kpi(
            name,
            None,
            declaration,
            direction=direction,
            period=period,
            targets=targets,
            accepts=tuple(accepts),
            keeps_target=keeps,
        )

    def row(self, value, period="2026-01", *, by=(), partial=False, name="x", days=None):
        found = self.calendar.parse(period)
        start, end = days if days is not None else (found.start, found.end)
        reason = Reason(Why.NO_DATA, Text("no rows", "没有行")) if value is None else None
        cut = Partial(start, end - dt.timedelta(days=1)) if partial else None
        return Line(name, period, found.grain, start, end, by, _number(value), reason, None, partial=cut)

    def model(self, *kpis):
        return Model(self.calendar, {}, {}, {}, {kpi.name: kpi for kpi in kpis}, (), ())

    def judge(self, kpi, *rows):
        return self.judge_all([kpi], rows)

    def judge_all(self, kpis, rows):
        from kpilang.judge import judge

        return judge(self.model(*kpis), Result(dt.date(2026, 12, 31), (), sheets(rows)))

    def one(self, kpi, value, period="2026-01", **more):
        """The only row, judged."""
        return self.judge(kpi, self.row(value, period, **more)).rows[0]


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def april():
    return Bench(Calendar(year_starts=4))

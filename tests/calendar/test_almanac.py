"""The calendar finds the periods, names, neighbours and instants that are found by counting out days one by one."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from kpilang.model.calendar import GRAINS, Calendar
from kpilang.model.retail import PATTERNS, Retail
from tests.reference.almanac import almanac

ZONES = ("UTC", "America/New_York", "America/Sao_Paulo", "Asia/Shanghai", "Europe/Berlin")
retails = st.builds(
    Retail,
    st.sampled_from(tuple(PATTERNS.values())),
    st.integers(0, 6),
    st.integers(1, 12),
    st.sampled_from((None, 1, 4, 15, 28)),
)
weekly = retails.map(lambda retail: Calendar(week_starts=(retail.weekday + 1) % 7, retail=retail))
calendars = weekly | st.builds(
    Calendar, st.sampled_from((1, 2, 4, 10)), st.sampled_from((0, 5, 6)), st.sampled_from(ZONES)
)
SEVERAL = {0: "2 weeks from 2026-01-05", 6: "3 weeks from 2026-01-04", 5: "5 weeks from 2026-01-03"}
days = st.dates(dt.date(2008, 1, 1), dt.date(2030, 12, 31))
spans = st.integers(-400, 400).map(dt.timedelta)
grains = st.sampled_from(GRAINS)
quiet = settings(max_examples=200, deadline=None)


@quiet
@given(calendars, days, grains)
def test_a_day_lies_in_the_period_counted_out(calendar, day, grain):
    assert calendar.containing(day, grain) == almanac(calendar).containing(day, grain)


@quiet
@given(calendars, days, grains, st.none() | grains, st.integers(0, 5))
def test_an_earlier_period_is_the_one_counted_out(calendar, day, grain, by, count):
    period = calendar.containing(day, grain)
    assert calendar.shift(period, count, by) == almanac(calendar).shift(period, count, by)


@quiet
@given(calendars, days, spans, st.sampled_from(GRAINS[:-1]))
def test_periods_between_two_days_are_those_counted_out(calendar, day, span, grain):
    assert calendar.between(day, day + span, grain) == almanac(calendar).between(day, day + span, grain)
    assert calendar.touching(day, day + span, grain) == almanac(calendar).touching(day, day + span, grain)


@quiet
@given(calendars, st.datetimes(dt.datetime(2008, 1, 1), dt.datetime(2030, 12, 31)))
def test_days_begin_and_clocks_are_read_as_the_zone_says(calendar, time):
    counted = almanac(calendar)
    assert calendar.instant(time.date()) == counted.instant(time.date())
    assert calendar.day_of(time) == counted.day_of(time)
    assert calendar.to_instant(time) == counted.to_instant(time)


@quiet
@given(st.sampled_from(tuple(SEVERAL)), days, st.none() | st.sampled_from(("week", "month", "year")), st.integers(0, 9))
def test_periods_of_several_weeks_are_those_counted_out(start, day, by, count):
    calendar, grain = Calendar(week_starts=start), SEVERAL[start]
    period = almanac(calendar).containing(day, grain)
    assert calendar.containing(day, grain) == period
    assert calendar.shift(period, count, by) == almanac(calendar).shift(period, count, by)

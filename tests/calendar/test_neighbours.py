"""The period before, and the one of the same name a year before."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpilang.model.calendar import GRAINS, Calendar, at_least

MONDAY, APRIL, SUNDAY = Calendar(), Calendar(year_starts=4), Calendar(week_starts=6)

calendars = st.builds(Calendar, year_starts=st.integers(1, 12), week_starts=st.integers(0, 6))
days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
bounded = st.sampled_from(GRAINS[:-1])


@pytest.mark.parametrize(
    ("calendar", "text", "count", "grain", "earlier"),
    [
        (MONDAY, "2026-03", 1, None, "2026-02"),
        (MONDAY, "2026-01", 1, None, "2025-12"),
        (MONDAY, "2026-03", 1, "year", "2025-03"),
        (MONDAY, "2026-03", 2, "quarter", "2025-09"),
        (MONDAY, "2026-03", 1, "half", "2025-09"),
        (MONDAY, "2026-03", 1, "fiscal year", "2025-03"),
        (MONDAY, "2026-03", -1, None, "2026-04"),
        (MONDAY, "2026-03", 0, None, "2026-03"),
        (MONDAY, "2026-Q1", 1, None, "2025-Q4"),
        (MONDAY, "2026-Q1", 3, "year", "2023-Q1"),
        (MONDAY, "2026-H1", 1, None, "2025-H2"),
        (MONDAY, "2026", 1, None, "2025"),
        (MONDAY, "2026", 1, "fiscal year", "2025"),
        (MONDAY, "2026-W09", 1, None, "2026-W08"),
        (MONDAY, "2026-W01", 1, None, "2025-W52"),
        (MONDAY, "2021-W01", 1, None, "2020-W53"),
        (MONDAY, "2026-W09", 1, "year", "2025-W09"),
        (MONDAY, "2026-W53", 6, "year", "2020-W53"),
        (SUNDAY, "2026-W01", 1, None, "2025-W53"),
        (MONDAY, "2026-03-01", 1, None, "2026-02-28"),
        (MONDAY, "2026-03-10", 1, "week", "2026-03-03"),
        (MONDAY, "2026-03-28", 1, "month", "2026-02-28"),
        (MONDAY, "2026-03-31", 1, "quarter", "2025-12-31"),
        (MONDAY, "2024-02-29", 4, "year", "2020-02-29"),
        (APRIL, "FY2026-Q1", 1, None, "FY2025-Q4"),
        (APRIL, "FY2026-Q1", 1, "year", "FY2025-Q1"),
        (APRIL, "FY2026-Q1", 1, "fiscal year", "FY2025-Q1"),
        (APRIL, "FY2026", 1, None, "FY2025"),
        (APRIL, "2026-02", 1, "fiscal quarter", "2025-11"),
    ],
)
def test_the_partner_of_a_period(calendar, text, count, grain, earlier):
    period = calendar.parse(text)
    assert calendar.shift(period, count, grain) == calendar.parse(earlier)
    assert calendar.parse(earlier) is not None


@pytest.mark.parametrize(
    ("text", "count", "grain"),
    [
        ("2024-02-29", 1, "year"),
        ("2026-W53", 1, "year"),
        ("2020-W53", 1, "fiscal year"),
        ("2026-03-31", 1, "month"),
        ("2026-03-29", 1, "month"),
        ("2026-12-31", 1, "quarter"),  # there is no 31 September
        ("2026", 1, "month"),
        ("2026-Q1", 1, "month"),
        ("2026-01", 1, "week"),
        ("2026-W09", 1, "day"),
        ("2026-W09", 1, "month"),
        ("2026-W09", 1, "quarter"),
        ("2026-W09", 1, "half"),
        ("2026-01", 1, "all"),
        ("all", 1, None),
        ("all", 1, "year"),
        ("0001", 1, None),
        ("0001-01-01", 1, None),
        ("0001-W01", 1, None),
        ("0001-W05", 1, "year"),
        ("2026-03", 3000, "year"),
        ("2026-03-01", 1000000, None),
        ("9999-11", -1, None),
    ],
)
def test_a_period_without_partner(text, count, grain):
    assert MONDAY.shift(MONDAY.parse(text), count, grain) is None


@given(calendars, days, bounded, st.integers(-30, 30), st.sampled_from(GRAINS))
def test_there_and_back_again(calendar, day, grain, count, by):
    period = calendar.containing(day, grain)
    earlier = calendar.shift(period, count, by)
    assume(earlier is not None)
    assert earlier.grain == grain
    assert calendar.shift(earlier, -count, by) == period


@given(calendars, days, bounded, st.integers(1, 30))
def test_by_its_own_grain_every_step_is_the_neighbour(calendar, day, grain, count):
    period = calendar.containing(day, grain)
    one_by_one = period
    for _ in range(count):
        before = calendar.containing(one_by_one.start - dt.timedelta(days=1), grain)
        assert calendar.shift(one_by_one, 1) == before
        one_by_one = before
    assert calendar.shift(period, count) == one_by_one


@given(calendars, days, bounded, st.sampled_from(GRAINS))
def test_a_step_shorter_than_the_period_has_no_partner(calendar, day, grain, by):
    assume(not at_least(by, grain))
    assert calendar.shift(calendar.containing(day, grain), 1, by) is None


@given(calendars, days, bounded)
def test_a_year_before_has_the_same_name_but_for_the_year(calendar, day, grain):
    period = calendar.containing(day, grain)
    earlier = calendar.shift(period, 1, "year")
    assume(earlier is not None)
    head = len(period.text) - len(period.text.removeprefix("FY")) + 4
    assert earlier.text[head:] == period.text[head:]
    assert int(earlier.text[head - 4 : head]) == int(period.text[head - 4 : head]) - 1

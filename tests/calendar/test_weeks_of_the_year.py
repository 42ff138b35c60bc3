"""Fiscal years made of whole weeks, against days of years that companies have published and days counted one by one."""

from __future__ import annotations

import datetime as dt

import pytest

from kpilang.model.calendar import Calendar
from kpilang.model.check import check
from kpilang.sql import periods
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.sql.bench import connection

ONE = dt.timedelta(days=1)
LAST_SATURDAY = "calendar { year ends last saturday of september months 4-4-5 }"
NEAREST = "calendar { year ends saturday nearest january 31 months 4-5-4 }"
NEAR_NEW_YEAR = "calendar { year ends sunday nearest december 31 months 5-4-4 week starts monday }"
EARLY_JANUARY = "calendar { year ends monday nearest january 1 months 4-4-5 }"
ALL = (LAST_SATURDAY, NEAREST, NEAR_NEW_YEAR, EARLY_JANUARY)


def declared(text):
    found = check([parse(Source("c.kpi", text))])
    assert not found.diagnostics
    return found.calendar


def stretch(calendar, name):
    """First and last day of a period."""
    found = calendar.parse(name)
    return f"{found.start} {found.end - ONE}"


@pytest.mark.parametrize(
    ("calendar", "year", "days"),
    [
        (LAST_SATURDAY, "FY2017", "2016-09-25 2017-09-30"),  # 53 weeks, as Apple reported
        (LAST_SATURDAY, "FY2023", "2022-09-25 2023-09-30"),
        (LAST_SATURDAY, "FY2024", "2023-10-01 2024-09-28"),
        (NEAREST, "FY2013", "2012-01-29 2013-02-02"),  # 53 weeks, as the National Retail Federation publishes
        (NEAREST, "FY2018", "2017-01-29 2018-02-03"),
        (NEAREST, "FY2024", "2023-01-29 2024-02-03"),
        (NEAREST, "FY2025", "2024-02-04 2025-02-01"),
        (NEAR_NEW_YEAR, "FY2026", "2025-12-29 2027-01-03"),
        (EARLY_JANUARY, "FY2014", "2013-01-01 2013-12-30"),
        (EARLY_JANUARY, "FY2015", "2013-12-31 2014-12-29"),
        (NEAR_NEW_YEAR, "FY2025", "2024-12-30 2025-12-28"),
    ],
)
def test_years_have_the_days_that_are_published(calendar, year, days):
    assert stretch(declared(calendar), year) == days


def test_months_have_their_weeks_and_the_last_one_more_in_a_long_year():
    calendar = declared(LAST_SATURDAY)
    months = [calendar.parse(f"FY2023-P{number:02}") for number in range(1, 13)]
    assert [(month.end - month.start).days // 7 for month in months] == [4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 6]
    assert stretch(calendar, "FY2023-Q4") == "2023-06-25 2023-09-30"
    assert stretch(calendar, "FY2024-P01") == "2023-10-01 2023-10-28"
    assert stretch(calendar, "FY2024-H2") == "2024-03-31 2024-09-28"


def test_weeks_begin_as_years_do():
    assert declared(LAST_SATURDAY).week_starts == 6
    assert declared(NEAR_NEW_YEAR).week_starts == 0


def test_the_months_of_a_fiscal_year_that_starts_in_april_are_those_of_the_calendar():
    calendar = Calendar(year_starts=4)
    assert stretch(calendar, "FY2026-P01") == "2025-04-01 2025-04-30"
    assert stretch(calendar, "FY2026-P12") == "2026-03-01 2026-03-31"
    assert calendar.parse("FY2026-P13") is None
    assert calendar.parse("FY2026-01") is None
    assert calendar.containing(dt.date(2026, 1, 31), "fiscal month").text == "FY2026-P10"
    assert calendar.shift(calendar.parse("FY2026-P01"), 1, "year").text == "FY2025-P01"


@pytest.mark.parametrize("text", ALL)
@pytest.mark.parametrize("grain", ["fiscal month", "fiscal quarter", "fiscal half", "fiscal year"])
def test_every_day_is_in_one_period_and_its_name_leads_back_to_it(text, grain):
    calendar = declared(text)
    last = calendar.containing(dt.date(2000, 1, 1), grain)
    day = last.end
    while day.year < 2056:
        period = calendar.containing(day, grain)
        assert period.start == day == last.end
        assert calendar.containing(period.end - ONE, grain) == period == calendar.parse(period.text)
        assert (period.end - period.start).days % 7 == 0
        assert calendar.shift(period, 1) == last
        last, day = period, period.end


@pytest.mark.parametrize("text", ALL)
def test_neighbours_go_by_name(text):
    calendar = declared(text)
    march = calendar.parse("FY2024-P03")
    assert calendar.shift(march, 1, "year").text == "FY2023-P03"
    assert calendar.shift(march, 1, "quarter").text == "FY2023-P12"
    assert calendar.shift(march, 2, "half").text == "FY2023-P03"
    assert calendar.shift(calendar.parse("FY2024-Q1"), 1, "month") is None
    assert calendar.begin(march, 3, "month") == calendar.parse("FY2024-Q1").start
    assert calendar.begin(march, 1, "year") == calendar.parse("FY2023-P04").start
    assert calendar.begin(march, 4, "week") == march.end - 28 * ONE
    assert calendar.opening(march, "fiscal year") == calendar.parse("FY2024").start
    week = calendar.containing(march.start, "week")
    assert calendar.opening(week, "fiscal month") == march.start


@pytest.mark.parametrize("text", ALL)
def test_the_ends_of_time_are_no_exception(text):
    calendar = declared(text)
    for day in (dt.date.min, dt.date.max):
        for grain in ("fiscal month", "fiscal year"):
            period = calendar.containing(day, grain)
            assert period.start <= day <= period.end
    assert calendar.parse("FY9999") is None or calendar.parse("FY9999").end < dt.date.max


@pytest.mark.parametrize("text", ALL)
def test_sql_numbers_and_names_days_alike(text):
    calendar = declared(text)
    for grain in ("fiscal month", "fiscal quarter", "fiscal half", "fiscal year"):
        number, name = periods.number(calendar, grain, "d"), periods.name(calendar, grain, "d")
        rows = connection().execute(
            f"SELECT d, {number}, {name} FROM (SELECT CAST(range AS DATE) AS d FROM range(DATE '2011-12-01', DATE '2031-02-01', INTERVAL 1 DAY))"
        )
        first = None
        for day, found, named in rows.fetchall():
            first = (day, found) if first is None else first
            assert named == calendar.containing(day, grain).text
            assert found - first[1] == calendar.between(first[0], day, grain)


TWO = "2 weeks from 2026-01-05"


def test_periods_of_several_weeks_follow_each_other_and_are_named_by_their_first():
    calendar = Calendar()
    names = [each.text for each in calendar.touching(dt.date(2025, 12, 28), dt.date(2026, 2, 1), TWO)]
    assert names == ["2025-W52+2", "2026-W02+2", "2026-W04+2"]
    period = calendar.containing(dt.date(2026, 1, 18), TWO)
    assert (period.start, period.end) == (dt.date(2026, 1, 5), dt.date(2026, 1, 19))
    parsed = calendar.parse("2026-W02+2")
    assert (parsed.start, parsed.end) == (period.start, period.end)
    assert calendar.parse("2026-W54+2") is None


@pytest.mark.parametrize(
    ("count", "grain", "name"),
    [
        (1, None, "2026-W04+2"),
        (3, None, "2025-W52+2"),
        (4, "week", "2026-W02+2"),
        (3, "week", None),
        (1, "month", None),
        (1, "year", "2025-W06+2"),  # 52 weeks before
        (6, "year", None),  # 2020 had 53 weeks, so that W06 of it is a second week
    ],
)
def test_earlier_periods_of_several_weeks_go_by_number_and_by_name(count, grain, name):
    calendar = Calendar()
    found = calendar.shift(calendar.containing(dt.date(2026, 2, 2), TWO), count, grain)
    assert (found.text if found else None) == name

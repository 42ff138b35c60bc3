"""Working days and working time, against days and minutes counted one by one, in Python and in SQL."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpilang.model.business import business_days, business_time
from kpilang.model.calendar import Calendar
from kpilang.model.check import check
from kpilang.model.working import Working
from kpilang.sql.scalars import Scalars
from kpilang.sql.values import Sql
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.sql.bench import TYPES, expression, fill, select

ONE, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
OFFICE = ((9 * 60, 12 * 60), (13 * 60, 17 * 60 + 30))
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia")
HOLIDAYS = """calendar {
  holidays 2026-10-01 .. 2026-10-07, 2027-01-01 "National Day" zh "国庆节"
  holidays 2026-10-25
  workdays 2026-10-10, 2026-10-12
  hours 09:00 .. 12:00, 13:00 .. 17:30
}
"""


def day(text):
    return dt.date.fromisoformat(text)


def moment(text):
    return dt.datetime.fromisoformat(text)


def declared(text):
    found = check([parse(Source("c.kpi", text))])
    assert not found.diagnostics
    return found.calendar


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-09-28", "2026-09-30", 2),
        ("2026-09-30", "2026-10-08", 1),  # a week of holidays
        ("2026-10-09", "2026-10-12", 2),  # the Saturday is worked, the Sunday is not
        ("2026-10-12", "2026-10-13", 1),  # a Monday said to be worked is worked once
        ("2026-10-23", "2026-10-26", 1),  # a holiday on a Sunday takes nothing
        ("2026-10-26", "2026-10-23", -1),
        ("2026-10-26", "2026-10-26", 0),
        ("2026-12-31", "2027-01-04", 1),
    ],
)
def test_days_are_counted_without_weekends_and_holidays(first, last, days):
    assert business_days(declared(HOLIDAYS), day(first), day(last)) == days


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        ("2026-09-30 16:00", "2026-10-08 10:00", "2.5"),
        ("2026-10-09 17:00", "2026-10-10 14:00", "4.5"),
        ("2026-10-10 14:00", "2026-10-09 17:00", "-4.5"),
        ("2026-09-29 03:00", "2026-09-29 23:00", "7.5"),
        ("2026-09-29 12:10", "2026-09-29 12:50", "0"),
    ],
)
def test_time_is_counted_within_the_hours_of_work(first, last, hours):
    found = business_time(declared(HOLIDAYS), moment(first), moment(last))
    assert Decimal(found) / 3_600_000_000 == Decimal(hours)


def test_a_weekend_may_be_any_days_or_none():
    friday = declared("calendar { weekend friday, saturday }")
    assert business_days(friday, day("2026-10-01"), day("2026-10-08")) == 5
    assert business_days(friday, day("2026-10-02"), day("2026-10-04")) == 0
    assert business_days(declared("calendar { weekend none }"), day("2026-10-01"), day("2026-10-08")) == 7


def test_a_change_of_the_clock_takes_its_hour_where_it_is_worked():
    new_york = declared('calendar { zone "America/New_York" weekend none }')
    assert business_time(new_york, day("2026-03-08"), day("2026-03-09")) == 23 * 3_600_000_000
    assert business_time(new_york, day("2026-11-01"), day("2026-11-03")) == 49 * 3_600_000_000
    night = declared('calendar { zone "America/New_York" weekend none hours 00:00 .. 06:00 }')
    assert business_time(night, moment("2026-03-08 05:30"), moment("2026-03-08 08:30")) == 3 * 3_600_000_000
    office = declared('calendar { zone "America/New_York" weekend none hours 09:00 .. 17:00 }')
    assert business_time(office, day("2026-03-08"), day("2026-03-09")) == 8 * 3_600_000_000


@st.composite
def workings(draw):
    """Weekends, holidays, workdays and hours of any sort, around the days that are asked for."""
    around = st.dates(day("2026-02-25"), day("2026-04-10"))
    free, worked = draw(st.sets(around, max_size=8)), draw(st.sets(around, max_size=4))
    hours = draw(st.sampled_from([((0, 1440),), OFFICE, ((0, 150), (1380, 1440)), ((90, 600),)]))
    weekend = draw(st.sampled_from([(5, 6), (4, 5), (), (6,), (0, 1, 2, 3, 4, 5, 6)]))
    return Working(weekend, tuple(sorted(free - worked)), tuple(sorted(worked)), hours)


def counted(calendar, first, last):
    """Minutes of work between two instants of whole minutes, one by one."""
    total, instant = 0, first
    while instant < last:
        local = calendar.day_of(instant)
        if local in calendar.working.worked or not (
            local.weekday() in calendar.working.weekend or local in calendar.working.free
        ):
            total += any(
                edge(calendar, local, s) <= instant < edge(calendar, local, e) for s, e in calendar.working.hours
            )
        instant += MINUTE
    return total


def edge(calendar, local, minute):
    if minute in (0, 1440):
        return calendar.instant(local + ONE * (minute > 0))
    return calendar.to_instant(dt.datetime.combine(local, dt.time(minute // 60, minute % 60)))


MINUTES = st.integers(0, 6 * 1440).map(lambda number: moment("2026-03-05 00:00") + number * MINUTE)


@settings(max_examples=25, deadline=None)
@given(workings(), st.sampled_from(ZONES), MINUTES, MINUTES, st.dates(day("2026-03-01"), day("2026-04-05")))
def test_python_and_sql_count_what_is_counted_one_by_one(working, zone, first, last, other):
    calendar = Calendar(zone=zone, working=working)
    minutes = counted(calendar, first, last) - counted(calendar, last, first)
    assert business_time(calendar, first, last) == minutes * 60_000_000
    opened = calendar.day_of(first)
    span = sorted((opened, other))
    worked = sum(working.works(dt.date.fromordinal(n)) for n in range(span[0].toordinal(), span[1].toordinal()))
    worked = worked if opened <= other else -worked
    assert business_days(calendar, opened, other) == worked

    fill([{"i": first, "j": last, "d": other}])
    scalars = Scalars(lambda column: Sql(f't."{column.name}"', TYPES[column.name][1]), calendar)
    texts = (
        "business_time(i, j)",
        "business_days(i, d)",
        "business_time(d, j)",
        "business_days(i, e)",
        "business_time(e, j)",
    )
    [found] = select(*(scalars.value(expression(text)).text for text in texts))
    assert found[:3] == (minutes * 60, worked, Decimal(business_time(calendar, other, last)) / 1_000_000)
    assert found[3:] == (None, None)


def test_a_calendar_with_many_holidays_is_looked_up_as_fast_as_one_without():
    every = tuple(dt.date(2000, 1, 1) + 9 * ONE * number for number in range(1000))
    calendar = Calendar(working=Working(free=every))
    assert hash(calendar) == hash(Calendar(working=Working(free=every)))
    assert business_days(calendar, every[0], every[-1]) == sum(
        (every[0] + ONE * number).weekday() < 5 and number % 9 > 0 for number in range((every[-1] - every[0]).days)
    )

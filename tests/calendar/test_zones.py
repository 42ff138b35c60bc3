"""Days and clock times as instants, over changes of the clock."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpilang.model.calendar import EARLIEST, LATEST, Calendar, zone_exists

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "America/New_York",
    "America/Havana",
    "America/Sao_Paulo",
    "Europe/London",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/St_Johns",
)
zones = st.sampled_from(ZONES)
days = st.dates(dt.date(1960, 1, 1), dt.date(2037, 12, 31))
ONE = dt.timedelta(days=1)


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        ("UTC", "2026-01-31 09:00", "2026-01-31 09:00"),
        ("Asia/Shanghai", "2026-01-31 09:00", "2026-01-31 01:00"),
        ("Asia/Shanghai", "2026-01-31 00:00", "2026-01-30 16:00"),
        ("America/New_York", "2024-11-03 00:59", "2024-11-03 04:59"),
        ("America/New_York", "2024-11-03 01:30", "2024-11-03 06:30"),  # comes twice: the second
        ("America/New_York", "2024-11-03 02:00", "2024-11-03 07:00"),
        ("America/New_York", "2024-03-10 01:59", "2024-03-10 06:59"),
        ("America/New_York", "2024-03-10 02:30", "2024-03-10 07:30"),  # never comes: offset -5, 03:30 on the clock
        ("America/New_York", "2024-03-10 03:30", "2024-03-10 07:30"),
        ("Europe/London", "2026-03-29 01:30:15.25", "2026-03-29 01:30:15.25"),
        ("Europe/London", "2026-10-25 01:30", "2026-10-25 01:30"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 15:15"),  # set back by half an hour at 02:00
    ],
)
def test_a_clock_time_is_an_instant(zone, local, instant):
    assert Calendar(zone=zone).to_instant(_at(local)) == _at(instant)


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("UTC", "2026-01-31", "2026-01-31 00:00", 24),
        ("Asia/Shanghai", "2026-01-31", "2026-01-30 16:00", 24),
        ("America/New_York", "2024-03-10", "2024-03-10 05:00", 23),
        ("America/New_York", "2024-11-03", "2024-11-03 04:00", 25),
        ("Europe/London", "2026-03-29", "2026-03-29 00:00", 23),
        ("Europe/London", "2026-10-25", "2026-10-24 23:00", 25),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04 13:00", 24.5),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04 03:00", 23),  # the clock jumps from 00:00 to 01:00
        ("America/Havana", "2024-11-03", "2024-11-03 04:00", 25),  # 00:00 comes twice: the day starts with the first
        ("America/Toronto", "1919-03-31", "1919-03-31 04:30", 23.5),  # from 23:30 of the 30th to 00:30
        ("Pacific/Apia", "2011-12-30", "2011-12-30 10:00", 0),  # a day left out
    ],
)
def test_a_day_starts_and_lasts(zone, day, start, hours):
    calendar, date = Calendar(zone=zone), dt.date.fromisoformat(day)
    assert calendar.instant(date) == _at(start)
    assert calendar.instant(date + ONE) - calendar.instant(date) == dt.timedelta(hours=hours)


def test_an_instant_lies_in_the_day_of_the_zone():
    assert Calendar(zone="Asia/Shanghai").day_of(_at("2025-12-31 20:00")) == dt.date(2026, 1, 1)
    assert Calendar(zone="America/New_York").day_of(_at("2026-01-01 04:59:59")) == dt.date(2025, 12, 31)


def test_the_clock_that_goes_back_over_midnight_leaves_the_day_as_it_is():
    calendar = Calendar(zone="America/St_Johns")  # 2006-10-29 00:01 became 28 October 23:01
    start = _at("2006-10-29 02:30")
    assert calendar.instant(dt.date(2006, 10, 29)) == start
    assert calendar.day_of(start) == dt.date(2006, 10, 29)
    assert calendar.day_of(start + dt.timedelta(minutes=30)) == dt.date(2006, 10, 29)
    assert calendar.day_of(start - dt.timedelta(seconds=1)) == dt.date(2006, 10, 28)


@given(zones, days, st.integers(0, 86399))
def test_an_instant_lies_between_the_start_of_its_day_and_of_the_next(zone, day, second):
    calendar = Calendar(zone=zone)
    instant = dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=second)
    found = calendar.day_of(instant)
    assert calendar.instant(found) <= instant < calendar.instant(found + ONE)


@given(zones, days)
def test_days_start_one_after_the_other_a_day_or_so_apart(zone, day):
    calendar = Calendar(zone=zone)
    length = calendar.instant(day + ONE) - calendar.instant(day)
    left_out = zone == "Pacific/Apia" and day == dt.date(2011, 12, 30)
    assert length == dt.timedelta(0) if left_out else dt.timedelta(hours=22) <= length <= dt.timedelta(hours=26)


@given(zones, days, st.times())
def test_a_clock_time_that_comes_is_shown_at_its_instant(zone, day, time):
    local = dt.datetime.combine(day, time)
    instant = Calendar(zone=zone).to_instant(local)
    shown = instant.replace(tzinfo=dt.UTC).astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    assert shown >= local
    later = instant + dt.timedelta(hours=24)
    assert shown - local <= dt.timedelta(hours=1) or later.year == 2011  # a jump shows a later time, never an earlier


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_the_ends_of_the_known_days_have_instants(zone):
    calendar = Calendar(zone=zone)
    assert calendar.instant(dt.date.min) < calendar.instant(dt.date(2, 1, 1))
    assert calendar.instant(dt.date.max) > calendar.instant(dt.date(9999, 1, 1))
    assert calendar.to_instant(LATEST) > calendar.instant(dt.date(9999, 1, 1))
    assert calendar.day_of(LATEST) == dt.date.max
    assert calendar.day_of(EARLIEST).year == 1


def test_today_is_a_day_that_has_started():
    calendar = Calendar(zone="Asia/Shanghai")
    before = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    today = calendar.today()
    assert calendar.day_of(before) <= today <= calendar.day_of(dt.datetime.now(dt.UTC).replace(tzinfo=None))


@pytest.mark.parametrize("name", ["UTC", "Asia/Shanghai", "America/Argentina/Ushuaia", "Etc/GMT+8"])
def test_a_zone_of_the_database_exists(name):
    assert zone_exists(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "Asia",
        "Mars/Base",
        "../zoneinfo/UTC",
        "/etc/localtime",
        "localtime",
        "right/UTC",
        "a\x00b",
        "北京",
    ],
)
def test_any_other_name_is_no_zone(name):
    assert not zone_exists(name)


def test_zones_are_found_where_the_system_has_none():
    found = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    try:
        assert zoneinfo.ZoneInfo("Asia/Shanghai").utcoffset(_at("2026-01-01")) == dt.timedelta(hours=8)
    finally:
        zoneinfo.reset_tzpath(to=found)
        zoneinfo.ZoneInfo.clear_cache()

"""Names of periods, the days they hold, and how they tile time."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpilang.model.calendar import GRAINS, Calendar, Period, at_least

PLAIN = Calendar()
APRIL = Calendar(year_starts=4)
SUNDAY = Calendar(week_starts=6)
BOUNDED = tuple(grain for grain in GRAINS if grain != "all")

calendars = st.builds(Calendar, year_starts=st.integers(1, 12), week_starts=st.integers(0, 6))
days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
grains = st.sampled_from(BOUNDED)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("calendar", "text", "grain", "start", "end"),
    [
        (PLAIN, "2026", "year", "2026-01-01", "2027-01-01"),
        (PLAIN, "2026-H1", "half", "2026-01-01", "2026-07-01"),
        (PLAIN, "2026-H2", "half", "2026-07-01", "2027-01-01"),
        (PLAIN, "2026-Q1", "quarter", "2026-01-01", "2026-04-01"),
        (PLAIN, "2026-Q4", "quarter", "2026-10-01", "2027-01-01"),
        (PLAIN, "2026-02", "month", "2026-02-01", "2026-03-01"),
        (PLAIN, "2026-12", "month", "2026-12-01", "2027-01-01"),
        (PLAIN, "2026-W01", "week", "2025-12-29", "2026-01-05"),
        (PLAIN, "2026-W05", "week", "2026-01-26", "2026-02-02"),
        (PLAIN, "2026-W53", "week", "2026-12-28", "2027-01-04"),
        (PLAIN, "2026-01-31", "day", "2026-01-31", "2026-02-01"),
        (PLAIN, "2024-02-29", "day", "2024-02-29", "2024-03-01"),
        # 1 January 2026 is a Thursday: the week from Sunday 28 December has three days of 2026, so W01 is the next
        (SUNDAY, "2026-W01", "week", "2026-01-04", "2026-01-11"),
        (SUNDAY, "2025-W53", "week", "2025-12-28", "2026-01-04"),
        # 1 January 2023 is a Sunday
        (SUNDAY, "2023-W01", "week", "2023-01-01", "2023-01-08"),
        (Calendar(week_starts=5), "2026-W01", "week", "2026-01-03", "2026-01-10"),
        (Calendar(week_starts=3), "2026-W01", "week", "2026-01-01", "2026-01-08"),
        (APRIL, "FY2026", "fiscal year", "2025-04-01", "2026-04-01"),
        (APRIL, "FY2026-H2", "fiscal half", "2025-10-01", "2026-04-01"),
        (APRIL, "FY2026-Q1", "fiscal quarter", "2025-04-01", "2025-07-01"),
        (APRIL, "FY2026-Q4", "fiscal quarter", "2026-01-01", "2026-04-01"),
        (APRIL, "2026-Q1", "quarter", "2026-01-01", "2026-04-01"),
        (PLAIN, "FY2026", "fiscal year", "2026-01-01", "2027-01-01"),
        (PLAIN, "FY2026-Q1", "fiscal quarter", "2026-01-01", "2026-04-01"),
        (Calendar(year_starts=12), "FY2026", "fiscal year", "2025-12-01", "2026-12-01"),
        (Calendar(year_starts=2), "FY2026-Q4", "fiscal quarter", "2025-11-01", "2026-02-01"),
    ],
)
def test_a_name_means_its_days(calendar, text, grain, start, end):
    assert calendar.parse(text) == Period(grain, _day(start), _day(end), text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "0000",
        "2026-",
        "2026-H0",
        "2026-H3",
        "2026-Q0",
        "2026-Q5",
        "2026-00",
        "2026-13",
        "2026-1",
        "2026-W00",
        "2026-W54",
        "2025-W53",
        "2026-W5",
        "2026-02-30",
        "9999-12-31",
        "9999-12",
        "9999",
        "2025-02-29",
        "2026-01-00",
        "FY2026-01",
        "FY2026-W05",
        "FY2026-01-31",
        "fy2026",
        "2026-q1",
        "2026-Q1 ",
        "2026-Q1\n",
        "２０２６",
        "٢٠٢٦",
        "All",
    ],
)
def test_a_name_of_no_period_is_none(text):
    assert PLAIN.parse(text) is None


def test_weeks_from_sunday_have_no_w53_in_2026():
    assert SUNDAY.parse("2026-W53") is None


def test_all_is_one_period_of_the_days_asked_for():
    asked = (dt.date(2026, 1, 5), dt.date(2026, 3, 21))
    assert PLAIN.touching(*asked, "all") == (Period("all", *asked, "all"),)
    everything = PLAIN.parse("all")
    assert everything is not None
    assert everything == PLAIN.containing(dt.date(2026, 1, 5), "all")
    assert (everything.start, everything.end) == (dt.date.min, dt.date.max)


def test_periods_touched_are_those_with_a_day_in_the_stretch():
    found = PLAIN.touching(dt.date(2026, 1, 31), dt.date(2026, 3, 1), "month")
    assert [period.text for period in found] == ["2026-01", "2026-02"]
    found = PLAIN.touching(dt.date(2026, 1, 31), dt.date(2026, 3, 2), "month")
    assert [period.text for period in found] == ["2026-01", "2026-02", "2026-03"]


@pytest.mark.parametrize("grain", GRAINS)
def test_no_days_touch_no_period(grain):
    assert PLAIN.touching(dt.date(2026, 3, 1), dt.date(2026, 3, 1), grain) == ()
    assert PLAIN.touching(dt.date(2026, 3, 2), dt.date(2026, 3, 1), grain) == ()


def test_grains_compare_by_length_and_fiscal_ones_like_their_namesakes():
    order = ["day", "week", "month", "quarter", "half", "year", "all"]
    for place, grain in enumerate(order):
        for other_place, other in enumerate(order):
            assert at_least(grain, other) == (place >= other_place)
    for word in ("quarter", "half", "year"):
        assert at_least(f"fiscal {word}", word)
        assert at_least(word, f"fiscal {word}")
    assert not at_least("fiscal quarter", "half")


@given(calendars, days, grains)
def test_a_period_holds_the_day_it_was_found_by(calendar, day, grain):
    period = calendar.containing(day, grain)
    assert period.grain == grain
    assert period.start <= day < period.end


@given(calendars, days, grains)
def test_a_period_is_found_again_by_its_name(calendar, day, grain):
    period = calendar.containing(day, grain)
    assert calendar.parse(period.text) == period


@given(calendars, days, grains)
def test_every_day_of_a_period_finds_it_and_the_days_beside_it_do_not(calendar, day, grain):
    period = calendar.containing(day, grain)
    one = dt.timedelta(days=1)
    assert calendar.containing(period.start, grain) == period
    assert calendar.containing(period.end - one, grain) == period
    assert calendar.containing(period.start - one, grain).end == period.start
    assert calendar.containing(period.end, grain).start == period.end


@settings(max_examples=60)
@given(calendars, days, st.integers(1, 1500), grains)
def test_periods_tile_time_without_gap_or_overlap(calendar, start, length, grain):
    end = start + dt.timedelta(days=length)
    periods = calendar.touching(start, end, grain)
    assert periods[0] == calendar.containing(start, grain)
    assert periods[-1] == calendar.containing(end - dt.timedelta(days=1), grain)
    assert all(before.end == after.start for before, after in itertools.pairwise(periods))
    assert len({period.text for period in periods}) == len(periods)


@given(calendars, days)
def test_a_week_is_seven_days_named_by_the_year_with_most_of_them(calendar, day):
    week = calendar.containing(day, "week")
    held = [week.start + dt.timedelta(days=n) for n in range(7)]
    assert week.end == held[-1] + dt.timedelta(days=1)
    assert week.start.weekday() == calendar.week_starts
    year = int(week.text[:4])
    assert sum(one.year == year for one in held) >= 4


@given(calendars, st.integers(1900, 2100))
def test_weeks_of_a_year_count_from_one_without_a_hole(calendar, year):
    weeks = calendar.touching(dt.date(year, 1, 1), dt.date(year + 1, 1, 1), "week")
    numbers = [int(week.text[6:]) for week in weeks if week.text.startswith(f"{year}-")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) in (52, 53)


@given(days)
def test_weeks_from_monday_are_those_of_iso(day):
    year, number, _ = day.isocalendar()
    assert PLAIN.containing(day, "week").text == f"{year:04}-W{number:02}"


@given(st.integers(1, 12), days)
def test_a_fiscal_year_is_named_after_the_year_it_ends_in(month, day):
    period = Calendar(year_starts=month).containing(day, "fiscal year")
    last = period.end - dt.timedelta(days=1)
    assert period.text == f"FY{last.year}"
    assert (period.start.month, period.start.day) == (month, 1)
    assert (period.end.year - period.start.year, period.end.month, period.end.day) == (1, month, 1)


@given(
    calendars,
    days,
    st.sampled_from(
        [
            ("fiscal quarter", "fiscal half"),
            ("fiscal half", "fiscal year"),
            ("month", "quarter"),
            ("quarter", "half"),
            ("half", "year"),
        ]
    ),
)
def test_shorter_periods_fill_longer_ones_whole(calendar, day, pair):
    short, long = pair
    outer = calendar.containing(day, long)
    inner = calendar.touching(outer.start, outer.end, short)
    assert (inner[0].start, inner[-1].end) == (outer.start, outer.end)


@pytest.mark.parametrize("grain", BOUNDED)
@pytest.mark.parametrize("calendar", [PLAIN, APRIL, SUNDAY, Calendar(week_starts=4)])
def test_the_ends_of_the_known_days_have_periods_too(calendar, grain):
    for day in (dt.date.min, dt.date.max):
        period = calendar.containing(day, grain)
        assert period.start <= day <= period.end


@settings(max_examples=30, deadline=None)
@given(calendars, days, days, grains)
def test_periods_between_two_days_are_those_passed_on_the_way(calendar, first, second, grain):
    count = calendar.between(first, second, grain)
    assert calendar.between(second, first, grain) == -count
    if first <= second:
        assert count == len(calendar.touching(first, second + dt.timedelta(days=1), grain)) - 1


def test_all_is_one_period_so_that_none_lie_between():
    assert PLAIN.between(dt.date(2020, 1, 1), dt.date(2026, 1, 1), "all") == 0

"""The ruler puts each row's time into the windows that hold it, by a search through cuts or by the number of its day."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from importlib import import_module
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpilang.sql.base import Ruler
from kpilang.sql.values import Sql
from tests.sql.bench import connection, model, scalars

ZONES = ("UTC", "America/New_York", "America/Havana", "Asia/Shanghai")
FIRST = dt.date(2024, 2, 20)
DAYS = [FIRST + dt.timedelta(days=number) for number in range(30)]
HOURS = 6


@pytest.fixture(autouse=True, scope="module")
def clock():
    """Every six hours of thirty days, and each day by itself."""
    start = dt.datetime.combine(FIRST, dt.time()) - dt.timedelta(days=2)
    instants = [(start + dt.timedelta(hours=HOURS * number),) for number in range(34 * 24 // HOURS)]
    connection().execute("CREATE OR REPLACE TABLE clock (t TIMESTAMP)")
    connection().executemany("INSERT INTO clock VALUES (?)", instants)


@st.composite
def windows(draw):
    """Stretches of days, apart or across one another, each once."""
    stretches = st.tuples(st.sampled_from(DAYS), st.integers(1, 12)).map(
        lambda found: (found[0], found[0] + dt.timedelta(days=found[1]))
    )
    return tuple(draw(st.lists(stretches, min_size=1, max_size=6, unique=True)))


def found_in(ruler, count):
    """The windows of each clock, as the statement would tell them."""
    sql = f"SELECT t, {ruler.number}, {ruler.inside} FROM clock"
    found = {}
    for at, number, inside in connection().execute(sql).fetchall():
        if not inside:
            found[at] = set()
        elif ruler.spans is None:
            found[at] = {ruler.numbers[number]} if number in ruler.numbers else set()
        else:
            found[at] = {window for window, low, high in ruler.spans if low <= number <= high}
    assert all(window < count for windows in found.values() for window in windows)
    return found


def held_by(stretches, zone, sort):
    """The windows that hold each clock, worked out by its day in the zone."""
    calendar = model(zone).calendar
    clocks = [at for (at,) in connection().execute("SELECT t FROM clock").fetchall()]
    days = {at: calendar.day_of(at) if sort == "TIMESTAMP" else at.date() for at in clocks}
    return {
        at: {number for number, (start, end) in enumerate(stretches) if start <= day < end} for at, day in days.items()
    }


@pytest.mark.parametrize("most", [64, 1], ids=["by cuts", "by day"])
@settings(max_examples=30, deadline=None)
@given(stretches=windows(), zone=st.sampled_from(ZONES), sort=st.sampled_from(("TIMESTAMP", "DATE")))
def test_a_row_falls_into_the_windows_that_hold_its_day(most, stretches, zone, sort):
    column = Sql("t" if sort == "TIMESTAMP" else "CAST(t AS DATE)", sort)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module(Ruler.__module__), "MOST_CUTS", most)
        ruler = Ruler(stretches, column, scalars(zone))
    assert found_in(ruler, len(stretches)) == held_by(stretches, zone, sort)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 63])
def test_the_tree_of_cuts_finds_the_slot_that_halving_finds(count):
    cuts = [FIRST + dt.timedelta(days=number) for number in range(count + 1)]
    ruler = Ruler(tuple(pairwise(cuts)), Sql("t", "TIMESTAMP"), scalars())
    rows = connection().execute(f"SELECT t, {ruler.number} FROM clock WHERE {ruler.inside}").fetchall()
    assert ruler.cuts == cuts
    assert rows
    assert [number for _, number in rows] == [bisect_right(cuts, at.date()) - 1 for at, _ in rows]


def test_many_cuts_are_no_deeper_than_a_search_by_halves_and_then_days_are_counted():
    cuts = [FIRST + dt.timedelta(days=number) for number in range(66)]
    few, many = (Ruler(tuple(pairwise(cuts[:end])), Sql("t", "TIMESTAMP"), scalars()) for end in (64, 66))
    assert few.number.count("CASE") == 62
    assert "CASE" not in many.number

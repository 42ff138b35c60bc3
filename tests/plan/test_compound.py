"""What several aggregates see at once, and how their combinations of windows are numbered."""

from __future__ import annotations

import datetime as dt

from kpilang.model.check import check
from kpilang.plan.compound import Compound, leaves
from kpilang.plan.moments import known, reads
from kpilang.plan.timeline import Past, Timeline
from kpilang.result import Reason
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.plan.kit import kpis

SOURCES = """source orders { key id  time at  column id : text  column at : date }
source staff { key id  lives hired until gone  column id : text  column hired : date  column gone : date }
"""
FORMULAS = {
    "movement": "count(orders) - previous(count(orders)) + count(orders) - previous(previous(count(orders)))",
    "mean": "count(staff at average) / previous(count(orders))",
}
MODEL = check([parse(Source("case.kpi", SOURCES + kpis(**FORMULAS)))])


def day(text):
    return dt.date.fromisoformat(text)


def compound(name, covers):
    """A KPI's aggregates read together, and where each of the months of 2026-01 to 2026-03 is placed."""
    formula = MODEL.kpis[name].formula
    over = reads(MODEL, formula)
    coverage = {read: (day("2026-01-01"), day(covers)) for read in over}
    months = [MODEL.calendar.parse(text) for text in ("2026-01", "2026-02", "2026-03")]
    timeline = Timeline(known(MODEL, month, over, coverage) for month in months)
    together = Compound(MODEL, Past(MODEL, coverage), leaves(formula))
    return together, together.place(timeline)


def month(first, end):
    return ((day(first), day(end)),)


def test_every_aggregate_stands_once_with_the_looks_around_it():
    together, _ = compound("movement", "2026-04-01")
    assert [len(leaf.looks) for leaf in together.leaves] == [0, 1, 2]


def test_each_moment_has_the_windows_of_all_or_why_one_sees_nothing():
    together, places = compound("movement", "2026-04-01")
    january, february, march = (together.glances[place] for place in places)
    assert january[0] == month("2026-01-01", "2026-02-01")
    assert all(isinstance(seen, Reason) for seen in january[1:])
    assert february[:2] == (month("2026-02-01", "2026-03-01"), month("2026-01-01", "2026-02-01"))
    assert isinstance(february[2], Reason)
    assert march[2] == month("2026-01-01", "2026-02-01")


def test_a_month_that_is_not_over_sees_as_many_days_of_those_before():
    together, places = compound("movement", "2026-03-11")
    assert together.glances[places[2]] == (
        month("2026-03-01", "2026-03-11"),
        month("2026-02-01", "2026-02-11"),
        month("2026-01-01", "2026-01-11"),
    )


def test_a_combination_seen_again_keeps_its_number_and_a_period_without_data_has_none():
    together, places = compound("movement", "2026-03-01")
    assert places[:2] == (0, 1)
    assert isinstance(places[2], Reason)
    again = Timeline(known_february(together))
    assert together.place(again) == (1,)


def known_february(together):
    month = MODEL.calendar.parse("2026-02")
    return [known(MODEL, month, reads(MODEL, MODEL.kpis["movement"].formula), together.past.coverage)]


def test_an_average_state_sees_both_ends_of_each_moment():
    together, places = compound("mean", "2026-04-01")
    assert together.glances[places[1]] == (
        (day("2026-02-01"), day("2026-03-01")),
        month("2026-01-01", "2026-02-01"),
    )

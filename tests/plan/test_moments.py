"""Which periods are asked for, what part of each is known, and what lies before it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from kpilang.model.calendar import EVERYTHING
from kpilang.model.check import check
from kpilang.model.expr import aggregates
from kpilang.plan.moments import Moment, Read, covered_whole, earlier, known, periods, reads, seen, sight
from kpilang.plan.question import Question
from kpilang.plan.reasons import no_rows
from kpilang.result import Reason, Why
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.plan.kit import kpis

SOURCES = """source orders { key id  time at  column id : text  column at : date }
source plan { time month each month  planned  column month : date  column goal : number  column owed : number stock }
source staff { key id  lives hired until gone  column id : text  column hired : date  column gone : date }
source towns { key id  column id : text }
"""
FORMULAS = {
    "bought": "count(orders)",
    "reached": "count(orders) / sum(plan.goal)",
    "employed": "count(staff at closing)",
    "began": "count(staff at opening)",
    "mean": "count(staff at average)",
    "hired": "count(staff on hired)",
    "places": "count(towns)",
    "everywhere": "count(orders) / count(towns)",
}
MODEL = check([parse(Source("case.kpi", SOURCES + kpis(**FORMULAS)))])
ORDERS, PLAN = Read("orders", "events"), Read("plan", "events")


def day(text):
    return dt.date.fromisoformat(text)


def days(start, end):
    return day(start), day(end)


def formula(name):
    return MODEL.kpis[name].formula


def period(text):
    return MODEL.calendar.parse(text)


def asked(name, covers, as_of="2026-12-31", **question):
    """The periods of a KPI, as text."""
    over = reads(MODEL, formula(name))
    found = periods(
        MODEL, Question((name,), day(as_of), **question), "month", over, dict(zip(over, covers, strict=True))
    )
    return [item.text for item in found]


def part(name, text, *covers):
    over = reads(MODEL, formula(name))
    return known(MODEL, period(text), over, dict(zip(over, covers, strict=True)))


def cut(moment):
    return str(moment.start), str(moment.end), moment.elapsed and moment.elapsed.days


# ---- periods asked for


def test_unasked_every_period_that_rows_touch_is_computed():
    assert asked("bought", [days("2026-01-05", "2026-03-21")]) == ["2026-01", "2026-02", "2026-03"]


def test_with_two_sources_the_periods_that_both_touch_are_computed():
    covers = [days("2026-01-05", "2026-03-21"), days("2026-02-01", "2027-01-01")]
    assert asked("reached", covers) == ["2026-02", "2026-03"]


def test_sources_that_share_a_month_and_no_day_still_have_that_month():
    assert asked("reached", [days("2026-01-01", "2026-01-10"), days("2026-01-20", "2026-03-01")]) == ["2026-01"]


def test_where_no_period_qualifies_the_one_with_the_as_of_date_stands_in():
    covers = [days("2024-01-01", "2025-01-01"), days("2025-03-01", "2026-01-01")]
    assert asked("reached", covers, "2026-04-15") == ["2026-04"]
    assert asked("reached", covers, "2026-04-15", grains=("all",)) == ["all"]
    assert asked("bought", [no_rows("orders", dt.date(2026, 3, 15))], "2026-04-15", grains=("quarter",)) == ["2026-Q2"]


def test_each_grain_asked_for_has_its_periods():
    found = asked("bought", [days("2026-01-05", "2026-03-21")], grains=("quarter", "month"))
    assert found == ["2026-Q1", "2026-01", "2026-02", "2026-03"]


def test_named_periods_are_computed_whatever_rows_there_are():
    named = days("2025-12-01", "2026-02-01")
    assert asked("bought", [days("2026-01-05", "2026-03-21")], periods=named) == ["2025-12", "2026-01"]


def test_the_last_periods_are_over_and_whole():
    whole, begun = days("2026-01-01", "2026-03-16"), days("2026-01-05", "2026-03-16")
    assert asked("bought", [whole], "2026-03-15", last=2) == ["2026-01", "2026-02"]
    assert asked("bought", [begun], "2026-03-15", last=2) == ["2026-02"]
    assert asked("bought", [whole], "2026-03-15", last=1, periods=days("2026-01-01", "2026-02-01")) == ["2026-01"]
    assert asked("bought", [days("2026-03-01", "2026-03-16")], "2026-03-15", last=2) == ["2026-03"]


def test_the_last_periods_of_a_planned_source_end_with_the_as_of_date():
    covers = [days("2026-01-01", "2026-03-16"), days("2026-01-01", "2027-01-01")]
    assert asked("reached", covers, "2026-03-15", last=1) == ["2026-02"]


def test_all_is_from_the_first_to_the_last_day_that_every_source_covers():
    covers = [days("2026-01-05", "2026-03-21"), days("2026-02-01", "2027-01-01")]
    over = reads(MODEL, formula("reached"))
    question, known_days = Question(("reached",), day("2026-12-31"), ("all",)), dict(zip(over, covers, strict=True))
    (found,) = periods(MODEL, question, "month", over, known_days)
    assert (found.start, found.end) == days("2026-02-01", "2026-03-21")
    named = replace(question, periods=days("2026-01-01", "2027-01-01"))
    (found,) = periods(MODEL, named, "month", over, known_days)
    assert (found.start, found.end) == days("2026-01-01", "2027-01-01")
    assert asked("bought", [days("2026-01-05", "2026-03-21")], grains=("all",), last=2) == ["all"]


def test_timeless_kpis_have_all_alone_and_every_period_named():
    question = Question(("places",), day("2026-12-31"))
    assert periods(MODEL, question, "month", (), {}) == [EVERYTHING]
    assert asked("places", [], periods=days("2026-01-01", "2026-03-01")) == ["2026-01", "2026-02"]


def test_a_timeless_source_beside_another_does_not_decide_periods():
    assert reads(MODEL, formula("everywhere")) == (ORDERS,)
    assert asked("everywhere", [days("2026-02-03", "2026-03-21")]) == ["2026-02", "2026-03"]


# ---- the part that is known


def test_a_period_that_coverage_holds_is_whole():
    found = part("bought", "2026-02", days("2026-01-05", "2026-03-21"))
    assert not found.cut
    assert cut(found) == ("2026-02-01", "2026-03-01", None)


def test_a_period_cut_at_its_end_remembers_how_many_days_are_known():
    found = part("bought", "2026-03", days("2026-01-05", "2026-03-16"))
    assert found.cut
    assert cut(found) == ("2026-03-01", "2026-03-16", 15)


def test_a_period_cut_at_its_start_or_at_both_ends_does_not():
    assert cut(part("bought", "2026-01", days("2026-01-05", "2026-03-16"))) == ("2026-01-05", "2026-02-01", None)
    assert cut(part("bought", "2026-01", days("2026-01-05", "2026-01-16"))) == ("2026-01-05", "2026-01-16", None)


def test_the_part_is_what_all_sources_cover():
    found = part("reached", "2026-01", days("2026-01-05", "2026-03-16"), days("2025-01-01", "2026-01-20"))
    assert cut(found) == ("2026-01-05", "2026-01-20", None)


@pytest.mark.parametrize(
    ("covers", "named"),
    [
        (
            [days("2026-02-01", "2026-03-01"), days("2026-01-01", "2026-02-01")],
            "`orders` covers 2026-02-01 to 2026-02-28",
        ),
        (
            [days("2026-01-01", "2026-02-01"), days("2025-01-01", "2026-01-01")],
            "`plan` covers 2025-01-01 to 2025-12-31",
        ),
        (
            [days("2026-01-01", "2026-01-10"), days("2026-01-10", "2026-02-01")],
            "no day of the period is covered by all",
        ),
        (
            [no_rows("orders", dt.date(2026, 3, 15)), no_rows("plan", dt.date(2026, 3, 15))],
            "`orders` has no rows up to 2026-03-15",
        ),
    ],
)
def test_a_period_that_is_not_covered_names_the_first_source_at_fault(covers, named):
    found = part("reached", "2026-01", *covers)
    assert isinstance(found, Reason)
    assert found.why is Why.NO_DATA
    assert named in found.text.en


@pytest.mark.parametrize("text", ["2026-W03", "2026-01-15"])
def test_a_plan_by_month_has_no_weeks_and_days(text):
    found = part("reached", text, days("2026-01-01", "2027-01-01"), days("2026-01-01", "2027-01-01"))
    assert isinstance(found, Reason)
    assert found.text.en == "`plan` is by month"


@pytest.mark.parametrize("text", ["2026-01", "2026-Q2", "2026-H1", "2026", "FY2026-Q3"])
def test_a_plan_by_month_has_whatever_is_made_of_months(text):
    covers = days("2025-01-01", "2028-01-01")
    assert not part("reached", text, covers, covers).cut


# ---- before


def before(moment, count=1, grain=None):
    found = earlier(MODEL, moment, count, grain)
    return found and (found.period.text, *cut(found))


def test_before_a_whole_period_is_the_whole_one_before_it():
    whole = part("bought", "2026-03", days("2025-01-01", "2027-01-01"))
    assert before(whole) == ("2026-02", "2026-02-01", "2026-03-01", None)
    assert before(whole, 1, "year") == ("2025-03", "2025-03-01", "2025-04-01", None)


def test_before_a_cut_period_lie_as_many_days():
    mid = part("bought", "2026-03", days("2025-01-01", "2026-03-16"))
    assert before(mid) == ("2026-02", "2026-02-01", "2026-02-16", 15)


def test_before_the_thirtieth_of_march_lies_all_of_february_and_before_that_thirty_days_of_january():
    late = part("bought", "2026-03", days("2025-01-01", "2026-03-31"))
    assert before(late) == ("2026-02", "2026-02-01", "2026-03-01", 30)
    assert before(earlier(MODEL, late, 1, None)) == ("2026-01", "2026-01-01", "2026-01-31", 30)


def test_nothing_lies_before_a_period_cut_at_its_start_a_leap_day_week_53_and_all():
    covers = days("2020-01-02", "2027-01-01")
    assert before(part("bought", "2020-01", covers)) is None
    assert before(part("bought", "2024-02-29", covers), 1, "year") is None
    assert before(part("bought", "2020-W53", covers), 1, "year") is None
    assert before(Moment(replace(period("2026"), text="all", grain="all"), *days("2026-01-01", "2027-01-01"))) is None


def test_an_earlier_stretch_must_be_covered_whole():
    moment = part("bought", "2026-03", days("2026-02-01", "2026-04-01"))
    found = earlier(MODEL, moment, 1, None)
    assert covered_whole(MODEL, found, (ORDERS,), {ORDERS: days("2026-02-01", "2026-04-01")}) is None
    reason = covered_whole(MODEL, found, (ORDERS,), {ORDERS: days("2026-02-02", "2026-04-01")})
    assert reason.text.en == "`orders` covers 2026-02-02 to 2026-03-31 only"
    assert covered_whole(MODEL, found, (PLAN,), {PLAN: no_rows("plan", dt.date(2026, 3, 15))}) == no_rows(
        "plan", dt.date(2026, 3, 15)
    )


# ---- what aggregates look at

MID_MARCH = Moment(period("2026-03"), *days("2026-03-05", "2026-03-16"))


@pytest.mark.parametrize(
    ("name", "windows"),
    [
        ("bought", (days("2026-03-05", "2026-03-16"),)),
        ("hired", (days("2026-03-05", "2026-03-16"),)),
        ("employed", (day("2026-03-16"),)),
        ("began", (day("2026-03-01"),)),
        ("mean", (day("2026-03-01"), day("2026-03-16"))),
        ("places", (None,)),
    ],
)
def test_an_aggregate_looks_at_the_known_part_or_at_its_ends(name, windows):
    (aggregate,) = aggregates(formula(name))
    assert seen(sight(MODEL, aggregate), MID_MARCH) == windows


def test_rows_that_stand_for_a_month_are_looked_at_in_the_whole_period():
    _, plan = aggregates(formula("reached"))
    assert seen(sight(MODEL, plan), MID_MARCH) == (days("2026-03-01", "2026-04-01"),)

"""The row for all members together: what is computed without the breakdown; and the sum of its parts, where it must be."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given

from kpilang.model.additive import adds_up
from tests.laws.test_breakdowns import broken_down
from tests.laws.trial import VISITS, by_engine, quiet, told
from tests.plan.kit import kpis, project

CELLS = """id,at,guest,room,score,paid
1,2026-01-05,ann,east,1,1.10
2,2026-01-05,ann,west,2,2.20
3,2026-01-31,bob,,3,4.40
4,2026-02-01,ann,west,2,8.80
"""
FORMULAS = {
    "paid": "sum(visits.paid)",
    "less": "2 * sum(visits.paid) - sum(visits.paid where score > 1) / 4",
    "grown": "sum(visits.paid) - previous(sum(visits.paid))",
    "ever": "cumulative(count(visits))",
    "by_guest": "sum(sum(visits.paid) per guest)",
    "guests": "count(distinct visits.guest)",
    "mean": "avg(visits.paid)",
    "tip": "sum(visits.paid) + 1 CNY",
    "best": "sum(max(visits.paid) per guest)",
    "share": "sum(visits.paid) / total(sum(visits.paid))",
}
SUMS = ("paid", "less", "grown", "ever", "by_guest")


@quiet
@given(broken_down())
def test_a_total_is_the_value_without_the_breakdown(given):
    trial, column = given
    alone = by_engine(trial)
    rows = by_engine(replace(trial, ask=trial.ask | {"by": column, "total": "yes"}))
    totals = {place: row for place, row in rows.items() if place[2] == ()}
    assert totals.keys() == alone.keys()
    assert {place: told(row) for place, row in totals.items()} == {place: told(row) for place, row in alone.items()}


def rows_of(names):
    asked = project(VISITS + kpis(**FORMULAS), {"visits": CELLS})
    found = asked.rows(*names, by="room", total=True, as_of="2026-02-28").values()
    return [row for row in found if row.period == "2026-02"]


def test_the_parts_of_a_sum_add_up_and_its_total_is_not_marked():
    for name in SUMS:
        rows = rows_of([name])
        parts = sum((row.value for row in rows if row.by), Decimal(0))
        assert [(row.value, row.notes) for row in rows if not row.by] == [(parts, ())], name


def test_the_total_of_what_need_not_add_up_is_marked():
    for name in FORMULAS.keys() - {*SUMS}:
        (total,) = (row for row in rows_of([name]) if not row.by)
        assert [note.code for note in total.notes] == ["not_a_sum"], name


def test_formulas_whose_parts_add_up_are_told_by_their_form():
    model = project(VISITS + kpis(**FORMULAS), {"visits": CELLS}).project.model
    assert {name for name in FORMULAS if adds_up(model.kpis[name].formula)} == {*SUMS}

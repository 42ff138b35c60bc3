"""Laws 2 and 3: breakdowns and filters select rows first; what cannot be broken down is named; no row is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kpilang.diagnostics import Severity
from tests.laws.trial import VISITS, by_engine, quiet, text, told, visits
from tests.plan.kit import kpis, project
from tests.reference.formulas import formulas, predicate
from tests.reference.generate import Trial, kpi
from tests.reference.generate import project as ground
from tests.reference.test_laws import SPAN

COLUMNS = {
    "orders": ("status", "customer.segment", "member.tier"),
    "staff": ("team", "member.tier"),
    "stock": ("item",),
}


@st.composite
def broken_down(draw: st.DrawFn) -> tuple[Trial, str]:
    definitions, cells = ground(draw)
    source = draw(st.sampled_from(("orders", "orders", "staff", "stock")))
    one = kpi("one", draw(formulas((source,), "one")))
    return Trial(definitions + one, cells, SPAN | {"kpis": "one"}), draw(st.sampled_from(COLUMNS[source]))


@quiet
@given(broken_down())
def test_a_member_has_the_value_that_the_filter_for_it_gives(given):
    trial, column = given
    rows = by_engine(replace(trial, ask=trial.ask | {"by": column}))
    for member in {by[0] for _, _, by in rows}:
        where = f"{column} is null" if member is None else f'{column} = "{member}"'
        alone = by_engine(replace(trial, ask=trial.ask | {"where": where}))
        for (name, period, _), row in alone.items():
            assert told(row) == told(rows[name, period, (member,)])


@quiet
@given(visits(), st.sampled_from(("east", "west")))
def test_having_sees_only_the_rows_selected(rows, room):
    formula = "count(distinct visits.guest having count(visits) >= 2)"
    asked = project(VISITS + kpis(one=formula), {"visits": text(rows)})
    filtered = asked.values(as_of="2026-02-28", where=f'room = "{room}"')
    broken = asked.values(as_of="2026-02-28", by="room")
    for period in ("2026-01", "2026-02"):
        seen = Counter(visit["guest"] for visit in rows if visit["at"].startswith(period) and visit["room"] == room)
        often = sum(count >= 2 for guest, count in seen.items() if guest)
        assert filtered["one", period] == often
        assert broken.get(("one", period, room), 0) == often


@st.composite
def additive(draw: st.DrawFn) -> tuple[Trial, str]:
    definitions, cells = ground(draw)
    source = draw(st.sampled_from(tuple(COLUMNS)))
    clauses = f" where {predicate(draw, source)}" + (
        "" if source == "orders" else draw(st.sampled_from((" at closing", " at opening")))
    )
    one = kpi("one", f"count({source}{clauses})")
    return Trial(definitions + one, cells, SPAN | {"kpis": "one"}), draw(st.sampled_from(COLUMNS[source]))


@quiet
@given(additive())
def test_members_with_none_add_up_to_the_whole(given):
    trial, column = given
    broken = by_engine(replace(trial, ask=trial.ask | {"by": column}))
    for (_, period, _), row in by_engine(trial).items():
        if row.value is not None:
            assert sum(found.value for place, found in broken.items() if place[1] == period) == row.value


LINKED = """source sales {
  key   id
  time  day
  link  shop_id -> shops as shop
  column id : text
  column day : date
  column shop_id : text
  column amount : money(EUR)
}
source shops {
  key id
  column id : text
  column region : text
}
source plan {
  time month each month
  column month : date
  column amount : money(EUR)
}
"""
CELLS = {
    "sales": "id,day,shop_id,amount\n1,2026-01-05,a,10\n2,2026-01-06,b,20\n3,2026-01-07,lost,40\n4,2026-01-31,,80\n",
    "shops": "id,region\na,north\nb,\n",
    "plan": "month,amount\n2026-01-01,300\n",
}


def test_rows_without_partner_and_with_an_empty_member_are_the_member_none():
    asked = project(LINKED + kpis(sold="sum(sales.amount)"), CELLS)
    assert asked.values(by="shop.region", as_of="2026-01-31") == {
        ("sold", "2026-01", "north"): 10,
        ("sold", "2026-01", None): 140,
    }


def test_an_aggregate_that_cannot_be_broken_down_is_an_error_that_names_it():
    formulas = {"sold": "sum(sales.amount)", "reached": "sum(sales.amount) / sum(plan.amount where amount > 1 EUR)"}
    found = project(LINKED + kpis(**formulas), CELLS).answer(by="shop.region", as_of="2026-01-31")
    assert {row.kpi for row in found.result.rows} == {"sold"}
    (error,) = found.diagnostics
    assert error.severity is Severity.ERROR
    said = " ".join(text.en for text in (error.message, error.label, error.why, error.help) if text is not None)
    assert "`sum(plan.amount where amount > 1 EUR)`" in said
    assert "reached" in said or error.kpi == "reached"


def test_a_filter_that_a_source_cannot_answer_is_an_error_and_not_another_number():
    formulas = {"sold": "sum(sales.amount)", "planned": "sum(plan.amount)"}
    found = project(LINKED + kpis(**formulas), CELLS).answer(where='shop.region = "north"', as_of="2026-01-31")
    assert [(row.kpi, row.value) for row in found.result.rows] == [("sold", 10)]
    assert [error.severity for error in found.diagnostics] == [Severity.ERROR]


STOCK = """source stock {
  key item
  snapshot read changes carried at most 2 days
  covers 2024-01 .. 2024-03
  column item : text
  column read : date
  column segment : text
}
"""
CONTRADICTING = {"stock": "item,read,segment\np,2024-01-30,red\np,2024-01-30,red\np,2024-04-01,red\n"}


def test_bad_data_have_a_row_for_each_member_and_none_where_nobody_was_seen():
    """The readings of 30 January hold until 1 February, that of April comes after coverage."""
    asked = project(STOCK + kpis(held="count(stock at closing)"), CONTRADICTING)
    january = asked.values(by="segment", as_of="2024-05-01", period="2024-01..2024-02")
    assert january == {("held", "2024-01", "red"): "bad data", ("held", "2024-02", "red"): "bad data"}
    assert asked.values(by="segment", as_of="2024-05-01", period="2024-02..2024-03") == {}

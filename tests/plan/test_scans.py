"""Every aggregate is planned once, and few statements answer many KPIs."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from kpilang.model.check import check
from kpilang.model.expr import Column, aggregates
from kpilang.plan import scans
from kpilang.plan.demand import Demand
from kpilang.plan.glances import Glances
from kpilang.plan.moments import Moment
from kpilang.plan.question import Question
from kpilang.plan.rows import Scopes
from kpilang.plan.scans import Size
from kpilang.plan.timeline import Past, Timeline
from kpilang.syntax.parser import parse, parse_path
from kpilang.text import Source
from tests.plan.kit import kpis, project

ORDERS = """source orders {
  key id  time day
  column id : text
  column day : date
  column paid : date
  column status : text
  column size : number
  column gift : bool
  column region : text
  column buyer : integer
}
"""
STATES = ("open", "paid", "late", "gone")
BY_STATUS = {name: f'count(orders where status = "{name}")' for name in STATES}
CROSSED = {
    "a": 'count(orders where status = "open")',
    "b": "count(orders where size > 1)",
    "c": "count(orders where gift)",
    "d": 'count(orders where region = "north")',
}


def planned(formulas, rows=10, members=1, by=(), months=1, values=None, ranges=None, foldable=True, room=10**9):
    """The statements that answer KPIs of some formulas over the first months of 2026."""
    model = check([parse(Source("case.kpi", ORDERS + kpis(**formulas)))])
    assert not model.diagnostics, [item.message.en for item in model.diagnostics]
    demand = Demand(model, Glances(model, Past(model, {})), frozenset(), frozenset())
    for kpi in model.kpis.values():
        for month in range(1, months + 1):
            period = model.calendar.parse(f"2026-{month:02}")
            for aggregate in aggregates(kpi.formula):
                demand.add(aggregate, Timeline([Moment(period, period.start, period.end)]))
    paths = tuple(parse_path(Source("<--by>", name))[0] for name in by)
    scopes = Scopes(model, Question((), dt.date(2026, 12, 31), by=paths))
    columns = {
        node.name: node for kpi in model.kpis.values() for node in kpi.formula.walk() if isinstance(node, Column)
    }
    size = Size(
        rows=rows,
        foldable=foldable,
        members=members,
        distinct={columns[name]: count for name, count in (values or {}).items()},
        ranges={columns[name]: ends for name, ends in (ranges or {}).items()},
        room=room,
    )
    return demand.statements(scopes, dict.fromkeys(demand.found, size))


def computed(formulas, **options):
    """The statements that compute values; the others tell members and notes."""
    return [statement for statement in planned(formulas, **options) if statement.aggregates]


def ways(*arguments, **options):
    return [statement.way for statement in planned(*arguments, **options)]


def test_few_aggregates_are_answered_in_one_pass():
    few = {name: BY_STATUS[name] for name in STATES[:3]}
    assert ways(few, rows=10**9) == ["direct"]


def test_many_aggregates_without_filter_are_answered_in_one_pass():
    formulas = {f"k{number}": f"sum(orders.size) + {number}" for number in range(3)}
    formulas |= {
        "low": "min(orders.size)",
        "high": "max(orders.size)",
        "mean": "avg(orders.size)",
        "n": "count(orders)",
    }
    assert ways(formulas, rows=10**9) == ["direct"]


@pytest.mark.parametrize(("rows", "way"), [(49, "direct"), (50, "partial"), (10**9, "partial")])
def test_filters_on_one_column_make_one_group_each_and_one_for_the_rest(rows, way):
    assert ways(BY_STATUS, rows=rows) == [way]


@pytest.mark.parametrize(("rows", "way"), [(159, "direct"), (160, "partial")])
def test_filters_on_different_columns_multiply(rows, way):
    assert ways(CROSSED, rows=rows) == [way]


def test_windows_and_members_multiply_the_groups():
    assert ways(BY_STATUS, rows=150, months=3) == ["partial"]
    assert ways(BY_STATUS, rows=149, months=3) == ["direct"]
    assert ways(BY_STATUS, rows=5000, members=100, by=("region",)) == ["partial"]
    assert ways(BY_STATUS, rows=5000, members=101, by=("region",)) == ["direct"]


def test_a_column_with_few_values_is_grouped_by_as_it_is():
    formulas = {f"k{number}": f'count(orders where status in ("open", "s{number}"))' for number in range(20)}
    (many,) = planned(formulas, rows=220)
    assert (many.way, [axis.column.name for axis in many.axes]) == ("partial", ["status"])
    assert set(many.axes[0].cuts) == {"open", *(f"s{number}" for number in range(20))}
    (few,) = planned(formulas, rows=210, values={"status": 5})
    assert [axis.name for axis in few.axes] == ["status"]
    assert [statement.way for statement in planned(formulas, rows=60, values={"status": 5})] == ["partial"]
    assert [statement.way for statement in planned(formulas, rows=59, values={"status": 5})] == ["direct"]


def test_comparisons_shared_by_filters_are_one_axis():
    formulas = {
        "a": 'count(orders where status = "open" and gift)',
        "b": 'count(orders where status = "open" and not gift)',
        "c": 'count(orders where status = "open" or size > 1)',
        "d": 'count(orders where not status = "open")',
    }
    (found,) = planned(formulas, rows=10**6)
    assert (found.way, len(found.axes)) == ("partial", 3)


def test_groups_do_not_decide_filters_while_bad_rows_are_skipped():
    assert ways(BY_STATUS, rows=10**9, foldable=False) == ["direct"]


def test_grouped_aggregates_share_one_statement_however_many_they_are():
    formulas = {f"k{number}": f'count(orders where status = "s{number}")' for number in range(200)}
    (found,) = planned(formulas, rows=10**6)
    assert (found.way, len(found.aggregates)) == ("partial", 200)


@pytest.mark.parametrize(("spare", "parties"), [(1, [2]), (0, [1, 1])])
def test_groups_of_several_kinds_come_of_one_pass_where_they_sum_nearly_the_same(monkeypatch, spare, parties):
    monkeypatch.setattr(scans, "SPARE_SUMS", spare)
    formulas = {f"s{number}": f'sum(orders.size where status = "s{number}")' for number in range(200)}
    formulas |= {f"r{number}": f'count(orders where region = "r{number}")' for number in range(200)}
    found = planned(formulas, rows=10**6)
    assert [(item.way, len(item.parties)) for item in found] == [("partial", count) for count in parties]
    assert sorted(len(item.aggregates) for item in found) == ([400] if len(found) == 1 else [200, 200])
    assert sum(len(party.aggregates) for item in found for party in item.parties) == 400


def test_keys_that_are_whole_numbers_of_small_range_are_counted_by_bits():
    formulas = {"buyers": "count(distinct orders.buyer)", "big": "count(distinct orders.buyer where size > 1)"}
    (found,) = computed(formulas, ranges={"buyer": (1, 1000)})
    assert (found.way, found.bounds, len(found.aggregates)) == ("bitmap", (1, 1000), 2)
    assert [item.way for item in computed(formulas, ranges={"buyer": (1, 10**12)})] == ["distinct"]
    assert [item.way for item in computed(formulas, ranges={"buyer": (1, 10**8)}, months=12)] == ["distinct"]
    often = {"often": "count(distinct orders.buyer having count(orders) > 1)"}
    assert [item.way for item in computed(often | formulas, ranges={"buyer": (1, 1000)})] == ["bitmap", "distinct"]


BUYERS = {
    "all": "count(distinct orders.buyer)",
    "paid": 'count(distinct orders.buyer where status = "paid")',
    "late": 'count(distinct orders.buyer where status = "late")',
    "big": "count(distinct orders.buyer where size > 1)",
}


def test_large_bitmaps_are_one_for_each_combination_of_what_filters_look_at():
    (small,) = computed(BUYERS, ranges={"buyer": (1, 8 * 10**5)})
    (large,) = computed(BUYERS, ranges={"buyer": (1, 16 * 10**6)})
    assert (small.way, small.axes) == ("bitmap", ())
    assert (large.way, len(large.axes)) == ("bitmap", 2)
    assert large.axes[0].cuts == ("late", "paid")
    assert "6 combinations" in large.why.en
    (skipping,) = computed(BUYERS, ranges={"buyer": (1, 16 * 10**6)}, foldable=False)
    assert (skipping.way, skipping.axes) == ("bitmap", ())


def test_bitmaps_keep_within_the_memory_there_is():
    wide = {"buyer": (1, 16 * 10**6)}
    assert [(item.way, bool(item.axes)) for item in computed(BUYERS, ranges=wide, room=12 * 10**6)] == [
        ("bitmap", True)
    ]
    assert [(item.way, bool(item.axes)) for item in computed(BUYERS, ranges=wide, room=11 * 10**6)] == [
        ("bitmap", False)
    ]
    assert [item.way for item in computed(BUYERS, ranges=wide, room=7 * 10**6)] == ["distinct"]


def test_the_plan_says_why():
    (partial,), (many,) = planned(BY_STATUS, rows=1000), planned(BY_STATUS, rows=10)
    assert "4 aggregates over 1000 rows" in partial.why.en
    assert "about 5 groups over 10 rows" in many.why.en


EVERYTHING = {
    "rows": "count(orders)",
    "rate": 'count(orders where status = "paid") / count(orders)',
    "rest": 'count(orders) - count(orders where status = "paid")',
    "middle": "median(orders.size) + count(orders)",
    "middle_again": "median(orders.size) * 2",
    "towns": "count(distinct orders.region)",
    "towns_again": "count(distinct orders.region) / count(orders)",
    "late_towns": 'count(distinct orders.region where status = "late")',
    "paid_in": "count(orders on paid)",
    "first_size": "first(orders.size) + last(orders.size)",
}


def test_an_aggregate_is_planned_once_however_many_kpis_use_it():
    statements = planned(EVERYTHING)
    often = Counter((item, statement.scan.clock) for statement in statements for item in statement.aggregates)
    assert set(often.values()) == {1}
    assert len(often) == 8


def test_each_family_and_each_clock_has_its_statement():
    assert sorted(ways(EVERYTHING)) == ["direct", "direct", "distinct", "order", "whole"]


def test_statements_do_not_grow_with_the_number_of_kpis_until_one_is_full():
    def many(count):
        return {f"k{number}": f"count(orders where size > {number})" for number in range(count)}

    assert [len(planned(many(count))) for count in (1, 2, 10, 60, 61, 120, 121)] == [1, 1, 1, 1, 2, 2, 3]


def test_periods_and_kpis_share_a_statement():
    (statement,) = planned(BY_STATUS, months=12)
    assert len(statement.scan.windows) == 12
    assert len(statement.aggregates) == 4


def test_a_breakdown_always_has_a_statement_that_tells_the_members():
    found = planned({"middle": "median(orders.size)"}, by=("region",))
    assert [(statement.way, len(statement.aggregates)) for statement in found] == [("direct", 0), ("whole", 1)]
    assert ways({"middle": "median(orders.size)"}) == ["whole"]


def test_distinct_counts_of_one_key_share_a_grouping():
    formulas = {f"k{number}": f"count(distinct orders.region where size > {number})" for number in range(5)}
    formulas |= {"pairs": "count(distinct orders.region, orders.status)"}
    assert [(item.way, len(item.aggregates), len(item.keys)) for item in computed(formulas)] == [
        ("distinct", 5, 1),
        ("distinct", 1, 2),
    ]


def test_what_is_bad_data_is_not_computed_and_still_tells_members():
    model = check([parse(Source("case.kpi", ORDERS + kpis(one="sum(orders.size)")))])
    (aggregate,) = aggregates(model.kpis["one"].formula)
    period = model.calendar.parse("2026-01")
    for blind, windows in ((frozenset(), 1), (frozenset({aggregate}), 0)):
        demand = Demand(model, Glances(model, Past(model, {})), frozenset({aggregate}), blind)
        demand.add(aggregate, Timeline([Moment(period, period.start, period.end)]))
        assert [len(found) for _, found in demand.found.values()] == [1] * windows
        assert not any(wanted for wanted, _ in demand.found.values())


def test_a_hundred_kpis_over_real_rows_are_few_statements():
    formulas = {f"k{number}": f'count(orders where status = "s{number}")' for number in range(50)}
    formulas |= {f"m{number}": f'sum(orders.size where status = "s{number}")' for number in range(10)}
    cells = {"orders": "id,day,paid,status,size,gift,region\n1,2026-01-31,2026-02-01,s1,1,true,north\n"}
    found = project(ORDERS + kpis(**formulas), cells).plan(as_of="2026-01-31")
    assert len(found) == 1
    assert found[0].sql.count(" FROM ") == 1

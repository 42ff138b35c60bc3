"""Totals: values without the breakdown, or without some columns of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.plan.kit import kpis, project

SHOP = """source sales {
  key id  time day
  link store -> stores
  column day : date
  column price : number
  column buyer : text
  column channel : text
  covers 2026-01 .. 2026-02
}
source stores {
  key store
  column region : text
}
source plan {
  time day
  column price : number
  column region : text
  covers 2026-01 .. 2026-02
}
source market {
  time day
  column price : number
  covers 2026-01 .. 2026-02
}
"""
SALES = """id,day,store,price,buyer,channel
1,2026-01-05,a,10,x,web
2,2026-01-06,a,20,y,shop
3,2026-01-07,b,30,x,web
4,2026-02-05,b,40,x,shop
5,2026-02-06,b,60,z,shop
"""
CELLS = {
    "sales": SALES,
    "stores": "store,region\na,n\nb,s\n",
    "plan": "day,price,region\n2026-01-01,80,n\n2026-01-01,20,s\n2026-02-01,50,w\n",
    "market": "day,price\n2026-01-01,1000\n2026-02-01,2000\n",
}
OPTIONS = {"as_of": "2026-02-28"}


def asked(definitions=SHOP, cells=CELLS, **formulas):
    return lambda **options: project(definitions + kpis(**formulas), cells).values(*formulas, **OPTIONS, **options)


def one(formula, **options):
    """The values of a formula by period and members."""
    return {place[1:]: value for place, value in asked(x=formula)(**options).items()}


def test_a_total_is_the_value_without_the_breakdown():
    assert one("total(sum(sales.price)) - sum(sales.price)", by="stores.region") == {
        ("2026-01", "n"): 30,
        ("2026-01", "s"): 30,
        ("2026-02", "n"): 100,
        ("2026-02", "s"): 0,
    }


@pytest.mark.parametrize(
    ("formula", "january"),
    [
        ("total(count(distinct sales.buyer))", 2),  # x bought in both regions
        ("total(median(sales.price))", 20),
        ("total(sum(sales.price) / count(sales))", 20),
        ("total(cumulative(count(sales)))", 3),
        ("total(avg(sum(sales.price) per buyer))", 30),
        ("total(new(sales.buyer))", 2),
        ("cumulative(total(count(sales)))", 3),
    ],
)
def test_it_is_computed_once_more_over_all_rows(formula, january):
    found = one(f"{formula} + 0 * sum(sales.price)", by="stores.region", period="2026-01")
    assert found == {("2026-01", "n"): january, ("2026-01", "s"): january}


def test_columns_that_are_named_are_left_out_of_the_breakdown():
    found = one(
        "sum(sales.price) / total(sum(sales.price), stores.region)", by="stores.region,channel", period="2026-01"
    )
    assert found == {
        ("2026-01", "n", "shop"): 1,
        ("2026-01", "n", "web"): Decimal("0.25"),
        ("2026-01", "s", "web"): Decimal("0.75"),
    }


def test_a_column_that_nobody_asked_to_break_down_by_is_no_matter():
    assert one("sum(sales.price) - total(sum(sales.price), channel)", by="stores.region", period="2026-01") == {
        ("2026-01", "n"): 0,
        ("2026-01", "s"): 0,
    }
    assert one("sum(sales.price) / total(sum(sales.price))") == {("2026-01",): 1, ("2026-02",): 1}


def test_where_stays():
    found = one(
        "total(sum(sales.price)) + 0 * count(sales)", by="stores.region", where='channel = "web"', period="2026-01"
    )
    assert found == {("2026-01", "n"): 40, ("2026-01", "s"): 40}


def test_a_source_inside_need_not_reach_the_breakdown_and_tells_no_members():
    assert one("sum(sales.price) / total(sum(market.price))", by="stores.region", period="2026-01") == {
        ("2026-01", "n"): Decimal("0.03"),
        ("2026-01", "s"): Decimal("0.03"),
    }
    assert one("sum(sales.price) / total(sum(plan.price))", by="region", period="2026-02") == {
        ("2026-02", "s"): 2,
    }


def test_where_all_is_a_total_members_are_told_by_what_can_be_broken_down():
    assert one("total(sum(sales.price) / sum(market.price))", by="stores.region", period="2026-01") == {
        ("2026-01", "n"): Decimal("0.06"),
        ("2026-01", "s"): Decimal("0.06"),
    }
    assert one("total(sum(market.price))", by="region", period="2026-01") == {("2026-01", None): 1000}


def test_a_used_kpi_is_totalled_and_looks_back_with_its_total():
    found = asked(sold="sum(sales.price)", part="sold / total(sold) - previous(sold / total(sold))")(by="stores.region")
    assert (found["part", "2026-02", "n"], found["part", "2026-02", "s"]) == (Decimal("-0.5"), Decimal("0.5"))


def test_bad_data_spoil_totals_too():
    cells = {**CELLS, "sales": SALES.replace(",10,x", ",ten,x")}
    found = asked(cells=cells, x="count(sales) / total(sum(sales.price))", y="count(sales) / total(count(sales))")(
        by="stores.region", period="2026-01"
    )
    assert found["x", "2026-01", "n"] == "bad data"
    assert found["y", "2026-01", "n"] == Decimal("0.666666666667")


def test_a_part_tells_that_it_is_a_total():
    rows = project(SHOP + kpis(x="sum(sales.price) / previous(total(sum(sales.price), channel))"), CELLS).rows(
        "x", **OPTIONS, by="channel", period="2026-02"
    )
    assert [part.text for part in rows["x", "2026-02", "shop"].parts] == [
        "sum(sales.price)",
        "sum(sales.price) [total channel, 2026-01]",
    ]

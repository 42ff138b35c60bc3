"""Every way of counting keys and of folding sums gives what a loop over the rows gives."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kpilang.plan import scans
from kpilang.sql import counts
from tests.plan.kit import kpis, project

BOUGHT = [
    # (id, month, region, status, channel, size, price, cost, buyer)
    (
        number,
        number % 3 + 1,
        "nse"[number % 7 % 3],
        ("paid", "late", "gone", "")[number % 4],
        "web" if number % 5 else "",
        number % 6,
        number % 11,
        number % 4,
        number * 37 % 23,
    )
    for number in range(1, 400)
]
SOLD = """source sales {
  key id  time day
  column id : integer
  column day : date
  column region : text
  column status : text
  column channel : text
  column size : integer
  column price : money(EUR)
  column cost : money(EUR)
  column buyer : integer
  column name : text
}
"""
ASKED = {
    "all": ("", lambda row: True),
    "paid": (' where status = "paid"', lambda row: row[3] == "paid"),
    "late_web": (' where status = "late" and channel = "web"', lambda row: row[3] == "late" and row[4] == "web"),
    "unpaid": (' where not status = "paid"', lambda row: row[3] != "paid"),
    "other": (' where status != "paid" and size >= 3', lambda row: row[3] != "paid" and row[5] >= 3),
    "known": (' where status in ("paid", "late")', lambda row: row[3] in ("paid", "late")),
    "nowhere": (" where channel is null", lambda row: row[4] == ""),
}
APART = {"ROWS_PER_GROUP": 0, "FEW_AGGREGATES": 0, "CHEAP_GROUPS": 0, "MOST_CHEAP_GROUPS": 0}
HOW = {
    "as planned": {},
    "one bitmap each": {"CACHED_BYTES": 10**9},
    "one bitmap for each combination": {"CACHED_BYTES": -1, "MOST_TIMES_PLAIN": 10**9},
    "no bitmaps": {"BITMAP_BYTES": -1},
    "by groups": {"ROWS_PER_GROUP": 0, "FEW_AGGREGATES": 0},
    "by groups of several kinds in one pass": {**APART, "SPARE_SUMS": 10**9},
    "by groups of several kinds, a pass for each": {**APART, "SPARE_SUMS": -1},
}


@pytest.fixture(scope="module")
def sales():
    lines = ["id,day,region,status,channel,size,price,cost,buyer,name"]
    lines += [
        f"{number},2026-{month:02}-15,{region},{status},{channel},{size},{price}.50,{cost}.25,{buyer},b{buyer}"
        for number, month, region, status, channel, size, price, cost, buyer in BOUGHT
    ]
    formulas = {}
    for name, (where, _) in ASKED.items():
        formulas[f"buyers_{name}"] = f"count(distinct sales.buyer{where})"
        formulas[f"names_{name}"] = f"count(distinct sales.name{where})"
        formulas[f"margin_{name}"] = f"sum(price - cost{where})"
        formulas[f"mean_{name}"] = f"avg(price - cost + price{where})"
    return project(SOLD + kpis(**formulas), {"sales": "\n".join(lines) + "\n"}, threads=2)


@pytest.mark.parametrize("limits", HOW.values(), ids=HOW)
@pytest.mark.parametrize("by", [None, "region"])
def test_keys_are_counted_and_differences_summed_as_a_loop_does(sales, monkeypatch, limits, by):
    for name, limit in limits.items():
        monkeypatch.setattr(scans, name, limit)
    rows = sales.rows(as_of="2026-03-31", grains="month,quarter", **({"by": by} if by else {}))
    wrong = {}
    for (name, period, *member), row in rows.items():
        kind, _, asked = name.partition("_")
        months = [int(period[5:])] if "-Q" not in period else [1, 2, 3]
        seen = [item for item in BOUGHT if item[1] in months and ASKED[asked][1](item) and member in ([], [item[2]])]
        margins = [Decimal(f"{item[6]}.50") - Decimal(f"{item[7]}.25") for item in seen]
        prices = [Decimal(f"{item[6]}.50") for item in seen]
        expected = {
            "buyers": Decimal(len({item[8] for item in seen})),
            "names": Decimal(len({item[8] for item in seen})),
            "margin": sum(margins, Decimal(0)),
            "mean": (sum(margins, Decimal(0)) + sum(prices, Decimal(0))) / len(seen) if seen else None,
        }[kind]
        if None in (row.value, expected) or abs(row.value - expected) > Decimal("1e-9"):
            wrong[name, period, *member] = (row.value, expected)
    assert not wrong
    assert len(rows) == 4 * len(ASKED) * 4 * (3 if by else 1)


CALLED = """source calls {
  key id  time day
  column id : integer
  column day : date
  column line : text
  column size : integer
  column caller : text
}
"""
FROM_SIZE = range(5)


@pytest.fixture(scope="module", params=[4, 13, 25, 40, 63], ids="{} days".format)
def calls(request):
    made = [
        (number, number * 11 % request.param, "xy"[number % 2], number % 5, number * 31 % 17) for number in range(900)
    ]
    start = dt.date(2026, 1, 1)
    lines = [
        f"{number},{start + dt.timedelta(day)},{line},{size},{'' if caller == 3 else f'c{caller}'}"
        for number, day, line, size, caller in made
    ]
    formulas = {f"from_{size}": f"count(distinct calls.caller where size >= {size})" for size in FROM_SIZE}
    text = "\n".join(["id,day,line,size,caller", *lines]) + "\n"
    days = [start + dt.timedelta(day) for day in range(request.param)]
    return project(CALLED + kpis(**formulas), {"calls": text}, threads=2), made, days


@pytest.mark.parametrize("most", [counts.MOST_COUNTED, 0], ids=["two bits a sum", "one bit a sum"])
@pytest.mark.parametrize("by", [None, "line"])
def test_bits_of_days_are_counted_wherever_they_stand_in_their_number(calls, monkeypatch, most, by):
    monkeypatch.setattr(counts, "MOST_COUNTED", most)
    asked, made, days = calls
    rows = asked.rows(as_of=str(days[-1]), grains="day", **({"by": by} if by else {}))
    expected = {
        (f"from_{least}", str(day), *member): len(
            {
                caller
                for _, at, line, size, caller in made
                if at == place and member in ((), (line,)) and size >= least and caller != 3
            }
        )
        for least in FROM_SIZE
        for place, day in enumerate(days)
        for member in ([("x",), ("y",)] if by else [()])
    }
    assert {key: row.value for key, row in rows.items()} == expected


LINKED = """source orders {
  key id  time day
  link person -> people as buyer
  column id : integer
  column day : date
  column person : text
}
source people { key name  column name : text  column town : text }
"""
PEOPLE = "name,town\na,north\nb,south\n"


@pytest.mark.parametrize(
    ("last", "join", "expected"),
    [("b", " JOIN", {"north": 2, "south": 1}), ("c", " LEFT JOIN", {"north": 2, None: 1})],
    ids=["every row has a partner", "one row has none"],
)
def test_rows_without_partner_stay_and_cost_only_where_there_are_any(last, join, expected):
    orders = f"id,day,person\n1,2026-01-05,a\n2,2026-01-06,a\n3,2026-01-07,{last}\n"
    asked = project(LINKED + kpis(n="count(orders)"), {"orders": orders, "people": PEOPLE})
    (told,) = asked.plan(as_of="2026-01-31", by="buyer.town")
    assert (join in told.sql, "LEFT" in told.sql) == (True, "LEFT" in join)
    rows = asked.rows(as_of="2026-01-31", grains="month", by="buyer.town")
    assert {member: row.value for (_, _, member), row in rows.items()} == expected

"""Each KPI of the standard library, filled in and computed over a few rows whose values can be worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpilang.model import library
from tests.plan.kit import project

SOURCES = """
source deals {
  key deal  time closed_on  covers 2026-01 .. 2026-01
  column amount : money(CNY)  column cost : money(CNY)  column won : bool
}
source answers {
  key answer  time given_on  covers 2026-01 .. 2026-01
  column score : integer in 0..10
}
source calls {
  key call  time at  covers 2026-01 .. 2026-01
  column waited : duration(minutes)  column first : bool  column solved : bool
}
source ads {
  time day  covers 2026-01 .. 2026-01
  column shown : integer  column clicks : integer  column spend : money(CNY)  column margin : money(CNY)
}
source people {
  key id  lives came until went  covers 2026-01 .. 2026-01
  column came : date  column went : date
}
source jobs {
  key job  time filled_on  covers 2026-01 .. 2026-01
  column open : duration(days)  column fees : money(CNY)  column pay : money(CNY)
}
source outages {
  key id  time at  covers 2026-01 .. 2026-01
  column lasted : duration(hours)
}
source parcels {
  key parcel  time due_on  covers 2026-01 .. 2026-01
  column came_on : date
}
"""
CELLS = {
    "deals": """deal,closed_on,amount,cost,won
1,2026-01-05,100,60,yes
2,2026-01-09,300,120,yes
3,2026-01-20,500,0,no
4,2026-01-30,80,0,no
5,2026-01-31,40,0,no
""",
    "answers": """answer,given_on,score
1,2026-01-02,10
2,2026-01-03,9
3,2026-01-04,9
4,2026-01-05,8
5,2026-01-06,3
""",
    "calls": """call,at,waited,first,solved
1,2026-01-02,30,yes,yes
2,2026-01-03,90,no,yes
3,2026-01-04,60,no,yes
4,2026-01-05,180,yes,no
""",
    "ads": """day,shown,clicks,spend,margin
2026-01-01,1000,30,200,500
2026-01-02,3000,50,300,750
""",
    "people": """id,came,went
a,2025-01-01,
b,2025-01-01,2026-01-10
c,2025-01-01,
d,2025-01-01,2026-01-20
e,2026-01-15,
""",
    "jobs": """job,filled_on,open,fees,pay
1,2026-01-10,20,1000,500
2,2026-01-20,50,2000,700
""",
    "outages": """id,at,lasted
1,2026-01-05,2
2,2026-01-25,6
""",
    "parcels": """parcel,due_on,came_on
1,2026-01-05,2026-01-04
2,2026-01-06,2026-01-06
3,2026-01-07,2026-01-09
4,2026-01-08,
""",
}

# Three of five deals were lost; 400 came in for a cost of 180.
# 3 of 5 would recommend and 1 would not; 4 of 5 gave 8 or more.
# There were four people on 1 January (a, b, c, d); b and d left, e came: at the end three. The mean of both is 3.5.
# The calls waited 30 + 90 + 60 + 180 minutes: 6 hours for four. Of three solved one was at first contact.
FILLED = {
    "std.sales.win_rate": ("won: count(deals where won), decided: count(deals)", "percent", "0.4"),
    "std.sales.average_order_value": (
        "revenue: sum(deals.amount where won), orders: count(deals where won)", "CNY", "200",
    ),
    "std.finance.roi": ("gain: sum(deals.amount where won), cost: sum(deals.cost)", "percent", "1.2222"),
    "std.finance.gross_margin": (
        "revenue: sum(deals.amount where won), cost_of_sales: sum(deals.cost)", "percent", "0.55",
    ),
    "std.finance.dso": (
        "receivables: sum(deals.amount where not won), revenue: sum(deals.amount where won), days: 31 days", "days", "48.05",
    ),
    "std.marketing.romi": ("margin: sum(ads.margin), spend: sum(ads.spend)", "percent", "1.5"),
    "std.marketing.ctr": ("clicks: sum(ads.clicks), impressions: sum(ads.shown)", "percent", "0.02"),
    "std.marketing.conversion": ("converted: count(deals where won), reached: sum(ads.clicks)", "percent", "0.025"),
    "std.customer.nps": (
        "promoters: count(answers where score >= 9), detractors: count(answers where score <= 6), answers: count(answers)",
        "points", "0.4",
    ),
    "std.customer.csat": ("satisfied: count(answers where score >= 8), answers: count(answers)", "percent", "0.8"),
    "std.customer.churn": ("lost: count(people on went), at_start: count(people at opening)", "percent", "0.5"),
    "std.customer.retention": (
        "kept: count(people at closing where came < 2026-01-01), at_start: count(people at opening)", "percent", "0.5",
    ),
    "std.service.fcr": ("solved_at_first: count(calls where solved and first), solved: count(calls where solved)", "percent", "0.3333"),
    "std.service.first_response": ("waited: sum(calls.waited), answered: count(calls)", "hours", "1.5"),
    "std.service.service_level": ("answered_in_time: count(calls where waited <= 1 hour), offered: count(calls)", "percent", "0.5"),
    "std.hr.turnover": ("leavers: count(people on went), average_headcount: count(people at average)", "percent", "0.5714"),
    "std.hr.time_to_fill": ("open_time: sum(jobs.open), filled: count(jobs)", "days", "35"),
    "std.hr.cost_per_hire": ("internal: sum(jobs.pay), external: sum(jobs.fees), hires: count(jobs)", "CNY", "2100"),
    "std.it.availability": ("agreed: 400 hours, down: sum(outages.lasted)", "percent", "0.98"),
    "std.operations.on_time_delivery": ("on_time: count(parcels where came_on <= due_on), due: count(parcels)", "percent", "0.5"),
}  # fmt: skip


@pytest.fixture(scope="module")
def values() -> dict[str, Decimal | str]:
    names = {name.replace(".", "_"): name for name in FILLED}
    texts = (
        f"kpi {short} is {name}({FILLED[name][0]}) {{ period month  unit {FILLED[name][1]} }}\n"
        for short, name in names.items()
    )
    asked = project(SOURCES + "".join(texts), CELLS)
    return {names[place[0]]: value for place, value in asked.values(*names, period="2026-01").items()}


def test_every_template_of_the_library_is_computed_here() -> None:
    assert {each.name for each in library.every()} == set(FILLED)


@pytest.mark.parametrize("name", FILLED)
def test_a_kpi_of_the_library_has_the_value_worked_out_by_hand(name: str, values: dict[str, Decimal | str]) -> None:
    wanted = Decimal(FILLED[name][2])
    given = values[name]
    assert isinstance(given, Decimal)
    assert round(given, max(-int(wanted.as_tuple().exponent), 0)) == wanted

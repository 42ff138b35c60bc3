"""What is measured of lives inside a period, and how long the period is; all values are worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

from tests.plan.kit import kpis, project

ORDERS = "source orders { key id  time at  column id : text  column at : date  column amount : number }\n"
SOLD = {"orders": "id,at,amount\n1,2026-01-05,10\n2,2026-02-01,7\n3,2026-02-28,7\n4,2026-03-15,6\n"}


def test_the_length_of_a_period_is_that_of_its_known_part():
    asked = project(ORDERS + kpis(days="sum(orders.amount) * 0 + period_length / 1 day"), SOLD)
    assert asked.values("days", as_of="2026-03-15", period="2026-01..2026-03") == {
        ("days", "2026-01"): Decimal(27),  # orders cover from the fifth on
        ("days", "2026-02"): Decimal(28),
        ("days", "2026-03"): Decimal(15),
    }


def test_the_length_under_previous_is_that_of_the_moment_looked_at():
    covering = ORDERS.replace("}", "covers 2026-01 .. 2026-03 }")
    asked = project(covering + kpis(daily="previous(sum(orders.amount) / (period_length / 1 day))"), SOLD)
    found = asked.values("daily", as_of="2026-03-31", period="2026-03")
    assert found == {("daily", "2026-03"): Decimal("0.5")}  # 14 in the 28 days of February


def test_timeless_sources_have_no_length_where_no_period_is_named():
    towns = 'source towns { key id column id : text }\nkpi n "n" { formula count(towns) * (period_length / 1 day) }'
    asked = project(towns, {"towns": "id\n1\n2\n"})
    assert asked.values("n", as_of="2026-03-31") == {("n", "all"): "no data"}
    assert asked.values("n", as_of="2026-03-31", grains="month", period="2026-02") == {("n", "2026-02"): Decimal(56)}


OUTAGES = (
    "source outages { key id  lives a until b  column id : text  column a : datetime  column b : datetime\n"
    "  column site : text  covers 2026-01 .. 2026-03 }\n"
)
DOWN = """id,a,b,site
1,2026-01-01 10:00,2026-01-01 12:00,n
2,2026-01-01 11:00,2026-01-01 13:30,s
3,2026-01-31 23:00,2026-02-01 01:00,n
4,2026-02-10 00:00,2026-02-10 00:00,n
5,2026-02-28 22:00,,s
"""
HOUR = 3600


def test_time_that_two_rows_hold_is_counted_once_and_cut_at_the_ends_of_the_period():
    asked = project(OUTAGES + kpis(down="alive_time(outages)", added="sum(alive_time(outages))"), {"outages": DOWN})
    found = asked.values("down", "added", as_of="2026-02-28")
    assert found == {
        ("down", "2026-01"): Decimal(HOUR * 9 / 2),
        ("down", "2026-02"): HOUR * 3,  # the last hour but two of February is known, the outage goes on
        ("added", "2026-01"): Decimal(HOUR * 11 / 2),
        ("added", "2026-02"): HOUR * 3,
    }


def test_members_and_filters_have_their_own_time():
    asked = project(
        OUTAGES + kpis(down="alive_time(outages)", north='alive_time(outages where site = "n")'), {"outages": DOWN}
    )
    found = asked.values("down", "north", as_of="2026-02-28", by="site", period="2026-01")
    assert found == {
        ("down", "2026-01", "n"): HOUR * 3,
        ("down", "2026-01", "s"): Decimal(HOUR * 5 / 2),
        ("north", "2026-01", "n"): HOUR * 3,
        ("north", "2026-01", "s"): 0,
    }


def test_without_rows_there_is_no_time_and_no_average():
    asked = project(OUTAGES + kpis(down="alive_time(outages)", mean="avg(alive_time(outages))"), {"outages": DOWN})
    values = asked.values("down", "mean", as_of="2026-03-31", period="2026-03", where='site = "n"')
    assert values == {("down", "2026-03"): 0, ("mean", "2026-03"): "no value"}


def test_a_clock_that_is_set_forward_takes_an_hour_from_what_passed_and_none_from_days():
    cells = {
        "outages": "id,a,b,site\n1,2026-03-08 00:00,2026-03-09 00:00,n\n",
        "staff": "id,a,b\n1,2026-03-08,2026-03-09\n",
    }
    staff = "source staff { key id  lives a until b  column id : text  column a : date  column b : date covers 2026 }\n"
    both = kpis(down="alive_time(outages) / 1 hour", there="sum(alive_time(staff)) / 1 hour")
    asked = project('calendar { zone "America/New_York" }\n' + OUTAGES + staff + both, cells)
    assert asked.values("down", "there", as_of="2026-03-31", period="2026-03") == {
        ("down", "2026-03"): 23,
        ("there", "2026-03"): 24,
    }


def test_no_more_time_is_held_than_the_period_has_days():
    always = {"outages": "id,a,b,site\n1,2026-01-01 00:00,,n\n"}
    covering = OUTAGES.replace("2026-03", "2026-12")
    asked = project(
        'calendar { zone "America/New_York" }\n' + covering + kpis(down="alive_time(outages) / period_length"), always
    )
    found = asked.values("down", as_of="2026-12-31", period="2026-11")
    assert found == {("down", "2026-11"): 1}  # 721 hours pass in November


def test_a_partner_that_lives_is_that_of_the_first_instant_inside_the_period():
    teams = (
        "source staff { key id  lives a through b  column id : text  column a : date  column b : date  column team : text\n"
        "  link team -> teams  covers 2026 }\n"
        "source teams { key team  lives a until b  column team : text  column a : date  column b : date  column boss : text }\n"
    )
    cells = {
        "staff": "id,a,b,team\n1,2026-01-10,2026-02-20,x\n",
        "teams": "team,a,b,boss\nx,2025-01-01,2026-02-01,Ann\nx,2026-02-01,,Bob\n",
    }
    asked = project(teams + kpis(days="sum(alive_time(staff)) / 1 day"), cells)
    assert asked.values("days", as_of="2026-02-28", by="teams.boss", period="2026-01..2026-02") == {
        ("days", "2026-01", "Ann"): 22,
        ("days", "2026-01", "Bob"): 0,
        ("days", "2026-02", "Ann"): 0,
        ("days", "2026-02", "Bob"): 20,
    }


def test_many_lives_hold_as_many_days_as_are_counted_one_by_one():
    """Against days put into sets."""
    chance, first = Random(7), dt.date(2026, 1, 1)  # noqa: S311 - rows, not secrets
    lives = [
        (number, first + dt.timedelta(chance.randrange(-40, 180)), chance.randrange(0, 25), chance.choice("pqr"))
        for number in range(60)
    ]
    rows = "".join(f"{number},{start},{start + dt.timedelta(length)},{site}\n" for number, start, length, site in lives)
    source = "source l { key id  lives a until b  column id : text  column a : date  column b : date  column site : text covers 2026 }\n"
    asked = project(
        source + kpis(union="alive_time(l) / 1 day", total="sum(alive_time(l)) / 1 day"), {"l": "id,a,b,site\n" + rows}
    )
    for (name, period, site), value in asked.values(as_of="2026-06-20", by="site", period="2026-01..2026-06").items():
        days = [
            start + dt.timedelta(day)
            for _, start, length, where in lives
            for day in range(length)
            if where == site
            and f"{start + dt.timedelta(day):%Y-%m}" == period
            and start + dt.timedelta(day) <= dt.date(2026, 6, 20)
        ]
        assert value == (len(set(days)) if name == "union" else len(days))


BILLS = (
    "source bills { key id  lives issued until paid  column id : text  column issued : date  column paid : date\n"
    "  column due : date  column at : datetime  column open : number  covers 2026 }\n"
)
OPEN = """id,issued,paid,due,at,open
1,2026-01-01,,2026-03-01,2026-03-07 12:00,10
2,2026-01-01,2026-04-01,2026-03-31,2026-03-31 12:00,20
3,2026-02-01,2026-03-31,2026-02-01,,40
4,2026-03-10,,,,80
"""


def test_the_age_of_a_date_is_counted_to_the_last_day_before_the_moment():
    formulas = kpis(
        oldest="max(age(bills.due) at closing) / 1 day",
        newest="min(age(bills.due) at closing) / 1 day",
        before="max(age(bills.due) at opening) / 1 day",
        late="sum(bills.open where age(due) >= 30 days at closing)",
    )
    asked = project(BILLS + formulas, {"bills": OPEN})
    assert asked.values("oldest", "newest", "before", "late", as_of="2026-12-31", period="2026-03") == {
        ("oldest", "2026-03"): 30,
        ("newest", "2026-03"): 0,
        ("before", "2026-03"): 27,  # bill 3, due on 1 February, as 28 February ended
        ("late", "2026-03"): 10,  # bill 2 is paid on the day after, bill 3 was on the last day, bill 4 has no date
    }


def test_the_age_of_a_datetime_is_the_time_that_passed():
    asked = project(
        'calendar { zone "America/New_York" }\n' + BILLS + kpis(hours="sum(age(bills.at) at closing) / 1 hour"),
        {"bills": OPEN},
    )
    found = asked.values("hours", as_of="2026-03-08", period="2026-03")
    assert found == {
        ("hours", "2026-03"): 35 - 23 * 24 + 12
    }  # the clock is set forward on the 8th; bill 2 lies 22 days and a half ahead


def test_a_breakdown_without_members_in_the_periods_has_no_rows():
    staff = (
        "source staff { key id  lives a until b  column id : text  column a : date  column b : date  column team : text\n"
        "  covers 2026 }\n"
    )
    cells = {"staff": "id,a,b,team\n1,2026-02-05,2026-02-20,x\n"}
    daily = kpis(daily="count(staff at closing) / (period_length / 1 day) + previous(count(staff on a)) / 2")
    asked = project(staff + daily, cells)
    assert asked.values("daily", as_of="2026-03-31", by="team", period="2026-03") == {}


def test_a_longer_window_and_groups_have_lives_and_a_length_of_their_own():
    formulas = kpis(
        two="trailing(1 - alive_time(outages) / period_length, 2 months)",
        before="previous(alive_time(outages) / period_length) * 1000",
        worst="max(alive_time(outages) per site) / 1 hour",
    )
    asked = project(OUTAGES + formulas, {"outages": DOWN})
    found = asked.values("two", "before", "worst", as_of="2026-02-28", period="2026-02")
    assert {name: round(value, 6) for (name, _), value in found.items()} == {
        "two": Decimal("0.994703"),  # 7.5 of 1416 hours
        "before": Decimal("6.048387"),  # 4.5 of 744
        "worst": 2,
    }


def test_what_the_standard_library_asks_for_may_be_lives_and_the_length_of_the_period():
    filled = (
        'kpi up "Up" is std.it.availability(agreed: period_length, down: alive_time(outages)) { period month }\n'
        'kpi left "Left" is std.hr.turnover(\n'
        "  leavers: count(outages on b), average_headcount: sum(alive_time(outages)) / period_length\n) { period month }\n"
    )
    asked = project(OUTAGES + filled, {"outages": DOWN})
    found = asked.values("up", "left", as_of="2026-02-28", period="2026-01")
    assert {name: round(value, 4) for (name, _), value in found.items()} == {
        "up": Decimal("0.9940"),
        "left": Decimal("270.5455"),  # 2 ends over 5.5 of 744 hours
    }

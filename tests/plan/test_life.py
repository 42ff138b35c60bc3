"""What is measured of lives inside a period, and how long the period is; all values are worked out by hand."""

from __future__ import annotations

from decimal import Decimal

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

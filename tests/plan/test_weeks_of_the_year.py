"""KPIs over fiscal periods made of whole weeks; all values are worked out by hand."""

from __future__ import annotations

from decimal import Decimal

from tests.plan.kit import project

CALENDAR = 'calendar { year ends last saturday of january  months 4-4-5  zone "Asia/Shanghai" }\n'
SALES = (
    "source sales { key id  time at  column id : text  column at : datetime  column amount : number\n"
    "  covers 2024-01-28 .. 2026-01-31 }\n"
)
# FY2024 ends on 27 January 2024, FY2025 on 25 January 2025, FY2026 on 31 January 2026: it has 53 weeks.
CELLS = """id,at,amount
1,2025-01-25 23:59,1
2,2025-01-26 00:00,2
3,2025-02-22 12:00,4
4,2025-02-23 00:00,8
5,2026-01-25 12:00,16
6,2026-01-31 23:59,32
7,2024-02-01 12:00,64
"""


def kpis(*formulas):
    return "".join(
        f'kpi k{number} "K" {{ formula {text} period fiscal month }}\n' for number, text in enumerate(formulas)
    )


def test_rows_lie_in_the_weeks_of_their_month():
    asked = project(CALENDAR + SALES + kpis("sum(sales.amount)"), {"sales": CELLS})
    found = asked.values("k0", as_of="2026-01-31")
    assert len(found) == 24
    assert {period: value for (_, period), value in found.items() if value} == {
        "FY2025-P01": 64,
        "FY2025-P12": 1,
        "FY2026-P01": 6,
        "FY2026-P02": 8,
        "FY2026-P12": 48,
    }
    years = asked.values("k0", as_of="2026-01-31", grains="fiscal year,fiscal quarter", period="FY2026")
    assert years["k0", "FY2026"] == 62
    assert years["k0", "FY2026-Q4"] == 48


def test_other_windows_go_by_the_names_of_periods():
    asked = project(
        CALENDAR
        + SALES
        + kpis(
            "previous(sum(sales.amount), 1 year)",
            "trailing(sum(sales.amount), 2 months)",
            "todate(sum(sales.amount), fiscal year)",
            "sum(sales.amount) / (period_length / 7 days)",
            'count(sales where period(at, fiscal month) = "FY2026-P01")',
        ),
        {"sales": CELLS},
    )
    found = asked.values(as_of="2026-01-31", period="FY2026-P01..FY2026-P02")
    assert found == {
        ("k0", "FY2026-P01"): 64,
        ("k0", "FY2026-P02"): 0,
        ("k1", "FY2026-P01"): 7,
        ("k1", "FY2026-P02"): 14,
        ("k2", "FY2026-P01"): 6,
        ("k2", "FY2026-P02"): 14,
        ("k3", "FY2026-P01"): Decimal("1.5"),
        ("k3", "FY2026-P02"): 2,
        ("k4", "FY2026-P01"): 2,
        ("k4", "FY2026-P02"): 0,
    }


def test_a_period_of_two_weeks_is_computed_and_compared_like_any():
    definitions = (
        "source sales { key id  time at  column id : text  column at : date  column amount : number  covers 2025 .. 2026 }\n"
        + "".join(
            f'kpi {name} "K" {{ formula {text} period every 2 weeks from 2026-01-05 }}\n'
            for name, text in {"sold": "sum(sales.amount)", "before": "previous(sum(sales.amount), 1 year)"}.items()
        )
    )
    cells = {"sales": "id,at,amount\n1,2026-01-05,1\n2,2026-01-18,2\n3,2026-01-19,4\n4,2025-01-07,8\n5,2026-01-04,16\n"}
    asked = project(definitions, cells)
    found = asked.values(as_of="2026-01-31", period="2026-01-05..2026-01-25")
    assert found == {
        ("sold", "2026-W02+2"): 3,
        ("sold", "2026-W04+2"): 4,
        ("before", "2026-W02+2"): 8,  # 2025-W02 begins on 6 January 2025
        ("before", "2026-W04+2"): 0,
    }
    rows = asked.rows("sold", as_of="2026-01-10", last=1)
    assert [(row.period, row.value, row.previous) for row in rows.values()] == [("2025-W52+2", 16, 0)]

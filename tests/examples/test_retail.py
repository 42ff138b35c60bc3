"""examples/retail: its data are what its generator writes, and its KPIs agree with sums done here in plain Python."""

import csv
import datetime as dt
import json
import runpy
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "retail"
MONTHS = ("2026-05", "2026-06")
REGIONS = ("North", "South", "West")

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (EXAMPLE / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def orders(month: str, region: str | None = None, status: str = "paid") -> list[Row]:
    return [
        row
        for row in rows("orders.csv")
        if row["order_date"].startswith(month) and row["status"] in status.split() and region in (None, row["region"])
    ]


def total(found: list[Row], column: str) -> Fraction:
    return sum((Fraction(row[column]) for row in found), Fraction())


def planned(month: str, region: str | None = None) -> Fraction:
    found = [row for row in rows("plan.csv") if row["plan_month"].startswith(month) and region in (None, row["region"])]
    return total(found, "amount")


def next_month(month: str) -> str:
    """The first day of the month after, as text."""
    return (dt.date.fromisoformat(month + "-28") + dt.timedelta(days=4)).replace(day=1).isoformat()


def members(before: str) -> int:
    """Customers who are there just before a day."""
    return sum(
        row["joined_on"] < before and (not row["left_on"] or row["left_on"] >= before) for row in rows("customers.csv")
    )


def reading(before: str) -> list[Row]:
    """The newest stock reading before a day."""
    found = [row for row in rows("stock.csv") if row["read_on"] < before]
    newest = max(row["read_on"] for row in found)
    return [row for row in found if row["read_on"] == newest]


def stock_cost(before: str) -> Fraction:
    costs = {row["product_id"]: Fraction(row["unit_cost"]) for row in rows("products.csv")}
    return sum((int(row["pieces"]) * costs[row["product_id"]] for row in reading(before)), Fraction())


def repeat_rate(month: str) -> Fraction:
    everybody = [row for row in rows("orders.csv") if row["order_date"].startswith(month)]
    times = Counter(row["customer_id"] for row in everybody)
    return Fraction(sum(count >= 2 for count in times.values()), len(times))


def delivery_days(month: str) -> Fraction:
    delivered = [row for row in orders(month, status="paid refunded") if row["delivered_on"]]
    days = [
        (dt.date.fromisoformat(row["delivered_on"]) - dt.date.fromisoformat(row["order_date"])).days
        for row in delivered
    ]
    return Fraction(sum(days), len(days))


def worked_out(month: str) -> dict[str, Fraction]:
    """Every KPI of the example in one month."""
    first, end = month + "-01", next_month(month)
    revenue, cost = total(orders(month), "amount"), total(orders(month), "cost")
    before = f"{int(month[:4]) - 1}{month[4:]}"
    left = sum(row["left_on"].startswith(month) for row in rows("customers.csv"))
    few = sum(int(row["pieces"]) < 5 for row in reading(end))
    return {
        "repeat_rate": repeat_rate(month),
        "active_customers": Fraction(members(end)),
        "churn": Fraction(left, members(first)),
        "revenue": revenue,
        "attainment": revenue / planned(month),
        "order_value": revenue / len(orders(month)),
        "margin": (revenue - cost) / revenue,
        "growth_rate": revenue / total(orders(before), "amount") - 1,
        "refund_rate": Fraction(len(orders(month, status="refunded")), len(orders(month, status="paid refunded"))),
        "delivery_time": delivery_days(month),
        "stock_value": stock_cost(end),
        "out_of_stock": Fraction(few, len(reading(end))),
        "stock_turn": cost / ((stock_cost(first) + stock_cost(end)) / 2),
    }


def computed(*arguments: str) -> list[dict[str, object]]:
    """The rows that the command gives, numbers as text."""
    run = subprocess.run(
        [sys.executable, "-m", "kpilang", "eval", "-C", str(EXAMPLE), *arguments, "--format=json"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr + run.stdout
    found: list[dict[str, object]] = json.loads(run.stdout, parse_float=str, parse_int=str)["rows"]
    return found


def near(given: object, wanted: Fraction) -> bool:
    return abs(Fraction(str(given)) - wanted) <= abs(wanted) / 10**9


def test_the_data_are_what_the_generator_writes(tmp_path: Path) -> None:
    runpy.run_path(str(EXAMPLE / "generate.py"))["write"](tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_bytes() for path in (EXAMPLE / "data").iterdir()}


@pytest.mark.slow
def test_every_kpi_has_the_value_worked_out_in_plain_python() -> None:
    found = computed("--period=2026-05..2026-06")
    given = {(row["kpi"], row["period"]): row["value"] for row in found}
    wanted = {(name, month): value for month in MONTHS for name, value in worked_out(month).items()}
    assert given.keys() == wanted.keys()
    assert {key: given[key] for key, value in wanted.items() if not near(given[key], value)} == {}
    assert {str(row["kpi"]) for row in found if row["partial"]} == set()


@pytest.mark.slow
def test_orders_meet_the_plan_region_by_region() -> None:
    given = {str(row["by"]): row["value"] for row in computed("attainment", "--by=region", "--period=2026-06")}
    assert given.keys() == {str({"region": region}) for region in REGIONS}
    for region in REGIONS:
        wanted = total(orders("2026-06", region), "amount") / planned("2026-06", region)
        assert near(given[str({"region": region})], wanted)

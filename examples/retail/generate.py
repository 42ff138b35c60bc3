"""Writes the CSV files of the retail example: python generate.py [FOLDER]. The same bytes every time."""

from __future__ import annotations

import csv
import datetime as dt
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

FIRST, LAST = dt.date(2025, 1, 1), dt.date(2026, 6, 30)
REGIONS = ("North", "South", "West")
SEGMENTS = ("consumer", "business")
PRODUCTS = (("P-01", "Tea", 48), ("P-02", "Coffee", 75), ("P-03", "Cups", 120), ("P-04", "Kettles", 260))
Row = Sequence[object]


class Dice:
    """Chance that is the same everywhere: only `random()` is promised to be stable between versions of Python."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random  # noqa: S311 made-up data, no secret

    def below(self, bound: int) -> int:
        """A whole number from 0 to bound - 1."""
        return int(self._random() * bound)

    def of(self, choices: Sequence[str]) -> str:
        """One of the choices."""
        return choices[self.below(len(choices))]

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.below(100) < percent


def days(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    """Every day from the first to the last, both included."""
    return (first + dt.timedelta(days=count) for count in range((last - first).days + 1))


def customers() -> list[Row]:
    """240 customers; one in five has left again."""
    dice = Dice(1)
    rows: list[Row] = []
    for number in range(1, 241):
        joined = FIRST + dt.timedelta(days=dice.below(500))
        left = joined + dt.timedelta(days=60 + dice.below(300)) if dice.chance(30) else None
        known = left if left is not None and left <= LAST else ""
        rows.append((f"C{number:03}", joined, known, dice.of(SEGMENTS), dice.of(REGIONS)))
    return rows


def there(person: Row, day: dt.date) -> bool:
    """Whether a customer has joined by a day and has not left yet."""
    _, joined, left, *_ = person
    return str(joined) <= str(day) and (not left or str(left) > str(day))


def orders(people: Sequence[Row]) -> list[Row]:
    """Orders of the customers who are there on the day, a little more of them from month to month."""
    dice = Dice(2)
    rows: list[Row] = []
    for day in days(FIRST, LAST):
        for person in people:
            if not there(person, day) or not dice.chance(3):
                continue
            product, _, price = PRODUCTS[dice.below(len(PRODUCTS))]
            quantity = 1 + dice.below(5)
            amount = f"{price * quantity}.{dice.below(10)}0"
            cost = f"{price * quantity * 6 // 10}.00"
            status = ("refunded", "cancelled")[dice.below(2)] if dice.chance(8) else "paid"
            delivered = "" if status == "cancelled" else day + dt.timedelta(days=1 + dice.below(6))
            rows.append(
                (f"O{len(rows) + 1:05}", person[0], product, day, delivered, person[4], quantity, amount, cost, status)
            )
    return rows


def plan() -> list[Row]:
    """Revenue planned per month and region; it runs to the end of 2026."""
    return [
        (f"{2025 + month // 12}-{month % 12 + 1:02}-01", region, 1600 + 1300 * month + 150 * index)
        for month in range(24)
        for index, region in enumerate(REGIONS)
    ]


def stock() -> list[Row]:
    """What lies in each warehouse on each Sunday evening: every product, also when none is left."""
    dice = Dice(3)
    level = {(region, product): 40 + dice.below(60) for region in REGIONS for product, _, _ in PRODUCTS}
    rows: list[Row] = []
    for day in days(dt.date(2025, 1, 5), LAST):
        if day.isoweekday() != 7:
            continue
        for place, pieces in level.items():
            left = pieces - min(pieces, dice.below(30))
            delivered = 60 + dice.below(40) if left < 15 and dice.chance(60) else 0
            level[place] = left + delivered
            rows.append((day, *place, level[place]))
    return rows


def products() -> list[Row]:
    """What is sold, and what a piece costs to buy."""
    return [(product, name, f"{price * 6 // 10}.00") for product, name, price in PRODUCTS]


def tables() -> dict[str, tuple[Row, Callable[[], list[Row]]]]:
    """Every file: its heading and its rows."""
    people = customers()
    order_heading = (
        *("order_id", "customer_id", "product_id", "order_date", "delivered_on"),
        *("region", "quantity", "amount", "cost", "status"),
    )
    return {
        "customers.csv": (("customer_id", "joined_on", "left_on", "segment", "region"), lambda: people),
        "orders.csv": (order_heading, lambda: orders(people)),
        "plan.csv": (("plan_month", "region", "amount"), plan),
        "products.csv": (("product_id", "name", "unit_cost"), products),
        "stock.csv": (("read_on", "region", "product_id", "pieces"), stock),
    }


def write(folder: Path) -> None:
    """Writes every file into a folder, which is made when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (heading, rows) in tables().items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(heading)
            writer.writerows(rows())


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data")

"""Fifty KPIs over ten million rows: what kpilang takes against SQL written by hand, side by side in one run.

    python bench/evaluate.py                                   # everything, on data made on the spot
    python bench/evaluate.py --rows 1000000 --only dense,text  # smaller, to try
    python bench/evaluate.py --clock cpu                       # judge by processor time, on a busy machine

Every contestant runs in a process of its own, in turns; the fastest of `--rounds` counts, and all must give the same
values. Exits 1 where a limit is not held or values differ.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import starmap
from pathlib import Path
from typing import Any

import by_hand
import entities
import groups as groups_of
import mix
import windows as windows_of
from contest import Task, Took, contest, differences
from rows import customers

KPILANG, NAIVE, QUERIES, BEST = "kpilang", "one GROUP BY", "a query each", "best by hand"


@dataclass(frozen=True)
class Limit:
    """The `measure` (time or memory) of one contestant is at most `most` times that of another."""

    one: str
    other: str
    most: float
    measure: str = "time"

    def held(self, took: dict[str, Took], clock: str) -> tuple[float, bool]:
        """The ratio, and whether it is within the limit; against one that failed anything is."""
        one, other = took[self.one], took[self.other]
        if one.error or other.error:
            return float("nan"), one.error is None
        pair = (one.peak, other.peak) if self.measure == "memory" else (one.seconds(clock), other.seconds(clock))
        return pair[0] / pair[1], pair[0] <= self.most * pair[1]


@dataclass(frozen=True)
class Variant:
    """Contestants on one kind of data, and the limits between them; `same` gives the same values."""

    title: str
    tasks: dict[str, Task]
    limits: list[Limit]
    same: list[str] = field(default_factory=list)


class Place:
    """A folder with data of one size, where projects are written."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.folder, self.rows = folder, rows

    def data(self, form: str = "parquet") -> Path:
        """The folder with the data; made in a process of its own, once."""
        rows = self.rows if form == "parquet" else max(self.rows // 10, 1000)
        data = self.folder / f"data-{rows}"
        if not (data / f"orders.{form}").exists() or not (data / f"customers.{form}").exists():
            script = Path(__file__).with_name("rows.py")
            subprocess.run([sys.executable, str(script), str(data), str(rows), form], check=True)
        return data

    def kpilang(self, name: str, kpis: Sequence[mix.Defined], key: str, form: str = "parquet", **more: Any) -> Task:  # noqa: ANN401
        """A project of these KPIs, and the task to evaluate them."""
        root = self.folder / name
        root.mkdir(exist_ok=True)
        linked = more.pop("linked", False)
        (root / "kpis.kpi").write_text(mix.project(kpis, key, form, linked=linked), encoding="utf-8")
        sources = "\n".join(
            f"  {source}: {self.data(form).absolute() / source}.{form}"
            for source in ("orders", *(["customers"] if linked else []))
        )
        (root / "kpi.yaml").write_text(f"as_of: 2025-12-31\nsources:\n{sources}\n", encoding="utf-8")
        names = [kpi.name for kpi in kpis]
        return {"kind": "kpi", "root": str(root), "names": names, "allowed": [str(self.folder.absolute())], **more}

    def relation(self, source: str = "orders") -> str:
        return f"read_parquet('{self.data() / source}.parquet') AS {source}"


def sql(statements: list[str], kpis: Sequence[mix.Defined], members: int, **more: Any) -> Task:  # noqa: ANN401
    """The task to run statements whose last columns are these KPIs."""
    return {"kind": "sql", "statements": statements, "names": [kpi.name for kpi in kpis], "members": members, **more}


def whole(place: Place, key: str, by: str | None, name: str) -> Variant:
    """The whole mix with one kind of key, monthly, perhaps broken down."""
    kpis, linked = mix.fifty(key), by == "buyer.segment"
    members = {"segment": "segment"} if linked else {by: by} if by else {}

    def rows(join: str) -> by_hand.Rows:
        people = f" {join} {place.relation('customers')} ON customer = person" if linked else ""
        return by_hand.Rows(place.relation() + people, members, customers(place.rows))

    ways: dict[str, Callable[[Sequence[mix.Kpi], by_hand.Rows], list[str]]] = {
        NAIVE: by_hand.naive,
        QUERIES: by_hand.one_by_one,
        BEST: by_hand.best,
    }
    tasks = {KPILANG: place.kpilang(name, kpis, key, by=by, linked=linked)}
    # Who looked knows that every order has its customer: an inner join costs half.
    joins = {title: "JOIN" if title == BEST else "LEFT JOIN" for title in ways}
    tasks |= {title: sql(way(kpis, rows(joins[title])), kpis, len(members)) for title, way in ways.items()}
    time, memory = (0.35, 0.5) if key in ("customer_text", "customer_wide") else (0.2, 0.25)
    limits = [
        Limit(KPILANG, NAIVE, time),
        Limit(KPILANG, NAIVE, memory, "memory"),
        Limit(KPILANG, QUERIES, 0.25),
        Limit(KPILANG, BEST, 1.25),
        *([Limit(BEST, NAIVE, 0.15)] if key == "customer" and not linked else []),
    ]
    title = f"50 KPIs, counting {key}, by month" + (f" and {by}" if by else "")
    return Variant(title, tasks, limits, list(tasks))


def grains(place: Place) -> Variant:
    """The additive KPIs by five grains at once, against the finest of them, whose groups all others are made of; month
    stands beside."""
    kpis, five = mix.additive(), "day,week,month,quarter,year"
    tasks = {
        "five grains": place.kpilang("grains", kpis, "customer", grains=five),
        "month": place.kpilang("month", kpis, "customer", grains="month"),
        "day": place.kpilang("day", kpis, "customer", grains="day"),
    }
    return Variant("41 additive KPIs by five grains", tasks, [Limit("five grains", "day", 1.2)])


def many(place: Place) -> Variant:
    """Two hundred additive KPIs against ten."""
    kpis = [
        mix.Kpi(f"k{n}", kpi.form, kpi.parts)
        for n, kpi in enumerate([*mix.sums(100), *mix.ratios(60), *mix.averages(40)])
    ]
    ten = kpis[::21]  # sums, ratios and averages with filters of every kind, as among the two hundred
    tasks = {"200 KPIs": place.kpilang("many", kpis, "customer"), "10 KPIs": place.kpilang("few", ten, "customer")}
    return Variant("200 additive KPIs against 10", tasks, [Limit("200 KPIs", "10 KPIs", 1.6)])


DIGITS = r"[+-]?[0-9]+(\.[0-9]{0,4})?"
CHECKED = {
    "ordered_at": ("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", "TIMESTAMP"),
    "qty": ("[+-]?[0-9]+", "BIGINT"),
    "amount": (DIGITS, "DECIMAL(18, 4)"),
    "cost": (DIGITS, "DECIMAL(18, 4)"),
    "minutes": (r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,4})?", "DOUBLE"),
}


def scan(path: Path) -> str:
    """One full scan of a CSV file with checked casts: every cell is looked at, bad ones are counted."""
    casts = [
        f"CASE WHEN regexp_full_match({name}, '{form}') THEN TRY_CAST({name} AS {kind}) END AS {name}_, {name}"
        for name, (form, kind) in CHECKED.items()
    ]
    texts = [f"CASE WHEN trim({name}) <> '' THEN {name} END AS {name}" for name in ("status", "channel")]
    bad = ", ".join(f"count(CASE WHEN {name}_ IS NULL AND trim({name}) <> '' THEN 1 END)" for name in CHECKED)
    values = "sum(amount_), sum(cost_), sum(minutes_), count(*)"
    month = by_hand.MONTH.replace("ordered_at", "ordered_at_")
    read = f"read_csv('{path}', all_varchar = true, header = true)"
    return f"SELECT {month}, status, channel, qty_, {bad}, {values} FROM (SELECT {', '.join([*casts, *texts])} FROM {read}) GROUP BY ALL"


def from_csv(place: Place) -> Variant:
    """41 additive KPIs from CSV, of a tenth of the rows, against one full scan of the file."""
    path = place.data("csv") / "orders.csv"
    tasks = {
        "41 KPIs": place.kpilang("csv", mix.additive(), "customer", "csv"),
        "a scan by hand": {"kind": "sql", "statements": [scan(path)], "opaque": True},
    }
    return Variant("41 additive KPIs from CSV", tasks, [Limit("41 KPIs", "a scan by hand", 1.5)])


def spilling(place: Place) -> Variant:
    """Wide keys by region where memory is short: a megabyte for 25,000 rows, at least 200."""
    kpis, megabytes = mix.fifty("customer_wide"), max(place.rows // 25_000, 200)
    rows = by_hand.Rows(place.relation(), {"region": "region"}, customers(place.rows))
    settings = [f"SET memory_limit = '{megabytes}MB'", f"SET temp_directory = '{place.folder / 'spilled'}'"]
    hand = by_hand.best(kpis, rows)
    tasks = {
        "best, short of memory": sql(hand, kpis, 1, settings=settings),
        BEST: sql(hand, kpis, 1),
        NAIVE + ", short of memory": sql(by_hand.naive(kpis, rows), kpis, 1, settings=settings),
        KPILANG + ", short of memory": place.kpilang(
            "spilling", kpis, "customer_wide", by="region", limits={"memory": f"{megabytes}MB"}
        ),
        KPILANG: place.kpilang("spilling", kpis, "customer_wide", by="region"),
    }
    return Variant(
        f"Spilling: 50 KPIs, counting customer_wide, by month and region, {megabytes} MB", tasks, [], list(tasks)
    )


def groups(place: Place, kpis: Sequence[groups_of.Grouped], way: Callable[..., list[str]], title: str) -> Variant:
    """KPIs that are computed for each customer and put together."""
    tasks = {
        KPILANG: place.kpilang(title.split(maxsplit=1)[0].lower(), kpis, "customer"),
        BEST: sql(way(kpis, place.relation()), kpis, 0),
    }
    return Variant(title, tasks, [Limit(KPILANG, BEST, 1.3)], list(tasks))


def trailing(place: Place, key: str) -> Variant:
    """Different customers over three months, month by month, the best of two ways by hand."""
    kpis, name = windows_of.kpis(key), f"trailing-{key}"
    dense = windows_of.bitmaps(kpis, place.relation(), customers(place.rows))
    by_key = windows_of.months_of_keys(kpis, place.relation())
    tasks = {KPILANG: place.kpilang(name, kpis, key), BEST: sql(dense if key == "customer" else by_key, kpis, 0)}
    return Variant(f"Trailing 3 months, counting {key}, by month", tasks, [Limit(KPILANG, BEST, 1.3)], list(tasks))


def people(
    place: Place, kpis: Sequence[groups_of.Grouped], hand: list[str], title: str, key: str = "customer"
) -> Variant:
    """KPIs of who stays and who converts."""
    name = title.split(maxsplit=1)[0].lower() + "-" + key
    tasks = {KPILANG: place.kpilang(name, kpis, key), BEST: sql(hand, kpis, 0)}
    return Variant(title, tasks, [Limit(KPILANG, BEST, 1.3)], list(tasks))


def retention(place: Place, key: str) -> Variant:
    """The share of customers who come again, by month."""
    numbers = entities.kept_of_numbers(place.relation(), customers(place.rows))
    hand = numbers if key == "customer" else entities.kept_of_texts(place.relation(), 24)
    return people(place, entities.retention(key), hand, f"Retention of {key}, by month", key)


VARIANTS: dict[str, Callable[[Place], Variant]] = {
    "dense": lambda place: whole(place, "customer", None, "dense"),
    "dense-region": lambda place: whole(place, "customer", "region", "dense-region"),
    "text": lambda place: whole(place, "customer_text", None, "text"),
    "text-region": lambda place: whole(place, "customer_text", "region", "text-region"),
    "wide": lambda place: whole(place, "customer_wide", None, "wide"),
    "wide-region": lambda place: whole(place, "customer_wide", "region", "wide-region"),
    "skewed": lambda place: whole(place, "customer_skewed", None, "skewed"),
    "skewed-region": lambda place: whole(place, "customer_skewed", "region", "skewed-region"),
    "link": lambda place: whole(place, "customer", "buyer.segment", "link"),
    "grains": grains,
    "many": many,
    "per": lambda place: groups(place, groups_of.AVERAGES, groups_of.averages, "Averages of customers, by month"),
    "movements": lambda place: groups(
        place, groups_of.MOVEMENTS, groups_of.movements, "Movements of customers, by month"
    ),
    "trailing": lambda place: trailing(place, "customer"),
    "trailing-text": lambda place: trailing(place, "customer_text"),
    "retention": lambda place: retention(place, "customer"),
    "retention-text": lambda place: retention(place, "customer_text"),
    "conversion": lambda place: people(
        place, entities.CONVERSION, entities.converted(place.relation()), "Conversion within 7 days, by month"
    ),
    "csv": from_csv,
    "spilling": spilling,
}


def shown(variant: Variant, took: dict[str, Took], clock: str) -> Iterator[str]:
    """A variant's figures; seconds are for the reader, ratios are what is compared."""
    yield f"\n{variant.title}"
    yield f"  {'':<28} {'clock s':>8} {'cpu s':>8} {'peak MB':>8}"
    for name, one in took.items():
        figures = one.error or f"{one.wall:8.3f} {one.cpu:8.3f} {one.peak:8.0f}"
        yield f"  {name:<28} {figures}"
    yield from (verification(name, one.checks) for name, one in took.items() if any(count for _, count in one.checks))
    for limit in variant.limits:
        ratio, held = limit.held(took, clock)
        of = f"{limit.measure} of {limit.one} / {limit.other}"
        yield f"  {of:<44} {ratio:6.3f}  at most {limit.most:<5} {'yes' if held else 'NO'}"
    yield from starmap("  values of {} and {} differ in {} places, first {}".format, unequal(variant, took))


def verification(name: str, checks: Sequence[tuple[float, int]]) -> str:
    """What it cost to verify keys, the first time and, where there was one, the second; a part of the time above."""
    told = [
        f"{when} time {seconds:.3f} s, {count} statements"
        for when, (seconds, count) in zip(("first", "second"), checks, strict=False)
    ]
    return f"  verification of keys in {name}: {'; '.join(told)}"


def unequal(variant: Variant, took: dict[str, Took]) -> Iterator[tuple[str, str, int, object]]:
    """Pairs of contestants that gave different values."""
    done = [name for name in variant.same if took[name].error is None]
    for name in done[1:]:
        wrong = differences(took[done[0]].values, took[name].values)
        if wrong:
            yield done[0], name, len(wrong), min(wrong)


@contextmanager
def working(folder: Path | None) -> Iterator[Path]:
    """The folder named, which stays but for what was remembered, or one that goes at the end."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / "cache", ignore_errors=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="kpi-bench-") as made:
        yield Path(made)


def options() -> argparse.Namespace:
    """The options, with `names`, the variants to run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--rows", type=int, default=10_000_000, help="rows of Parquet (default 10 million; CSV a tenth)"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each contestant runs (default 3)")
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall", help="which time is judged (default wall)")
    parser.add_argument("--only", help=f"some variants, by comma: {', '.join(VARIANTS)}")
    parser.add_argument("--folder", type=Path, help="keep data here for the next run")
    found = parser.parse_args()
    found.names = found.only.split(",") if found.only else list(VARIANTS)
    if unknown := [name for name in found.names if name not in VARIANTS]:
        parser.error(f"there is no variant {unknown[0]}; there are {', '.join(VARIANTS)}")
    return found


def main() -> int:
    """Measures and prints; 1 when a limit is not held or values differ, else 0."""
    chosen, sound = options(), True
    with working(chosen.folder) as folder:
        place = Place(folder, chosen.rows)
        for name in chosen.names:
            variant = VARIANTS[name](place)
            took = contest(variant.tasks, chosen.rounds, folder)
            print(*shown(variant, took, chosen.clock), sep="\n", flush=True)
            sound &= all(limit.held(took, chosen.clock)[1] for limit in variant.limits)
            sound &= not any(unequal(variant, took))
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())

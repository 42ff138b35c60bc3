"""Numbers computed elsewhere, in SQL and in pandas, for data from outside: every one of them comes out of `kpi eval`."""

import csv
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DATA = ROOT.parent / "shared" / "data"

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Ask:
    """One run of the command: the KPIs named (none means all), the grain, and the column of a breakdown."""

    grain: str
    kpis: tuple[str, ...] = ()
    by: str | None = None


@dataclass(frozen=True)
class Case:
    """A folder of data: which file each source reads, how many answers there are, what is asked to get them."""

    sources: dict[str, str]
    answers: int
    asks: tuple[Ask, ...]
    renamed: dict[str, str] = field(default_factory=dict)


RATES = ("flights", "cancellation_rate", "avg_dep_delay_min", "on_time_arrival_rate")
CASES = {
    "flights": Case(
        sources={"schedule": "flights.parquet"},
        answers=557,
        asks=(
            Ask("all"),
            Ask("month", (*RATES, "avg_arr_delay_min", "on_time_departure_rate")),
            Ask("day", ("disrupted_flight_rate",)),
            Ask("all", RATES, by="carrier"),
            Ask("all", RATES, by="origin"),
            Ask("month", ("on_time_arrival_rate",), by="origin"),
        ),
    ),
    "chinook": Case(
        sources={
            "invoices": "Invoice.csv",
            "customers": "Customer.csv",
            "employees": "Employee.csv",
            "lines": "InvoiceLine.csv",
            "tracks": "Track.csv",
            "genres": "Genre.csv",
        },
        answers=306,
        asks=(
            Ask("all"),
            Ask("year", ("revenue", "sales_growth_yoy")),
            Ask("month", ("revenue", "average_invoice_value", "sales_growth_mom", "active_customers")),
            Ask("all", ("revenue",), by="BillingCountry"),
            Ask("all", ("revenue",), by="support_rep"),
            Ask("all", ("units_sold",), by="genre"),
        ),
        renamed={"invoice_count": "invoices"},
    ),
    "telco_churn": Case(
        sources={"customer": "Telco-Customer-Churn.csv"},
        answers=24,
        asks=(
            Ask("all"),
            Ask("all", ("churn_rate", "arpu"), by="Contract"),
            Ask("all", ("churn_rate",), by="InternetService"),
            Ask("all", ("churn_rate",), by="PaymentMethod"),
        ),
    ),
    "ravenstack": Case(
        sources={"subscription": "ravenstack_subscriptions.csv"},
        answers=178,
        asks=(Ask("all"), Ask("all", ("churn_share",), by="plan_tier"), Ask("month")),
    ),
}


def computed(folder: str, case: Case, ask: Ask) -> Iterator[tuple[Key, float | None]]:
    """The rows of one run, by KPI, period and member, with their values."""
    bound = [f"--source={source}={DATA / folder / file}" for source, file in case.sources.items()]
    by = [f"--by={ask.by}"] if ask.by else []
    command = [sys.executable, "-m", "kpilang", "eval", "-C", str(HERE / folder), *ask.kpis, f"--grain={ask.grain}"]
    run = subprocess.run(
        [*command, *by, *bound, "--format=json"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stderr
    for row in json.loads(run.stdout)["rows"]:
        member = f"{ask.by}={row['by'][ask.by]}" if ask.by else "all"
        yield (case.renamed.get(row["kpi"], row["kpi"]), row["period"], member), row["value"]


def expected(folder: str) -> dict[Key, float | None]:
    with (DATA / folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["kpi"], row["period"], row["dimension"]): float(row["value"]) if row["value"] else None
            for row in csv.DictReader(file)
        }


def same(wanted: float | None, got: float | None) -> bool:
    if wanted is None or got is None:
        return wanted is got
    return math.isclose(wanted, got, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.skipif(not DATA.is_dir(), reason="the data with answers are not beside this checkout")
@pytest.mark.parametrize("folder", CASES)
def test_every_answer_is_computed(folder: str) -> None:
    case = CASES[folder]
    wanted = expected(folder)
    got = {key: value for ask in case.asks for key, value in computed(folder, case, ask)}
    missing = sorted(wanted.keys() - got.keys())
    wrong = {key: (value, got[key]) for key, value in wanted.items() if key in got and not same(value, got[key])}
    assert not missing
    assert not wrong
    assert len(wanted) == case.answers

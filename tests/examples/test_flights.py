"""examples/flights: each KPI agrees with a query written by hand over the same file."""

import json
import math
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "flights"
QUERY = """
select
  count(*) filter (arr_delay < 15) / count(arr_delay)::double as on_time_arrival,
  count(*) filter (dep_delay < 15) / count(dep_delay)::double as on_time_departure,
  avg(dep_delay) as departure_delay,
  avg(arr_delay) as arrival_delay,
  count(*)::double as scheduled_flights,
  count(*) filter (dep_delay is null) / count(*)::double as cancellation_rate,
  count(*) filter (dep_delay is null or dep_delay >= 60) / count(*)::double as disrupted_flights
from '{flights}' join '{airlines}' using (carrier) where {condition}
"""
CASES = {
    "2013-12": ("flight_date >= '2013-12-01'", "month", None),
    "2013-W07": ("flight_date between '2013-02-11' and '2013-02-17'", "week", None),
    "2013-Q3": ("origin = 'JFK' and flight_date between '2013-07-01' and '2013-09-30'", "quarter", ("origin", "JFK")),
    "2013": ("name = 'Envoy Air'", "year", ("airline.name", "Envoy Air")),
}


def by_hand(condition: str) -> dict[str, float]:
    with duckdb.connect() as connection:
        data = EXAMPLE / "data"
        flights, airlines = data / "flights.parquet", data / "airlines.csv"
        answer = connection.execute(QUERY.format(flights=flights, airlines=airlines, condition=condition))
        names = [column[0] for column in answer.description or ()]
        row = answer.fetchone()
    assert row is not None
    return dict(zip(names, row, strict=True))


def computed(period: str, grain: str, member: tuple[str, str] | None) -> dict[str, float]:
    by = [f"--by={member[0]}"] if member else []
    asked = (f"--grain={grain}", f"--period={period}", *by, "--format=json")
    run = subprocess.run(
        [sys.executable, "-m", "kpilang", "eval", "-C", str(EXAMPLE), *asked],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr + run.stdout
    rows = json.loads(run.stdout)["rows"]
    return {row["kpi"]: row["value"] for row in rows if not member or row["by"][member[0]] == member[1]}


@pytest.mark.slow
@pytest.mark.parametrize("period", CASES)
def test_each_kpi_agrees_with_a_query_written_by_hand(period: str) -> None:
    condition, grain, member = CASES[period]
    wanted, given = by_hand(condition), computed(period, grain, member)
    assert given.keys() == wanted.keys()
    for name, value in wanted.items():
        assert math.isclose(given[name], value, rel_tol=1e-9), name

"""Cases of docs/conformance.md that no other room of the tests has."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lint.support import lint, model

ROOT = Path(__file__).parents[2]
BALANCES = """
source balances from "balances.csv" {
  key       account
  snapshot  day changes
  column    amount : money(EUR)
}

kpi deposits "Deposits" { formula sum(balances.amount at closing)  unit EUR  period week }
"""
DEALS = """
source deals from "deals.csv" {
  key     id
  time    begun_on
  column  closed_on : date
  column  region : text
  column  amount : money(EUR)
}

source orders from "orders.csv" { key id  time day }
"""
READINGS = "account,day,amount\np,2026-01-05,100\nq,2026-01-08,50\n"


def test_the_age_of_a_reading_that_is_carried_is_told(tmp_path: Path) -> None:
    """The newest reading is of Thursday 8 January; the next week ends eleven days after that day began."""
    (tmp_path / "kpi.yaml").write_text("as_of: 2026-01-18\n", encoding="utf-8")
    (tmp_path / "balances.kpi").write_text(BALANCES, encoding="utf-8")
    (tmp_path / "balances.csv").write_text(READINGS, encoding="utf-8")
    command = [sys.executable, "-m", "kpilang", "eval", "-C", str(tmp_path), "--last=1", "--format=json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    (row,) = json.loads(run.stdout)["rows"]
    assert (row["period"], row["value"]) == ("2026-W03", 150)
    (note,) = row["notes"]
    assert (note["code"], note["number"]) == ("reading-age", 11)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sum(deals.amount)", 'sum(deals.amount where region = "north")'),
        ("count(deals)", "count(deals on closed_on)"),
        ("count(deals)", "count(orders)"),
        ("count(deals)", "previous(count(deals))"),
        ("previous(count(deals))", "previous(count(deals), 1 year)"),
    ],
)
def test_a_filter_a_time_column_a_source_and_a_window_make_two_formulas_of_one(one: str, other: str) -> None:
    first = f'{DEALS}kpi a "A" {{ formula {one}  period month }}\n'
    apart, same = (f'{first}kpi b "B" {{ formula {formula}  period month }}\n' for formula in (other, one))
    assert not model(shop=apart).diagnostics
    assert lint(apart, select=["C101"]) == ()
    assert [found.kpi for found in lint(same, select=["C101"])] == ["b"]

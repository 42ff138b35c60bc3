"""Every formula of the catalogue of KPIs, computed on rows with traps: each value was worked out by hand.

`catalogue/answers.csv` has a line for each row that `kpi eval` gives: the row of the catalogue, the KPI, the period, the
value as a fraction (or the reason in its place), and the working in words.
"""

import csv
import json
import math
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).parent / "catalogue"
CATALOGUE = ROOT.parent / "shared" / "seeds" / "catalogue.csv"
REFS = (
    *(f"services/marketing/{number:02}" for number in range(1, 16)),
    *(f"services/sales/{number:02}" for number in range(1, 16)),
    *(f"services/service/{number:02}" for number in range(1, 15)),
    "selection/example/01",
)


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def answers() -> list[dict[str, str]]:
    return lines(PROJECT / "answers.csv")


@cache
def computed() -> list[dict[str, object]]:
    """The rows of `kpi eval` for all KPIs of the project, with labels in Chinese."""
    command = [sys.executable, "-m", "kpilang", "eval", "-C", str(PROJECT), "--period=2026-01..2026-03"]
    run = subprocess.run(
        [*command, "--lang=zh", "--format=json"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stderr
    return list(json.loads(run.stdout)["rows"])


def agrees(worked_out: str, row: dict[str, object]) -> bool:
    """Whether a row has the value or the reason that was worked out."""
    reason = row["reason"]
    if isinstance(reason, dict):
        return worked_out == reason["code"].replace("_", " ")
    value = row["value"]
    try:
        wanted = float(Fraction(worked_out))
    except ValueError:
        return False
    return isinstance(value, int | float) and math.isclose(wanted, value, rel_tol=1e-11)


def test_every_value_is_the_one_worked_out_by_hand():
    wanted = {(answer["kpi"], answer["period"]): answer["value"] for answer in answers()}
    rows = {(str(row["kpi"]), str(row["period"])): row for row in computed()}
    assert rows.keys() == wanted.keys()
    wrong = {place: (wanted[place], row["value"]) for place, row in rows.items() if not agrees(wanted[place], row)}
    assert not wrong


def test_every_row_of_the_catalogue_has_one_kpi_over_three_months():
    found = Counter(ref for ref, _ in {(answer["ref"], answer["kpi"]) for answer in answers()})
    assert found == Counter(REFS)
    assert Counter(answer["ref"] for answer in answers()) == Counter(REFS * 3)


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the catalogue is not beside this checkout")
def test_the_rows_are_those_of_the_catalogue_that_have_a_formula_under_their_names():
    catalogue = {row["ref"]: row["zh"] for row in lines(CATALOGUE) if row["formula"].strip()}
    assert sorted(catalogue) == sorted(REFS)
    of = {answer["kpi"]: answer["ref"] for answer in answers()}
    labels = {of[str(row["kpi"])]: row["label"] for row in computed()}
    assert labels == catalogue

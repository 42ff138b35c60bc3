"""The rules of wording over labels whose verdicts were settled by hand; each false alarm joins the list."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.lint.support import lint

ROWS = list(csv.DictReader((Path(__file__).parent / "labels.csv").open(encoding="utf-8")))
BODY = "{ formula count(cases)  unit count  target >= 5 for 2026 }"


def verdict(text: str) -> str:
    found = lint(text, select=["S101", "S102"])
    assert len(found) <= 1
    return found[0].code if found else "silent"


@pytest.mark.parametrize("row", ROWS, ids=[row["label"] for row in ROWS])
def test_a_label_has_the_verdict_settled_by_hand(row: dict[str, str]) -> None:
    label = row["label"]
    assert verdict(f'kpi x "{label}" {{ }}') == row["bare"]
    assert verdict(f'kpi x "{label}" {BODY}') == row["whole"]


def test_the_list_holds_enough_of_both_verdicts() -> None:
    assert sum(row["whole"] == "silent" for row in ROWS) >= 60
    assert sum(row["bare"] != "silent" for row in ROWS) >= 30
    assert len({row["label"] for row in ROWS}) == len(ROWS)

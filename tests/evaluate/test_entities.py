"""Who came, stayed and went, worked out by hand in `cases/*.md`: in every way that the plan may choose."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.reference import engine
from tests.reference.case import Case, cases
from tests.reference.test_cases import lines, model_of, question_of

CASES = tuple(cases(Path(__file__).parent / "cases"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_worked_out_by_hand_comes_out(case: Case, tmp_path: Path) -> None:
    model = model_of(case)
    rows = engine.by_driver(case, model, question_of(case, model), tmp_path)
    assert lines(rows, case, Fraction(1, 10**11)) == [wanted.text for wanted in case.rows]

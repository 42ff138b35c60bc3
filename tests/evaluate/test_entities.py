"""Who came, stayed and went, worked out by hand in `cases/*.md`: in every way that the plan may choose."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.plan.kit import project
from tests.reference import engine
from tests.reference.case import Case, cases
from tests.reference.test_cases import lines, model_of, question_of

CASES = tuple(cases(Path(__file__).parent / "cases"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_worked_out_by_hand_comes_out(case: Case, tmp_path: Path) -> None:
    model = model_of(case)
    rows = engine.by_driver(case, model, question_of(case, model), tmp_path)
    assert lines(rows, case, Fraction(1, 10**11)) == [wanted.text for wanted in case.rows]


VISITS = """
source visits { key id  time day  covers 2026-01 .. 2026-03  column who : text }
source orders { key id  time day  covers 2026-01 .. 2026-03  column who : text }
kpi buyers "Buyers" {
  formula  count(distinct visits.who followed by orders.who within 7 days)
  period   month
  target   >= 1
}
"""


@pytest.mark.parametrize(("as_of", "open_"), [("2026-02-06", True), ("2026-02-07", False)])
def test_a_period_is_judged_when_what_may_follow_it_is_known(as_of: str, open_: bool) -> None:
    cells = {"visits": "id,day,who\n1,2026-01-31,a\n", "orders": "id,day,who\n1,2026-01-31,a\n"}
    row = project(VISITS, cells).rows(as_of=as_of, period="2026-01")["buyers", "2026-01"]
    assert row.value == 1
    assert row.partial is None
    assert [note.code for note in row.notes] == ["window_open"] * open_
    assert (row.status is None) == open_

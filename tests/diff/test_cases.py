"""Two states of a project, and what is told of them, written by hand: a folder for each case."""

from pathlib import Path

import pytest

from kpilang.diff import kinds
from tests.diff.support import state, told

CASES = Path(__file__).parent / "cases"
ALL = sorted(path.name for path in CASES.iterdir())


def test_there_are_many_cases_and_many_of_them_are_silent() -> None:
    assert len(ALL) >= 35
    assert len([name for name in ALL if "silent" in name]) >= 12


@pytest.mark.parametrize("name", ALL)
def test_each_case_tells_what_changed_in_meaning_and_nothing_else(name: str) -> None:
    expected = (CASES / name / "expected.txt").read_text("utf-8")
    assert told(CASES / name) == expected
    assert (expected == "") == ("silent" in name)


@pytest.mark.parametrize("name", [each for each in ALL if "still" not in each and "while-named" not in each])
def test_both_states_of_a_case_are_sound(name: str) -> None:
    for side in ("before", "after"):
        assert [each.message.en for each in state(CASES / name / side).diagnostics] == []


def test_the_cases_show_every_kind_of_change() -> None:
    told_of = {
        line.split()[0] for name in ALL for line in (CASES / name / "expected.txt").read_text("utf-8").splitlines()
    }
    assert {each.code for each in kinds()} - told_of == set()

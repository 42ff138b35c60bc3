"""docs/rules.md is what the rules and the figures say today; the figures are good."""

from __future__ import annotations

import pytest

from tests.lint import rules_page
from tests.lint.corpus import measure, read

ASKED_PRECISION, ASKED_RECALL = 0.9, 0.8


@pytest.mark.slow
def test_the_page_of_rules_is_up_to_date() -> None:
    assert rules_page.PAGE.read_text(encoding="utf-8") == rules_page.page(), "run python -m tests.lint.rules_page"


@pytest.mark.slow
@pytest.mark.parametrize("held_out", [False, True])
def test_the_rules_find_what_they_should_and_little_else(*, held_out: bool) -> None:
    projects = [*read.projects("good", held_out=held_out), *read.projects("bad", held_out=held_out)]
    found = measure.total(measure.tallies(projects))
    assert found.precision is not None
    assert found.recall is not None
    assert found.precision >= ASKED_PRECISION
    assert found.recall >= ASKED_RECALL


@pytest.mark.slow
def test_nothing_is_said_of_the_well_made_kpis_that_the_rules_were_tuned_on() -> None:
    found = measure.tallies(read.projects("good"))
    assert [place for tally in found.values() for place in tally.places] == []

"""What only repeats another rule stands back, and counts on the card all the same."""

from pathlib import Path

import pytest

from kpilang.diagnostics import Severity
from kpilang.lint import LintSettings, RuleSettings, run
from kpilang.lint.card import State, cards
from kpilang.lint.linter import rules
from kpilang.lint.rule import Quality
from kpilang.lint.stage import AS_OF, STAGE
from kpilang.project import load
from kpilang.project.linting import LintAsk, examine
from tests.lint.support import codes, model

EMPTY = 'kpi visits_made "Visits made" { }\n'
UNTARGETED = 'kpi cases_open "Cases open" { formula count(cases)  unit count  direction lower  period month }\n'


def test_of_an_empty_kpi_only_what_matters_first_is_said() -> None:
    assert codes(EMPTY) == ["A101", "M101", "O101", "R101", "S103", "S104"]


def test_what_is_done_when_a_kpi_is_missed_is_not_asked_for_before_there_is_a_target() -> None:
    assert "R111" not in codes(UNTARGETED)
    assert "R111" in codes(UNTARGETED.replace("formula", "target <= 9 for 2026  formula"))


def test_a_kpi_without_formula_is_not_asked_for_the_system_of_its_data() -> None:
    targeted = EMPTY.replace("{ }", "{ target >= 9 for 2026 }")
    assert {"M101", "M102", "M103", "T101"} <= set(codes(targeted))
    assert "M104" not in codes(targeted)


@pytest.mark.parametrize("asked", [{"select": ["M104"]}, {"ignore": ["M101"]}])
def test_a_rule_speaks_where_the_other_does_not_look(asked: dict[str, list[str]]) -> None:
    assert "M104" in codes(EMPTY, **asked)


def test_a_comment_that_takes_the_other_away_takes_what_repeats_it() -> None:
    assert codes(f"# kpi: ignore[M101, S103]: agreed\n{EMPTY}") == ["A101", "O101", "R101", "S104"]


def test_a_heavier_finding_does_not_stand_back() -> None:
    milder = LintSettings(rules={code: RuleSettings(Severity.INFO) for code in ("A101", "M101")})
    assert {"M102", "M103", "T101"} <= set(codes(EMPTY, milder))


def test_what_stands_back_counts_on_the_card() -> None:
    checked = model(stage=STAGE, example=EMPTY)
    found = next(card for card in cards(checked, run(checked, AS_OF)) if card.kpi == "visits_made")
    assert found.marks[Quality.T].state is State.FAILED
    assert {"M102", "M103", "M104", "R111", "T101"} <= {item.code for item in found.findings}


def test_a_baseline_holds_back_what_stands_back_today(tmp_path: Path) -> None:
    (tmp_path / "kpi.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    (tmp_path / "a.kpi").write_text(EMPTY, encoding="utf-8")
    held = examine(load(tmp_path, keep=False), LintAsk(write_baseline=True), ()).written
    assert held is not None
    assert {"M101", "M102", "M104", "R111"} <= {entry.code for entry in held.entries}


def test_each_rule_stands_behind_rules_that_stand_behind_none_and_look_at_the_same_time() -> None:
    by_code = {rule.code: rule for rule in rules()}
    front = {code for rule in rules() for code in rule.behind}
    assert front <= by_code.keys()
    assert not any(by_code[code].behind or by_code[code].needs_data for code in front)

"""Scores and marks of KPIs, worked out by hand."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from kpilang.lint import LintSettings, run
from kpilang.lint.baseline import Baseline, Entry
from kpilang.lint.card import Card, State, cards, overall
from kpilang.lint.rule import Quality
from kpilang.lint.stage import AS_OF, STAGE
from kpilang.outputs import cards as written
from kpilang.outputs.colour import PLAIN
from tests.lint.support import model

WHOLE = """
kpi opened "Support cases opened" {
  formula    count(cases)
  unit       count
  direction  lower
  period     month
  target     <= 400 for 2026
  owner      support
  goal       loyalty
}
"""
TEN = ("A101", "M101", "M102", "M103", "O101", "R101", "T101", "X")


def card(text: str, settings: LintSettings | None = None) -> Card:
    given = settings or LintSettings()
    checked = model(stage=STAGE, example=text)
    (found,) = cards(checked, run(checked, AS_OF, given, select=TEN))
    return found


def without(*words: str) -> str:
    return "\n".join(line for line in WHOLE.split("\n") if not line.strip().startswith(words))


def test_a_kpi_that_no_rule_flags_has_a_hundred() -> None:
    assert (card(WHOLE).score, card(WHOLE).raised) == (100, None)


@pytest.mark.parametrize(
    ("lacking", "score"),
    [
        (("target",), 92),  # one warning, 8
        (("target", "goal"), 84),  # two warnings
        (("unit",), 49),  # one error, 25, and never above 49
        (("unit", "target"), 49),  # 100 - 25 - 8 = 67
        (("unit", "direction", "period"), 25),  # 100 - 75
        (("unit", "direction", "period", "owner"), 0),  # 100 - 100
        (("unit", "direction", "period", "owner", "target"), 0),
    ],
)
def test_a_score_is_what_is_left_of_a_hundred(lacking: tuple[str, ...], score: int) -> None:
    assert card(without(*lacking)).score == score


def test_the_only_error_is_what_raises_a_score_most() -> None:
    raised = card(without("unit", "target")).raised
    assert raised is not None
    assert (raised.code, raised.name, raised.score) == ("M102", "missing-unit", 92)


def test_of_two_errors_either_leaves_the_score_low() -> None:
    raised = card(without("unit", "owner")).raised
    assert raised is not None
    assert (raised.code, raised.score) == ("M102", 49)


def test_a_mistake_in_the_formula_is_an_error_of_the_card() -> None:
    found = card(WHOLE.replace("count(cases)", "sum(cases.amuont)"))
    assert found.score == 49
    assert found.marks[Quality.QUANTIFIABLE].state is State.FAILED


def test_suppressing_or_freezing_a_finding_betters_no_score() -> None:
    text = without("target")
    quiet = f"# kpi: ignore[A101]: the pilot sets it\n{text.lstrip()}"
    frozen = LintSettings(baseline=Baseline((Entry("A101", "missing-target", "kpi opened", 1),)))
    assert card(quiet).score == card(text, frozen).score == card(text).score == 92


def test_a_rule_that_is_not_run_takes_nothing_and_gives_nothing() -> None:
    checked = model(stage=STAGE, example=without("target"))
    (found,) = cards(checked, run(checked, AS_OF, select=["O101"]))
    assert found.score == 100
    assert "A101" not in {code for verdict in found.marks.values() for code in verdict.codes}


def test_a_deprecated_kpi_has_no_card() -> None:
    checked = model(stage=STAGE, example=WHOLE.replace("owner ", "state deprecated\n  owner "))
    assert cards(checked, run(checked, AS_OF)) == ()


def test_a_project_has_the_mean_rounded_down() -> None:
    checked = model(stage=STAGE, example=WHOLE + without("target").replace("kpi opened", "kpi other"))
    found = cards(checked, run(checked, AS_OF, select=TEN))
    assert [each.score for each in found] == [100, 92]
    assert overall(found) == 96
    assert overall([found[0], found[0], found[1]]) == 97  # 97.33


def test_cards_are_read_back_from_json() -> None:
    read = json.loads(written.json([card(without("unit"))], ascii_only=True))
    assert (read["version"], read["score"], read["cards"][0]["kpi"]) == (1, 49, "opened")
    assert read["cards"][0]["raise"] == {"code": "M102", "name": "missing-unit", "score": 100}
    assert set(read["cards"][0]["marks"]) == {quality.value.en for quality in Quality}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_card_says_every_mark_and_what_to_mend(language: str) -> None:
    text = written.text([card(without("unit"))], language, PLAIN, whole=True)
    assert all(quality.value.say(language) in text for quality in Quality)
    assert "M102 missing-unit" in text


@pytest.mark.parametrize("score", [0, 49, 50, 74, 75, 89, 90, 100])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_badge_is_a_picture_that_loads_nothing(score: int, language: str) -> None:
    text = written.badge(score, language)
    root = ET.fromstring(text)  # noqa: S314 our own text
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert f"{score} / 100" in text
    assert "href" not in text
    assert "url(" not in text

"""The corpus that the rules are tuned on, and the part held out: large, in both languages, sound but for what it is about."""

from __future__ import annotations

from collections import Counter

import pytest

from kpilang.model.check import check
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.lint.corpus.read import NOT_JUDGED, Declared, Project, projects

GOOD, BAD = tuple(projects("good")), tuple(projects("bad"))
HELD_GOOD, HELD_BAD = tuple(projects("good", held_out=True)), tuple(projects("bad", held_out=True))
ALL_GOOD, ALL_BAD = GOOD + HELD_GOOD, BAD + HELD_BAD
DEPARTMENTS = {"marketing", "sales", "service", "hr", "finance", "it"}
PER_CRITERION = {"S": 7, "M": 11, "A": 8, "R": 12, "T": 5, "O": 4, "C": 8}
CODES = {f"{letter}{100 + number}" for letter, last in PER_CRITERION.items() for number in range(1, last + 1)}


def expected(bad: tuple[Project, ...], language: str) -> Counter[str]:
    """How many declarations of one language must give each code."""
    return Counter(code for each in bad if each.language == language for one in each.declared for code in one.expected)


def well_made(good: tuple[Project, ...]) -> int:
    """How many KPIs must stay silent."""
    return sum(one.kind == "kpi" for each in good for one in each.declared)


def faulty(bad: tuple[Project, ...]) -> int:
    """How many KPIs must be found."""
    return sum(bool(one.expected) and one.kind == "kpi" for each in bad for one in each.declared)


@pytest.mark.parametrize("side", [GOOD, BAD, HELD_GOOD, HELD_BAD], ids=["good", "bad", "held_good", "held_bad"])
def test_each_side_has_six_departments_in_both_languages(side: tuple[Project, ...]) -> None:
    expected = {(f"{name}_{language}.kpi", language) for name in DEPARTMENTS for language in ("en", "zh")}
    assert {(each.file.rpartition("/")[2], each.language) for each in side} == expected


def test_at_least_a_hundred_kpis_are_well_made() -> None:
    assert well_made(GOOD) >= 100


def test_at_least_a_hundred_kpis_are_bad() -> None:
    assert faulty(BAD) >= 100


def test_at_least_a_third_of_the_corpus_is_held_out() -> None:
    assert well_made(HELD_GOOD) * 2 >= well_made(GOOD)
    assert faulty(HELD_BAD) * 2 >= faulty(BAD)


def test_nothing_is_expected_of_a_good_project() -> None:
    assert [one.name for each in ALL_GOOD for one in each.declared if one.expected or one.allowed] == []


def test_the_chinese_projects_have_chinese_labels() -> None:
    labels = [
        one.label for each in (*ALL_GOOD, *ALL_BAD) if each.language == "zh" for one in each.declared if one.label
    ]
    assert [label for label in labels if label.isascii()] == []


def test_every_code_named_is_one_of_the_rules() -> None:
    named = {code for each in ALL_BAD for one in each.declared for code in one.expected | one.allowed}
    assert named - CODES == set()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_rule_that_needs_neither_data_nor_library_has_two_bad_cases(language: str) -> None:
    found = expected(BAD, language)
    assert [code for code in sorted(CODES) if found[code] < 2 and not NOT_JUDGED.fullmatch(code)] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_rule_that_needs_neither_data_nor_library_has_a_bad_case_held_out(language: str) -> None:
    found = expected(HELD_BAD, language)
    assert [code for code in sorted(CODES) if not found[code] and not NOT_JUDGED.fullmatch(code)] == []


@pytest.mark.parametrize("project", [*ALL_GOOD, *ALL_BAD], ids=lambda each: each.file)
def test_a_project_of_the_corpus_checks_without_a_report(project: Project) -> None:
    model = check([parse(Source(project.file, project.text))])
    assert [(each.code, each.message) for each in model.diagnostics] == []


def test_a_code_that_was_not_asked_for_is_surplus_unless_it_is_info() -> None:
    one = Declared("bad/x.kpi", 1, "kpi", "x", "X", frozenset({"S101"}), frozenset({"S102"}))
    given = {"S101": "error", "S102": "error", "A101": "warning", "S104": "info", "C104": "warning"}
    assert (one.missed(given), one.surplus(given)) == (frozenset(), {"A101"})
    assert one.missed({"A101": "warning"}) == {"S101"}

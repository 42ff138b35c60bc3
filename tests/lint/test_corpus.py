"""The corpus that the rules are tuned on: large enough, in both languages, and sound but for what it is about."""

from __future__ import annotations

from collections import Counter

import pytest

from kpilang.model.check import check
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.lint.corpus.read import NOT_JUDGED, Declared, Project, projects

GOOD, BAD = tuple(projects("good")), tuple(projects("bad"))
DEPARTMENTS = {"marketing", "sales", "service", "hr", "finance", "it"}
PER_CRITERION = {"S": 7, "M": 11, "A": 8, "R": 12, "T": 5, "O": 4, "C": 8}
CODES = {f"{letter}{100 + number}" for letter, last in PER_CRITERION.items() for number in range(1, last + 1)}


def expected(language: str) -> Counter[str]:
    """How many declarations of one language must give each code."""
    return Counter(code for each in BAD if each.language == language for one in each.declared for code in one.expected)


@pytest.mark.parametrize("side", [GOOD, BAD], ids=["good", "bad"])
def test_each_side_has_six_departments_in_both_languages(side: tuple[Project, ...]) -> None:
    expected = {(f"{name}_{language}.kpi", language) for name in DEPARTMENTS for language in ("en", "zh")}
    assert {(each.file.partition("/")[2], each.language) for each in side} == expected


def test_at_least_a_hundred_kpis_are_well_made() -> None:
    assert sum(one.kind == "kpi" for each in GOOD for one in each.declared) >= 100


def test_at_least_a_hundred_kpis_are_bad() -> None:
    assert sum(bool(one.expected) and one.kind == "kpi" for each in BAD for one in each.declared) >= 100


def test_nothing_is_expected_of_a_good_project() -> None:
    assert [one.name for each in GOOD for one in each.declared if one.expected or one.allowed] == []


def test_the_chinese_projects_have_chinese_labels() -> None:
    labels = [one.label for each in (*GOOD, *BAD) if each.language == "zh" for one in each.declared if one.label]
    assert [label for label in labels if label.isascii()] == []


def test_every_code_named_is_one_of_the_rules() -> None:
    named = {code for each in BAD for one in each.declared for code in one.expected | one.allowed}
    assert named - CODES == set()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_rule_that_needs_neither_data_nor_library_has_two_bad_cases(language: str) -> None:
    found = expected(language)
    assert [code for code in sorted(CODES) if found[code] < 2 and not NOT_JUDGED.fullmatch(code)] == []


@pytest.mark.parametrize("project", [*GOOD, *BAD], ids=lambda each: each.file)
def test_a_project_of_the_corpus_checks_without_a_report(project: Project) -> None:
    model = check([parse(Source(project.file, project.text))])
    assert [(each.code, each.message) for each in model.diagnostics] == []


def test_a_code_that_was_not_asked_for_is_surplus_unless_it_is_info() -> None:
    one = Declared("bad/x.kpi", 1, "kpi", "x", "X", frozenset({"S101"}), frozenset({"S102"}))
    given = {"S101": "error", "S102": "error", "A101": "warning", "S104": "info", "C104": "warning"}
    assert (one.missed(given), one.surplus(given)) == (frozenset(), {"A101"})
    assert one.missed({"A101": "warning"}) == {"S101"}

"""Every rule keeps what its own page says."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from kpilang import parts
from kpilang.diagnostics import Diagnostic
from kpilang.lint import explain
from kpilang.lint.linter import rules
from kpilang.lint.rule import Rule
from kpilang.lint.stage import STAGE
from kpilang.text import Text
from tests.lint.support import lint, marked, mended, model

BAD = [pytest.param(rule, text, id=f"{rule.code}-{n}") for rule in rules() for n, text in enumerate(rule.bad)]
GOOD = [pytest.param(rule, text, id=f"{rule.code}-{n}") for rule in rules() for n, text in enumerate(rule.good)]
RULES = [pytest.param(rule, id=rule.code) for rule in rules()]


def own(rule: Rule, text: str) -> tuple[Diagnostic, ...]:
    """What this rule says of a text."""
    return tuple(each for each in lint(text, rule.settings) if each.code == rule.code)


@pytest.mark.parametrize(("rule", "text"), BAD)
def test_a_bad_example_gives_one_finding_of_its_rule(rule: Rule, text: str) -> None:
    assert [each.code for each in own(rule, text)] == [rule.code]


@pytest.mark.parametrize(("rule", "text"), GOOD)
def test_a_good_example_gives_no_finding_of_its_rule(rule: Rule, text: str) -> None:
    assert [f"{each.code} {marked(each)}" for each in own(rule, text)] == []


@pytest.mark.parametrize(("rule", "text"), BAD + GOOD)
def test_an_example_is_free_of_other_mistakes(rule: Rule, text: str) -> None:
    assert [each.message.en for each in model(stage=STAGE, example=text).diagnostics] == []


@pytest.mark.parametrize(("rule", "text"), BAD)
def test_a_finding_says_its_message_why_and_help_in_both_languages(rule: Rule, text: str) -> None:
    (found,) = own(rule, text)
    assert found.name == rule.name
    for said in (found.message, found.why, found.help, found.label):
        assert said is not None
        assert said.en
        assert re.search(r"[一-鿿]", said.zh)
        assert not re.search(r"\{\w*\}", said.en + said.zh), "a place was left unfilled"


@pytest.mark.parametrize(("rule", "text"), BAD)
def test_a_fix_takes_the_finding_away_and_brings_no_other(rule: Rule, text: str) -> None:
    (found,) = own(rule, text)
    if found.fixes:
        after = mended(text, found)
        before = Counter(each.code for each in lint(text, rule.settings) if each.code != rule.code)
        assert Counter(each.code for each in lint(after, rule.settings)) <= before
        assert model(stage=STAGE, example=after).diagnostics == ()
    else:
        assert found.help is not None


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_examples_of_both_kinds(rule: Rule) -> None:
    assert rule.bad
    assert rule.good


@pytest.mark.parametrize("rule", RULES)
def test_a_code_begins_with_the_letter_of_its_criterion(rule: Rule) -> None:
    assert re.fullmatch(rf"{rule.criterion.value}\d\d\d", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_holds_all_there_is_to_read(rule: Rule, language: str) -> None:
    page = explain(rule, language)
    texts: list[Text] = [rule.summary, rule.why, *(option.about for option in rule.options)]
    assert page.startswith(f"# {rule.code} {rule.name}\n")
    assert all(text.say(language) in page for text in texts)
    assert all(example.strip() in page for example in (*rule.bad, *rule.good))


def test_a_rule_stands_in_the_folder_of_its_criterion_in_a_file_of_its_name() -> None:
    for module in parts.modules("kpilang.lint.rules"):
        rule: Rule = module.RULE
        folder, file = rule.criterion.name.lower(), rule.name.replace("-", "_")
        assert module.__name__ == f"kpilang.lint.rules.{folder}.{file}"


def test_no_two_rules_share_a_code_or_a_name() -> None:
    words = [word for rule in rules() for word in (rule.code, rule.name)]
    assert len(words) == len(set(words))

"""The rules there have to be, each with its name and severity, and that they decide every mark of a card."""

from __future__ import annotations

import pytest

from kpilang.lint import linter
from kpilang.lint.rule import Criterion, Quality

ASKED = [
    "",
    "S101 error vague-wording",
    "S102 error vague-subject",
    "S103 warning missing-what",
    "S104 info missing-why",
    "S105 warning two-in-one",
    "S106 info unexplained-acronym",
    "S107 info hard-to-read",
    "M101 error missing-formula",
    "M102 error missing-unit",
    "M103 error missing-direction",
    "M104 warning missing-collection",
    "M105 warning qualitative-without-instrument",
    "M106 warning mixed-sum",
    "M107 warning share-not-of-whole",
    "M108 warning mean-of-ratios",
    "M109 info unguarded-denominator",
    "M110 warning unused-precision",
    "M111 warning timeless-sum",
    "A101 warning missing-target",
    "A102 error unmeasurable-target",
    "A103 error target-against-direction",
    "A104 error impossible-target",
    "A105 warning groundless-target",
    "A106 warning no-stretch-left",
    "A107 warning leap",
    "A108 warning inverted-warning",
    "R101 warning missing-goal",
    "R102 warning goal-without-kpi",
    "R103 info too-many",
    "R104 info activity-only",
    "R105 info one-sided",
    "R106 warning broken-chain",
    "R107 warning parent-mismatch",
    "R108 info one-perspective",
    "R109 warning out-of-hands",
    "R110 info vanity",
    "R111 warning no-action",
    "R112 warning no-counterweight",
    "T101 error missing-period",
    "T102 warning open-ended-target",
    "T103 warning expired-target",
    "T104 info missing-review",
    "T105 warning faster-than-data",
    "O101 error missing-owner",
    "O102 error nobody",
    "O103 warning no-address",
    "O104 info overloaded-owner",
    "C101 warning same-formula",
    "C102 warning same-name",
    "C103 warning name-unit",
    "C104 warning differs-from-standard",
    "C105 warning deprecated-reference",
    "C106 info unused",
    "C107 info too-many-kpis",
    "C108 warning access-widened",
    "V101 warning no-data",
    "V102 warning stale",
    "V103 warning flat",
    "V104 warning outlier",
    "V105 warning gap",
    "V106 warning broken-key",
    "V107 warning small-base",
    "V108 warning does-not-lead",
    "V109 warning always-met",
    "",
][1:-1]
BY_CODE = {rule.code: rule for rule in linter.rules()}


@pytest.mark.parametrize("line", ASKED, ids=[line.split()[0] for line in ASKED])
def test_a_rule_has_the_name_and_the_severity_that_were_agreed_on(line: str) -> None:
    code, severity, name = line.split()
    assert (str(BY_CODE[code].severity), BY_CODE[code].name) == (severity, name)


def test_there_are_no_others_but_those_about_agreements_and_exceptions() -> None:
    asked = {line.split()[0] for line in ASKED}
    others = {rule.criterion for code, rule in BY_CODE.items() if code not in asked}
    assert others == {Criterion.AGREED, Criterion.EXCEPTIONS}


@pytest.mark.parametrize("quality", Quality)
def test_every_mark_of_a_card_is_decided_by_rules(quality: Quality) -> None:
    assert [rule.code for rule in linter.rules() if quality in rule.decides]


def test_every_rule_says_what_it_rests_on_or_comes_from_practice() -> None:
    practice = {"O103", "A108", "M111", "C106", "V105"}
    for line in ASKED:
        code = line.split()[0]
        assert BY_CODE[code].documents or code in practice, code

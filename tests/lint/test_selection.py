"""Which rules run where: selectors, layers, severities, options, paths, and mistakes in them."""

from __future__ import annotations

import pytest

from kpilang.diagnostics import Severity
from kpilang.lint import LintSettings, RuleSettings, run
from kpilang.lint.selection import matches
from kpilang.lint.stage import AS_OF
from kpilang.text import Source, Span
from tests.lint.support import codes, lint, model, the_first_rules

pytestmark = pytest.mark.usefixtures(the_first_rules.__name__)

EMPTY = "kpi cases_opened { }"
ALL = ["A101", "M101", "O101", "R101"]
"""All that is said of it; without formula and target unit, direction and period would only be more of the same."""


def test_all_rules_run_unasked() -> None:
    assert codes(EMPTY) == ALL


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        (["M101"], ["M101"]),
        (["M"], ["M101", "M102", "M103"]),
        (["M10", "T"], ["M101", "M102", "M103", "T101"]),
        (["m1"], ["M101", "M102", "M103"]),
        (["missing-owner"], ["O101"]),
        (["ALL"], ALL),
        (["all"], ALL),
        ([], []),
    ],
)
def test_a_selector_is_a_code_its_beginning_a_name_or_all(select: list[str], expected: list[str]) -> None:
    assert codes(EMPTY, select=select) == expected
    assert codes(EMPTY, LintSettings(select=tuple(select))) == expected


def test_ignore_takes_rules_away() -> None:
    assert codes(EMPTY, ignore=["M", "missing-owner"]) == ["A101", "R101", "T101"]


def test_the_closer_selector_wins_and_ignore_wins_a_draw() -> None:
    assert codes(EMPTY, LintSettings(select=("M102",), ignore=("M",))) == ["M102"]
    assert codes(EMPTY, LintSettings(select=("M",), ignore=("M102",))) == ["M101", "M103"]
    assert codes(EMPTY, LintSettings(select=("M102",), ignore=("M102",))) == []


def test_extend_select_adds_to_what_is_selected() -> None:
    assert codes(EMPTY, LintSettings(select=("M101",), extend_select=("T",))) == ["M101", "T101"]


def test_the_command_line_goes_over_settings() -> None:
    settings = LintSettings(select=("M",), ignore=("M101",))
    assert codes(EMPTY, settings, select=["M101"]) == ["M101"]
    assert codes(EMPTY, settings, extend_select=["M101", "T"]) == ["M101", "M102", "M103", "T101"]
    assert codes(EMPTY, settings, ignore=["M102"]) == ["M103"]


def test_a_severity_from_settings_goes_before_the_rules_own() -> None:
    settings = LintSettings(rules={"missing-formula": RuleSettings(Severity.INFO)})
    assert [each.severity for each in lint(EMPTY, settings, select=["M101"])] == [Severity.INFO]
    draft = "kpi cases_opened { state draft }"
    assert [each.severity for each in lint(draft, select=["M101"])] == [Severity.WARNING]
    assert [each.severity for each in lint(draft, settings, select=["M101"])] == [Severity.INFO]


def test_settings_of_a_path_hold_in_its_files_alone() -> None:
    inner = LintSettings(ignore=("ALL",), extend_select=("O101",), rules={"O101": RuleSettings(Severity.INFO)})
    settings = LintSettings(select=("M101", "O101"), per_path={"hr/**": inner})
    found = run(model(hr__people="kpi hires { }", sales="kpi orders { }"), AS_OF, settings).findings
    assert [(each.code, each.kpi, each.severity.value) for each in found] == [
        ("O101", "hires", "info"),
        ("M101", "orders", "error"),
        ("O101", "orders", "error"),
    ]


def test_a_later_path_goes_over_an_earlier_one_and_the_command_line_over_both() -> None:
    settings = LintSettings(
        per_path={"hr/**": LintSettings(select=("M",)), "hr/old.kpi": LintSettings(select=("T101",))}
    )
    checked = model(hr__old="kpi hires { }")
    assert [each.code for each in run(checked, AS_OF, settings).findings] == ["T101"]
    assert [each.code for each in run(checked, AS_OF, settings, select=["O"]).findings] == ["O101"]


def test_options_of_a_path_add_to_those_of_the_project() -> None:
    rules = {"S102": RuleSettings(options={"allow": ["Service quality"]})}
    settings = LintSettings(select=("S102",), per_path={"a.kpi": LintSettings(rules=rules)})
    checked = model(a='kpi one "Service quality" { }', b='kpi two "Service quality" { }')
    assert [each.kpi for each in run(checked, AS_OF, settings).findings] == ["two"]


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("hr/**", "hr/a.kpi", True),
        ("hr/**", "hr/x/a.kpi", True),
        ("hr/**", "shr/a.kpi", False),
        ("hr", "hr/x/a.kpi", True),
        ("hr/", "hr/a.kpi", True),
        ("./hr", "hr/a.kpi", True),
        ("hr/*.kpi", "hr/a.kpi", True),
        ("hr/*.kpi", "hr/x/a.kpi", False),
        ("**/old.kpi", "old.kpi", True),
        ("**/old.kpi", "a/b/old.kpi", True),
        ("*.kpi", "a.kpi", True),
        ("*.kpi", "b/a.kpi", False),
        ("a?.kpi", "ab.kpi", True),
        ("a.kpi", "axkpi", False),
        ("人事/**", "人事/a.kpi", True),
    ],
)
def test_a_glob_knows_folders(glob: str, path: str, expected: bool) -> None:
    assert matches(glob, path) is expected


def test_an_unknown_rule_is_reported_with_the_nearest_name() -> None:
    (found,) = lint(EMPTY, select=["missing-ownr"])
    assert (found.code, found.name) == ("E651", "unknown-rule")
    assert "`missing-ownr`" in found.message.en
    assert found.help is not None
    assert "`missing-owner`" in found.help.en
    assert "`missing-owner`" in found.help.zh


def test_an_unknown_rule_in_settings_is_reported_where_it_was_written() -> None:
    text = Source("kpi.yaml", "lint: { ignore: [S999] }")
    place = Span(text, 17, 21)
    settings = LintSettings(ignore=("S999",), rules={"Q1": RuleSettings()}, spans={"ignore S999": place})
    assert [(each.code, each.span) for each in run(model(), AS_OF, settings).findings] == [
        ("E651", place),
        ("E651", None),
    ]


def test_unknown_names_in_settings_of_a_path_are_reported_too() -> None:
    settings = LintSettings(per_path={"hr/**": LintSettings(select=("Z",))})
    assert [each.code for each in run(model(), AS_OF, settings).findings] == ["E651"]


def test_an_unknown_option_is_reported_with_those_there_are() -> None:
    (found,) = run(model(), AS_OF, LintSettings(rules={"S101": RuleSettings(options={"alow": ["x"]})})).findings
    assert (found.code, found.name) == ("E652", "unknown-rule-option")
    assert found.help is not None
    assert "`allow`" in found.help.en


@pytest.mark.parametrize("value", ["x", 3, True, ["x", 3], None, {"x": "y"}])
def test_an_option_of_a_wrong_type_is_reported_and_its_default_holds(value: object) -> None:
    settings = LintSettings(select=("S101",), rules={"S101": RuleSettings(options={"allow": value})})
    found = lint('kpi x "Improve service quality" { }', settings)
    assert [each.code for each in found] == ["E653", "S101"]
    assert "list of texts" in found[0].message.en
    assert "文本列表" in found[0].message.zh

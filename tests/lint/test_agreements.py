"""What a project has agreed on in kpi.yaml, and the findings where a KPI does not keep to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpilang.lint.agreements import FIELDS, people
from kpilang.project import load
from kpilang.project.linting import Examined, LintAsk, examine

KPIS = """\
owner sales "Sales" <sales@example.com>
owner data_team "Data" <data@example.com>
owner stray "Stray" <stray@example.com>
source orders from "o.csv" { key id  collected "Shop" every day }
kpi one "Net orders" zh "净订单" { formula count(orders)  owner sales  level company  tags sales, hot }
kpi Two "gross orders" { formula count(orders)  owner stray  level team  field region "North" }
kpi three "Orders" { formula count(orders)  owner data_team  state deprecated }
"""


def lint(tmp_path: Path, settings: str, kpis: str = KPIS) -> Examined:
    (tmp_path / "kpi.yaml").write_text(settings, encoding="utf-8")
    (tmp_path / "shop.kpi").write_text(kpis, encoding="utf-8")
    return examine(load(tmp_path, keep=False), LintAsk(select=("P",)), ())


def said(examined: Examined) -> list[tuple[str, str | None, str]]:
    return [(item.code, item.kpi, item.span.text if item.span else "") for item in examined.findings]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ("require: [{field: benchmark, when: {level: company}}]", [("P101", "one", "one")]),
        ("require: [{field: benchmark}]", [("P101", "one", "one"), ("P101", "Two", "Two")]),
        ("require: [{field: benchmark, when: {level: [team, individual]}}]", [("P101", "Two", "Two")]),
        ("require: [{field: region}]", [("P101", "one", "one")]),
        ("require: [{field: owner}, {field: level}]", []),
        ("values: [{field: owner, in: [sales]}]", [("P102", "Two", "stray")]),
        ("values: [{field: tags, in: [sales]}]", [("P102", "one", "hot")]),
        ("values: [{field: tags, in: [sales, hot]}]", []),
        ("values: [{field: region, in: [South]}]", [("P102", "Two", '"North"')]),
        ("values: [{field: owner, in: [sales], when: {level: company}}]", []),
        ("patterns: [{field: name, like: '[a-z]+'}]", [("P103", "Two", "Two")]),
        ("patterns: [{field: label, like: '[A-Z净].*'}]", [("P103", "Two", '"gross orders"')]),
        ("patterns: [{field: label, like: 'Net'}]", [("P103", "one", '"Net orders"'), ("P103", "one", '"净订单"'), ("P103", "Two", '"gross orders"')]),
    ],
)  # fmt: skip
def test_what_does_not_keep_to_an_agreement_is_found(
    tmp_path: Path, entries: str, expected: list[tuple[str, str, str]]
) -> None:
    found = lint(tmp_path, f"fields: {{region: text}}\nlint:\n  {entries}\n")
    assert said(found) == expected


def test_the_reason_of_the_project_is_given(tmp_path: Path) -> None:
    found = lint(
        tmp_path, "lint: {require: [{field: benchmark, why: the board compares us}]}\nfields: {region: text}\n"
    )
    assert {item.why and item.why.en for item in found.findings} == {"the board compares us"}


def test_a_severity_can_be_set_for_paths(tmp_path: Path) -> None:
    text = (
        "fields: {region: text}\n"
        "lint:\n  require: [{field: benchmark}]\n  per-path: {'shop*': {rules: {P101: {severity: info}}}}\n"
    )
    assert {str(item.severity) for item in lint(tmp_path, text).findings} == {"info"}


def test_owners_are_looked_up_in_codeowners(tmp_path: Path) -> None:
    (tmp_path / "CODEOWNERS").write_text(
        "# stray@example.com\n/kpis/ sales@example.com @acme/data_team # stray\n", encoding="utf-8"
    )
    kpis = KPIS.replace("state deprecated", "")
    found = lint(tmp_path, "fields: {region: text}\nlint: {values: [{field: owner, codeowners: CODEOWNERS}]}\n", kpis)
    assert said(found) == [("P102", "Two", "stray")]


def test_a_codeowners_file_outside_of_the_repository_is_not_read(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / ".git").mkdir()
    (tmp_path / "CODEOWNERS").write_text("* sales@example.com\n", encoding="utf-8")
    found = lint(inner, "fields: {region: text}\nlint: {values: [{field: owner, codeowners: ../CODEOWNERS}]}\n")
    assert [item.code for item in found.findings] == ["E608"]


def test_an_expression_that_python_could_not_end_with_is_matched_in_one_pass(tmp_path: Path) -> None:
    label = "a" * 5000
    (tmp_path / "a.kpi").write_text(f'kpi a "{label}" {{ }}\n', encoding="utf-8")
    (tmp_path / "kpi.yaml").write_text(
        "lint: {select: [P103], patterns: [{field: label, like: '(a+)+b'}, {field: label, like: '(a|aa)+'}]}\n",
        encoding="utf-8",
    )
    found = examine(load(tmp_path, keep=False), LintAsk(), ())
    assert [(item.code, "`(a+)+b`" in item.label.en) for item in found.findings] == [("P103", True)]


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ("require: [{field: benchmrk}]", "E657"),
        ("require: [{field: benchmark, when: {levle: company}}]", "E657"),
        ("values: [{field: formula, in: [a]}]", "E657"),
        ("patterns: [{field: name, like: '['}]", "E658"),
        ("patterns: [{field: name, like: 'a{99999999999}'}]", "E658"),
        ("patterns: [{field: name, like: '(?!tmp)[a-z_]+'}]", "E682"),
        ("patterns: [{field: name}]", "E605"),
        ("values: [{field: owner}]", "E605"),
        ("values: [{field: owner, in: [a], codeowners: b}]", "E605"),
        ("require: [{when: {level: company}}]", "E605"),
        ("require: benchmark", "E605"),
        ("require: [{feild: benchmark}]", "E604"),
    ],
)
def test_an_agreement_that_cannot_be_read_is_told_at_its_place(tmp_path: Path, entries: str, code: str) -> None:
    found = lint(tmp_path, f"fields: {{region: text}}\nlint:\n  {entries}\n")
    wrong = [item for item in found.findings if item.code == code]
    assert wrong
    assert all(item.span and item.span.source.path == "kpi.yaml" for item in wrong)


def test_the_fields_are_those_of_the_grammar() -> None:
    grammar = (Path(__file__).parents[2] / "grammar" / "kpi.lark").read_text(encoding="utf-8")
    block = grammar[grammar.index("kpi_field: ") : grammar.index("own_name:")]
    written = re.findall(r'^(?:kpi_field: |\s+\| )"(\w+)"', block, flags=re.MULTILINE)
    assert set(FIELDS) == set(written) - {"field"}


def test_addresses_and_handles_are_read_from_codeowners() -> None:
    assert people("* @A/team b@Example.com\n# c@x.y\n\n/docs\n/x d@x.y # e@x.y") == {
        "@a/team",
        "b@example.com",
        "d@x.y",
    }


def test_an_agreement_that_is_no_entry_is_told_once(tmp_path: Path) -> None:
    found = lint(tmp_path, "lint:\n  require: [why, owner]\n")
    wrong = [item for item in found.findings if item.code == "E605"]
    assert [item.span.text for item in wrong if item.span] == ["why", "owner"]
    assert all("an entry such as" in item.message.en for item in wrong)

"""`kpi config show`: the settings in force with the places that they come from, and who decides on a rule for a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kpilang.cli import main
from kpilang.project import load
from kpilang.project.linting import LintAsk, examine

TEAM = """\
select: [S, O101, A101]
rules:
  O101: {severity: warning}
  vague-wording: {allow: [order value], words: [nicer]}
per-path:
  "kpis/hr/**":
    ignore: [S101]
    rules: {O101: {severity: info}}
require: [{field: benchmark, when: {level: company}}]
not-suppressible: [O101]
"""
OWN = """\
as_of: 2026-06-30
sources: {orders: data/o.csv}
exclude: [drafts/]
environments:
  ci:
    as_of: 2026-05-31
    sources: {orders: ci/o.csv}
glossary: {GMV: gross merchandise value}
fields: {region: text}
lint:
  extend: ../team.yaml
  ignore: [S102]
  rules:
    S101: {allow: [净值]}
  values:
    - {field: region, in: [North, '1']}
  patterns:
    - {field: name, like: '[a-z_]+'}
"""
KPI = 'source orders from "o.csv" { key id }\nkpi one "Improve" { formula count(orders) }\n'


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    folder = tmp_path / "kpis"
    for path, text in (("kpi.yaml", OWN), ("hr/one.kpi", KPI), ("sales.kpi", 'kpi two "Improve" { }\n')):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def show(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings as a reader of YAML finds them, and the remark on each line by what stands before it."""
    assert main(["config", "show", *arguments]) == 0
    out = capsys.readouterr().out
    remarks = [line.split("  # ", 1) for line in out.splitlines() if "  # " in line]
    return yaml.safe_load(out), {line.strip(): remark for line, remark in remarks}


def test_each_setting_is_shown_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    found, places = show(capsys)
    assert str(found["as_of"]) == "2026-06-30"
    assert found["sources"] == {"orders": "data/o.csv"}
    assert found["lint"]["rules"] == {
        "missing-owner": {"severity": "warning"},
        "vague-wording": {"allow": ["净值"], "words": ["nicer"]},
    }
    assert places["as_of: 2026-06-30"] == "kpi.yaml:1"
    assert places["language: en"] == "default"
    assert places["exclude: [drafts/]"] == "kpi.yaml:3"
    assert places["GMV: gross merchandise value"] == "kpi.yaml:8"
    assert places["region: text"] == "kpi.yaml:9"
    assert places["severity: warning"] == "../team.yaml:3"
    assert places["words: [nicer]"] == "../team.yaml:4"
    assert places["allow: [净值]"] == "kpi.yaml:14"
    assert places["ignore: [S101]"] == "../team.yaml:7"
    assert places["- O101"] == "../team.yaml:10"


def test_what_an_environment_and_the_command_line_give_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    found, places = show(capsys, "--env", "ci")
    assert places["as_of: 2026-05-31"] == "environment ci, kpi.yaml:6"
    assert places["orders: ci/o.csv"] == "environment ci, kpi.yaml:7"
    found, places = show(capsys, "--as-of", "2026-01-31", "--select", "M101")
    assert places["as_of: '2026-01-31'"] == "command line"
    assert found["lint"]["select"] == ["M101"]
    assert places["select: [M101]"] == "command line, `--select`"


def test_settings_shown_are_settings_that_say_the_same(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def findings() -> list[tuple[str, str, str | None]]:
        examined = examine(load(project, keep=False), LintAsk(), ())
        return sorted((item.code, str(item.severity), item.kpi) for item in examined.findings)

    assert main(["config", "show"]) == 0
    shown = capsys.readouterr().out
    before = findings()
    assert len(before) > 3
    (project / "kpi.yaml").write_text(shown, encoding="utf-8")
    (project.parent / "team.yaml").unlink()
    assert findings() == before
    again, _ = show(capsys)
    assert again == yaml.safe_load(shown)


def test_isolated_shows_the_linter_as_it_comes(capsys: pytest.CaptureFixture[str]) -> None:
    found, places = show(capsys, "--isolated")
    assert found["lint"]["select"] == ["ALL"]
    assert found["lint"]["rules"] == {}
    assert places["select: [ALL]"] == "default"
    assert found["glossary"] == {"GMV": "gross merchandise value"}


@pytest.mark.parametrize(
    ("arguments", "runs", "by"),
    [
        (["S101", "sales.kpi"], True, "../team.yaml:1, `select: S`"),
        (["S101", "hr/one.kpi"], False, "../team.yaml:7, `ignore: S101`, under `per-path: kpis/hr/**`"),
        (["S102", "sales.kpi"], False, "kpi.yaml:12, `ignore: S102`"),
        (["missing-formula", "sales.kpi"], False, "../team.yaml:1, `select: S`"),
        (["m101", "sales.kpi", "--extend-select", "M"], True, "command line, `--extend-select M`"),
        (["M101", "sales.kpi", "--isolated"], True, "default"),
    ],
)
def test_the_layer_that_decides_whether_a_rule_runs_is_named(
    capsys: pytest.CaptureFixture[str], arguments: list[str], runs: bool, by: str
) -> None:
    found, places = show(capsys, "--explain", *arguments)
    assert found["runs"] is runs
    assert places[f"runs: {str(runs).lower()}"] == by


def test_severity_and_options_of_a_rule_are_told_with_their_layers(capsys: pytest.CaptureFixture[str]) -> None:
    found, places = show(capsys, "--explain", "O101", "hr/one.kpi")
    assert (found["rule"], found["severity"]) == ("O101 missing-owner", "info")
    assert places["severity: info"] == "../team.yaml:8, under `per-path: kpis/hr/**`"
    found, places = show(capsys, "--explain", "O101", "sales.kpi")
    assert places["severity: warning"] == "../team.yaml:3"
    found, places = show(capsys, "--explain", "S101", "sales.kpi")
    assert found["options"] == {"words": ["nicer"], "allow": ["净值"]}
    assert (places["words: [nicer]"], places["severity: error"]) == ("../team.yaml:4", "the rule's own")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["show", "--explain", "vague-wordng", "sales.kpi"], "E666"),
        (["show", "--explain", "S101", "nowhere.kpi"], "E611"),
        (["show", "--explain", "S101", "../team.yaml"], "E619"),
        (["show", "--select", "S999"], "E651"),
        (["shw"], "E624"),
        ([], "E623"),
    ],
)
def test_what_is_not_there_is_refused(arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", *arguments]) == 2
    told = capsys.readouterr()
    assert f"[{code}]" in told.err
    assert told.out == ""


def test_mistakes_in_settings_are_told_and_the_rest_is_shown(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "kpi.yaml").write_text("lint: {ignore: [S999], selct: [S]}\nlanguage: zh\n", encoding="utf-8")
    assert main(["config", "show", "--lang", "en"]) == 2
    told = capsys.readouterr()
    assert yaml.safe_load(told.out)["language"] == "zh"
    assert "E651" in told.err
    assert "E604" in told.err


def test_remarks_cannot_be_broken_out_of(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A glob with a line break stands in a remark and stays there."""
    text = 'lint:\n  per-path:\n    "**/o?e.kpi\\nruns: 3": {ignore: [S101]}\n    "hr": {ignore: [S101]}\n'
    (project / "kpi.yaml").write_text(text, encoding="utf-8")
    found, _ = show(capsys, "--explain", "S101", "hr/one.kpi")
    assert found["runs"] is False
    found, _ = show(capsys)
    assert list(found["lint"]["per-path"]) == ["**/o?e.kpi\nruns: 3", "hr"]

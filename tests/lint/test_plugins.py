"""Rules in Python, offered by an installed package and named by the project."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpilang.cli import main
from kpilang.project import load
from kpilang.project.linting import Examined, LintAsk, examine

PACKAGE = """
from kpilang.diagnostics import Severity
from kpilang.lint.rule import Criterion, Finding, Rule
from kpilang.text import Text

def find(look):
    for kpi in look.kpis:
        if kpi.name.startswith("tmp"):
            yield Finding.of(kpi)

RULE = Rule(
    code="{code}", name="{name}", criterion=Criterion.SPECIFIC, severity=Severity.WARNING,
    summary=Text("a KPI for now", "临时 KPI"), message=Text("`{{kpi}}` is for now", "`{{kpi}}` 是临时的"),
    why=Text("it stays for ever", "它会一直留着"), help=Text("name it well", "起个好名字"),
    find=find, bad=(), good=(),
)
RULES = [RULE]
NUMBER = 5
open({touched!r}, "w").close()
"""
KPIS = 'source orders from "o.csv" { key id  collected "Shop" every day }\nkpi tmp_orders "Orders" { formula count(orders) }\n'


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder where packages are installed, first on the path."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    for name in [name for name in sys.modules if name.startswith("acme_rules")]:
        del sys.modules[name]


def install(site: Path, target: str = "RULE", code: str = "AC101", name: str = "for-now") -> Path:
    touched = site / "touched"
    (site / "acme_rules.py").write_text(PACKAGE.format(code=code, name=name, touched=str(touched)), encoding="utf-8")
    info = site / "acme_rules-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[kpilang.rules]\nacme = acme_rules:{target}\n", encoding="utf-8")
    return touched


def lint(tmp_path: Path, settings: str, *select: str) -> Examined:
    root = tmp_path / "project"
    root.mkdir(exist_ok=True)
    (root / "kpi.yaml").write_text(settings, encoding="utf-8")
    (root / "shop.kpi").write_text(KPIS, encoding="utf-8")
    return examine(load(root, keep=False), LintAsk(select=select or ("AC101",)), ())


@pytest.mark.parametrize("target", ["RULE", "RULES"])
def test_a_rule_that_the_project_names_is_run(tmp_path: Path, site: Path, target: str) -> None:
    install(site, target)
    found = lint(tmp_path, "lint: {plugins: [acme]}\n")
    assert [(item.code, item.kpi) for item in found.findings] == [("AC101", "tmp_orders")]


def test_an_installed_rule_that_no_project_names_is_not_even_imported(tmp_path: Path, site: Path) -> None:
    touched = install(site)
    assert [item.code for item in lint(tmp_path, "lint: {}\n", "O101").findings] == ["O101"]
    assert not touched.exists()


def test_its_settings_and_suppressions_are_those_of_any_rule(tmp_path: Path, site: Path) -> None:
    install(site)
    found = lint(tmp_path, "lint: {plugins: [acme], rules: {for-now: {severity: error}}}\n", "AC")
    assert [str(item.severity) for item in found.findings] == ["error"]
    assert lint(tmp_path, "lint: {plugins: [acme], ignore: [for-now]}\n", "O101").findings[0].code == "O101"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"target": "NUMBER"}, "E671"),
        ({"target": "NOWHERE"}, "E671"),
        ({"code": "S199"}, "E671"),
        ({"code": "ac101"}, "E671"),
        ({"name": "missing-owner"}, "E671"),
        ({"name": "For Now"}, "E671"),
    ],
)
def test_what_cannot_be_used_is_told_and_the_rest_goes_on(
    tmp_path: Path, site: Path, given: dict[str, str], code: str
) -> None:
    install(site, **given)
    found = lint(tmp_path, "lint: {plugins: [acme]}\n", "O101")
    assert [item.code for item in found.findings] == [code, "O101"]


def test_a_package_that_is_not_installed_is_told(tmp_path: Path, site: Path) -> None:
    install(site)
    found = lint(tmp_path, "lint: {plugins: [acne]}\n", "O101")
    assert [item.code for item in found.findings] == ["E670", "O101"]
    assert "acme" in found.findings[0].help.en  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["def find(:", "import nothing_of_that_name", "raise ImportError"])
def test_a_package_that_cannot_be_imported_is_told(tmp_path: Path, site: Path, text: str) -> None:
    install(site)
    (site / "acme_rules.py").write_text(text, encoding="utf-8")
    assert [item.code for item in lint(tmp_path, "lint: {plugins: [acme]}\n", "O101").findings] == ["E671", "O101"]


RAISING = """
def find(look):
    names = {"other": 1}
    for kpi in look.kpis:
        if kpi.name == "other":
            yield Finding.of(kpi)
        names[kpi.name]
"""


def failing(site: Path, body: str) -> None:
    install(site)
    text = (site / "acme_rules.py").read_text(encoding="utf-8")
    (site / "acme_rules.py").write_text(text.replace("RULE =", f"{body}\nRULE =", 1), encoding="utf-8")


def test_a_rule_of_a_plugin_that_raises_is_told_as_the_plugins_fault_and_the_others_still_look(
    tmp_path: Path, site: Path
) -> None:
    failing(site, RAISING)
    found = lint(tmp_path, "lint: {plugins: [acme]}\n", "AC101", "O101").findings
    assert [(item.code, item.kpi) for item in found] == [("E683", None), ("O101", "tmp_orders")]
    assert (
        found[0].message.en
        == "the rule AC101 for-now of the plugin `acme` failed on `tmp_orders`: KeyError: 'tmp_orders'"
    )
    lines = (site / "acme_rules.py").read_text(encoding="utf-8").splitlines()
    line = lines.index("        names[kpi.name]") + 1
    assert found[0].help
    assert f"mend line {line} of `acme_rules`" in found[0].help.en
    assert found[0].span
    assert (found[0].span.source.path, found[0].span.text) == ("kpi.yaml", "acme")
    assert [mark.span.text for mark in found[0].marks] == ["tmp_orders"]


@pytest.mark.parametrize(
    "body",
    [
        "def find(look): raise SystemExit(0)",
        "def find(look): return [1]",
        "def find(look): return None",
        "find = 5",
        "def find(look): yield Finding(5)",
        "def find(look):\n    if len(look.kpis) > 1: raise ValueError('{braces}')\n    return []",
    ],
)
def test_whatever_a_rule_of_a_plugin_does_ends_no_run(tmp_path: Path, site: Path, body: str) -> None:
    failing(site, body)
    root = tmp_path / "project"
    root.mkdir()
    (root / "more.kpi").write_text('kpi more "More" { formula count(orders) }\n', encoding="utf-8")
    assert [item.code for item in lint(tmp_path, "lint: {plugins: [acme]}\n", "AC101", "O101").findings] == [
        "E683",
        "O101",
        "O101",
    ]


def test_a_comment_that_suppresses_a_rule_that_failed_is_not_called_unused(tmp_path: Path, site: Path) -> None:
    failing(site, RAISING)
    root = tmp_path / "project"
    root.mkdir()
    comment = "# kpi: ignore[AC101]: agreed\n"
    (root / "more.kpi").write_text(f'{comment}kpi more "More" {{ formula count(orders) }}\n', encoding="utf-8")
    assert [item.code for item in lint(tmp_path, "lint: {plugins: [acme]}\n", "AC101", "X104").findings] == ["E683"]


def test_the_run_ends_as_one_that_was_told_something_wrong(
    tmp_path: Path, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(site, RAISING)
    lint(tmp_path, "lint: {plugins: [acme]}\n")
    assert main(["lint", "-C", str(tmp_path / "project"), "--select", "AC", "--no-cache"]) == 2
    out, err = capsys.readouterr()
    assert "error[E683]" in out
    assert "bug" not in err


@pytest.mark.parametrize("text", ["raise ValueError('no such luck')", "raise SystemExit", "1 / 0"])
def test_a_package_that_raises_when_imported_is_told(tmp_path: Path, site: Path, text: str) -> None:
    install(site)
    (site / "acme_rules.py").write_text(text, encoding="utf-8")
    assert [item.code for item in lint(tmp_path, "lint: {plugins: [acme]}\n", "O101").findings] == ["E671", "O101"]

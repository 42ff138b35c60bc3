"""Settings of the linter that go over those of other files: `lint: extend:`."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpilang.project import load
from kpilang.project.linting import Examined, LintAsk, examine

KPIS = """\
owner sales "Sales" <sales@example.com>
source orders from "o.csv" { key id  collected "Shop" every day }
kpi one "Improve orders" { formula count(orders) }
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a project in `kpis`."""
    (tmp_path / ".git").mkdir()
    write(tmp_path, "kpis/hr/one.kpi", KPIS)
    return tmp_path


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")


def lint(repository: Path, settings: str, select: tuple[str, ...] | None = None) -> Examined:
    write(repository, "kpis/kpi.yaml", settings)
    return examine(load(repository / "kpis", keep=False), LintAsk(select=select), ())


def codes(examined: Examined) -> list[str]:
    return sorted(item.code for item in examined.findings)


def test_own_settings_go_over_those_that_they_extend(repository: Path) -> None:
    write(repository, "team.yaml", "select: [S101, O101]\nrules: {O101: {severity: info}}\n")
    assert codes(lint(repository, "lint: {extend: ../team.yaml}\n")) == ["O101", "S101"]
    assert codes(lint(repository, "lint: {extend: ../team.yaml, ignore: [S101]}\n")) == ["O101"]
    assert codes(lint(repository, "lint: {extend: ../team.yaml, select: [A101]}\n")) == ["A101"]
    [found] = lint(repository, "lint: {extend: [../team.yaml], ignore: [S]}\n").findings
    assert str(found.severity) == "info"
    [found] = lint(repository, "lint: {extend: [../team.yaml], ignore: [S], rules: {O101: {severity: error}}}").findings
    assert str(found.severity) == "error"


def test_of_several_the_later_goes_over_the_earlier_and_a_base_of_a_base_lies_undermost(repository: Path) -> None:
    write(repository, "team.yaml", "extend: company.yaml\nselect: [O101]\n")
    write(repository, "company.yaml", "select: [S101]\nrules: {A101: {severity: info}, O101: {severity: warning}}\n")
    write(repository, "more.yaml", "extend-select: [A101]\n")
    found = lint(repository, "lint: {extend: [../team.yaml, ../more.yaml]}\n")
    assert {(item.code, str(item.severity)) for item in found.findings} == {("A101", "info"), ("O101", "warning")}
    assert codes(lint(repository, "lint: {extend: [../more.yaml, ../team.yaml]}\n")) == ["O101"]


def test_globs_of_a_file_are_relative_to_its_folder(repository: Path) -> None:
    for glob, expected in [("kpis/hr/**", []), ("hr/**", ["S101"]), ("**/one.kpi", [])]:
        write(repository, "team.yaml", f"select: [S101]\nper-path: {{'{glob}': {{ignore: [ALL]}}}}\n")
        assert codes(lint(repository, "lint: {extend: ../team.yaml}\n")) == expected, glob
    write(repository, "kpis/rules/team.yaml", "select: [S101]\nper-path: {'../hr': {ignore: [ALL]}}\n")
    assert codes(lint(repository, "lint: {extend: rules/team.yaml}\n")) == []


def test_what_is_said_per_path_goes_over_what_holds_for_all(repository: Path) -> None:
    write(repository, "team.yaml", "per-path: {'kpis/hr/**': {ignore: [S]}}\n")
    assert codes(lint(repository, "lint: {extend: ../team.yaml, select: [S101, O101]}\n")) == ["O101"]


def test_agreements_and_what_may_not_be_suppressed_add_up(repository: Path) -> None:
    write(repository, "team.yaml", "require: [{field: benchmark}]\nnot-suppressible: [O101]\nselect: [P, O101]\n")
    muted = KPIS.replace("kpi one", "# kpi: ignore[O101, P101]: not yet\nkpi one")
    write(repository, "kpis/hr/one.kpi", muted)
    found = lint(repository, "lint: {extend: ../team.yaml, require: [{field: review}]}\n")
    assert codes(found) == ["O101"]
    assert len(found.linted.taken) == 2


def test_a_codeowners_file_is_relative_to_the_file_that_names_it(repository: Path) -> None:
    write(repository, "team/rules.yaml", "select: [P]\nvalues: [{field: owner, codeowners: CODEOWNERS}]\n")
    write(repository, "team/CODEOWNERS", "* other@example.com\n")
    write(repository, "kpis/hr/one.kpi", KPIS.replace("{ formula", "{ owner sales  formula"))
    assert codes(lint(repository, "lint: {extend: ../team/rules.yaml}\n")) == ["P102"]
    write(repository, "team/CODEOWNERS", "* sales@example.com\n")
    assert codes(lint(repository, "lint: {extend: ../team/rules.yaml}\n")) == []


@pytest.mark.parametrize(
    ("team", "code", "place"),
    [
        ("selct: [S101]", "E604", "../team.yaml:1:1"),
        ("lint: {select: [S101]}", "E604", "../team.yaml:1:1"),
        ("select: {a: b}", "E605", "../team.yaml:1:9"),
        ("select: [S999]", "E651", "../team.yaml:1:10"),
        ("rules: {S101: {alow: [x]}}", "E652", "../team.yaml:1:16"),
        ("require: [{field: benchmrk}]", "E657", "../team.yaml:1:19"),
        ("select: [", "E601", "../team.yaml:1:10"),
        ("extend: team.yaml", "E672", "../team.yaml:1:9"),
        ("extend: kpis/kpi.yaml", "E672", "../team.yaml:1:9"),
        ("extend: nowhere.yaml", "E608", "../team.yaml:1:9"),
        ("extend: kpis", "E608", "../team.yaml:1:9"),
    ],
)
def test_a_mistake_in_a_file_is_told_at_its_place_there(repository: Path, team: str, code: str, place: str) -> None:
    write(repository, "team.yaml", team)
    wrong = [item for item in lint(repository, "lint: {extend: ../team.yaml}\n").findings if item.code == code]
    assert [str(item.span) for item in wrong] == [place]


def test_a_cycle_is_told_with_its_way(repository: Path) -> None:
    write(repository, "a.yaml", "extend: b.yaml\n")
    write(repository, "b.yaml", "extend: a.yaml\n")
    [wrong] = lint(repository, "lint: {extend: ../a.yaml, select: [P]}\n").findings
    assert wrong.message.en == "`../a.yaml` extends itself: `../a.yaml` → `../b.yaml` → `../a.yaml`"


def test_a_file_that_two_extend_is_read_once(repository: Path) -> None:
    write(repository, "base.yaml", "select: [P]\nrequire: [{field: benchmark}]\n")
    write(repository, "a.yaml", "extend: base.yaml\n")
    write(repository, "b.yaml", "extend: base.yaml\n")
    assert codes(lint(repository, "lint: {extend: [../a.yaml, ../b.yaml]}\n")) == ["P101"]


def test_a_file_outside_of_the_repository_is_not_read(repository: Path) -> None:
    inner = repository / "kpis"
    (inner / ".git").mkdir()
    write(repository, "team.yaml", "select: [S101]\n")
    wrong = [item for item in lint(repository, "lint: {extend: ../team.yaml}\n").findings if item.code == "E608"]
    assert [str(item.span) for item in wrong] == ["kpi.yaml:1:16"]


def test_isolated_leaves_the_settings_of_the_linter_and_their_mistakes_out(repository: Path) -> None:
    write(repository, "kpis/kpi.yaml", "language: zh\nlint: {select: [O101], extend: nowhere.yaml, ignor: [S]}\n")
    project = load(repository / "kpis", keep=False, isolated=True)
    assert (project.settings.language, project.misset) == ("zh", ())
    assert {"S101", "O101", "A101"} <= set(codes(examine(project, LintAsk(), ())))

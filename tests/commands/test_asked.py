"""What is counted and listed is what was asked about: some files, some KPIs, the comments in force."""

import csv
import gc
import io
import json
import xml.etree.ElementTree as ET

import pytest

from kpilang.cli import main

SALES = 'kpi won "Deals won" { }\nkpi lost "Deals lost" { }\n'
PEOPLE = 'kpi hired "People hired" { }\n'


@pytest.fixture
def kpi(tmp_path, monkeypatch, capsys):
    """Runs a command line in a project of two folders; gives its exit code, output and what is said beside it."""
    (tmp_path / "kpi.yaml").write_text("as_of: 2026-06-30\nlint: {not-suppressible: [O101]}\n", encoding="utf-8")
    for folder, text in (("sales", SALES), ("hr", PEOPLE)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "all.kpi").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = main([*arguments, "--no-cache"])
        gc.unfreeze()  # a command is the last thing its process does; here it is not
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.parametrize(
    ("places", "counted", "cases"),
    [
        ([], "files: 2, KPIs: 3,", {"won", "lost", "hired"}),
        (["hr"], "files: 1, KPIs: 1,", {"hired"}),
        (["sales/all.kpi"], "files: 1, KPIs: 2,", {"won", "lost"}),
        (["won"], "files: 1, KPIs: 1,", {"won"}),
        (["won", "hr"], "files: 2, KPIs: 2,", {"won", "hired"}),
    ],
)
def test_lint_counts_what_was_asked_about(kpi, places, counted, cases):
    _, out, err = kpi("lint", *places, "--format", "junit")
    assert err.startswith(counted)
    assert {each.get("name") for each in ET.fromstring(out).iter("testcase")} == cases  # noqa: S314 our own text


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ([], "files: 2, KPIs: 3, sources: 0, errors: 1, other findings: 0"),
        (
            ["hr"],
            "asked about: files: 1, KPIs: 1, errors: 0, other findings: 0; checked: files: 2, KPIs: 3, sources: 0, errors elsewhere: 1",
        ),
        (
            ["sales", "hired"],
            "asked about: files: 2, KPIs: 3, errors: 1, other findings: 0; checked: files: 2, KPIs: 3, sources: 0, errors elsewhere: 0",
        ),
    ],
)
def test_check_says_what_was_asked_about_and_what_was_checked(kpi, tmp_path, places, said):
    (tmp_path / "sales" / "all.kpi").write_text(SALES.replace("{ }", "{ formula nowhere }", 1), encoding="utf-8")
    assert kpi("check", *places)[2] == f"{said}\n"


def test_the_last_line_of_cards_is_of_those_asked_for(kpi):
    assert "\nproject: " in kpi("card")[1]
    one, two = kpi("card", "won")[1], kpi("card", "won", "hired")[1]
    assert "project: " not in one + two
    assert "together: " not in one
    assert two.splitlines()[-1].endswith(" of 100, KPIs: 2")


def test_a_comment_that_names_nothing_it_may_suppress_is_broken(kpi, tmp_path):
    (tmp_path / "hr" / "all.kpi").write_text(
        "# kpi: ignore[nosuch]: agreed\n# kpi: ignore[missing-owner]: agreed\n# kpi: ignore[A101]: agreed\n"
        f"# kpi: ignore[missing-target]: agreed\n{PEOPLE}",
        encoding="utf-8",
    )
    rows = csv.DictReader(io.StringIO(kpi("suppressions", "--format", "csv")[1]))
    assert [(row["rules"], row["state"]) for row in rows] == [
        ("nosuch", "broken"),
        ("missing-owner", "broken"),
        ("A101", "holds"),
        ("missing-target", "unused"),
    ]


@pytest.mark.parametrize("command", ["check", "lint"])
def test_a_mistake_of_syntax_inside_a_kpi_names_the_kpi(kpi, tmp_path, command):
    (tmp_path / "hr" / "all.kpi").write_text('kpi hired "Hired" {\n  nonsense here\n}\nnor this\n', encoding="utf-8")
    findings = json.loads(kpi(command, "hr", "--format", "json")[1])["findings"]
    syntax = {item["start"]["line"]: item["kpi"] for item in findings if item["code"].startswith("E1")}
    assert syntax == {2: "hired", 4: None}
    lines = [json.loads(line) for line in kpi(command, "hr", "--format", "jsonl")[1].splitlines()]
    assert lines == findings


def test_a_template_is_explained_as_it_is_declared(kpi):
    code, out, _ = kpi("explain", "std.sales.win_rate")
    assert code == 0
    assert out.startswith("std.sales.win_rate  Win rate  std/sales.kpi:3:1\n")
    assert "won: count, decided: count" in out
    assert "won / decided" in out
    assert kpi("explain", "std.sales.win_rate", "--lang", "zh")[1].startswith("std.sales.win_rate  赢单率  ")
    code, _, err = kpi("explain", "std.sales.winrate")
    assert code == 2
    assert "did you mean `std.sales.win_rate`?" in err

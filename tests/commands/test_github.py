"""What `kpi lint` says where GitHub runs it: annotations and the summary of a step, by themselves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from kpilang.cli import main

WEAK = "kpi orders_placed { formula count(orders) }\n"
SOURCE = 'source orders from "o.csv" { key id  collected "Shop" every day }\n'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a project in a folder of it, in a step that GitHub runs."""
    (tmp_path / ".git").mkdir()
    kpis = tmp_path / "kpis"
    kpis.mkdir()
    (kpis / "kpi.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    (kpis / "shop.kpi").write_text(SOURCE + WEAK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return tmp_path


def annotations(text: str) -> list[tuple[str, str]]:
    """Kind and file of each workflow command, as the runner reads them."""
    return re.findall(r"^::(error|warning|notice) file=([^,:]*),[^:]*::", text, flags=re.MULTILINE)


def test_findings_stand_beside_the_lines_of_files_as_the_repository_names_them(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["lint", "-C", "kpis", "--select", "O101"])
    out = capsys.readouterr().out
    assert annotations(out) == [("error", "kpis/shop.kpi")]
    assert "error[O101] missing-owner" in out
    assert "kpis/shop.kpi:2:5" in (repository / "summary.md").read_text(encoding="utf-8")


def test_a_checkout_without_git_is_known_by_the_workspace(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / ".git").rmdir()
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository))
    main(["lint", "-C", "kpis", "--select", "O101"])
    assert annotations(capsys.readouterr().out) == [("error", "kpis/shop.kpi")]


def test_the_summary_of_a_step_is_added_to(repository: Path) -> None:
    (repository / "summary.md").write_text("before\n\n", encoding="utf-8")
    main(["lint", "-C", "kpis", "--select", "O101"])
    page = (repository / "summary.md").read_text(encoding="utf-8")
    assert page.startswith("before\n\n### KPI definitions\n")
    kinds = [token.type for token in MarkdownIt("commonmark").enable("table").parse(page)]
    assert (kinds.count("table_open"), kinds.count("tr_open")) == (1, 2)


@pytest.mark.parametrize(
    "output", [["--output", "r.sarif"], ["--output", "r.sarif", "--output", "text=-"], ["--format", "text"]]
)
def test_files_besides_do_not_take_annotations_away(
    repository: Path, output: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["lint", "-C", "kpis", "--select", "O101", *output])
    assert annotations(capsys.readouterr().out) == [("error", "kpis/shop.kpi")]
    assert (repository / "summary.md").exists()


def test_what_a_program_reads_from_standard_output_stays_whole(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["lint", "-C", "kpis", "--select", "O101", "--format", "json"])
    assert [each["code"] for each in json.loads(capsys.readouterr().out)["findings"]] == ["O101"]
    assert not (repository / "summary.md").exists()


def test_a_summary_that_cannot_be_written_is_told_and_the_findings_decide(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(repository / "nowhere" / "summary.md"))
    assert main(["lint", "-C", "kpis", "--select", "O101"]) == 1
    told = capsys.readouterr()
    assert "E620" in told.err
    assert annotations(told.out) == [("error", "kpis/shop.kpi")]
    assert main(["lint", "--select", "O101", "--fail-on", "never"]) == 0


def test_a_summary_of_very_many_findings_fits_and_says_how_many_are_left_out(repository: Path) -> None:
    kpis = "".join(f"kpi orders_{number} {{ formula count(orders) }}\n" for number in range(2000))
    (repository / "kpis" / "shop.kpi").write_text(SOURCE + kpis, encoding="utf-8")
    main(["lint", "-C", "kpis", "--select", "O101"])
    page = (repository / "summary.md").read_text(encoding="utf-8")
    assert len(page) < 65_536
    shown = page.count("O101 missing-owner")
    assert 100 < shown < 2000
    assert f"Not shown here for their length: {2000 - shown} more" in page


@pytest.mark.parametrize(("option", "tables"), [("--statistics", 1), ("--by-owner", 2)])
def test_counts_and_lists_of_owners_are_markdown_in_the_summary(repository: Path, option: str, tables: int) -> None:
    owned = 'owner sales "Sales" <a@b.example>\nkpi solved "Cases" { formula count(orders)  owner sales }\n'
    (repository / "kpis" / "shop.kpi").write_text(SOURCE + WEAK + owned, encoding="utf-8")
    main(["lint", "-C", "kpis", "--select", "A101", option])
    page = (repository / "summary.md").read_text(encoding="utf-8")
    kinds = [token.type for token in MarkdownIt("commonmark").enable("table").parse(page)]
    assert kinds.count("table_open") == tables
    assert ("Sales &lt;a@b.example&gt;: 1" in page) is (option == "--by-owner")

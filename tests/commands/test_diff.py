"""`kpi diff` in git, against `kpi eval`, and where GitHub runs it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from kpilang.cli import main

SHOP = """\
source orders from "orders.csv" {
  key     order_id
  time    ordered_on
  column  amount : money(CNY)
  column  status : text
  covers  2026-01 .. 2026-04
}

kpi revenue "Revenue" { formula sum(orders.amount)  unit CNY  period month }

kpi orders_placed "Orders placed" { formula count(orders)  unit count  period month }

kpi basket "Basket" { formula revenue / orders_placed  unit CNY  period month }

kpi refunded "Refunded" { formula count(orders where status = "refunded")  unit count  period month }
"""
OTHER = SHOP.replace("sum(orders.amount)", 'sum(orders.amount where status = "paid")')
ROWS = """\
order_id,ordered_on,amount,status
1,2026-01-05,100,paid
2,2026-01-06,40.5,refunded
3,2026-02-01,10,paid
4,2026-04-01,7,refunded
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder of a git repository, edited since its only commit."""
    kpis = tmp_path / "kpis"
    kpis.mkdir()
    (kpis / "kpi.yaml").write_text("as_of: 2026-04-30\n", encoding="utf-8")
    (kpis / "shop.kpi").write_text(SHOP, encoding="utf-8")
    (kpis / "orders.csv").write_text(ROWS, encoding="utf-8")
    for arguments in (
        ["init", "-q", "-b", "main"],
        ["config", "user.email", "a@example.com"],
        ["config", "user.name", "A"],
        ["config", "commit.gpgsign", "false"],
        ["add", "-A"],
        ["commit", "-q", "-m", "as it is"],
    ):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)
    (kpis / "shop.kpi").write_text(OTHER, encoding="utf-8")
    monkeypatch.chdir(kpis)
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    return kpis


Read = pytest.CaptureFixture[str]


def told(capsys: Read, *arguments: str, code: int = 0) -> dict[str, Any]:
    """What a command says in JSON."""
    assert main([*arguments, "--format", "json", "-q"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def evaluated(capsys: Read, folder: Path) -> dict[tuple[str, str], Any]:
    """The values that `kpi eval` gives of a project by itself."""
    rows = told(capsys, "-C", str(folder), "eval", "--last", "4")["rows"]
    return {(row["kpi"], row["period"]): (row["value"], row["reason"]) for row in rows}


def test_old_and_new_values_are_those_of_each_state_computed_by_itself(
    work: Path, capsys: Read, tmp_path: Path
) -> None:
    new = evaluated(capsys, work)
    (work / "shop.kpi").write_text(SHOP, encoding="utf-8")
    old = evaluated(capsys, work)
    (work / "shop.kpi").write_text(OTHER, encoding="utf-8")
    pairs = told(capsys, "diff", "--data", "--last", "4")["values"]
    assert {each["kpi"] for each in pairs} == {"revenue", "basket"}
    assert len(pairs) == 8
    for each in pairs:
        key = each["kpi"], each["period"]
        assert (each["was"]["value"], each["was"]["reason"]) == old[key]
        assert (each["now"]["value"], each["now"]["reason"]) == new[key]


def test_differences_and_reasons_are_worked_out_by_hand(work: Path, capsys: Read) -> None:
    pairs = told(capsys, "diff", "--data", "--period", "2026-01..2026-04")["values"]
    shown = [
        (each["kpi"], each["period"], each["was"]["value"], each["now"]["value"], each["difference"]) for each in pairs
    ]
    assert shown == [
        ("revenue", "2026-01", 140.5, 100, -40.5),
        ("revenue", "2026-02", 10, 10, 0),
        ("revenue", "2026-03", 0, 0, 0),
        ("revenue", "2026-04", 7, 0, -7),
        ("basket", "2026-01", 70.25, 50, -20.25),
        ("basket", "2026-02", 10, 10, 0),
        ("basket", "2026-03", None, None, None),
        ("basket", "2026-04", 7, 0, -7),
    ]
    assert pairs[6]["was"]["reason"]["code"] == pairs[6]["now"]["reason"]["code"] == "undefined"


def test_both_definitions_read_the_files_of_the_newer_state(work: Path, capsys: Read) -> None:
    moved = OTHER.replace('"orders.csv"', '"moved.csv"')
    (work / "shop.kpi").write_text(moved, encoding="utf-8")
    (work / "orders.csv").rename(work / "moved.csv")
    found = told(capsys, "diff", "--data", "--period", "2026-01")
    revenue = next(each for each in found["values"] if each["kpi"] == "revenue")
    assert (revenue["was"]["value"], revenue["now"]["value"]) == (140.5, 100)
    assert found["remarks"] == ["`orders` is read from `moved.csv` for both; `HEAD` has `orders.csv`"]


def test_a_value_that_one_state_cannot_compute_has_its_reason(work: Path, capsys: Read) -> None:
    text = OTHER.replace("column  status : text", 'column  status : text from "state"')
    (work / "shop.kpi").write_text(
        text.replace("sum(orders.amount where", "sum(orders.amount * 2 where"), encoding="utf-8"
    )
    found = told(capsys, "diff", "--data", "--period", "2026-01", "--only", "revenue", code=1)
    [pair] = found["values"]
    assert pair["was"]["value"] == 140.5
    assert (pair["now"]["value"], pair["now"]["reason"]["code"]) == (None, "bad data")
    assert pair["difference"] is None


def test_a_change_of_words_or_of_a_target_has_no_values(work: Path, capsys: Read) -> None:
    (work / "shop.kpi").write_text(SHOP.replace('"Revenue"', '"Turnover"'), encoding="utf-8")
    assert told(capsys, "diff", "--data")["values"] == []


def test_a_revision_is_written_with_its_paths_below_the_project(work: Path, capsys: Read) -> None:
    found = told(capsys, "diff", "HEAD")
    [change] = found["changes"]
    assert (found["before"], found["after"]) == ("HEAD", "the working folder")
    assert (change["subject"], change["grade"]) == ("revenue", "breaking")
    assert change["after"]["file"] == "shop.kpi"
    assert change["after"]["start"]["line"] == 9
    assert [each["name"] for each in found["downstream"]["revenue"]] == ["basket"]


def test_the_summary_of_a_step_on_github_gets_markdown(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: Read
) -> None:
    summary = work.parent / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert main(["diff"]) == 0
    assert "breaking[" in capsys.readouterr().out
    page = summary.read_text(encoding="utf-8")
    assert "kpis/shop.kpi:9:1" in page
    html = MarkdownIt("gfm-like", {"linkify": False}).render(page)
    assert html.count("<tr>") == 2
    summary.unlink()
    assert main(["diff", "--format", "json"]) == 0
    assert not summary.exists()


def test_a_change_that_breaks_fails_until_a_note_accepts_it(work: Path, capsys: Read) -> None:
    assert main(["diff", "--fail-on", "breaking"]) == 1
    out, err = capsys.readouterr()
    assert 'where it is meant, add to `revenue`: accepted 2026-04-30 "…"' in out
    assert "failed by `--fail-on breaking`: `revenue`\n" in err
    noted = OTHER.replace("period month }", 'period month  accepted 2026-04-30 "Refunds are gone" }', 1)
    (work / "shop.kpi").write_text(noted, encoding="utf-8")
    assert main(["diff", "--fail-on", "breaking"]) == 0
    out, err = capsys.readouterr()
    assert "accepted as of 2026-04-30: Refunds are gone" in out
    assert "breaking: 0, accepted: 1" in err
    assert told(capsys, "diff", "--fail-on", "words")["changes"][0]["accepted"] == {
        "day": "2026-04-30",
        "reason": "Refunds are gone",
    }


def test_mistakes_that_the_newer_state_mends_cost_nothing_and_its_own_do(work: Path, capsys: Read) -> None:
    wrong = SHOP.replace("sum(orders.amount)", "sum(orders.amuont)")
    (work / "shop.kpi").write_text(wrong, encoding="utf-8")
    assert main(["diff"]) == 1
    out, err = capsys.readouterr()
    assert "not compared, for errors in their definitions: `basket`, `revenue`" in out
    assert "breaking" not in out
    assert "errors in the working folder:\nerror[E" in err
    subprocess.run(["git", "commit", "-qam", "wrong"], cwd=work, check=True, capture_output=True)
    (work / "shop.kpi").write_text(SHOP, encoding="utf-8")
    assert main(["diff"]) == 0
    assert "errors in `HEAD`:\nerror[E" in capsys.readouterr().err


def test_a_declaration_lost_to_a_mistake_of_syntax_is_not_told_as_removed(work: Path, capsys: Read) -> None:
    torn = SHOP.replace('kpi orders_placed "Orders placed" {', 'kpi "Orders placed" orders_placed {{')
    (work / "shop.kpi").write_text(torn, encoding="utf-8")
    found = told(capsys, "diff", code=1)
    assert [each for each in found["changes"] if each["subject"] == "orders_placed"] == []
    assert "orders_placed" in found["not_compared"]


def test_where_nothing_can_be_compared_the_run_is_of_no_use(work: Path, capsys: Read) -> None:
    (work / "shop.kpi").write_text(SHOP.replace("column  amount", "column  amuont"), encoding="utf-8")
    (work / "shop.kpi").write_text("source orders { }\nkpi revenue { formula sum(x.y) }\n", encoding="utf-8")
    subprocess.run(["git", "commit", "-qam", "wrong"], cwd=work, check=True, capture_output=True)
    assert main(["diff"]) == 2
    capsys.readouterr()


def test_a_folder_without_definitions_is_refused_and_one_that_lost_them_is_not(
    work: Path, capsys: Read, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "blank").mkdir()
    assert main(["diff", str(tmp_path / "empty"), str(tmp_path / "blank")]) == 2
    assert "no-definitions" in capsys.readouterr().err
    found = told(capsys, "diff", "HEAD", str(tmp_path / "empty"))
    assert {each["subject"] for each in found["changes"] if each["sort"] == "kpi"} == {
        "revenue",
        "orders_placed",
        "basket",
        "refunded",
    }


def test_an_output_never_takes_the_place_of_a_definition(work: Path, capsys: Read) -> None:
    assert main(["diff", "--output", "text=shop.kpi"]) == 2
    assert "output-is-input" in capsys.readouterr().err
    assert main(["diff", "--output", "a.md", "--output", "json=b", "-q"]) == 0
    assert (work / "a.md").read_text(encoding="utf-8").startswith("### KPI definitions")
    assert json.loads((work / "b").read_text(encoding="utf-8"))["version"] == 1


def test_the_project_says_in_which_language_it_is_told(work: Path, capsys: Read) -> None:
    (work / "kpi.yaml").write_text("as_of: 2026-04-30\nlanguage: zh\n", encoding="utf-8")
    assert main(["diff"]) == 0
    out, err = capsys.readouterr()
    assert "受影响：basket (公式)" in out
    assert "`HEAD` → 工作文件夹" in err


def test_a_kpi_that_was_renamed_has_its_old_values_beside_its_new_ones(work: Path, capsys: Read) -> None:
    renamed = SHOP.replace("kpi revenue", "kpi turnover").replace("revenue /", "turnover /")
    (work / "shop.kpi").write_text(renamed, encoding="utf-8")
    found = told(capsys, "diff", "--data", "--period", "2026-01", "--only", "turnover")
    assert [(each["name"], each["subject"]) for each in found["changes"]] == [("kpi-renamed", "turnover")]
    [pair] = found["values"]
    assert (pair["kpi"], pair["was"]["value"], pair["now"]["value"], pair["difference"]) == (
        "turnover",
        140.5,
        140.5,
        0,
    )

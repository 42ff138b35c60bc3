"""A baseline holds findings back, and may only become smaller."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kpilang.cli import main
from kpilang.lint import LintSettings, baseline, run
from kpilang.lint.baseline import Baseline, Entry
from kpilang.lint.linted import Linted
from kpilang.lint.stage import AS_OF
from kpilang.lint.subjects import Subjects
from kpilang.text import Source
from tests.lint.support import model

ONE = 'kpi one "Orders" { formula count(orders)  unit count }\n'
TWO = 'kpi two "Cases" { formula count(orders)  unit count }\n'
ORDERS = 'source orders from "o.csv" { key id  collected "Shop" every day }\n'
SELECT = ["A101", "M103", "X"]


def linted(text: str, held: Baseline = baseline.EMPTY, select: list[str] = SELECT) -> Linted:
    return run(model(a=ORDERS + text), AS_OF, LintSettings(baseline=held), select=select)


def frozen(text: str) -> Baseline:
    return baseline.freeze(linted(text).findings, Subjects(model(a=ORDERS + text).trees))


def codes(found: Linted) -> list[tuple[str, str | None]]:
    return [(each.code, each.kpi) for each in found.findings]


def test_what_is_frozen_is_not_shown_and_what_is_new_is() -> None:
    assert codes(linted(ONE)) == [("A101", "one"), ("M103", "one")]
    assert codes(linted(ONE, frozen(ONE))) == []
    assert codes(linted(ONE + TWO, frozen(ONE))) == [("A101", "two"), ("M103", "two")]


def test_what_is_held_back_is_kept() -> None:
    assert [each.code for each in linted(ONE, frozen(ONE)).frozen.held] == ["A101", "M103"]


def test_a_move_to_another_place_changes_nothing() -> None:
    held = frozen(ONE + TWO)
    assert codes(linted("# moved\n\n" + TWO + ONE, held)) == []


def test_a_mended_finding_makes_its_entry_stale_and_pruning_drops_it() -> None:
    mended = ONE.replace("unit count", "unit count  direction higher")
    found = linted(mended, frozen(ONE))
    assert codes(found) == [("X108", None)]
    assert "M103" in found.findings[0].message.en
    pruned = baseline.prune(frozen(ONE), found.frozen.stale)
    assert [entry.key for entry in pruned.entries] == [("A101", "kpi one")]
    assert codes(linted(mended, pruned)) == []


def test_an_entry_of_a_removed_kpi_is_stale() -> None:
    assert codes(linted("", frozen(ONE))) == [("X108", None), ("X108", None)]


def test_an_entry_of_a_rule_that_did_not_look_is_not_stale() -> None:
    assert codes(linted("", frozen(ONE), ["A101", "X"])) == [("X108", None)]


def test_one_more_than_the_baseline_has_shows_them_all() -> None:
    vague = 'kpi x "Improve quality" zh "提升质量" { what "improve it" }\n'
    once = Baseline((Entry("S101", "vague-wording", "kpi x", 1),))
    number = len(linted(vague, select=["S101"]).findings)
    assert number >= 2
    assert len(linted(vague, once, ["S101"]).findings) == number


def test_a_baseline_is_read_back_as_it_was_written() -> None:
    text = baseline.render(frozen(ONE + TWO))
    assert json.loads(text)["version"] == 1
    again, wrong = baseline.parse(Source("kpi-baseline.json", text))
    assert wrong == ()
    assert [(entry.code, entry.name, entry.subject, entry.count) for entry in again.entries] == [
        (code, name, subject, 1)
        for subject in ("kpi one", "kpi two")
        for code, name in (("A101", "missing-target"), ("M103", "missing-direction"))
    ]
    assert all(entry.span and json.loads(entry.span.text) == entry.subject for entry in again.entries)


def test_an_empty_baseline_is_read_back_too() -> None:
    assert baseline.parse(Source("b", baseline.render(baseline.EMPTY))) == (baseline.EMPTY, ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        "{}",
        '{"version": 1, "entries": [1]}',
        '{"entries": []}',
        '{"version": 2, "entries": []}',
        '{"version": 1, "entries": [{"rule": "A101", "name": "missing-target", "subject": "kpi x", "count": 0}]}',
        '{"version": 1, "entries": [{"rule": "A101", "name": "missing-target", "subject": "kpi x", "count": true}]}',
        '{"version": 1, "entries": [{"rule": "A101", "name": "missing-target", "count": 1}]}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_baseline_is_refused(text: str) -> None:
    found, (wrong,) = baseline.parse(Source("b.json", text))
    assert (found, wrong.code) == (baseline.EMPTY, "E656")


def test_a_baseline_that_is_a_link_out_of_the_repository_is_neither_read_nor_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "shop.kpi").write_text(ORDERS + ONE, encoding="utf-8")
    monkeypatch.chdir(folder)
    secret = tmp_path / "secret"
    (folder / "kpi-baseline.json").symlink_to(secret)
    assert main(["lint", "--write-baseline"]) == 2
    assert not secret.exists()
    secret.write_text("a secret\n", encoding="utf-8")
    assert main(["lint"]) == 2
    told = capsys.readouterr()
    assert "E674" in told.err
    assert "secret" not in told.out + told.err


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--write-baseline", "--prune-baseline"], "E673"),
        (["--no-baseline", "--prune-baseline"], "E673"),
        (["--no-baseline", "--write-baseline"], "E673"),
        (["--unsafe-fixes"], "E675"),
    ],
)
def test_options_that_would_do_nothing_are_refused(
    options: list[str], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.kpi").write_text(ORDERS + ONE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["lint", *options]) == 2
    assert code in capsys.readouterr().err
    assert not (tmp_path / "kpi-baseline.json").exists()


def test_what_is_taken_out_of_the_baseline_is_not_told_as_stale_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.kpi").write_text(ORDERS + ONE + TWO, encoding="utf-8")
    assert main(["lint", "--write-baseline"]) == 0
    (tmp_path / "shop.kpi").write_text(ORDERS + ONE, encoding="utf-8")
    capsys.readouterr()
    assert main(["lint", "--prune-baseline", "--fail-on", "warning"]) == 0
    assert capsys.readouterr().out == ""
    assert "kpi two" not in (tmp_path / "kpi-baseline.json").read_text(encoding="utf-8")
    assert main(["lint", "--fail-on", "warning"]) == 0


def test_a_baseline_with_marks_of_a_merge_is_refused_where_they_stand() -> None:
    text = '{\n  "version": 1,\n<<<<<<< ours\n  "entries": []\n}\n'
    _, (wrong,) = baseline.parse(Source("kpi-baseline.json", text))
    assert wrong.span is not None
    assert wrong.span.source.position(wrong.span.start) == (3, 1)
    assert "JSON 读取" in wrong.message.zh

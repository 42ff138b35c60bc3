"""What the linter said is kept: the same answer with it and without, whatever is asked and whatever changed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kpilang.project import load
from kpilang.project.linting import Examined, LintAsk, examine
from tests.lint.corpus.read import FOLDER
from tests.syntax.sample import plain

ROOT = Path(__file__).parents[2]
PLAIN = LintAsk()
LOADED = """
import sys
from kpilang.cli import main
main()
print("loaded", *sys.modules)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    place = tmp_path / "project"
    place.mkdir()
    (place / "kpi.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    shutil.copy(FOLDER / "bad" / "sales_en.kpi", place / "sales.kpi")
    return place


def look(folder: Path, asked: LintAsk, *, keep: bool) -> Examined:
    return examine(load(folder, keep=keep), asked, ())


def said(found: Examined) -> object:
    """All that is shown or counted, with the places in it."""
    linted = found.linted
    parts = (found.findings, linted.taken, linted.suppressions, linted.frozen.held, linted.frozen.stale, found.wrong)
    return [plain(part) for part in parts], linted.ran, found.kpis, found.as_of


def same(folder: Path, asked: LintAsk = PLAIN) -> None:
    """Holds that an answer that may be kept, its repetition and a fresh one are the same."""
    fresh = said(look(folder, asked, keep=False))
    assert said(look(folder, asked, keep=True)) == fresh
    assert said(look(folder, asked, keep=True)) == fresh


def test_the_answer_is_the_same_after_every_change_of_what_it_depends_on(folder):
    definitions, settings, baseline = (folder / name for name in ("sales.kpi", "kpi.yaml", "kpi-baseline.json"))
    same(folder)
    definitions.write_text("# moved down\n" + definitions.read_text(encoding="utf-8"), encoding="utf-8")
    same(folder)
    definitions.write_text(
        "# kpi: ignore[S101, M101] until 2026-12-31: agreed\n"
        + definitions.read_text(encoding="utf-8").split("\n", 1)[1],
        encoding="utf-8",
    )
    same(folder)
    same(folder, LintAsk(as_of="2027-01-31"))
    same(folder, LintAsk(select=("S",)))
    same(folder, LintAsk(ignore=("S101",)))
    settings.write_text("as_of: 2027-02-28\n", encoding="utf-8")
    same(folder)
    settings.write_text("as_of: 2027-02-28\nlint: {rules: {S101: {severity: info}}}\n", encoding="utf-8")
    same(folder)
    settings.write_text("as_of: 2027-02-28\nlint: {ignore: [S999]}\n", encoding="utf-8")
    same(folder)
    entry = '{"rule": "M101", "name": "missing-formula", "subject": "kpi nothing", "count": 2}'
    baseline.write_text(f'{{"version": 1, "entries": [{entry}]}}', encoding="utf-8")
    same(folder)
    same(folder, LintAsk(no_baseline=True))
    baseline.write_text(f'{{"version": 1, "entries": [\n\n{entry}]}}', encoding="utf-8")
    same(folder)


def test_the_people_of_a_codeowners_file_are_looked_up_again(folder):
    (folder / "kpi.yaml").write_text(
        "as_of: 2026-06-30\nlint: {values: {owner: {codeowners: CODEOWNERS}}}\n", encoding="utf-8"
    )
    for people in ("* nobody@example.com\n", "* sales@example.com\n"):
        (folder / "CODEOWNERS").write_text(people, encoding="utf-8")
        same(folder)


def test_a_repetition_loads_neither_rules_nor_the_checker(folder):
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", LOADED, "lint", "-C", str(folder), "--fail-on", "never"],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
    loaded = set(run.stdout.rpartition("loaded")[2].split())
    assert "kpilang.lint.linted" in loaded
    assert not loaded & {"kpilang.lint.linter", "kpilang.lint.rule", "kpilang.model.check", "kpilang.syntax.parser"}

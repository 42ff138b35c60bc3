"""The table of exit codes in docs/command-line.md: every command stands in it, and ends as it says."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from kpilang.cli import group, main

PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"
GOOD = 'kpi sold "Sold" {\n  formula  sum(orders.n)\n  unit     count\n}\n'
SOURCE = 'source orders from "orders.csv" {\n  time    day\n  column  n : number\n}\n'
CASES = [
    ("card", 0),
    ("card --fail-under 100", 1),
    ("card nothing.kpi", 2),
    ("check", 0),
    ("check -C wrong", 1),
    ("check nowhere.kpi", 2),
    ("completion bash", 0),
    ("completion sh", 2),
    ("config show", 0),
    ("config show --config misset.yaml", 2),
    ("diff before unformed --fail-on words", 0),
    ("diff before half", 1),
    ("diff before lost --fail-on breaking", 1),
    ("diff nowhere", 2),
    ("eval", 0),
    ("eval -C wrong", 2),
    ("eval -C half", 1),
    ("explain sold", 0),
    ("explain sold -C wrong", 1),
    ("explain nothing", 2),
    ("fmt --check all.kpi", 0),
    ("fmt --check unformed", 1),
    ("fmt nowhere.kpi", 2),
    ("graph", 0),
    ("graph -C wrong", 1),
    ("graph --around nothing", 2),
    ("help eval", 0),
    ("help nothing", 2),
    ("lint --select M101", 0),
    ("lint --select O101", 1),
    ("lint --config misset.yaml", 2),
    ("list", 0),
    ("list -C wrong", 1),
    ("list nowhere.kpi", 2),
    ("rule O101", 0),
    ("rule nothing", 2),
    ("suppressions", 0),
    ("suppressions --config misset.yaml", 2),
]


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    lay_out(tmp_path, SOURCE + "\n" + GOOD)
    lay_out(tmp_path / "before", SOURCE + GOOD)
    lay_out(tmp_path / "lost", SOURCE)
    lay_out(tmp_path / "wrong", SOURCE + GOOD.replace("orders.n", "orders.m"))
    lay_out(tmp_path / "half", SOURCE + GOOD + GOOD.replace("sold", "lost").replace("orders.n", "orders.m"))
    lay_out(tmp_path / "unformed", SOURCE + GOOD.replace("  formula  ", "formula "))
    (tmp_path / "misset.yaml").write_text("langauge: en\n", encoding="utf-8")


def lay_out(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "kpi.yaml").write_text("as_of: 2026-01-31\n", encoding="utf-8")
    (folder / "all.kpi").write_text(text, encoding="utf-8")
    (folder / "orders.csv").write_text("day,n\n2026-01-01,3\n", encoding="utf-8")


def table() -> dict[str, list[str]]:
    """The cells of each command: what 0, 1 and 2 mean."""
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in rows}


def test_the_mistake_on_the_page_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay_out(tmp_path / "shop", SOURCE.replace("n : number", "region : text"))
    block = re.search(r"```console\n\$ kpi ([^\n]*)\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert block is not None
    assert main([*block[1].split(), "-C", "shop"]) == 2
    said = capsys.readouterr().err.replace(" -C shop", "")
    assert [line for line in said.splitlines() if line] == block[2].splitlines()


@pytest.mark.parametrize(("line", "code"), CASES)
def test_a_command_ends_as_the_table_says(line: str, code: int) -> None:
    assert main(line.split()) == code


def test_the_table_has_every_command() -> None:
    assert list(table()) == group.list_commands(click.Context(group))


def test_every_ending_in_the_table_is_tried_and_no_other() -> None:
    tried = {(line.split()[0], code) for line, code in CASES}
    assert tried == {(name, code) for name, cells in table().items() for code in range(3) if cells[code] != "—"}

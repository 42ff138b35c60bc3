"""Every example in the help of every command runs in a project that has what it names."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from kpilang.cli import group, main

RETAIL = Path(__file__).parents[2] / "examples" / "retail"
ENVIRONMENT = "environments:\n  ci:\n    as_of: 2026-06-30\n"


def examples() -> list[str]:
    """The command lines under `Example:`, as far as they are `kpi`'s own."""
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        _, _, lines = (command.help or "").partition("Example:")
        found += [line.strip() for line in lines.splitlines() if line.strip()]
    return found


@pytest.fixture(name="shop")
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project under version control, with a folder `sales/`, an environment `ci`, two versions and what `origin` has."""
    folder = tmp_path / "shop"
    shutil.copytree(RETAIL, folder)
    (folder / "sales").mkdir()
    (folder / "sales.kpi").rename(folder / "sales" / "orders.kpi")
    with (folder / "kpi.yaml").open("a", encoding="utf-8") as settings:
        settings.write(ENVIRONMENT)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "."],
        [*identity, "commit", "-q", "-m", "All"],
        ["tag", "v1.0"],
        ["tag", "v1.1"],
        ["update-ref", "refs/remotes/origin/main", "HEAD"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def words(line: str) -> list[str]:
    """The arguments that `kpi` is given, without what a shell does around it."""
    inner = re.search(r"\$\((kpi [^)]*)\)", line)
    own = re.split(r" [|>] ?", inner[1] if inner else line)[0]
    assert own.startswith("kpi")
    return own.split()[1:]


@pytest.mark.parametrize("line", examples())
def test_an_example_of_help_runs(line: str, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words(line)) in (0, 1)
    assert "error[E" not in capsys.readouterr().err
    assert shop.is_dir()


def test_a_line_that_names_what_is_not_there_would_fail(shop: Path) -> None:
    assert main(words("kpi eval no_such_kpi")) == 2
    assert shop.is_dir()


def test_a_source_without_its_file_is_told_however_many_kpis_rest_on_it(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words("kpi eval --source orders=nowhere.csv")) == 1
    assert "nowhere.csv" in capsys.readouterr().out
    assert shop.is_dir()

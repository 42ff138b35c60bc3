"""What `kpi lint --changed` and `--since` show: findings about declarations that say something else than in git."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kpilang.project import load
from kpilang.project.linting import Examined, LintAsk, examine

ROOT = Path(__file__).parents[2]
SHOP = """\
source orders from "o.csv" { key id  collected "Shop" every day }

kpi one "Orders" { formula count(orders)  unit count }

kpi two "Orders again" { formula count(orders)  unit count }
"""


class Repository:
    """A project in a git repository of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.email", "a@example.com")
        self.git("config", "user.name", "A")
        self.git("config", "commit.gpgsign", "false")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(self.root), *arguments], check=True, capture_output=True)

    def write(self, text: str, path: str = "shop.kpi") -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "as it is", "--allow-empty")

    def examine(self, since: str | None = None) -> Examined:
        asked = LintAsk(select=("A101", "S101", "X"), changed=since is None, since=since)
        return examine(load(self.root, keep=False), asked, ())

    def shown(self, since: str | None = None) -> list[str | None]:
        return [finding.kpi for finding in self.examine(since).findings]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_nothing_is_shown_where_nothing_changed(repository: Repository) -> None:
    repository.write(SHOP)
    repository.commit()
    assert repository.shown() == []


def test_a_changed_kpi_is_shown_and_its_neighbour_is_not(repository: Repository) -> None:
    repository.write(SHOP)
    repository.commit()
    repository.write(SHOP.replace('"Orders again"', '"Orders once more"'))
    assert repository.shown() == ["two"]


def test_white_space_and_a_move_are_no_change(repository: Repository) -> None:
    repository.write(SHOP)
    repository.commit()
    head, one, two = SHOP.split("\n\n")
    repository.write(f"# moved\n{head}\n\n{two}\n\n{one.replace('  unit', '   unit')}\n")
    assert repository.shown() == []


def test_a_kpi_moved_to_another_file_is_no_change(repository: Repository) -> None:
    repository.write(SHOP)
    repository.commit()
    head, one, two = SHOP.split("\n\n")
    repository.write(f"{head}\n\n{one}\n")
    repository.write(two, "sales/more.kpi")
    assert repository.shown() == []


def test_a_new_file_is_all_new_whether_git_knows_it_or_not(repository: Repository) -> None:
    repository.write(SHOP)
    repository.commit()
    repository.write('kpi three "Cases" { formula count(orders)  unit count }', "new.kpi")
    assert repository.shown() == ["three"]
    repository.git("add", "new.kpi")
    assert repository.shown() == ["three"]


def test_defaults_that_change_concern_every_kpi_of_their_file(repository: Repository) -> None:
    repository.write(f"defaults {{ period month }}\n{SHOP}")
    repository.commit()
    repository.write(f"defaults {{ period week }}\n{SHOP}")
    assert repository.shown() == ["one", "two"]


def test_since_a_branch_counts_commits_after_it_and_what_is_not_committed(repository: Repository) -> None:
    repository.write(SHOP)
    repository.commit()
    repository.git("checkout", "-q", "-b", "work")
    repository.write(SHOP.replace('"Orders"', '"Orders placed"'))
    repository.commit()
    assert repository.shown() == []
    assert repository.shown("main") == ["one"]
    repository.write(SHOP)
    assert repository.shown("main") == []


def test_what_happened_on_the_branch_meanwhile_is_not_counted(repository: Repository) -> None:
    repository.write(SHOP)
    repository.commit()
    repository.git("checkout", "-q", "-b", "work")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write(SHOP.replace('"Orders"', '"Orders placed"'))
    repository.commit()
    repository.git("checkout", "-q", "work")
    assert repository.shown("main") == []


def test_a_project_in_a_folder_of_the_repository_sees_its_own_files(repository: Repository) -> None:
    repository.write(SHOP, "kpis/数据/shop.kpi")
    repository.write("", "kpis/kpi.yaml")
    repository.commit()
    repository.write(SHOP.replace('"Orders"', '"Orders placed"'), "kpis/数据/shop.kpi")
    inner = examine(load(repository.root / "kpis", keep=False), LintAsk(select=("A101",), changed=True), ())
    assert [finding.kpi for finding in inner.findings] == ["one"]


def test_before_the_first_commit_all_is_new(repository: Repository) -> None:
    repository.write(SHOP)
    assert repository.shown() == ["one", "two"]


@pytest.mark.parametrize(("since", "code"), [("nowhere", "E662"), ("--output=x", "E662"), ("", "E662")])
def test_a_revision_that_git_does_not_know_is_refused(repository: Repository, since: str, code: str) -> None:
    repository.write(SHOP)
    repository.commit()
    assert [each.code for each in repository.examine(since).wrong] == [code]
    assert not (repository.root / "x").exists()


def test_outside_of_a_repository_nobody_knows_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "shop.kpi").write_text(SHOP, encoding="utf-8")
    found = examine(load(tmp_path, keep=False), LintAsk(changed=True), ())
    assert [each.code for each in found.wrong] == ["E661"]


def test_a_folder_of_another_user_is_told_as_that(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write(SHOP)
    repository.commit()
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    [wrong] = repository.examine().wrong
    assert wrong.code == "E676"
    assert "dubious ownership" in wrong.message.en
    assert wrong.help is not None
    assert f"safe.directory {repository.root}" in wrong.help.en


def test_a_hook_of_git_in_a_linked_worktree_sees_its_own_changes(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository.write(SHOP)
    repository.write("", "kpi.yaml")
    repository.commit()
    other = tmp_path_factory.mktemp("other") / "tree"
    repository.git("worktree", "add", "-q", str(other))
    seen = other.parent / "seen.txt"
    command = f"{sys.executable} -m kpilang lint --changed --select A101 --format concise > {seen}"
    hook = repository.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nPYTHONPATH={ROOT} {command}\n", encoding="utf-8")
    hook.chmod(0o755)
    (other / "shop.kpi").write_text(SHOP.replace('"Orders"', '"Orders placed"'), encoding="utf-8")
    subprocess.run(["git", "commit", "-q", "-a", "-m", "a change"], cwd=other, check=True, capture_output=True)
    assert [line.split(":")[0] for line in seen.read_text(encoding="utf-8").splitlines()] == ["shop.kpi"]
    assert "`one`" in seen.read_text(encoding="utf-8")

"""The hooks for pre-commit: commits of weak KPIs are refused, those of other files are left alone."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOOKS = ".pre-commit-hooks.yaml"
WEAK = 'owner sales "Sales" <sales@example.com>\nkpi service "Improve service quality" { owner sales }\n'
SOUND = 'owner sales "Sales" <sales@example.com>\n'
REPOSITORY = "repos:\n  - repo: {repo}\n    rev: v0\n    hooks:\n"
LINT = "      - id: kpi-lint-system\n        args: [-C, kpis, --select, S101]\n"
FORM = "      - id: kpi-fmt-system\n"


class Work:
    """A repository of a user's, with the hooks of a clone of this project, and nothing of the machine's own settings."""

    def __init__(self, folder: Path, hook: str) -> None:
        self.folder = folder / "work"
        programs = folder / "bin"
        programs.mkdir()
        kpi = programs / "kpi"
        kpi.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m kpilang "$@"\n', encoding="utf-8")
        kpi.chmod(0o755)
        settings = folder / "gitconfig"
        settings.write_text(
            "[user]\n  name = A\n  email = a@example.com\n[init]\n  defaultBranch = main\n"
            '[protocol "file"]\n  allow = always\n',
            encoding="utf-8",
        )
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))}
        self.environment = {
            **kept,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PRE_COMMIT_HOME": str(folder / "cache"),
            "GIT_CONFIG_GLOBAL": str(settings),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        clone = folder / "kpilang"
        clone.mkdir()
        for name in ("kpilang", "grammar"):
            shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in (HOOKS, "pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, clone / name)
        for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "as it is"], ["tag", "v0"]):
            assert self.run("git", *arguments, folder=clone).returncode == 0
        self.folder.mkdir()
        self.run("git", "init", "-q")
        (self.folder / "kpis").mkdir()
        self.write("kpis/kpi.yaml", "as_of: 2026-06-30\n")
        self.write(".pre-commit-config.yaml", REPOSITORY.format(repo=clone.as_uri()) + hook)
        installed = self.run(sys.executable, "-m", "pre_commit", "install")
        assert installed.returncode == 0, installed.stdout

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text, encoding="utf-8")

    def run(self, *command: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=folder or self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )

    def commit(self) -> subprocess.CompletedProcess[str]:
        self.run("git", "add", "-A")
        return self.run("git", "commit", "-m", "a change")


def test_the_manifest_is_one_that_pre_commit_accepts() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / HOOKS)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.mark.slow
def test_a_commit_of_a_weak_kpi_is_refused_until_it_is_mended(tmp_path: Path) -> None:
    work = Work(tmp_path, LINT)
    work.write("kpis/shop.kpi", WEAK)
    refused = work.commit()
    assert refused.returncode == 1, refused.stdout
    assert "error[S101] vague-wording" in refused.stdout
    work.write("kpis/shop.kpi", SOUND)
    mended = work.commit()
    assert mended.returncode == 0, mended.stdout
    assert "Passed" in mended.stdout


@pytest.mark.slow
def test_a_commit_without_definitions_does_not_run_the_hook(tmp_path: Path) -> None:
    work = Work(tmp_path, LINT)
    work.write("kpis/shop.kpi", WEAK)
    work.run("git", "add", "-A")
    assert work.run("git", "commit", "-q", "--no-verify", "-m", "past the hook").returncode == 0
    work.write("notes.txt", "no definition\n")
    done = work.commit()
    assert done.returncode == 0, done.stdout
    assert "Skipped" in done.stdout


@pytest.mark.slow
def test_a_commit_of_what_is_not_in_its_form_is_refused_and_set_in_it(tmp_path: Path) -> None:
    work = Work(tmp_path, FORM)
    work.write("kpis/shop.kpi", 'owner   sales "Sales"')
    work.write("kpis/team.kpi", "owner team\n")
    refused = work.commit()
    assert refused.returncode == 1, refused.stdout
    assert "formatted `kpis/shop.kpi`" in refused.stdout
    assert (work.folder / "kpis/shop.kpi").read_text(encoding="utf-8") == 'owner sales "Sales"\n'
    again = work.commit()
    assert again.returncode == 0, again.stdout

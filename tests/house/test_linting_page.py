"""docs/linting.md is executed, from top to bottom in one repository.

A block under "`path`:" becomes that file. A command of a console block is run by a shell; lines beneath it are its standard
output, and it must not say that the run was impossible.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "linting.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


class Repository:
    """A folder in which the page is lived through, with `kpi` and the page's own package of rules installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        (folder / "bin").mkdir()
        self.program(folder / "bin" / "kpi", f'exec {shlex.quote(sys.executable)} -m kpilang "$@"')
        self.program(folder / "bin" / "pip", f'echo "$@" > {shlex.quote(str(folder / "pip.txt"))}')
        site = self.folder / "acme_rules-1.0.dist-info"
        site.mkdir()
        (site / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n", encoding="utf-8")
        (site / "entry_points.txt").write_text("[kpilang.rules]\nacme = acme_rules:RULE\n", encoding="utf-8")
        settings = folder / "gitconfig"
        settings.write_text("[user]\nname = A\nemail = a@example.com\n[init]\ndefaultBranch = main\n", encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT", "CI"))}
        self.environment = {
            **kept,
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{self.folder}",
            "XDG_CACHE_HOME": str(folder / "cache"),
            "GIT_CONFIG_GLOBAL": str(settings),
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def program(self, path: Path, body: str) -> None:
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def run(self, command: str, **given: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env={**self.environment, **given},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


def steps() -> Iterator[tuple[str, str, str]]:
    """Files to write and commands to run, in the order of the page: kind, path or command, content or output."""
    for path, kind, text in _BLOCK.findall(PAGE):
        if path:
            yield "file", path, text
        else:
            assert kind == "console", text
            for command, shown in _COMMAND.findall(text):
                yield "run", command, shown


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The repository at the end of the page, every step of which went as the page says."""
    found = Repository(tmp_path_factory.mktemp("page"))
    for kind, what, text in steps():
        if kind == "file":
            found.write(what, text)
            continue
        done = found.run(what)
        assert done.returncode in (0, 1), f"{what}\n{done.stdout}{done.stderr}"
        assert [line.rstrip() for line in done.stdout.splitlines()] == text.splitlines(), what
    return found


def test_the_page_holds_from_top_to_bottom(repository: Repository) -> None:
    ran = [what for kind, what, _ in steps() if kind == "run"]
    assert len(ran) > 15
    assert (repository.folder / "kpis" / "kpi-baseline.json").exists()


def test_reports_of_the_page_are_read_by_readers_of_their_own(repository: Repository) -> None:
    kpis = repository.folder / "kpis"
    sarif = json.loads((kpis / "findings.sarif").read_text(encoding="utf-8"))
    quality = json.loads((kpis / "quality.json").read_text(encoding="utf-8"))
    cases = ET.parse(kpis / "findings.xml").getroot().iter("testcase")  # noqa: S314 written by this test
    assert {case.get("name") for case in cases} >= {"revenue", "orders_placed", "visits_of_shop"}
    shown = [each for each in sarif["runs"][0]["results"] if "suppressions" not in each]
    assert len(quality) == len(shown) > 0
    assert {each["location"]["path"].split("/")[0] for each in quality} == {"kpis"}
    badge = ET.parse(kpis / "quality.svg").getroot()  # noqa: S314 the same
    assert badge.get("aria-label", "").startswith("KPI quality: ")
    cards = json.loads((repository.folder / "cards.json").read_text(encoding="utf-8"))
    assert len(cards["cards"]) == 3


def test_the_settings_for_pre_commit_are_accepted_and_name_hooks_that_there_are(repository: Repository) -> None:
    path = repository.folder / ".pre-commit-config.yaml"
    done = repository.run(f"{shlex.quote(sys.executable)} -m pre_commit validate-config {path.name}")
    assert done.returncode == 0, done.stdout
    offered = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    [repo] = yaml.safe_load(path.read_text(encoding="utf-8"))["repos"]
    for hook in repo["hooks"]:
        assert hook["id"] in offered
        assert repository.run(shlex.join(["kpi", "lint", *hook["args"]])).returncode in (0, 1)


def test_the_workflow_for_github_gives_the_action_what_it_takes(repository: Repository) -> None:
    text = (repository.folder / ".github" / "workflows" / "kpis.yml").read_text(encoding="utf-8")
    action: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    [step] = [each for each in yaml.safe_load(text)["jobs"]["lint"]["steps"] if each.get("id") == "kpi"]
    assert set(step["with"]) <= set(action["inputs"])
    assert set(re.findall(r"steps\.kpi\.outputs\.([\w-]+)", text)) <= set(action["outputs"])
    arguments = step["with"]["arguments"].replace("origin/${{ github.base_ref }}", "main")
    assert repository.run(f"kpi lint -C {step['with']['folder']} {arguments}").returncode in (0, 1)
    named = re.search(r"^Inputs: (.*?)\.$", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert named is not None
    assert set(re.findall(r"`([\w-]+)`", named[1])) == set(action["inputs"])


def test_the_job_for_gitlab_writes_the_reports_that_it_names(repository: Repository) -> None:
    [job] = yaml.safe_load((repository.folder / ".gitlab-ci.yml").read_text(encoding="utf-8")).values()
    done = repository.run("set -e\n" + "\n".join(job["script"]), CI_PROJECT_DIR=str(repository.folder), KPILANG="x")
    assert done.returncode in (0, 1), done.stderr
    for name in job["artifacts"]["reports"].values():
        assert (repository.folder / name).stat().st_size > 0
    for each in json.loads((repository.folder / "quality.json").read_text(encoding="utf-8")):
        assert (repository.folder / each["location"]["path"]).is_file()

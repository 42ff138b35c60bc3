"""The action for GitHub: its file is sound, and each of its steps does in a shell what it says."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
WEAK = 'source orders from "o.csv" { key id }\nkpi orders_placed { formula count(orders) }\n'


def test_every_input_is_used_and_every_one_that_is_used_exists() -> None:
    used = set(re.findall(r"inputs\.([\w-]+)", yaml.safe_dump(STEPS)))
    assert used == set(ACTION["inputs"])
    assert all(set(given) == {"description", "default"} for given in ACTION["inputs"].values())


def test_every_output_is_written_by_its_step() -> None:
    for name, output in ACTION["outputs"].items():
        [step, said] = re.fullmatch(r"\$\{\{ steps\.(\w+)\.outputs\.([\w-]+) \}\}", output["value"]).groups()
        [script] = [each["run"] for each in STEPS if each.get("id") == step]
        assert said == name
        assert f'echo "{name}=' in script


def test_nothing_that_a_workflow_gives_becomes_text_of_a_script() -> None:
    scripts = [step["run"] for step in STEPS if "run" in step]
    assert len(scripts) == 2
    assert not any("${{" in script for script in scripts)
    assert all(step["shell"] == "bash" for step in STEPS if "run" in step)


class Runner:
    """Runs a step as GitHub does: inputs put into its variables, bash with its options, files for what it gives back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / "work space"
        (self.workspace / "kpis").mkdir(parents=True)
        (self.workspace / ".git").mkdir()
        self.write("kpis/kpi.yaml", "as_of: 2026-06-30\n")
        self.write("kpis/shop.kpi", WEAK)
        (folder / "bin").mkdir()
        self.program("kpi", f'exec {shlex.quote(sys.executable)} -m kpilang "$@"')
        self.program("python", f'printf "%s\\n" "$@" > {shlex.quote(str(folder / "python.txt"))}')

    def write(self, path: str, text: str) -> None:
        (self.workspace / path).write_text(text, encoding="utf-8")

    def program(self, name: str, body: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def run(self, step: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        [found] = [each for each in STEPS if each.get("name") == step]
        given = {name: str(each["default"]) for name, each in ACTION["inputs"].items()} | inputs
        filled = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], value)
            for name, value in found["env"].items()
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "KPI_"))}
        script = self.folder / "step.sh"
        script.write_text(found["run"], encoding="utf-8")
        environment = {
            **kept,
            **filled,
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": "/actions/kpi lang",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(self.folder / "output.txt"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        return subprocess.run(
            command, cwd=self.workspace, env=environment, capture_output=True, encoding="utf-8", check=False
        )

    @property
    def outputs(self) -> dict[str, str]:
        lines = (self.folder / "output.txt").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def installed(self) -> list[str]:
        return (self.folder / "python.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_what_stands_beside_the_action_is_installed_unless_a_version_is_asked_for(runner: Runner) -> None:
    assert runner.run("Install kpilang").returncode == 0
    assert runner.installed[:3] == ["-m", "pip", "install"]
    assert runner.installed[-1] == "/actions/kpi lang"
    runner.run("Install kpilang", version="0.1.0", packages="acme-rules  other==2")
    assert runner.installed[-3:] == ["kpilang==0.1.0", "acme-rules", "other==2"]


@pytest.mark.parametrize("given", ["$(touch stolen)", "`touch stolen`", "1; touch stolen", '" && touch stolen; "'])
def test_no_input_is_run_as_a_command(runner: Runner, given: str) -> None:
    runner.run("Install kpilang", version=given, packages=given)
    for name in ("folder", "arguments", "sarif"):
        runner.run("kpi lint", **{"folder": "kpis", name: given})
    assert list(runner.folder.rglob("stolen")) == []


def test_a_project_with_errors_fails_the_step_with_annotations_sarif_and_a_summary(runner: Runner) -> None:
    done = runner.run("kpi lint", folder="kpis", arguments=" --select  O101\n", sarif="results.sarif")
    assert done.returncode == 1, done.stderr
    assert "::error file=kpis/shop.kpi,line=2," in done.stdout
    assert "error[O101] missing-owner" in done.stdout
    assert runner.outputs == {"exit-code": "1", "sarif": "results.sarif"}
    [run] = json.loads((runner.workspace / "results.sarif").read_text(encoding="utf-8"))["runs"]
    places = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]]
    assert places == ["kpis/shop.kpi"]
    assert "O101 missing-owner" in (runner.folder / "summary.md").read_text(encoding="utf-8")


def test_a_project_without_errors_passes_and_writes_no_sarif_unasked(runner: Runner) -> None:
    done = runner.run("kpi lint", folder="kpis", arguments="--select S101")
    assert done.returncode == 0, done.stderr
    assert runner.outputs == {"exit-code": "0"}


def test_a_run_that_is_impossible_is_told_by_its_code(runner: Runner) -> None:
    done = runner.run("kpi lint", folder="kpis", arguments="--select S101 --since nowhere", sarif="results.sarif")
    assert done.returncode == 2
    assert runner.outputs == {"exit-code": "2"}


def test_a_line_break_in_the_name_of_a_file_sets_no_other_output(runner: Runner) -> None:
    runner.run("kpi lint", folder="kpis", arguments="--select O101", sarif="a.sarif\nexit-code=0")
    assert runner.outputs["exit-code"] == "1"

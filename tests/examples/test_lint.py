"""The examples are models: they pass the linter, and the drafts beside them do not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint(folder: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kpilang", "lint", "-C", str(ROOT / "examples" / folder), "--format=json"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("folder", ["flights", "retail"])
def test_an_example_gives_no_finding(folder: str) -> None:
    run = lint(folder)
    assert json.loads(run.stdout)["findings"] == []
    assert run.returncode == 0


def test_a_vague_and_unowned_wish_fails_the_linter() -> None:
    run = lint("flights/drafts")
    found = {(finding["kpi"], finding["name"]) for finding in json.loads(run.stdout)["findings"]}
    assert run.returncode == 1
    assert {
        ("service", "vague-wording"),
        ("service", "missing-formula"),
        ("service", "nobody"),
        ("punctuality_culture", "missing-owner"),
    } <= found

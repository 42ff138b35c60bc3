"""The commands that an example's README shows can be run as they stand, in the example's folder."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXPLAINED = re.compile(r"^kpi .*$", flags=re.MULTILINE)


def commands() -> list[tuple[str, str]]:
    pages = sorted((ROOT / "examples").glob("*/README.md"))
    return [(page.parent.name, line) for page in pages for line in EXPLAINED.findall(page.read_text(encoding="utf-8"))]


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "line"), commands())
def test_a_command_of_the_page_runs(folder: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    run = subprocess.run(
        [sys.executable, "-m", "kpilang", *words],
        cwd=ROOT / "examples" / folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.stdout or run.stderr
    assert run.returncode == (1 if "drafts" in words else 0), run.stderr

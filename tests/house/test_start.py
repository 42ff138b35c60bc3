"""What a quick command must not load: the engine, the other dialects, colours, the editor server."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"duckdb", "sqlglot", "rich", "pygls"}
SCRIPT = """
import sys
from kpilang.cli import main
print("loaded", main(), *sys.modules)
"""


@pytest.mark.parametrize("arguments", [["--version"], ["check"], ["lint"], ["list"]], ids=lambda words: words[0])
def test_a_quick_command_loads_nothing_heavy(arguments: list[str]) -> None:
    place = [] if arguments == ["--version"] else ["-C", str(ROOT / "examples" / "flights")]
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments, *place],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    words = run.stdout.split()
    loaded = words[words.index("loaded") + 1 :]
    assert loaded[0] == "0"
    assert "kpilang.cli" in loaded
    assert not HEAVY & set(loaded)

"""What is published works by itself: the wheel holds the grammar and all parts, and runs from its zip file."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what goes into it, so that nothing is left in the checkout."""
    checkout, built = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("built")
    for name in ("kpilang", "grammar", "stdlib"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(checkout)]
    subprocess.run(command, check=True, capture_output=True)
    [path] = built.glob("*.whl")
    return path


@pytest.mark.slow
def test_the_wheel_holds_the_grammar_and_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    package = {path.relative_to(ROOT).as_posix() for path in (ROOT / "kpilang").rglob("*") if path.is_file()}
    library = {f"kpilang/_bundled/stdlib/{path.name}" for path in (ROOT / "stdlib").iterdir()}
    assert {"kpilang/_bundled/grammar/kpi.lark", *library} - held == set()
    assert {name for name in package if "__pycache__" not in name} - held == set()


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check", "lint"])
def test_the_wheel_runs_from_its_zip_file(wheel: Path, command: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "flights", tmp_path / "flights")
    run = subprocess.run(
        [sys.executable, "-m", "kpilang", command, "-C", "flights"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(wheel)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    where = subprocess.run(
        [sys.executable, "-c", "import kpilang; print(kpilang.__file__)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(wheel)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert where.stdout.startswith(str(wheel))

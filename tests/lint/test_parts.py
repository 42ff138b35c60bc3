"""Parts are found in folders, on disk and in a zip file."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from kpilang import parts
from kpilang.lint import linter


def test_modules_of_a_package_and_of_packages_inside_it_are_found_sorted() -> None:
    found = parts.names("kpilang.lint.rules")
    assert "kpilang.lint.rules.owned.missing_owner" in found
    assert "kpilang.lint.rules.owned" not in found
    assert list(found) == sorted(found)


def test_names_are_found_without_importing_the_modules(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "__init__.py").touch()
    (tmp_path / "box" / "loud.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    code = "from kpilang import parts; print(parts.names('box'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": _home()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "('box.loud',)"


def test_rules_and_their_word_lists_are_found_in_a_zip_file(tmp_path: Path) -> None:
    packed = tmp_path / "kpilang.whl"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(Path(_home(), "kpilang").rglob("*")):
            if path.suffix in {".py", ".toml"}:
                archive.write(path, path.relative_to(_home()))
    code = (
        "from kpilang.lint import words; from kpilang.lint.linter import rules; import kpilang;"
        "assert '.whl' in kpilang.__file__; print(len(rules()), '整个团队' in words.group('nobody', 'names'))"
    )
    env = {"PYTHONPATH": str(packed), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"{len(linter.rules())} True"


def test_linting_loads_no_engine_and_nothing_for_terminals_or_settings() -> None:
    code = "import kpilang.lint.linter, sys; kpilang.lint.linter.rules(); print([m for m in ('duckdb', 'rich', 'yaml', 'lark', 'click') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": _home()}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def _home() -> str:
    return str(Path(parts.__file__).parent.parent)

"""No room, no right to write, two runs at once: the numbers are the same, or the cause is told, and nothing is damaged."""

from __future__ import annotations

import errno
import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

import kpilang
from kpilang.cli import main

TEXT = "day,n\n2026-01-01,1\n2026-01-02,2\n"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (folder / "kpi.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    text = 'source orders from "orders.csv" { time day  column n : number }\nkpi sold { formula sum(orders.n) }\n'
    (folder / "a.kpi").write_text(text, encoding="utf-8")
    (folder / "orders.csv").write_text(TEXT, encoding="utf-8")
    (folder / "orders.csv.gz").write_bytes(gzip.compress(TEXT.encode()))
    return folder


def full(*_args, **_options):
    raise OSError(errno.ENOSPC, "No space left on device")


def refused(*_args, **_options):
    raise OSError(errno.EROFS, "Read-only file system")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("trouble", [full, refused])
def test_a_cache_that_cannot_be_written_is_no_concern(project, monkeypatch, capsys, trouble, tmp_path):
    monkeypatch.setattr("kpilang.cache.tempfile.mkstemp", trouble)
    before = contents(project)
    assert main(["eval", "--format", "csv"]) == 0
    assert "3" in capsys.readouterr().out
    assert main(["check", "--data"]) == 0
    assert (contents(project), contents(tmp_path / "cache")) == (before, {})


def test_a_disk_that_is_full_while_a_file_is_unpacked_is_told_with_the_mend(monkeypatch, capsys):
    monkeypatch.setattr("kpilang.data.decoding.shutil.copyfileobj", full)
    assert main(["check", "--data", "--source", "orders=orders.csv.gz"]) == 1
    said = capsys.readouterr().out
    assert "error[E531] no-room: there is no room left to read orders.csv.gz" in said
    assert "TMPDIR" in said


def test_a_run_leaves_nothing_in_the_project(project):
    before = contents(project)
    assert main(["eval"]) == 0
    assert main(["check", "--data", "--source", "orders=orders.csv.gz"]) == 0
    assert contents(project) == before


def test_two_runs_at_once_say_the_same(project):
    command = [sys.executable, "-m", "kpilang", "eval", "--format", "json"]
    environment = {**os.environ, "PYTHONPATH": str(Path(kpilang.__file__).parents[1])}
    runs = [subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, env=environment) for _ in range(2)]
    first, second = ((run.communicate()[0], run.returncode) for run in runs)
    assert first == second
    assert first[1] == 0
    assert b'"value": 3' in first[0]

"""The parser kept on disk: the same from the cache and from the grammar, and safe against a bad cache."""

import subprocess
import sys

import pytest

from kpilang import resources
from kpilang.syntax import engine
from kpilang.syntax.build import Builder
from kpilang.text import Source

TEXT = 'kpi a "A" { formula sum(b where c = 1) / 3  target >= 5% by 2026-12 }  # comment'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    return tmp_path / "kpilang"


def made():
    builder = Builder()
    builder.origin = Source("x", TEXT)
    return engine.make(builder, lambda token: token).parse(TEXT, start="start")


def test_a_parser_from_the_cache_builds_the_same_tree(folder):
    fresh = made()
    assert len(list(folder.iterdir())) == 1
    assert made() == fresh


@pytest.mark.parametrize("content", [b"", b"x" * 10, b"x" * 100_000])
def test_a_damaged_cache_is_made_anew(folder, content):
    fresh = made()
    file = next(folder.iterdir())
    file.write_bytes(content)
    assert made() == fresh
    assert len(file.read_bytes()) > 50_000


def test_a_cut_cache_is_made_anew(folder):
    fresh = made()
    file = next(folder.iterdir())
    file.write_bytes(file.read_bytes()[:-1])
    assert made() == fresh


def test_a_cache_that_others_may_write_is_not_read(folder):
    made()
    file = next(folder.iterdir())
    options = {"transformer": engine.callbacks(Builder())}
    assert engine.load(file, options) is not None
    file.chmod(0o666)
    if sys.platform != "win32":
        assert engine.load(file, options) is None


def test_a_folder_that_cannot_be_written_is_no_concern(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setenv("LOCALAPPDATA", str(blocked))
    assert made()[0].name.text == "a"


def test_another_grammar_has_another_file(folder):
    grammar = resources.grammar()
    assert engine.cache_file(grammar) != engine.cache_file(grammar + " ")
    assert engine.cache_file(grammar).parent == folder


def test_parsing_loads_nothing_heavy():
    script = (
        "import sys; from kpilang.text import Source; from kpilang.syntax.parser import parse; assert 'lark' not in sys.modules;"
        f"assert not parse(Source('x', {TEXT!r})).diagnostics; print([m for m in ('duckdb', 'sqlglot', 'rich', 'difflib') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=True)
    assert found.stdout.strip() == "[]"

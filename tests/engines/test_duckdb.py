"""The engine reaches the files it was given and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from kpilang.engines.duckdb import Engine
from kpilang.sql import quote

HEADER = "a,b\n1,2\n"
READ = "SELECT * FROM read_csv([{}], auto_detect=false, header=true, columns={{a: 'VARCHAR', b: 'VARCHAR'}})"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    (tmp_path / "given.csv").write_text(HEADER, encoding="utf-8")
    (tmp_path / "other.csv").write_text(HEADER, encoding="utf-8")
    return tmp_path / "given.csv"


def test_a_given_file_is_read(given):
    with Engine([given]) as engine:
        assert engine.rows(READ.format(quote.text(str(given)))) == [("1", "2")]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{folder}/other.csv')",
        "SELECT * FROM read_csv('{folder}/*.csv')",
        "SELECT * FROM read_csv('{folder}/../{name}/other.csv')",
        "SELECT * FROM read_text('{folder}/other.csv')",
        "SELECT * FROM read_blob('/etc/hostname')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM sniff_csv('{folder}/other.csv')",
        "SELECT * FROM 'http://localhost:1/x.csv'",
        "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
        "ATTACH '{folder}/new.db'",
        "COPY (SELECT 1) TO '{folder}/new.csv'",
        "EXPORT DATABASE '{folder}/new'",
        "IMPORT DATABASE '{folder}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '{folder}/evil.duckdb_extension'",
        "CREATE PERSISTENT SECRET s (TYPE http)",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET threads = 1",
        "SET temp_directory = '{folder}'",
        "RESET lock_configuration",
        "SET profiling_output = '{folder}/profile.json'",
        "CALL enable_logging(storage = 'file', storage_path = '{folder}/log')",
    ],
)
def test_whatever_else_is_asked_of_it_is_refused(given, statement):
    before = sorted(given.parent.iterdir())
    with Engine([given]) as engine, pytest.raises(duckdb.Error):
        engine.rows(statement.format(folder=given.parent, name=given.parent.name))
    assert sorted(given.parent.iterdir()) == before


def test_python_variables_are_no_tables(given):
    secret = duckdb.connect().sql("SELECT 42 AS answer")
    assert secret is not None
    with Engine([given]) as engine, pytest.raises(duckdb.Error):
        engine.rows("SELECT * FROM secret")


@pytest.mark.parametrize(
    "name", ["star*.csv", "q?.csv", "br[1].csv", "it's.csv", "new\nline.csv", "a\\b.csv", "表;--.csv", "{a,b}.csv"]
)
def test_a_hostile_file_name_reads_that_file_and_no_other(tmp_path, name):
    from kpilang.data.delimited import escaped

    (tmp_path / name).write_text("a,b\nthis,one\n", encoding="utf-8")
    for other in ("starX.csv", "qX.csv", "br1.csv", "a.csv"):
        (tmp_path / other).write_text("a,b\nnot,this\n", encoding="utf-8")
    with Engine([tmp_path / name]) as engine:
        assert engine.rows(READ.format(quote.text(escaped(tmp_path / name)))) == [("this", "one")]
        if "*" in name or "?" in name or "[" in name:
            with pytest.raises(duckdb.Error):
                engine.rows(READ.format(quote.text(str(tmp_path / name))))


def test_its_folder_goes_with_it(given):
    with Engine([given], threads=1) as engine:
        folder = engine.workshop
        assert folder.is_dir()
        assert engine.rows("SELECT current_setting('threads')") == [(1,)]
    assert not folder.exists()


def test_it_is_of_no_use_outside_its_with(given):
    with pytest.raises(RuntimeError):
        Engine([given]).rows("SELECT 1")


def test_work_that_does_not_fit_in_memory_goes_to_its_folder(given):
    with Engine([given], threads=1) as engine:
        assert engine.rows("SELECT current_setting('temp_directory')") == [(str(engine.workshop),)]


def test_a_statement_that_a_file_refuses_is_told_in_the_engines_words(given):
    given.write_bytes(b"PAR1")
    with Engine([given]) as engine:
        assert "parquet" in (engine.attempt(f"SELECT * FROM read_parquet([{quote.text(str(given))}])") or "").lower()
        assert engine.attempt("SELECT 1") is None


def test_the_module_is_imported_without_duckdb():
    code = "import kpilang.engines.duckdb, sys; sys.exit('duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

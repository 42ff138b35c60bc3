"""When data are damaged, change, or do not fit: a clear word, no wrong number, nothing left behind."""

from __future__ import annotations

import random

import duckdb
import pytest

from kpilang.cli import main
from kpilang.data.files import bind
from kpilang.data.fingerprint import digest, fingerprint
from kpilang.engines.duckdb import Engine, Unreadable
from tests.data.kit import column, model, source

DEFINITIONS = """\
source orders from "orders.parquet" { time day  column name : text  column amount : number }
kpi sold "Sold" { formula sum(orders.amount)  period all }
kpi names "Names" { formula count(distinct orders.name)  period all }
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kpi.yaml").write_text("as_of: 2026-06-30\n", encoding="utf-8")
    (tmp_path / "a.kpi").write_text(DEFINITIONS, encoding="utf-8")
    rows = "SELECT DATE '2026-01-01' AS day, 'name ' || (i * 7919) % 1000 AS name, i AS amount FROM range(100000) r(i)"
    duckdb.sql(f"COPY ({rows}) TO '{tmp_path / 'orders.parquet'}' (COMPRESSION snappy)")
    return tmp_path


def damage(path):
    data = bytearray(path.read_bytes())
    chance = random.Random(1)  # noqa: S311 - always the same damage
    for _ in range(200):
        data[chance.randrange(100, len(data) - 2000)] ^= 0xFF
    path.write_bytes(data)


def test_damage_met_while_computing_is_told_and_gives_no_number(project, capsys):
    damage(project / "orders.parquet")
    assert main(["eval"]) == 2
    said = capsys.readouterr()
    assert "bug" not in said.err + said.out
    assert "E551" in said.err + said.out or "E518" in said.err + said.out


def test_damaged_statements_raise_unreadable(project):
    path = project / "orders.parquet"
    damage(path)
    with Engine([path]) as engine, pytest.raises(Unreadable):
        engine.rows(f"SELECT count(DISTINCT name) FROM read_parquet(['{path}'])")


def test_too_little_memory_is_told(project, capsys):
    assert main(["eval", "--memory", "1 KB"]) == 2
    said = capsys.readouterr()
    assert "bug" not in said.err + said.out
    assert "--memory" in said.err + said.out


def test_what_does_not_fit_in_memory_is_kept_in_the_engines_own_folder(project):
    with Engine([project / "orders.parquet"], threads=1, memory="60MB") as engine:
        engine.run("CREATE TABLE t AS SELECT i, md5(i::VARCHAR) AS m FROM range(1500000) r(i)")
        assert engine.rows("SELECT count(*) FROM (SELECT m, count(*) FROM t GROUP BY m)") == [(1500000,)]
        folder = engine.workshop
    assert not folder.exists()


@pytest.mark.parametrize("text", ["much", "0GB", "-1GB", "4"])
def test_what_is_no_amount_of_memory_is_refused(project, capsys, text):
    assert main(["eval", "--memory", text]) == 2
    assert "no amount of memory" in capsys.readouterr().err


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("id\n1\n", encoding="utf-8")
    project = model(source("orders", column("id"), location="orders.csv"))
    bound, _ = bind(project, tmp_path, {}, ["orders"], [])

    class Meddling(Engine):
        def attempt(self, sql):
            path.write_text("id\n1\n2\n", encoding="utf-8")
            return super().attempt(sql)

    with Meddling([path]) as engine:
        table = engine.load(bound, {"orders": frozenset(["id"])}, project)["orders"]
        assert ("file-changed" in [item.name for item in table.diagnostics], table.broken) == (True, True)
        assert table.why.en == "orders.csv was changed while it was read"
        assert engine.changed() == (path.resolve(),) or engine.changed() == (path,)


def test_the_cause_is_named_as_reason(project, capsys):
    (project / "orders.parquet").unlink()
    (project / "orders.csv").write_bytes(b"")
    assert main(["eval", "--source", "orders=orders.csv", "--format", "json"]) == 2
    assert "`orders` cannot be used: orders.csv is empty" in capsys.readouterr().out


def test_a_fingerprint_follows_the_content(tmp_path):
    path, large = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"one")
    large.write_bytes(bytes(5_000_000))
    first, whole = fingerprint(path), digest([path, large])
    assert (fingerprint(path), digest([path, large])) == (first, whole)
    path.write_bytes(b"two")
    assert fingerprint(path).content != first.content
    assert digest([path, large]) != whole
    before = fingerprint(large).content
    with large.open("r+b") as file:
        file.seek(4_999_999)
        file.write(b"x")
    assert fingerprint(large).content != before


def test_without_a_folder_for_temporary_files_there_is_a_clear_word(project, capsys, monkeypatch):
    def refuse(*_args, **_options):
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("kpilang.engines.duckdb.TemporaryDirectory", refuse)
    assert main(["eval"]) == 2
    said = capsys.readouterr()
    assert "no folder for temporary files can be made" in said.out + said.err
    assert "bug" not in said.out + said.err


def test_a_file_written_while_the_kpis_are_computed_gives_no_numbers(project, capsys, monkeypatch):
    monkeypatch.setattr(Engine, "changed", lambda _: (project / "orders.parquet",))
    assert main(["eval"]) == 2
    said = capsys.readouterr()
    assert "E552" in said.out + said.err

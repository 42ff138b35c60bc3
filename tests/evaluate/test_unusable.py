"""A source whose data cannot be had, or break off while they are read, ends the KPIs that need it, and no others."""

from __future__ import annotations

import json
import random
from pathlib import Path

import duckdb
import pytest

from kpilang.cli import main
from kpilang.engines.duckdb import Engine, Unreadable

AS_OF = "as_of: 2026-01-31\n"
ORDERS = """\
source orders from "PLACE" {
  time day  key id  link customer_id -> customers as customer  column name : text  column amount : number
}
"""
CUSTOMERS = 'source customers from "customers.csv" { key customer_id  column segment : text }\n'
VISITS = 'source visits from "visits.csv" { time day }\n'
KPIS = """\
kpi sold "Sold" { formula sum(orders.amount)  period all }
kpi small "Sold to small ones" { formula sum(orders.amount where customer.segment = "small")  period all }
kpi names "Names" { formula count(distinct orders.name)  period all }
kpi seen "Visits" { formula count(visits)  period all }
kpi each "Sold per visit" { formula sum(orders.amount) / count(visits)  period all }
"""


def at_home(folder: Path, monkeypatch) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder / "home"))


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    at_home(tmp_path, monkeypatch)
    (tmp_path / "kpi.yaml").write_text(AS_OF, encoding="utf-8")
    define(tmp_path, "orders.parquet")
    (tmp_path / "visits.csv").write_text("day\n2026-01-01\n2026-01-31\n", encoding="utf-8")
    (tmp_path / "customers.csv").write_text("customer_id,segment\na,small\nb,large\n", encoding="utf-8")
    rows = (
        "SELECT i AS id, DATE '2026-01-01' + CAST(i % 31 AS INTEGER) AS day, 'name ' || (i * 7919) % 1000 AS name, "
        "CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END AS customer_id, i AS amount FROM range(100000) r(i)"
    )
    duckdb.sql(f"COPY ({rows}) TO '{tmp_path / 'orders.parquet'}' (COMPRESSION snappy)")
    return tmp_path


def define(folder: Path, place: str) -> None:
    (folder / "a.kpi").write_text(ORDERS.replace("PLACE", place) + CUSTOMERS + VISITS + KPIS, encoding="utf-8")


def damage(path: Path, column: str) -> None:
    """Turns over bytes in the pages of one column."""
    (first, size), *_ = duckdb.sql(
        "SELECT min(coalesce(dictionary_page_offset, data_page_offset)), sum(total_compressed_size) "
        f"FROM parquet_metadata('{path}') WHERE path_in_schema = '{column}'"
    ).fetchall()
    data, chance = bytearray(path.read_bytes()), random.Random(1)  # noqa: S311 - always the same damage
    for _ in range(200):
        data[chance.randrange(first, first + int(size))] ^= 0xFF
    path.write_bytes(data)


def asked(capsys, *arguments: str):
    """Exit code, then the value of each KPI or the text of its reason, then everything else that was said."""
    code = main(["eval", "--format", "json", *arguments])
    said = capsys.readouterr()
    rows = json.loads(said.out)["rows"]
    return (
        code,
        {row["kpi"]: row["value"] if row["reason"] is None else row["reason"]["text"] for row in rows},
        said.err,
    )


SUM = 99999 * 100000 // 2
EVEN = 49999 * 50000
WHOLE = {"sold": SUM, "small": EVEN, "names": 1000, "seen": 2, "each": SUM / 2}


def test_all_is_computed_where_nothing_is_wrong(project, capsys):
    code, values, _ = asked(capsys)
    assert (code, values) == (0, WHOLE)


@pytest.mark.parametrize(
    ("name", "uses"),
    [
        ("orders.parquet", ("sold", "small", "names", "each")),
        ("visits.csv", ("seen", "each")),
        ("customers.csv", ("small",)),
    ],
)
def test_a_missing_file_ends_the_kpis_that_use_it(project, capsys, name, uses):
    (project / name).unlink()
    code, values, said = asked(capsys)
    source = name.partition(".")[0]
    reason = f"`{source}` cannot be used: there is no `{name}`"
    assert (code, values) == (1, {kpi: reason if kpi in uses else value for kpi, value in WHOLE.items()})
    assert said.count("error[") == said.count("E502") == 1


def test_a_source_without_a_place_and_one_outside_are_told_by_their_reason(project, capsys):
    text = (project / "a.kpi").read_text(encoding="utf-8").replace(' from "visits.csv"', "")
    (project / "a.kpi").write_text(text.replace('"customers.csv"', '"../customers.csv"'), encoding="utf-8")
    code, values, _ = asked(capsys)
    assert (code, values["sold"]) == (1, SUM)
    assert values["seen"] == values["each"] == "`visits` cannot be used: nothing says where its data are"
    assert values["small"] == "`customers` cannot be used: ../customers.csv lies outside the project"


def test_where_no_kpi_can_be_computed_the_run_fails(project, capsys):
    (project / "visits.csv").unlink()
    code, values, said = asked(capsys, "seen", "each")
    assert (code, set(values)) == (2, {"seen", "each"})
    assert "no KPI could be computed" in said


@pytest.mark.parametrize("command", [["eval"], ["check", "--data"]])
def test_damage_met_late_is_told_with_source_and_file(project, capsys, command):
    damage(project / "orders.parquet", "name")
    assert main(command) == 1
    said = capsys.readouterr()
    assert "error[E551]" in said.out + said.err
    assert "orders.parquet, the data of `orders`, could not be read to the end" in said.out + said.err


def test_an_explanation_tells_of_damage_where_its_kpi_meets_it(project, capsys):
    damage(project / "orders.parquet", "day")
    assert main(["explain", "each"]) == 1
    assert "orders.parquet, the data of `orders`," in capsys.readouterr().err
    assert main(["explain", "seen"]) == 0
    said = capsys.readouterr()
    assert ("reads `visits`" in said.out, said.err) == (True, "")


def test_damage_met_late_ends_the_kpis_that_use_the_source(project, capsys):
    damage(project / "orders.parquet", "name")
    code, values, _ = asked(capsys)
    reason = "`orders` cannot be used: orders.parquet cannot be read"
    assert (code, values) == (1, {**dict.fromkeys(WHOLE, reason), "seen": 2})


def test_of_several_files_the_damaged_one_is_named(project, capsys):
    (project / "orders").mkdir()
    whole = (project / "orders.parquet").read_bytes()
    for name in ("one", "two", "three"):
        (project / "orders" / f"{name}.parquet").write_bytes(whole)
    damage(project / "orders" / "two.parquet", "name")
    define(project, "orders")
    _, values, said = asked(capsys)
    assert values["names"] == "`orders` cannot be used: orders/two.parquet cannot be read"
    assert said.count("error[") == 1


def test_a_file_written_meanwhile_ends_the_kpis_that_use_it(project, capsys, monkeypatch):
    monkeypatch.setattr(Engine, "changed", lambda _: (project / "visits.csv",))
    code, values, said = asked(capsys)
    reason = "`visits` cannot be used: visits.csv was changed while the KPIs were computed"
    assert (code, values) == (1, WHOLE | {"seen": reason, "each": reason})
    assert said.count("E552") == 1


def test_trouble_that_is_no_fault_of_a_file_ends_the_run(project, capsys, monkeypatch):
    rows = Engine.rows

    def refuse(engine, sql):
        if " AS r" in sql:
            raise Unreadable("no space left on device")
        return rows(engine, sql)

    monkeypatch.setattr(Engine, "rows", refuse)
    (project / "customers.csv").unlink()
    assert main(["eval"]) == 2
    said = capsys.readouterr()
    assert "E551" in said.out + said.err
    assert "no space left on device" in said.out + said.err


def test_a_source_that_finds_no_room_while_it_is_loaded_ends_alone(project, capsys, monkeypatch):
    rows = Engine.rows

    def refuse(engine, sql):
        if '"rows_2_visits"' in sql:
            raise Unreadable("no space left on device")
        return rows(engine, sql)

    monkeypatch.setattr(Engine, "rows", refuse)
    code, values, said = asked(capsys)
    reason = "`visits` cannot be used: there was no room to read visits.csv"
    assert (code, values) == (1, WHOLE | {"seen": reason, "each": reason})
    assert "E531" in said


def test_one_broken_source_among_thirty_leaves_the_others_alone(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    at_home(tmp_path, monkeypatch)
    (tmp_path / "kpi.yaml").write_text(AS_OF, encoding="utf-8")
    text = ""
    for number in range(30):
        text += f'source s{number} from "s{number}.csv" {{ time day }}\n'
        text += f'kpi k{number} "K" {{ formula count(s{number})  period all }}\n'
        (tmp_path / f"s{number}.csv").write_text("day\n" + "2026-01-01\n" * (number + 1), encoding="utf-8")
    (tmp_path / "a.kpi").write_text(text, encoding="utf-8")
    (tmp_path / "s17.csv").write_bytes(b"")
    code, values, _ = asked(capsys)
    assert (code, values.pop("k17")) == (1, "`s17` cannot be used: s17.csv is empty")
    assert values == {f"k{number}": number + 1 for number in range(30) if number != 17}
    assert main(["explain", "k16"]) == 0
    assert "s17" not in capsys.readouterr().out
    assert main(["explain", "k17"]) == 1
    assert "s17.csv" in capsys.readouterr().err


def test_the_check_reports_on_the_sources_that_can_be_used(project, capsys):
    (project / "customers.csv").unlink()
    assert main(["check", "--data", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {item["name"]: (item["rows"], item["verdict"], item["faults"]) for item in found["sources"]} == {
        "orders": (100000, "sound", []),
        "customers": (0, "bad_data", ["`customers` cannot be used: there is no `customers.csv`"]),
        "visits": (2, "sound", []),
    }

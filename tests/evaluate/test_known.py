"""What is found in files is looked for once, and again when anything it depends on is another."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from kpilang import cache
from kpilang.data.fingerprint import PIECE, PIECES, TICK, fingerprint, settled
from kpilang.data.table import Table
from kpilang.engines.duckdb import Engine
from kpilang.evaluate import known as remembering
from kpilang.evaluate.known import Known
from kpilang.project import load
from kpilang.project.data import check_data
from kpilang.text import Text
from tests.plan.kit import written

MARCH = dt.date(2026, 3, 31)
DEFINITIONS = """\
source orders from "orders.csv" {
  key   order_id
  time  ordered_on
  link  customer_id -> customers as customer
  link  plan_id -> plans as plan
}
source customers from "customers.csv" {
  key   customer_id
  time  joined_on
}
source plans from "plans.csv" {
  key    plan_id
  lives  starts_on until ends_on
}
source stock from "stock.csv" {
  key       item
  snapshot  seen_on changes
}
kpi placed "Orders" {
  formula  count(orders)
  period   month
}
kpi late_joiners "Orders of customers who joined in March" {
  formula  count(orders where customer.joined_on in 2026-03)
  period   month
}
"""
FILES = {
    "orders": "order_id,ordered_on,customer_id,plan_id\n1,2026-03-01,a,p\n2,2026-03-20,b,q\n3,,x,p\n3,2026-04-10,a,p\n",
    "customers": "customer_id,joined_on\na,2026-02-01\nb,2026-04-05\na,2026-04-07\n",
    "plans": "plan_id,starts_on,ends_on\np,2026-01-01,2026-04-01\np,2026-03-15,\nq,2026-05-01,2026-04-20\n",
    "stock": "item,seen_on\ni,2026-03-01\ni,2026-03-01\nj,2026-04-02\nj,2026-04-02\n",
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "shop").mkdir()
    return written(tmp_path / "shop", DEFINITIONS, FILES)


@pytest.fixture
def asked(monkeypatch):
    """The statements about loaded sources that engines were asked, in order."""
    found = []
    rows = Engine.rows

    def listen(engine, sql):
        if '"source_' in sql:
            found.append(sql)
        return rows(engine, sql)

    monkeypatch.setattr(Engine, "rows", listen)
    return found


def checked(folder: Path, as_of: dt.date = MARCH, *, keep: bool = True):
    project = load(folder, keep=keep)
    return check_data(replace(project, settings=replace(project.settings, as_of=as_of)))


def told(found):
    return found.reports, [(item.code, item.message) for item in found.diagnostics]


def test_a_second_check_asks_nothing_of_the_engine(shop, asked):
    first = checked(shop.folder)
    assert len(asked) > 10
    asked.clear()
    assert told(checked(shop.folder)) == told(first)
    assert asked == []


def test_a_second_evaluation_asks_for_values_alone(shop, asked):
    first = shop.values(as_of="2026-03-31")
    planned = {" ".join(item.sql.split()) for item in shop.plan(as_of="2026-03-31")}
    asked.clear()
    assert shop.values(as_of="2026-03-31") == first
    assert {" ".join(sql.split()) for sql in asked} <= planned


def test_the_next_day_nothing_is_asked_while_no_row_comes_into_view(shop, asked):
    checked(shop.folder)
    asked.clear()
    checked(shop.folder, dt.date(2026, 4, 1))
    assert asked == []
    checked(shop.folder, dt.date(2026, 4, 2))
    assert asked != []
    asked.clear()
    for day in (dt.date(2026, 4, 2), dt.date(2026, 3, 20), MARCH):
        checked(shop.folder, day)
    assert asked == []


def test_at_every_date_what_is_remembered_is_what_is_found_anew(shop):
    days = [dt.date(2025, 12, 30) + dt.timedelta(number) for number in range(0, 130, 3)]
    random.Random(7).shuffle(days)  # noqa: S311 - always the same order
    for day in days:
        assert told(checked(shop.folder, day)) == told(checked(shop.folder, day, keep=False)), day


def test_a_file_changed_behind_its_own_time_and_size_is_looked_at_again(shop, asked):
    checked(shop.folder)
    path = shop.folder / "customers.csv"
    before = path.stat()
    path.write_text(FILES["customers"].replace("a,", "c,"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    asked.clear()
    found = next(item for item in checked(shop.folder).reports if item.name == "orders")
    assert ("no-partner", 2) in {(item.code, item.count) for item in found.left_out}
    assert asked != []


@pytest.mark.skipif(os.name == "nt", reason="there a file has no time of its last change that cannot be set back")
def test_the_fingerprint_of_a_large_file_sees_a_change_that_hides_between_its_pieces(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(bytes(3 * PIECE * PIECES))
    before, content = path.stat(), fingerprint(path).content
    with path.open("r+b") as file:
        file.seek(PIECE + PIECE // 2)
        file.write(b"x")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = fingerprint(path)
    assert (after.content, after.stamp.written) == (content, before.st_mtime_ns)
    assert after.stamp.changed != before.st_ctime_ns


def test_a_large_file_that_was_written_just_now_may_change_unseen(tmp_path, monkeypatch):
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"x")
    large.write_bytes(bytes(PIECE * PIECES + 1))
    assert (settled(small), settled(large)) == (True, False)
    later = large.stat().st_ctime_ns / 1e9 + TICK + 1
    monkeypatch.setattr("time.time", lambda: later)
    assert settled(large)


# ---------------------------------------------------------------- the store itself


class Answering:
    """An engine that gives the same rows always, and counts."""

    def __init__(self, rows):
        self.found, self.count = rows, 0

    def rows(self, _sql):
        self.count += 1
        return self.found


def table(name, number=0):
    return Table(name, f'"source_{number}_{name}"', {}, 1)


def files(folder, *names):
    for name in names:
        (folder / name).write_text(name, encoding="utf-8")
    return {name: (folder / name,) for name in names}


def test_cells_of_every_kind_come_back_as_they_were(tmp_path, home):
    row = (1, 2.5, "三", None, True, dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, 3, 4, 5, 6), Decimal("1.20"))
    first = Known(cache.place("keys", "x"), files(tmp_path, "a"), {})
    engine, sql = Answering([row]), 'SELECT * FROM "source_0_a"'
    assert first.rows(engine, [table("a")], sql) == [row]
    first.save()
    again = Known(cache.place("keys", "x"), {"a": (tmp_path / "a",)}, {})
    assert again.rows(engine, [table("a", 5)], 'SELECT * FROM "source_5_a"') == [row]
    assert engine.count == 1


def test_what_was_read_of_a_file_that_changed_is_not_kept(tmp_path, home):
    found = Known(cache.place("keys", "x"), files(tmp_path, "a", "b"), {})
    engine, tables = Answering([(1,)]), [table("a"), table("b")]
    found.rows(engine, tables, 'SELECT 1 FROM "source_0_a"')
    found.rows(engine, tables, 'SELECT 1 FROM "source_0_a" JOIN "source_0_b"')
    (tmp_path / "b").write_text("c", encoding="utf-8")
    found.save()
    assert len(cache.read(cache.place("keys", "x"))) == 1


def test_of_a_source_that_is_broken_nothing_is_kept(tmp_path, home):
    found = Known(cache.place("keys", "x"), files(tmp_path, "a"), {})
    engine, broken = Answering([(0,)]), replace(table("a"), broken=True)
    assert [found.rows(engine, [broken], f"SELECT 1 FROM {broken.relation}") for _ in range(2)] == [[(0,)]] * 2
    assert found.told([broken], broken.relation, lambda: Text("a", "b")).en == "a"
    found.save()
    assert (engine.count, cache.read(cache.place("keys", "x"))) == (2, None)


def test_what_is_asked_for_outlives_what_is_not(tmp_path, home, monkeypatch):
    monkeypatch.setattr(remembering, "MOST", 3)
    place, engine = cache.place("keys", "x"), Answering([(1,)])
    data = files(tmp_path, "a")

    def ask(*numbers):
        found = Known(place, data, {})
        for number in numbers:
            found.rows(engine, [table("a")], f'SELECT {number} FROM "source_0_a"')
        found.save()

    ask(1, 2, 3)
    ask(1, 4)
    assert engine.count == 4
    ask(1, 3, 4)
    assert engine.count == 4
    ask(2)
    assert engine.count == 5


@pytest.mark.parametrize("foreign", [[1, 2], "text", None, {"other": "things"}])
def test_a_store_of_another_shape_is_passed_over(tmp_path, home, foreign):
    cache.write(cache.place("keys", "x"), foreign)
    found = Known(cache.place("keys", "x"), files(tmp_path, "a"), {})
    assert found.rows(Answering([(7,)]), [table("a")], 'SELECT 1 FROM "source_0_a"') == [(7,)]
    found.save()
    assert len(cache.read(cache.place("keys", "x"))) >= 1


def save_many(folder, who):
    for number in range(60):
        found = Known(cache.place("keys", "x"), {"a": (Path(folder) / "a",)}, {})
        found.rows(Answering([(number,)]), [table("a")], f'SELECT {who}, {number} FROM "source_0_a"')
        found.save()


def test_two_processes_may_write_at_once(tmp_path, home):
    files(tmp_path, "a")
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=save_many, args=(str(tmp_path), who)) for who in range(2)]
    for writer in writers:
        writer.start()
    seen = 0
    while any(writer.is_alive() for writer in writers):
        place = cache.place("keys", "x")
        if place.exists():
            assert isinstance(cache.read(place), dict)
            seen += 1
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert seen
    found = Known(cache.place("keys", "x"), {"a": (tmp_path / "a",)}, {})
    engine = Answering([(99,)])
    numbers = {found.rows(engine, [table("a")], f'SELECT {who}, 59 FROM "source_0_a"')[0][0] for who in range(2)}
    assert 59 in numbers
    assert numbers <= {59, 99}
    assert [path.name for path in cache.folder().iterdir()] == [cache.place("keys", "x").name]


def test_parquet_is_read_through_once(tmp_path, asked):
    (tmp_path / "p").mkdir()
    written(
        tmp_path / "p",
        'source a from "a.csv" { column t : text }\nkpi k "K" { formula count(a)  period all }\n',
        {"a": "t\nx\n"},
    )
    duckdb.sql(f"COPY (SELECT 'x' || i AS t FROM range(10) r(i)) TO '{tmp_path / 'p' / 'a.parquet'}'")
    (tmp_path / "p" / "kpi.yaml").write_text("sources: {a: a.parquet}\n", encoding="utf-8")
    checked(tmp_path / "p")
    assert sum("hash" in sql for sql in asked) == 1
    asked.clear()
    checked(tmp_path / "p")
    assert asked == []

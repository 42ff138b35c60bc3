"""What is verified of sources, how it is told, and that it is remembered."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from kpilang.engines.duckdb import Engine
from kpilang.outputs.sources import freshness as told
from kpilang.project import load
from kpilang.project.data import check_data
from kpilang.result import Freshness, Soundness
from tests.plan.kit import written

DEFINITIONS = """\
source orders from "orders.csv" {
  key       order_id
  time      ordered_on
  link      customer_id -> customers as customer
  column    amount : number
  collected "Shop" every day
}

source customers from "customers.csv" {
  key       customer_id
  column    segment : text
}

kpi revenue "Revenue" {
  formula  sum(orders.amount where customer.segment = "small")
  period   month
}
"""
ORDERS = "order_id,ordered_on,customer_id,amount\n"
CUSTOMERS = "customer_id,segment\na,small\nb,large\n"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def asked(monkeypatch):
    """The statements that engines were asked, in order."""
    found = []
    rows = Engine.rows
    monkeypatch.setattr(Engine, "rows", lambda engine, sql: found.append(sql) or rows(engine, sql))
    return found


def verifications(statements):
    return [sql for sql in statements if "HAVING COUNT(*) > 1" in sql or "lead(" in sql]


def shop(folder: Path, orders: str, customers: str = CUSTOMERS, definitions: str = DEFINITIONS):
    folder.mkdir(exist_ok=True)
    return written(folder, definitions, {"orders": ORDERS + orders, "customers": customers})


def checked(folder: Path, as_of: dt.date = dt.date(2026, 3, 31), *, keep: bool = True):
    project = load(folder, keep=keep)
    return check_data(replace(project, settings=replace(project.settings, as_of=as_of)))


def report(found, name):
    return next(item for item in found.reports if item.name == name)


def left_out(found, name):
    return {item.code: item.text.en for item in report(found, name).left_out}


def test_rows_without_partner_time_or_in_the_future_are_counted_and_the_first_three_are_shown(tmp_path):
    rows = "1,2026-03-01,a,5\n2,2026-03-02,x,7\n3,2026-03-02,y,7\n4,2026-03-03,,1\n5,2026-03-03,z,1\n6,,a,1\n7,2026-04-01,a,1\n"
    shop(tmp_path / "p", rows)
    found = checked(tmp_path / "p")
    assert left_out(found, "orders") == {
        "no-partner": "rows of `orders` without a partner along `customer`, counted under none: 4 "
        "(row 3 `x`, row 4 `y`, row 5 empty, …)",
        "no-time": "rows of `orders` without a time, left out: 1 (row 7 `6`)",
        "after-as-of": "rows of `orders` after the as-of date: 1 (row 8 `2026-04-01`)",
    }
    orders = report(found, "orders")
    assert (orders.rows, orders.first, orders.last) == (7, dt.date(2026, 3, 1), dt.date(2026, 3, 3))
    assert orders.verdict is Soundness.LEFT_OUT
    assert found.diagnostics == ()


def test_rows_that_are_left_out_anyway_are_not_said_to_be_counted_under_none(tmp_path):
    shop(tmp_path / "p", "1,2026-03-01,x,5\n2,,y,7\n3,2026-04-01,z,7\n")
    assert left_out(checked(tmp_path / "p"), "orders")["no-partner"].endswith("under none: 1 (row 2 `x`)")
    assert left_out(checked(tmp_path / "p", dt.date(2026, 4, 1)), "orders")["no-partner"].endswith(
        "under none: 2 (row 2 `x`, row 4 `z`)"
    )


def test_a_row_is_counted_once_however_many_partners_it_finds(tmp_path):
    shop(tmp_path / "p", "1,,a,5\n2,2026-03-01,a,5\n", "customer_id,segment\na,small\na,large\na,huge\n")
    assert left_out(checked(tmp_path / "p"), "orders") == {
        "no-time": "rows of `orders` without a time, left out: 1 (row 2 `1`)"
    }


def test_a_key_that_repeats_is_shown_with_its_rows(tmp_path):
    shop(tmp_path / "p", "1,2026-03-01,a,5\n2,2026-03-01,a,5\n1,2026-03-02,a,5\n", CUSTOMERS + "a,large\n")
    found = checked(tmp_path / "p")
    said = {item.name: item.message.en for item in found.diagnostics}
    assert said == {
        "contradicting-rows": "the key of `customers` is not unique, and it is joined; keys: 1 (row 2 and row 4 `a`)",
        "repeated-key": "the key of `orders` is not unique; keys: 1 (row 2 and row 4 `1`)",
    }
    assert {item.name: item.verdict for item in found.reports} == {
        "orders": Soundness.BAD_DATA,
        "customers": Soundness.BAD_DATA,
    }


def test_with_several_files_a_row_is_shown_with_its_own(tmp_path):
    shop(tmp_path / "p", "")
    (tmp_path / "p" / "orders.csv").unlink()
    for name, row in (("one", "1,2026-03-01,a,5\n"), ("two", "2,2026-03-01,a,5\n1,2026-03-02,a,5\n")):
        (tmp_path / "p" / f"orders-{name}.csv").write_text(ORDERS + row, encoding="utf-8")
    (tmp_path / "p" / "kpi.yaml").write_text("sources: {orders: 'orders-*.csv'}\n", encoding="utf-8")
    (found,) = checked(tmp_path / "p").diagnostics
    assert "(orders-one.csv row 2 and orders-two.csv row 3 `1`)" in found.message.en


def test_rows_of_parquet_are_shown_by_their_number(tmp_path):
    shop(tmp_path / "p", "")
    duckdb.execute(
        "COPY (SELECT * FROM (VALUES ('a', 'small'), ('b', 'large'), ('a', 'large')) AS t(customer_id, segment)) "
        f"TO '{tmp_path / 'p' / 'customers.parquet'}'"
    )
    (tmp_path / "p" / "kpi.yaml").write_text("sources: {customers: customers.parquet}\n", encoding="utf-8")
    (found,) = checked(tmp_path / "p").diagnostics
    assert "(row 1 and row 3 `a`)" in found.message.en


@pytest.mark.parametrize(
    ("every", "as_of", "days", "late"),
    [
        ("day", dt.date(2026, 3, 20), 0, False),
        ("day", dt.date(2026, 3, 21), 1, True),
        ("week", dt.date(2026, 3, 28), 8, False),
        ("week", dt.date(2026, 3, 29), 9, True),
        ("month", dt.date(2026, 4, 29), 40, False),
        ("month", dt.date(2026, 4, 30), 41, True),
    ],
)
def test_a_source_is_late_when_a_whole_period_has_passed_without_a_row(tmp_path, every, as_of, days, late):
    shop(tmp_path / "p", "1,2026-03-20,a,5\n", definitions=DEFINITIONS.replace("every day", f"every {every}"))
    assert report(checked(tmp_path / "p", as_of), "orders").freshness == Freshness(days, every, late)


def test_freshness_reads_as_people_say_it():
    assert told(Freshness(3, "day", late=True)).en == "3 days old, collected every day: late"
    assert told(Freshness(3, "day", late=True)).zh == "距今 3 天，每日采集：已逾期"
    assert told(Freshness(1)).en == "1 day old"


def test_a_result_says_of_its_sources_what_the_check_says(tmp_path):
    asked = shop(tmp_path / "p", "1,2026-03-01,a,5\n2,2026-03-02,x,7\n3,,a,1\n")
    (tmp_path / "p" / "kpi.yaml").write_text("as_of: 2026-03-02\n", encoding="utf-8")
    (orders, _) = asked.result("revenue", as_of="2026-03-02").sources
    same = report(checked(tmp_path / "p", dt.date(2026, 3, 2)), "orders")
    assert [item.code for item in orders.left_out] == [item.code for item in same.left_out]
    assert (orders.freshness, orders.verdict) == (Freshness(0, "day", late=False), Soundness.LEFT_OUT)
    assert (same.freshness, same.verdict, same.covers) == (orders.freshness, orders.verdict, orders.covers)


def test_keys_are_verified_once_for_the_same_content(tmp_path, asked):
    project = shop(tmp_path / "p", "1,2026-03-01,a,5\n", CUSTOMERS + "a,large\n")
    first = project.values("revenue")
    once = verifications(asked)
    assert project.values("revenue") == first
    assert set(first.values()) == {"bad data"}
    assert len(once) == 2
    assert verifications(asked) == once


def test_the_check_verifies_every_key_once(tmp_path, asked):
    shop(tmp_path / "p", "1,2026-03-01,a,5\n")
    first = checked(tmp_path / "p")
    once = verifications(asked)
    assert checked(tmp_path / "p") == first
    assert len(once) == 2
    assert verifications(asked) == once


def test_keys_are_verified_anew_when_file_or_declaration_changed(tmp_path, asked):
    shop(tmp_path / "p", "1,2026-03-01,a,5\n").values("revenue")
    before = len(verifications(asked))
    changed = shop(tmp_path / "p", "1,2026-03-01,a,5\n", CUSTOMERS.replace("b,", "a,")).values("revenue")
    assert set(changed.values()) == {"bad data"}
    assert len(verifications(asked)) == before + 2
    otherwise = DEFINITIONS.replace("column    segment : text", 'column    segment : text null "-"')
    shop(tmp_path / "p", "1,2026-03-01,a,5\n", CUSTOMERS.replace("b,", "a,"), otherwise).values("revenue")
    assert len(verifications(asked)) == before + 4


def test_nothing_is_remembered_where_nothing_is_to_be_kept(tmp_path, asked, home):
    shop(tmp_path / "p", "1,2026-03-01,a,5\n")
    for _ in range(2):
        checked(tmp_path / "p", keep=False)
    assert len(verifications(asked)) == 4
    assert not list(home.rglob("keys-*"))


@pytest.mark.parametrize("damage", ["cut", "other", "empty"])
def test_what_is_damaged_is_verified_again(tmp_path, asked, home, damage):
    project = shop(tmp_path / "p", "1,2026-03-01,a,5\n")
    first = project.values("revenue")
    once = len(verifications(asked))
    (kept,) = home.rglob("keys-*.bin")
    content = kept.read_bytes()
    kept.write_bytes({"cut": content[:-3], "other": content[:-3] + b"abc", "empty": b""}[damage])
    assert project.values("revenue") == first
    assert len(verifications(asked)) == 2 * once


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path, asked, home):
    home.write_text("a file where a folder should be", encoding="utf-8")
    project = shop(tmp_path / "p", "1,2026-03-01,a,5\n")
    assert project.values("revenue") == project.values("revenue")
    assert len(verifications(asked)) == 2


def test_what_is_declared_wrongly_is_passed_over_and_said_to_be_unverified(tmp_path):
    shop(tmp_path / "p", "1,2026-03-01,x,5\n1,2026-03-01,a,5\n")
    wrong = DEFINITIONS.replace("segment : text", "segment : text in 1 .. 2")
    (tmp_path / "p" / "case.kpi").write_text(wrong, encoding="utf-8")
    found = checked(tmp_path / "p")
    customers = report(found, "customers")
    assert (customers.verdict, [text.en for text in customers.faults]) == (
        Soundness.BAD_DATA,
        ["`customers` could not be verified"],
    )
    assert [item.name for item in found.diagnostics] == ["repeated-key"]
    assert left_out(found, "orders") == {}

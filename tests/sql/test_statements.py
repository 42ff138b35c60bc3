"""What the statements look like, and that no text of a user is ever read as SQL."""

from __future__ import annotations

import re

import pytest

from kpilang.engines.duckdb import Engine
from kpilang.plan import scans
from tests.plan.kit import kpis, project

SOURCES = """source orders {
  key   id
  time  day
  link  town_id -> towns as town
  column id : text
  column day : date
  column town_id : text
  column status : text
  column size : number
  column price : money(EUR)
  column buyer : integer
}
source towns { key id  column id : text  column region : text }
source staff { key id  lives hired until gone  column id : text  column hired : date  column gone : date  column region : text }
source stock { key item  snapshot read complete  column item : text  column read : date  column region : text  column pieces : integer }
"""
CELLS = {
    "orders": "id,day,town_id,status,size,price,buyer\n1,2026-01-05,a,paid,1.5,2.50,7\n2,2026-01-20,b,open,,3.10,8\n3,2026-02-03,,paid,2,,7\n",
    "towns": "id,region\na,north\nb,south\n",
    "staff": "id,hired,gone,region\n1,2026-01-01,,north\n2,2026-01-10,2026-02-01,south\n",
    "stock": "item,read,region,pieces\np,2026-01-01,north,3\np,2026-02-01,north,5\n",
}
WIDE = {
    f"{name}_{number}": f"{text.format(where)}"
    for number, where in enumerate(("", ' where status = "paid"', ' where size > 1 and not status = "open"'))
    for name, text in {
        "rows": "count(orders{})",
        "sums": "sum(orders.price{})",
        "doubles": "sum(orders.size{})",
        "means": "avg(orders.size{})",
        "weighted": "avg(orders.size weight buyer{})",
        "low": "min(orders.price{})",
        "middle": "median(orders.size{})",
        "high": "percentile(orders.size, 90%{})",
        "spread": "stddev(orders.size{})",
        "last": "last(orders.size{})",
        "statuses": "count(distinct orders.status{})",
        "buyers": "count(distinct orders.buyer{})",
        "often": "count(distinct orders.buyer{} having count(orders) >= 2)",
        "before": "previous(count(orders{}))",
    }.items()
} | {
    "staff_now": "count(staff at closing)",
    "staff_mean": "count(staff at average)",
    "hired": "count(staff on hired)",
    "left": "count(staff on gone)",
    "stocked": "sum(stock.pieces at closing)",
    "northern": 'count(orders where town.region = "north")',
    "shared": 'share(orders where status = "paid" among town.region is not null)',
}


@pytest.fixture(scope="module")
def wide():
    return project(SOURCES + kpis(**WIDE), CELLS)


def run(asked, patch, **ask):
    """Every statement that was run for a question."""
    said = []
    for name in ("rows", "columns"):
        plain = getattr(Engine, name)
        patch.setattr(Engine, name, lambda engine, sql, plain=plain: said.append(sql) or plain(engine, sql))
    rows = asked.rows(as_of="2026-02-28", **ask)
    assert len(rows) > len(WIDE)
    return said


@pytest.mark.parametrize(
    "ask", [{}, {"by": "region"}, {"where": 'region = "north"'}, {"grains": "day,month,all"}], ids=str
)
@pytest.mark.parametrize("rows_per_group", [scans.ROWS_PER_GROUP, 0], ids=["by rows", "by groups"])
def test_only_medians_are_filtered_and_no_statement_reads_a_source_twice(wide, monkeypatch, ask, rows_per_group):
    monkeypatch.setattr(scans, "ROWS_PER_GROUP", rows_per_group)
    for sql in run(wide, monkeypatch, **ask):
        before = [sql[: found.start()].rstrip() for found in re.finditer(r"\bFILTER\b", sql)]
        assert all(
            re.search(r"\b(quantile_cont|median|stddev_samp|product)\([^()]*(\([^()]*\)[^()]*)*\)$", text)
            for text in before
        )
        assert ";" not in sql
        assert len(re.findall(r"\bFROM [^ (]+ AS r\b", sql)) <= 1


def test_a_plan_tells_the_same_statements_that_are_run(wide, monkeypatch):
    told = [item.sql for item in wide.plan(as_of="2026-02-28")]
    said = run(wide, monkeypatch)
    assert told
    assert set(told) <= set(said)


def test_many_kpis_run_few_statements(wide, monkeypatch):
    assert len(run(wide, monkeypatch)) < len(WIDE)


HOSTILE = (
    "paid'; DROP TABLE orders; --",
    "it's",
    "''",
    '"',
    "\\",
    "a\\'b",
    "$$",
    "%_",
    "/* x",
    "?",
    "$1",
    "{x}",
    "北京 ☃ \U0001f600",
    " leading",
    "NULL",
    "E'\\x00'",
)


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def literal(text):
    """A text of the language: quotation marks and backslashes with a backslash before them."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.fixture(scope="module")
def hostile():
    rows = "".join(f"{number},2026-01-05,a,{quoted(text)},1,1,1\n" for number, text in enumerate(HOSTILE))
    head = CELLS["orders"].partition("\n")[0]
    formulas = {f"k{number}": f"count(orders where status = {literal(text)})" for number, text in enumerate(HOSTILE)}
    formulas |= {"every": "count(orders)"}
    return project(SOURCES + kpis(**formulas), CELLS | {"orders": f"{head}\n{rows}"})


def test_a_hostile_text_in_a_formula_finds_its_own_row(hostile):
    found = hostile.values(as_of="2026-01-31")
    assert {name: value for (name, _), value in found.items()} == {
        "every": len(HOSTILE),
        **{f"k{number}": 1 for number in range(len(HOSTILE))},
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_in_a_filter_finds_its_own_row(hostile, text):
    assert list(hostile.values("every", as_of="2026-01-31", where=f"status = {literal(text)}").values()) == [1]


def test_hostile_members_are_members(hostile):
    found = hostile.values("every", as_of="2026-01-31", by="status")
    assert found == {("every", "2026-01", text): 1 for text in HOSTILE}


def test_names_that_are_words_of_sql_are_names():
    source = """source 订单 {
  key   select
  time  from
  column select : text
  column from : date
  column group : text
}
"""
    formulas = kpis(one='count(订单 where group = "x")', two="count(distinct 订单.group)")
    asked = project(source + formulas, {"订单": "select,from,group\n1,2026-01-31,x\n2,2026-01-31,y\n"})
    assert list(asked.values(as_of="2026-01-31").values()) == [1, 2]
    assert list(asked.values("one", as_of="2026-01-31", by="group").values()) == [1, 0]

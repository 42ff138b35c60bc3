"""A KPI is computed only when every declaration it rests on says what was meant."""

import pytest

from kpilang.diagnostics import Severity
from kpilang.model.check import check
from kpilang.model.scope import breakdown, row_predicate
from kpilang.syntax.parser import parse, parse_expression, parse_path
from kpilang.text import Source

ORDERS = """
source customers { key customer_id column segment : text column joined : date }
source orders {
  key order_id
  time order_date
  link customer_id -> customers
  column amount : number
  column weight : number
}
"""
KPIS = """
kpi total "Total" { formula sum(orders.amount) }
kpi heavy "Heavy" { formula sum(orders.weight) }
kpi of_firms "Of firms" { formula sum(orders.amount where customers.segment = "firm") }
kpi people "People" { formula count(customers) }
kpi doubled "Doubled" { formula total * 2 }
"""
EVERY = {"total", "heavy", "of_firms", "people", "doubled"}


def checked(*texts):
    return check([parse(Source(f"{number}.kpi", text)) for number, text in enumerate(texts)])


def unsound(*texts):
    """The KPIs that are not computed, of texts with at least one error."""
    model = checked(*texts)
    assert any(each.severity is Severity.ERROR for each in model.diagnostics)
    return {name for name, kpi in model.kpis.items() if not kpi.sound}


def with_orders(old, new):
    assert old in ORDERS
    return unsound(ORDERS.replace(old, new) + KPIS)


def test_without_errors_every_kpi_is_computed():
    model = checked(ORDERS + KPIS)
    assert not model.diagnostics
    assert all(kpi.sound for kpi in model.kpis.values())


@pytest.mark.parametrize(
    "clauses",
    [
        "time nowhere.order_date",
        "time amount",
        "time order_date each moth",
        "time order_date time shipped",
        "time order_date key other_id",
        "time order_date covers 2026-13 .. 2026-02",
        "time order_date covers 2026-05 .. 2026-02",
        "time order_date covers 2026 covers 2027",
        'time order_date collected "CRM" every fortnight',
        "snapshot order_date changes carried at most 2 kg",
        "snapshot order_date complete time shipped",
        "lives order_date until customers.joined",
        "lives customers.joined until order_date",
        "lives order_date through last_day column last_day : datetime",
        "snapshot customers.joined complete",
        'time order_date column order_date : date format "%Y" format "%m"',
        "time order_date planned planned",
        "tme order_date",
        'time order_date unpivot "Jan" .. "Dec" into month, sold for 2026-13',
        'time order_date unpivot "Jan" .. "Dec" into month, sold for 2026 column month : text',
        'time order_date unpivot "Jan" .. "Dec" into month, sold derive sold = 1',
    ],
)
def test_a_wrong_clause_of_a_source_spoils_what_reads_its_rows(clauses):
    assert with_orders("time order_date", clauses) >= {"total", "heavy", "of_firms", "doubled"}
    assert "people" not in with_orders("time order_date", clauses)


@pytest.mark.parametrize(
    "key", ["key ratio derive ratio = 1", "key order_id column order_id : txt", "key order_id key line"]
)
def test_a_wrong_key_spoils_what_reads_its_rows(key):
    assert with_orders("key order_id", key) == EVERY - {"people"}


@pytest.mark.parametrize(
    "column",
    [
        "column amount : mony",
        "column amount : number column amount : integer",
        "column amount : number in 5 .. 1",
        'column amount : number format "%d"',
        "column amount : number required required",
        "column amount : number column Amount : number",
        "derive amount = weight derive amount = weight * 2",
        "derive amount = weight column amount : number",
        "derive amount = nothing",
    ],
)
def test_a_wrong_column_spoils_only_what_uses_it(column):
    assert with_orders("column amount : number", column) == {"total", "of_firms", "doubled"}


def test_a_wrong_place_in_its_file_spoils_a_source():
    text = ORDERS.replace("source orders {", 'source orders from "orders.csv" header 0 {') + KPIS
    assert unsound(text) == EVERY - {"people"}


def test_a_column_derived_from_a_wrong_one_is_wrong():
    text = "column amount : number derive net = gross * 2 column gross : number in 5 .. 1"
    assert unsound(ORDERS.replace("column amount : number", text) + 'kpi net "Net" { formula sum(orders.net) }') == {
        "net"
    }


@pytest.mark.parametrize(
    "link",
    [
        "link customer_id -> customer as customers",
        "link customer_id, order_id -> customers",
        "link customer_id -> customers link order_id -> customers",
        "link customer_id -> customers column customer_id : text required required",
        "link customer_id -> customers derive customer_id = amount",
    ],
)
def test_a_wrong_link_spoils_only_what_goes_along_it(link):
    assert with_orders("link customer_id -> customers", link) == {"of_firms"}


@pytest.mark.parametrize("key", ["", "key half derive half = 1 / 2", "key customer_id key half"])
def test_a_wrong_key_of_a_target_spoils_what_looks_there(key):
    found = with_orders("key customer_id", key)
    assert "of_firms" in found
    assert found <= {"of_firms", "people"}


def test_a_time_along_a_wrong_link_spoils_the_source():
    text = (
        "source notes { key note_id time orders.order_date link order_id, line -> orders }"
        'kpi notes_taken "Notes" { formula count(notes) }'
    )
    assert unsound(ORDERS + KPIS + text) == {"notes_taken"}


@pytest.mark.parametrize(
    "calendar",
    [
        'calendar { zone "Mars/X" year starts april }',
        "calendar { year starts aprl }",
        "calendar { week starts sunday week starts monday }",
        'calendar { zone "Asia/Tokyo" } calendar { zone "UTC" }',
        'calendar { zon "Asia/Tokyo" }',
        'calender { zone "Asia/Tokyo" }',
        'calendar ours { zone "Asia/Tokyo" }',
    ],
)
def test_a_wrong_calendar_spoils_everything(calendar):
    assert unsound(ORDERS + KPIS, calendar) == EVERY


def test_a_kpi_declared_twice_is_not_computed_nor_what_uses_it():
    assert unsound(ORDERS + KPIS + 'kpi total "Largest" { formula max(orders.amount) }') == {"total", "doubled"}


def test_a_kpi_that_shares_its_name_with_something_else_is_not_computed():
    assert unsound(ORDERS + KPIS + 'owner total "Total"') == {"total", "doubled"}


def test_a_source_declared_twice_spoils_what_reads_it():
    again = "source orders { key id column amount : number }"
    assert unsound(ORDERS + KPIS + again) == EVERY - {"people"}
    assert unsound(ORDERS + KPIS, again) == EVERY - {"people"}


def test_a_kpi_with_a_field_twice_is_not_computed():
    text = KPIS.replace("sum(orders.amount) }", "sum(orders.amount) period month period year }")
    assert unsound(ORDERS + text) == {"total", "doubled"}


@pytest.mark.parametrize(
    "defaults",
    ["defaults { period month period year }", "defaults { period month } defaults { }", "defaults { perod month }"],
)
def test_wrong_defaults_spoil_the_kpis_of_their_file(defaults):
    other = 'kpi other "Other" { formula sum(orders.amount) }'
    assert unsound(ORDERS + KPIS + defaults, other) == EVERY


@pytest.mark.parametrize("spoilt", ["amount) trget 5", "amount) target"])
def test_a_kpi_with_a_mistake_of_syntax_is_not_computed_nor_what_uses_it(spoilt):
    found = unsound(ORDERS + KPIS.replace("amount) }\nkpi heavy", spoilt + " }\nkpi heavy"))
    assert found == {"total", "doubled"}


def test_a_source_with_a_mistake_of_syntax_spoils_what_reads_it():
    assert with_orders("link customer_id -> customers", "link customer_id - customers") >= EVERY - {"people"}


def test_mistakes_in_formulas_over_a_wrong_source_are_reported_all_the_same():
    text = ORDERS.replace("time order_date", "time nowhere.order_date") + 'kpi k "K" { formula sum(orders.amont) }'
    assert {each.name for each in checked(text).diagnostics} == {"unknown-link", "unknown-column"}


def test_a_wrong_column_is_not_called_undeclared_where_it_is_used():
    text = ORDERS.replace("amount : number", "amount : mony") + KPIS
    assert [each.name for each in checked(text).diagnostics] == ["unknown-type"]


BROKEN = ORDERS.replace("segment : text", "segment : text required required").replace(
    "weight : number", "weight : mass"
)


@pytest.mark.parametrize("path", ["segment", "customers.segment", "weight"])
def test_nothing_is_broken_down_by_a_wrong_column(path):
    found, reports = breakdown(checked(BROKEN), "orders", parse_path(Source("<--by>", path))[0])
    assert found is None
    assert [each.name for each in reports] == ["rests-on-a-mistake"]


@pytest.mark.parametrize("text", ['segment = "firm"', "amount > 0 or customers.segment is null"])
def test_nothing_is_filtered_by_a_wrong_column(text):
    found, reports = row_predicate(checked(BROKEN), "orders", parse_expression(Source("<--where>", text))[0])
    assert found is None
    assert [each.name for each in reports] == ["rests-on-a-mistake"]

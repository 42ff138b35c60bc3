"""Traps of comparing two states: what lies beneath a KPI, what is written where, and how much it weighs."""

from __future__ import annotations

import pytest

from kpilang.diff import Change, compare, kinds
from tests.diff.support import lines, model

SOURCES = """
owner ops "Operations"

source customers { key customer_id  column segment : text  derive big = segment = "business" }
source orders from "orders.csv" {
  key order_id
  time ordered_on
  link customer_id -> customers as customer
  column ordered_on : date
  column amount : money(CNY)
  column score : percent(0..1)
  column talk : duration(minutes)
  derive net = amount * 2
  derive large = net > 5 CNY
}
"""


def kpi(formula: str, more: str = "") -> str:
    return f'kpi a "A" {{ formula {formula}  period month  {more} }}\n'


def told(before: str, after: str, sources: str = SOURCES, now: str | None = None) -> list[str]:
    """The lines of a comparison of KPIs beside sources, which become `now`."""
    return list(lines(compare(model(sources, before), model(now or sources, after)), "en"))


def changes(before: str, after: str) -> tuple[Change, ...]:
    return compare(model(SOURCES, before), model(SOURCES, after)).changes


@pytest.mark.parametrize(
    ("formula", "old", "new", "name", "by"),
    [
        ("count(orders where large)", "amount * 2", "amount * 3", "orders", "net = amount * 2 to net = amount * 3"),
        ("count(orders where customer.big)", '"business"', '"trade"', "customers", 'big = segment = "business" to big = segment = "trade"'),
    ],
)  # fmt: skip
def test_what_changed_beneath_a_formula_is_told_once_where_it_changed(
    formula: str, old: str, new: str, name: str, by: str
) -> None:
    found = told(kpi(formula), kpi(formula), now=SOURCES.replace(old, new))
    assert found == [
        f"D115 derived-changed breaking source {name}: `derive` changed from {by}",
        "  -> kpi a by source",
    ]


def test_a_formula_written_otherwise_over_a_changed_column_has_not_changed_by_itself() -> None:
    found = told(
        kpi("sum(orders.net) + count(orders) * 1 CNY"),
        kpi("1 CNY * count(orders) + sum(orders.net)"),
        now=SOURCES.replace("amount * 2", "amount * 3"),
    )
    assert [line.split()[0] for line in found] == ["D115", "->"]


def test_a_unit_that_follows_the_column_is_told_at_the_column() -> None:
    yen = SOURCES.replace("money(CNY)", "money(JPY)").replace("5 CNY", "5 JPY")
    assert told(kpi("sum(orders.amount)"), kpi("sum(orders.amount)"), now=yen) == [
        "D114 column-changed breaking source orders: `column` changed from amount : money(CNY) to amount : money(JPY)",
        "  -> kpi a by source",
    ]


def test_a_target_in_the_new_unit_is_the_same_and_the_unit_another() -> None:
    before = kpi("avg(orders.talk)", "unit minutes  direction lower  target <= 90 minutes  accept <= 2 hours")
    after = kpi("avg(orders.talk)", "unit hours  direction lower  target 1.5 hours  accept <= 120 minutes")
    assert told(before, after) == ["D102 unit-changed breaking kpi a: `unit` changed from minutes to hours"]


def test_a_unit_that_is_declared_as_it_was_inferred_is_no_change() -> None:
    assert told(kpi("avg(orders.talk)"), kpi("avg(orders.talk)", "unit minutes")) == []
    assert told(kpi("count(orders)", "unit count"), kpi("count(orders)")) == []


def test_another_word_for_a_plain_number_is_another_unit() -> None:
    assert told(kpi("count(orders)", "unit count"), kpi("count(orders)", "unit ratio")) == [
        "D102 unit-changed breaking kpi a: `unit` changed from count to ratio"
    ]


def test_a_percentage_written_as_a_ratio_is_the_same_target() -> None:
    before = kpi("avg(orders.score)", "unit percent  direction higher  target >= 90%")
    assert told(before, kpi("avg(orders.score)", "unit percent  direction higher  target 0.9")) == []


def test_a_narrowed_kpi_is_downstream_of_it() -> None:
    narrowed = "kpi b { formula (a where large)  period month }"
    found = told(kpi("sum(orders.amount)") + narrowed, kpi("sum(orders.amount where large)") + narrowed)
    assert found == ["D101 formula-changed breaking kpi a: it is computed otherwise", "  -> kpi b by formula"]


def test_the_narrowing_of_a_kpi_is_part_of_the_formula_that_says_it() -> None:
    before, after = "kpi b { formula (a where large) }", "kpi b { formula (a where not large) }"
    found = told(kpi("sum(orders.amount)") + before, kpi("sum(orders.amount)") + after)
    assert found == ["D101 formula-changed breaking kpi b: it is computed otherwise"]


def test_fiscal_targets_move_with_the_calendar_which_is_where_it_is_told() -> None:
    text = kpi("count(orders)", "target >= 3 for FY2026  since FY2026")
    april, july = (f"calendar {{ year starts {month} }}\n{SOURCES}" for month in ("april", "july"))
    assert told(text, text, april, july) == [
        "D121 fiscal-year-changed breaking calendar calendar: `year` changed from april to july",
        "  -> kpi a by calendar",
    ]


def test_a_note_by_default_accepts_what_changed_in_its_file() -> None:
    after = 'defaults { accepted 2026-01-01 "Counted twice." }\n' + kpi("count(orders) * 2")
    assert told(kpi("count(orders)"), after) == [
        "D101 formula-changed breaking kpi a: it is computed otherwise",
        "  accepted 2026-01-01: Counted twice.",
    ]


def test_a_changed_column_that_no_kpi_reads_breaks_nothing() -> None:
    found = told(kpi("count(orders)"), kpi("count(orders)"), now=SOURCES.replace("> 5 CNY", "> 6 CNY"))
    assert found == [
        "D115 derived-changed notable source orders: `derive` changed from large = net > 5 CNY to large = net > 6 CNY; no KPI reads it"
    ]


def test_what_fills_in_a_changed_template_otherwise_tells_it_by_itself() -> None:
    before = "template t(x) { formula x * 2 }\nkpi a is t(x: count(orders)) {}"
    after = "template t(y) { formula y * 3 }\nkpi a is t(y: count(orders where large)) {}"
    [change] = changes(before, after)
    assert change.kind.name == "formula-changed"
    assert (change.was, change.now) == ("is t(x: count(orders))", "is t(y: count(orders where large))")
    assert change.before is not None
    assert change.before.text == "is t(x: count(orders))"


def test_another_name_of_a_parameter_and_another_order_of_factors_are_no_change() -> None:
    before = "template t(x) { formula x * 2 }\nkpi a is t(x: count(orders)) {}"
    assert changes(before, before.replace("x", "y").replace("y * 2", "2 * y")) == ()


def test_a_long_formula_is_set_as_the_formatter_sets_it_and_comments_are_left_out() -> None:
    conditions = " and ".join(f"amount > {number}000000 CNY  # {number}\n" for number in range(1, 6))
    [change] = changes(kpi(f"count(orders where {conditions})"), kpi("count(orders)"))
    assert change.now == "formula  count(orders)"
    assert (change.was or "").splitlines() == [
        "formula  count(",
        "           orders",
        "           where amount > 1000000 CNY",
        "                 and amount > 2000000 CNY",
        "                 and amount > 3000000 CNY",
        "                 and amount > 4000000 CNY",
        "                 and amount > 5000000 CNY",
        "         )",
    ]


def test_kpis_with_mistakes_are_the_same_only_where_they_are_written_alike() -> None:
    assert told(kpi("count(ordes)"), kpi("count( ordes )")) == []
    assert [line.split()[1] for line in told(kpi("count(ordes)"), kpi("count(odres)"))] == ["formula-changed"]


def test_a_kpi_without_formula_is_known_again_by_its_label() -> None:
    before, after = 'kpi q "Quality" { target "good" }', 'kpi quality "Quality" { target "better" }'
    assert [each.kind.name for each in changes(before, after)] == ["kpi-renamed", "target-changed"]


def test_a_kpi_that_was_split_into_two_is_not_renamed_twice() -> None:
    after = kpi("count(orders)").replace("kpi a", "kpi b") + kpi("count(orders)").replace("kpi a", "kpi c")
    names = [(each.kind.name, each.subject) for each in changes(kpi("count(orders)"), after)]
    assert names == [("kpi-renamed", "b"), ("kpi-added", "c")]


def test_each_code_is_one_kind_and_breaking_codes_come_first() -> None:
    found = kinds()
    assert len({each.code for each in found}) == len({each.name for each in found}) == len(found)
    assert {each.code[1] for each in found if each.grade == "words"} == {"3"}
    assert {each.code[1] for each in found if each.grade == "breaking"} == {"1"}


def test_lines_that_hold_together_are_compared_side_by_side() -> None:
    before = kpi("count(orders)", "target >= 3 for 2026  target <= 9 for 2026")
    after = kpi("count(orders)", "target <= 8 for 2026  target >= 2 for 2026")
    assert told(before, after) == [
        "D201 target-loosened notable kpi a: `target` loosened from >= 3 for 2026 to >= 2 for 2026",
        "D202 target-tightened notable kpi a: `target` tightened from <= 9 for 2026 to <= 8 for 2026",
    ]
    assert told(before, kpi("count(orders)", "target <= 9 for 2026")) == [
        "D203 target-removed notable kpi a: `target` is gone: >= 3 for 2026"
    ]


def test_a_label_is_shown_by_itself() -> None:
    [change] = changes(kpi("count(orders)"), kpi("count(orders)").replace('"A"', '"A" zh "甲"'))
    assert (change.was, change.now) == ('"A"', '"A" zh "甲"')

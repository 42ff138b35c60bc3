import datetime as dt
from decimal import Decimal

import pytest

from kpilang.model import names
from kpilang.model.check import check
from kpilang.model.nearest import hint
from kpilang.syntax.parser import parse
from kpilang.text import Source
from tests.model.support import SOURCES, kpi, project


def clean(text):
    model = project(text)
    assert [each.message.en for each in model.diagnostics] == []
    return model


def source(fields, name="s"):
    return clean(f"source {name} {{ {fields} }}").sources[name]


def test_the_calendar_is_read():
    calendar = clean('calendar { year starts april week starts sunday zone "Asia/Shanghai" }').calendar
    assert (calendar.year_starts, calendar.week_starts, calendar.zone) == (4, 6, "Asia/Shanghai")


def test_key_and_link_columns_are_text_and_times_are_points_in_time_unless_declared():
    orders = clean("").sources["orders"]
    sorts = {name: column.sort for name, column in orders.columns.items()}
    assert (sorts["order_id"], sorts["customer_id"], sorts["order_date"]) == ("text", "text", "datetime")
    assert source("key id time day column day : date column id : integer").columns["id"].sort == "integer"


def test_an_end_through_a_day_is_a_date_unless_declared():
    found = source("lives start through last_day")
    assert found.columns["last_day"].sort == "date"
    assert found.through


def test_a_time_is_found_along_a_link():
    found = source("link order_id -> orders as parent time parent.order_date")
    assert (found.time.links, found.time.name) == (("parent",), "order_date")


def test_a_source_with_time_and_lives_has_plain_aggregates_and_states():
    model = clean(
        "source t { time opened lives opened until closed }\n"
        'kpi a "A" { formula count(t) } kpi b "B" { formula count(t at closing) }'
    )
    assert not model.sources["t"].stock


def test_coverage_collection_and_carrying_are_read():
    found = source(
        'key sku snapshot read_on changes carried at most 35 days covers 2024-01 .. 2026-10 collected "ERP" every week planned'
    )
    assert found.covers == (dt.date(2024, 1, 1), dt.date(2026, 11, 1))
    assert (found.carried, found.every, found.system) == (dt.timedelta(days=35), "week", "ERP")
    assert found.changes
    assert found.planned


def test_domains_are_in_the_unit_of_the_column():
    columns = source(
        "column a : duration(hours) in 30 minutes .. 2 days column b : percent(0..100) in 0..50 column c : number in 1..5"
    ).columns
    assert [(columns[name].low, columns[name].high) for name in "abc"] == [
        (Decimal("0.5"), Decimal(48)),
        (Decimal(0), Decimal("0.5")),
        (Decimal(1), Decimal(5)),
    ]


def test_the_heading_of_a_column_may_differ_from_its_name():
    column = source('column amount : number from "Sale Amount" null "NA", "-" required').columns["amount"]
    assert (column.cell, column.nulls, column.required) == ("Sale Amount", ("NA", "-"), True)


def test_defaults_hold_for_the_kpis_of_their_own_file_that_do_not_say_otherwise():
    one = Source("one.kpi", SOURCES + 'defaults { period month direction higher } kpi a "A" { formula count(orders) }')
    two = Source("two.kpi", 'kpi b "B" { formula count(orders) } kpi c "C" { formula count(orders) period day }')
    model = check([parse(one), parse(two)])
    assert [model.kpis[name].period for name in "abc"] == ["month", None, "day"]
    assert model.kpis["a"].direction == "higher"


def test_a_mistake_in_defaults_is_reported_once():
    model = project('defaults { level compny } kpi a "A" { formula count(orders) } kpi b "B" { formula count(orders) }')
    assert [report.name for report in model.diagnostics] == ["unknown-word"]
    assert not model.kpis["b"].sound


def test_own_fields_add_up_with_those_of_defaults():
    text = 'defaults { field cost "x" field rank 3 } kpi a "A" { formula count(orders) field rank 5 }'
    model = project(text, cost="text", rank="number")
    assert [field.span.text for field in model.kpis["a"].fields["field"]] == ["field rank 5", 'field cost "x"']


def test_names_may_be_declared_in_any_order_and_file():
    one = Source("one.kpi", 'kpi a "A" { formula b + 1 goal g owner o }')
    two = Source("two.kpi", 'kpi b "B" { formula count(s) } source s { time at } owner o "O" goal g "G" { owner o }')
    assert check([parse(one), parse(two)]).diagnostics == ()


def test_a_word_near_the_wrong_one_is_suggested():
    (report,) = project('kpi a "A" { formula count(orders) direction hihger }').diagnostics
    assert "`higher`" in report.help.en
    assert "`higher`" in report.help.zh


def test_a_broken_field_does_not_make_other_names_unknown():
    model = project('source t { time at column x :: number } kpi a "A" { formula sum(t.x) }')
    assert all(report.code.startswith("E1") for report in model.diagnostics)
    assert not model.kpis["a"].sound


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("target >= 90 minutes", "1.5"),
        ("target >= 2", "2"),
        ("target >= 0.5 days", "12"),
    ],
)
def test_targets_are_in_the_unit_of_the_kpi(line, value):
    (target,) = kpi(f"formula avg(orders.talk) unit hours {line}").targets
    assert target.value == Decimal(value)


def test_a_target_without_comparator_takes_it_from_the_direction():
    (target,) = kpi("formula count(orders) direction lower target 5").targets
    assert target.comparator == "<="


def test_spans_paths_and_due_periods_are_read():
    found = kpi(
        "formula count(orders) direction higher period month target 5 for 2026-Q1 .. 2026-Q2 "
        'target >= 30 by 2026-12 target 24 by 2026-12 from 36 at 2025-12 target "industry standard"'
    ).targets
    assert found[0].span == (dt.date(2026, 1, 1), dt.date(2026, 7, 1))
    assert (found[1].due.text, found[1].path_value) == ("2026-12", None)
    assert (found[2].path_value, found[2].path_period.text) == (Decimal(36), "2025-12")
    assert found[3].words == "industry standard"


def test_a_band_may_stand_without_a_direction():
    (target,) = kpi('formula share(orders where status = "a") unit percent target 2% .. 4%').targets
    assert (target.low, target.high, target.comparator) == (Decimal("0.02"), Decimal("0.04"), None)


def test_goals_and_owners_are_those_in_force():
    before = 'owner o "O" <o@example.com> { department "Sales" level team } goal g "G" { owner o for 2026 }'
    found = kpi("formula count(orders) owner o goal g", before=before)
    assert [owner.text for owner in found.owners] == ["o"]
    assert found.goals == ("g",)


def test_a_chain_of_many_kpis_is_read_in_any_order():
    count = 140
    lines = [f'kpi k{n} "K" {{ formula k{n + 1} }}' for n in range(count)]
    model = clean("\n".join([*lines, f'kpi k{count} "K" {{ formula count(orders) }}']))
    assert model.kpis["k0"].sound


def test_a_circle_of_many_derived_columns_is_reported_and_ends():
    derives = " ".join(f"derive d{n} = d{(n + 1) % 1500} + 1" for n in range(1500))
    model = project(f"source big {{ {derives} }}")
    assert [report.name for report in model.diagnostics] == ["derive-cycle"]


def test_doubling_a_column_over_and_over_is_refused_at_once():
    derives = " ".join(f"derive d{n} = d{n - 1} + d{n - 1}" for n in range(1, 60))
    model = project(f"source big {{ column d0 : number {derives} }}")
    assert [report.name for report in model.diagnostics] == ["expression-too-large"]


@pytest.mark.parametrize("text", ["", "kpi", "source s {", 'kpi a "A" { formula }', "kpi a { formula a. }"])
def test_unfinished_text_is_checked_without_fuss(text):
    model = check([parse(Source("p.kpi", text))])
    assert all(report.code.startswith("E1") for report in model.diagnostics)


def test_a_name_that_is_not_declared_is_told_at_its_first_place_with_the_others_marked_and_many_counted():
    uses = " + ".join(["sum(orders.amont)"] * 8)
    (told,) = project(f'kpi a "A" {{ formula {uses} }}').diagnostics
    columns = [place.span.start - told.span.start for place in told.marks]
    assert columns == [20, 40, 60, 80]  # `sum(orders.amont) + ` has 20 characters
    assert [mark.label.en for mark in told.marks] == ["here too"] * 3 + ["here too; further places: 3"]


def test_what_a_name_may_mean_is_looked_for_once_however_many_say_it(monkeypatch):
    asked = []
    monkeypatch.setattr(names, "hint", lambda word, known: asked.append(word) or hint(word, known))
    uses = "".join(f'kpi k{number} "K" {{ formula count(orders) goal loialty }}\n' for number in range(3))
    found = project(f'goal loyalty "Loyalty"\n{uses}').diagnostics
    assert [each.help.en for each in found] == ["did you mean `loyalty`? available: `loyalty`"] * 3
    assert asked == ["loialty"]

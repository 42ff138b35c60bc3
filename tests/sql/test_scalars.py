"""What expressions over rows mean in DuckDB: empty operands, exact numbers, dates, clocks and texts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kpilang.model.calendar import Calendar
from kpilang.sql import periods
from kpilang.sql.values import DATE, Sql
from tests.sql.bench import connection, day, fill, model, moment, scalars, select, value, values, written

NEW_YORK, BERLIN = "America/New_York", "Europe/Berlin"


@pytest.mark.parametrize(
    "text",
    [
        "a + b",
        "b - a",
        "a * b",
        "a / b",
        "- b",
        "abs(b)",
        "round(b)",
        "power(a, b)",
        "ln(b)",
        "exp(b)",
        "greatest(a, b)",
        "greatest(b, a, 3)",
        "least(1, b)",
        "m + n",
        "d - e",
        "e + 1 day",
        "i - j",
        "months_between(d, e)",
        "months_between(e, d)",
        "year(e)",
        "weekday(j)",
        "trim(u)",
        "lower(u)",
        "if a > b then a else b",
        "coalesce(b, b)",
        "a / 0",
        "ln(a - 1)",
        "power(a - 3, 0.5)",
        "power(a - 1, -1)",
        "exp(a * 1000)",
    ],
)
def test_an_empty_operand_and_what_is_not_defined_give_nothing(text):
    assert value(text, a=1, m=1, d=day("2026-01-01"), i=moment("2026-01-01"), s="x") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("coalesce(b, a)", 1),
        ("coalesce(b, b, 7)", 7),
        ("if b > 1 then 10 else 20", 20),
        ("if not b > 1 then 10 else 20", 10),
        ("if b is null then 10 else 20", 10),
        ("greatest(a, 3, 2)", 3),
        ("least(a, 3, 2)", 1),
        ("power(a + 1, 3)", 8),
        ("power(a - 3, 2)", 4),
        ("a / 8", 0.125),
    ],
)
def test_an_expression_over_a_row(text, expected):
    assert value(text, a=1) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m + n", "0.3000"),
        ("m * 3", "0.3000"),
        ("m * 0.1", "0.01000"),
        ("n - m", "0.1000"),
        ("round(m, 0)", "0"),
        ("greatest(m, n)", "0.2"),
        ("coalesce(n, m)", "0.2"),
        ("if a > 0 then m else n", "0.1"),
        ("- m", "-0.1"),
        ("abs(- m)", "0.1"),
        ("a * 12345678901234567 + 1", "24691357802469135"),
    ],
)
def test_exact_numbers_stay_exact(text, expected):
    found = value(text, a=2, m=Decimal("0.1"), n=Decimal("0.2"))
    assert not isinstance(found, float)
    assert found == Decimal(expected)


@pytest.mark.parametrize(
    ("given", "places", "expected"),
    [
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("0.125", 2, "0.13"),
        ("-0.125", 2, "-0.13"),
        ("1.005", 2, "1.01"),
        ("10.075", 2, "10.08"),
        ("-1.005", 2, "-1.01"),
        ("1250", -2, "1300"),
        ("1249.9999", -2, "1200"),
        ("99999999999999.99", 1, "100000000000000"),
    ],
)
def test_half_is_rounded_away_from_zero(given, places, expected):
    found = values([f"round(m, {places})", f"round(x, {places})"], m=Decimal(given), x=float(given))
    assert found[0] == Decimal(expected)
    assert found[1] == float(expected)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-02-27", 0),
        ("2026-01-30", "2026-02-28", 1),
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2024-02-29", "2025-02-28", 12),
        ("2026-02-28", "2026-03-28", 1),
        ("2026-02-28", "2026-03-27", 0),
        ("2026-01-31", "2026-04-30", 3),
        ("2026-01-15", "2026-01-31", 0),
        ("2025-12-31", "2026-01-31", 1),
        ("2026-05-05", "2026-05-05", 0),
        ("2020-03-01", "2026-02-28", 71),
    ],
)
def test_whole_months_between_days_and_backwards(first, last, months):
    row = {"d": day(first), "e": day(last)}
    assert values(["months_between(d, e)", "months_between(e, d)"], **row) == [months, -months]


@pytest.mark.parametrize(
    ("first", "last", "grain", "periods"),
    [
        ("2026-01-31", "2026-02-01", "month", 1),
        ("2026-01-01", "2026-01-31", "month", 0),
        ("2025-12-31", "2026-12-31", "month", 12),
        ("2026-03-31", "2026-04-01", "quarter", 1),
        ("2026-06-30", "2026-07-01", "half", 1),
        ("2025-12-31", "2026-01-01", "year", 1),
        ("2026-01-04", "2026-01-05", "week", 1),
        ("2025-12-29", "2026-01-04", "week", 0),
        ("2024-02-28", "2024-03-01", "day", 2),
    ],
)
def test_periods_from_one_day_to_another_and_backwards(first, last, grain, periods):
    row = {"d": day(first), "e": day(last)}
    assert values([f"periods_between(d, e, {grain})", f"periods_between(e, d, {grain})"], **row) == [periods, -periods]


@pytest.mark.parametrize(
    ("on", "grain", "name"),
    [
        ("2026-01-31", "day", "2026-01-31"),
        ("2026-01-31", "week", "2026-W05"),
        ("2025-12-29", "week", "2026-W01"),
        ("2027-01-03", "week", "2026-W53"),
        ("2026-01-31", "month", "2026-01"),
        ("2026-04-01", "quarter", "2026-Q2"),
        ("2026-07-01", "half", "2026-H2"),
        ("2026-07-01", "year", "2026"),
        ("0001-01-01", "week", "0001-W01"),
        ("9999-11-30", "month", "9999-11"),
        ("9999-12-31", "month", None),
        ("9999-12-31", "day", None),
        ("9999-01-01", "year", None),
    ],
)
def test_the_name_of_the_period_that_holds_a_day(on, grain, name):
    assert value(f"period(d, {grain})", d=day(on)) == name


@pytest.mark.parametrize(
    ("on", "grain", "name"),
    [
        ("2025-03-31", "fiscal quarter", "FY2025-Q4"),
        ("2025-04-01", "fiscal quarter", "FY2026-Q1"),
        ("2025-10-01", "fiscal half", "FY2026-H2"),
        ("2026-03-31", "fiscal year", "FY2026"),
        ("2026-01-04", "week", "2026-W01"),
        ("2026-01-03", "week", "2025-W53"),
    ],
)
def test_names_go_by_the_calendar_of_the_project(on, grain, name):
    calendar = Calendar(year_starts=4, week_starts=6)
    text = periods.name(calendar, grain, f"DATE '{on}'")
    (found,) = connection().execute(f"SELECT {text}").fetchone()
    assert found == name == calendar.containing(day(on), grain).text


@pytest.mark.parametrize(
    ("zone", "instant", "parts"),
    [
        ("UTC", "2025-12-31 23:59:59", [2025, 4, 12, 3]),
        (NEW_YORK, "2026-01-01 04:59", [2025, 4, 12, 3]),
        (NEW_YORK, "2026-01-01 05:00", [2026, 1, 1, 4]),
        (NEW_YORK, "2024-07-01 03:59", [2024, 2, 6, 7]),
        (NEW_YORK, "2024-07-01 04:00", [2024, 3, 7, 1]),
        (NEW_YORK, "2024-11-04 04:59", [2024, 4, 11, 7]),
        (NEW_YORK, "2024-11-04 05:00", [2024, 4, 11, 1]),
        ("Asia/Shanghai", "2025-12-31 16:00", [2026, 1, 1, 4]),
    ],
)
def test_parts_of_an_instant_are_those_of_its_day_in_the_zone(zone, instant, parts):
    assert values(["year(i)", "quarter(i)", "month(i)", "weekday(i)"], zone, i=moment(instant)) == parts


@pytest.mark.parametrize(
    ("text", "row", "seconds"),
    [
        ("e - d", {"d": day("2024-03-09"), "e": day("2024-03-10")}, 86400),
        ("j - i", {"i": moment("2024-03-10 05:00"), "j": moment("2024-03-11 04:00")}, 82800),
        ("j - i", {"i": moment("2024-11-03 04:00"), "j": moment("2024-11-04 05:00")}, 90000),
        ("i - d", {"d": day("2024-03-10"), "i": moment("2024-03-11 04:00")}, 82800),
        ("d - i", {"d": day("2024-03-11"), "i": moment("2024-03-10 05:00")}, 82800),
        ("j - i", {"i": moment("2024-01-01"), "j": moment("2024-01-01 00:00:00.000001")}, Decimal("0.000001")),
        ("d - e", {"d": day("2024-01-01"), "e": day("2024-03-01")}, -60 * 86400),
    ],
)
def test_a_difference_of_dates_counts_days_and_one_of_instants_the_time_that_passed(text, row, seconds):
    assert value(text, NEW_YORK, **row) == seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("d + 1 day", day("2024-03-11")),
        ("d - 2 weeks", day("2024-02-25")),
        ("d + 36 hours", moment("2024-03-11 17:00")),
        ("i + 90 minutes", moment("2024-03-10 07:00")),
        ("i - 1 day", moment("2024-03-09 05:30")),
        ("i + w", moment("2024-03-10 06:00")),
    ],
)
def test_a_date_and_a_duration(text, expected):
    found = value(text, NEW_YORK, d=day("2024-03-10"), i=moment("2024-03-10 05:30"), w=30.0)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("i >= d", True),
        ("i < 2024-07-02", True),
        ("i in 2024-07", True),
        ("i in 2024-06", False),
        ("i in 2024-07-01", True),
        ("d = 2024-07-01", True),
        ("d in 2024-Q3", True),
        ("d in 2024-W27", True),
        ("i = d", True),
        ("j = d", False),
        ("j in 2024-06-30", True),
        ("d in (2024-06-30, 2024-07-01)", True),
        ("j < d", True),
    ],
)
def test_a_date_against_an_instant_is_the_first_instant_of_its_day(text, held):
    row = {"d": day("2024-07-01"), "i": moment("2024-07-01 04:00"), "j": moment("2024-07-01 03:59:59.999999")}
    assert value(text, NEW_YORK, **row) is held


CHANGES = {
    NEW_YORK: ("2024-03-10", "2024-11-03"),
    BERLIN: ("2024-03-31", "2024-10-27"),
    "America/Havana": ("2024-03-10", "2024-11-03"),
    "America/Sao_Paulo": ("2018-11-04", "2018-02-18"),
    "Asia/Beirut": ("2024-03-31", "2024-10-27"),
    "Africa/Cairo": ("2024-04-26", "2024-11-01"),
    "Atlantic/Azores": ("2024-03-31", "2024-10-27"),
    "America/Asuncion": ("2023-10-01", "2024-03-24"),
    "Australia/Lord_Howe": ("2024-10-06", "2024-04-07"),
    "Asia/Shanghai": ("2024-03-10", "2024-11-03"),
}


@pytest.mark.parametrize("zone", CHANGES)
def test_a_day_begins_with_its_first_instant_when_the_clocks_change(zone):
    days = [day(text) + dt.timedelta(days=step) for text in CHANGES[zone] for step in (-1, 0, 1)]
    fill([{"d": found} for found in days])
    sql = scalars(zone).instant(Sql("d", DATE)).text
    assert [found for (found,) in select(sql)] == [model(zone).calendar.instant(found) for found in days]
    assert values(["i = d"], zone, d=days[1], i=model(zone).calendar.instant(days[1])) == [True]


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("concat(s, u)", {"s": "a", "u": "b"}, "ab"),
        ("concat(s, u)", {"s": "a"}, "a"),
        ('concat(s, "-", u)', {}, "-"),
        ("concat(s, u)", {}, None),
        ("lower(s)", {"s": "ÄÖ Straße ΩЖ"}, "äö straße ωж"),
        ("trim(s)", {"s": "  a b  "}, "a b"),
        ("trim(s)", {"s": "\t a \n"}, "a"),
        ("trim(s)", {"s": "\u3000北京\u00a0"}, "北京"),
        ('s contains "%"', {"s": "50%"}, True),
        ('s contains "%"', {"s": "50"}, False),
        ('s starts with "_"', {"s": "a_"}, False),
        ('s contains "京"', {"s": "北京市"}, True),
        ("s contains u", {"s": "abc"}, False),
        ('s = "a"', {"s": "A"}, False),
    ],
)
def test_texts(text, row, expected):
    assert value(text, **row) == expected


@pytest.mark.parametrize(
    ("text", "row", "member"),
    [
        ("a", {"a": 10}, "10"),
        ("a", {"a": 0}, "0"),
        ("x", {"x": 4.5}, "4.5"),
        ("x", {"x": 100.0}, "100"),
        ("m", {"m": Decimal("10.50")}, "10.5"),
        ("m", {"m": Decimal(100)}, "100"),
        ("m", {"m": Decimal(0)}, "0"),
        ("f", {"f": True}, "true"),
        ("d", {"d": day("2026-01-31")}, "2026-01-31"),
        ("i", {"i": moment("2026-01-31 04:30")}, "2026-01-30T23:30:00"),
        ("s", {"s": "a, b"}, "a, b"),
        ("s", {}, None),
    ],
)
def test_a_member_is_shown_as_text(text, row, member):
    fill([row])
    assert select(scalars(NEW_YORK).shown(written(text, NEW_YORK))) == [(member,)]


def test_a_row_of_every_column_empty_is_written_without_error():
    fill([{}])
    texts = ["a + x * m / 1 CNY", "concat(s, u)", "d - e", "if f then a else b", "months_between(i, j)"]
    assert select(*(written(text).text for text in texts)) == [(None,) * len(texts)]
    assert connection().execute("SELECT count(*) FROM t").fetchall() == [(1,)]

"""The last arithmetic: exact where it can be, twelve digits where not, and a reason wherever there is no number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.plan.kit import kpis, project, shown

SOURCE = """source sales {
  key    id
  time   day
  covers 2026-01 .. 2026-02
  column id : text
  column day : date
  column price : money(EUR)
  column size : number
  column pieces : integer
  column wait : duration(minutes)
  column kind : text
  column spoilt : integer
}
"""
CELLS = """id,day,price,size,pieces,wait,kind,spoilt
1,2026-01-31,10.10,2.5,1,90,half,1
2,2026-02-10,0.10,2.5,4,30,half,1
3,2026-02-20,0.20,-2.5,2,45,minus,x
4,2026-02-28,60.30,1.005,1,15,cents,1
"""
NOTHING, ZERO, NEVER = (
    'avg(sales.pieces where kind = "no such")',
    'count(sales where kind = "no such")',
    "previous(count(sales), 1 year)",
)
# Of February 2026: three rows, 60.60 EUR, 7 pieces, sizes 2.5, -2.5, 1.005, waits of 90 minutes in all.
NUMBERS = {
    "money adds up to the cent": ("sum(sales.price)", "60.6"),
    "a mean of money is exact": ("avg(sales.price)", "20.2"),
    "a third has twelve digits": ("count(sales) / (count(sales) * 3)", "0.333333333333"),
    "two thirds are rounded up": ("2 * count(sales) / (count(sales) * 3)", "0.666666666667"),
    "a seventh of money": ("sum(sales.price) / 7", "8.65714285714"),
    "thirds put together again are whole": ("count(sales) / 7 * 7", "3"),
    "more digits than twelve stay where they are exact": ("sum(sales.price) * 1.000000000001", "60.6000000000606"),
    "numbers with decimals are exact": ("sum(sales.size)", "1.005"),
    "and come to nothing where they cancel": ("sum(sales.size) - 1.005", "0"),
    "and are equal to what they are": ("if sum(sales.size) = 1.005 then 1 else 0", "1"),
    "a tenth and two tenths are three tenths": (
        "if sum(sales.price where price < 1 EUR) = 0.30 EUR then 1 else 0",
        "1",
    ),
    "half is rounded up": ('round(max(sales.size where kind = "half"))', "3"),
    "and down below zero": ('round(max(sales.size where kind = "minus"))', "-3"),
    "half a cent is rounded up": ('round(max(sales.size where kind = "cents"), 2)', "1.01"),
    "over rows too": ('sum(round(sales.size, 2) where kind = "cents")', "1.01"),
    "rows are rounded before they are added": ("sum(round(sales.size))", "1"),
    "places may be negative": ("round(count(sales) * 1250, -2)", "3800"),
    "minutes are hours where hours are asked for": ("sum(sales.wait) / 1 hour", "1.5"),
    "minutes and hours add": ("(sum(sales.wait) + 2 hours) / 1 minute", "210"),
    "powers": ("power(count(sales), 2)", "9"),
    "roots": ("power(count(sales) + 1, 0.5)", "2"),
    "e to nothing": (f"exp({ZERO})", "1"),
    "e, to twelve digits": ("exp(count(sales) / 3)", "2.71828182846"),
    "the logarithm of one": ("ln(count(sales) - 2)", "0"),
    "without sign": ('abs(max(sales.size where kind = "minus"))', "2.5"),
    "the greatest": ("greatest(count(sales), sum(sales.pieces), 5)", "7"),
    "the least": ("least(count(sales), sum(sales.pieces), 5)", "3"),
    "growth on the month before": ("growth(count(sales))", "2"),
    "growth downwards": ('growth(count(sales where kind = "half") - count(sales where kind = "minus"))', "-1"),
    "days between are hours": ("(max(sales.day) - min(sales.day)) / 1 day", "18"),
    "whole months between": ("months_between(min(sales.day), 2026-04-09)", "1"),
    "backwards they are negative": ("months_between(2026-04-10, min(sales.day))", "-2"),
    "periods between": ("periods_between(min(sales.day), 2026-04-01, month)", "2"),
    "a period has a name": ('if period(max(sales.day), quarter) = "2026-Q1" then 1 else 0', "1"),
    "parts of a day": ("year(max(sales.day)) + month(max(sales.day)) / 100", "2026.02"),
    "Saturday is the sixth day": ("weekday(max(sales.day))", "6"),
    "a sum of no rows": ('sum(sales.pieces where kind = "no such")', "0"),
    "the branch taken decides": (f"if count(sales) > 2 then 1 else 1 / {ZERO}", "1"),
    "coalesce takes the first with a value": (f"coalesce({NOTHING}, {NEVER}, count(sales))", "3"),
    "no value is null": (f"if {NOTHING} is null then 1 else 0", "1"),
    "undefined is null": (f"if (1 / {ZERO}) is null then 1 else 0", "1"),
    "no data is null": (f"if {NEVER} is null then 1 else 0", "1"),
    "a value is not null": ("if count(sales) is not null then 1 else 0", "1"),
}
REASONS = {
    "nothing has no mean": (NOTHING, "no value"),
    "what lies before coverage is no data": (NEVER, "no data"),
    "a zero divides nothing": (f"count(sales) / {ZERO}", "undefined"),
    "nothing over zero has no value": (f"{NOTHING} / {ZERO}", "no value"),
    "arithmetic with nothing": (f"count(sales) + {NOTHING}", "no value"),
    "comparison with nothing": (f"if {NOTHING} > 1 then 1 else 0", "no value"),
    "or needs both sides": (f"if count(sales) > 0 or {NOTHING} > 1 then 1 else 0", "no value"),
    "and needs both sides": (f"if {ZERO} > 0 and {NOTHING} > 1 then 1 else 0", "no value"),
    "the branch taken without value": (f"if count(sales) > 0 then {NOTHING} else 1", "no value"),
    "greatest with nothing": (f"greatest(count(sales), {NOTHING})", "no value"),
    "undefined before no value": (f"{NOTHING} + 1 / {ZERO}", "undefined"),
    "undefined before no data": (f"{NEVER} * (1 / {ZERO})", "undefined"),
    "no data before no value": (f"{NOTHING} - {NEVER}", "no data"),
    "coalesce stops at undefined": (f"coalesce(1 / {ZERO}, 5)", "undefined"),
    "coalesce of none": (f"coalesce({NOTHING}, {NEVER})", "no data"),
    "growth on zero": ('growth(count(sales where kind = "minus"))', "undefined"),
    "growth on less than zero": ("growth(0 - count(sales))", "undefined"),
    "growth on nothing known": ("growth(count(sales), 1 year)", "no data"),
    "the logarithm of zero": (f"ln({ZERO})", "undefined"),
    "the root of less than zero": ("power(0 - count(sales), 0.5)", "undefined"),
    "zero to less than nothing": (f"power({ZERO}, -1)", "undefined"),
    "e to a million times a million": ("exp(sum(sales.pieces) * 1000000000000)", "undefined"),
    "bad data before all else": (f"sum(sales.spoilt) + 1 / {ZERO}", "bad data"),
    "bad data in a branch not taken": ("if count(sales) > 0 then 1 else sum(sales.spoilt)", "bad data"),
    "bad data is not rescued": ("coalesce(sum(sales.spoilt), 1)", "bad data"),
    "bad data goes through null": ("if sum(sales.spoilt) is null then 1 else 0", "bad data"),
}


@pytest.fixture(scope="module")
def february():
    """The row of each formula, by what the formula is about."""
    formulas = {title: formula for title, (formula, _) in (NUMBERS | REASONS).items()}
    names = {title: f"k{number}" for number, title in enumerate(formulas)}
    asked = project(SOURCE + kpis(**{names[title]: text for title, text in formulas.items()}), {"sales": CELLS})
    rows = asked.rows(as_of="2026-02-28", period="2026-02")
    return {title: rows[name, "2026-02"] for title, name in names.items()}


@pytest.mark.parametrize("title", NUMBERS)
def test_a_formula_gives_the_number(february, title):
    assert shown(february[title]) == Decimal(NUMBERS[title][1])


@pytest.mark.parametrize("title", REASONS)
def test_a_formula_gives_the_reason(february, title):
    assert shown(february[title]) == REASONS[title][1]


def test_the_reason_names_the_part_at_fault(february):
    def said(title):
        return february[title].reason.text.en

    assert ZERO in said("a zero divides nothing")
    assert NOTHING in said("arithmetic with nothing")
    assert "`spoilt` of `sales`" in said("bad data before all else")
    assert "`sales` covers 2026-01-01 to 2026-02-28" in said("no data before no value")


def test_the_first_part_among_equals_is_named():
    first, second = ('max(sales.pieces where kind = "a")', 'min(sales.pieces where kind = "b")')
    asked = project(SOURCE + kpis(one=f"{first} + {second}", two=f"{second} + {first}"), {"sales": CELLS})
    rows = asked.rows(as_of="2026-02-28", period="2026-02")
    assert first in rows["one", "2026-02"].reason.text.en
    assert second in rows["two", "2026-02"].reason.text.en


def test_a_value_is_given_in_the_unit_of_the_kpi_and_change_is_the_difference():
    text = SOURCE + (
        'kpi waited "Waited" { formula sum(sales.wait)  unit hours  period month }\n'
        'kpi part "Part" { formula share(sales where kind = "half")  unit percent  period month }\n'
    )
    rows = project(text, {"sales": CELLS}).rows(as_of="2026-02-28", period="2026-02")
    waited, part = rows["waited", "2026-02"], rows["part", "2026-02"]
    assert (waited.value, waited.previous, waited.change) == (Decimal("1.5"), Decimal("1.5"), 0)
    assert (part.value, part.previous, part.change) == (Decimal("0.333333333333"), 1, Decimal("-0.666666666667"))


def test_change_is_value_less_previous_to_the_last_digit():
    asked = project(SOURCE + kpis(one="sum(sales.price)", two="sum(sales.price) / 3"), {"sales": CELLS})
    rows = asked.rows(as_of="2026-02-28", period="2026-02")
    one, two = rows["one", "2026-02"], rows["two", "2026-02"]
    assert (one.value, one.previous, one.change) == (Decimal("60.6"), Decimal("10.1"), Decimal("50.5"))
    assert two.change == two.value - two.previous


def test_the_parts_of_a_formula_are_its_aggregates_as_written():
    formula = 'sum(sales.price where kind = "half") / count(sales)'
    row = project(SOURCE + kpis(one=formula), {"sales": CELLS}).rows(as_of="2026-02-28", period="2026-02")
    (found,) = row.values()
    assert [(part.text, part.value) for part in found.parts] == [
        ('sum(sales.price where kind = "half")', Decimal("0.1")),
        ("count(sales)", 3),
    ]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("months_between(max(sales.day), 9999-12-31)", {95686}),
        ("(max(sales.day) + 3000000 days - max(sales.day)) / 1 day", {"undefined"}),
        ("year(max(sales.day + 3000000 days))", {"undefined", "no value"}),
    ],
)
def test_the_end_of_the_calendar_is_no_crash(formula, expected):
    asked = project(SOURCE + kpis(one=formula), {"sales": CELLS})
    assert set(asked.values(as_of="2026-02-28", period="2026-02").values()) <= expected

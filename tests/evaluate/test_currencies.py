"""Amounts in many currencies, converted by the rates of a source: values worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.trial import quiet
from tests.plan.kit import project

SALES = """
source sales {
  key id  time day  covers 2026-01 .. 2026-03  link shop -> shops
  column id : text  column day : date  column region : text  column amount : money(by currency)
  column currency : text  column fee : money(USD)
}
source shops { key shop  column currency : text  column rent : money(by currency) }
source stock { key item  snapshot day complete  column day : date  column cost : money(by currency)  column currency : text }
source fx { time day  column day : date  column currency : text  column rate : number  rates currency to CNY by rate MORE }
"""
ROWS = """id,day,region,shop,amount,currency,fee
1,2026-01-05,n,a,100,USD,1
2,2026-01-31,s,a,50,EUR,
3,2026-01-31,n,b,30,CNY,2
4,2026-02-10,n,b,20,USD,0
5,2026-03-03,s,b,10,EUR,4
"""
SHOPS = "shop,currency,rent\na,USD,10\nb,CNY,8\n"
STOCK = "item,day,cost,currency\ntea,2026-01-20,4,USD\ncups,2026-01-20,5,CNY\ntea,2026-02-25,2,USD\n"
FX = """day,currency,rate
2026-01-01,USD,7.00
2026-01-21,USD,7.25
2026-01-02,EUR,8.00
2026-02-10,USD,7.50
2026-02-20,EUR,8.40
2026-02-28,USD,7.60
"""


def asked(formula: str, *, more: str = "", period: str = "month", sales: str = ROWS, fx: str = FX, **options: str):
    """The rows of one KPI by period and members."""
    text = SALES.replace("MORE", more) + f"kpi x {{ formula {formula}  period {period} }}"
    found = project(text, {"sales": sales, "shops": SHOPS, "stock": STOCK, "fx": fx})
    return {place[1:]: row for place, row in found.rows("x", **{"as_of": "2026-03-31", **options}).items()}


def values(formula: str, **options: str) -> list[str]:
    """The values as texts, or the reasons, in the order of rows."""
    return [
        f"{row.value.normalize():f}" if row.value is not None else row.reason.text.en
        for row in asked(formula, **options).values()
    ]


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        # 100 * 7 + 50 * 8 + 30; 20 * 7.5; 10 * 8.4
        ("sum(convert(sales.amount, CNY))", ["1130", "150", "84"]),
        # by the last rates of January (7.25, 8), of February (7.6, 8.4), of March (the same)
        ("sum(convert(sales.amount, CNY, closing))", ["1155", "152", "84"]),
        ("sum(convert(sales.fee, CNY))", ["21.5", "0", "30.4"]),  # 7 + 2 * 7.25; 0; 4 * 7.6
        ("avg(convert(sales.amount, CNY))", ["376.666666667", "150", "84"]),
        ("median(convert(sales.amount, CNY))", ["400", "150", "84"]),
        ("max(convert(sales.amount, CNY))", ["700", "150", "84"]),
        ("last(convert(sales.amount, CNY))", ["30", "150", "84"]),
        ("count(sales where convert(amount, CNY) >= 100 CNY)", ["2", "1", "0"]),
        ("sum(convert(sales.shops.rent, CNY))", ["150.5", "8", "8"]),  # 70 + 72.5 + 8; 8; 8
        ("sum(convert(sales.amount * 2, CNY))", ["2260", "300", "168"]),
        ("sum(convert(sales.amount, CNY)) - previous(sum(convert(sales.amount, CNY)))", None),
    ],
)
def test_amounts_are_converted_row_by_row(formula, found):
    if found is None:
        assert values(formula)[1:] == ["-980", "-66"]
    else:
        assert values(formula) == found


def test_the_average_is_that_of_the_rates_in_the_window():
    # USD 7.125 in January, EUR 8; USD 7.55 in February
    assert values("sum(convert(sales.amount, CNY, average))", period="month")[:2] == ["1142.5", "151"]
    assert values("sum(convert(sales.amount, CNY, average))")[2] == (
        "`sum(convert(sales.amount, CNY, average))`: no one rate is known for EUR on 2026-03-31"
    )


def test_closing_and_average_go_with_the_window_looked_at():
    closing = "sum(convert(sales.amount, CNY, closing))"
    # in February those of both months by 7.6 and 8.4: 120 * 7.6 + 50 * 8.4 + 30; in March those of February and March
    assert values(f"trailing({closing}, 2 months)")[1:] == ["1362", "236"]
    assert values(f"previous({closing})")[1:] == ["1155", "152"]
    assert values(closing, grains="quarter") == ["1446"]  # 120 * 7.6 + 60 * 8.4 + 30


def test_one_currency_becomes_another_by_way_of_the_base():
    found = [Decimal(value) for value in values("sum(convert(sales.amount, USD))")]
    exact = [
        100 + Fraction(400) / Fraction("7.25") + Fraction(30) / Fraction("7.25"),
        20,
        Fraction(84) / Fraction("7.6"),
    ]
    assert all(abs(Fraction(one) - other) < Fraction(1, 10**8) for one, other in zip(found, exact, strict=True))


def test_a_state_is_converted_by_its_reading_or_at_its_instant():
    assert values("sum(convert(stock.cost, CNY) at closing)", period="month")[:2] == ["33", "15"]  # 4 * 7 + 5; 2 * 7.5
    # 4 * 7.25 + 5; what is known of February ends with the reading of the 25th, when 7.5 is the last rate
    assert values("sum(convert(stock.cost, CNY, closing) at closing)")[:2] == ["34", "15"]


def test_a_member_without_a_rate_has_no_data_and_the_others_have():
    found = asked("sum(convert(sales.amount, CNY))", by="region", fx=FX.replace("2026-01-02,EUR", "2026-02-02,EUR"))
    assert found["2026-01", "n"].value == 730
    reason = found["2026-01", "s"].reason
    assert (str(reason.why), reason.text.en) == (
        "no data",
        "`sum(convert(sales.amount, CNY))`: no one rate is known for EUR on 2026-01-31",
    )


def test_two_rates_of_one_day_are_none_and_equal_ones_are_one():
    line = "2026-02-10,USD,7.50\n"
    assert values("sum(convert(sales.amount, CNY))", fx=FX.replace(line, line * 2))[1] == "150"
    assert (
        "no one rate is known for USD on 2026-02-10"
        in values("sum(convert(sales.amount, CNY))", fx=FX.replace(line, line + line.replace("7.50", "7.51")))[1]
    )


def test_a_mean_of_rates_with_a_day_of_two_different_ones_is_none():
    line = "2026-02-10,USD,7.50\n"
    found = values("sum(convert(sales.amount, CNY, average))", fx=FX.replace(line, line + line.replace("7.50", "7.51")))
    assert "no one rate is known for USD on 2026-02-28" in found[1]


def test_a_rate_is_carried_so_far_and_no_farther():
    # 31 January less 2 January are 29 days
    assert values("sum(convert(sales.amount, CNY))", more="carried at most 29 days")[0] == "1130"
    assert "for EUR on 2026-01-31" in values("sum(convert(sales.amount, CNY))", more="carried at most 28 days")[0]


def test_an_amount_without_currency_is_told_and_a_row_without_amount_needs_no_rate():
    empty = ROWS.replace("50,EUR", "50,")
    assert values("sum(convert(sales.amount, CNY))", sales=empty)[0] == (
        "`sum(convert(sales.amount, CNY))`: a row of 2026-01-31 names no currency"
    )
    assert values("sum(convert(sales.amount, CNY))", sales=ROWS.replace("50,EUR", ",XYZ"))[0] == "730"


def test_a_row_that_the_filter_leaves_out_needs_no_rate_but_one_that_it_asks_about_does():
    strange = ROWS.replace("50,EUR", "50,XYZ")
    assert values('sum(convert(sales.amount, CNY) where region = "n")', sales=strange)[0] == "730"
    assert "for XYZ" in values("count(sales where convert(amount, CNY) > 1 CNY)", sales=strange)[0]


def test_rates_after_the_as_of_date_are_not_there():
    found = values("sum(convert(sales.amount, CNY, closing))", as_of="2026-02-15")
    assert found[1] == "150"  # 20 * 7.5, since 7.6 is of the 28th


amounts = st.lists(st.tuples(st.sampled_from(("USD", "EUR", "CNY")), st.integers(-999, 999)), max_size=6)


@quiet
@given(amounts, amounts)
def test_converting_all_is_converting_the_parts(one, other):
    rows = [("n", *each) for each in one] + [("s", *each) for each in other]
    lines = [
        f"{number},2026-02-{number + 1:02},{region},a,{amount},{currency},"
        for number, (region, currency, amount) in enumerate(rows)
    ]
    text = "\n".join([ROWS.splitlines()[0], *lines]) + "\n"
    whole = asked("sum(convert(sales.amount, CNY))", sales=text, period="all")["all",].value
    parts = [
        asked(f'sum(convert(sales.amount, CNY) where region = "{region}")', sales=text, period="all")["all",].value
        for region in "ns"
    ]
    assert whole == sum(parts)


def test_rates_left_out_for_their_cells_are_told_with_the_sources() -> None:
    text = SALES.replace("MORE", "") + "kpi x { formula sum(convert(sales.amount, CNY))  period month }"
    cells = {"sales": ROWS, "shops": SHOPS, "stock": STOCK, "fx": FX.replace("7.50", "seven")}
    found = project(text, cells, skip_bad=True).result("x", as_of="2026-03-31")
    told = {source.name: [item.text.en for item in source.left_out] for source in found.sources}
    assert list(told) == ["sales", "fx"]
    assert len(told["fx"]) == 1
    assert "row 5 `seven`" in told["fx"][0]
    assert [row.value for row in found.rows][1] == 145  # 20 USD at 7.25, of 21 January
